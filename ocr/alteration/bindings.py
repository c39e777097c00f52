"""What binding leaves on a sheet: holes, a staple, the thread. It is never an alteration.

Each is told by its shape and by where it is: near the edge that is bound, a staple in an upper
corner. Writing in the margin has none of these shapes.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.alteration.planes import PIXELS_MM, Inks, Mask, Reals

# Either edge may be the bound one: fronts are bound at the left, backs at the right.
_ZONE_MM = 27.0
# Hundredths of full ink: the shadow of a thread and the rim of a hole are paler than print.
_MARK = 14.0
_RED = 15.0
# Rim and shadow of one thing are joined over so much, and so much around it is left out.
_JOIN_MM = 0.6
_AROUND_MM = 2.0
# Share of a thing that the other page may have, too.
_SHARED = 0.3
_HOLE_MM = (2.4, 8.5)
# How much longer than wide a hole looks, and how much of a circle it fills. Inside its rim it is
# dark all over, or light.
_LONGER = 1.4
_ROUND = (0.75, 1.15)
_RIM_MM = 0.9
_MIXED = 0.1
_STAPLE_MM = (5.0, 15.0)
_STAPLE_WIDE_MM = 2.4
# What a staple tears when it is taken out, with its rust.
_TORN_MM = 0.8
_STAPLE_CORNER_MM = 27.0
_STRAIGHT = 0.6
# No writing hangs together over such a length, and no pen draws so broad a line, or one with such
# lumps (the knot, a hole it runs through).
_THREAD_MM = 35.0
_THREAD_WIDE_MM = 0.6
_LUMP_MM = 1.8


def bound(side: Inks, paper: Inks) -> Mask:
    """Where one of two pages that lie on each other bears what binding leaves, and its
    surroundings."""
    pages = [_ink(inks) for inks in (side, paper)]
    found = np.zeros(pages[0].shape, np.uint8)
    for own, other, inks in zip(pages, pages[::-1], (side, paper), strict=True):
        for zone in _zones(own.shape[1]):
            _find(own[:, zone], other[:, zone], inks, zone, found[:, zone])
    reach = 2 * round(_AROUND_MM * PIXELS_MM) + 1
    return np.asarray(cv2.dilate(found, np.ones((reach, reach), np.uint8)) > 0, np.bool_)


def _ink(inks: Inks) -> Reals:
    return inks.dark if inks.red is None else np.maximum(inks.dark, inks.red)


def _zones(wide: int) -> tuple[slice, slice]:
    zone = min(wide // 2, round(_ZONE_MM * PIXELS_MM))
    return slice(0, zone), slice(wide - zone, wide)


def _find(own: Reals, other: Reals, inks: Inks, zone: slice, found: np.ndarray) -> None:
    """Mark the things of one zone in `found`."""
    size = 2 * round(_JOIN_MM * PIXELS_MM / 2) + 1
    marks = cv2.morphologyEx(
        (own > _MARK).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)
    )
    also = cv2.dilate(other, np.ones((3, 3), np.uint8)) > _MARK
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(marks)
    for label in range(1, count):
        x, y, wide, high, area = (int(value) for value in boxes[label])
        if max(wide, high) < _TORN_MM * PIXELS_MM:
            continue
        part = (slice(y, y + high), slice(x, x + wide))
        here = labels[part] == label
        if float(also[part][here].mean()) > _SHARED:
            continue
        outline = max(
            cv2.findContours(here.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0],
            key=len,
        )
        red = None if inks.red is None else inks.red[:, zone][part][here]
        coloured = red is not None and float(np.median(red)) > _RED
        if (
            _is_thread(here, area)
            or (not coloured and _is_hole(outline, own[part] > _MARK))
            or (not coloured and _is_staple(outline, (x, y), zone))
        ):
            cv2.drawContours(found[part], [outline], -1, 1, cv2.FILLED)


def _is_thread(here: Mask, area: int) -> bool:
    high = here.shape[0]
    if high / PIXELS_MM < _THREAD_MM:
        return False
    if area / high / PIXELS_MM > _THREAD_WIDE_MM:
        return True
    filled = np.zeros(here.shape, np.uint8)
    outlines = cv2.findContours(here.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    size = round(_LUMP_MM * PIXELS_MM)
    return bool(cv2.erode(filled, np.ones((size, size), np.uint8)).any())


def _is_hole(outline: np.ndarray, marks: Mask) -> bool:
    _, sides, _ = cv2.minAreaRect(outline)
    long, narrow = max(sides), min(sides)
    if not _HOLE_MM[0] <= narrow / PIXELS_MM <= _HOLE_MM[1] or long > _LONGER * narrow:
        return False
    if not _ROUND[0] < cv2.contourArea(outline) / (np.pi / 4 * long * narrow) < _ROUND[1]:
        return False
    filled = np.zeros(marks.shape, np.uint8)
    cv2.drawContours(filled, [outline], -1, 1, cv2.FILLED)
    rim = 2 * round(_RIM_MM * PIXELS_MM) + 1
    inside = cv2.erode(filled, np.ones((rim, rim), np.uint8), borderValue=0) > 0
    share = float(marks[inside].mean()) if inside.any() else 0.5
    return share < _MIXED or share > 1 - _MIXED


def _is_staple(outline: np.ndarray, place: tuple[int, int], zone: slice) -> bool:
    """A staple in a corner, or what it tore."""
    (across, down), sides, _ = cv2.minAreaRect(outline)
    x = place[0] + across if zone.start == 0 else zone.stop - zone.start - place[0] - across
    if max(x, place[1] + down) > _STAPLE_CORNER_MM * PIXELS_MM:
        return False
    long, narrow = (max(sides) + 1) / PIXELS_MM, (min(sides) + 1) / PIXELS_MM
    if long < _HOLE_MM[0]:
        return long < _LONGER * narrow
    if not _STAPLE_MM[0] <= long <= _STAPLE_MM[1] or narrow > _STAPLE_WIDE_MM:
        return False
    return cv2.contourArea(outline) > _STRAIGHT * max(sides) * min(sides)
