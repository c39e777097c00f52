"""What a picture file that breaks off still holds: its decodable rows, and which ones are missing.

The decoders refuse a file that is cut off, or forgive it without a word. Here they are given what
they need to go on to the end, and the rows that never came are counted from the file itself
wherever its format allows, because a decoder leaves them in any colour.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFile, TiffImagePlugin

from ocr.image.jpeg_structure import END_MARK, is_progressive
from ocr.image.soundness import bytes_of_row, never_written_from

# A file that lacks its last bytes only has all its rows and is still no whole file.
NEARLY_ALL = 0.999
# Missing image data of a TIFF is filled up to this, for decoders that want a strip in one piece.
_MOST_FILLING = 256 * 1024**2
_STRIP_OFFSETS, _STRIP_COUNTS, _ROWS_PER_STRIP, _COMPRESSION = 273, 279, 278, 259
_UNCOMPRESSED = 1
_PNG_CHUNK = 12
# Samples of a pixel by the colour type of a PNG (ISO/IEC 15948, 11.2.2).
_PNG_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_INFLATED_AT_ONCE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Remnant:
    """`picture` is decoded as far as it goes. The rows from `first` to before `last` are missing,
    counted from 0 in the file's own direction; none when the whole page is there, only coarser or
    without its last bytes. `share` is what came, below 1."""

    picture: Image.Image
    first: int
    last: int
    share: float


def remnant(data: bytes, kind: str, frame: int) -> Remnant | None:
    """What can be decoded of page `frame` of a file (Pillow's `kind`) that is known to be cut off
    or damaged; None when that is nothing."""
    if kind in ("JPEG", "MPO"):
        # With an end mark in its place the decoder goes on to it and paints the rest mid-gray.
        return _of_jpeg(data.rstrip(b"\0") + END_MARK)
    if kind == "TIFF":
        return _of_tiff(data, frame)
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        width, height = image.size
        if kind == "PNG":
            got = _png_rows(data, image)
            first, last = got, height
        elif kind == "BMP":
            got = _bmp_rows(data, width, height)
            # The rows of a bitmap stand from the bottom up, unless its height is negative.
            upwards = int.from_bytes(data[22:26], "little", signed=True) > 0
            first, last = (0, height - got) if upwards else (got, height)
        else:
            return None
        return _decoded(image, first, last) if got else None


def _of_jpeg(data: bytes) -> Remnant | None:
    with Image.open(io.BytesIO(data), formats=("JPEG", "MPO")) as image:
        height = image.height
        found = _decoded(image, height, height)
        if found is None or is_progressive(data):
            # Every scan goes over the whole page: what came is the page, with less detail.
            return found
        first = _last_drawn_row(found.picture, gray=True)
        return _with_rows(found.picture, first, height) if first else None


def _of_tiff(data: bytes, frame: int) -> Remnant | None:
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
        image.seek(frame)
        tags = image.tag_v2 if isinstance(image, TiffImagePlugin.TiffImageFile) else {}
        offsets = tuple(tags.get(_STRIP_OFFSETS, ()))
        counts = tuple(tags.get(_STRIP_COUNTS, ()))
        height = image.height
        rows = int(tags.get(_ROWS_PER_STRIP, height))
        uncompressed = tags.get(_COMPRESSION, _UNCOMPRESSED) == _UNCOMPRESSED
        stride = bytes_of_row(image)
    end = max((start + length for start, length in zip(offsets, counts, strict=False)), default=0)
    got = 0
    size = len(data)
    if uncompressed and offsets:
        size = never_written_from(data, min(offsets), stride) or size
    for start, length in zip(offsets, counts, strict=False):
        there = min(length, max(0, size - start))
        if there < length:
            got += rows * there // length if uncompressed else 0
            break
        got += rows
    got = min(got, height)
    filled = data + bytes(min(_MOST_FILLING, max(0, end - len(data))))
    with Image.open(io.BytesIO(filled), formats=("TIFF",)) as image:
        image.seek(frame)
        found = _decoded(image, got, height)
        if found is None:
            return None
        drawn = _last_drawn_row(found.picture, gray=False)
        # A single strip may be decodable in part; a whole strip may be damaged inside.
        first = min(got, drawn) if got else drawn if len(offsets) == 1 else 0
        return _with_rows(found.picture, first, height) if first else None


def _png_rows(data: bytes, image: Image.Image) -> int:
    """Whole rows in the compressed data that came; of an interlaced picture all, as it comes in
    ever finer passes over the page."""
    width, height = image.size
    depth, colour_type, interlaced = data[24], data[25], data[28]
    channels = _PNG_SAMPLES.get(colour_type, 1)
    stride = 1 + (width * channels * depth + 7) // 8
    inflated = 0
    stream = zlib.decompressobj()
    # What was inflated up to a damaged byte is what the decoder will draw.
    with suppress(zlib.error):
        for piece in _png_data(data):
            waiting = piece
            while waiting and inflated < stride * height:
                inflated += len(stream.decompress(waiting, _INFLATED_AT_ONCE))
                waiting = stream.unconsumed_tail
    if interlaced:
        return height if inflated else 0
    return min(height, inflated // stride)


def _png_data(data: bytes) -> Iterator[bytes]:
    position = 8
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        if data[position + 4 : position + 8] == b"IDAT":
            yield data[position + 8 : position + 8 + length]
        position += _PNG_CHUNK + length


def _bmp_rows(data: bytes, width: int, height: int) -> int:
    bits = int.from_bytes(data[28:30], "little")
    compressed = int.from_bytes(data[30:34], "little") in (1, 2)
    if compressed or not bits:
        return 0
    stride = (width * bits + 31) // 32 * 4
    start = int.from_bytes(data[10:14], "little")
    end = never_written_from(data, start, stride) or len(data)
    return min(height, max(0, end - start) // stride)


def _decoded(image: ImageFile.ImageFile, first: int, last: int) -> Remnant | None:
    """The picture decoded as far as it goes, its rows from `first` to `last` missing."""
    with _forgiving():
        try:
            image.load()
        except Exception:  # Pillow raises nearly anything on damaged bytes
            # What was drawn before the damage stays in the picture.
            image.tile = []
    try:
        picture = image.copy()
    except Exception:  # nothing was drawn at all
        return None
    return _with_rows(picture, first, last)


def _with_rows(picture: Image.Image, first: int, last: int) -> Remnant:
    share = 1.0 - (last - first) / picture.height
    return Remnant(picture=picture, first=first, last=last, share=min(NEARLY_ALL, share))


def _last_drawn_row(picture: Image.Image, *, gray: bool) -> int:
    """How many rows there are above a rest of one colour. With `gray`, a rest of any other colour
    than the mid-gray of a decoder without data counts as drawn."""
    pixels = np.asarray(picture)
    colour = pixels[-1, -1]
    if gray and not (np.abs(colour.astype(np.int16) - 128) <= 1).all():
        return picture.height
    other = (pixels != colour).reshape(picture.height, -1).any(axis=1)
    drawn = np.flatnonzero(other)
    return int(drawn[-1]) + 1 if drawn.size else 0


@contextmanager
def _forgiving() -> Iterator[None]:
    """Pillow goes on where a file breaks off. The setting is one of the process; a worker process
    decodes one file at a time."""
    earlier = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = earlier
