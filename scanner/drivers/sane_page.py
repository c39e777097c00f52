"""Reads one page from a SANE device and puts its raster into a standard file, bit for bit.

SANE delivers bare samples, for which there is no "file as delivered". The master is therefore
the same samples in a lossless container: PNG at the lowest compression (A4 in colour at 300 dpi:
26 MB of samples become about 5 MB in 0.6 s of one processor; the usual level 6 takes twice as
long for files a fifth smaller), line art as TIFF with CCITT Group 4, the form that archives keep
two-level pages in.
"""

from __future__ import annotations

import array
import ctypes
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image

from app.kernel.errors import BadInput
from app.kernel.progress import CancelToken
from scanner.drivers.sane_library import Frame, FrameParameters, SaneLibrary
from scanner.drivers.sane_threads import ReaderThreads
from scanner.feeder import check_complete

_READ_BYTES = 1 << 20
_REST_BYTES = 1 << 15
_PNG_LEVEL = 1
_INCHES_PER_METRE = 39.3701


@dataclass(frozen=True, kw_only=True, slots=True)
class Raster:
    """Samples of a whole page. `planes` is one block of rows (gray or RGB) or three (red, green,
    blue); `stride` is bytes per row, `depth` bits per sample (1, 8 or 16, native order)."""

    width: int
    height: int
    stride: int
    depth: int
    color: bool
    planes: tuple[bytes, ...]


def read_page(
    library: SaneLibrary,
    handle: ctypes.c_void_p,
    sheet: int,
    cancel: CancelToken,
    threads: ReaderThreads,
) -> Raster:
    """Read the frames of the page that `start` has begun; starts further frames itself.

    `threads` are those of before the first page.

    Raises Cancelled, Transient SCN-111 (bytes are missing), BadInput SCN-120 (a kind of data
    that is no raster) and SaneError.
    """
    planes: dict[int, bytes] = {}
    first: FrameParameters | None = None
    height = 0
    while True:
        # Before `start` a device may answer with a guess; now the measures are true.
        measures = library.parameters(handle)
        if measures.format not in set(Frame) or measures.depth not in (1, 8, 16):
            raise BadInput("SCN-120", format=measures.format, depth=measures.depth)
        data = _read_frame(library, handle, cancel, measures, threads)
        height = check_complete(
            received=len(data),
            bytes_per_line=measures.bytes_per_line,
            lines=measures.lines,
            sheet=sheet,
        )
        if first is None:
            first = measures
        elif (measures.bytes_per_line, measures.depth) != (first.bytes_per_line, first.depth):
            raise BadInput("SCN-120", format=measures.format, depth=measures.depth)
        planes[measures.format] = data
        if measures.last_frame:
            break
        library.start(handle)
    one = planes.get(Frame.RGB) or planes.get(Frame.GRAY)
    try:
        ordered = (one,) if one else tuple(planes[c] for c in (Frame.RED, Frame.GREEN, Frame.BLUE))
    except KeyError as error:
        raise BadInput("SCN-120", format=first.format, depth=first.depth) from error
    if len({len(plane) for plane in ordered}) != 1 or (len(planes) > 1 and one):
        raise BadInput("SCN-120", format=first.format, depth=first.depth)
    color = Frame.GRAY not in planes
    if color and first.depth == 1:
        raise BadInput("SCN-120", format=first.format, depth=first.depth)
    return Raster(
        width=first.pixels_per_line,
        height=height,
        stride=first.bytes_per_line,
        depth=first.depth,
        color=color,
        planes=ordered,
    )


def encoder(raster: Raster, dpi: int) -> tuple[str, str, Callable[[BinaryIO], object]]:
    """Suffix, media type and writer of the file that holds `raster` without loss."""
    if raster.depth == 1:
        return ".tif", "image/tiff", lambda stream: _write_line_art(raster, dpi, stream)
    if raster.depth == 16:
        return ".png", "image/png", lambda stream: _write_deep_png(raster, dpi, stream)
    return ".png", "image/png", lambda stream: _write_png(raster, dpi, stream)


def _read_frame(
    library: SaneLibrary,
    handle: ctypes.c_void_p,
    cancel: CancelToken,
    measures: FrameParameters,
    threads: ReaderThreads,
) -> bytes:
    """All bytes of one frame.

    The last line is asked for only after the backend's own reading thread has ended: with the
    last byte (not with the end that follows it) a backend cancels that thread wherever it is.
    """
    buffer = ctypes.create_string_buffer(_READ_BYTES)
    view = memoryview(buffer)
    data = bytearray()
    total = measures.bytes_per_line * measures.lines
    # The rest waits in the backend's pipe, which holds 64 KB; a longer wait would block it.
    most = total - min(measures.bytes_per_line, _REST_BYTES)
    while True:
        if 0 < most == len(data):
            threads.let_end()
        wanted = most - len(data) if len(data) < most else _READ_BYTES
        length = library.read(handle, buffer, min(wanted, _READ_BYTES))
        if length is None:
            break
        if length:
            # Asking is what counts as progress, so an empty read does not ask.
            data += view[:length]
            cancel.check()
    # A cancelled page ends like a good one; after this check its length is compared as well.
    cancel.check()
    return bytes(data)


def _write_line_art(raster: Raster, dpi: int, stream: BinaryIO) -> None:
    size = (raster.width, raster.height)
    # SANE: 1 is black, Pillow: 1 is white.
    image = Image.frombytes("1", size, raster.planes[0], "raw", "1;I", raster.stride, 1)
    image.save(stream, format="TIFF", compression="group4", **_resolution(dpi))


def _write_png(raster: Raster, dpi: int, stream: BinaryIO) -> None:
    size = (raster.width, raster.height)
    if len(raster.planes) == 3:
        bands = [
            Image.frombytes("L", size, plane, "raw", "L", raster.stride, 1)
            for plane in raster.planes
        ]
        image = Image.merge("RGB", bands)
    else:
        mode = "RGB" if raster.color else "L"
        image = Image.frombytes(mode, size, raster.planes[0], "raw", mode, raster.stride, 1)
    image.save(stream, format="PNG", compress_level=_PNG_LEVEL, **_resolution(dpi))


def _resolution(dpi: int) -> dict[str, Any]:
    return {"dpi": (dpi, dpi)} if dpi else {}


def _write_deep_png(raster: Raster, dpi: int, stream: BinaryIO) -> None:
    """PNG with 16 bits per sample (ISO/IEC 15948), which Pillow cannot write in colour."""
    packer = zlib.compressobj(_PNG_LEVEL)
    packed = []
    for row in range(raster.height):
        parts = [
            array.array("H", plane[row * raster.stride : (row + 1) * raster.stride])
            for plane in raster.planes
        ]
        if len(parts) == 3:
            samples = array.array("H", bytes(6 * raster.width))
            for channel, part in enumerate(parts):
                samples[channel::3] = part[: raster.width]
        else:
            samples = parts[0][: raster.width * (3 if raster.color else 1)]
        if sys.byteorder == "little":
            samples.byteswap()
        packed.append(packer.compress(b"\0" + samples.tobytes()))
    packed.append(packer.flush())
    color_type = 2 if raster.color else 0
    header = struct.pack(">IIBBBBB", raster.width, raster.height, 16, color_type, 0, 0, 0)
    per_metre = round(dpi * _INCHES_PER_METRE)
    stream.write(b"\x89PNG\r\n\x1a\n")
    for kind, body in (
        (b"IHDR", header),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        (b"IDAT", b"".join(packed)),
        (b"IEND", b""),
    ):
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        stream.write(struct.pack(">I", len(body)) + kind + body + checksum)
