"""Damage inside a file that its decoder does not see: check sums that are wrong, and files whose
end was never written and reads as zeros, as after a copy that broke off."""

from __future__ import annotations

import zlib

from PIL import Image, TiffImagePlugin

_PNG_HEAD = 8
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT")
# Disks hand out space in pieces of this size; fewer zeros are no lost piece.
_LEAST_ZEROS = 4096
# So many bytes at the start or the end of a row may be zero for other reasons.
_SLACK = 24
_COMPRESSION, _UNCOMPRESSED = 259, 1
_STRIP_OFFSETS = 273


def is_damaged(data: bytes, image: Image.Image) -> bool:
    """Whether pixels are lost of the decoded page `image` of the file `data`."""
    if image.format == "PNG":
        return not _has_right_sums(data)
    if image.format == "BMP" and len(data) >= 34:
        if int.from_bytes(data[30:34], "little") in (1, 2):
            return False
        bits = int.from_bytes(data[28:30], "little")
        start = int.from_bytes(data[10:14], "little")
        return never_written_from(data, start, (image.width * bits + 31) // 32 * 4) is not None
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        offsets = tuple(image.tag_v2.get(_STRIP_OFFSETS, ()))
        if image.tag_v2.get(_COMPRESSION, _UNCOMPRESSED) != _UNCOMPRESSED or not offsets:
            return False
        return never_written_from(data, min(offsets), bytes_of_row(image)) is not None
    return False


def never_written_from(data: bytes, start: int, stride: int) -> int | None:
    """Where the zeros begin with which a file of plain rows ends, None when they belong to it.

    `start` is where its rows begin, `stride` the length of one in bytes. A black bed ends with a
    row or leaves zeros in the row before; a broken copy stops anywhere.
    """
    end = len(data.rstrip(b"\0"))
    if len(data) - end < max(_LEAST_ZEROS, 2 * stride) or end - start < 2 * stride:
        return None
    inside = (end - start) % stride
    if not _SLACK < inside < stride - _SLACK:
        return None
    # The row above, from the place where the zeros begin, is written on.
    return end if data[end - stride : end].count(0) <= _SLACK else None


def bytes_of_row(image: Image.Image) -> int:
    """The bytes of one row of a page as a TIFF file without compression holds them."""
    bits = {"1": 1, "L": 8, "P": 8, "LA": 16, "RGB": 24, "RGBA": 32, "CMYK": 32}.get(
        image.mode, 16 if image.mode.startswith("I;16") else 32
    )
    return (image.width * bits + 7) // 8


def _has_right_sums(data: bytes) -> bool:
    """Whether the chunks of a PNG that hold its pixels bear the right check sums (ISO/IEC 15948,
    5.3) and the last one is there."""
    position = _PNG_HEAD
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        if kind == b"IEND":
            return True
        end = position + 8 + length
        if kind in _CRITICAL:
            found = zlib.crc32(memoryview(data)[position + 4 : end])
            if found != int.from_bytes(data[end : end + 4], "big"):
                return False
        position = end + 4
    return False
