"""Lines that were stamped over the text: told apart, so that they do not stand in the midst of it.

Red ink is a stamp where it lies on print or within a seal; a red heading or a red case number on
a line of its own is text of the page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.small_page import SmallPage
from ocr.tree import PRINT, STAMP, Box, Line, TextTree

_RED_EXCESS = 40
_LEAST_RED = 0.0003
_RED_SHARE = 0.55
"""Share of a line's ink that must be red."""

_OVER = 0.08
"""Part of the red line's box that lies on print from which it was stamped over it."""


def with_stamps_told(small: SmallPage, tree: TextTree) -> TextTree:
    """The tree with `kind` "stamp" on red lines that lie over print."""
    pixels = small.pixels
    blue, green, red_plane = cv2.split(pixels)
    excess = cv2.subtract(red_plane, cv2.max(blue, green))
    red_ink = cv2.threshold(excess, _RED_EXCESS, 255, cv2.THRESH_BINARY)[1]
    if cv2.countNonZero(red_ink) < _LEAST_RED * excess.size:
        return tree
    red = [line.kind == PRINT and _is_red(small, excess, line.box) for line in tree.lines]
    if not any(red) or all(red):
        return tree
    print_boxes = [line.box for line, is_red in zip(tree.lines, red, strict=True) if not is_red]
    return replace(
        tree,
        lines=tuple(
            replace(line, kind=STAMP) if is_red and _lies_over(line, print_boxes) else line
            for line, is_red in zip(tree.lines, red, strict=True)
        ),
    )


def _is_red(small: SmallPage, excess: NDArray[Any], box: Box) -> bool:
    place = small.rows_and_columns(box)
    part = small.pixels[place]
    if part.size == 0:
        return False
    lowest = part.min(axis=2)
    ink = lowest < 0.75 * float(np.percentile(lowest, 92))
    return bool(ink.any()) and float(np.mean(excess[place][ink] > _RED_EXCESS)) > _RED_SHARE


def _lies_over(line: Line, others: list[Box]) -> bool:
    x0, y0, x1, y1 = line.box
    area = max(1.0, (x1 - x0) * (y1 - y0))
    return any(
        max(0.0, min(x1, other[2]) - max(x0, other[0]))
        * max(0.0, min(y1, other[3]) - max(y0, other[1]))
        > _OVER * area
        for other in others
    )
