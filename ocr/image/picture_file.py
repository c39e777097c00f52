"""A picture file opened by its content: its pages, resolution and turn, before any pixel."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from app.kernel.errors import BadInput

_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "JPEG2000")
_EXIF_ORIENTATION = 0x0112
# EXIF orientation: (mirrored, clockwise turn that was applied after the mirroring).
_EXIF_TURNS = {
    1: (False, 0),
    2: (True, 0),
    3: (False, 180),
    4: (True, 180),
    5: (True, 270),
    6: (False, 90),
    7: (True, 90),
    8: (False, 270),
}
DECODER_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
    EOFError,
    struct.error,
    zlib.error,
)


@contextmanager
def opened(name: str, data: bytes) -> Iterator[Image.Image]:
    """The file opened by its content; only the header is read.

    Pillow's own size guard is a process-wide number meant for photographs and would refuse a
    large drawing; ours is checked against the header before any pixel is decoded.
    """
    guard = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings():
        # Odd tags are common in scanner files and harmless; what matters raises.
        warnings.simplefilter("ignore")
        try:
            try:
                image = Image.open(io.BytesIO(data), formats=_FORMATS)
            except (UnidentifiedImageError, *DECODER_FAULTS) as error:
                raise BadInput("IMG-101", file=name) from error
            with image:
                yield image
        finally:
            Image.MAX_IMAGE_PIXELS = guard


def frames_of(name: str, image: Image.Image, frame: int = 0) -> int:
    """How many pages there are. Where the list of pages breaks off, those up to `frame` (raises
    IMG-102 when it lies behind the break): the pages in front of it are whole."""
    # The further pictures of an MPO are previews of the first one, not pages.
    if image.format == "MPO":
        return 1
    try:
        return int(getattr(image, "n_frames", 1))
    except DECODER_FAULTS:
        # From the start: where the list broke off, the picture stands half changed.
        seek(name, image, 0)
        seek(name, image, frame)
        return frame + 1


def seek(name: str, image: Image.Image, frame: int) -> None:
    """Go to page `frame` (from 0). Raises IMG-102 when it is not where the file says."""
    try:
        image.seek(frame)
    except DECODER_FAULTS as error:
        raise BadInput("IMG-102", file=name) from error


def declared_dpi(image: Image.Image) -> float:
    """Dots per inch as the file declares them, the smaller of both ways; 0 when it does not."""
    declared = image.info.get("dpi")
    try:
        across, down = (float(value) for value in declared or (0, 0))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    return min(across, down)


def exif_turn(image: Image.Image) -> tuple[bool, int]:
    """(mirrored, clockwise turn in degrees after it) that the file asks for."""
    try:
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
    except DECODER_FAULTS:
        # A damaged EXIF block says nothing about the pixels, which decode on their own.
        orientation = 1
    return _EXIF_TURNS.get(orientation, (False, 0))
