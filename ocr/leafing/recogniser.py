"""Says which sides of a dossier a frame shows, and never more than it can prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from ocr.laying.points import Gray
from ocr.leafing.features import Features, frame_features
from ocr.leafing.matching import Placed, place
from ocr.leafing.outline import box_of_light, outline
from ocr.leafing.registration import Laid, lay_over, local_likeness
from ocr.leafing.side_index import SideIndex
from ocr.leafing.twins import OPEN, OTHER, Twins, inner, which

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
_MOST_LEAVES = 2
_LEAST_AGREEMENT = 0.85
_LEAST_SHOWN = 0.6
# A side with less agreement than this is not there at all.
_THERE = 0.5
_RIVAL_POINTS = 0.4
# An expected side that is found so plainly need not be looked for among all.
_PLAIN_POINTS, _PLAIN_AGREEMENT = 40, 0.9
# Pixels of the side, in one spot, that look unlike: more than the first is no proof any more (two
# fillings of one form were never below 100, the same leaf is nearly always at 0), more than the
# second, on a leaf that agrees everywhere else, is a difference.
_UNLIKE, _MOST_UNLIKE = 0.5, 60
_STRANGE, _MOST_STRANGE = 0.3, 400
_ELSEWHERE = 0.95
_STRANGE_INK = 8.0
_FINE = 15
# Holes, staples and the binding lie within so many pixels of the edge (17 mm).
_MARGIN = 45
_UNKNOWN_FEATURES = 200


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

    def look(self, gray: Gray, expected: Sequence[int]) -> list[Sighting]:
        """What the frame shows, at most two sides. `expected` are tried besides what the frame
        itself reminds of; they have to prove themselves like any other."""
        features = self._features(gray)
        sightings: list[Sighting] = []
        for _ in range(_MOST_LEAVES):
            found = self._one(gray, features, expected)
            if found is None:
                break
            sightings.append(found)
            features = _outside(features, found.corners)
        return sightings or [self._without_side(gray, features)]

    def _features(self, gray: Gray) -> Features:
        left, top, right, bottom = box_of_light(gray)
        found = frame_features(np.ascontiguousarray(gray[top:bottom, left:right]), gray.shape[1])
        return Features(points=found.points + np.array([left, top], np.float32), looks=found.looks)

    def _one(self, gray: Gray, features: Features, expected: Sequence[int]) -> Sighting | None:
        likely = self._placed(gray, features, expected)
        if likely and likely[0].points >= _PLAIN_POINTS:
            laid = self._laid(gray, likely[0])
            if laid is not None and laid.agreement >= _PLAIN_AGREEMENT:
                # Sides that look like it are its twins, and are asked in any case.
                return self._decided(gray, features, likely[0], laid)
        reminded = [
            position
            for position in self._index.shortlist(features, _SHORTLIST)
            if position not in expected
        ]
        placed = sorted(
            [*likely, *self._placed(gray, features, reminded)], key=lambda found: -found.points
        )
        for candidate in placed[:_TRIED]:
            if candidate.points < _RIVAL_POINTS * placed[0].points:
                break
            laid = self._laid(gray, candidate)
            if laid is None or laid.agreement < _THERE or laid.shown < 0.3:
                continue
            return self._decided(gray, features, candidate, laid)
        return None

    def _placed(self, gray: Gray, features: Features, asked: Sequence[int]) -> list[Placed]:
        placed = []
        for position in asked:
            found = self._place(gray, features, position)
            if found is not None:
                placed.append(found)
        return sorted(placed, key=lambda found: -found.points)

    def _place(self, gray: Gray, features: Features, position: int) -> Placed | None:
        side = self._index.sides.get(position)
        if side is None:
            return None
        shape = (gray.shape[0], gray.shape[1])
        return place(position, side.features(), features, side.size, shape)

    def _laid(self, gray: Gray, placed: Placed) -> Laid | None:
        return lay_over(gray, self._index.sides[placed.position].picture(), placed.matrix)

    def _decided(
        self, gray: Gray, features: Features, placed: Placed, laid: Laid, switched: bool = False
    ) -> Sighting:
        """The side, or why it stays open."""
        twins = self._twins.of(placed.position)
        answers = {twin.position: which(laid, twin) for twin in twins}
        others = [position for position, answer in answers.items() if answer == OTHER]
        if others and not switched:
            other = self._place(gray, features, others[0])
            laid_other = None if other is None else self._laid(gray, other)
            if other is not None and laid_other is not None:
                return self._decided(gray, features, other, laid_other, switched=True)
        doubtful = [position for position, answer in answers.items() if answer in (OPEN, OTHER)]
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

    def _without_side(self, gray: Gray, features: Features) -> Sighting:
        leaf = outline(gray)
        if leaf is None:
            return Sighting(kind=NOTHING)
        corners = tuple((float(x), float(y)) for x, y in leaf.corners)
        if leaf.blank:
            return Sighting(kind=BLANK, corners=corners)
        if leaf.lettered and len(features.points) >= _UNKNOWN_FEATURES:
            return Sighting(kind=UNKNOWN, corners=corners)
        return Sighting(kind=NOTHING, corners=corners)


def strange_places(
    laid: Laid, likeness: float, most: int
) -> tuple[tuple[float, float, float, float], ...]:
    """Boxes around spots of more than `most` pixels where paper and side bear marks that are less
    alike than `likeness`."""
    alike, seen, own = local_likeness(laid.seen, laid.side, _FINE)
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


def _outside(features: Features, corners: Sequence[tuple[float, float]]) -> Features:
    outline_ = np.array(corners, np.float32).reshape(-1, 1, 2)
    kept = [
        cv2.pointPolygonTest(outline_, (float(x), float(y)), measureDist=False) < 0
        for x, y in features.points
    ]
    return features.of(np.array(kept, np.bool_))
