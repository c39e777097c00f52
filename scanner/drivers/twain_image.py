"""Image data as a source delivers it becomes a file: its own bytes where they are a file already,
else a lossless container of the same samples."""

from __future__ import annotations

import ctypes
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from app.kernel.errors import BadInput, Transient
from scanner.drivers.image_file import HEAD_BYTES, check_picture, media_type_of
from scanner.drivers.tiff_structure import read_tiff_pages
from scanner.drivers.twain_constants import Compression, PixelType
from scanner.raster_file import Raster, encode

_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "image/png": ".png",
    "image/bmp": ".bmp",
    "image/jp2": ".jp2",
}
_REVERSED_BITS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
_INVERTED_BITS = bytes(255 - value for value in range(256))
_BITMAP_FILE_HEADER = 14
_BITMAP_INFO_HEADERS = frozenset({40, 52, 56, 108, 124})
_BITMAP_MASKS = 3  # BI_BITFIELDS
# TIFF 6.0, section 2: sizes of the types of fields, and the tags that point at image data.
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TIFF_DATA = {273: 279, 324: 325}
_MOST_BYTES = 1 << 31


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageFacts:
    """What the source said about the image before it came. `height` is -1 when not known; `bits`
    are those of one sample; `dpi` 0 when not known."""

    width: int
    height: int
    dpi: int
    bits: int
    bits_per_pixel: int
    samples: int
    pixel_type: int
    planar: bool
    compression: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageFile:
    """A file about to be written into the spool."""

    suffix: str
    media_type: str
    write: Callable[[BinaryIO], object]
    width: int
    height: int
    dpi: int
    preview: Callable[[BinaryIO], object] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """Rows of bare samples as they came by memory transfer. `stride` is bytes per row."""

    data: bytes | bytearray
    stride: int
    height: int
    facts: ImageFacts
    zero_is_white: bool
    low_bit_first: bool


def samples_file(samples: Samples) -> ImageFile:
    """Samples in a lossless container. Raises BadInput SCN-120 for a kind nobody writes."""
    facts = samples.facts
    kinds: dict[int, tuple[int, int]] = {
        PixelType.BW: (1, 1),
        PixelType.GRAY: (1, facts.bits),
        PixelType.RGB: (3, facts.bits),
    }
    expected = kinds.get(facts.pixel_type)
    if expected is None or expected[1] not in (1, 8, 16):
        raise BadInput("SCN-120", format=facts.pixel_type, depth=facts.bits)
    channels, depth = expected
    if depth == 1 and channels == 3:
        raise BadInput("SCN-120", format=facts.pixel_type, depth=depth)
    data, height = samples.data, samples.height
    if depth == 1:
        # In a raster 1 is black.
        if samples.low_bit_first:
            data = data.translate(_REVERSED_BITS)
        if not samples.zero_is_white:
            data = data.translate(_INVERTED_BITS)
    elif channels == 1 and samples.zero_is_white:
        data = data.translate(_INVERTED_BITS)
    planes: tuple[bytes | bytearray, ...] = (data,)
    if facts.planar and channels == 3:
        height //= 3
        size = height * samples.stride
        planes = tuple(data[size * plane : size * (plane + 1)] for plane in range(3))
    return _encoded(
        Raster(
            width=facts.width,
            height=height,
            stride=samples.stride,
            depth=depth,
            color=channels == 3,
            planes=planes,
        ),
        facts.dpi,
    )


def delivered_file(data: bytes, facts: ImageFacts, *, sheet: int) -> ImageFile:
    """A file that the source made: its bytes are kept as they are.

    Raises Transient SCN-111 when it is empty, cut off or cannot be decoded, BadInput SCN-120 when
    it is no picture that the line takes.
    """
    if not data:
        raise Transient("SCN-111", sheet=sheet, received=0, lines=facts.height)
    media_type = media_type_of(data[:HEAD_BYTES])
    if media_type not in _SUFFIXES:
        raise BadInput("SCN-120", format=media_type or data[:8].hex(), depth=facts.bits)
    found = check_picture(data, media_type)
    cut_off = media_type == "image/tiff" and any(
        page.cut_off for page in read_tiff_pages(io.BytesIO(data))[0]
    )
    if found.fault or cut_off:
        raise Transient("SCN-111", sheet=sheet, received=len(data), lines=facts.height)
    return ImageFile(
        suffix=_SUFFIXES[media_type],
        media_type=media_type,
        write=lambda stream: stream.write(data),
        width=found.width,
        height=found.height,
        dpi=facts.dpi or found.dpi,
    )


def bitmap_file(data: bytes, facts: ImageFacts, *, sheet: int) -> ImageFile:
    """A device-independent bitmap (rows from below, blue first) in a lossless container. Raises
    as `delivered_file`."""
    try:
        image = Image.open(io.BytesIO(_with_file_header(data)), formats=("BMP",))
        image.load()
    except Exception as error:  # Pillow raises nearly anything on damaged bytes
        raise Transient("SCN-111", sheet=sheet, received=len(data), lines=facts.height) from error
    two_levels = image.mode == "1" or facts.pixel_type == PixelType.BW
    gray = image.mode == "L" or facts.pixel_type == PixelType.GRAY
    mode = "1" if two_levels else "L" if gray else "RGB"
    page = image.convert(mode, dither=Image.Dither.NONE)
    samples = page.tobytes()
    return _encoded(
        Raster(
            width=page.width,
            height=page.height,
            stride=len(samples) // page.height,
            depth=1 if two_levels else 8,
            color=mode == "RGB",
            # For Pillow 1 is white, in a raster it is black.
            planes=(samples.translate(_INVERTED_BITS) if two_levels else samples,),
        ),
        facts.dpi,
    )


def _encoded(raster: Raster, dpi: int) -> ImageFile:
    file = encode(raster, dpi)
    return ImageFile(
        suffix=file.suffix,
        media_type=file.media_type,
        write=file.write,
        preview=file.preview,
        width=raster.width,
        height=raster.height,
        dpi=dpi,
    )


def group4_tiff(data: bytes, facts: ImageFacts) -> bytes:
    """Bare CCITT Group 4 data in the smallest TIFF that holds it, untouched (TIFF 6.0)."""
    entries = [
        (256, 4, facts.width),
        (257, 4, facts.height),
        (258, 3, 1),
        (259, 3, 4),
        # The codes themselves say white and black; 0 is what a fax means by them.
        (262, 3, 0),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, facts.height),
        (279, 4, len(data)),
    ]
    start = 8 + len(data) + len(data) % 2
    table = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    head = struct.pack("<2sHI", b"II", 42, start)
    body = data + b"\0" * (len(data) % 2)
    return head + body + struct.pack("<H", len(entries)) + table + struct.pack("<I", 0)


def is_file_format(compression: int) -> bool:
    """Whether data so compressed is a picture file by itself."""
    return compression in (Compression.JPEG, Compression.PNG, Compression.JPEG2000)


def native_bytes(address: int, size: int) -> tuple[bytes, bool]:
    """The image behind a handle of a native transfer, and whether it is a bitmap of Windows
    (else a TIFF file). `size` is that of the block, 0 when nobody tells.

    Raises ValueError when it is neither.
    """
    head = ctypes.string_at(address, 4)
    if head in (b"II*\0", b"MM\0*"):
        return ctypes.string_at(address, size or _tiff_size(address)), False
    (header,) = struct.unpack("<I", head)
    if header not in _BITMAP_INFO_HEADERS:
        raise ValueError("neither a bitmap nor a TIFF")
    fields = ctypes.string_at(address, 40)
    length = _palette_end(fields) + _bitmap_rows(fields)
    if not 0 < length <= _MOST_BYTES or (size and length > size):
        raise ValueError("a bitmap of no sensible size")
    return ctypes.string_at(address, length), True


def _palette_end(fields: bytes) -> int:
    """Where the rows of a bitmap begin."""
    header, _, _, _, bits, compression = struct.unpack_from("<IiiHHI", fields)
    (colors,) = struct.unpack_from("<I", fields, 32)
    colors = colors or (1 << bits if bits <= 8 else 0)
    masks = 12 if compression == _BITMAP_MASKS and header == 40 else 0
    return int(header + masks + 4 * colors)


def _bitmap_rows(fields: bytes) -> int:
    _, width, height, _, bits, _, size = struct.unpack_from("<IiiHHII", fields)
    return int(size or (width * bits + 31) // 32 * 4 * abs(height))


def _with_file_header(data: bytes) -> bytes:
    head = struct.pack(
        "<2sIHHI",
        b"BM",
        _BITMAP_FILE_HEADER + len(data),
        0,
        0,
        _BITMAP_FILE_HEADER + _palette_end(data[:40]),
    )
    return head + data


def _tiff_size(address: int) -> int:
    """The length of a TIFF file in memory that nobody told the length of: the end of whatever
    its directories point at. Raises ValueError when they make no sense."""
    order = "<" if ctypes.string_at(address, 2) == b"II" else ">"

    def read(layout: str, offset: int) -> tuple[int, ...]:
        if not 0 <= offset < _MOST_BYTES:
            raise ValueError("a TIFF that points beyond any memory")
        layout = order + layout
        return struct.unpack(layout, ctypes.string_at(address + offset, struct.calcsize(layout)))

    end = 8
    seen: set[int] = set()
    (directory,) = read("I", 4)
    while directory and directory not in seen:
        seen.add(directory)
        (count,) = read("H", directory)
        pointers: dict[int, tuple[int, ...]] = {}
        for index in range(count):
            place = directory + 2 + 12 * index
            tag, kind, number = read("HHI", place)
            width = _TIFF_SIZES.get(kind, 1) * number
            if width > _MOST_BYTES:
                raise ValueError("a TIFF field of no sensible size")
            at = place + 8 if width <= 4 else read("I", place + 8)[0]
            end = max(end, at + width)
            if tag in (*_TIFF_DATA, *_TIFF_DATA.values()) and kind in (3, 4):
                pointers[tag] = read(f"{number}{'H' if kind == 3 else 'I'}", at)
        for offsets, lengths in _TIFF_DATA.items():
            pairs = zip(pointers.get(offsets, ()), pointers.get(lengths, ()), strict=False)
            end = max([end, *(offset + length for offset, length in pairs)])
        place = directory + 2 + 12 * count
        end = max(end, place + 4)
        (directory,) = read("I", place)
    if not 8 < end <= _MOST_BYTES:
        raise ValueError("a TIFF of no sensible size")
    return end
