"""Carries a recipe out on the pixels of an upright page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.conditioning.border import without_border
from ocr.conditioning.cleanup import without_specks, without_streaks
from ocr.conditioning.geometry import straightened
from ocr.conditioning.holes import without_holes
from ocr.conditioning.tone import bitonal, flattened, gray_of
from ocr.image.transform import cropped
from ocr.image.view import paper_colour

_SMALL = 256


def conditioned(
    pixels: NDArray[np.uint8], dpi: int, recipe: Mapping[str, Any]
) -> NDArray[np.uint8]:
    """An upright page (height x width x 3 BGR) by a recipe that `ocr.conditioning.recipe.checked`
    has passed. `dpi` is that of the master, 0 when unknown. Gray and bitonal pages come back
    height x width. `pixels` stays as it is.

    Raises BadInput IMG-121 when the crop lies outside the page.
    """
    page = pixels
    if "specks" in recipe:
        page = without_specks(page, recipe["specks"])
    if "streaks" in recipe:
        page = without_streaks(page, recipe["streaks"])
    if "border" in recipe:
        page = without_border(page, recipe["border"])
    if "holes" in recipe:
        page = without_holes(page, recipe["holes"])
    if "deskew" in recipe:
        page = straightened(page, float(recipe["deskew"]), _paper(page, recipe))
    if "crop" in recipe:
        x0, y0, x1, y1 = recipe["crop"]
        box = cropped(page, (x0, y0, x1, y1))
        if box is None:
            raise BadInput("IMG-121", field="crop")
        page = box
    if "flatten" in recipe:
        page = flattened(page, dpi, float(recipe["flatten"]["white"]))
    colour = recipe.get("colour")
    if colour is None:
        return page
    if colour["mode"] == "gray":
        return gray_of(page)
    return bitonal(page, dpi, float(colour["threshold"]))


def _paper(page: NDArray[np.uint8], recipe: Mapping[str, Any]) -> tuple[float, float, float]:
    """The colour of the paper: the one the border was filled with, or as it is found."""
    if "border" in recipe:
        blue, green, red = recipe["border"]["colour"]
        return float(blue), float(green), float(red)
    height, width = page.shape[:2]
    factor = min(1.0, _SMALL / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    return paper_colour(np.asarray(small, dtype=np.uint8))
