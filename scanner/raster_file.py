"""Puts bare samples into a standard file, bit for bit, as fast as a feeder delivers them.

Scanners that deliver bare samples have no "file as delivered". The master is therefore the same
samples in a lossless container: PNG (ISO/IEC 15948) for gray and colour, TIFF with CCITT Group 4
for line art, the form that archives keep two-level pages in.

Every row of the PNG is filtered with `Up` and deflated by ISA-L. A4 in colour at 300 dpi (26.1 MB
of samples) takes 0.1 to 0.2 s of one processor, where zlib's lowest level takes 0.7 to 1.6 s, for
files of 20 (clean) to 56 % (noisy) of the samples.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy
from numpy.typing import NDArray
from PIL import Image

try:
    from isal import isal_zlib as deflate
except ImportError:  # there is none for the 32-bit host of old drivers
    import zlib as deflate  # type: ignore[no-redef]

_INCHES_PER_METRE = 39.3701
# Rows worked on at a time: what lies beside the page in memory stays under a few megabytes.
_BAND_BYTES = 1 << 19
_FILTER_UP = 2
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_GRAY, _PNG_COLOR = 0, 2
_LEVEL = 1

# What the finest bars of a code need (dots per inch).
PREVIEW_DPI = 150

Samples = NDArray[Any]
Writer = Callable[[BinaryIO], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Raster:
    """Samples of a whole page, top row first.

    `planes` is one block of rows (gray or RGB) or three (red, green, blue); `stride` is bytes per
    row of a block, padding included; `depth` bits per sample: 1 (most significant bit first, 1 is
    black, gray only), 8 or 16 (in the order of this machine).
    """

    width: int
    height: int
    stride: int
    depth: int
    color: bool
    planes: tuple[bytes | bytearray, ...]

    @property
    def size(self) -> int:
        """Bytes of all samples."""
        return sum(len(plane) for plane in self.planes)


@dataclass(frozen=True, kw_only=True, slots=True)
class RasterFile:
    """How the file that holds a raster is made. `preview` writes a small picture of it (None
    where that saves nothing)."""

    suffix: str
    media_type: str
    write: Writer
    preview: Writer | None = None


def encode(raster: Raster, dpi: int) -> RasterFile:
    """The file that holds `raster` without loss.

    `dpi` is written down as the resolution, unless it is 0.
    """
    if raster.depth == 1:
        return RasterFile(
            suffix=".tif",
            media_type="image/tiff",
            write=lambda stream: _write_line_art(raster, dpi, stream),
        )
    reduces = raster.depth == 8 and dpi >= 2 * PREVIEW_DPI
    return RasterFile(
        suffix=".png",
        media_type="image/png",
        write=lambda stream: _write_png(raster, dpi, stream),
        preview=(lambda stream: _write_preview(raster, dpi, stream)) if reduces else None,
    )


def _write_preview(raster: Raster, dpi: int, stream: BinaryIO) -> None:
    """The page averaged to PREVIEW_DPI or a little more, as a bare PPM or PGM: whoever looks at
    the page while it is scanned need not inflate the whole file first."""
    factor = dpi // PREVIEW_DPI
    width, height = (-(-edge // factor) for edge in (raster.width, raster.height))
    stream.write(f"{'P6' if raster.color else 'P5'} {width} {height} 255\n".encode("ascii"))
    mode = "RGB" if raster.color and len(raster.planes) == 1 else "L"
    step = max(1, _BAND_BYTES // raster.stride // factor) * factor
    for start in range(0, raster.height, step):
        rows = min(step, raster.height - start)
        window = slice(start * raster.stride, (start + rows) * raster.stride)
        bands = [
            Image.frombuffer(
                mode, (raster.width, rows), plane[window], "raw", mode, raster.stride, 1
            ).reduce(factor)
            for plane in raster.planes
        ]
        stream.write((bands[0] if len(bands) == 1 else Image.merge("RGB", bands)).tobytes())


def _write_line_art(raster: Raster, dpi: int, stream: BinaryIO) -> None:
    size = (raster.width, raster.height)
    # Here 1 is black, for Pillow 1 is white.
    image = Image.frombytes("1", size, raster.planes[0], "raw", "1;I", raster.stride, 1)
    image.save(stream, format="TIFF", compression="group4", **_resolution(dpi))


def _resolution(dpi: int) -> dict[str, Any]:
    return {"dpi": (dpi, dpi)} if dpi else {}


def _write_png(raster: Raster, dpi: int, stream: BinaryIO) -> None:
    color_type = _PNG_COLOR if raster.color else _PNG_GRAY
    header = (raster.width, raster.height, raster.depth, color_type, 0, 0, 0)
    stream.write(_PNG_SIGNATURE)
    _write_chunk(stream, b"IHDR", struct.pack(">IIBBBBB", *header))
    if dpi:
        per_metre = round(dpi * _INCHES_PER_METRE)
        _write_chunk(stream, b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    packer = deflate.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS)
    for band in _filtered_bands(raster):
        packed = packer.compress(band.data)
        if packed:
            _write_chunk(stream, b"IDAT", packed)
    _write_chunk(stream, b"IDAT", packer.flush())
    _write_chunk(stream, b"IEND", b"")


def _write_chunk(stream: BinaryIO, kind: bytes, body: bytes) -> None:
    stream.write(struct.pack(">I", len(body)) + kind)
    stream.write(body)
    stream.write(struct.pack(">I", deflate.crc32(body, deflate.crc32(kind))))


def _filtered_bands(raster: Raster) -> Iterator[Samples]:
    """The rows as PNG wants them: a filter byte, then the difference to the row above."""
    above: Samples | None = None
    for rows in _bands(raster):
        filtered = numpy.empty((rows.shape[0], rows.shape[1] + 1), numpy.uint8)
        filtered[:, 0] = _FILTER_UP
        if above is None:
            filtered[0, 1:] = rows[0]
        else:
            numpy.subtract(rows[0], above, out=filtered[0, 1:])
        numpy.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        above = rows[-1].copy()
        yield filtered


def _bands(raster: Raster) -> Iterator[Samples]:
    """Rows of bytes without padding, samples of a pixel side by side, most significant first."""
    planes = [
        numpy.frombuffer(plane, numpy.uint8, raster.height * raster.stride).reshape(
            raster.height, raster.stride
        )
        for plane in raster.planes
    ]
    channels = 3 if raster.color and len(planes) == 1 else 1
    used = raster.width * channels * raster.depth // 8
    step = max(1, _BAND_BYTES // raster.stride)
    for start in range(0, raster.height, step):
        parts = [plane[start : start + step, :used] for plane in planes]
        if raster.depth == 16:
            parts = [_samples_of(part) for part in parts]
        rows = parts[0] if len(parts) == 1 else numpy.stack(parts, axis=-1)
        rows = rows.reshape(rows.shape[0], -1)
        yield _big_endian(rows) if raster.depth == 16 else rows


def _samples_of(rows: Samples) -> Samples:
    return numpy.ascontiguousarray(rows).view(numpy.uint16)


def _big_endian(rows: Samples) -> Samples:
    swapped = rows.byteswap() if sys.byteorder == "little" else numpy.ascontiguousarray(rows)
    return swapped.view(numpy.uint8)
