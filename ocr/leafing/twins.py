"""Sides that are nearly the same form, and which of them a camera saw: told where they differ."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Reals
from ocr.leafing.matching import place
from ocr.leafing.registration import FINE, Laid, lay_over, local_likeness
from ocr.leafing.side_index import SideIndex

# Sides whose features are found in the side itself this often may be the same form.
_ASKED = 24
_LEAST_VOTES = 0.3
# As many places look alike as in two fillings of one form.
_LEAST_AGREEMENT = 0.55
_KEPT = 40
_UNLIKE = 0.6
_LEAST_INK = 8.0
_EDGE = 10
# Pixels of the side (about 68 dpi) that must differ, or nobody can tell them apart.
_LEAST_REGION = 80
_LEAST_PART = 80
# So much (share) of what differs must be seen.
_LEAST_OPEN = 0.4
# Where the two differ, the frame lies between them: 0 is the side itself, 1 is its twin.
_OWN_LEAN, _OTHER_LEAN = 0.3, 0.7
# A spot that still looks like the side is no spot of the twin: there the two look unlike.
_CONTRARY_LEAN, _DOUBTFUL_LEAN = 0.6, 0.4
_MOST_DOUBTFUL = 0.12

OWN, OTHER, OPEN = "own", "other", "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Twin:
    """Another side as it lies on this one, where both are there."""

    position: int
    marks: NDArray[np.int8]
    valid: NDArray[np.bool_]


class Twins:
    """The near twins of sides, found when a side is first seen and kept for a while."""

    def __init__(self, index: SideIndex) -> None:
        self._index = index
        self._known: OrderedDict[int, tuple[Twin, ...]] = OrderedDict()

    def of(self, position: int) -> tuple[Twin, ...]:
        """The near twins of the side."""
        if position not in self._known:
            self._known[position] = self._found(position)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(position)
        return self._known[position]

    def _found(self, position: int) -> tuple[Twin, ...]:
        side = self._index.sides[position]
        planes, features = self._index.planes(position), side.features()
        wide, high = planes.size
        twins = []
        for other, share in self._index.votes(features, _ASKED):
            if other == position or share < _LEAST_VOTES:
                continue
            candidate = self._index.sides[other]
            placed = place(position, features, candidate.features(), (wide, high), (high, wide))
            if placed is None:
                continue
            laid = lay_over(self._index.planes(other).picture, planes, placed.matrix, placed.shared)
            if laid is not None and laid.agreement >= _LEAST_AGREEMENT:
                marks = np.asarray(np.clip(laid.seen, -20, 100), np.int8)
                twins.append(Twin(position=other, marks=marks, valid=laid.valid))
        return tuple(twins)


def which(laid: Laid, twin: Twin) -> tuple[str, float]:
    """Whether the frame shows the side it is laid over (`OWN`), its twin (`OTHER`), or whether
    that stays `OPEN`: where the two differ, the frame must lie near one of them, all over. With it
    goes where it lies between them (0: the side, 1: the twin)."""
    marks = twin.marks.astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(marks, (0, 0), laid.spread), np.float32)
    apart, ink_own, ink_other = local_likeness(laid.side, soft, FINE)
    region = (apart < _UNLIKE) & (np.maximum(ink_own, ink_other) > _LEAST_INK)
    both = inner(region & twin.valid)
    region = both & laid.valid & ~laid.covered
    # What lies under a finger could be the one or the other.
    if int(region.sum()) < max(_LEAST_REGION, _LEAST_OPEN * int(both.sum())):
        return OPEN, 0.0
    step = soft - laid.side
    toward = np.where(region, (laid.seen / laid.gain - laid.side) * step, 0)
    whole = np.where(region, step * step, 0)
    lean = float(toward.sum() / max(float(whole.sum()), 1.0))
    if lean > _OTHER_LEAN:
        return OTHER, lean
    own = lean < _OWN_LEAN and _agree(_spots(region, toward, whole, laid.fine[0]))
    return OWN if own else OPEN, lean


def inner(mask: NDArray[np.bool_], rim: int = _EDGE) -> NDArray[np.bool_]:
    """Without the rim of the side, where scanner and camera see different things."""
    kept = np.zeros_like(mask)
    kept[rim:-rim, rim:-rim] = mask[rim:-rim, rim:-rim]
    return kept


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spot:
    """A spot where side and twin differ: pixels, where the frame lies between the two, and how
    much like the side it looks."""

    area: int
    lean: float
    alike: float


def _agree(spots: list[_Spot]) -> bool:
    """Whether no spot speaks for the twin, and few for neither (a hole, a shine, a finger tip)."""
    if any(spot.lean > _CONTRARY_LEAN and spot.alike < _UNLIKE for spot in spots):
        return False
    doubtful = sum(spot.area for spot in spots if spot.lean > _DOUBTFUL_LEAN)
    return doubtful <= _MOST_DOUBTFUL * sum(spot.area for spot in spots)


def _spots(region: NDArray[np.bool_], toward: Reals, whole: Reals, alike: Reals) -> list[_Spot]:
    count, labels, facts, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8))
    flat = labels.ravel()
    sums = [np.bincount(flat, plane.ravel(), count) for plane in (toward, whole, alike)]
    areas = facts[:, cv2.CC_STAT_AREA].tolist()
    return [
        _Spot(
            area=areas[label],
            lean=float(sums[0][label] / max(sums[1][label], 1.0)),
            alike=float(sums[2][label] / areas[label]),
        )
        for label in range(1, count)
        if areas[label] >= _LEAST_PART
    ]
