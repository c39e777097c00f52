"""The reduced copies of a page on which the measures work, and its ink laid free of the paper."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.levels import level_at, level_counts
from ocr.image.load import turned
from ocr.shrinking import halved

Gray = NDArray[np.uint8]

WORK_DPI = 150
# The paper is looked at on a copy of at least this resolution.
_PAPER_DPI = 30
# Wider than any line of text, narrower than a shadow.
_CLOSING_MM = 7.6
_SMOOTH_MM = 3.4
# Paper is at least this share of the usual paper of the page, whatever lies in a shadow.
_LEAST_PAPER = 0.66
# Rows that are worked on together, so that what lies between two steps stays in the cache.
_ROWS = 128
# Height of A4 (ISO 216): the size assumed of a side whose resolution nobody recorded.
_A4_LONG_INCHES = 297 / 25.4
_A4_SHORT_INCHES = 210 / 25.4
_MAX_WORK_SIDE = 4000
_MM_PER_INCH = 25.4


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """One page at working resolution.

    `work` is height x width x 3 BGR at `dpi` (about 150); `ink` is height x width, 0 = paper,
    255 = as dark as can be in its darkest channel, so red and blue ink count in full; the local
    colour of the paper, shadows and tints are divided out. `black` is the same by the lightest
    channel: coloured seals and pens are missing from it. `half` is `work` at half its size,
    `quarter` at a quarter, `half_ink` and `half_black` are `ink` and `black` at half their size,
    `paper` the colour of the paper (BGR). `scale` turns working pixels into pixels of the master.
    """

    work: NDArray[np.uint8]
    half: NDArray[np.uint8]
    quarter: NDArray[np.uint8]
    ink: Gray
    black: Gray
    half_ink: Gray
    half_black: Gray
    paper: tuple[float, float, float]
    dpi: float
    scale: float

    @property
    def height(self) -> int:
        return int(self.ink.shape[0])

    @property
    def width(self) -> int:
        return int(self.ink.shape[1])

    @property
    def brightness(self) -> float:
        """Luminance of the paper, 0 to 1."""
        blue, green, red = self.paper
        return (0.114 * blue + 0.587 * green + 0.299 * red) / 255

    def millimetres(self, value: float) -> float:
        """Working pixels for a length on the paper."""
        return value * self.dpi / _MM_PER_INCH

    def turned(self, turn: int) -> PageView:
        """The same view turned clockwise by 0, 90, 180 or 270 degrees."""
        if turn % 360 == 0:
            return self
        return PageView(
            work=turned(self.work, turn),
            half=turned(self.half, turn),
            quarter=turned(self.quarter, turn),
            ink=turned(self.ink, turn),
            black=turned(self.black, turn),
            half_ink=turned(self.half_ink, turn),
            half_black=turned(self.half_black, turn),
            paper=self.paper,
            dpi=self.dpi,
            scale=self.scale,
        )


def effective_dpi(width: int, height: int, dpi: int) -> float:
    """The declared resolution, or the one that makes the side an A4 page."""
    if dpi:
        return float(dpi)
    return max(max(width, height) / _A4_LONG_INCHES, min(width, height) / _A4_SHORT_INCHES)


def view_of(pixels: NDArray[np.uint8], dpi: int, scale: float = 1.0) -> PageView:
    """The working view of a decoded page; `dpi` of these pixels, 0 when unknown. `scale` is the
    number of pixels of the page that one of these pixels stands for."""
    height, width = pixels.shape[:2]
    resolution = effective_dpi(width, height, dpi)
    factor = min(1.0, WORK_DPI / resolution, _MAX_WORK_SIDE / max(width, height))
    work = _resized(pixels, factor)
    half = halved(work)
    quarter = halved(half)
    coarse = resolution * factor / 4 < _PAPER_DPI
    small = half if coarse else quarter
    paper = paper_colour(small)
    step = 2 if coarse else 4
    ink, black = _ink(work, _background(small, paper, resolution * factor / step), step)
    return PageView(
        work=work,
        half=half,
        quarter=quarter,
        ink=ink,
        black=black,
        half_ink=halved(ink),
        half_black=halved(black),
        paper=paper,
        dpi=resolution * factor,
        scale=scale / factor,
    )


def _ink(work: NDArray[np.uint8], background: NDArray[np.uint8], step: int) -> tuple[Gray, Gray]:
    """The ink by its darkest and by its lightest channel, the background divided out: the paper
    at one `step`-th of the size of `work`."""
    height, width = work.shape[:2]
    ink, black = np.empty((height, width), np.uint8), np.empty((height, width), np.uint8)
    # Every band of rows is enlarged with a row of the background above and below it.
    padded = cv2.copyMakeBorder(background, 1, 2, 0, 1, cv2.BORDER_REPLICATE)
    wide = padded.shape[1] * step
    # The same memory for every band, which is still in the cache then.
    enlarged = np.empty((_ROWS + 2 * step, wide, 3), np.uint8)
    divided = np.empty((_ROWS, width, 3), np.uint8)
    planes = np.empty((3, _ROWS, width), np.uint8)
    for top in range(0, height, _ROWS):
        rows = slice(top, min(height, top + _ROWS))
        count = rows.stop - top
        part = padded[top // step : (top + _ROWS) // step + 2]
        paper = enlarged[: len(part) * step]
        cv2.resize(part, (wide, len(paper)), dst=paper, interpolation=cv2.INTER_LINEAR)
        shares, (blue, green, red) = divided[:count], planes[:, :count]
        cv2.divide(work[rows], paper[step : step + count, :width], dst=shares, scale=255)
        cv2.split(shares, (blue, green, red))
        dark, light = ink[rows], black[rows]
        cv2.bitwise_not(cv2.min(cv2.min(blue, green, dst=dark), red, dst=dark), dst=dark)
        cv2.bitwise_not(cv2.max(cv2.max(blue, green, dst=light), red, dst=light), dst=light)
    return ink, black


def paper_colour(small: NDArray[np.uint8]) -> tuple[float, float, float]:
    """The colour of the paper (BGR): the middle of the light pixels of a strongly reduced copy."""
    gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    least = max(0, level_at(level_counts(gray), 0.85) - 10)
    light = cv2.inRange(gray, float(least), 255.0)
    blue, green, red = (
        float(level_at(level_counts(plane, light), 0.5)) for plane in cv2.split(small)
    )
    return blue, green, red


def _resized(pixels: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    if factor >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _background(
    small: NDArray[np.uint8], paper: tuple[float, float, float], dpi: float
) -> NDArray[np.uint8]:
    """The paper without its ink: a closing wider than any line of text.

    Nothing darker than two thirds of the paper counts as paper, or a photograph would be divided
    away as if it were a dark spot of the sheet.
    """
    side = max(3, round(_CLOSING_MM * dpi / _MM_PER_INCH) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    reach = max(3, round(_SMOOTH_MM * dpi / _MM_PER_INCH) | 1)
    smooth = cv2.blur(closed, (reach, reach), borderType=cv2.BORDER_REPLICATE)
    floor = np.array([max(1, int(_LEAST_PAPER * value)) for value in paper], dtype=np.uint8)
    # Whole rows at once: numpy is slow along an axis of three.
    high, wide = small.shape[:2]
    floored = np.maximum(smooth.reshape(high, 3 * wide), np.tile(floor, wide))
    return np.asarray(floored.reshape(small.shape), dtype=np.uint8)
