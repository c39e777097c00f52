"""Reads one page of bare samples from a SANE device, and sees that it is whole."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from app.kernel.errors import BadInput
from scanner.drivers.sane_library import Frame, FrameParameters, SaneLibrary
from scanner.drivers.sane_threads import ReaderThreads
from scanner.feeder import check_complete
from scanner.raster_file import Raster

_READ_BYTES = 1 << 20
_REST_BYTES = 1 << 15


def read_page(
    library: SaneLibrary,
    handle: ctypes.c_void_p,
    sheet: int,
    check: Callable[[], None],
    threads: ReaderThreads,
) -> Raster:
    """Read the frames of the page that `start` has begun; starts further frames itself.

    `check` is called after every buffer and may raise; `threads` are those of before the first
    page.

    Raises what `check` raises, Transient SCN-111 (bytes are missing), BadInput SCN-120 (a kind
    of data that is no raster) and SaneError.
    """
    planes: dict[int, bytearray] = {}
    first: FrameParameters | None = None
    height = 0
    while True:
        # Before `start` a device may answer with a guess; now the measures are true.
        measures = library.parameters(handle)
        if measures.format not in set(Frame) or measures.depth not in (1, 8, 16):
            raise BadInput("SCN-120", format=measures.format, depth=measures.depth)
        data = _read_frame(library, handle, check, measures, threads)
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


def _read_frame(
    library: SaneLibrary,
    handle: ctypes.c_void_p,
    check: Callable[[], None],
    measures: FrameParameters,
    threads: ReaderThreads,
) -> bytearray:
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
            check()
    # A cancelled page ends like a good one; after this check its length is compared as well.
    check()
    return data
