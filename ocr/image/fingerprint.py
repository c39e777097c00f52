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

from ocr.image.view import Gray, PageView, halved
from ocr.similarity import CELL_MM, COARSE, COLUMNS, PADDING, ROWS, VERSION

# Share of full ink in a cell: surely inked, and possibly inked after a rescan.
_SURE = 0.60
_POSSIBLE = 0.26
_SOFTEN = 0.55
# A lone number or a tick is not enough to know a sheet by.
_FEWEST = 40
_COARSE_SURE = 1.2
_COARSE_POSSIBLE = 0.75
_GRAIN = 30
_RULE_INK = 30
_RULE_MM = 12.0
_LARGEST_MM = 320.0
# Samples along a side of a cell: a plain reduction to cells would alias thin strokes.
_FINE = 2


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
    ink = halved(np.asarray(cv2.subtract(part, float(_GRAIN)), dtype=np.uint8))
    if not ink.any():
        return ""
    cells, (x, y) = _cells(ink, view, skew_deg)
    middle = x0 + margin + 2 * x, y0 + margin + 2 * y
    inked = cells[cells > 4]
    if inked.size < _FEWEST:
        return ""
    # Blur and resolution spread ink but keep its amount, so cells are measured by full cells.
    cells = cells / float(np.percentile(inked, 85))
    sure = cells > _SURE
    possible = cv2.GaussianBlur(cells, (0, 0), _SOFTEN) > _POSSIBLE
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


def _cells(
    ink: Gray, view: PageView, skew_deg: float
) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Mean ink (0 to 255) of each cell of the straightened, centred grid, and its centre in
    pixels of `ink`, which is at half the size of the view."""
    # By amount of ink, not by a threshold, which fine patterns pass or fail with the resolution.
    moments = cv2.moments(ink)
    angle = np.radians(-skew_deg)
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    middle_x, middle_y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    longest = max(view.width, view.height) * 25.4 / view.dpi
    cell = view.millimetres(CELL_MM) / 2 * max(1.0, longest / _LARGEST_MM)
    unit = cell / _FINE
    width, height = COLUMNS * _FINE, ROWS * _FINE
    # Grid pixel -> page pixel: rotate about the centre of gravity.
    matrix = np.array(
        [
            [cosine * unit, sine * unit, 0.0],
            [-sine * unit, cosine * unit, 0.0],
        ],
        dtype=np.float64,
    )
    matrix[:, 2] = np.array([middle_x, middle_y]) - matrix[:, :2] @ np.array(
        [width / 2, height / 2]
    )
    soft = cv2.blur(ink, (2, 2)) if unit > 1.6 else ink
    grid = cv2.warpAffine(
        soft,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    cells = cv2.resize(
        _without_rules(np.asarray(grid, dtype=np.uint8)),
        (COLUMNS, ROWS),
        interpolation=cv2.INTER_AREA,
    )
    return np.asarray(cells, dtype=np.float32), (middle_x, middle_y)


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
