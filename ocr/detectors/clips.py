"""Paper clips of wire, told from frames, seals, ridges and drawings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.detectors.wires import Wire, wires_of
from ocr.sight import Sight, WorkBox

# How much darker than the ground in its gaps a wire is; the ridges of a print run together.
_OPEN_GAPS = 0.4
# What comes in over an edge may be seen in a smaller part.
_WIRE_LONG_MM = (16.0, 12.5)
_EDGE_MM = 1.5
# Clips belong at an edge. What lies further inside among the writing must be like one in all:
# three lengths of wire or four side by side, in one tone that is not that of ink. The print of a
# finger has more ridges.
_MARGIN_MM = 15.0
_LOOPED = (2.6, 5.0)
_ONE_TONE = 0.2
_WIRE_TONE = (0.2, 0.78)
# Ground around a wire that is darker than this is a picture.
_WIRE_GROUND = 60.0
_WIRE_BESIDE_MM = 2.5
_WIRE_THICK_MM = 0.55
# Coloured wire is coated, and darker than the ink of a seal at its edge.
_COLOURED_GRAY = 0.6
_COATED_TONE = 0.5


def clips_of(sight: Sight, darkest: NDArray[np.uint8]) -> list[Wire]:
    """The clips of the page, the longest first; `darkest` as for `wires_of`."""
    found = [wire for wire in wires_of(sight, darkest) if _is_clip(wire, sight)]
    found.sort(key=lambda wire: -wire.long_side)
    return [wire for wire in found if _lies_on_paper(sight, wire)]


def _is_clip(wire: Wire, sight: Sight) -> bool:
    """Wire that runs to and fro along its length in one tone. What runs there and back only may
    be a printed frame, which is thinner; what is coloured and pale is part of a seal."""
    if wire.gray < _COLOURED_GRAY and wire.tone < _COATED_TONE:
        return False
    if (wire.crossings < 3 or wire.run < 2.6) and (wire.thick < 0.98 or wire.long_side < 19.0):
        return False
    if not _is_near_edge(wire.box, sight, _MARGIN_MM) and not (
        wire.crossings >= 3
        and _within(wire.run, _LOOPED)
        and wire.spread <= _ONE_TONE
        and _within(wire.tone, _WIRE_TONE)
    ):
        return False
    return (
        wire.long_side >= _WIRE_LONG_MM[_is_near_edge(wire.box, sight, _EDGE_MM)]
        and wire.thick >= _WIRE_THICK_MM
        and wire.long_side > 1.6 * wire.short_side
        and wire.run >= 2.0
        and wire.crossings >= 2
        and wire.straight >= 0.97
        and wire.spread < 0.3
    )


def _lies_on_paper(sight: Sight, wire: Wire) -> bool:
    """Whether a wire has bare paper around and within it: it lies in no photograph, and is no
    print of a finger."""
    beside = round(sight.view.millimetres(_WIRE_BESIDE_MM))
    x0, y0, x1, y1 = wire.box
    around = sight.view.ink[max(0, y0 - beside) : y1 + beside, max(0, x0 - beside) : x1 + beside]
    if float(np.median(around[::2, ::2])) >= _WIRE_GROUND:
        return False
    inset_x, inset_y = (x1 - x0) // 5, (y1 - y0) // 5
    within = sight.view.ink[y0 + inset_y : y1 - inset_y, x0 + inset_x : x1 - inset_x]
    return float(np.percentile(within, 20)) < _OPEN_GAPS * 255 * wire.tone


def _is_near_edge(box: WorkBox, sight: Sight, millimetres: float) -> bool:
    near = sight.view.millimetres(millimetres)
    x0, y0, x1, y1 = sight.inner
    return min(box[0] - x0, box[1] - y0, x1 - box[2], y1 - box[3]) <= near


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
