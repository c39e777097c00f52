"""A page in gray for the code readers, no finer than they need."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.image.load import load_page, plausible_dpi
from ocr.image.view import effective_dpi

_JPEG = b"\xff\xd8\xff"
_EXIF_ORIENTATION = 0x0112
_SCALES = (8, 4, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class GrayPage:
    """`pixels` is height x width, uint8, at `dpi` (0: unknown); `scale` is how many pixels of the
    page as delivered one of them stands for."""

    pixels: NDArray[np.uint8]
    dpi: float
    scale: float


def load_gray(path: Path, frame: int, lowest_dpi: float) -> GrayPage:
    """Page `frame` (from 0) of a file in gray, at `lowest_dpi` or more if the file has it.

    A JPEG is decoded to gray at once, and at a half, quarter or eighth of its size where that
    is enough, which saves the better part of its time; everything else goes through `load_page`,
    whose faults are raised.
    """
    if frame == 0:
        drafted = _draft(path, lowest_dpi)
        if drafted is not None:
            return drafted
    page = load_page(path, frame)
    gray = cv2.cvtColor(page.pixels, cv2.COLOR_BGR2GRAY)
    return GrayPage(pixels=np.asarray(gray, dtype=np.uint8), dpi=page.dpi, scale=1.0)


def _draft(path: Path, lowest_dpi: float) -> GrayPage | None:
    """An ordinary JPEG decoded for speed; None for whatever is out of the ordinary, be it a turn
    in EXIF, four inks, several pictures or damage."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if not data.startswith(_JPEG) or b"\xff\xd9" not in data[-65536:]:
        return None
    with warnings.catch_warnings():
        # A size to be afraid of is judged by load_page.
        warnings.simplefilter("error")
        try:
            with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
                if image.getexif().get(_EXIF_ORIENTATION, 1) != 1:
                    return None
                width, height = image.size
                dpi = plausible_dpi(_declared(image), width, height)
                divisor = _divisor(effective_dpi(width, height, dpi), lowest_dpi)
                image.draft("L", (width // divisor, height // divisor))
                if image.mode != "L":
                    return None
                pixels = np.asarray(image, dtype=np.uint8)
        except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, Warning):
            return None
    # The last pixel of a row may stand for fewer, hence not simply the ratio.
    scale = float(round(width / pixels.shape[1]))
    return GrayPage(pixels=pixels, dpi=dpi / scale, scale=scale)


def _declared(image: Image.Image) -> float:
    across, down = image.info.get("dpi", (0, 0))
    return float(min(across, down))


def _divisor(dpi: float, lowest_dpi: float) -> int:
    for divisor in _SCALES:
        if dpi / divisor >= lowest_dpi:
            return divisor
    return 1
