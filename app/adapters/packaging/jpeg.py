"""Reads just enough of a JPEG header to know whether PDF can take the bytes as they are."""

from __future__ import annotations

from app.adapters.packaging.pdf_coding import Coding

# Baseline, extended and progressive with Huffman coding: what DCTDecode takes (ISO 32000-1, 7.4.8).
_PLAIN_FRAMES = (0xC0, 0xC1, 0xC2)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))


def passing(data: bytes) -> Coding | None:
    """The coding of a JPEG that can pass as it is, or None when it has to be decoded."""
    frame = _frame_header(data)
    if frame is None:
        return None
    marker, header = frame
    components = header[5] if len(header) > 5 else 0
    if marker not in _PLAIN_FRAMES or header[0] != 8 or components not in (1, 3):
        return None
    height, width = (int.from_bytes(header[at : at + 2], "big") for at in (1, 3))
    return Coding(
        kind="jpeg",
        width=width,
        height=height,
        colours=components,
        stored_as_rgb=components == 3 and header[6:15:3] == b"RGB",
    )


def _frame_header(data: bytes) -> tuple[int, bytes] | None:
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _STANDALONE:
            position += 2
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if marker in _FRAMES:
            return marker, data[position + 4 : position + 2 + length]
        if marker == 0xDA or length < 2:
            return None
        position += 2 + length
    return None
