"""A page as what its inks take away from the paper: dark ink and red ink apart, light taken out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.image.load import load_reduced, turned

Pixels = NDArray[np.uint8]
Reals = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Pages are compared at this resolution: the strokes of the smallest print are two pixels wide.
DPI = 150
PIXELS_MM = DPI / 25.4
# A4 (ISO 216) stands for a side whose resolution nobody recorded.
_A4_MM = 297.0
_LEAST_PIXELS = 300
_JPEG_QUALITY = 85
# A page with less ink than this (share of its pixels inside the edge) bears nothing to find it by.
_BLANK = 4e-4
_MARK = 25.0
_EDGE_MM = 8.0
# In a picture of two tones most pixels are white, and so many of the marks black altogether.
_WHITE, _BLACK = 254, 12
_BLACK_SHARE = 0.2
# Channels that differ less over the marks of a page (hundredths) make a gray picture.
_COLOUR = 12.0
_COLOUR_SHARE = 2e-4


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """The electronic side on the raster of comparison. `scale` turns its pixels into those of the
    side's own upright picture of `width` x `height`."""

    pixels: Pixels
    scale: float
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Inks:
    """How much darker each pixel is than the paper around it, in hundredths: `dark` by the light
    that red ink lets pass, `red` by what only red ink takes away; `red` is None for gray pages."""

    dark: Reals
    red: Reals | None


def load_side(path: Path, frame: int, turn: int) -> Side:
    """Page `frame` of the side, turned clockwise by `turn`, at `DPI`. Raises what `load_reduced`
    raises, BadInput ALT-101 (too small)."""
    page = load_reduced(path, frame, DPI)
    pixels = turned(page.pixels, turn)
    width, height = (page.width, page.height) if turn % 180 == 0 else (page.height, page.width)
    _refuse_small(path, width, height)
    longest = max(pixels.shape[:2])
    millimetres = longest / page.dpi * 25.4 if page.dpi else _A4_MM
    factor = millimetres * PIXELS_MM / longest
    size = (max(32, round(pixels.shape[1] * factor)), max(32, round(pixels.shape[0] * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    small = pixels if size == pixels.shape[1::-1] else cv2.resize(pixels, size, interpolation=how)
    return Side(
        pixels=np.asarray(small, np.uint8), scale=width / size[0], width=width, height=height
    )


def load_paper(path: Path, frame: int = 0, turn: int = 0) -> Pixels:
    """The rescan or still, not much larger than comparison needs. Raises as `load_side`."""
    page = load_reduced(path, frame, DPI)
    _refuse_small(path, page.width, page.height)
    return turned(page.pixels, turn)


def load_channel(path: Path, frame: int, turn: int, channel: int, dpi: int) -> Pixels:
    """One channel (0 blue, 1 green, 2 red) of a page turned clockwise by `turn`, at no less than
    `dpi` where the file has it. Raises what `load_reduced` raises."""
    pixels = turned(load_reduced(path, frame, dpi).pixels, turn)
    return np.asarray(cv2.extractChannel(pixels, channel), np.uint8)


def write_picture(path: Path, pixels: Pixels) -> None:
    """Write a PNG or JPEG, by the name. Raises OSError."""
    # Not by cv2.imwrite: on Windows it knows no Chinese names.
    png = path.suffix.lower() == ".png"
    how = [] if png else [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    path.write_bytes(cv2.imencode(".png" if png else ".jpg", pixels, how)[1].tobytes())


def _refuse_small(path: Path, width: int, height: int) -> None:
    if min(width, height) < _LEAST_PIXELS:
        raise BadInput("ALT-101", file=path.name, size=f"{width} x {height}")


def is_blank(pixels: Pixels) -> bool:
    """Whether a page bears next to nothing."""
    edge = round(_EDGE_MM * PIXELS_MM)
    inner = darkness(gray_of(pixels))[edge:-edge, edge:-edge]
    return float((cv2.GaussianBlur(inner, (0, 0), 1.0) > _MARK).mean()) < _BLANK


def is_two_tone(pixels: Pixels) -> bool:
    """Whether a page knows black and white alone, but for what reduction made gray."""
    gray = gray_of(pixels)
    marks = gray[gray < 128]
    if marks.size == 0 or float(np.median(gray)) < _WHITE:
        return False
    return float((marks <= _BLACK).mean()) > _BLACK_SHARE


def gray_of(pixels: Pixels) -> Pixels:
    """The picture without colour."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def darkness(plane: Pixels) -> Reals:
    """How much darker one channel is than the paper around it, in hundredths."""
    # A closing keeps to the edge of a shadow, and takes away what is narrower than its window.
    return _darker(plane, cv2.MORPH_CLOSE, 1.0)


def shade(plane: Pixels) -> Reals:
    """How much darker one channel is than the lightest paper near by, in hundredths: fingers and
    edges of shadows as well."""
    return _darker(plane, cv2.MORPH_DILATE, 4.0)


def _darker(plane: Pixels, how: int, spread: float) -> Reals:
    small = cv2.resize(plane, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    # Wider than the widest stroke of a heading or of a seal, narrower than a shadow.
    paper = cv2.morphologyEx(cv2.medianBlur(small, 3), how, np.ones((9, 9), np.uint8))
    paper = np.maximum(np.asarray(cv2.GaussianBlur(paper, (0, 0), spread), np.uint8), np.uint8(8))
    paper = cv2.resize(paper, plane.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    share = 100.0 - cv2.divide(plane, paper, scale=100.0, dtype=cv2.CV_32F)
    return np.asarray(np.maximum(share, 0), np.float32)


def is_coloured(pixels: Pixels) -> bool:
    """Whether the marks on a page tell colours apart."""
    small = cv2.resize(pixels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    marks = np.stack([darkness(np.ascontiguousarray(small[..., axis])) for axis in range(3)], -1)
    spread = marks.max(axis=2) - marks.min(axis=2)
    return float((spread > _COLOUR).mean()) > _COLOUR_SHARE


def inks(pixels: Pixels, coloured: bool) -> Inks:
    """The inks of a page (blue, green, red). It is split only when both pages to compare are
    `coloured`."""
    if not coloured:
        return Inks(dark=darkness(gray_of(pixels)), red=None)
    green, red = (darkness(np.ascontiguousarray(pixels[..., axis])) for axis in (1, 2))
    return Inks(dark=red, red=np.asarray(np.maximum(green - red, 0), np.float32))
