"""The page list of a TIFF file (TIFF 6.0, section 2; BigTIFF): how many pages, and are they whole.

Libraries stop quietly where the list breaks off, which would lose pages without a word.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

_NEW_SUBFILE_TYPE = 254
_STRIP_OFFSETS, _STRIP_COUNTS = 273, 279
_TILE_OFFSETS, _TILE_COUNTS = 324, 325
_WANTED = frozenset({_NEW_SUBFILE_TYPE, _STRIP_OFFSETS, _STRIP_COUNTS, _TILE_OFFSETS, _TILE_COUNTS})
# Bit 0: a smaller copy of another page; bit 2: a transparency mask. Neither is a page.
_AUXILIARY_BITS = 0b101
_TYPES = {3: ("H", 2), 4: ("L", 4), 13: ("L", 4), 16: ("Q", 8)}
_MAX_VALUES = 1_000_000
_MAX_PAGES = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class TiffPage:
    """One image file directory: `frame` from 0; `auxiliary` when it is no page of its own;
    `cut_off` when its image data reaches beyond the end of the file."""

    frame: int
    auxiliary: bool
    cut_off: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layout:
    order: str
    count: str
    entry: int
    word: str

    def unpack(self, code: str, data: bytes) -> int:
        return int(struct.unpack(self.order + code, data)[0])


def read_tiff_pages(stream: BinaryIO) -> tuple[list[TiffPage], bool]:
    """The pages in file order, and whether the list breaks off before its end."""
    size = stream.seek(0, 2)
    pages: list[TiffPage] = []
    seen: set[int] = set()
    try:
        layout, offset = _read_header(stream)
        while offset and offset not in seen and len(pages) < _MAX_PAGES:
            seen.add(offset)
            page, offset = _read_directory(stream, layout, offset, size, len(pages))
            pages.append(page)
    except (struct.error, KeyError, OverflowError):
        return pages, True
    return pages, not pages


def _read_header(stream: BinaryIO) -> tuple[_Layout, int]:
    stream.seek(0)
    order = {b"II": "<", b"MM": ">"}[stream.read(2)]
    (version,) = struct.unpack(order + "H", stream.read(2))
    if version == 43:
        stream.read(4)
        layout = _Layout(order=order, count="Q", entry=20, word="Q")
    else:
        layout = _Layout(order=order, count="H", entry=12, word="L")
    return layout, layout.unpack(layout.word, stream.read(struct.calcsize("<" + layout.word)))


def _read_directory(
    stream: BinaryIO, layout: _Layout, offset: int, size: int, frame: int
) -> tuple[TiffPage, int]:
    stream.seek(offset)
    entries = layout.unpack(layout.count, stream.read(struct.calcsize("<" + layout.count)))
    word = struct.calcsize("<" + layout.word)
    if offset + entries * layout.entry > size:
        raise struct.error("directory beyond the end of the file")
    block = stream.read(entries * layout.entry)
    following = layout.unpack(layout.word, stream.read(word))
    values: dict[int, list[int]] = {}
    for start in range(0, len(block), layout.entry):
        tag, kind = struct.unpack_from(layout.order + "HH", block, start)
        if tag in _WANTED and kind in _TYPES:
            values[tag] = _values(stream, layout, block[start + 4 : start + layout.entry], kind)
    ends = [
        begin + length
        for offsets, counts in ((_STRIP_OFFSETS, _STRIP_COUNTS), (_TILE_OFFSETS, _TILE_COUNTS))
        for begin, length in zip(values.get(offsets, ()), values.get(counts, ()), strict=False)
    ]
    subfile = values.get(_NEW_SUBFILE_TYPE, [0])[0]
    page = TiffPage(
        frame=frame,
        auxiliary=bool(subfile & _AUXILIARY_BITS) and frame > 0,
        cut_off=max(ends, default=0) > size,
    )
    return page, following


def _values(stream: BinaryIO, layout: _Layout, field: bytes, kind: int) -> list[int]:
    word = struct.calcsize("<" + layout.word)
    code, width = _TYPES[kind]
    count = layout.unpack(layout.word, field[:word])
    if not 1 <= count <= _MAX_VALUES:
        raise struct.error("no sensible number of values")
    data = field[word : word + count * width]
    if count * width > word:
        stream.seek(layout.unpack(layout.word, field[word:]))
        data = stream.read(count * width)
    return list(struct.unpack(f"{layout.order}{count}{code}", data))
