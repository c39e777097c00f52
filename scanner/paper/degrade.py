"""From ink on white to the picture a scanner delivers: paper, skew, noise, and planted damage."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.paper.render import Box, Pixels
from scanner.paper.typography import ScanStyle

Matrix = NDArray[np.float64]
NOISE_TILE = 700


def on_paper(
    ink: Pixels,
    behind: Pixels | None,
    style: ScanStyle,
    dpi: int,
    chance: np.random.Generator,
    *,
    bleed: float,
    tint: tuple[int, int, int],
) -> Pixels:
    """The ink on tinted, unevenly lit paper; `behind`, the other side, shines through."""
    height, width = ink.shape[:2]
    page = cv2.GaussianBlur(ink, (0, 0), max(0.35, style.softness * dpi / 300))
    if behind is not None and bleed:
        small = cv2.resize(behind, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
        through = cv2.resize(cv2.flip(small, 1), (width, height), interpolation=cv2.INTER_LINEAR)
        faint = cv2.convertScaleAbs(through, alpha=bleed, beta=255 * (1 - bleed))
        page = cv2.multiply(page, faint, scale=1 / 255)
    field = chance.normal(1.0, style.shade, (7, 5)).astype(np.float32)
    light = cv2.resize(field, (width // 8, height // 8), interpolation=cv2.INTER_CUBIC)
    # The light falls off towards one side, as it does below a lid that stands off the glass.
    fall = np.linspace(1.0, 1.0 - style.shade * 1.5, light.shape[1], dtype=np.float32)
    light = light * (fall if chance.random() < 0.5 else fall[::-1])
    tinted = np.clip(light[:, :, None] * np.array(tint, dtype=np.float32), 0, 255)
    paper = cv2.resize(tinted.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    page = cv2.multiply(page, paper, scale=1 / 255)
    return np.asarray(page, dtype=np.uint8)


def punch(page: Pixels, face: str, dpi: int, chance: np.random.Generator) -> None:
    """Three binding holes at the left edge of a front, the right edge of a back (in place)."""
    height, width = page.shape[:2]
    scale = dpi / 25.4
    radius = round(2.2 * scale)
    for share in (0.28, 0.5, 0.72):
        x = (9.0 + float(chance.normal(0, 0.25))) * scale
        x = x if face == "front" else width - x
        centre = (round(x), round(height * share))
        cv2.circle(page, centre, radius, (168, 166, 162), -1, cv2.LINE_AA)
        cv2.circle(page, centre, radius, (120, 118, 114), max(1, radius // 8), cv2.LINE_AA)


def tilt(page: Pixels, degrees: float, edge: int) -> tuple[Pixels, Matrix]:
    """The page tilted clockwise by `degrees`, same size; returns it and the 2 x 3 matrix used."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    turned = cv2.warpAffine(
        page,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(edge, edge, edge),
    )
    return np.asarray(turned, dtype=np.uint8), np.asarray(matrix, dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class Grain:
    """The noise of one scanner, as what it lightens and what it darkens."""

    lighter: Pixels
    darker: Pixels


def make_grain(amount: float, width: int, height: int, chance: np.random.Generator) -> Grain:
    """Sensor noise for sides up to the size: the same in the three channels, as lamps give it."""
    tile = chance.normal(0, amount, (NOISE_TILE, NOISE_TILE))
    rows = math.ceil(height / NOISE_TILE) + 1
    columns = math.ceil(width / NOISE_TILE) + 1
    sheets = []
    for part in (tile, -tile):
        whole = np.tile(np.clip(part, 0, 255).round().astype(np.uint8), (rows, columns))
        sheets.append(np.asarray(cv2.merge([whole] * 3), dtype=np.uint8))
    return Grain(lighter=sheets[0], darker=sheets[1])


def add_grain(page: Pixels, grain: Grain, chance: np.random.Generator) -> Pixels:
    """The page with noise, laid at another place for every side."""
    height, width = page.shape[:2]
    top, left = (int(chance.integers(0, NOISE_TILE)) for _ in range(2))
    cut = (slice(top, top + height), slice(left, left + width))
    brighter = cv2.add(page, grain.lighter[cut])
    return np.asarray(cv2.subtract(brighter, grain.darker[cut]), dtype=np.uint8)


def moved_box(box: Box, matrix: Matrix) -> Box:
    """The upright box around a box after `tilt`."""
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], dtype=np.float64)
    moved = corners @ matrix.T
    low, high = moved.min(axis=0), moved.max(axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def turned_box(box: Box, width: int, height: int, turn: int) -> Box:
    """The box after the image (`width` x `height` before) was turned clockwise by `turn`."""
    x0, y0, x1, y1 = box
    if turn == 90:
        return (height - y1, x0, height - y0, x1)
    if turn == 180:
        return (width - x1, height - y1, width - x0, height - y0)
    if turn == 270:
        return (y0, width - x1, y1, width - x0)
    return box


def turn_clockwise(page: Pixels, turn: int) -> Pixels:
    """The page turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(page, -(turn // 90)))


def blur(page: Pixels, dpi: int) -> Pixels:
    """Out of focus: the text is hardly legible."""
    return np.asarray(cv2.GaussianBlur(page, (0, 0), 4.6 * dpi / 300), dtype=np.uint8)


def too_dark(page: Pixels) -> Pixels:
    """Under-exposed: paper becomes dark grey, text stays darker."""
    return np.asarray(cv2.convertScaleAbs(page, alpha=0.36, beta=4), dtype=np.uint8)


def too_light(page: Pixels) -> Pixels:
    """Over-exposed: text is nearly washed out."""
    return np.asarray(cv2.convertScaleAbs(page, alpha=0.24, beta=201), dtype=np.uint8)


def low_contrast(page: Pixels) -> Pixels:
    """A grey page with grey text."""
    return np.asarray(cv2.convertScaleAbs(page, alpha=0.22, beta=118), dtype=np.uint8)


def black_border(page: Pixels, dpi: int, chance: np.random.Generator) -> tuple[Pixels, list[Box]]:
    """The black lid of the scanner shows along two or three edges; the page and their boxes."""
    result = page.copy()
    height, width = page.shape[:2]
    scale = dpi / 25.4
    depths = [float(chance.uniform(5, 10)) * scale for _ in range(4)]
    depths[int(chance.integers(0, 4))] = 0.0
    slant = [float(chance.uniform(-1.5, 1.5)) * scale for _ in range(4)]
    left, right, top, bottom = depths
    dark = (16, 16, 18)
    shapes = (
        (left, [(0, 0), (left + slant[0], 0), (left, height), (0, height)]),
        (
            right,
            [(width, 0), (width - right, 0), (width - right + slant[1], height), (width, height)],
        ),
        (top, [(0, 0), (width, 0), (width, top + slant[2]), (0, top)]),
        (
            bottom,
            [
                (0, height),
                (width, height),
                (width, height - bottom),
                (0, height - bottom + slant[3]),
            ],
        ),
    )
    boxes: list[Box] = []
    for depth, corners in shapes:
        if depth:
            cv2.fillPoly(result, [np.array(corners, dtype=np.int32)], dark)
            xs, ys = zip(*corners, strict=True)
            boxes.append((float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))))
    return result, boxes


def folded_corner(page: Pixels, dpi: int, chance: np.random.Generator) -> tuple[Pixels, list[Box]]:
    """A dog-ear: one upper corner is folded over the page, the lid shows behind; with its box."""
    result = page.copy()
    width = page.shape[1]
    size = float(chance.uniform(28, 42)) * dpi / 25.4
    across, along = size, size * float(chance.uniform(0.75, 1.25))
    right = bool(chance.integers(0, 2))
    corner = width - 1 if right else 0
    inner = corner - across if right else corner + across
    gone = np.array([(corner, 0), (inner, 0), (corner, along)], dtype=np.int32)
    # The flap is the mirror image of the missing corner on the other side of the fold.
    share = 2 * across * along / (across**2 + along**2)
    flap_x = corner - along * share if right else corner + along * share
    flap = np.array([(inner, 0), (flap_x, across * share), (corner, along)], dtype=np.int32)
    cv2.fillPoly(result, [gone], (60, 60, 62))
    cv2.fillPoly(result, [flap], (226, 223, 216))
    cv2.polylines(result, [flap], True, (150, 148, 142), max(2, dpi // 100), cv2.LINE_AA)
    points = np.concatenate([gone, flap])
    low, high = points.min(axis=0), points.max(axis=0)
    return result, [(float(low[0]), float(low[1]), float(high[0]), float(high[1]))]


def streak(
    page: Pixels, dpi: int, chance: np.random.Generator, mode: str = ""
) -> tuple[Pixels, list[Box]]:
    """Dirt on the glass: straight lines down the whole side, with their boxes.

    "" thin and dark, "colour" where one lamp or channel is covered, "soft" wide and out of focus.
    """
    if mode:
        return _other_streak(page, dpi, chance, mode)
    result = page.copy()
    height, width = page.shape[:2]
    boxes: list[Box] = []
    for _ in range(int(chance.integers(1, 4))):
        x = int(chance.uniform(0.15, 0.85) * width)
        thick = max(1, int(chance.integers(1, 4)) * dpi // 300)
        colour = np.array([70, 66, 84], dtype=np.float32) + float(chance.uniform(-20, 40))
        band = result[:, x : x + thick].astype(np.float32)
        result[:, x : x + thick] = np.clip(band * 0.25 + colour * 0.75, 0, 255).astype(np.uint8)
        boxes.append((float(x), 0.0, float(x + thick), float(height)))
    return result, boxes


def _other_streak(
    page: Pixels, dpi: int, chance: np.random.Generator, mode: str
) -> tuple[Pixels, list[Box]]:
    height, width = page.shape[:2]
    scale = dpi / 25.4
    middle = float(chance.uniform(0.06, 0.94)) * width
    if mode == "colour":
        spread, depth = 0.08 * scale, np.zeros(3)
        depth[int(chance.integers(0, 3))] = float(chance.uniform(0.3, 0.7))
    else:
        spread, depth = (
            float(chance.uniform(0.25, 0.7)) * scale,
            np.full(3, chance.uniform(0.15, 0.4)),
        )
    across = np.exp(-(((np.arange(width) - middle) / max(0.6, spread)) ** 2))
    factor = 1 - across[None, :, None] * depth
    box = (
        max(0.0, middle - 2 * spread),
        0.0,
        min(float(width), middle + 2 * spread),
        float(height),
    )
    return np.asarray(page * factor, dtype=np.uint8), [box]


def bitonal(page: Pixels) -> Pixels:
    """Black and white, as a line-art scan gives it."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    _, hard = cv2.threshold(grey, 150, 255, cv2.THRESH_BINARY)
    return np.asarray(hard, dtype=np.uint8)
