"""Finds writing that runs into an edge of the sheet or of the image, and pieces torn out there.

Printers and writers leave a margin; lines of characters that stand at the very edge go on beyond
it. Red ink is not asked: a seal across the joint of two sheets is half on each on purpose.
Rules and frames may run to the edge, pictures and forms may fill the sheet, a page number may
stand close to the edge: none of these is a row of characters that meets it.

Where much bed shows at the opposite edge the sheet lay too far out; there less is proof enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.api import Finding
from ocr.detectors.bed import bed_of
from ocr.detectors.cut_writing import (
    NEAR_MM,
    Cut,
    anything_that_meets,
    bits_that_meet,
    line_along,
    lines_that_meet,
)
from ocr.detectors.edge_strip import DEPTH_MM, EdgeStrip, strip_of
from ocr.detectors.edges import EDGES, inwards
from ocr.detectors.open_table import open_table
from ocr.detectors.reduced import shrink_factor, shrunk, shrunk_work
from ocr.detectors.torn_edge import SheetEdge, sheet_edge, torn_piece
from ocr.image.limits import Limits
from ocr.sight import Sight, WorkBox

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# Pixels per millimetre that are asked of the ink.
_PACE = 3.0
_INKED = 62
# Red ink keeps more than this share of the red of the paper.
_RED_LIGHT = 0.62
_LEAST_ROWS = 4
_OPPOSITE = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
# Bed at the opposite edge that no sheet leaves which lies where it should.
_PUSHED_MM = 12.0
_FLUSH = 0.8
# A sheet that leans so far and shows no bed at an edge sticks out there.
_ASKEW = 2.5
_LEAST_BITS = 4
_PUSHED_BITS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """What is cut at one edge: from `start` to `end` along it and `depth` inwards (millimetres,
    from the edge of the image); `value` is the length along the edge that is concerned."""

    edge: str
    start: float
    end: float
    depth: float
    value: float


def find(sight: Sight, limits: Limits) -> tuple[Finding, ...]:
    """One finding for each edge at which writing is cut or the sheet is torn.

    The value is the length along the edge that is concerned, in millimetres.
    """
    view = sight.view
    bed = sight.once(bed_of)
    factor = shrink_factor(view, _PACE)
    pace = view.millimetres(1.0) / factor
    pens = _pens(sight, factor)
    sides = {edge: sheet_edge(bed, edge) for edge in EDGES}
    findings = []
    for edge in EDGES:
        side = sides[edge]
        across = (view.width if edge in ("left", "right") else view.height) / view.millimetres(1.0)
        torn = None if bed.faint else torn_piece(side, across)
        place = None if torn is None else _torn(side, torn)
        if torn is None:
            pushed = _is_pushed(side, sides[_OPPOSITE[edge]])
            place = _cut_writing(sight, inwards(pens, edge), pace, side, pushed)
            if place is None and pushed:
                place = _cut_colour(sight, factor, pace, side)
        if place is not None and place.value >= limits.cut_off:
            findings.append(
                Finding(
                    code="cut_off",
                    severity="fail",
                    value=round(place.value, 1),
                    limit=limits.cut_off,
                    box=sight.page_box(_box(sight, place)),
                )
            )
    return tuple(findings)


def _pens(sight: Sight, factor: int) -> Pixels:
    """1 where there is ink of any colour but red: what is as dark in the red of the picture."""
    view = sight.view
    inked = _inked(view.ink, view.half_ink, factor)
    red = np.asarray(cv2.extractChannel(shrunk_work(view, factor), 2), dtype=np.uint8)
    dark = red < _RED_LIGHT * view.paper[2]
    black = _inked(view.black, view.half_black, factor)
    inked &= dark
    inked |= black
    return inked.view(np.uint8)


def _inked(ink: Pixels, half: Pixels, factor: int) -> Mask:
    """Where there is ink at 1 / `factor` of its size; `half` is the same at half."""
    small = shrunk(half, factor // 2) if factor % 2 == 0 else shrunk(ink, factor)
    return np.asarray(small > _INKED, dtype=np.bool_)


def _torn(side: SheetEdge, piece: tuple[float, float]) -> _Place:
    start, end = piece
    depth = float(side.depth[round(start * side.pace) : round(end * side.pace)].max())
    return _Place(edge=side.edge, start=start, end=end, depth=depth, value=end - start)


def _is_pushed(side: SheetEdge, opposite: SheetEdge) -> bool:
    """Whether the sheet lay too far out at an edge: none of its bed shows and much of the bed
    at the opposite one."""
    flush = float((side.depth == 0).mean())
    return flush >= _FLUSH and bool(opposite.depth.any()) and opposite.inset >= _PUSHED_MM


def _cut_writing(
    sight: Sight, plane: Pixels, pace: float, side: SheetEdge, pushed: bool
) -> _Place | None:
    """Writing that is cut at an edge; `plane` is the ink as `inwards` turns it."""
    rows, columns = plane.shape
    if rows < 20 * pace or columns < 0.8 * DEPTH_MM * pace:
        return None
    lean = _lean(sight)
    if not side.depth.any() and _is_free(plane, pace, lean):
        return None
    strip = strip_of(plane, pace, side, lean if side.edge in ("left", "bottom") else -lean)
    meets = _lines_meet(sight, side.edge)
    found = lines_that_meet(strip, pushed) if meets else line_along(strip, lean)
    if found is None and meets:
        found = bits_that_meet(strip, _PUSHED_BITS if pushed else _LEAST_BITS)
    if found is None and not side.depth.any():
        drift = lean if side.edge in ("left", "bottom") else -lean
        found = open_table(plane > 0, pace, drift)
    return None if found is None else _placed(side, strip, found, DEPTH_MM / 2 if meets else 6.0)


def _cut_colour(sight: Sight, factor: int, pace: float, side: SheetEdge) -> _Place | None:
    """Ink of any colour that is cut at the edge over which the sheet lay too far out.

    Seals across the joints of sheets stand at their sides: there the sheet must lean, too."""
    if _lines_meet(sight, side.edge) and abs(sight.skew.degrees) < _ASKEW:
        return None
    ink = _inked(sight.view.ink, sight.view.half_ink, factor).view(np.uint8)
    strip = strip_of(inwards(ink, side.edge), pace, side, 0.0)
    found = anything_that_meets(strip)
    return None if found is None else _placed(side, strip, found, 6.0)


def _lean(sight: Sight) -> float:
    return math.tan(math.radians(sight.skew.degrees))


def _lines_meet(sight: Sight, edge: str) -> bool:
    """Whether lines of writing run towards the edge and not along it."""
    return (edge in ("left", "right")) != (sight.orientation.turn in (90, 270))


def _is_free(plane: Pixels, pace: float, lean: float) -> bool:
    """Whether so little ink is near the edge that no row of characters can be there."""
    reach = NEAR_MM * pace + 0.5 * plane.shape[0] * abs(lean)
    near = plane[:, : math.ceil(reach) + 1].any(axis=1)
    return int(np.count_nonzero(near)) < _LEAST_ROWS


def _placed(side: SheetEdge, strip: EdgeStrip, found: Cut, depth: float) -> _Place:
    first, last, length = found
    return _Place(
        edge=side.edge,
        start=first / strip.pace,
        end=last / strip.pace,
        depth=float(strip.start[first:last].max()) + depth,
        value=length,
    )


def _box(sight: Sight, place: _Place) -> WorkBox:
    view = sight.view
    start, end, depth = (
        round(view.millimetres(value)) for value in (place.start, place.end, place.depth)
    )
    if place.edge == "left":
        return 0, start, depth, end
    if place.edge == "right":
        return view.width - depth, start, view.width, end
    if place.edge == "top":
        return start, 0, end, depth
    return start, view.height - depth, end, view.height
