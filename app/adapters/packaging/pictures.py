"""Turns a master into an image stream of a PDF, the bytes of the scan untouched where possible.

What passes through as stored: JPEG (gray, RGB; baseline, extended and progressive), the pixel data
of PNG without transparency, CCITT G4 strip by strip, and the one full-page picture of a PDF of
scans when it is such a JPEG or G4. All else is decoded and stored without loss (G4 for black and
white, Flate for the rest), with two reductions that are no longer the master: CMYK becomes RGB,
and depths that PDF lacks (32 bits, fractions) become 8 bits. The master itself lies in the package.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image, TiffImagePlugin

from app.adapters.packaging import jpeg, png, scanned_pdf
from app.adapters.packaging.tiff import Part, group_4_strips

MAX_PIXELS = 400_000_000
# What the decoders raise on damaged input, beside OSError.
DECODER_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    MemoryError,
    EOFError,
    ZeroDivisionError,
    RuntimeError,
    struct.error,
    zlib.error,
)
# A JPEG of several pictures (MPO) is opened as JPEG; Pillow has no opener of that name.
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "JPEG2000")
_JPEG = b"\xff\xd8"
_ORIENTATION = 0x0112
# EXIF orientation: (mirrored left to right first, then turned clockwise by).
_EXIF = {
    1: (False, 0),
    2: (True, 0),
    3: (False, 180),
    4: (True, 180),
    5: (True, 270),
    6: (False, 90),
    7: (True, 90),
    8: (False, 270),
}
_ROWS_PER_STRIP = 278


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture in parts from its top downwards, nearly always one: coding and coded pixels.

    `mirrored` and `turn` (clockwise degrees, after the mirroring) set the stored pixels the way
    the file itself asks for (EXIF, /Rotate). `untouched` says the data are the master's own.
    """

    parts: tuple[Part, ...]
    mirrored: bool = False
    turn: int = 0
    untouched: bool = False

    @property
    def width(self) -> int:
        """Width of the stored picture in pixels."""
        return self.parts[0][0].width

    @property
    def height(self) -> int:
        """Height of the stored picture in pixels."""
        return sum(coding.height for coding, _ in self.parts)


class UnreadablePicture(Exception):
    """The bytes cannot be decoded; the page still counts."""


class PictureReader:
    """Reads pictures of masters; keeps the last container open, as its frames follow each other."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._document: scanned_pdf.ScannedPdf | None = None
        self._image: Image.Image | None = None
        self._jpeg = b""

    def __enter__(self) -> PictureReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the open container."""
        if self._document is not None:
            self._document.close()
        if self._image is not None:
            self._image.close()
        self._path = self._document = self._image = None
        self._jpeg = b""

    def read(self, path: Path, frame: int) -> Picture:
        """Frame `frame` (from 0) of the file. Raises UnreadablePicture."""
        try:
            with large_pictures():
                return self._read(path, frame)
        except DECODER_FAULTS as error:
            self.close()
            raise UnreadablePicture(str(error)) from error

    def _read(self, path: Path, frame: int) -> Picture:
        if path != self._path:
            self.close()
            with path.open("rb") as stream:
                head = stream.read(1024)
            # A JPEG passes as a whole and need not be read twice.
            self._jpeg = path.read_bytes() if head.startswith(_JPEG) else b""
            if b"%PDF-" in head:
                self._document = scanned_pdf.ScannedPdf(path)
            else:
                # Pillow stumbles over names of formats it has not loaded yet.
                Image.init()
                source = io.BytesIO(self._jpeg) if self._jpeg else path
                self._image = Image.open(source, formats=_FORMATS)
            self._path = path
        if self._document is not None:
            return _of_scanned_pdf(self._document, frame)
        assert self._image is not None
        if self._jpeg:
            return _of_jpeg(self._jpeg, self._image, frame)
        return _of_image(path, self._image, frame)


def _of_image(path: Path, image: Image.Image, frame: int) -> Picture:
    if frame or (image.format == "TIFF" and image.tell()):
        image.seek(frame)
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    if image.format == "TIFF":
        return _of_tiff(path, image)
    mirrored, turn = exif_turn(image)
    stored = png.stored_pixels(path.read_bytes()) if image.format == "PNG" else None
    picture = Picture(parts=(stored,), untouched=True) if stored is not None else lossless(image)
    return replace(picture, mirrored=mirrored, turn=turn)


def _of_jpeg(data: bytes, image: Image.Image, frame: int) -> Picture:
    if frame:
        # Further pictures of an MPO are previews, not pages.
        raise EOFError("no such frame")
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    mirrored, turn = exif_turn(image)
    coding = jpeg.passing(data)
    if coding is None or (coding.width, coding.height) != image.size:
        return replace(lossless(image), mirrored=mirrored, turn=turn)
    return Picture(parts=((coding, data),), mirrored=mirrored, turn=turn, untouched=True)


def _of_tiff(path: Path, image: Image.Image) -> Picture:
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    tags = image.tag_v2
    with path.open("rb") as stream:
        strips = group_4_strips(stream, tags)
    if strips is None:
        # Pillow applies the orientation of a TIFF itself while it decodes.
        return lossless(image)
    mirrored, turn = _EXIF.get(tags.get(_ORIENTATION, 1), (False, 0))
    return Picture(parts=strips, mirrored=mirrored, turn=turn, untouched=True)


def _of_scanned_pdf(document: scanned_pdf.ScannedPdf, frame: int) -> Picture:
    page = document.page(frame, MAX_PIXELS)
    if page.stored is None:
        assert page.rendered is not None
        return replace(lossless(page.rendered), turn=page.turn)
    return Picture(parts=(page.stored,), turn=page.turn, untouched=True)


def exif_turn(image: Image.Image) -> tuple[bool, int]:
    """(mirrored, clockwise turn) that the file asks for; a damaged EXIF block asks for nothing."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except DECODER_FAULTS:
        orientation = 1
    return _EXIF.get(orientation, (False, 0))


def lossless(image: Image.Image) -> Picture:
    """The decoded picture as G4 (black and white) or Flate with PNG prediction."""
    if image.mode == "1":
        image.load()
        return _group_4(image)
    stream = io.BytesIO()
    _plain(image).save(stream, "PNG", compress_level=3)
    stored = png.stored_pixels(stream.getvalue())
    assert stored is not None
    return Picture(parts=(stored,))


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that PNG and PDF both know: gray or RGB, transparency over white."""
    image.load()
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16"):
        return image if image.mode == "I;16" else image.convert("I;16")
    if image.mode in ("I", "F"):
        deep = image.convert("F")
        top = float(deep.getextrema()[1])  # type: ignore[arg-type]
        full = next((limit for limit in (1.0, 255.0, 65535.0) if top <= limit), top)
        return deep.point(lambda value: value * (255.0 / full) + 0).convert("L")
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        over = image.convert("RGBA")
        paper = Image.new("RGBA", over.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, over).convert("RGB")
    return image.convert("RGB")


def _group_4(image: Image.Image) -> Picture:
    stream = io.BytesIO()
    clean = Image.new("1", image.size)
    clean.paste(image)
    clean.save(
        stream, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: max(image.height, 1)}
    )
    with Image.open(stream) as saved:
        assert isinstance(saved, TiffImagePlugin.TiffImageFile)
        strips = group_4_strips(io.BytesIO(stream.getvalue()), saved.tag_v2)
    assert strips is not None
    return Picture(parts=strips)


@contextmanager
def large_pictures() -> Iterator[None]:
    """Lifts Pillow's size guard, meant for photographs; ours is checked before decoding."""
    guard: Any = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = guard
