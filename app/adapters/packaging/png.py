"""Takes the compressed pixels out of a PNG: PDF knows the same prediction and compression."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from app.adapters.packaging.pdf_coding import Coding

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GRAY, _RGB, _PALETTE = 0, 2, 3

StoredPixels = tuple[Coding, bytes]


def stored_pixels(data: bytes) -> StoredPixels | None:
    """The coding and the data of a PNG that PDF can take as it is.

    None when it is interlaced or has transparency. Raises ValueError when a part is damaged.
    """
    if not data.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    width = height = depth = colour = -1
    palette, pixels = b"", []
    for kind, content in _chunks(data):
        if kind == b"IHDR":
            width = int.from_bytes(content[0:4], "big")
            height = int.from_bytes(content[4:8], "big")
            depth, colour, interlace = content[8], content[9], content[12]
            if colour not in (_GRAY, _RGB, _PALETTE) or interlace:
                return None
        elif kind == b"PLTE":
            palette = content
        elif kind == b"tRNS":
            return None
        elif kind == b"IDAT":
            pixels.append(content)
    if width < 1 or height < 1 or not pixels or (colour == _PALETTE and not palette):
        raise ValueError("incomplete PNG")
    stream = b"".join(pixels)
    _check_length(stream, width=width, height=height, bits=depth * (3 if colour == _RGB else 1))
    coding = Coding(
        kind="png",
        width=width,
        height=height,
        colours=3 if colour == _RGB else 1,
        bits=depth,
        palette=palette if colour == _PALETTE else b"",
    )
    return coding, stream


def _check_length(stream: bytes, *, width: int, height: int, bits: int) -> None:
    """A reader shows nothing of a broken stream, so it has to be whole before it passes."""
    expected = height * (1 + (width * bits + 7) // 8)
    inflater, length, rest = zlib.decompressobj(), 0, stream
    while not inflater.eof:
        length += len(inflater.decompress(rest, 1 << 20))
        if not inflater.unconsumed_tail and not inflater.eof:
            length += len(inflater.flush())
            if not inflater.eof:
                raise ValueError("truncated PNG")
        rest = inflater.unconsumed_tail
    if length != expected:
        raise ValueError("PNG of another size than it says")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_SIGNATURE)
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        kind, end = data[position + 4 : position + 8], position + 8 + length
        if end + 4 > len(data):
            raise ValueError("truncated PNG")
        content = data[position + 8 : end]
        if zlib.crc32(kind + content) != int.from_bytes(data[end : end + 4], "big"):
            raise ValueError("damaged PNG")
        yield kind, content
        if kind == b"IEND":
            return
        position = end + 4
