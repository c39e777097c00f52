"""A QR code as a picture, for a message or to be printed by anybody."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from app.adapters.printing.codes import qr_modules

_MODULE, _QUIET = 8, 4  # pixels of a module; modules of paper around it (ISO/IEC 18004, 6.3.8)


def qr_picture(text: str) -> bytes:
    """A QR code as a PNG with its quiet zone. Raises ValueError for a text that is too long."""
    modules = qr_modules(text)
    side = len(modules) + 2 * _QUIET
    picture = Image.new("1", (side, side), 1)
    for y, row in enumerate(modules):
        for x, black in enumerate(row):
            if black:
                picture.putpixel((x + _QUIET, y + _QUIET), 0)
    large = picture.resize((side * _MODULE, side * _MODULE), Image.Resampling.NEAREST)
    written = io.BytesIO()
    large.save(written, "PNG")
    return written.getvalue()


def write_qr(text: str, path: Path) -> None:
    """Write a QR code to a PNG file. Raises OSError when it cannot be written."""
    path.write_bytes(qr_picture(text))
