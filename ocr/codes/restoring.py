"""Clearer pictures of a code that would not decode at first sight.

All of them cost more than a look at the page, so they are made only for places that are known to
hold a code: edges in one direction, or the corners of a QR code that were found.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

_ENLARGED = 2
_SHEARS = np.linspace(-0.11, 0.11, 23)  # 6 degrees either way
_FINE = 4
_ROWS = 48
_QUIET_PIXELS = 60
_FEWEST_CHANGES = 18  # four characters of Code 128 have 38 edges, of which blur leaves the half
_SHARPENING = (0.0, 1.5, 4.0)
_BANDS = ((0.0, 1.0), (0.15, 0.5), (0.5, 0.85))


def restored(crop: Gray) -> Iterator[Gray]:
    """`crop` made clearer in several ways, the one that helps most often first: enlarged and
    sharpened against blur, smoothed against grain and specks."""
    enlarged = _enlarged(crop)
    soft = cv2.GaussianBlur(enlarged, (0, 0), 2.4)
    yield np.asarray(cv2.addWeighted(enlarged, 2.5, soft, -1.5, 0), dtype=np.uint8)
    yield np.asarray(cv2.medianBlur(crop, 3), dtype=np.uint8)
    yield np.asarray(cv2.GaussianBlur(enlarged, (0, 0), 2.0), dtype=np.uint8)


def levelled(core: Gray) -> Iterator[Gray]:
    """Linear codes with upright bars drawn anew from the mean of many rows of `core`.

    The bars are set upright first; the mean takes grain, specks and pen lines away, and what is
    left can be sharpened hard. Each picture has the quiet zone a decoder asks for.
    """
    height, width = core.shape
    if height < 4 or width < 16:
        return
    sheared = _upright(core)
    for begin, end in _BANDS:
        rows = sheared[int(begin * height) : max(int(begin * height) + 2, int(end * height))]
        line = rows.astype(np.float32).mean(axis=0)[None]
        fine = cv2.resize(line, (width * _FINE, 1), interpolation=cv2.INTER_CUBIC)
        for amount in _SHARPENING:
            soft = cv2.GaussianBlur(fine, (0, 0), 1.6 * _FINE)
            sharp = np.clip(fine + amount * (fine - soft), 0, 255)
            low, high = np.percentile(sharp, (3, 97))
            even = np.clip((sharp - low) * (255 / max(1.0, float(high - low))), 0, 255)
            drawn = np.repeat(even.astype(np.uint8), _ROWS, axis=0)
            yield np.pad(drawn, ((8, 8), (_QUIET_PIXELS, _QUIET_PIXELS)), constant_values=255)


def has_bars(core: Gray) -> bool:
    """Whether `core` changes from light to dark as often along its rows as the shortest code
    does, all the way down; strokes of large characters and double rules do not."""
    height, width = core.shape
    if height < 4 or width < 16:
        return False
    profile = cv2.blur(core, (1, height), borderType=cv2.BORDER_REPLICATE)[height // 2][None]
    around = cv2.blur(profile, (max(3, width // 6) | 1, 1), borderType=cv2.BORDER_REPLICATE)
    light = profile[0] > around[0]
    return int(np.count_nonzero(light[1:] != light[:-1])) >= _FEWEST_CHANGES


def _enlarged(crop: Gray) -> Gray:
    size = (crop.shape[1] * _ENLARGED, crop.shape[0] * _ENLARGED)
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _upright(core: Gray) -> Gray:
    """`core` sheared so that its bars stand upright: the mean of its rows has then most edges."""
    height, width = core.shape
    best, best_edges = core, -1.0
    for shear in _SHEARS:
        matrix = np.array([[1, shear, -shear * height / 2], [0, 1, 0]], dtype=np.float64)
        tried = cv2.warpAffine(
            core, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        edges = float(np.square(np.diff(tried.mean(axis=0))).sum())
        if edges > best_edges:
            best, best_edges = np.asarray(tried, dtype=np.uint8), edges
    return best
