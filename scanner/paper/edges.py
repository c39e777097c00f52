"""Sheets that are torn, folded, laid wrong or smaller than the glass.

All functions give a new picture and the boxes of the fault in its pixels. `wild` draws the
variants of the check family: other lids, sizes and places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.paper.render import Box, Pixels

Shade = tuple[int, int, int]
Points = NDArray[np.float64]
_EDGE_BAND_MM = 12.0
_TRIES = 16


def lid_shade(chance: np.random.Generator, wild: bool) -> Shade:
    """What shows where no paper is: a black or grey bed, or a light lid."""
    greys = (24, 70, 110) if not wild else (14, 48, 92, 132, 226)
    grey = greys[int(chance.integers(0, len(greys)))] + int(chance.integers(-8, 9))
    return grey, grey + int(chance.integers(-3, 4)), grey + int(chance.integers(-2, 7))


def without(page: Pixels, gone: Pixels, lid: Shade, dpi: int, rim: float) -> Pixels:
    """The page without what `gone` (255) covers: the lid shows there, with the shadow of the
    sheet; along the new edge a fibre rim of `rim` millimetres is lighter (0 for a clean cut)."""
    scale = dpi / 25.4
    result = page.copy()
    if rim:
        reach = max(1, round(rim * scale))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        fringe = cv2.subtract(cv2.dilate(gone, kernel), gone)
        share = cv2.GaussianBlur(fringe, (0, 0), max(0.8, reach / 3))[:, :, None] / np.float32(255)
        result = (result * (1 - share * 0.8) + 249 * share * 0.8).astype(np.uint8)
    paper = cv2.subtract(np.full_like(gone, 255), gone)
    shift = max(1, round(0.6 * scale))
    moved = np.roll(paper, (shift, shift), (0, 1))
    dim = cv2.GaussianBlur(moved, (0, 0), max(0.8, shift * 0.9))[:, :, None] / np.float32(255)
    bed = np.array(lid, dtype=np.float32) * (1 - 0.4 * dim)
    cover = gone[:, :, None] / np.float32(255)
    return np.asarray(result * (1 - cover) + bed * cover, dtype=np.uint8)


def _jagged(start: Points, end: Points, chance: np.random.Generator, amount: float) -> Points:
    """A torn line between two points; `amount` is how far it wanders, in pixels."""
    count = 60
    shares = np.linspace(0, 1, count)
    walk = np.zeros(count)
    for octave, weight in ((4, 1.0), (12, 0.45), (40, 0.2)):
        nodes = chance.normal(0, weight, octave + 1)
        walk += np.interp(shares, np.linspace(0, 1, octave + 1), nodes)
    walk *= amount * np.sin(np.pi * np.clip(shares, 0.02, 0.98)) ** 0.3
    along = end - start
    normal = np.array([-along[1], along[0]]) / max(1e-6, float(np.hypot(*along)))
    return np.asarray(start + shares[:, None] * along + walk[:, None] * normal, dtype=np.float64)


def _filled(size: tuple[int, int], outline: Points) -> Pixels:
    mask = np.zeros(size, dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255, cv2.LINE_AA)
    return mask


def corner_damage(
    page: Pixels, mode: str, lid: Shade, dpi: int, chance: np.random.Generator, wild: bool
) -> tuple[Pixels, list[Box]]:
    """A corner that is torn off ("torn"), cut off ("missing"), folded to the back ("back") or
    folded over the front with another colour behind ("front"); `lid` shows in its place."""
    height, width = page.shape[:2]
    scale = dpi / 25.4
    across = float(chance.uniform(16, 40) if not wild else chance.uniform(12, 60)) * scale
    along = across * float(chance.uniform(0.6, 1.5))
    right, low = bool(chance.integers(0, 2)), bool(chance.integers(0, 2))
    x, y = float(width if right else 0), float(height if low else 0)
    start = np.array([x - across if right else x + across, y])
    end = np.array([x, y - along if low else y + along])
    amount = {"torn": 1.6 * scale, "missing": 0.0, "back": 0.15 * scale, "front": 0.1 * scale}[mode]
    line = _jagged(start, end, chance, amount)
    gone = _filled((height, width), np.concatenate([line, [[x, y]]]))
    rim = float(chance.uniform(0.5, 1.4)) if mode == "torn" else 0.0
    result = without(page, gone, lid, dpi, rim)
    box = [
        min(start[0], end[0]),
        min(start[1], end[1]),
        max(start[0], end[0]),
        max(start[1], end[1]),
    ]
    if mode in ("back", "front"):
        _crease(result, start, end, dpi, 0.78 if wild else 0.7)
    if mode == "front":
        tip = _mirrored(np.array([x, y]), start, end)
        flap = _filled((height, width), np.array([start, tip, end]))
        shade = float(chance.uniform(0.86, 1.0))
        tone = np.array([246, 243, 234] if not wild else [232, 228, 222], dtype=np.float32) * shade
        soft = cv2.GaussianBlur(flap, (0, 0), 0.9 * scale)[:, :, None] / np.float32(255)
        result = (result * (1 - 0.35 * soft)).astype(np.uint8)
        cover = flap[:, :, None] / np.float32(255)
        result = (result * (1 - cover) + tone * cover).astype(np.uint8)
        box = [min(box[0], tip[0]), min(box[1], tip[1]), max(box[2], tip[0]), max(box[3], tip[1])]
    return result, [(float(box[0]), float(box[1]), float(box[2]), float(box[3]))]


def _mirrored(point: Points, start: Points, end: Points) -> Points:
    along = (end - start) / float(np.hypot(*(end - start)))
    foot = start + along * float(np.dot(point - start, along))
    return np.asarray(2 * foot - point, dtype=np.float64)


def _crease(page: Pixels, start: Points, end: Points, dpi: int, dark: float) -> None:
    """The shadow along a fold (in place)."""
    mask = np.zeros(page.shape[:2], dtype=np.uint8)
    ends = [tuple(round(float(value)) for value in point) for point in (start, end)]
    cv2.line(mask, ends[0], ends[1], 255, max(1, round(0.5 * dpi / 25.4)), cv2.LINE_AA)
    share = cv2.GaussianBlur(mask, (0, 0), 0.35 * dpi / 25.4)[:, :, None] / np.float32(255)
    page[:] = (page * (1 - share * (1 - dark))).astype(np.uint8)


def ink_box(ink: Pixels) -> tuple[int, int, int, int] | None:
    """The box of all ink on white, without specks; `None` for an empty side."""
    dark = (ink.min(axis=2) < 150).astype(np.uint8)
    columns, rows = np.nonzero(dark.any(axis=0))[0], np.nonzero(dark.any(axis=1))[0]
    if len(columns) == 0:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def torn_edge(
    page: Pixels, ink: Pixels, lid: Shade, dpi: int, chance: np.random.Generator, wild: bool
) -> tuple[Pixels, list[Box]]:
    """A piece is torn out of one edge, into the writing."""
    height, width = page.shape[:2]
    scale = dpi / 25.4
    inked = ink_box(ink) or (width // 8, height // 8, width * 7 // 8, height * 7 // 8)
    free = {0: inked[0], 1: width - inked[2], 2: inked[1], 3: height - inked[3]}
    near = [side for side, margin in free.items() if margin < 45 * scale] or [0, 1]
    side = near[int(chance.integers(0, len(near)))]
    along_end = height if side < 2 else width
    low, high = (inked[1], inked[3]) if side < 2 else (inked[0], inked[2])
    middle = low + (high - low) * float(chance.uniform(0.25, 0.75))
    half = along_end * float(chance.uniform(0.12, 0.3) if not wild else chance.uniform(0.08, 0.5))
    reach = min(free[side], round(60 * scale))
    depth = reach + float(chance.uniform(6, 16)) * scale
    first = np.array([max(0.0, middle - half), 0.0])
    last = np.array([min(float(along_end), middle + half), 0.0])
    deep = [
        np.array([first[0] + half * 0.3, depth]),
        np.array([last[0] - half * 0.3, depth * 0.85]),
    ]
    stops = [first, *deep, last]
    amount = float(chance.uniform(1.0, 2.4)) * scale
    line = np.concatenate([_jagged(a, b, chance, amount) for a, b in pairwise(stops)])
    line[:, 1] = np.maximum(line[:, 1], 0)
    outline = np.concatenate([[first * [1, 0] - [0, 9]], line, [last * [1, 0] - [0, 9]]])
    placed = {
        0: np.stack([outline[:, 1], outline[:, 0]], axis=1),
        1: np.stack([width - outline[:, 1], outline[:, 0]], axis=1),
        2: outline,
        3: np.stack([outline[:, 0], height - outline[:, 1]], axis=1),
    }[side]
    gone = _filled((height, width), placed)
    result = without(page, gone, lid, dpi, float(chance.uniform(0.6, 1.6)))
    rows, columns = np.nonzero(gone)
    box = (float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
    return result, [box]


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A page as it was laid: its picture, clockwise tilt, the matrix that moves boxes, where its
    writing is cut, and how light the lid is that shows."""

    page: Pixels
    skew: float
    matrix: NDArray[np.float64]
    boxes: tuple[Box, ...]
    lid: int


def laid_askew(
    page: Pixels,
    ink: Pixels,
    mode: str,
    edge: int,
    dpi: int,
    chance: np.random.Generator,
    wild: bool,
) -> Laid:
    """The page fed so that writing runs out of the picture: moved or larger than the window
    ("text"), or tilted ("askew")."""
    height, width = page.shape[:2]
    scale = dpi / 25.4
    lid = lid_shade(chance, wild) if chance.random() < 0.4 else (edge, edge, edge)
    skew = float(chance.uniform(-0.7, 0.7))
    if mode == "askew":
        skew = float(chance.uniform(3.5, 7.5)) * (1 if chance.random() < 0.5 else -1)
    dark = np.where(ink.min(axis=2) < 150, np.uint8(255), np.uint8(0))
    inked = ink_box(ink) or (0, 0, width, height)
    deep = float(chance.uniform(4, 10)) * scale
    zoom = (width / 2 + deep) / max(1.0, width / 2 - inked[0], inked[2] - width / 2)
    larger = mode == "text" and zoom < 1.5 and chance.random() < (0.3 if not wild else 0.5)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, zoom if larger else 1.0)
    matrix = turn.astype(np.float64)
    if not larger:
        matrix = matrix + _push(dark, matrix, scale, chance)
    result = cv2.warpAffine(
        page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=tuple(map(int, lid))
    )
    seen = cv2.warpAffine(dark, matrix, (width, height))
    return Laid(
        page=np.asarray(result, dtype=np.uint8),
        skew=skew,
        matrix=np.asarray(matrix, dtype=np.float64),
        boxes=tuple(_cut_boxes(np.asarray(seen, dtype=np.uint8), dpi)),
        lid=lid[0],
    )


def _push(
    dark: Pixels, matrix: NDArray[np.float64], scale: float, chance: np.random.Generator
) -> NDArray[np.float64]:
    """A move (2 x 3) after which an edge of the picture runs through ink, not between lines."""
    height, width = dark.shape
    margin = max(width, height) // 3
    wide = matrix + np.array([[0, 0, margin], [0, 0, margin]])
    moved = cv2.warpAffine(dark, wide, (width + 2 * margin, height + 2 * margin)) > 0
    columns, rows = np.nonzero(moved.any(axis=0))[0], np.nonzero(moved.any(axis=1))[0]
    best = np.zeros((2, 3))
    if len(columns) == 0:
        return best
    most = 0
    for _ in range(_TRIES):
        depth = round(float(chance.uniform(3, 14)) * scale)
        side = int(chance.integers(0, 4))
        across = (int(columns[0]) + depth, int(columns[-1]) - depth)
        down = (int(rows[0]) + depth, int(rows[-1]) - depth)
        place = (*across, *down)[side]
        crossed = int((moved[:, place] if side < 2 else moved[place]).sum())
        if crossed > most:
            most = crossed
            far = margin + (0, width, 0, height)[side]
            move = float(far - place)
            best = np.array([[0, 0, move], [0, 0, 0]] if side < 2 else [[0, 0, 0], [0, 0, move]])
        if crossed > 2.5 * scale:
            break
    return best


def _cut_boxes(ink: Pixels, dpi: int) -> list[Box]:
    """Strips along the edges of the picture where ink runs out of it."""
    height, width = ink.shape
    near, band = max(1, round(0.3 * dpi / 25.4)), _EDGE_BAND_MM * dpi / 25.4
    boxes: list[Box] = []
    for lines, horizontal, far in (
        (ink[:, :near].any(axis=1), False, 0),
        (ink[:, -near:].any(axis=1), False, width),
        (ink[:near].any(axis=0), True, 0),
        (ink[-near:].any(axis=0), True, height),
    ):
        hit = np.nonzero(lines)[0]
        if len(hit) < near:
            continue
        low, high = float(hit[0]), float(hit[-1] + 1)
        ends = (0.0, band) if far == 0 else (far - band, float(far))
        boxes.append((low, ends[0], high, ends[1]) if horizontal else (ends[0], low, ends[1], high))
    return boxes


def bed_border(
    page: Pixels, mode: str, dpi: int, chance: np.random.Generator, wild: bool
) -> tuple[Pixels, list[Box]]:
    """The grey bed shows along one to three edges ("gray"), or all round a page that was laid on
    a larger glass ("bed")."""
    height, width = page.shape[:2]
    scale = dpi / 25.4
    grey = int(chance.integers(60, 130) if not wild else chance.integers(30, 165))
    tint = np.array([grey, grey + chance.integers(-4, 5), grey + chance.integers(-4, 9)])
    depths = chance.uniform(4, 9, 4) if not wild else chance.uniform(3, 14, 4)
    if mode == "gray":
        depths[chance.permutation(4)[: int(chance.integers(1, 4))]] = 0.0
    left, right, top, bottom = (round(float(value) * scale) for value in depths)
    slant = [float(value) * scale for value in chance.uniform(-1.2, 1.2, 4)]
    corners = np.array(
        [
            (left + slant[0], top + slant[1]),
            (width - right + slant[2], top - slant[1]),
            (width - right - slant[2], height - bottom + slant[3]),
            (left - slant[0], height - bottom - slant[3]),
        ]
    )
    reach = 40.0 * scale
    for index, depth in enumerate((left, right, top, bottom)):
        if depth:
            continue
        axis = 0 if index < 2 else 1
        ends = {0: (0, 3), 1: (1, 2), 2: (0, 1), 3: (2, 3)}[index]
        far = {0: -reach, 1: width + reach, 2: -reach, 3: height + reach}[index]
        corners[list(ends), axis] = far
    paper = _filled((height, width), corners)
    gone = cv2.subtract(np.full_like(paper, 255), paper)
    grain = chance.normal(0, 2.0 if not wild else 5.0, (height // 3 + 1, width // 3 + 1))
    rough = cv2.resize(grain.astype(np.float32), (width, height))
    bed = np.clip(tint + rough[:, :, None], 0, 255)
    soft = cv2.GaussianBlur(paper, (0, 0), 0.8 * scale)[:, :, None] / np.float32(255)
    cover = gone[:, :, None] / np.float32(255)
    result = page * (1 - cover) + bed * (1 - 0.3 * soft) * cover
    boxes: list[Box] = []
    if left:
        boxes.append((0.0, 0.0, float(left), float(height)))
    if right:
        boxes.append((float(width - right), 0.0, float(width), float(height)))
    if top:
        boxes.append((0.0, 0.0, float(width), float(top)))
    if bottom:
        boxes.append((0.0, float(height - bottom), float(width), float(height)))
    return np.asarray(result, dtype=np.uint8), boxes


def motion(page: Pixels, dpi: int, chance: np.random.Generator, wild: bool) -> Pixels:
    """The sheet moved during the exposure: smeared along one direction."""
    length = float(chance.uniform(0.9, 1.3) if not wild else chance.uniform(0.8, 1.9)) * dpi / 25.4
    angle = float(chance.choice([0.0, 90.0]) + chance.uniform(-8, 8))
    if wild:
        angle = float(chance.uniform(0, 180))
    size = math.ceil(length) | 1
    kernel = np.zeros((size, size), dtype=np.float32)
    middle = (size - 1) / 2
    for step in np.linspace(-length / 2, length / 2, size * 8):
        x = middle + step * math.cos(math.radians(angle))
        y = middle + step * math.sin(math.radians(angle))
        if 0 <= round(x) < size and 0 <= round(y) < size:
            kernel[round(y), round(x)] += 1
    kernel /= kernel.sum()
    return np.asarray(cv2.filter2D(page, -1, kernel), dtype=np.uint8)
