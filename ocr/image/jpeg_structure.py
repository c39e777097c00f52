"""The order of marks in a JPEG file (ITU-T T.81, annex B): is it whole, does it come in scans."""

from __future__ import annotations

from collections.abc import Iterator

END_MARK = b"\xff\xd9"
_START_OF_SCAN = 0xDA
_SECTOR = 512
# The number of codes of each length for luminance (table K.5).
_USUAL_TABLE = bytes.fromhex("0002010303020403050504040000017d")
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})


def is_cut_off(data: bytes) -> bool:
    """Whether the end mark is missing behind the start of the compressed data.

    An embedded preview has an end mark of its own, in front of it; what a program left behind
    the end of the picture does no harm, however long it is.
    """
    return data.rfind(END_MARK) < _start_of_data(data)


def has_hole(data: bytes) -> bool:
    """Whether a piece of the compressed data reads as zeros, as a sector that was lost does.

    With the Huffman tables of the standard (annex K.3) even white paper is no row of zeros; of
    other tables nothing can be said.
    """
    start = _start_of_data(data)
    if _USUAL_TABLE not in data[:start]:
        return False
    return data.find(bytes(_SECTOR), start, data.rfind(END_MARK)) >= 0


def is_progressive(data: bytes) -> bool:
    """Whether the picture comes in several scans of growing detail."""
    return any(mark in _PROGRESSIVE for mark, _end in _segments(data))


def _start_of_data(data: bytes) -> int:
    return max((end for _mark, end in _segments(data)), default=2)


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """(mark, where its segment ends) up to the start of the first scan."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        mark = data[position + 1]
        if mark == 0xFF:  # fill byte
            position += 1
            continue
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        yield mark, position
        if mark == _START_OF_SCAN:
            return
