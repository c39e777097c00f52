"""Where on a page a barcode may stand: fields of even, dense edges.

A linear code is a field of edges in one direction; a QR code is one of edges in both. Text has
edges in both directions too, but its lines are parted by paper; rules and borders are thin. So
every field that stays after an opening by the size of the smallest code is worth a look by the
decoder at full resolution, and a page of text has few of them or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.codes.reduction import halved_to
from ocr.shrinking import halved

Gray = NDArray[np.uint8]
Box = tuple[int, int, int, int]
Mask = NDArray[np.uint8]
Kind = Literal["upright bars", "level bars", "matrix"]

_MM_PER_INCH = 25.4
# At least this much when edges are taken: a module of 0.25 mm is one and a half pixels then.
_EDGE_DPI = 125.0
_CELL_HALVINGS = 3
_NOISE_SHARE = 20  # percent of the page have fewer edges: that is bare paper
_EDGE = 3.0
_NOISE_FACTOR = 1.6
_ONE_WAY = 1.5
_SMALLEST_LINEAR_MM = (8.0, 5.0)
_SMALLEST_MATRIX_MM = 5.5
_WIDEST_GAP_MM = 2.7
_MARGIN_MM = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A field of edges: `box` (x0, y0, x1, y1) in pixels of the page with paper around it, `core`
    without. Bars that stand upright make a code that reads along the lines of the page."""

    kind: Kind
    box: Box
    core: Box


def code_areas(gray: Gray, dpi: float) -> list[Area]:
    """Where on `gray` (height x width, uint8, at `dpi`) a barcode may stand, from top to bottom.

    Areas of one kind do not overlap. A picture too small to hold a code has none.
    """
    work, work_dpi = halved_to(gray, dpi, _EDGE_DPI)
    if min(work.shape) < 2 << _CELL_HALVINGS:
        return []
    across = _cells(cv2.absdiff(work[:-1, 1:], work[:-1, :-1]))
    down = _cells(cv2.absdiff(work[1:, :-1], work[:-1, :-1]))
    cell = (1 << _CELL_HALVINGS) * _MM_PER_INCH / work_dpi
    floor_across, floor_down = _floor(across), _floor(down)
    across, down = np.maximum(across - floor_across, 0), np.maximum(down - floor_down, 0)
    wide, narrow = (max(2, round(size / cell)) for size in _SMALLEST_LINEAR_MM)
    gap = max(2, round(_WIDEST_GAP_MM / cell))
    square = max(2, round(_SMALLEST_MATRIX_MM / cell))
    fields: dict[Kind, Mask] = {
        "upright bars": _opened((across > _EDGE) & (across > _ONE_WAY * down), wide, narrow, gap),
        "level bars": _opened((down > _EDGE) & (down > _ONE_WAY * across), narrow, wide, gap),
        "matrix": _opened((across > _EDGE) & (down > _EDGE), square, square, gap),
    }
    margin = max(1, round(_MARGIN_MM / cell))
    scale = gray.shape[1] / work.shape[1] * (1 << _CELL_HALVINGS)
    height, width = gray.shape
    return [
        Area(
            kind=kind,
            box=_on_page(box, scale, width, height),
            core=_on_page(core, scale, width, height),
        )
        for kind, field in fields.items()
        for box, core in _boxes(field, margin)
    ]


def _cells(edges: cv2.typing.MatLike) -> NDArray[np.float32]:
    cells = np.asarray(edges, dtype=np.uint8)
    # The last halvings keep fractions, or weak edges would be lost to rounding.
    cells = halved(cells)
    fine = cells.astype(np.float32)
    for _ in range(_CELL_HALVINGS - 1):
        height, width = fine.shape[0] // 2, fine.shape[1] // 2
        fine = np.asarray(
            cv2.resize(
                fine[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
            ),
            dtype=np.float32,
        )
    return fine


def _floor(cells: NDArray[np.float32]) -> float:
    """What grain and the JPEG leave on bare paper."""
    sample = cells[::2, ::2].ravel()
    place = len(sample) * _NOISE_SHARE // 100
    return _NOISE_FACTOR * float(np.partition(sample, place)[place])


def _opened(field: NDArray[np.bool_], width: int, height: int, gap: int) -> Mask:
    """`field` without everything that does not hold a rectangle of that many cells."""
    mask = np.asarray(field, dtype=np.uint8)
    # A seal or a pen line across a code must not part it.
    mask = _eroded(_dilated(mask, gap, gap), gap, gap)
    return _dilated(_eroded(mask, width, height), width, height)


def _eroded(mask: Mask, width: int, height: int) -> Mask:
    kernel = np.ones((height, width), dtype=np.uint8)
    return np.asarray(cv2.erode(mask, kernel, anchor=(0, 0)), dtype=np.uint8)


def _dilated(mask: Mask, width: int, height: int) -> Mask:
    """The counterpart of `_eroded`: kernels of even size move nothing when the anchors differ."""
    kernel = np.ones((height, width), dtype=np.uint8)
    return np.asarray(cv2.dilate(mask, kernel, anchor=(width - 1, height - 1)), dtype=np.uint8)


def _boxes(field: Mask, margin: int) -> list[tuple[Box, Box]]:
    """Each part of the field in cells: grown by `margin` and as it is; what touches is joined."""
    found = []
    grown = cv2.dilate(field, np.ones((2 * margin + 1, 2 * margin + 1), dtype=np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=4)
    for left, top, width, height, _ in stats[1:count].tolist():
        box = (left, top, left + width, top + height)
        x, y, across, down = cv2.boundingRect(field[top : top + height, left : left + width])
        core = (left + x, top + y, left + x + across, top + y + down)
        found.append((box, core))
    return found


def _on_page(box: Box, scale: float, width: int, height: int) -> Box:
    x0, y0, x1, y1 = (round(value * scale) for value in box)
    return x0, y0, min(width, x1), min(height, y1)
