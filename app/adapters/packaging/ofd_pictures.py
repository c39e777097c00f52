"""Picture files for an OFD: the master itself where readers know its kind, else without loss."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from app.adapters.packaging.pdf_coding import Coding
from app.adapters.packaging.pictures import Picture
from app.adapters.packaging.tiff import group_4_file

_PNG = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3
_RGB = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFile:
    """A file for the container: `format` as GB/T 33190 names it, `suffix` and the bytes."""

    format: str
    suffix: str
    data: bytes


def picture_file(picture: Picture, path: Path) -> PictureFile:
    """The file that shows `picture`, which was read from `path`.

    A JPEG or a PNG that passed untouched is the master byte for byte. Group 4 code lies as it was
    stored in a TIFF of ours, as the master's own may hold further pages and ask for a turn, which
    readers follow or not. All else is PNG.
    """
    coding, data = picture.parts[0]
    if coding.kind == "jpeg":
        return PictureFile(format="JPEG", suffix="jpg", data=data)
    if coding.kind == "group4":
        return PictureFile(format="TIFF", suffix="tif", data=group_4_file(picture.parts))
    if picture.untouched:
        whole = path.read_bytes()
        if whole.startswith(_PNG):
            return PictureFile(format="PNG", suffix="png", data=whole)
    return PictureFile(format="PNG", suffix="png", data=_png(coding, data))


def _png(coding: Coding, data: bytes) -> bytes:
    """A PNG (ISO/IEC 15948) around rows that are already deflated with its prediction."""
    colour = _RGB if coding.colours == 3 else _PALETTE if coding.palette else 0
    header = struct.pack(">IIBBBBB", coding.width, coding.height, coding.bits, colour, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    if coding.palette:
        chunks.insert(1, (b"PLTE", coding.palette))
    return _PNG + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
