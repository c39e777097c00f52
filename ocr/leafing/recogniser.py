"""Says which sides of a dossier a frame shows, and never more than it can prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from ocr.leafing.features import Features
from ocr.leafing.matching import Placed, place
from ocr.leafing.outline import Outline
from ocr.leafing.registration import Laid, lay_over
from ocr.leafing.side_index import SideIndex
from ocr.leafing.twins import OPEN, OTHER, Twins, inner, which
from ocr.leafing.view import Corners, View, halves, outside

SIDE, OPEN_LEAF, DIFFERS, BLANK, UNKNOWN, NOTHING = (
    "side",
    "open",
    "differs",
    "blank",
    "unknown",
    "nothing",
)
_SHORTLIST = 10
_TRIED = 3
_LEAST_AGREEMENT = 0.85
_LEAST_SHOWN = 0.6
# A side with less agreement than this, or of which less is shown, is not there at all.
_THERE, _LEAST_THERE = 0.5, 0.3
_RIVAL_POINTS = 0.4
# An expected side that is found so plainly need not be looked for among all.
_PLAIN_POINTS, _PLAIN_AGREEMENT = 25, 0.9
# Pixels of the side, in one spot, that look unlike: more than the first is no proof any more (two
# fillings of one form were never below 100, the same leaf is nearly always at 0), more than the
# second, on a leaf that agrees everywhere else, is a difference.
_UNLIKE, _MOST_UNLIKE = 0.5, 60
_STRANGE, _MOST_STRANGE = 0.3, 400
_ELSEWHERE = 0.95
_STRANGE_INK = 8.0
# Among many fillings of one form the nearest is found by a few steps.
_MOST_PASSED = 3
# Holes, staples and the binding lie within so many pixels of the edge (17 mm).
_MARGIN = 45
# Features of the first search: with fewer nothing is there, with more something is written.
_FEWEST_FEATURES, _UNKNOWN_FEATURES = 30, 50

Passed = tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What a frame shows. `similarity` (0 to 1) is the share of the marks that agree; `corners`
    lie in the frame; `boxes` (shares of the side's width and height) are places that differ."""

    kind: str
    position: int = 0
    candidates: tuple[int, ...] = ()
    similarity: float = 0.0
    corners: tuple[tuple[float, float], ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = field(default=())


class Recogniser:
    """Looks at frames, with the sides of a dossier in mind."""

    def __init__(self, index: SideIndex) -> None:
        self._index = index
        self._twins = Twins(index)
        self._book = False

    def look(self, view: View, last: int) -> list[Sighting]:
        """What the frame shows, at most two leaves; `NOTHING` beside a leaf is one that cannot be
        judged. Sides after `last`, the one seen last (0: none), are tried first; they have to prove
        themselves like any other."""
        found = self._found(view, (), last) or self._on_one_page(view, last)
        if found is None and view.surely_blank:
            return [_bare(BLANK, view.leaf)]
        if found is None:
            return [self._without_side(view.leaf, len(view.first.points))]
        return self.look_beside(view, found)

    def look_beside(self, view: View, found: Sighting) -> list[Sighting]:
        """`found`, and what lies beside it. It may have been found in an earlier frame, while
        nothing moved."""
        leaf = view.beside([found.corners])
        self._book = leaf is not None
        return [found] if leaf is None else [found, self._other(view, found, leaf)]

    def _on_one_page(self, view: View, last: int) -> Sighting | None:
        """A side on one page of an open book: the few marks that it may bear are lost among those
        of a page beside it that is not in the file."""
        if not self._book or view.leaf is None or view.surely_blank:
            return None
        for other in halves(view.leaf.corners):
            found = self._found(view, [other], last)
            if found is not None:
                return found
        return None

    def _other(self, view: View, found: Sighting, leaf: Outline) -> Sighting:
        """What a second leaf shows."""
        if leaf.blank:
            return _bare(BLANK, leaf)
        features = len(outside(view.first, [found.corners]).points)
        if features < _FEWEST_FEATURES:
            return _bare(NOTHING, leaf)
        other = self._found(view, [found.corners], found.position)
        if other is not None and other.position != found.position:
            return other
        return self._without_side(leaf, features)

    def _found(self, view: View, leaves: Sequence[Corners], last: int) -> Sighting | None:
        likely = self._index.likely_after(last)
        found = self._expected(view, leaves, likely)
        if found is None and (leaves or not view.surely_blank):
            found = self._searched(view, leaves, likely)
        return found

    def _expected(
        self, view: View, leaves: Sequence[Corners], likely: Sequence[int]
    ) -> Sighting | None:
        """A side that is expected and found plainly."""
        features = outside(view.first, leaves)
        for position in likely:
            placed = self._place(view, features, position)
            if placed is not None and placed.points >= _PLAIN_POINTS:
                laid = self._laid(view, placed)
                if laid is not None and laid.agreement >= _PLAIN_AGREEMENT:
                    # Sides that look like it are its twins, and are asked in any case.
                    return self._decided(view, features, placed, laid)
        return None

    def _searched(
        self, view: View, leaves: Sequence[Corners], likely: Sequence[int]
    ) -> Sighting | None:
        """The side the frame reminds of most."""
        features = outside(view.whole, leaves)
        asked = dict.fromkeys([*likely, *self._index.shortlist(features, _SHORTLIST)])
        found = [self._place(view, features, position) for position in asked]
        placed = sorted((each for each in found if each is not None), key=lambda each: -each.points)
        for candidate in placed[:_TRIED]:
            if candidate.points < _RIVAL_POINTS * placed[0].points:
                break
            laid = self._laid(view, candidate)
            if laid is None or laid.agreement < _THERE or laid.shown < _LEAST_THERE:
                continue
            return self._decided(view, features, candidate, laid)
        return None

    def _place(self, view: View, features: Features, position: int) -> Placed | None:
        side = self._index.sides[position]
        return place(position, side.features(), features, side.size, view.shape)

    def _laid(self, view: View, placed: Placed) -> Laid | None:
        planes = self._index.planes(placed.position)
        return lay_over(view.gray, planes, placed.matrix, placed.shared, view.tint)

    def _decided(
        self, view: View, features: Features, placed: Placed, laid: Laid, passed: Passed = ()
    ) -> Sighting:
        """The side, or why it stays open. `passed` are twins that sent the question on."""
        twins = self._twins.of(placed.position)
        answers = {twin.position: which(laid, twin) for twin in twins}
        others = [position for position, (answer, _) in answers.items() if answer == OTHER]
        nearer = [position for position in others if position not in passed]
        if nearer and len(passed) < _MOST_PASSED:
            nearest = max(nearer, key=lambda position: answers[position][1])
            other = self._place(view, features, nearest)
            laid_other = None if other is None else self._laid(view, other)
            if other is not None and laid_other is not None:
                asked = (*passed, placed.position)
                return self._decided(view, features, other, laid_other, asked)
        doubtful = [
            position for position, (answer, _) in answers.items() if answer in (OPEN, OTHER)
        ]
        weak = laid.agreement < _LEAST_AGREEMENT or laid.shown < _LEAST_SHOWN
        if doubtful or weak:
            candidates = tuple(sorted({placed.position, *doubtful}))
            return _sighting(OPEN_LEAF, placed, laid, candidates=candidates)
        unlike = strange_places(laid, _UNLIKE, _MOST_UNLIKE)
        if not unlike:
            return _sighting(SIDE, placed, laid)
        strange = strange_places(laid, _STRANGE, _MOST_STRANGE)
        if strange and laid.agreement >= _ELSEWHERE:
            return _sighting(DIFFERS, placed, laid, boxes=strange)
        return _sighting(OPEN_LEAF, placed, laid, candidates=(placed.position,), boxes=unlike)

    @staticmethod
    def _without_side(leaf: Outline | None, features: int) -> Sighting:
        if leaf is None:
            return Sighting(kind=NOTHING)
        if leaf.blank:
            return _bare(BLANK, leaf)
        unknown = leaf.lettered and features >= _UNKNOWN_FEATURES
        return _bare(UNKNOWN if unknown else NOTHING, leaf)


def strange_places(
    laid: Laid, likeness: float, most: int
) -> tuple[tuple[float, float, float, float], ...]:
    """Boxes around spots of more than `most` pixels where paper and side bear marks that are less
    alike than `likeness`."""
    alike, seen, own = laid.fine
    strange = (alike < likeness) & (np.maximum(seen, own) > _STRANGE_INK)
    strange = inner(strange & laid.valid & ~laid.covered, _MARGIN)
    count, _, facts, _ = cv2.connectedComponentsWithStats(strange.astype(np.uint8))
    high, wide = strange.shape
    boxes = []
    for label in range(1, count):
        left, top, across, down, area = (int(value) for value in facts[label])
        if area > most:
            box = (left / wide, top / high, (left + across) / wide, (top + down) / high)
            boxes.append(box)
    return tuple(boxes)


def _bare(kind: str, leaf: Outline | None) -> Sighting:
    """A leaf that is no side known."""
    corners = () if leaf is None else tuple((float(x), float(y)) for x, y in leaf.corners)
    return Sighting(kind=kind, corners=corners)


def _sighting(
    kind: str,
    placed: Placed,
    laid: Laid,
    *,
    candidates: tuple[int, ...] = (),
    boxes: tuple[tuple[float, float, float, float], ...] = (),
) -> Sighting:
    return Sighting(
        kind=kind,
        position=placed.position,
        candidates=candidates,
        similarity=round(laid.agreement, 4),
        corners=tuple((float(x), float(y)) for x, y in placed.corners),
        boxes=boxes,
    )
