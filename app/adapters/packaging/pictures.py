"""Turns a master into an image stream of a PDF, the bytes of the scan untouched where possible.

What passes through as stored: JPEG (gray, RGB; baseline, extended and progressive), the pixel data
of PNG without transparency, single-strip CCITT G4, and the one full-page picture of a PDF of scans
when it is such a JPEG or G4. All else is decoded and stored without loss (G4 for black and white,
Flate for the rest), with two reductions that are no longer the master: CMYK becomes RGB, and
depths that PDF lacks (32 bits, fractions) become 8 bits. The master itself lies in the package.
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
_REVERSED_BITS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
_GROUP_4, _ROWS_PER_STRIP = 4, 278
_COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _STRIPS, _STRIP_SIZES, _T6_OPTIONS = (
    259,
    262,
    266,
    273,
    279,
    293,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """An image stream: size in pixels, dictionary entries and data as PDF wants them.

    `mirrored` and `turn` (clockwise degrees, after the mirroring) set the stored pixels the way
    the file itself asks for (EXIF, /Rotate). `untouched` says the data are the master's own.
    """

    width: int
    height: int
    entries: bytes
    data: bytes
    mirrored: bool = False
    turn: int = 0
    untouched: bool = False


class UnreadablePicture(Exception):
    """The bytes cannot be decoded; the page still counts."""


class PictureReader:
    """Reads pictures of masters; keeps the last container open, as its frames follow each other."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._document: scanned_pdf.ScannedPdf | None = None
        self._image: Image.Image | None = None

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
            if b"%PDF-" in head:
                self._document = scanned_pdf.ScannedPdf(path)
            else:
                # Pillow stumbles over names of formats it has not loaded yet.
                Image.init()
                self._image = Image.open(path, formats=_FORMATS)
            self._path = path
        if self._document is not None:
            return _of_scanned_pdf(self._document, frame)
        assert self._image is not None
        return _of_image(path, self._image, frame)


def _of_image(path: Path, image: Image.Image, frame: int) -> Picture:
    if frame or (image.format == "TIFF" and image.tell()):
        # Further pictures of an MPO are previews, not pages.
        if image.format == "MPO":
            raise EOFError("no such frame")
        image.seek(frame)
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    if image.format in ("JPEG", "MPO"):
        return _of_jpeg(path.read_bytes(), image)
    if image.format == "TIFF":
        return _of_tiff(path, image)
    mirrored, turn = exif_turn(image)
    stored = png.stored_pixels(path.read_bytes()) if image.format == "PNG" else None
    if stored is not None:
        width, height, entries, data = stored
        picture = Picture(width=width, height=height, entries=entries, data=data, untouched=True)
    else:
        picture = lossless(image)
    return replace(picture, mirrored=mirrored, turn=turn)


def _of_jpeg(data: bytes, image: Image.Image) -> Picture:
    mirrored, turn = exif_turn(image)
    entries = jpeg.image_entries(data)
    if entries is None:
        return replace(lossless(image), mirrored=mirrored, turn=turn)
    return Picture(
        width=image.width,
        height=image.height,
        entries=entries,
        data=data,
        mirrored=mirrored,
        turn=turn,
        untouched=True,
    )


def _of_tiff(path: Path, image: Image.Image) -> Picture:
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    tags = image.tag_v2
    orientation = tags.get(_ORIENTATION, 1)
    strips = tags.get(_STRIPS, ())
    if tags.get(_COMPRESSION) == _GROUP_4 and len(strips) == 1 and not tags.get(_T6_OPTIONS):
        with path.open("rb") as stream:
            stream.seek(strips[0])
            data = stream.read(tags[_STRIP_SIZES][0])
        if tags.get(_FILL_ORDER, 1) == 2:
            data = data.translate(_REVERSED_BITS)
        mirrored, turn = _EXIF.get(orientation, (False, 0))
        # The size by the tags: Pillow's is already the one after the orientation.
        width, height = int(tags[256]), int(tags[257])
        return Picture(
            width=width,
            height=height,
            entries=_group_4_entries(width, height, black_is_1=tags.get(_PHOTOMETRIC, 0) == 1),
            data=data,
            mirrored=mirrored,
            turn=turn,
            untouched=True,
        )
    # Pillow applies the orientation of a TIFF itself while it decodes.
    return lossless(image)


def _of_scanned_pdf(document: scanned_pdf.ScannedPdf, frame: int) -> Picture:
    page = document.page(frame, MAX_PIXELS)
    if page.stored is None:
        assert page.rendered is not None
        return replace(lossless(page.rendered), turn=page.turn)
    width, height, entries, data = page.stored
    return Picture(
        width=width, height=height, entries=entries, data=data, turn=page.turn, untouched=True
    )


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
    width, height, entries, data = stored
    return Picture(width=width, height=height, entries=entries, data=data)


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
        tags = saved.tag_v2
        offset, size = tags[_STRIPS][0], tags[_STRIP_SIZES][0]
        photometric = tags.get(_PHOTOMETRIC, 0)
    return Picture(
        width=image.width,
        height=image.height,
        entries=_group_4_entries(image.width, image.height, black_is_1=photometric == 1),
        data=stream.getvalue()[offset : offset + size],
    )


def _group_4_entries(width: int, height: int, *, black_is_1: bool) -> bytes:
    return (
        b" /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode"
        b" /DecodeParms <</K -1 /Columns %d /Rows %d%s>>"
        % (width, height, b" /BlackIs1 true" if black_is_1 else b"")
    )


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
