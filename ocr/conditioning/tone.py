"""Evens out the paper for reading, and makes gray and bitonal pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import effective_dpi, paper_colour

_PAPER_DPI = 25.0
_CLOSING_MM = 14.0
# Nothing darker than this share of the paper is a shadow on it: photographs and seals stay.
_DARKEST_SHADOW = 0.55
# A stain has a colour of its own (levels of difference between channels).
_STAIN = 14.0
_OWN_COLOUR = 20.0
_EDGE = 0.055
_EDGE_MM = 0.35
_GRAY_INK = (0.6, 0.84)


def paper_field(pixels: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """The local colour of the paper at every pixel of the page, its ink laid aside."""
    height, width = pixels.shape[:2]
    resolution = effective_dpi(width, height, dpi)
    factor = min(1.0, _PAPER_DPI / resolution)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    paper = np.array(paper_colour(small), dtype=np.float32)
    side = max(3, round(_CLOSING_MM * resolution * factor / 25.4) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.GaussianBlur(closed, (0, 0), side / 5).astype(np.float32)
    # A stain is no shadow: where the field has another colour than the paper, the paper is divided
    # out and the stain stays.
    tint = smooth - smooth.mean(axis=2, keepdims=True) - (paper - paper.mean())
    stained = np.abs(tint).max(axis=2, keepdims=True) > _STAIN
    spared = np.where(stained, paper, smooth)
    field = np.maximum(np.maximum(spared, _DARKEST_SHADOW * paper), 1.0)
    calm = cv2.GaussianBlur(field, (0, 0), 1.2)
    full = cv2.resize(calm, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(full, 1, 255), dtype=np.uint8)


def flattened(pixels: NDArray[np.uint8], dpi: int, white: float) -> NDArray[np.uint8]:
    """The page on even white paper.

    Shadow, yellowing and what shines through from the back go; ink, pencil, seals, signatures and
    coloured stains stay: what has a colour of its own or a sharp edge is not made lighter than
    the paper round it demands.
    """
    even = cv2.divide(pixels, paper_field(pixels, dpi), scale=255)
    gray = cv2.cvtColor(even, cv2.COLOR_BGR2GRAY)
    height, width = gray.shape
    spread = _EDGE_MM * effective_dpi(width, height, dpi) / 25.4
    smooth = cv2.GaussianBlur(gray, (0, 0), max(0.8, spread))
    edges = (cv2.absdiff(gray, smooth) > round(255 * _EDGE)).astype(np.uint8)
    side = 2 * max(1, round(spread)) + 1
    sharp = cv2.dilate(edges, np.ones((side, side), np.uint8))
    blue, green, red = cv2.split(even)
    most = cv2.max(cv2.max(blue, green), red)
    least = cv2.min(cv2.min(blue, green), red)
    coloured = cv2.subtract(most, least) > _OWN_COLOUR
    # From `white` on paper; below it the change dies away, so that no edge is drawn by it.
    ramp = np.arange(256, dtype=np.float32) / 255
    low = max(0.0, white - 0.14)
    lift = np.clip((ramp - low) / max(1e-3, white - low), 0, 1)
    table = np.clip(255 * (ramp + (1 - ramp) * lift * lift), 0, 255).round().astype(np.uint8)
    lifted = cv2.LUT(even, table)
    keep = (sharp > 0) | coloured
    return np.where(keep[..., None], even, lifted).astype(np.uint8)


def gray_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The page in 256 grays."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def bitonal_threshold(pixels: NDArray[np.uint8], dpi: int) -> float:
    """The share of the local paper below which a pixel is ink, settled for one page."""
    ratio = _ratio(pixels, dpi)[::2, ::2]
    marked = ratio[ratio < 245]
    if marked.size < 200:
        return round(sum(_GRAY_INK) / 2, 3)
    level, _picture = cv2.threshold(
        marked.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU
    )
    return round(min(max(level / 255 + 0.06, _GRAY_INK[0]), _GRAY_INK[1]), 3)


def bitonal(pixels: NDArray[np.uint8], dpi: int, threshold: float) -> NDArray[np.uint8]:
    """The page in black and white (0 and 255); thin strokes are sharpened first, so that they
    hold together."""
    return np.where(_ratio(pixels, dpi) < round(255 * threshold), 0, 255).astype(np.uint8)


def _ratio(pixels: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """Darkness against the local paper. A seal counts by its brightness, not by its darkest
    channel: text under it must stay apart from it."""
    height, width = pixels.shape[:2]
    field = cv2.cvtColor(paper_field(pixels, dpi), cv2.COLOR_BGR2GRAY)
    even = cv2.divide(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), field, scale=255)
    spread = max(0.6, 0.12 * effective_dpi(width, height, dpi) / 25.4)
    smooth = cv2.GaussianBlur(even, (0, 0), spread)
    return np.asarray(cv2.addWeighted(even, 1.8, smooth, -0.8, 0), dtype=np.uint8)
