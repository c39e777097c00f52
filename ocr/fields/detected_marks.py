"""Marks from a text detector, for stamped numbers that touch other ink and form no own shape."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.marks import Mark, accompanied, enclosed, ruled_lines

Pixels = NDArray[np.uint8]
Quad = NDArray[np.float64]

_DETECT_AT = 0.75
"""Rows are found as well at this scale as at full size, in half the time."""


def detected_marks(
    name: str, separation: Pixels, find_rows: Callable[[Pixels], list[Quad]], pixels_per_mm: float
) -> list[Mark]:
    """The short rows that `find_rows` (quads on a small BGR image) sees in one separation."""
    small = cv2.resize(separation, None, fx=_DETECT_AT, fy=_DETECT_AT, interpolation=cv2.INTER_AREA)
    ink = np.where(separation < 195, 255, 0).astype(np.uint8)
    rules = ruled_lines(ink, pixels_per_mm)
    image = np.repeat(np.asarray(small, dtype=np.uint8)[:, :, None], 3, axis=2)
    quads = [quad / _DETECT_AT for quad in find_rows(image)]
    found = [
        _mark_of(quad, name, rules, quads[:index] + quads[index + 1 :])
        for index, quad in enumerate(quads)
    ]
    return [mark for mark in found if mark is not None]


def _mark_of(
    quad: NDArray[np.float64],
    separation: str,
    rules: Pixels,
    others: list[NDArray[np.float64]],
) -> Mark | None:
    """The detector's quad as a mark, None when it is too long for a number. The detector draws
    its quads wider than the ink by about a seventh of their height on each side."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    length, height = float(np.hypot(*across)), float(np.hypot(*down))
    if height < 1 or not 0.3 < length / height < 4.0:
        return None
    tilt = float(np.arctan2(across[1], across[0]))
    left, top = np.maximum(quad.min(axis=0), 0)
    right, bottom = quad.max(axis=0)
    return Mark(
        separation=separation,
        box=(float(left), float(top), float(right), float(bottom)),
        height=0.72 * height,
        length=length - 0.28 * height,
        tilt=tilt if abs(tilt) < 0.35 else 0.0,
        members=2,
        depth=0.0,
        crowding=0,
        enclosed=enclosed(rules, (int(left), int(top), int(right), int(bottom)), round(3 * height)),
        accompanied=accompanied(
            (float(left), float(top), float(right), float(bottom)),
            height,
            [
                (float(a), float(b), float(c), float(d))
                for (a, b), (c, d) in ((q.min(axis=0), q.max(axis=0)) for q in others)
            ],
            around=False,
        ),
    )
