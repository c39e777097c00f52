"""Draws the fingerprint of an upright page: two planes of ink cells, packed into a string.

`ocr.similarity` compares fingerprints without any pixel library; the layout of the string is
described there, next to its reader.
"""

from __future__ import annotations

import base64
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.solid_spots import solid_spots
from ocr.image.view import Gray, PageView
from ocr.shrinking import halved
from ocr.similarity import CELL_MM, COARSE, COLUMNS, PADDING, ROWS, VERSION

# Share of full ink in a cell: surely inked, and possibly inked after a rescan.
_SURE = 0.65
_POSSIBLE = 0.20
_SOFTEN = 0.55
# A lone number or a tick is not enough to know a sheet by.
_FEWEST = 120
_COARSE_SURE = 1.2
_COARSE_POSSIBLE = 0.75
_GRAIN = np.array((30.0, 0.0, 0.0, 0.0))
_RULE_INK = 30
_RULE_MM = 12.0
_LARGEST_MM = 320.0
# Samples along a side of a cell: a plain reduction to cells would alias thin strokes.
_FINE = 2
# Steps of the grid in pixels from which a sample misses what lies between.
_ALIASING = 1.6


def draw_fingerprint(view: PageView, inner: tuple[int, int, int, int], skew_deg: float) -> str:
    """The fingerprint of the upright page in `view`, straightened by `skew_deg` first.

    The grid is laid out from the centre of gravity of the ink, so a sheet fed a little to the
    side gives the same cells. `inner` is the page without dark edges. Empty for an empty page.
    """
    x0, y0, x1, y1 = inner
    margin = round(view.millimetres(3.0))
    part = view.ink[y0 + margin : y1 - margin, x0 + margin : x1 - margin]
    if min(part.shape) < 2:
        return ""
    # Paper grain and what shines through are not content. Half the size is fine enough for cells.
    ink = halved(np.asarray(cv2.subtract(part, _GRAIN), dtype=np.uint8))
    if not ink.any():
        return ""
    # Holes and blots come to a sheet between two scans: nobody knows what was there before.
    origin = (y0 + margin) // 2, (x0 + margin) // 2
    hidden = solid_spots(ink, view.half[origin[0] :, origin[1] :], view.millimetres(0.5))
    if hidden is not None:
        ink = np.asarray(cv2.subtract(ink, hidden), dtype=np.uint8)
    moments = cv2.moments(ink)
    if not moments["m00"]:
        return ""
    # By amount of ink, not by a threshold, which fine patterns pass or fail with the resolution.
    x, y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    middle = x0 + margin + 2 * x, y0 + margin + 2 * y
    matrix = _grid_matrix(view, (x, y), skew_deg)
    cells = _in_cells(_without_rules(_on_grid(ink, matrix)))
    inked = cells[cells > 4]
    if inked.size < _FEWEST:
        return ""
    # Blur and resolution spread ink but keep its amount, so cells are measured by full cells.
    cells = cells / float(np.percentile(inked, 85))
    sure = cells > _SURE
    possible = cv2.GaussianBlur(cells, (0, 0), _SOFTEN) > _POSSIBLE
    if hidden is not None:
        unknown = _in_cells(_spots_on_grid(hidden, matrix)) > 0
        sure, possible = sure & ~unknown, possible | unknown
    if int(sure.sum()) < _FEWEST:
        return ""
    coarse = cv2.resize(cells, (COLUMNS // COARSE, ROWS // COARSE), interpolation=cv2.INTER_AREA)
    usual = max(0.02, float(np.median(coarse[coarse > 0.25 * np.percentile(coarse, 97)])))
    planes = (
        _padded(sure),
        _padded(np.asarray(possible | sure, dtype=np.bool_)),
        np.asarray(coarse > _COARSE_SURE * usual, dtype=np.bool_),
        np.asarray(coarse > _COARSE_POSSIBLE * usual, dtype=np.bool_),
    )
    place = b"".join(
        min(65535, max(0, round(value * 25.4 / view.dpi))).to_bytes(2, "big") for value in middle
    )
    packed = place + b"".join(np.packbits(plane.reshape(-1)).tobytes() for plane in planes)
    return f"{VERSION}:{base64.b64encode(zlib.compress(packed, 6)).decode('ascii')}"


def _grid_matrix(
    view: PageView, middle: tuple[float, float], skew_deg: float
) -> NDArray[np.float64]:
    """From the fine grid to pixels at half the size of the view: turned about `middle`, where the
    grid is centred."""
    angle = np.radians(-skew_deg)
    longest = max(view.width, view.height) * 25.4 / view.dpi
    cell = view.millimetres(CELL_MM) / 2 * max(1.0, longest / _LARGEST_MM)
    cosine, sine = float(np.cos(angle)) * cell / _FINE, float(np.sin(angle)) * cell / _FINE
    matrix = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0]], dtype=np.float64)
    centre = np.array([COLUMNS * _FINE / 2, ROWS * _FINE / 2])
    matrix[:, 2] = np.array(middle) - matrix[:, :2] @ centre
    return matrix


def _spots_on_grid(spots: Gray, matrix: NDArray[np.float64]) -> Gray:
    """As `_on_grid` for a plane with something in a small part of it."""
    grid = np.zeros((ROWS * _FINE, COLUMNS * _FINE), dtype=np.uint8)
    left, top, wide, high = cv2.boundingRect(spots)
    around = np.array([(x, y) for x in (left, left + wide) for y in (top, top + high)])
    places = np.linalg.solve(matrix[:, :2], (around - matrix[:, 2]).T)
    # A pixel more on every side, for those that lie half in it.
    x0, y0 = (max(0, int(value)) for value in np.floor(places.min(axis=1)) - 1)
    x1, y1 = (max(0, int(value)) for value in np.ceil(places.max(axis=1)) + 2)
    part = grid[y0:y1, x0:x1]
    if part.size:
        shifted = matrix.copy()
        shifted[:, 2] += matrix[:, :2] @ np.array([x0, y0])
        part[:] = _on_grid(spots, shifted, (part.shape[1], part.shape[0]))
    return grid


def _on_grid(
    plane: Gray,
    matrix: NDArray[np.float64],
    size: tuple[int, int] = (COLUMNS * _FINE, ROWS * _FINE),
) -> Gray:
    """The plane on the fine grid, the first `size` (width, height) of it; nothing lies beside the
    plane."""
    coarse = float(np.hypot(matrix[0, 0], matrix[0, 1])) > _ALIASING
    grid = cv2.warpAffine(
        cv2.blur(plane, (2, 2)) if coarse else plane,
        matrix,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return np.asarray(grid, dtype=np.uint8)


def _in_cells(grid: Gray) -> NDArray[np.float32]:
    """The mean (0 to 255) of each cell."""
    cells = cv2.resize(grid, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(cells, dtype=np.float32)


def _without_rules(grid: Gray) -> Gray:
    """The ink without the rules of tables: every form of a kind has the same ones, and a thin
    rule falls into one row of cells or the next as chance will have it."""
    _, inked = cv2.threshold(grid, _RULE_INK, 255, cv2.THRESH_BINARY)
    length = round(_RULE_MM / CELL_MM * _FINE)
    rules = cv2.bitwise_or(
        cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)),
        cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)),
    )
    rules = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.subtract(grid, rules), dtype=np.uint8)


def _padded(plane: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.pad(plane, ((0, 0), (PADDING, PADDING)))
