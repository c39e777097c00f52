"""Every kind of decoded picture as blue, green and red of 8 bits each, on white paper."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Rows are converted in bands of about so many pixels: a large drawing is in memory once as it
# was decoded and once as it is given back, never a third time.
_BAND_PIXELS = 8_000_000
_WITH_ALPHA = ("LA", "PA", "RGBA", "La", "RGBa")


def as_bgr(image: Image.Image) -> NDArray[np.uint8]:
    """A decoded picture as height x width x 3, uint8, BGR.

    Alpha is laid over white, 16 bits and fractions are reduced to 8, CMYK and palettes are
    resolved. Raises what Pillow raises where it cannot convert.
    """
    width, height = image.size
    full = _full_scale(image)
    rows = max(1, _BAND_PIXELS // width)
    if rows >= height:
        return _band(image, full)
    pixels = np.empty((height, width, 3), dtype=np.uint8)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        pixels[top:bottom] = _band(image.crop((0, top, width, bottom)), full)
    return pixels


def _full_scale(image: Image.Image) -> float:
    """The value that stands for white in a picture of whole numbers of 16 or 32 bits, or of
    fractions from 0 to 1; 0 for every other picture."""
    if image.mode not in ("I", "F"):
        return 0.0
    top = float(np.asarray(image).max(initial=0))
    return 1.0 if top <= 1 else 255.0 if top <= 255 else 65535.0 if top <= 65535 else top


def _band(image: Image.Image, full: float) -> NDArray[np.uint8]:
    mode = image.mode
    if mode.startswith("I;16"):
        words = np.asarray(image)
        return _gray_to_bgr((words >> 8).astype(np.uint8))
    if full:
        values = np.asarray(image, dtype=np.float32)
        return _gray_to_bgr(np.clip(values * (255.0 / full), 0, 255).astype(np.uint8))
    if mode in ("1", "L"):
        return _gray_to_bgr(np.asarray(image.convert("L"), dtype=np.uint8))
    if mode in _WITH_ALPHA or "transparency" in image.info:
        image = _over_white(image.convert("RGBA"))
    rgb = np.asarray(image if image.mode == "RGB" else image.convert("RGB"), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _over_white(image: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, image).convert("RGB")


def _gray_to_bgr(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
