"""A sheet that may have lost parts, and how it lies on the glass."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.paper.field.plate import Cover, Light, darkest, rough
from scanner.paper.render import Box

Matrix = NDArray[np.float64]
_CUT_STRIP_MM = 11.0


@dataclass(kw_only=True)
class Sheet:
    """Reflectance, presence (1 where there is paper) and ink (darker than half) of a sheet, and the
    boxes of its faults; all in pixels of the sheet."""

    light: Light
    paper: Cover
    ink: NDArray[np.bool_]
    scale: float
    boxes: dict[str, tuple[Box, ...]] = field(default_factory=dict)


def sheet_of(light: Light, scale: float) -> Sheet:
    """A whole sheet with this on it."""
    paper = np.ones(light.shape[:2], dtype=np.float32)
    return Sheet(light=light, paper=paper, ink=darkest(light) < 0.4, scale=scale)


def lose_corner(sheet: Sheet, mode: str, back: Light | None, chance: np.random.Generator) -> None:
    """Takes a corner away: "torn", "missing" (cut straight), "back" (folded behind), or "" and
    "front" (folded over the page, so that the back of the sheet shows)."""
    height, width = sheet.paper.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    right, low = bool(chance.integers(0, 2)), bool(chance.integers(0, 2))
    x = width - 1 - columns if right else columns
    y = height - 1 - rows if low else rows
    across = float(chance.uniform(14, 46)) * sheet.scale
    along = across * float(chance.uniform(0.55, 1.8))
    norm = math.hypot(1 / across, 1 / along)
    distance = (x / across + y / along - 1) / norm
    near = distance < 12 * sheet.scale
    if mode == "torn":
        step = float(chance.uniform(3, 9)) * sheet.scale
        distance = distance + rough(chance, (height, width), step) * 1.3 * sheet.scale
        rim = float(chance.uniform(0.4, 1.2)) * sheet.scale
        fibre = np.clip(1 - distance / rim, 0, 1) * (distance > 0) * 0.7
        sheet.light += (0.93 - sheet.light) * fibre[:, :, None].astype(np.float32)
    gone = np.clip(0.5 - distance, 0, 1) * near
    if mode in ("back", "front", ""):
        ridge = np.exp(-((distance / (0.45 * sheet.scale)) ** 2)) * 0.3
        sheet.light *= (1 - ridge)[:, :, None].astype(np.float32)
    sheet.paper = np.minimum(sheet.paper, 1 - gone).astype(np.float32)
    boxes = [across, along]
    if mode in ("front", ""):
        flap = _fold_over(sheet, distance, (x, y), (across, along), norm, back, chance)
        boxes = [max(across, flap[0]), max(along, flap[1])]
    x0 = width - boxes[0] if right else 0.0
    y0 = height - boxes[1] if low else 0.0
    sheet.boxes["folded_corner"] = ((x0, y0, x0 + boxes[0], y0 + boxes[1]),)


def _fold_over(
    sheet: Sheet,
    distance: Cover,
    place: tuple[Cover, Cover],
    size: tuple[float, float],
    norm: float,
    back: Light | None,
    chance: np.random.Generator,
) -> tuple[float, float]:
    """Lays the flap: the part that was taken away, mirrored at the fold; gives its reach."""
    unit_x, unit_y = 1 / size[0] / norm, 1 / size[1] / norm
    mirrored_x = place[0] - 2 * distance * unit_x
    mirrored_y = place[1] - 2 * distance * unit_y
    flap = (distance > 0) & (mirrored_x >= 0) & (mirrored_y >= 0) & (distance < max(size))
    shade = float(chance.uniform(0.82, 1.0))
    tone = np.array([0.84, 0.83, 0.8], dtype=np.float32) * shade
    tone *= chance.uniform(0.94, 1.06, 3).astype(np.float32)
    dark = cv2.GaussianBlur(flap.astype(np.float32), (0, 0), 1.1 * sheet.scale)
    sheet.light *= (1 - 0.4 * dark)[:, :, None]
    inner = np.full(sheet.light.shape, 1.0, dtype=np.float32) * tone
    if back is not None and back.shape == sheet.light.shape:
        height, width = flap.shape
        columns = np.clip(mirrored_x, 0, width - 1).astype(np.int64)
        lines = np.clip(mirrored_y, 0, height - 1).astype(np.int64)
        inner = inner * back[lines, columns]
    sheet.light = np.where(flap[:, :, None], inner, sheet.light).astype(np.float32)
    reach_x = float(place[0][flap].max()) if flap.any() else size[0]
    reach_y = float(place[1][flap].max()) if flap.any() else size[1]
    return reach_x, reach_y


def lose_edge(sheet: Sheet, chance: np.random.Generator) -> None:
    """Tears a strip off one edge, or a bite out of it, as deep as the writing goes."""
    height, width = sheet.paper.shape
    lines, columns = np.nonzero(sheet.ink)
    margins = [columns.min(), width - columns.max(), lines.min(), height - lines.max()]
    nearest = [side for side in range(4) if margins[side] < 42 * sheet.scale]
    side = nearest[int(chance.integers(0, len(nearest)))] if nearest else 0
    rows, places = np.mgrid[0:height, 0:width].astype(np.float32)
    depth = (places, width - 1 - places, rows, height - 1 - rows)[side]
    along = rows if side < 2 else places
    longest = height if side < 2 else width
    inside = lines if side < 2 else columns
    middle = float(np.quantile(inside, float(chance.uniform(0.2, 0.8))))
    half = longest * float(chance.uniform(0.06, 0.6))
    margin = min(float(margins[side]), 60 * sheet.scale)
    goal = margin + float(chance.uniform(5, 13)) * sheet.scale
    bite = goal * np.clip(1.15 - ((along - middle) / half) ** 4, -0.4, 1)
    step = float(chance.uniform(4, 14)) * sheet.scale
    distance = depth - bite + rough(chance, (height, width), step) * 1.5 * sheet.scale
    rim = float(chance.uniform(0.5, 1.5)) * sheet.scale
    fibre = np.clip(1 - distance / rim, 0, 1) * (distance > 0) * (bite > 0) * 0.7
    sheet.light += (0.93 - sheet.light) * fibre[:, :, None].astype(np.float32)
    gone = np.clip(0.5 - distance, 0, 1) * (bite > -2)
    sheet.paper = np.minimum(sheet.paper, 1 - gone).astype(np.float32)
    rows_gone, columns_gone = np.nonzero(gone > 0.5)
    sheet.boxes["cut_off"] = (
        (
            float(columns_gone.min()),
            float(rows_gone.min()),
            float(columns_gone.max()),
            float(rows_gone.max()),
        ),
    )


def lying(
    size: tuple[int, int], window: tuple[int, int], degrees: float, x: float, y: float
) -> Matrix:
    """The matrix from pixels of a sheet of (width, height) to those of the window: turned
    clockwise round the middle, which lies at the middle of the window moved by (x, y)."""
    matrix = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), -degrees, 1.0)
    move = np.array([(window[0] - size[0]) / 2 + x, (window[1] - size[1]) / 2 + y])
    moved = matrix.astype(np.float64)
    moved[:, 2] += move
    return moved


def ink_in(sheet: Sheet, matrix: Matrix) -> NDArray[np.float64]:
    """Where ink of the sheet lies in the window: points (n x 2), one of every few pixels."""
    lines, columns = np.nonzero(sheet.ink[::3, ::3])
    points = np.stack([columns * 3.0, lines * 3.0, np.ones(len(lines))], axis=1)
    return np.asarray(points @ matrix.T, dtype=np.float64)


def pushed_out(
    points: NDArray[np.float64], window: tuple[int, int], scale: float, chance: np.random.Generator
) -> tuple[float, float]:
    """How far to move a sheet so that one of the edges runs through its ink; a whole line more or
    less outside would leave nothing to see."""
    if len(points) == 0:
        return 0.0, 0.0
    best, most = (0.0, 0.0), -1
    for _ in range(20):
        axis, far = int(chance.integers(0, 2)), bool(chance.integers(0, 2))
        values = points[:, axis]
        deep = float(chance.uniform(3.5, 12)) * scale
        line = float(values.max()) - deep if far else float(values.min()) + deep
        crossed = int((np.abs(values - line) < 0.3 * scale).sum())
        if crossed > most:
            move = (window[axis] if far else 0.0) - line
            best, most = ((move, 0.0) if axis == 0 else (0.0, move)), crossed
        if crossed > 25:
            break
    return best


def cut_boxes(
    points: NDArray[np.float64], window: tuple[int, int], scale: float
) -> tuple[Box, ...]:
    """Strips of the window at whose edge ink ends."""
    strip, near = _CUT_STRIP_MM * scale, 0.7 * scale
    width, height = window
    boxes: list[Box] = []
    for axis, edge, ends in (
        (0, 0.0, (0.0, strip)),
        (0, float(width), (width - strip, float(width))),
        (1, 0.0, (0.0, strip)),
        (1, float(height), (height - strip, float(height))),
    ):
        other = points[np.abs(points[:, axis] - edge) < near, 1 - axis]
        other = other[(other >= 0) & (other < (height, width)[axis])]
        if len(other) < 2:
            continue
        low, high = float(other.min()) - near, float(other.max()) + near
        boxes.append((ends[0], low, ends[1], high) if axis == 0 else (low, ends[0], high, ends[1]))
    return tuple(boxes)


def lid_boxes(paper: Cover, scale: float) -> tuple[Box, ...]:
    """Strips along the edges of the window where the lid shows more than a millimetre deep."""
    height, width = paper.shape
    seen = paper > 0.5
    boxes: list[Box] = []
    for turned, box in (
        (seen, lambda depth: (0.0, 0.0, depth, float(height))),
        (seen[:, ::-1], lambda depth: (width - depth, 0.0, float(width), float(height))),
        (seen.T, lambda depth: (0.0, 0.0, float(width), depth)),
        (seen.T[:, ::-1], lambda depth: (0.0, height - depth, float(width), float(height))),
    ):
        first = np.where(turned.any(axis=1), turned.argmax(axis=1), turned.shape[1])
        depth = float(np.median(first))
        if depth > scale:
            boxes.append(box(depth))
    return tuple(boxes)
