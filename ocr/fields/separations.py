"""Ink separations: one corner of a page drawn once per colour of ink, dark on white.

A number stamped in red over black print is one shape in a grey picture and two in the
separations. Every separation is height x width, uint8, 255 = paper.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_INKED_SHARE = 0.0002
"""Share of the corner that must carry ink before a separation is worth a look."""

_LEAST_DEPTH = 5.0
_ABOVE_GRAIN = 4.0
"""Grey levels, and multiples of the paper's grain, from which a faint trace is taken for ink."""

_STAINED = 195
_LEAST_WHITE = 140.0
"""From this depth of red a place counts as red ink; and what such ink is taken for at the darkest
in the red channel: deeper is another ink."""

_COLOUR_GAIN = 2.0
"""Faint stamp ink differs from paper by 40 levels of colour; the recogniser wants 80 or more."""


def separations(corner: Pixels) -> dict[str, Pixels]:
    """The separations of a BGR corner that carry any ink: "all", "colour", "red", "cool",
    "unred", "black".

    "all" holds every ink, "colour" every coloured one, "red" and "cool" (blue, violet, green)
    only these, "black" what remains when coloured ink is bleached, "unred" when only red is: blue
    figures under a red seal stay whole there. Empty for a blank corner.
    """
    smooth = cv2.GaussianBlur(corner, (3, 3), 0.7)
    blue, green, red = (np.asarray(plane, dtype=np.uint8) for plane in cv2.split(smooth))
    lowest = np.asarray(cv2.min(cv2.min(blue, green), red), dtype=np.uint8)
    highest = np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)
    found: dict[str, Pixels] = {}
    every = _flattened(lowest)
    if not _inked(every):
        return found
    found["all"] = every
    colour = _depth(cv2.subtract(highest, lowest))
    if not _inked(colour):
        return found
    found["colour"] = colour
    warm = _depth(cv2.subtract(red, cv2.max(blue, green)))
    cool = _depth(cv2.subtract(cv2.max(blue, green), red))
    if _inked(warm) and _inked(cool):
        found["red"], found["cool"] = warm, cool
        found["unred"] = _without_red(red, warm)
    black = _flattened(highest)
    if _inked(black):
        found["black"] = black
    return found


def _without_red(red: Pixels, warm: Pixels) -> Pixels:
    """The red channel with white where red ink alone lies."""
    plane = _flattened(red)
    stained = plane[warm < _STAINED]
    white = float(np.median(stained)) if stained.size else 255.0
    table = np.clip(np.arange(256) * (255.0 / max(_LEAST_WHITE, white)), 0, 255)
    return np.asarray(cv2.LUT(plane, table.astype(np.uint8)), dtype=np.uint8)


def faint_ink(corner: Pixels) -> Pixels:
    """Whatever differs from the paper by more than its grain, drawn as dark as a usual stamp."""
    lowest = np.asarray(corner.min(axis=2), dtype=np.uint8)
    smooth = np.asarray(cv2.GaussianBlur(lowest, (0, 0), 1.0), dtype=np.uint8)
    depth = 255.0 - _flattened(smooth).astype(np.float32)
    grain = 1.48 * float(np.median(np.abs(depth - np.median(depth))))
    least = max(_LEAST_DEPTH, _ABOVE_GRAIN * grain)
    drawn = 255.0 - (depth - float(np.median(depth)) - 0.5 * least) * (75.0 / least)
    return np.asarray(np.clip(drawn, 0, 255), dtype=np.uint8)


def _flattened(plane: Pixels) -> Pixels:
    """Paper brought to white: folds, shadow and yellowing are slower than any stroke."""
    small = cv2.resize(plane, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 15)
    shading = cv2.resize(paper, (plane.shape[1], plane.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(plane, shading, scale=255), dtype=np.uint8)


def _depth(excess: NDArray[Any]) -> Pixels:
    """Colour above that of the paper, drawn dark on white."""
    values = np.asarray(excess, dtype=np.float32)
    paper = float(np.median(values))
    drawn = np.clip(255.0 - _COLOUR_GAIN * (values - paper - 8.0), 0, 255)
    return np.asarray(drawn, dtype=np.uint8)


def _inked(separation: Pixels) -> bool:
    return int(np.count_nonzero(separation < 228)) > _INKED_SHARE * separation.size
