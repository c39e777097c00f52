"""Reads just enough of a JPEG header to know whether PDF can take the bytes as they are."""

from __future__ import annotations

# Baseline, extended and progressive with Huffman coding: what DCTDecode takes (ISO 32000-1, 7.4.8).
_PLAIN_FRAMES = (0xC0, 0xC1, 0xC2)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))


def image_entries(data: bytes) -> bytes | None:
    """The dictionary entries for passing a JPEG through, or None when it has to be decoded."""
    frame = _frame_header(data)
    if frame is None:
        return None
    marker, header = frame
    components = header[5] if len(header) > 5 else 0
    if marker not in _PLAIN_FRAMES or header[0] != 8 or components not in (1, 3):
        return None
    if components == 1:
        return b" /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
    entries = b" /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    identifiers = bytes(header[6 + 3 * index] for index in range(3) if 6 + 3 * index < len(header))
    if identifiers == b"RGB":
        # Stored as RGB without an Adobe segment to say so; a reader would turn it as if YCbCr.
        entries += b" /DecodeParms <</ColorTransform 0>>"
    return entries


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
