"""Reading order: rows from top to bottom, within a row from left to right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SAME_ROW = 0.5
"""Part of the smaller line height by which two lines must overlap to stand in one row."""


def tilt_of(quads: NDArray[np.float64]) -> float:
    """The common tilt of text lines in radians, clockwise positive; 0 when too few are long.

    `quads` is (n, 4, 2): corners from the upper left, clockwise.
    """
    across = quads[:, 1] - quads[:, 0]
    length = np.hypot(across[:, 0], across[:, 1])
    height = np.hypot(*(quads[:, 3] - quads[:, 0]).T)
    long = length > 4 * height
    if int(long.sum()) < 3:
        return 0.0
    return float(np.median(np.arctan2(across[long, 1], across[long, 0])))


def in_reading_order(quads: NDArray[np.float64]) -> list[int]:
    """Indices of the lines in reading order.

    The tilt of the page is taken out first: at 2 degrees the ends of one printed line lie further
    apart than two lines do. The tolerance of a row follows the line height, so a table's cells of
    one row are read from left to right and a large heading does not swallow the row below.
    """
    if len(quads) == 0:
        return []
    tilt = tilt_of(quads)
    turned = quads @ np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    top, bottom = turned[:, :, 1].min(axis=1), turned[:, :, 1].max(axis=1)
    left, right = turned[:, :, 0].min(axis=1), turned[:, :, 0].max(axis=1)
    # A column of vertical text would bridge many rows: it is placed by its upper end.
    upright = (bottom - top) > 2.5 * (right - left)
    bottom = np.where(upright, top + (right - left), bottom)

    rows: list[list[int]] = []
    spans: list[tuple[float, float]] = []
    for index in np.argsort((top + bottom) / 2, kind="stable").tolist():
        place = None
        for row in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            row_top, row_bottom = spans[row]
            shared = min(row_bottom, bottom[index]) - max(row_top, top[index])
            smaller = min(row_bottom - row_top, bottom[index] - top[index])
            clash = any(
                min(right[other], right[index]) - max(left[other], left[index])
                > 0.5 * min(right[other] - left[other], right[index] - left[index])
                for other in rows[row]
            )
            if shared > _SAME_ROW * smaller and not clash:
                place = row
                break
        if place is None:
            rows.append([index])
            spans.append((float(top[index]), float(bottom[index])))
        else:
            rows[place].append(index)
    return [index for row in rows for index in sorted(row, key=lambda i: float(left[i]))]
