"""Finds a table that runs off an edge of the page: its rules end at the edge, no rule closes them
there, and at their other ends the frame does.

Lines of ruled paper run from edge to edge or stop within both margins; neither is a table that
went on beyond the edge.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.detectors.cut_writing import Cut
from ocr.detectors.edges import runs

Mask = NDArray[np.bool_]

# Rules so many and so far from each other, all of them up to the edge, are the rows of a table.
_LEAST_RULES = 4
_APART_MM = (4.0, 45.0)
_THICK_MM = 1.4
_TOUCH_MM = 0.9
_LEAST_LENGTH_MM = 14.0
# A rule that was scanned with gaps is one rule up to this.
_GAP_MM = 1.2
# How far the ends of the rules may lie from the frame that joins them, and how much of that frame
# has to be there.
_OFF_FRAME_MM = 1.2
_FRAMED = 0.85
_ON_FRAME = 0.75
# The frame stands inside the page.
_MARGIN_MM = 4.0


def open_table(plane: Mask, pace: float, lean: float) -> Cut | None:
    """From the first to the last rule that the edge cuts (pixels along the edge) and the length
    between them in millimetres; None where no table is open at the edge.

    `plane` is the ink with places along the edge as rows and the way inwards as columns, `pace`
    pixels per millimetre; `lean` how far rules drift along the edge for each pixel inwards.
    """
    thick = np.array(plane)
    thick[1:] |= plane[:-1]
    thick[:-1] |= plane[1:]
    rules = _rules(thick, pace, lean)
    if len(rules) < _LEAST_RULES:
        return None
    places = np.array([place for place, _ in rules], dtype=np.float64)
    apart = np.diff(places) / pace
    if apart.min() < _APART_MM[0] or apart.max() > _APART_MM[1]:
        return None
    ends = np.array([end for _, end in rules], dtype=np.float64)
    # The frame is square to the rules: it drifts the other way.
    rows = places + lean * ends
    frame = np.median(ends + lean * rows) - lean * rows
    on = np.abs(ends - frame) <= _OFF_FRAME_MM * pace
    if float(on.mean()) < _ON_FRAME or ends[on].max() > plane.shape[1] - _MARGIN_MM * pace:
        return None
    if not _is_framed(plane, (float(rows.min()), float(rows.max())), (lean, frame, rows), pace):
        return None
    first, last = int(places[0]), int(places[-1])
    return first, last, (last - first) / pace


def _rules(thick: Mask, pace: float, lean: float) -> list[tuple[int, int]]:
    """The rules that begin at the edge: (place along it, column where it ends)."""
    touch = thick[:, : max(1, round(_TOUCH_MM * pace))].all(axis=1)
    found = []
    for start, end in runs(np.asarray(touch)):
        if end - start > _THICK_MM * pace + 2:
            continue
        middle = (start + end - 1) // 2
        stop = _end_of(thick, middle, pace, lean)
        if stop >= _LEAST_LENGTH_MM * pace:
            found.append((middle, stop))
    return found


def _end_of(thick: Mask, row: int, pace: float, lean: float) -> int:
    """The column at which the rule that begins at `row` ends."""
    rows, columns = thick.shape
    steps = np.arange(columns)
    along = np.round(row + lean * steps).astype(np.int64)
    inside = (along >= 1) & (along < rows - 1)
    reach = int(np.argmin(inside)) if not inside.all() else columns
    at, steps = along[:reach], steps[:reach]
    inked = thick[at, steps] | thick[at - 1, steps] | thick[at + 1, steps]
    gap = max(1, round(_GAP_MM * pace))
    missing = runs(np.asarray(~inked))
    return next((start for start, end in missing if end - start > gap), reach)


def _is_framed(
    plane: Mask,
    span: tuple[float, float],
    frame: tuple[float, NDArray[np.float64], NDArray[np.float64]],
    pace: float,
) -> bool:
    """Whether a rule joins the ends of the rules; `frame` is the lean and the columns and rows of
    the ends on that frame."""
    lean, columns, rows = frame
    along = np.arange(max(0, round(span[0])), min(plane.shape[0], round(span[1]) + 1))
    base = float(np.median(columns + lean * rows))
    at = np.round(base - lean * along).astype(np.int64)
    reach = max(1, round(_OFF_FRAME_MM * pace))
    inked = np.zeros(along.size, dtype=np.bool_)
    for offset in range(-reach, reach + 1):
        inked |= plane[along, np.clip(at + offset, 0, plane.shape[1] - 1)]
    return bool(along.size and float(inked.mean()) >= _FRAMED)
