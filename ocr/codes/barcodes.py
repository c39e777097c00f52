"""Reads Code 128, Code 39 and QR codes on a page.

The decoder is zxing-cpp. What is added here is where it looks, because a side of a dossier
carries a code once in a hundred times and must not cost more for it, and a second look at
places where a code stands that it could not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from ocr.codes.areas import Area, code_areas
from ocr.codes.reduction import halved_to
from ocr.codes.restoring import Bars, bars_in, levelled, restored
from ocr.image.view import effective_dpi

Gray = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_NAMES = {
    zxingcpp.BarcodeFormat.Code128: "code128",
    zxingcpp.BarcodeFormat.Code39: "code39",
    zxingcpp.BarcodeFormat.QRCode: "qr",
}
_FORMATS = zxingcpp.barcode_formats_from_str("Code128,Code39,QRCode")
_MATRIX = zxingcpp.barcode_formats_from_str("QRCode")
_LINEAR = zxingcpp.barcode_formats_from_str("Code128,Code39")
# Code 39 need not carry a check character: bars of a seal or a rule may spell a letter or two.
_SHORTEST_CODE39 = 4
_OVERVIEW_DPI = 75.0
# Readings of the mean of different rows, or sharpened differently, that must say the same.
_AGREEING = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Barcode:
    """One code that was read: its checks held.

    `format` is "code128", "code39" or "qr"; `box` is (x0, y0, x1, y1) in pixels of the picture
    given; `turn` is the clockwise turn in degrees (0, 90, 180, 270) that sets the code upright.
    """

    format: str
    text: str
    box: Box
    turn: int


def read_barcodes(gray: Gray, dpi: float = 0, *, thorough: bool = False) -> list[Barcode]:
    """All codes on `gray` (height x width, uint8, paper light), from top to bottom.

    `dpi` 0 means unknown: an A4 page is assumed. With `thorough` the decoder goes over the whole
    page and not only over the fields that look like codes; that costs four times as much.
    """
    height, width = gray.shape
    if not height or not width:
        return []
    resolution = effective_dpi(width, height, round(dpi))
    areas = code_areas(gray, resolution)
    # Codes with large modules have too few edges for an area, and are read in a glance.
    overview, overview_dpi = halved_to(gray, resolution, _OVERVIEW_DPI)
    found = _decoded(overview, (0, 0), _MATRIX, resolution / overview_dpi)
    if thorough:
        found += _decoded(gray, (0, 0), _FORMATS)
    for area in areas:
        if not _holds(area.core, found):
            found += _read_area(gray, area)
    return sorted(_distinct(found), key=lambda code: (code.box[1], code.box[0]))


def _read_area(gray: Gray, area: Area) -> list[Barcode]:
    """The codes of one area; a second look where bars or the corners of a QR code are seen."""
    x0, y0, x1, y1 = area.box
    crop = np.ascontiguousarray(gray[y0:y1, x0:x1])
    if area.kind == "matrix":
        # Looking for the corners of a QR code is four times as fast as looking for bars.
        results = zxingcpp.read_barcodes(crop, formats=_MATRIX, return_errors=True)
        found = [_barcode(result, (x0, y0)) for result in results if _is_good(result)]
        return found if found or not results else _read_restored(crop, (x0, y0), _MATRIX)
    core = _core_of(gray, area)
    bars = bars_in(core)
    if bars is None:
        return []
    found = _decoded(crop, (x0, y0), _LINEAR)
    if _agree(found):
        return found
    return _read_levelled(core, bars, area) or _read_restored(crop, (x0, y0), _LINEAR)


def _agree(found: list[Barcode]) -> bool:
    """Whether something was read, and no place of it in two ways.

    Where a print is blurred, one row of a linear code may pass its check character by chance.
    """
    return bool(found) and not any(
        one.text != other.text and _touch(one.box, other.box) for one in found for other in found
    )


def _read_restored(
    crop: Gray, origin: tuple[int, int], formats: zxingcpp.BarcodeFormats
) -> list[Barcode]:
    for picture in restored(crop):
        found = _decoded(picture, origin, formats, crop.shape[1] / picture.shape[1])
        if _agree(found):
            return found
    return []


def _core_of(gray: Gray, area: Area) -> Gray:
    """The bars of an area, upright, with some paper before the first and after the last."""
    x0, y0, x1, y1 = area.core
    if area.kind == "level bars":
        margin = (y1 - y0) // 12
        return np.ascontiguousarray(gray[max(0, y0 - margin) : y1 + margin, x0:x1].T)
    margin = (x1 - x0) // 12
    return np.ascontiguousarray(gray[y0:y1, max(0, x0 - margin) : x1 + margin])


def _read_levelled(core: Gray, bars: Bars, area: Area) -> list[Barcode]:
    """A linear code read alike from the means of two lots of its rows; the box is the area's."""
    seen: Counter[tuple[str, str, bool]] = Counter()
    for picture in levelled(core, bars):
        for result in zxingcpp.read_barcodes(picture, formats=_LINEAR, try_rotate=False):
            if not _is_good(result):
                continue
            key = (_NAMES[result.format], result.text, abs(result.orientation) > 90)
            seen[key] += 1
            if seen[key] == _AGREEING:
                # Level bars were laid upright by mirroring, so a code that then reads forward
                # reads downwards on the page.
                turn = (90 if key[2] else 270) if area.kind == "level bars" else 180 * key[2]
                return [Barcode(format=key[0], text=key[1], box=area.core, turn=turn)]
    return []


def _decoded(
    picture: Gray, origin: tuple[int, int], formats: zxingcpp.BarcodeFormats, scale: float = 1.0
) -> list[Barcode]:
    results = zxingcpp.read_barcodes(picture, formats=formats)
    return [_barcode(result, origin, scale) for result in results if _is_good(result)]


def _is_good(result: zxingcpp.Barcode) -> bool:
    if not result.valid or not result.text:
        return False
    return _NAMES[result.format] != "code39" or len(result.text) >= _SHORTEST_CODE39


def _barcode(result: zxingcpp.Barcode, origin: tuple[int, int], scale: float = 1.0) -> Barcode:
    across = [origin[0] + corner.x * scale for corner in _corners(result)]
    down = [origin[1] + corner.y * scale for corner in _corners(result)]
    return Barcode(
        format=_NAMES[result.format],
        text=result.text,
        box=(round(min(across)), round(min(down)), round(max(across)), round(max(down))),
        turn=round(-result.orientation / 90) * 90 % 360,
    )


def _corners(result: zxingcpp.Barcode) -> Iterator[zxingcpp.Point]:
    place = result.position
    yield from (place.top_left, place.top_right, place.bottom_right, place.bottom_left)


def _holds(core: Box, found: list[Barcode]) -> bool:
    """Whether the middle of the area is already explained by a code that was read."""
    x, y = (core[0] + core[2]) / 2, (core[1] + core[3]) / 2
    return any(
        code.box[0] <= x <= code.box[2] and code.box[1] <= y <= code.box[3] for code in found
    )


def _distinct(found: list[Barcode]) -> list[Barcode]:
    """Each code once, though two areas may overlap on it."""
    kept: list[Barcode] = []
    for code in found:
        if not any(_same(code, other) for other in kept):
            kept.append(code)
    return kept


def _same(one: Barcode, other: Barcode) -> bool:
    return _touch(one.box, other.box) and (one.format, one.text) == (other.format, other.text)


def _touch(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
