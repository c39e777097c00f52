"""Writes a page in full as its recipe shows it: the picture to hand on, with its resolution."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from ocr.conditioning.carrying_out import conditioned
from ocr.conditioning.recipe import checked
from ocr.image.load import load_page
from ocr.image.transform import turned
from ocr.rendering import write_whole

_QUALITY = 90
_WHITE_FROM = 128


def derive(
    path: str, frame: int, turn: int, steps: Mapping[str, Any], out: str, form: str
) -> dict[str, Any]:
    """Write page `frame` (from 0) of the master at `path`, turned upright by `turn` and with the
    `steps` of its recipe (`ocr.conditioning.recipe`), as the new file `out` at full size. `form` is
    "jpeg", "png" or "tiff"; a page of two tones is one bit deep in all but JPEG, and packed by
    ITU-T T.6 in TIFF.

    Gives {"width", "height", "dpi"}. Raises BadInput IMG-101 to IMG-105, IMG-121 (steps that make
    no sense) and Broken IMG-122 (the file cannot be written).
    """
    recipe = checked(steps)
    page = load_page(Path(path), frame, partial=True)
    upright = turned(page.pixels, turn)
    pixels = conditioned(upright, page.dpi, recipe) if recipe else upright
    picture = _picture(pixels, recipe, form)
    _write(picture, Path(out), form, page.dpi)
    return {"width": picture.width, "height": picture.height, "dpi": page.dpi}


def _picture(pixels: np.ndarray[Any, Any], recipe: Mapping[str, Any], form: str) -> Image.Image:
    mode = recipe.get("colour", {}).get("mode")
    if mode not in ("gray", "bitonal"):
        return Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    picture = Image.fromarray(np.ascontiguousarray(gray))
    if mode == "bitonal" and form != "jpeg":
        return picture.point(lambda tone: 255 if tone >= _WHITE_FROM else 0, mode="1")
    return picture


def _write(picture: Image.Image, out: Path, form: str, dpi: int) -> None:
    options: dict[str, Any] = {"dpi": (dpi, dpi)} if dpi else {}
    if form == "jpeg":
        options["quality"] = _QUALITY
    elif form == "tiff":
        options["compression"] = "group4" if picture.mode == "1" else "tiff_adobe_deflate"
    data = io.BytesIO()
    picture.save(data, form, **options)
    write_whole(out, data.getvalue())
