"""Files as they come off torn cables, full disks and careless copying; for tests."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}
_STRIP_OFFSETS, _STRIP_COUNTS = 273, 279


def drawn_page(width: int = 900, height: int = 1200) -> NDArray[np.uint8]:
    """Rows of dark speckle on pale paper, no two rows of a line alike; blue, green, red alike."""
    chance = np.random.default_rng(11)
    page = np.full((height, width, 3), 235, np.uint8)
    for top in range(height // 24, height - 40, 40):
        page[top : top + 15, width // 11 : -width // 11] = chance.integers(
            0, 120, (15, width - 2 * (width // 11) - (1 if width % 11 else 0), 1)
        )
    return page


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a picture file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def directory_first(tiff: bytes) -> bytes:
    """A little-endian TIFF of one page written again as scanners do: directory, then data."""
    (start,) = struct.unpack_from("<I", tiff, 4)
    (entries,) = struct.unpack_from("<H", tiff, start)
    values: dict[int, tuple[int, int, bytes]] = {}
    for index in range(entries):
        at = start + 2 + 12 * index
        tag, kind, count = struct.unpack_from("<HHI", tiff, at)
        length = _SIZES[kind] * count
        place = at + 8 if length <= 4 else struct.unpack_from("<I", tiff, at + 8)[0]
        values[tag] = (kind, count, tiff[place : place + length])

    def numbers(tag: int) -> tuple[int, ...]:
        kind, count, data = values[tag]
        return struct.unpack(f"<{count}{'H' if kind == 3 else 'I'}", data)

    spans = zip(numbers(_STRIP_OFFSETS), numbers(_STRIP_COUNTS), strict=True)
    strips = [tiff[begin : begin + length] for begin, length in spans]
    head = 8 + 2 + 12 * entries + 4
    data_start = head + sum(len(data) for _, _, data in values.values()) + 4 * len(strips)
    places = [data_start + sum(map(len, strips[:index])) for index in range(len(strips))]
    values[_STRIP_OFFSETS] = (4, len(places), struct.pack(f"<{len(places)}I", *places))
    directory = struct.pack("<H", entries)
    beyond = b""
    for tag, (kind, count, data) in sorted(values.items()):
        field = data.ljust(4, b"\0")
        if len(data) > 4:
            field = struct.pack("<I", head + len(beyond))
            beyond += data
        directory += struct.pack("<HHI", tag, kind, count) + field
    whole = b"II*\0" + struct.pack("<I", 8) + directory + bytes(4) + beyond
    return whole.ljust(data_start, b"\0") + b"".join(strips)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG with its check sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes which claims to be of that size."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + png_chunk(b"IDAT", zlib.compress(bytes(100)))
        + png_chunk(b"IEND", b"")
    )


def tiff_bomb(width: int, height: int) -> bytes:
    """A TIFF of a few bytes (one strip, CCITT group 4) which claims to be of that size."""
    strip = b"\x00\x10\x01\x00\x10\x01"
    entries = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 1),
        (259, 3, 4),
        (262, 3, 0),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, len(strip)),
    ]
    directory = struct.pack("<H", len(entries))
    for tag, kind, value in entries:
        directory += struct.pack("<HHII", tag, kind, 1, value)
    place = 8 + len(strip)
    return b"II*\0" + struct.pack("<I", place) + strip + directory + bytes(4)


def pdf_bomb(width: int, height: int) -> bytes:
    """A PDF of a few bytes whose only page is a picture that claims to be of that size."""
    data = zlib.compress(bytes(1000))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 29>>stream\nq 200 0 0 300 9 9 cm /I Do Q  \nendstream",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB"
        b"/Filter/FlateDecode/Length %d>>stream\n"
        % (width, height, len(data))
        + data
        + b"\nendstream",
    ]
    file = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        file
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(file))
    )
