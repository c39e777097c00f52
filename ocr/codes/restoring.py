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
Row = NDArray[np.float32]

_ENLARGED = 2
_STEEPEST = 0.14  # 8 degrees
_FINE = 4
_ROWS = 48
_QUIET_PIXELS = 60
_FEWEST_CHANGES = 12  # in the middle half; four characters of Code 128 have 38 edges in all
_BAND = 4  # rows that are averaged against grain
_ALIKE = 0.7
_SHARPENING = (0.0, 1.5, 4.0)
_BANDS = ((-1.0, 1.0), (-0.8, 0.0), (0.0, 0.8))
_SURE_SHARE = 0.8


def restored(crop: Gray) -> Iterator[Gray]:
    """`crop` made clearer in several ways, the one that helps most often first: enlarged and
    sharpened against blur, smoothed against grain and specks."""
    enlarged = _enlarged(crop)
    soft = cv2.GaussianBlur(enlarged, (0, 0), 2.4)
    yield np.asarray(cv2.addWeighted(enlarged, 2.5, soft, -1.5, 0), dtype=np.uint8)
    yield np.asarray(cv2.medianBlur(crop, 3), dtype=np.uint8)
    yield np.asarray(cv2.GaussianBlur(enlarged, (0, 0), 2.0), dtype=np.uint8)


def slant_of(core: Gray) -> float | None:
    """How far the bars in `core` lean: pixels aside per pixel down, None when it shows no bars.

    Bars are the same in rows some way above each other, but for a move where the page is tilted,
    and change from light to dark as often as in the shortest code. Strokes of large characters,
    double rules and hatching by hand do not. Only the middle is looked at, because a long code
    leaves its box where it is tilted.
    """
    height, width = core.shape
    apart = height // 6
    window = core[:, width // 4 : width - width // 4]
    reach = min(max(2, round(_STEEPEST * apart)), window.shape[1] // 4)
    if apart < _BAND or window.shape[1] < 16:
        return None
    around = max(3, window.shape[1] // 4) | 1
    rows = []
    for place in (height // 2 - apart, height // 2, height // 2 + apart):
        band = window[place - _BAND // 2 : place + _BAND // 2]
        row = band.mean(axis=0, dtype=np.float32)[None]
        rows.append((row - cv2.blur(row, (around, 1), borderType=cv2.BORDER_REPLICATE))[0])
    dark = rows[1] < 0
    if int(np.count_nonzero(dark[1:] != dark[:-1])) < _FEWEST_CHANGES:
        return None
    (above, moved_above), (below, moved_below) = (
        _likeness(rows[0], rows[1], reach),
        _likeness(rows[1], rows[2], reach),
    )
    if min(above, below) < _ALIKE or abs(moved_above - moved_below) > max(2, reach // 3):
        return None
    return (moved_above + moved_below) / (2.0 * float(apart))


def _likeness(one: Row, other: Row, reach: int) -> tuple[float, int]:
    """The best correlation of two rows that may be moved against each other by `reach` pixels,
    and how far `other` is then to the right."""
    inner = other[reach : len(other) - reach]
    scores = np.correlate(one, inner, mode="valid")
    energy = np.convolve(one * one, np.ones(len(inner), dtype=np.float32), mode="valid")
    likeness = scores / np.sqrt(np.maximum(energy * float(inner @ inner), 1e-6))
    best = int(likeness.argmax())
    return float(likeness[best]), reach - best


def levelled(core: Gray, slant: float) -> Iterator[Gray]:
    """Linear codes with upright bars drawn anew from the mean of many rows of `core`, whose bars
    lean by `slant`.

    The mean takes grain, specks and pen lines away, and what is left can be sharpened hard. Each
    picture has the quiet zone a decoder asks for.
    """
    height, width = core.shape
    angle = -float(np.degrees(np.arctan(slant)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    level = cv2.warpAffine(
        core, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    reach = max(3.0, (height - abs(slant) * width) * _SURE_SHARE / 2)
    for begin, end in _BANDS:
        first, last = round(height / 2 + begin * reach), round(height / 2 + end * reach)
        line = level[first : last + 1].mean(axis=0, dtype=np.float32)[None]
        fine = cv2.resize(line, (width * _FINE, 1), interpolation=cv2.INTER_CUBIC)
        soft = cv2.GaussianBlur(fine, (0, 0), 1.6 * _FINE)
        for amount in _SHARPENING:
            sharp = np.clip(fine + amount * (fine - soft), 0, 255)
            low, high = np.percentile(sharp, (3, 97))
            even = np.clip((sharp - low) * (255 / max(1.0, float(high - low))), 0, 255)
            drawn = np.repeat(even.astype(np.uint8), _ROWS, axis=0)
            yield np.pad(drawn, ((8, 8), (_QUIET_PIXELS, _QUIET_PIXELS)), constant_values=255)


def _enlarged(crop: Gray) -> Gray:
    size = (crop.shape[1] * _ENLARGED, crop.shape[0] * _ENLARGED)
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
