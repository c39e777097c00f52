"""Decodes one page of a master into pixels: the one place where files become arrays.

A turn recorded in EXIF is applied here and nowhere else. Inspection, recognition and rendering
all call `load_page`, so boxes, turns and derivatives always speak of the same pixels. The stored
bytes of the master are never changed.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.kernel.errors import BadInput
from ocr.image import pdf_page
from ocr.image.colour import as_bgr
from ocr.image.decoder_messages import decoder_messages, tells_of_damage
from ocr.image.heap import keep_freed_memory
from ocr.image.jpeg_structure import END_MARK, has_hole, is_cut_off
from ocr.image.picture_file import (
    DECODER_FAULTS,
    declared_dpi,
    exif_turn,
    frames_of,
    opened,
    seek,
)
from ocr.image.remnant import NEARLY_ALL, Remnant, remnant
from ocr.image.soundness import is_damaged
from ocr.tree import Box

# One worker process per core is the plan of the job engine: a second pool of threads inside
# OpenCV would only fight with the other workers.
cv2.setNumThreads(1)
keep_freed_memory()

MAX_PIXELS = 400_000_000
# What is missing of a page is painted so: no paper is of this gray all over.
_MISSING_GRAY = 128
_MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "JPEG2000": "image/jp2",
}
_JPEG_SCALES = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
# A4 (ISO 216) in inches: the size assumed of a side whose resolution nobody recorded.
_A4_INCHES = (210 / 25.4, 297 / 25.4)
# Software writes these when nobody told it the true resolution.
_DEFAULT_RESOLUTIONS = (72, 96)


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedPage:
    """One decoded page.

    `pixels` is height x width x 3, uint8, BGR, with the EXIF turn already applied. `dpi` is the
    declared resolution, 0 when it is missing or cannot be true. `exif_turn` is the clockwise turn
    in degrees that was applied because the file asked for it (`exif_mirrored` likewise).
    `bilevel` says that the file knows only black and white, `gray` that it carries no colour.
    `frame` counts from 0 among `frames`.

    `decoded_share` is below 1 for a file that is cut off or damaged inside and was loaded in part:
    the share of the page that came. `missing` is the box (x0, y0, x1, y1) of what did not, which
    is gray; None where that cannot be named (a picture that came in full, but coarser).
    """

    pixels: NDArray[np.uint8]
    dpi: int
    media_type: str
    exif_turn: int = 0
    exif_mirrored: bool = False
    bilevel: bool = False
    gray: bool = False
    frame: int = 0
    frames: int = 1
    decoded_share: float = 1.0
    missing: Box | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReducedPage:
    """One page decoded at a fraction of its size, for a first look.

    `pixels` as in `LoadedPage`, but of a whole fraction of the size; `dpi` is the resolution of
    these pixels (0 unknown). `width`, `height` and `page_dpi` are those of the page itself, EXIF
    turn (`exif_turn`, as in `LoadedPage`) applied. `decoded_share` and `missing` (in pixels of the
    page) as in `LoadedPage`.
    """

    pixels: NDArray[np.uint8]
    dpi: int
    width: int
    height: int
    page_dpi: int
    exif_turn: int = 0
    decoded_share: float = 1.0
    missing: Box | None = None

    @property
    def scale(self) -> float:
        """What turns reduced pixels into pixels of the page."""
        return self.width / float(self.pixels.shape[1])


def load_page(path: Path, frame: int = 0, *, partial: bool = False) -> LoadedPage:
    """Decode page `frame` (from 0) of a JPEG, PNG, TIFF, BMP, JPEG 2000 or PDF of scans.

    Alpha is laid over white, 16 bits are reduced to 8, CMYK and palettes become BGR. A PDF page
    that is one full-page picture comes at the native size of the picture, any other page is
    rendered at 300 dpi. With `partial`, a page that came in part only is given as far as it goes
    (see `LoadedPage.decoded_share`); IMG-102 is raised then when none of it can be decoded.

    Raises BadInput IMG-101 (cannot be decoded), IMG-102 (truncated: decoded in part only),
    IMG-103 (more than 400 megapixels), IMG-104 (no such frame) and IMG-105 (the file is not
    there or may not be read).
    """
    data = _bytes_of(path)
    if pdf_page.is_pdf(data):
        return _from_pdf(path.name, data, frame, partial)
    try:
        return _from_picture(path.name, data, frame)
    except BadInput as fault:
        if not partial or fault.code != "IMG-102":
            raise
        return _rescued(path.name, data, frame)


def load_reduced(path: Path, frame: int, least_dpi: int, *, partial: bool = False) -> ReducedPage:
    """Decode page `frame` as small as may be while it keeps `least_dpi` (an A4 page is assumed
    where the file does not say). A JPEG is decoded at 1/2, 1/4 or 1/8 by leaving coefficients
    out, which saves most of the time; everything else is decoded and averaged.

    `partial` and faults as in `load_page`.
    """
    data = _bytes_of(path)
    if pdf_page.is_pdf(data):
        return _shrunk(_from_pdf(path.name, data, frame, partial), least_dpi)
    try:
        return _reduced_picture(path.name, data, frame, least_dpi)
    except BadInput as fault:
        if not partial or fault.code != "IMG-102":
            raise
        return _shrunk(_rescued(path.name, data, frame), least_dpi)


def _reduced_picture(name: str, data: bytes, frame: int, least_dpi: int) -> ReducedPage:
    with opened(name, data) as image:
        _choose(name, image, frame)
        width, height = image.size
        dpi = plausible_dpi(declared_dpi(image), width, height)
        factor = _reduction(width, height, dpi, least_dpi)
        if image.format in ("JPEG", "MPO"):
            pixels = _jpeg(name, data, image, factor)
        elif factor > 1 and image.mode in ("L", "RGB"):
            pixels = _decode(name, data, image, factor)
        else:
            pixels = _averaged(_decode(name, data, image), dpi, factor).pixels
        mirrored, turn = exif_turn(image)
    if mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    if turn in (90, 270):
        width, height = height, width
    pixels = turned(pixels, turn)
    return ReducedPage(
        pixels=pixels,
        dpi=round(dpi * pixels.shape[1] / width),
        width=width,
        height=height,
        page_dpi=dpi,
        exif_turn=turn,
    )


def media_type(path: Path) -> str:
    """The media type by content, never by name. Raises BadInput IMG-101 when it is none of ours."""
    data = _bytes_of(path)
    if pdf_page.is_pdf(data):
        return pdf_page.MEDIA_TYPE
    with opened(path.name, data) as image:
        return _MEDIA_TYPES[str(image.format)]


def plausible_dpi(declared: float, width: int, height: int) -> int:
    """The declared dots per inch, or 0 when a page of that size cannot be meant.

    Cameras and image programs write 72 or 96 whatever the size; a "page" of more than 17 inches
    at such a value is a scan whose resolution nobody recorded.
    """
    if not 10 <= declared <= 10_000:
        return 0
    inches = max(width, height) / declared
    if inches < 1 or inches > 80:
        return 0
    if round(declared) in _DEFAULT_RESOLUTIONS and inches > 17:
        return 0
    return round(declared)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            # Reading a pipe or a device could wait for ever.
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            "IMG-105", file=path.name, reason=error.strerror or type(error).__name__
        ) from error


def _from_pdf(name: str, data: bytes, frame: int, partial: bool) -> LoadedPage:
    page = pdf_page.read_page(name, data, frame, MAX_PIXELS)
    cut_off = page.damaged or pdf_page.is_cut_off(data)
    if cut_off and not partial:
        raise BadInput("IMG-102", file=name)
    return LoadedPage(
        pixels=page.pixels,
        dpi=page.dpi,
        media_type=pdf_page.MEDIA_TYPE,
        bilevel=page.bilevel,
        gray=page.gray,
        frame=frame,
        frames=page.pages,
        decoded_share=NEARLY_ALL if cut_off else 1.0,
    )


def _from_picture(name: str, data: bytes, frame: int, rest: Remnant | None = None) -> LoadedPage:
    """A page in full, or with the pixels of what is left of it."""
    with opened(name, data) as image:
        frames = _choose(name, image, frame)
        width, height = image.size
        kind = str(image.format)
        mode = image.mode
        dpi = declared_dpi(image)
        if rest is not None:
            pixels = as_bgr(rest.picture)
            pixels[rest.first : rest.last] = _MISSING_GRAY
        elif kind in ("JPEG", "MPO"):
            pixels = _jpeg(name, data, image, 1)
        else:
            pixels = _decode(name, data, image)
        # Not before: of a PNG it decodes the picture, and a decoder complains only once.
        mirrored, turn = exif_turn(image)
    if mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    pixels = turned(pixels, turn)
    return LoadedPage(
        pixels=pixels,
        dpi=plausible_dpi(dpi, width, height),
        media_type=_MEDIA_TYPES[kind],
        exif_turn=turn,
        exif_mirrored=mirrored,
        bilevel=mode == "1",
        gray=mode in ("1", "L", "LA", "I", "F") or mode.startswith("I;16"),
        frame=frame,
        frames=frames,
        decoded_share=1.0 if rest is None else rest.share,
        missing=None if rest is None else _missing_box(rest, width, height, turn),
    )


def _rescued(name: str, data: bytes, frame: int) -> LoadedPage:
    """What a file that is cut off or damaged inside still gives. Raises IMG-102 for nothing."""
    with opened(name, data) as image:
        _choose(name, image, frame)
        try:
            rest = remnant(data, str(image.format), frame)
        except DECODER_FAULTS as error:
            raise BadInput("IMG-102", file=name) from error
    if rest is None:
        raise BadInput("IMG-102", file=name)
    return _from_picture(name, data, frame, rest)


def _missing_box(rest: Remnant, width: int, height: int, turn: int) -> Box | None:
    """The rows that did not come, on the page as it is seen: mirroring leaves rows in place."""
    if rest.first >= rest.last:
        return None
    top, bottom = float(rest.first), float(rest.last)
    return {
        0: (0.0, top, float(width), bottom),
        90: (height - bottom, 0.0, height - top, float(width)),
        180: (0.0, height - bottom, float(width), height - top),
        270: (top, 0.0, bottom, float(width)),
    }[turn]


def _choose(name: str, image: Image.Image, frame: int) -> int:
    """Go to page `frame` and see that it may be decoded; gives the number of pages."""
    frames = frames_of(name, image, max(0, frame))
    if not 0 <= frame < frames:
        raise BadInput("IMG-104", file=name, frame=frame + 1, frames=frames)
    if frame:
        seek(name, image, frame)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise BadInput("IMG-103", file=name, width=width, height=height)
    return frames


def _jpeg(name: str, data: bytes, image: Image.Image, factor: int) -> NDArray[np.uint8]:
    """A JPEG at 1, 1/2, 1/4 or 1/8 of its size.

    OpenCV has the pixels as we want them in half the time, but forgives more: a file that does
    not end with its end mark, or is neither gray nor of three colours, goes through Pillow.
    """
    bgr = image.mode in ("L", "RGB")
    if data.endswith(END_MARK):
        # Of any other picture only the smallest copy, for what the decoder says about it.
        how = _JPEG_SCALES[factor if bgr else 8] | cv2.IMREAD_IGNORE_ORIENTATION
        with decoder_messages() as heard:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), how)
        if tells_of_damage(heard, data) or (image.format == "JPEG" and has_hole(data)):
            raise BadInput("IMG-102", file=name)
        if pixels is not None and bgr:
            return np.asarray(pixels, dtype=np.uint8)
    width, height = image.size
    image.draft(None, (max(1, width // factor), max(1, height // factor)))
    pixels = _decode(name, data, image)
    _refuse_cut_off(name, data)
    return pixels


def _refuse_cut_off(name: str, data: bytes) -> None:
    """The end mark of a JPEG is missing, which the decoder forgives."""
    if is_cut_off(data):
        raise BadInput("IMG-102", file=name)


def _reduction(width: int, height: int, dpi: int, least_dpi: int) -> int:
    """The largest of 1, 2, 4 and 8 that leaves `least_dpi`."""
    known = dpi or max(max(width, height) / _A4_INCHES[1], min(width, height) / _A4_INCHES[0])
    return next(factor for factor in (8, 4, 2, 1) if factor == 1 or known / factor >= least_dpi)


def _shrunk(page: LoadedPage, least_dpi: int) -> ReducedPage:
    height, width = page.pixels.shape[:2]
    small = _averaged(page.pixels, page.dpi, _reduction(width, height, page.dpi, least_dpi))
    return replace(
        small,
        exif_turn=page.exif_turn,
        decoded_share=page.decoded_share,
        missing=page.missing,
    )


def _averaged(pixels: NDArray[np.uint8], dpi: int, factor: int) -> ReducedPage:
    height, width = pixels.shape[:2]
    size = (-(-width // factor), -(-height // factor))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if factor > 1 else pixels
    return ReducedPage(
        pixels=np.asarray(small, dtype=np.uint8),
        dpi=round(dpi / factor),
        width=width,
        height=height,
        page_dpi=dpi,
    )


def turned(pixels: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees, without any resampling."""
    if turn % 360 == 0:
        return pixels
    code = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return np.asarray(cv2.rotate(pixels, code[turn % 360]), dtype=np.uint8)


def _decode(name: str, data: bytes, image: Image.Image, factor: int = 1) -> NDArray[np.uint8]:
    try:
        with decoder_messages() as heard:
            image.load()
        if tells_of_damage(heard, data) or is_damaged(data, image):
            raise BadInput("IMG-102", file=name)
        return as_bgr(image.reduce(factor) if factor > 1 else image)
    except DECODER_FAULTS as error:
        raise BadInput("IMG-102", file=name) from error
