"""Takes the CCITT Group 4 code out of a TIFF as it is, and lays such code into a TIFF."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL import TiffImagePlugin

from app.adapters.packaging.pdf_coding import Coding

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_STRIPS, _SAMPLES, _ROWS, _STRIP_SIZES, _T6_OPTIONS = 273, 277, 278, 279, 293
_GROUP_4 = 4
_REVERSED_BITS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
# Each strip becomes a picture of its own; with more of them the page is coded anew as a whole.
MOST_STRIPS = 128

Part = tuple[Coding, bytes]


def group_4_strips(
    stream: BinaryIO, tags: TiffImagePlugin.ImageFileDirectory_v2
) -> tuple[Part, ...] | None:
    """The strips of a Group 4 picture from the top, each with its code as stored.

    Bits stored in the other order within each byte are turned to the order that PDF knows. None
    when the picture is coded otherwise or lies in more than `MOST_STRIPS`. Raises ValueError when
    a strip is cut off.
    """
    offsets, sizes = tags.get(_STRIPS, ()), tags.get(_STRIP_SIZES, ())
    if tags.get(_COMPRESSION) != _GROUP_4 or tags.get(_T6_OPTIONS) or tags.get(_SAMPLES, 1) != 1:
        return None
    # The size by the tags: Pillow's is already the one after the orientation.
    width, height = int(tags[_WIDTH]), int(tags[_LENGTH])
    rows = min(int(tags.get(_ROWS, height)), height)
    if not 0 < len(offsets) == len(sizes) <= MOST_STRIPS or len(offsets) != -(-height // rows):
        return None
    parts = []
    for index, (offset, size) in enumerate(zip(offsets, sizes, strict=True)):
        stream.seek(offset)
        data = stream.read(size)
        if len(data) != size:
            raise ValueError("truncated TIFF")
        if tags.get(_FILL_ORDER, 1) == 2:
            data = data.translate(_REVERSED_BITS)
        coding = Coding(
            kind="group4",
            width=width,
            height=min(rows, height - index * rows),
            bits=1,
            black_is_1=tags.get(_PHOTOMETRIC, 0) == 1,
        )
        parts.append((coding, data))
    return tuple(parts)


def group_4_file(parts: tuple[Part, ...]) -> bytes:
    """A TIFF (6.0, section 2) around Group 4 code, one strip for each part, nothing coded anew."""
    first = parts[0][0]
    code = b"".join(data + b"\x00" * (len(data) % 2) for _, data in parts)
    offsets, position = [], 8
    for _, data in parts:
        offsets.append(position)
        position += len(data) + len(data) % 2
    lists = {_STRIPS: offsets, _STRIP_SIZES: [len(data) for _, data in parts]}
    single = {
        _WIDTH: first.width,
        _LENGTH: sum(coding.height for coding, _ in parts),
        _BITS: 1,
        _COMPRESSION: _GROUP_4,
        _PHOTOMETRIC: int(first.black_is_1),
        _SAMPLES: 1,
        _ROWS: first.height,
    }
    after = position + 2 + 12 * (len(lists) + len(single)) + 4
    entries, tail = [], b""
    for tag in sorted((*lists, *single)):
        values = lists[tag] if tag in lists else [single[tag]]
        value = values[0]
        if len(values) > 1:
            value = after + len(tail)
            tail += struct.pack(f"<{len(values)}I", *values)
        entries.append(struct.pack("<HHII", tag, 4, len(values), value))
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, position) + code + directory + tail
