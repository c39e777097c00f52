"""Where two pages may be compared, and which places are the work of the numbering machine."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.differences import CHANGED, RED, Difference
from ocr.alteration.matching import INK
from ocr.alteration.planes import PIXELS_MM, Inks, Mask, Reals

# The edge of the sheet lies anywhere here, and the lid or the desk behind it.
_EDGE_MM = 5.0
# Punched holes lie so near the binding edge and are no wider.
_HOLE_ZONE_MM = 22.0
_HOLE_MM = 10.0
_AROUND_MM = 2.0
# What is dark at an edge hides nothing when so much of the ink below it shows (a shadow), asked
# over a few characters; with less ink below it (share of its area) nobody can tell.
_SHOWS = 0.7
_SHOWS_MM = 15.0
_LEAST_INKED = 0.02
_PALE = 10.0
# The corner in which page numbers are stamped, and how large such a stamp is.
_CORNER_MM = (62.0, 34.0)
_STAMP_MM = (40.0, 15.0)
# Ink (hundredths) that the other page may have in the place of the stamp.
_EMPTY = 3.0
_NEAR_MM = 3.0
# Share of a joined place that red ink must cover to give it its name.
_MOSTLY = 0.5


def usable_places(
    valid: Mask, solids: Sequence[NDArray[np.uint8]], planes: Sequence[Reals]
) -> Mask:
    """Without the edges, holes, and whatever dark lies over an edge and hides what is below it
    (clips, fingers). `solids` are the dark areas of side and paper, `planes` their dark ink."""
    usable = valid.copy()
    edge = round(_EDGE_MM * PIXELS_MM)
    usable[:edge] = usable[-edge:] = False
    usable[:, :edge] = usable[:, -edge:] = False
    reach = 2 * round(_AROUND_MM * PIXELS_MM) + 1
    for which, dark in enumerate(solids):
        over = _over_edges(dark, edge)
        around = cv2.dilate(over, np.ones((reach, reach), np.uint8)) > 0
        # What is solid on the other page is no writing.
        writing = np.where(solids[1 - which] > 0, 0, planes[1 - which])
        usable &= ~(around & ~_shows_through(over, planes[which], writing))
    return usable


def _over_edges(dark: NDArray[np.uint8], edge: int) -> NDArray[np.uint8]:
    """The dark areas of a page that lie over an edge, and its holes."""
    high, wide = dark.shape
    zone = _HOLE_ZONE_MM * PIXELS_MM
    over = np.zeros(dark.shape, np.uint8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(dark)
    for label in range(1, count):
        x, y, w, h, _ = (int(value) for value in boxes[label])
        at_edge = x <= edge or y <= edge or x + w >= wide - edge or y + h >= high - edge
        beside = x + w < zone or x > wide - zone or y + h < zone or y > high - zone
        hole = beside and max(w, h) < _HOLE_MM * PIXELS_MM
        if at_edge or hole:
            part = (slice(y, y + h), slice(x, x + w))
            over[part] |= (labels[part] == label).astype(np.uint8)
    return over


def _shows_through(over: NDArray[np.uint8], own: Reals, other: Reals) -> Mask:
    """Where the ink that the `other` page has below a dark area shows on this page, too, and little
    else does: the edge of a shadow, not a finger or a dark lid."""
    covered = over.astype(np.float32)
    near = np.ones((5, 5), np.uint8)
    inked = covered * (other > INK)
    shown = inked * (cv2.dilate(own, near) > _PALE)
    shown -= covered * (own > INK) * (cv2.dilate(other, near) < _PALE)
    size = (round(_SHOWS_MM * PIXELS_MM),) * 2
    area, below, seen = (cv2.blur(plane, size) for plane in (covered, inked, shown))
    return np.asarray((below > _LEAST_INKED * area) & (seen > _SHOWS * below), np.bool_)


def joined(found: Sequence[Difference]) -> list[Difference]:
    """Places of both inks and of one word as one: a changed signature is one alteration."""
    near = _NEAR_MM * PIXELS_MM
    places = list(found)
    merged = True
    while merged:
        merged = False
        for first in range(len(places)):
            for second in range(first + 1, len(places)):
                if _touch(places[first], places[second], near):
                    places[first] = _union(places[first], places[second])
                    del places[second]
                    merged = True
                    break
            if merged:
                break
    return places


def is_numbering(
    place: Difference, shape: tuple[int, int], face: str, side: Inks, paper: Inks
) -> bool:
    """Whether the place is a number stamped since, or before: in its corner, of its size, and the
    other page empty there."""
    if place.kind == CHANGED:
        return False
    x0, y0, x1, y1 = (value / PIXELS_MM for value in place.box)
    wide = shape[1] / PIXELS_MM
    right = x0 > wide - _CORNER_MM[0] and face != "back"
    left = x1 < _CORNER_MM[0] and face != "front"
    if not (right or left) or y1 > _CORNER_MM[1]:
        return False
    if x1 - x0 > _STAMP_MM[0] or y1 - y0 > _STAMP_MM[1]:
        return False
    px0, py0, px1, py1 = place.box
    amounts = [
        max(
            float(plane.dark[py0:py1, px0:px1].mean()),
            float(plane.red[py0:py1, px0:px1].mean()) if plane.red is not None else 0.0,
        )
        for plane in (side, paper)
    ]
    return min(amounts) < _EMPTY


def _touch(one: Difference, other: Difference, near: float) -> bool:
    return (
        one.box[0] < other.box[2] + near
        and other.box[0] < one.box[2] + near
        and one.box[1] < other.box[3] + near
        and other.box[1] < one.box[3] + near
    )


def _union(one: Difference, other: Difference) -> Difference:
    best = one if one.score >= other.score else other
    box = (
        min(one.box[0], other.box[0]),
        min(one.box[1], other.box[1]),
        max(one.box[2], other.box[2]),
        max(one.box[3], other.box[3]),
    )
    kind = one.kind if one.kind == other.kind else CHANGED
    # Red ink is a little dark too; where both differ in much the same place it is the red one.
    reds = [place for place in (one, other) if place.ink == RED]
    ink = RED if reds and max(map(_area, reds)) > _MOSTLY * _box_area(box) else best.ink
    figures = tuple(dict.fromkeys(one.figures + other.figures))
    return Difference(box=box, kind=kind, ink=ink, score=best.score, figures=figures)


def _area(place: Difference) -> float:
    return _box_area(place.box)


def _box_area(box: tuple[int, int, int, int]) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))
