"""The ink next to an edge of the sheet, laid level with the writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.torn_edge import SheetEdge

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Reals = NDArray[np.float32]
Places = NDArray[np.floating[Any]]

DEPTH_MM = 24.0
# Where the sheet ends inside the image its edge has a shadow.
_GUARD_MM = 1.4
# Places at which the sheet ends this far from its straight edge belong to a fold or a tear.
_STRAIGHT_MM = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeStrip:
    """The ink next to one edge of the sheet: places along the edge as rows, the way inwards as
    columns, `pace` pixels per millimetre. `start` is where the sheet begins at each row, in
    millimetres from the edge of the image."""

    ink: Mask
    start: Reals
    pace: float

    def columns(self, millimetres: float) -> Mask:
        """What lies within so many millimetres of the edge."""
        return self.ink[:, : max(1, round(millimetres * self.pace))]

    def levelled(self, lean: float, millimetres: float) -> EdgeStrip:
        """So much of the strip with lines that run along the edge, at a slight angle, made
        parallel to it."""
        rows, columns = self.ink.shape
        reach = min(columns, round(millimetres * self.pace))
        if abs(lean) * rows < 1:
            return EdgeStrip(ink=self.ink[:, :reach], start=self.start, pace=self.pace)
        along = np.arange(rows, dtype=np.float32)[:, None]
        # Turned about the middle, so that no end moves far.
        place = np.arange(reach, dtype=np.float32) + np.round(lean * (along - rows / 2))
        ink = _picked(self.ink.astype(np.uint8), place, along) > 0
        return EdgeStrip(ink=ink, start=self.start, pace=self.pace)


def strip_of(plane: Pixels, pace: float, side: SheetEdge, lean: float) -> EdgeStrip:
    """The strip along an edge; `plane` is the ink as `edges.inwards` turns it, at `pace` pixels
    per millimetre, `lean` how far lines drift along the edge on their way in."""
    rows, columns = plane.shape
    reach = min(round(DEPTH_MM * pace), columns)
    places = np.minimum(np.arange(rows) * side.depth.size // rows, side.depth.size - 1)
    start = side.depth[places]
    start = np.where(start > 0, start + _GUARD_MM, 0.0).astype(np.float32)
    deepest = int(np.ceil(float(start.max()) * pace)) + reach
    near = np.ascontiguousarray(plane[:, :deepest])
    if deepest > reach or abs(lean) * reach >= 0.5:
        steps = np.arange(reach, dtype=np.float32)
        along = np.arange(rows, dtype=np.float32)[:, None] + np.round(steps * lean)
        near = _picked(near, np.round(start * pace)[:, None] + steps, along)
    ink = near > 0
    if deepest > reach:
        ink[np.abs(side.over[places]) > _STRAIGHT_MM] = False
    return EdgeStrip(ink=ink, start=start, pace=pace)


def _picked(plane: Pixels, columns: Places, rows: Places) -> Pixels:
    """The pixels at these places; nothing lies outside of the plane."""
    shape = np.broadcast_shapes(columns.shape, rows.shape)
    across, down = (
        np.ascontiguousarray(np.broadcast_to(places, shape), dtype=np.float32)
        for places in (columns, rows)
    )
    return np.asarray(cv2.remap(plane, across, down, cv2.INTER_NEAREST), dtype=np.uint8)
