"""The paper in the simulated scanner, and its pictures at the settings of a job."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

_POINTS_PER_UNIT = 300
_THRESHOLD = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSettings:
    """What a client asked for. `width` and `height` of the region in 1/300 inch; `elements` are
    all elements by name, also those that have no effect here."""

    source: str
    duplex: bool
    color_mode: str
    resolution: int
    media_type: str
    width: int
    height: int
    elements: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """Sheets with a front and a back, as files of the two sides in feeding order."""

    sides: tuple[Path, ...]

    @property
    def sheets(self) -> int:
        """How many sheets there are; the last one may lack its back."""
        return (len(self.sides) + 1) // 2

    def faces(self, sheet: int, *, duplex: bool) -> Sequence[Path]:
        """The sides of a sheet, counted from 1, that a job sees."""
        both = self.sides[2 * (sheet - 1) : 2 * sheet]
        return both if duplex else both[:1]


def picture(side: Path, settings: JobSettings) -> bytes:
    """The file that the device sends for a side.

    At the resolution, mode and format of the stored file it is that file, byte for byte.
    """
    with Image.open(side) as stored:
        stored_dpi = round(float(stored.info.get("dpi", (0, 0))[0])) or settings.resolution
        as_stored = (
            stored.format == "JPEG"
            and settings.media_type == "image/jpeg"
            and settings.color_mode == ("RGB24" if stored.mode == "RGB" else "Grayscale8")
            and settings.resolution == stored_dpi
            and not _larger(stored.size, settings)
        )
        if as_stored:
            return side.read_bytes()
        image = stored.convert("RGB" if settings.color_mode == "RGB24" else "L")
    scale = settings.resolution / stored_dpi
    if scale != 1.0:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BILINEAR)
    if _larger(image.size, settings):
        wide, high = _region(settings)
        image = image.crop((0, 0, min(wide, image.width), min(high, image.height)))
    if settings.color_mode == "BlackAndWhite1" and settings.media_type != "image/jpeg":
        image = image.point(lambda value: 255 if value >= _THRESHOLD else 0).convert("1")
    return _encoded(image, settings)


def one_document(sides: Sequence[Path], settings: JobSettings) -> bytes:
    """All sides as the pages of one PDF, as devices send them that collect a batch first."""
    pages = [Image.open(side).convert("RGB") for side in sides]
    stream = io.BytesIO()
    pages[0].save(
        stream,
        format="PDF",
        resolution=float(settings.resolution),
        save_all=True,
        append_images=pages[1:],
    )
    return stream.getvalue()


def _region(settings: JobSettings) -> tuple[int, int]:
    dots = settings.resolution / _POINTS_PER_UNIT
    return round(settings.width * dots), round(settings.height * dots)


def _larger(size: tuple[int, int], settings: JobSettings) -> bool:
    # Half a per cent: paper and region are rounded to whole dots in different places.
    wide, high = _region(settings)
    return size[0] > wide * 1.005 or size[1] > high * 1.005


def _encoded(image: Image.Image, settings: JobSettings) -> bytes:
    stream = io.BytesIO()
    dots = (settings.resolution, settings.resolution)
    if settings.media_type == "application/pdf":
        image.save(stream, format="PDF", resolution=float(settings.resolution))
    elif settings.media_type == "image/tiff":
        compression = "group4" if image.mode == "1" else "tiff_deflate"
        image.save(stream, format="TIFF", compression=compression, dpi=dots)
    else:
        image.save(stream, format="JPEG", quality=85, dpi=dots)
    return stream.getvalue()
