"""Two pictures of one leaf drawn over each other: what both have gray, what one has in colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr.alteration.matching import agreement, matched
from ocr.alteration.planes import (
    Pixels,
    Reals,
    darkness,
    gray_of,
    load_paper,
    load_side,
    write_picture,
)
from ocr.alteration.registration import Unregistered, registered

# Blue and orange stay apart for every kind of colour blindness (blue, green, red).
SIDE_COLOUR = (0xBF, 0x5F, 0x1F)
OTHER_COLOUR = (0x0F, 0x48, 0xD9)
_SHARED_COLOUR = (0x5C, 0x5C, 0x5C)
# The ground where the other picture does not show the leaf.
_UNSEEN = 0xE4
# Fainter than this (hundredths of full ink) is grain.
_GRAIN = 12.0
# Share of the inked places that must look alike: below it two different leaves lie over each other.
_LEAST_AGREEMENT = 0.3


def overlay(
    side_master: str,
    frame: int,
    turn: int,
    other: str,
    other_frame: int,
    other_turn: int,
    out: str,
    first: str = "",
    second: str = "",
) -> dict[str, Any]:
    """Lay page `other_frame` of the file `other` (a side, a rescan, a still), turned clockwise by
    `other_turn`, over page `frame` of `side_master`, turned by `turn`, and write the picture `out`
    (PNG or JPEG by its name) on the upright side at 150 dpi.

    What both have is gray, what only the side has blue (`SIDE_COLOUR`), what only the other has
    orange (`OTHER_COLOUR`); where the other does not show the leaf the ground is light gray. The
    side and the other, as they lie in that picture, are written to `first` and `second` if given.

    Gives `done`, `reason` of a False ("blank", "not_found", "hidden" as of `Unregistered`, "unlike"
    for different leaves, else ""; nothing is written then), `agreement` (0 to 1), and `width` and
    `height` of the written picture, 0 without one, and `colours` (side, other: "#rrggbb"). Raises
    what `load_reduced` raises, BadInput ALT-101, OSError (cannot be written).
    """
    page = load_side(Path(side_master), frame, turn)
    try:
        laid = registered(page.pixels, load_paper(Path(other), other_frame, other_turn))
    except Unregistered as error:
        return _undone(error.reason, 0.0)
    planes = [darkness(gray_of(pixels)) for pixels in (page.pixels, laid.pixels)]
    one, another = matched(planes[0], planes[1], laid.valid)
    alike = agreement(one, another, laid.valid)
    if alike < _LEAST_AGREEMENT:
        return _undone("unlike", alike)
    another[~laid.valid] = one[~laid.valid]
    drawn = _drawn(one, another)
    drawn[~laid.valid] = np.minimum(drawn[~laid.valid], np.uint8(_UNSEEN))
    for path, picture in ((out, drawn), (first, page.pixels), (second, laid.pixels)):
        if path:
            write_picture(Path(path), picture)
    high, wide = drawn.shape[:2]
    return {
        "done": True,
        "reason": "",
        "agreement": round(alike, 3),
        "width": wide,
        "height": high,
        "colours": [_named(colour) for colour in (SIDE_COLOUR, OTHER_COLOUR)],
    }


def _named(colour: tuple[int, int, int]) -> str:
    blue, green, red = colour
    return f"#{red:02x}{green:02x}{blue:02x}"


def _drawn(one: Reals, other: Reals) -> Pixels:
    """White, less what each ink takes away; strokes may lie a pixel beside each other."""
    one, other = (np.where(plane > _GRAIN, plane, 0).astype(np.float32) for plane in (one, other))
    near = np.ones((3, 3), np.uint8)
    only_one = np.maximum(one - cv2.dilate(other, near), 0)
    only_other = np.maximum(other - cv2.dilate(one, near), 0)
    shared = np.maximum(one, other) - only_one - only_other
    channels = []
    for colours in zip(SIDE_COLOUR, OTHER_COLOUR, _SHARED_COLOUR, strict=True):
        taken = [np.float32((255 - colour) / 100) for colour in colours]
        light = 255 - taken[0] * only_one - taken[1] * only_other - taken[2] * shared
        channels.append(np.clip(light, 0, 255).astype(np.uint8))
    return np.asarray(cv2.merge(channels), np.uint8)


def _undone(reason: str, alike: float) -> dict[str, Any]:
    return {
        "done": False,
        "reason": reason,
        "agreement": round(alike, 3),
        "width": 0,
        "height": 0,
        "colours": [],
    }
