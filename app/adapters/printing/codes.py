"""QR codes (ISO/IEC 18004) and Code 128 (ISO/IEC 15417) as rows of modules, made by zxing."""

from __future__ import annotations

from itertools import groupby

import zxingcpp

QUIET_MODULES = 10
"""Paper on either side of a Code 128, in modules (ISO/IEC 15417, 4.6)."""

Grid = list[list[bool]]


def qr_modules(text: str) -> Grid:
    """The modules of a QR code, true where it is black, without quiet zone; a seventh of it may
    be soiled (level M). Raises ValueError for a text that is too long."""
    # Without the mark of its encoding, a reader may take a short Chinese text for another.
    encoding = {} if text.isascii() else {"eci": "UTF-8"}
    return _modules(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", **encoding)


def code128_widths(text: str) -> list[int]:
    """Widths in modules of bars and spaces in turn. Raises ValueError for anything but printable
    ASCII: hand scanners that type like a keyboard lose the rest."""
    if not text or not (text.isascii() and text.isprintable()):
        raise ValueError("Code 128 holds printable ASCII only")
    row = _modules(text, zxingcpp.BarcodeFormat.Code128)[0]
    return [len(list(run)) for _black, run in groupby(row)]


def _modules(text: str, kind: zxingcpp.BarcodeFormat, **options: str) -> Grid:
    made = zxingcpp.create_barcode(text, kind, **options)
    # A buffer, which its type description does not say.
    image = memoryview(made.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    height, width = image.shape or (0, 0)
    samples = image.tobytes()
    return [[samples[row * width + x] == 0 for x in range(width)] for row in range(height)]
