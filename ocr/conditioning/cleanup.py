"""Takes away what the scanner made: dust dots and the streaks of a dirty glass.

"Clean-up removes dots, lines, black frames and borders made by scanning; it must not remove the
paper's own fading, water marks, stains or binding holes" (DA/T 31-2017, clause 10, as the local
acceptance rules give it). So only marks that paper and pen cannot have are taken: dots finer than
any pen makes that stand alone, and lines that go exactly along the feed over the whole picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import effective_dpi

_SPECK_MM = 0.2
_APART_MM = 2.0
_SPECK_CONTRAST = 40
_STREAK_MM = 0.6
_STREAK_CONTRAST = 5.0
# A streak shows in nearly every part of the picture from one end to the other.
_PARTS = 64
_SHOWN = 0.97
_COLOURED = 24.0
_MOST_STREAKS = 12


def specks_step(width: int, height: int, dpi: int) -> dict[str, Any]:
    """The step `specks` for a page of this resolution."""
    resolution = effective_dpi(width, height, dpi)
    return {
        "size": max(1, round(_SPECK_MM * resolution / 25.4)),
        "apart": round(_APART_MM * resolution / 25.4),
    }


def without_specks(pixels: NDArray[np.uint8], step: Mapping[str, Any]) -> NDArray[np.uint8]:
    """The page without dots of at most `size` pixels that have no ink within `apart` pixels."""
    size, apart = round(step["size"]), round(step["apart"])
    if size < 1:
        return pixels
    gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    window = 2 * size + 3
    paper = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((window, window), np.uint8))
    dots = (cv2.subtract(paper, gray) > _SPECK_CONTRAST).astype(np.uint8)
    count, _labels, boxes, _centres = cv2.connectedComponentsWithStats(dots, connectivity=8)
    if count < 2:
        return pixels
    # Everything that is ink, whatever its width, counts as a neighbour.
    ink = (gray < 0.78 * float(np.percentile(gray[::8, ::8], 85))).astype(np.uint8) | dots
    small = (boxes[:, 2] <= size) & (boxes[:, 3] <= size)
    small[0] = False
    cleaned = pixels
    total = cv2.integral(ink)
    height, width = gray.shape
    for index in np.nonzero(small)[0]:
        left, top, wide, high, _area = (int(value) for value in boxes[index])
        x0, y0 = max(0, left - apart), max(0, top - apart)
        x1, y1 = min(width, left + wide + apart), min(height, top + high + apart)
        around = total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0]
        rim0, rim1 = max(0, top - 1), min(height, top + high + 1)
        rim2, rim3 = max(0, left - 1), min(width, left + wide + 1)
        own = total[rim1, rim3] - total[rim0, rim3] - total[rim1, rim2] + total[rim0, rim2]
        if around > own:
            continue
        if cleaned is pixels:
            cleaned = pixels.copy()
        a0, a1 = max(0, rim0 - 3), min(height, rim1 + 3)
        b0, b1 = max(0, rim2 - 3), min(width, rim3 + 3)
        patch = pixels[a0:a1, b0:b1].reshape(-1, 3)
        cleaned[rim0:rim1, rim2:rim3] = np.median(patch, axis=0).round().astype(np.uint8)
    return cleaned


def find_streaks(pixels: NDArray[np.uint8], dpi: int, axis: str) -> list[list[Any]]:
    """The streaks along columns ("x": the paper was fed upright) or rows ("y") of a page, as the
    step `streaks`. Coloured lines are printed ones and stay, and so does everything that does not
    go from one end of the picture to the other."""
    view = pixels if axis == "x" else pixels.transpose(1, 0, 2)
    height, width = view.shape[:2]
    resolution = effective_dpi(width, height, dpi)
    most = max(2, round(_STREAK_MM * resolution / 25.4))
    rows = min(height, _PARTS * 6)
    # The middle of each part, not its mean: text that crosses must not hide the streak.
    reduced = np.stack(
        [
            np.median(part[:: max(1, len(part) // 24)], axis=0)
            for part in np.array_split(view, min(rows, _PARTS))
        ]
    ).astype(np.float32)
    reach = most + 2
    padded = np.pad(reduced, ((0, 0), (reach, reach), (0, 0)), mode="edge")
    left, right = padded[:, : -2 * reach], padded[:, 2 * reach :]
    level = (left + right) / 2
    rough = np.abs(left - right).max(axis=2)
    change = reduced - level
    signed = change.mean(axis=2)
    telling = rough < 12
    dark = (signed < -_STREAK_CONTRAST) & telling
    light = (signed > _STREAK_CONTRAST) & telling
    enough = telling.sum(axis=0) >= 0.6 * len(reduced)
    shown = np.maximum(dark.sum(axis=0), light.sum(axis=0)) / np.maximum(1, telling.sum(axis=0))
    ends = (dark | light)[[0, -1]].all(axis=0)
    hue = np.abs(change - signed[..., None]).max(axis=2)
    plain = np.median(hue, axis=0) < _COLOURED
    found: list[list[Any]] = [
        [axis, first, last]
        for first, last in _runs((shown >= _SHOWN) & enough & ends)
        if last - first < most and plain[max(0, first - 1) : last + 2].all()
    ]
    return found if len(found) <= _MOST_STREAKS else []


def _runs(wanted: NDArray[np.bool_]) -> list[tuple[int, int]]:
    places = np.nonzero(wanted)[0]
    if places.size == 0:
        return []
    groups = np.split(places, np.nonzero(np.diff(places) > 2)[0] + 1)
    return [(int(group[0]), int(group[-1])) for group in groups]


def without_streaks(pixels: NDArray[np.uint8], step: Sequence[Sequence[Any]]) -> NDArray[np.uint8]:
    """The page with each streak replaced by what stands on both sides of it."""
    cleaned = pixels.copy()
    for axis, first, last in step:
        view = cleaned if axis == "x" else cleaned.transpose(1, 0, 2)
        width = view.shape[1]
        begin, end = max(0, round(first) - 1), min(width - 1, round(last) + 1)
        if begin >= width or end < begin:
            continue
        before, after = max(0, begin - 1), min(width - 1, end + 1)
        left, right = view[:, before].astype(np.float32), view[:, after].astype(np.float32)
        for place in range(begin, end + 1):
            share = (place - before) / max(1, after - before)
            view[:, place] = np.rint(left * (1 - share) + right * share).astype(np.uint8)
    return cleaned
