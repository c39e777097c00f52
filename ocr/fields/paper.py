"""Where the paper lies in the picture, and its corners: a scanner adds a dark border and a tilt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.shrinking import shrunk
from ocr.tree import Box

Pixels = NDArray[np.uint8]

_ACROSS, _DOWN = 0.36, 0.145
"""Part of the paper's width and height that a corner takes."""

_WEIGHTS = {
    "top_right": 1.0,
    "top_left": 1.0,
    "bottom_right": 0.6,
    "bottom_left": 0.6,
    "bottom_center": 0.4,
}
"""How likely a lone number in that corner is the dossier's: lower ones are often printed."""

_DARKEST_PAPER = 60
_WIDEST_BORDER = 0.12
_A4_LONG_INCHES = 11.69


@dataclass(frozen=True, kw_only=True, slots=True)
class Corner:
    """One corner of the paper: BGR pixels at the working resolution and where they came from.

    `name` and `weight` as in `NumberReading.corner`; `scale` leads from the corner's pixels to
    the page's, `left` and `top` are its place on the page, `paper` the paper's box on the page,
    `per_mm` the page's pixels per millimetre.
    """

    name: str
    weight: float
    pixels: Pixels
    scale: float
    left: float
    top: float
    paper: Box
    per_mm: float

    def on_page(self, box: Box) -> Box:
        """A box in the corner's pixels as a box in the page's pixels."""
        x0, y0, x1, y1 = (value * self.scale for value in box)
        return (self.left + x0, self.top + y0, self.left + x1, self.top + y1)

    def distances_mm(self, x: float, y: float) -> tuple[float, float]:
        """Distance of a point of the corner from the nearer side edge and the nearer of the top
        and bottom edges of the paper, in millimetres."""
        across, down = self.left + x * self.scale, self.top + y * self.scale
        x0, y0, x1, y1 = self.paper
        return (
            min(across - x0, x1 - across) / self.per_mm,
            min(down - y0, y1 - down) / self.per_mm,
        )


def corners_of(page: Pixels, dpi: int, work_dpi: int) -> Iterator[list[Corner]]:
    """The places for a page number on an upright BGR page, scaled to `work_dpi`: first the two
    upper ones, then the three lower ones.

    `dpi` 0 means unknown: the page is taken for A4.
    """
    height, width = page.shape[:2]
    resolution = dpi if dpi > 0 else max(height, width) / _A4_LONG_INCHES
    x0, y0, x1, y1 = paper_box(page)
    levels = _levels(page)
    across, down = (x1 - x0) * _ACROSS, (y1 - y0) * _DOWN
    middle = (x0 + x1 - across) / 2
    upper = {"top_right": (x1 - across, y0), "top_left": (x0, y0)}
    lower = {
        "bottom_right": (x1 - across, y1 - down),
        "bottom_left": (x0, y1 - down),
        "bottom_center": (middle, y1 - down),
    }

    def corner(name: str, left: float, top: float) -> Corner:
        column, row = int(left), int(top)
        cut = page[row : row + int(down), column : column + int(across)]
        size = (
            max(8, round(cut.shape[1] * work_dpi / resolution)),
            max(8, round(cut.shape[0] * work_dpi / resolution)),
        )
        if size[0] < cut.shape[1]:
            pixels = shrunk(cut, *size)
        else:
            pixels = np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        return Corner(
            name=name,
            weight=_WEIGHTS[name],
            pixels=np.asarray(cv2.LUT(pixels, levels), dtype=np.uint8),
            scale=cut.shape[1] / size[0],
            left=float(column),
            top=float(row),
            paper=(x0, y0, x1, y1),
            per_mm=resolution / 25.4,
        )

    for places in (upper, lower):
        yield [corner(name, *place) for name, place in places.items()]


def _levels(page: Pixels) -> Pixels:
    """A table of 256 grey levels that brings a dark or pale scan to the usual contrast."""
    sample = page[::16, ::16].max(axis=2)
    paper = float(np.percentile(sample, 90))
    ink = float(np.percentile(page[::8, ::8].min(axis=2), 0.3))
    if paper > 200 and paper - ink > 110:
        return np.arange(256, dtype=np.uint8)
    # A blank sheet has no ink: what is stretched then would be its grain.
    reach = max(55.0, paper - ink)
    stretched = 245.0 - (paper - np.arange(256)) * (225.0 / reach)
    return np.asarray(np.clip(stretched, 0, 255), dtype=np.uint8)


def paper_box(page: Pixels) -> Box:
    """The paper within the picture: rows and columns at the rim that are mostly dark are border.

    At most an eighth of each side is taken for border, so a dark photograph is not cut.
    """
    height, width = page.shape[:2]
    factor = max(1, max(height, width) // 400)
    # Single pixels tell as much as means do: it is only asked whether most of a row are dark.
    small = page[factor // 2 :: factor, factor // 2 :: factor]
    bright = small.max(axis=2) > _DARKEST_PAPER
    columns, rows = bright.mean(axis=0) > 0.55, bright.mean(axis=1) > 0.55
    left, right = _rim(columns)
    top, bottom = _rim(rows)
    return (
        float(left * factor),
        float(top * factor),
        float(width - right * factor),
        float(height - bottom * factor),
    )


def _rim(bright: NDArray[np.bool_]) -> tuple[int, int]:
    """How many entries at the start and at the end are dark."""
    limit = int(len(bright) * _WIDEST_BORDER)
    start = int(np.argmax(bright)) if bright.any() else 0
    end = int(np.argmax(bright[::-1])) if bright.any() else 0
    return (start if start <= limit else 0, end if end <= limit else 0)
