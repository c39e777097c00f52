"""Finds the black edge that an uncovered scanner bed leaves round a page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import PageView

_DARK_SHARE = 0.42
_OWN_SHARE = 0.3
# The first pixels may be light: scanners draw a thin pale line at the very edge.
_START_SLACK = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Border:
    """A dark edge: `depth` is the share of the page it reaches inwards (median over its run),
    `reach` the share at its deepest, `coverage` the share of the edge it runs along."""

    edge: str
    depth: float
    reach: float
    coverage: float


def borders(view: PageView) -> tuple[Border, ...]:
    """The dark edges of the page, none when the page itself is as dark.

    Depth is measured per row or column as the dark run from the edge inwards, so the wedge of a
    tilted sheet counts as well as an even strip.
    """
    gray = cv2.cvtColor(view.half, cv2.COLOR_BGR2GRAY)
    dark = np.asarray(gray < _DARK_SHARE * 255 * max(view.brightness, 0.2), dtype=np.bool_)
    if dark.mean() > 0.75:
        return ()
    found = []
    for edge, mask, values in (
        ("left", dark, gray),
        ("right", dark[:, ::-1], gray[:, ::-1]),
        ("top", dark.T, gray.T),
        ("bottom", dark.T[:, ::-1], gray.T[:, ::-1]),
    ):
        border = _edge(edge, mask, np.asarray(values, dtype=np.uint8))
        if border is not None:
            found.append(border)
    return tuple(found)


def inner_box(view: PageView, found: tuple[Border, ...]) -> tuple[int, int, int, int]:
    """The page without its dark edges: (x0, y0, x1, y1) in working pixels."""
    reach = {border.edge: border.reach for border in found}
    x0 = round(reach.get("left", 0.0) * view.width)
    x1 = round((1 - reach.get("right", 0.0)) * view.width)
    y0 = round(reach.get("top", 0.0) * view.height)
    y1 = round((1 - reach.get("bottom", 0.0)) * view.height)
    if x1 - x0 < view.width // 4 or y1 - y0 < view.height // 4:
        return 0, 0, view.width, view.height
    return x0, y0, x1, y1


def _edge(edge: str, dark: NDArray[np.bool_], gray: NDArray[np.uint8]) -> Border | None:
    length = dark.shape[1]
    start = dark[:, : _START_SLACK + 1]
    begins = np.argmax(start, axis=1)
    touches = start.any(axis=1)
    depth = np.zeros(dark.shape[0], dtype=np.int64)
    # Where the light begins again after the dark has begun.
    light = ~dark
    for offset in range(_START_SLACK + 1):
        rows = touches & (begins == offset)
        if rows.any():
            tail = light[rows, offset:]
            run = np.where(tail.any(axis=1), np.argmax(tail, axis=1), tail.shape[1])
            depth[rows] = run + offset
    covered = depth >= 2
    coverage = float(covered.mean())
    if coverage < 0.2:
        return None
    # A table or a photograph that touches the edge has light rows between; a bed has not.
    runs = depth[covered]
    # Rows that run along the dark edge at right angles are dark from side to side.
    own = runs[runs < _OWN_SHARE * length]
    if own.size < 0.15 * depth.size:
        return None
    runs = own
    deepest = float(np.percentile(runs, 98))
    band = gray[:, : max(2, int(np.median(runs)))][covered & (depth < _OWN_SHARE * length)]
    if float(np.median(band)) > 95 or float(np.percentile(band, 75) - np.percentile(band, 25)) > 45:
        return None
    return Border(
        edge=edge,
        depth=float(np.median(runs)) / length,
        reach=min(0.5, (deepest + 1) / length),
        coverage=coverage,
    )
