"""Lines that were stamped over the text: told apart, so that they do not stand in the midst of it.

Red ink is a stamp where it lies on print or within a seal; a red heading or a red case number on
a line of its own is text of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.small_page import SmallPage
from ocr.tree import PRINT, STAMP, Box, TextTree

_RED_EXCESS = 40
_LEAST_RED = 0.0003
_RED_SHARE = 0.55
"""Share of a line's ink that must be red."""

_OVER = 0.08
"""Part of the red line's box that lies on print from which it was stamped over it."""

_SEAL_MM = (25.0, 62.0)
_GAP_MM = 2.0
"""Ring and lettering of one seal lie nearer to each other than this, and so do the pieces into
which print and rules cut it."""

_SEAL_SHAPE = 1.6
"""Most that a seal is longer than wide: the oval ones of companies are 45 by 30 mm."""


def with_stamps_told(small: SmallPage, tree: TextTree) -> TextTree:
    """The tree with `kind` "stamp" on red lines that lie over print."""
    pixels = small.pixels
    blue, green, red_plane = cv2.split(pixels)
    excess = cv2.subtract(red_plane, cv2.max(blue, green))
    red_ink = cv2.threshold(excess, _RED_EXCESS, 255, cv2.THRESH_BINARY)[1]
    if cv2.countNonZero(red_ink) < _LEAST_RED * excess.size:
        return tree
    boxes = [line.box for line in tree.lines]
    seals = _seals(small, red_ink)
    red = [_is_red(small, excess, box, ()) for box in boxes]
    print_boxes = [box for box, is_red in zip(boxes, red, strict=True) if not is_red]
    lines = []
    for line, is_red in zip(tree.lines, red, strict=True):
        over = is_red and _lies_over(line.box, print_boxes)
        stamped = over or (
            _lies_within(line.box, seals)
            and _is_red(small, excess, line.box, [box for box in boxes if box != line.box])
        )
        lines.append(replace(line, kind=STAMP) if stamped and line.kind == PRINT else line)
    return replace(tree, lines=tuple(lines))


def _is_red(small: SmallPage, excess: NDArray[Any], box: Box, others: Sequence[Box]) -> bool:
    """Whether the ink of a box is red; what lies in the boxes `others` is theirs."""
    place = small.rows_and_columns(box)
    part = small.pixels[place]
    if part.size == 0:
        return False
    lowest = part.min(axis=2)
    ink = lowest < 0.75 * float(np.percentile(lowest, 92))
    for other in others:
        rows, columns = small.rows_and_columns(other)
        top, left = place[0].start, place[1].start
        ink[
            max(0, rows.start - top) : max(0, rows.stop - top),
            max(0, columns.start - left) : max(0, columns.stop - left),
        ] = False
    return bool(ink.any()) and float(np.mean(excess[place][ink] > _RED_EXCESS)) > _RED_SHARE


def _seals(small: SmallPage, red_ink: NDArray[Any]) -> list[Box]:
    """Boxes on the page of what is round and as large as a seal, in red ink."""
    gap = max(1, round(_GAP_MM * small.per_mm))
    joined = cv2.morphologyEx(red_ink, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    low, high = (limit * small.per_mm for limit in _SEAL_MM)
    return [
        small.on_page(x, y, x + across, y + down)
        for x, y, across, down, _ in stats[1:].tolist()
        if low <= max(across, down) <= high and max(across, down) <= _SEAL_SHAPE * min(across, down)
    ]


def _lies_within(box: Box, seals: list[Box]) -> bool:
    x0, y0, x1, y1 = box
    return any(
        seal[0] <= x0 and x1 <= seal[2] and seal[1] <= y0 and y1 <= seal[3] for seal in seals
    )


def _lies_over(box: Box, others: list[Box]) -> bool:
    x0, y0, x1, y1 = box
    area = max(1.0, (x1 - x0) * (y1 - y0))
    return any(
        max(0.0, min(x1, other[2]) - max(x0, other[0]))
        * max(0.0, min(y1, other[3]) - max(y0, other[1]))
        > _OVER * area
        for other in others
    )
