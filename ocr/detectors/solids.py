"""Solid things that lie on the page: fingers, notes stuck on it, clips of sheet metal, coins.

A solid thing hides the paper over an area wider than any stroke of writing. What tells it from
pictures and shaded cells is its colour, its outline and how evenly it is coloured.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import PageView
from ocr.shrinking import halved
from ocr.sight import Sight, WorkBox

Plane = NDArray[np.uint8]

_REDUCE = 4
# Paper without light loss is scaled to this, so that brighter things still have room.
WHITE = 200.0
# Wider than the strokes of the largest titles.
_THICK_MM = 4.2
_DARKER = 0.88
_COLOURED = 0.12
_EDGE_MM = 2.2
_LEAST_MM = 6.5
_CLOSE_COLOUR = 0.075
_BED_COVERAGE = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Solid:
    """One solid thing. Lengths in millimetres.

    `light` and `colour` are of its usual pixel against the paper: the mean of the channels, and
    the largest channel less the smallest; `bgr` the channels. `even` is the share of its pixels
    close to that colour. `solidity` is its share of its convex outline, `extent` that of the
    smallest rectangle around it (`long_side`, `short_side`), `roundness` that of the circle
    around it. `edges` are the edges of the page that it reaches; at the first of them it is
    `span` wide, reaches `depth` inwards, and has `tip` of its greatest width near its end.
    `lean` is how many degrees its sides lean from those of the picture (-45 to 45). `box` is in
    working pixels.
    """

    box: WorkBox
    long_side: float
    short_side: float
    lean: float
    light: float
    colour: float
    bgr: tuple[float, float, float]
    even: float
    solidity: float
    extent: float
    roundness: float
    edges: tuple[str, ...]
    span: float
    depth: float
    tip: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Colours:
    """The channels (BGR) of a strongly reduced page, its paper scaled to `WHITE` in each of them.

    A pixel is `reduce` working pixels or `pixel_mm` millimetres wide.
    """

    planes: tuple[Plane, Plane, Plane]
    reduce: int
    pixel_mm: float


def colours_of(view: PageView) -> Colours:
    """The colours of a page, at a quarter of the working resolution."""
    planes = whitened(halved(view.half), view.paper)
    return Colours(planes=planes, reduce=_REDUCE, pixel_mm=_REDUCE * 25.4 / view.dpi)


def whitened(pixels: Plane, paper: tuple[float, float, float]) -> tuple[Plane, Plane, Plane]:
    """The channels of a BGR picture, with `paper` at `WHITE` in each of them."""
    blue, green, red = (
        np.asarray(cv2.convertScaleAbs(plane, alpha=WHITE / max(1.0, value)), dtype=np.uint8)
        for plane, value in zip(cv2.split(pixels), paper, strict=True)
    )
    return blue, green, red


def lightest_and_tint(planes: tuple[Plane, Plane, Plane]) -> tuple[Plane, Plane]:
    """The greatest of the channels in every pixel, and by how much it exceeds the least."""
    blue, green, red = planes
    lightest = cv2.max(cv2.max(blue, green), red)
    tint = cv2.subtract(lightest, cv2.min(cv2.min(blue, green), red))
    return np.asarray(lightest, dtype=np.uint8), np.asarray(tint, dtype=np.uint8)


def solids_of(sight: Sight, colours: Colours) -> tuple[Solid, ...]:
    """All solid things of the page, the dark edges of the scanner bed left out."""
    channels, pixel_mm = colours.planes, colours.pixel_mm
    lightest, tint = lightest_and_tint(channels)
    mask = cv2.bitwise_or(
        cv2.threshold(lightest, _DARKER * WHITE, 255, cv2.THRESH_BINARY_INV)[1],
        cv2.threshold(tint, _COLOURED * WHITE, 255, cv2.THRESH_BINARY)[1],
    )
    x0, y0, x1, y1 = _bounds(sight)
    bounded = np.zeros_like(mask)
    bounded[y0:y1, x0:x1] = mask[y0:y1, x0:x1]
    size = max(3, round(_THICK_MM / pixel_mm))
    core = cv2.morphologyEx(bounded, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    if not core.any():
        return ()
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=4)
    planes = np.asarray(np.dstack(channels), dtype=np.uint8)
    least = _LEAST_MM / pixel_mm
    return tuple(
        _solid(
            label,
            np.asarray(labels),
            tuple(int(value) for value in stats[label, :4]),
            planes,
            (x0, y0, x1, y1),
            pixel_mm,
        )
        for label in range(1, count)
        if max(stats[label, 2], stats[label, 3]) >= least
    )


def clipped_extent(sight: Sight, colours: Colours, solid: Solid) -> float:
    """The share that a thing has of the smallest rectangle around it, where only what that has
    on the page counts. What is of another colour, as writing that it touches, is no part of it."""
    x0, y0, x1, y1 = (value // _REDUCE for value in solid.box)
    mask = np.full((y1 - y0, x1 - x0), 255, np.uint8)
    for plane, value in zip(colours.planes, solid.bgr, strict=True):
        apart = cv2.absdiff(plane[y0:y1, x0:x1], np.full_like(mask, round(value * WHITE)))
        mask[apart > _CLOSE_COLOUR * WHITE * 2] = 0
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return 0.0
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)[:, 0, :].astype(np.float32)
    left, top, right, bottom = _bounds(sight)
    page = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    page -= np.array([x0, y0], np.float32) + 0.5
    least = float("inf")
    for degrees in range(-45, 45, 3):
        angle = np.radians(degrees)
        turn = np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32
        )
        turned = hull @ turn
        low, high = turned.min(axis=0) - 0.5, turned.max(axis=0) + 0.5
        around = np.array([low, (high[0], low[1]), high, (low[0], high[1])], np.float32)
        area, _ = cv2.intersectConvexConvex(around @ turn.T, page)
        least = min(least, area)
    filled = cv2.contourArea(outline) + cv2.arcLength(outline, True) / 2 + 1
    return float(filled / max(1.0, least))


def _bounds(sight: Sight) -> WorkBox:
    """The page without the bed, in reduced pixels: what is dark along a part of an edge only is
    not the bed but a hand or a clip."""
    view, (x0, y0, x1, y1) = sight.view, sight.inner
    bed = {border.edge for border in sight.edges if border.coverage >= _BED_COVERAGE}
    return (
        round(x0 / _REDUCE) if "left" in bed else 0,
        round(y0 / _REDUCE) if "top" in bed else 0,
        round((x1 if "right" in bed else view.width) / _REDUCE),
        round((y1 if "bottom" in bed else view.height) / _REDUCE),
    )


def _solid(
    label: int,
    labels: NDArray[np.int32],
    place: tuple[int, ...],
    planes: NDArray[np.uint8],
    inner: WorkBox,
    pixel_mm: float,
) -> Solid:
    left, top, wide, high = place
    mask = (labels[top : top + high, left : left + wide] == label).astype(np.uint8)
    pixels = planes[top : top + high, left : left + wide]
    inside = cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE) > 0
    if not inside.any():
        inside = mask > 0
    values = pixels[inside].astype(np.float32) / WHITE
    usual = np.median(values, axis=0)
    even = float((np.abs(values - usual).max(axis=1) < _CLOSE_COLOUR).mean())
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len)
    area = float(np.count_nonzero(mask))
    hull = cv2.convexHull(outline)
    (_, _), (one, other), angle = cv2.minAreaRect(outline)
    one, other = one + 1, other + 1
    _, radius = cv2.minEnclosingCircle(outline)
    edges = _edges(place, inner, pixel_mm)
    span, depth, tip = _entering(mask, edges[0], pixel_mm) if edges else (0.0, 0.0, 1.0)
    return Solid(
        box=(
            left * _REDUCE,
            top * _REDUCE,
            (left + wide) * _REDUCE,
            (top + high) * _REDUCE,
        ),
        long_side=max(one, other) * pixel_mm,
        short_side=min(one, other) * pixel_mm,
        lean=(float(angle) + 45) % 90 - 45,
        light=float(usual.mean()),
        colour=float(usual.max() - usual.min()),
        bgr=(float(usual[0]), float(usual[1]), float(usual[2])),
        even=even,
        solidity=area / max(1.0, cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + 1),
        extent=area / (one * other),
        roundness=area / (np.pi * (radius + 0.5) ** 2),
        edges=edges,
        span=span,
        depth=depth,
        tip=tip,
    )


def _edges(place: tuple[int, ...], inner: WorkBox, pixel_mm: float) -> tuple[str, ...]:
    """The edges that a thing reaches, the one it runs along furthest first."""
    left, top, wide, high = place
    x0, y0, x1, y1 = inner
    near = _EDGE_MM / pixel_mm
    reached = [
        ("left", left - x0 <= near, high),
        ("right", x1 - left - wide <= near, high),
        ("top", top - y0 <= near, wide),
        ("bottom", y1 - top - high <= near, wide),
    ]
    found = [(run, name) for name, is_near, run in reached if is_near]
    return tuple(name for _, name in sorted(found, reverse=True))


def _entering(mask: NDArray[np.uint8], edge: str, pixel_mm: float) -> tuple[float, float, float]:
    turned = {"top": mask, "bottom": mask[::-1], "left": mask.T, "right": mask.T[::-1]}[edge]
    widths = turned.sum(axis=1).astype(np.float64)
    start = max(1, round(_EDGE_MM / pixel_mm))
    end = widths[-max(1, round(0.08 * widths.size)) :]
    return (
        float(widths[: start + 1].max()) * pixel_mm,
        float(widths.size) * pixel_mm,
        float(end.mean()) / float(widths.max()),
    )
