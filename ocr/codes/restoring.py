"""Clearer pictures of a code that would not decode at first sight.

All of them cost more than a look at the page, so they are made only for places that are known to
hold a code: edges in one direction, or the corners of a QR code that were found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
# How far apart rows are compared and at which heights, as shares of the height of the box.
_PARTS = (1 / 6, 1 / 12)
_SURE_SHARE = 0.4
_HEIGHTS = (0.5, 0.35, 0.65)


def restored(crop: Gray) -> Iterator[Gray]:
    """`crop` made clearer in several ways, the one that helps most often first: enlarged and
    sharpened against blur, smoothed against grain and specks."""
    enlarged = _enlarged(crop)
    soft = cv2.GaussianBlur(enlarged, (0, 0), 2.4)
    yield np.asarray(cv2.addWeighted(enlarged, 2.5, soft, -1.5, 0), dtype=np.uint8)
    yield np.asarray(cv2.medianBlur(crop, 3), dtype=np.uint8)
    yield np.asarray(cv2.GaussianBlur(enlarged, (0, 0), 2.0), dtype=np.uint8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bars:
    """Upright bars in a picture: `slant` is how far they lean, in pixels aside per pixel down;
    rows from `row` - `reach` to `row` + `reach` are taken to cross them."""

    slant: float
    row: int
    reach: int


def bars_in(core: Gray) -> Bars | None:
    """The bars that `core` shows, None when it shows none.

    Bars are the same in rows some way above each other, but for a move where the page is tilted,
    and change from light to dark as often as in the shortest code. Strokes of large characters,
    double rules and hatching by hand do not. Only the middle of the rows is looked at, because a
    long code leaves its box where it is tilted; and several heights, because writing above or
    below may have come into the box.
    """
    height, width = core.shape
    window = core[:, width // 4 : width - width // 4]
    for part in _PARTS:
        apart = round(height * part)
        reach = min(max(2, round(_STEEPEST * apart)), window.shape[1] // 4)
        if apart < _BAND or window.shape[1] < 16:
            return None
        for place in _HEIGHTS:
            row = round(height * place)
            slant = _slant(window, row, apart, reach)
            if slant is not None:
                # A tilted code is lower than its box by what it rises over its length.
                inside = _SURE_SHARE * (height - abs(slant) * width)
                return Bars(slant=slant, row=row, reach=max(3, round(min(2.4 * apart, inside))))
    return None


def _slant(window: Gray, row: int, apart: int, reach: int) -> float | None:
    around = max(3, window.shape[1] // 4) | 1
    rows = []
    for place in (row - apart, row, row + apart):
        first = min(max(0, place - _BAND // 2), len(window) - _BAND)
        band = window[first : first + _BAND].mean(axis=0, dtype=np.float32)[None]
        rows.append((band - cv2.blur(band, (around, 1), borderType=cv2.BORDER_REPLICATE))[0])
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


def levelled(core: Gray, bars: Bars) -> Iterator[Gray]:
    """A linear code drawn anew from the mean of many rows of `core` that cross its `bars`.

    The mean takes grain, specks and pen lines away, and what is left can be sharpened hard. Each
    picture has the quiet zone a decoder asks for.
    """
    height, width = core.shape
    angle = -float(np.degrees(np.arctan(bars.slant)))
    matrix = cv2.getRotationMatrix2D((width / 2, bars.row), angle, 1.0)
    level = cv2.warpAffine(
        core, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    for begin, end in _BANDS:
        first, last = round(bars.row + begin * bars.reach), round(bars.row + end * bars.reach)
        line = level[max(0, first) : last + 1].mean(axis=0, dtype=np.float32)[None]
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
