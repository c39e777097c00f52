"""Sides that are nearly the same form, and which of them a camera saw: told where they differ."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Reals
from ocr.leafing.matching import place
from ocr.leafing.registration import Laid, lay_over, local_likeness
from ocr.leafing.side_index import SideIndex

# Sides whose features are found in the side itself this often may be the same form.
_ASKED = 24
_LEAST_VOTES = 0.3
# As many places look alike as in two fillings of one form.
_LEAST_AGREEMENT = 0.55
_KEPT = 40
# What is filled in is told in windows of about two characters.
_FINE = 15
_UNLIKE = 0.6
_LEAST_INK = 8.0
_EDGE = 10
# Pixels of the side (about 68 dpi) that must differ, or nobody can tell them apart.
_LEAST_REGION = 80
_LEAST_PART = 80
_LEAST_MARGIN = 0.25
_LEAST_LIKENESS = 0.6
_LEAST_PART_LIKENESS = 0.35
_CONTRARY = -0.15
_MOST_CONTRARY = 0.5
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
        picture, features = side.picture(), side.features()
        high, wide = picture.shape
        twins = []
        for other, share in self._index.votes(features, _ASKED):
            if other == position or share < _LEAST_VOTES:
                continue
            candidate = self._index.sides[other]
            placed = place(position, features, candidate.features(), (wide, high), (high, wide))
            if placed is None:
                continue
            laid = lay_over(candidate.picture(), picture, placed.matrix)
            if laid is not None and laid.agreement >= _LEAST_AGREEMENT:
                marks = np.asarray(np.clip(laid.seen, -20, 100), np.int8)
                twins.append(Twin(position=other, marks=marks, valid=laid.valid))
        return tuple(twins)


def which(laid: Laid, twin: Twin) -> str:
    """Whether the frame shows the side it is laid over (`OWN`), its twin (`OTHER`), or whether
    that stays `OPEN`: where the two differ, the frame must look like one of them and clearly less
    like the other, all over."""
    marks = twin.marks.astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(marks, (0, 0), laid.spread), np.float32)
    apart, ink_own, ink_other = local_likeness(laid.side, soft, _FINE)
    region = (apart < _UNLIKE) & (np.maximum(ink_own, ink_other) > _LEAST_INK)
    region &= laid.valid & twin.valid & ~laid.covered
    region = inner(region)
    if int(region.sum()) < _LEAST_REGION:
        return OPEN
    own, _, _ = local_likeness(laid.seen, laid.side, _FINE)
    other, _, _ = local_likeness(laid.seen, soft, _FINE)
    margin = float(own[region].mean() - other[region].mean())
    parts = _parts(region, own, other)
    if margin >= _LEAST_MARGIN and float(own[region].mean()) >= _LEAST_LIKENESS:
        return OWN if _agree(parts) else OPEN
    if -margin >= _LEAST_MARGIN and float(other[region].mean()) >= _LEAST_LIKENESS:
        return OTHER
    return OPEN


def inner(mask: NDArray[np.bool_], rim: int = _EDGE) -> NDArray[np.bool_]:
    """Without the rim of the side, where scanner and camera see different things."""
    kept = np.zeros_like(mask)
    kept[rim:-rim, rim:-rim] = mask[rim:-rim, rim:-rim]
    return kept


def _agree(parts: list[tuple[int, float, float]]) -> bool:
    """Whether no spot speaks for the twin, and few for neither (a hole, a shine, a finger tip)."""
    if any(like < _MOST_CONTRARY < unlike for _, like, unlike in parts):
        return False
    doubtful = sum(
        area
        for area, like, unlike in parts
        if like < _LEAST_PART_LIKENESS or like - unlike < _CONTRARY
    )
    return doubtful <= _MOST_DOUBTFUL * sum(area for area, _, _ in parts)


def _parts(region: NDArray[np.bool_], own: Reals, other: Reals) -> list[tuple[int, float, float]]:
    """Spots that differ: area, likeness to the side itself, likeness to the twin."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8))
    parts = []
    for label in range(1, count):
        area = int(facts[label, cv2.CC_STAT_AREA])
        if area >= _LEAST_PART:
            part = labels == label
            parts.append((area, float(own[part].mean()), float(other[part].mean())))
    return parts
