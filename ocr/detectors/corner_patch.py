"""One corner of a page, turned so that it lies at the top left, and back to the page from there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.bed import bed_of
from ocr.sight import Sight, WorkBox

Pixels = NDArray[np.uint8]
Reals = NDArray[np.float32]

WINDOW_MM = 78.0
"""How far along both edges a corner is looked at."""
_INKED = 90
_INK_NEAR_MM = (1.0, 3.5)
_LEAST_INK_MM2 = 1.2
# The rim of the bed lies in the shadow of the sheet.
_RIM_MM = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Corner:
    """One corner of the page turned so that it lies at the top left.

    `tones` is the mean of the channels, `colours` the BGR copy, both at `pace` pixels per
    millimetre; `blur` is the spread (pixels) to smooth it by; `right` and `low` say by which flips
    it was turned; `bed` whether the bed shows there.
    """

    tones: Reals
    colours: Pixels
    pace: float
    blur: float
    right: bool
    low: bool
    bed: bool


def corner_of(page: Pixels, pace: float, blur: float, right: bool, low: bool, bed: bool) -> Corner:
    """The corner of a page of `pace` pixels per millimetre."""
    height, width = page.shape[:2]
    reach = round(WINDOW_MM * pace)
    wide, high = min(reach, width // 2), min(reach, height // 2)
    rows = slice(height - high, None) if low else slice(0, high)
    columns = slice(width - wide, None) if right else slice(0, wide)
    colours = page[rows, columns]
    if right or low:
        colours = np.asarray(cv2.flip(colours, -1 if right and low else (1 if right else 0)))
    third = np.full((1, 3), 1 / 3, np.float32)
    tones = np.asarray(cv2.transform(colours, third), dtype=np.float32)
    return Corner(tones=tones, colours=colours, pace=pace, blur=blur, right=right, low=low, bed=bed)


def placed(sight: Sight, corner: Corner, right: float, low: float) -> WorkBox:
    """The box from the corner to (right, low) in working pixels of the page."""
    scale = sight.view.millimetres(1.0) / corner.pace
    wide, high = math.ceil(right * scale), math.ceil(low * scale)
    x0 = sight.view.width - wide if corner.right else 0
    y0 = sight.view.height - high if corner.low else 0
    return x0, y0, x0 + wide, y0 + high


def on_page(
    sight: Sight, corner: Corner, outline: list[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """Points of the corner in pixels of the view."""
    scale = sight.view.millimetres(1.0) / corner.pace
    wide, high = sight.view.width, sight.view.height
    return tuple(
        (
            wide - x * scale if corner.right else x * scale,
            high - y * scale if corner.low else y * scale,
        )
        for x, y in outline
    )


def ink_runs_under(sight: Sight, corner: Corner, hidden: Pixels) -> bool:
    """Whether there is ink so near to what is hidden or missing that more must lie there."""
    high, wide = corner.tones.shape
    close, far = (round(value * corner.pace) for value in _INK_NEAR_MM)
    ring = cv2.subtract(_grown(hidden, far), _grown(hidden, close))
    x0, y0, x1, y1 = placed(sight, corner, float(wide), float(high))
    ink = cv2.resize(
        sight.view.black[max(0, y0) : y1, max(0, x0) : x1],
        (wide, high),
        interpolation=cv2.INTER_AREA,
    )
    if corner.right or corner.low:
        ink = cv2.flip(ink, -1 if corner.right and corner.low else (1 if corner.right else 0))
    # Edges and shadows of the flap itself lie close to it; the edges of the image are no ink.
    ring[: round(corner.pace)] = 0
    ring[:, : round(corner.pace)] = 0
    # Along a ragged tear the bed shows beyond the straight line, too.
    bed = _bed_in(sight, corner, (wide, high))
    inked = np.count_nonzero((ring > 0) & (np.asarray(ink) > _INKED) & (bed == 0))
    return bool(inked / corner.pace**2 > _LEAST_INK_MM2)


def _bed_in(sight: Sight, corner: Corner, size: tuple[int, int]) -> Pixels:
    """Where the bed and its rim lie in the corner (255), at `size` (width, height)."""
    bed = sight.once(bed_of)
    mask = np.where(
        bed.mask[:: -1 if corner.low else 1, :: -1 if corner.right else 1],
        np.uint8(255),
        np.uint8(0),
    )
    scale = corner.pace / bed.pace
    matrix = np.array([[scale, 0, 0], [0, scale, 0]], np.float32)
    placed = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_NEAREST)
    return _grown(np.asarray(placed, dtype=np.uint8), round(_RIM_MM * corner.pace))


def _grown(mask: Pixels, reach: int) -> Pixels:
    size = 2 * reach + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(mask, kernel), dtype=np.uint8)
