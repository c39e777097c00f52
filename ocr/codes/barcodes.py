"""Reads Code 128, Code 39 and QR codes on a page.

The decoder is zxing-cpp; what is measured here is where to let it look, because a page of a
dossier carries a code once in a hundred times and must not cost more for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_NAMES = {
    zxingcpp.BarcodeFormat.Code128: "code128",
    zxingcpp.BarcodeFormat.Code39: "code39",
    zxingcpp.BarcodeFormat.QRCode: "qr",
}
_FORMATS = zxingcpp.barcode_formats_from_str("Code128,Code39,QRCode")


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


def read_barcodes(gray: Gray) -> list[Barcode]:
    """All codes on `gray` (height x width, uint8, paper light), from top to bottom."""
    found = [
        _as_barcode(result)
        for result in zxingcpp.read_barcodes(gray, formats=_FORMATS)
        if result.valid
    ]
    return sorted(found, key=lambda code: (code.box[1], code.box[0]))


def _as_barcode(result: zxingcpp.Barcode) -> Barcode:
    place = result.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return Barcode(
        format=_NAMES[result.format],
        text=result.text,
        box=(min(across), min(down), max(across), max(down)),
        turn=round(-result.orientation / 90) * 90 % 360,
    )
