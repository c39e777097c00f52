"""Settles the steps a person asks for into numbers: the recipe of one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.conditioning.border import border_step
from ocr.conditioning.cleanup import find_streaks, specks_step
from ocr.conditioning.geometry import straight_point, straight_size
from ocr.conditioning.holes import find_holes, holes_step
from ocr.conditioning.paper import Paper, find_paper
from ocr.conditioning.recipe import checked
from ocr.conditioning.tone import bitonal_threshold
from ocr.image.load import load_page
from ocr.image.transform import turned
from ocr.image.view import effective_dpi

ASKED = ("deskew", "crop", "border", "holes", "archive", "reading", "gray", "bitonal")
_WHITE = 0.93


def propose(
    path: str,
    frame: int,
    turn: int,
    asked: Sequence[str],
    standing: Mapping[str, Any],
    settings: Mapping[str, float],
) -> dict[str, Any]:
    """The recipe of one side: what stands, and each step of `asked` settled anew.

    `asked` is out of "deskew", "crop", "border", "holes" (only steps with something to do),
    "archive" or "reading" (clean-up), "gray" or "bitonal". `settings`: "tilt" (clockwise, as
    inspection measured it), "least_tilt" (degrees below which nothing is straightened) and
    "margin_mm" (kept outside the paper). Gives {"recipe": …, "found": {step: whether}}.

    Raises as `ocr.image.load.load_page`, and BadInput IMG-121.
    """
    for name in asked:
        if name not in ASKED:
            raise BadInput("IMG-121", field=str(name))
    page = load_page(Path(path), frame)
    pixels = turned(page.pixels, turn)
    recipe, found = settle(pixels, page.dpi, asked, checked(standing), settings, turn)
    return {"recipe": recipe, "found": found}


def settle(
    pixels: NDArray[np.uint8],
    dpi: int,
    asked: Sequence[str],
    standing: Mapping[str, Any],
    settings: Mapping[str, float],
    turn: int = 0,
) -> tuple[dict[str, Any], dict[str, bool]]:
    """`propose` on a decoded upright page."""
    recipe = dict(standing)
    found: dict[str, bool] = {}
    height, width = pixels.shape[:2]
    needs_paper = {"deskew", "crop", "border", "archive", "reading"} & set(asked)
    paper = find_paper(pixels, dpi) if needs_paper else None

    def put(name: str, value: Any) -> None:
        found[name] = bool(value)
        if value:
            recipe[name] = value
        else:
            recipe.pop(name, None)

    if "deskew" in asked:
        tilt = _tilt(paper, settings)
        was = float(recipe.get("deskew", 0.0))
        put("deskew", tilt)
        if was != tilt and "crop" in recipe and "crop" not in asked:
            recipe["crop"] = moved_crop(recipe["crop"], width, height, was, tilt)
    if "crop" in asked:
        margin = settings.get("margin_mm", 0.0) * effective_dpi(width, height, dpi) / 25.4
        put("crop", page_crop(paper, width, height, float(recipe.get("deskew", 0.0)), margin))
    if paper is not None and {"border", "archive", "reading"} & set(asked):
        put("border", border_step(paper))
    elif "border" in asked:
        put("border", None)
    if "holes" in asked:
        put("holes", holes_step(find_holes(pixels, dpi)))
    if {"archive", "reading"} & set(asked):
        put("specks", specks_step(width, height, dpi))
        # Streaks run along the feed: columns of the picture as it was scanned.
        put("streaks", find_streaks(pixels, dpi, "x" if turn in (0, 180) else "y"))
        put("flatten", {"white": _WHITE} if "reading" in asked else None)
    if "gray" in asked:
        put("colour", {"mode": "gray"})
    elif "bitonal" in asked:
        put("colour", {"mode": "bitonal", "threshold": bitonal_threshold(pixels, dpi)})
    return checked(recipe), found


def _tilt(paper: Paper | None, settings: Mapping[str, float]) -> float:
    """The tilt worth taking out: by the lines of the page, else by the edges of the sheet."""
    tilt = settings.get("tilt", 0.0)
    if not tilt and paper is not None and paper.tilt is not None:
        tilt = paper.tilt
    return 0.0 if abs(tilt) < max(0.05, settings.get("least_tilt", 0.0)) else round(tilt, 2)


def page_crop(
    paper: Paper | None, width: int, height: int, tilt: float, margin: float
) -> list[float] | None:
    """The box of the sheet on the straightened page with `margin` pixels of what lies round it;
    None when nothing is to be cut. Nothing that may belong to the paper is left out."""
    if paper is None:
        return None
    wide, high = straight_size(width, height, tilt)
    corners = [straight_point(corner, width, height, tilt) for corner in paper.corners]
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    box = [
        max(0.0, min(xs) - margin) if "left" in paper.edges else 0.0,
        max(0.0, min(ys) - margin) if "top" in paper.edges else 0.0,
        min(float(wide), max(xs) + margin) if "right" in paper.edges else float(wide),
        min(float(high), max(ys) + margin) if "bottom" in paper.edges else float(high),
    ]
    whole = box[0] < 1 and box[1] < 1 and box[2] > wide - 1 and box[3] > high - 1
    return None if whole else [round(value, 1) for value in box]


def moved_crop(
    crop: Sequence[float], width: int, height: int, before: float, after: float
) -> list[float]:
    """The same crop after another tilt is taken out: its middle stays on the paper."""
    wide, high = straight_size(width, height, before)
    middle = ((crop[0] + crop[2]) / 2, (crop[1] + crop[3]) / 2)
    # Taking the opposite tilt out of the straightened page leads back to the page.
    back = straight_point(middle, wide, high, -before)
    grown = straight_size(wide, high, -before)
    on_page = (back[0] - (grown[0] - width) / 2, back[1] - (grown[1] - height) / 2)
    x, y = straight_point(on_page, width, height, after)
    across, down = (crop[2] - crop[0]) / 2, (crop[3] - crop[1]) / 2
    return [round(value, 1) for value in (x - across, y - down, x + across, y + down)]
