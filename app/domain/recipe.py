"""The conditioning of a side (处理方案): steps over the upright master, told as plain numbers.

The steps and their order are those of `ocr.conditioning.recipe`. Text and findings stay bound to
the upright master; what shows them over a conditioned picture maps their boxes through the recipe.
Pixels everywhere; a tilt is clockwise, in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

Recipe = Mapping[str, Any]
Box = tuple[float, float, float, float]
Point = tuple[float, float]

# What a person can ask for, and take off again, in the order it is carried out.
CLEAN_UP = ("specks", "streaks", "border", "flatten")
_LEAST_DEGREES = 0.01
_LEAST_CROP = 32.0


def straight_size(width: float, height: float, tilt: float) -> tuple[float, float]:
    """The size of a page after a tilt is taken out and it has grown to keep its corners."""
    if abs(tilt) < _LEAST_DEGREES:
        return width, height
    cosine, sine = abs(math.cos(math.radians(tilt))), abs(math.sin(math.radians(tilt)))
    return float(round(width * cosine + height * sine)), float(
        round(width * sine + height * cosine)
    )


def tilt_of(recipe: Recipe) -> float:
    """The tilt that a recipe takes out."""
    return float(recipe.get("deskew", 0.0))


def shown_size(recipe: Recipe, width: float, height: float) -> tuple[int, int]:
    """The size of the conditioned page of an upright master."""
    x0, y0, x1, y1 = _crop(recipe, width, height)
    return round(x1) - round(x0), round(y1) - round(y0)


def shown_box(recipe: Recipe, width: float, height: float, box: Sequence[float]) -> Box:
    """Where a box of the upright master lies on the conditioned page: the smallest upright box
    round it. It may lie outside what is left of the page."""
    x0, y0, x1, y1 = box
    corners = [
        _straightened(corner, width, height, tilt_of(recipe))
        for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    ]
    left, top, _right, _bottom = _crop(recipe, width, height)
    xs, ys = [x - round(left) for x, _y in corners], [y - round(top) for _x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def turned_box(box: Sequence[float], degrees: int, width: float, height: float) -> Box:
    """Where a box lies after its page of `width` x `height` is turned clockwise."""
    x0, y0, x1, y1 = box
    if degrees == 90:
        return height - y1, x0, height - y0, x1
    if degrees == 180:
        return width - x1, height - y1, width - x0, height - y0
    if degrees == 270:
        return y0, width - x1, y1, width - x0
    return x0, y0, x1, y1


def turned_recipe(recipe: Recipe, degrees: int, width: float, height: float) -> dict[str, Any]:
    """The same conditioning after the upright page of `width` x `height` is turned clockwise."""
    turned = dict(recipe)
    if "crop" in turned:
        wide, high = straight_size(width, height, tilt_of(recipe))
        turned["crop"] = list(turned_box(turned["crop"], degrees, wide, high))
    if "holes" in turned:
        turned["holes"] = [
            [*_turned_point((x, y), degrees, width, height), radius]
            for x, y, radius in turned["holes"]
        ]
    if "border" in turned:
        corners = [
            list(_turned_point((x, y), degrees, width, height))
            for x, y in turned["border"]["paper"]
        ]
        first = (-(degrees // 90)) % 4
        turned["border"] = {**turned["border"], "paper": corners[first:] + corners[:first]}
    if "streaks" in turned:
        turned["streaks"] = [
            _turned_streak(streak, degrees, width, height) for streak in turned["streaks"]
        ]
    return turned


def with_deskew(recipe: Recipe, tilt: float, width: float, height: float) -> dict[str, Any]:
    """The recipe with another tilt; the middle of its crop stays on the paper."""
    changed = {name: value for name, value in recipe.items() if name != "deskew"}
    if abs(tilt) >= _LEAST_DEGREES:
        changed["deskew"] = round(tilt, 2)
    if "crop" in changed:
        before, after = tilt_of(recipe), tilt_of(changed)
        x0, y0, x1, y1 = changed["crop"]
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        on_page = _tilted(middle, width, height, before)
        x, y = _straightened(on_page, width, height, after)
        across, down = (x1 - x0) / 2, (y1 - y0) / 2
        wide, high = straight_size(width, height, after)
        box = (max(0.0, x - across), max(0.0, y - down), min(wide, x + across), min(high, y + down))
        changed["crop"] = [round(value, 1) for value in box]
    return changed


def with_crop(recipe: Recipe, box: Sequence[float], width: float, height: float) -> dict[str, Any]:
    """The recipe with a crop of the straightened page, kept inside it; a crop that leaves
    everything is none."""
    wide, high = straight_size(width, height, tilt_of(recipe))
    x0, x1 = _span(box[0], box[2], wide)
    y0, y1 = _span(box[1], box[3], high)
    changed = {name: value for name, value in recipe.items() if name != "crop"}
    if x0 >= 1 or y0 >= 1 or x1 <= wide - 1 or y1 <= high - 1:
        changed["crop"] = [round(value, 1) for value in (x0, y0, x1, y1)]
    return changed


def without(recipe: Recipe, step: str, width: float, height: float) -> dict[str, Any]:
    """The recipe without a step; "cleanup" names all of clean-up, "all" everything."""
    if step == "all":
        return {}
    if step == "deskew":
        return with_deskew(recipe, 0.0, width, height)
    gone = CLEAN_UP if step == "cleanup" else (step,)
    return {name: value for name, value in recipe.items() if name not in gone}


def _crop(recipe: Recipe, width: float, height: float) -> Box:
    wide, high = straight_size(width, height, tilt_of(recipe))
    x0, y0, x1, y1 = recipe.get("crop", (0.0, 0.0, wide, high))
    return max(0.0, x0), max(0.0, y0), min(wide, x1), min(high, y1)


def _span(low: float, high: float, length: float) -> tuple[float, float]:
    low, high = sorted((min(max(low, 0.0), length), min(max(high, 0.0), length)))
    if high - low < _LEAST_CROP:
        low = max(0.0, min(low, length - _LEAST_CROP))
        high = min(length, low + _LEAST_CROP)
    return low, high


def _straightened(point: Point, width: float, height: float, tilt: float) -> Point:
    if abs(tilt) < _LEAST_DEGREES:
        return point
    cosine, sine = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    x, y = point[0] - width / 2, point[1] - height / 2
    wide, high = straight_size(width, height, tilt)
    return cosine * x + sine * y + wide / 2, cosine * y - sine * x + high / 2


def _tilted(point: Point, width: float, height: float, tilt: float) -> Point:
    """The point of the page that lies at a point of the straightened page."""
    if abs(tilt) < _LEAST_DEGREES:
        return point
    cosine, sine = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    wide, high = straight_size(width, height, tilt)
    x, y = point[0] - wide / 2, point[1] - high / 2
    return cosine * x - sine * y + width / 2, cosine * y + sine * x + height / 2


def _turned_point(point: Point, degrees: int, width: float, height: float) -> Point:
    x, y, _x, _y = turned_box((*point, *point), degrees, width, height)
    return x, y


def _turned_streak(streak: Sequence[Any], degrees: int, width: float, height: float) -> list[Any]:
    axis, first, last = streak
    if degrees == 0:
        return list(streak)
    # Columns turn into rows and back; counting from the other end mirrors them.
    length = width if axis == "x" else height
    mirrored = degrees == 180 or (degrees == 270 if axis == "x" else degrees == 90)
    if mirrored:
        first, last = length - 1 - last, length - 1 - first
    other = {"x": "y", "y": "x"}[axis] if degrees in (90, 270) else axis
    return [other, first, last]
