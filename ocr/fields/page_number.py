"""The number stamped on a page of a dossier: found and read on the pixels of the corners.

Front sides carry it top right, backs top left; some courts stamp the lower corners. The page's
own text is not enough: a red stamp vanishes with the seals, a tilted one is lost in a heading.
Which of the candidates is right over the whole dossier is decided by whoever sees all sides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ocr.api import NumberReading
from ocr.fields.marks import Mark, straightened, widened
from ocr.fields.number_places import (
    AT_FIRST,
    MOST_PLACES,
    WORK_DPI,
    Place,
    detected_places,
    drawn_corners,
    faint_places,
    framed_places,
    sealed_places,
)
from ocr.fields.paper import corners_of
from ocr.fields.rivals import ranked
from ocr.fields.standing import standing
from ocr.tree import TextTree

Pixels = NDArray[np.uint8]

_SURE = 0.75
_CERTAIN = 0.9
"""Confidence of a number in an upper corner from which the lower ones are not looked at: what is
printed there could no longer win."""

_READ_AGAIN = 3
_CLEAR = 0.97
"""Chance of a reading from which other cuts of the same mark are not read as well."""

_REWRITTEN_AT_MOST = 0.85
"""Where a number was struck out a person decides which one counts."""

_MOST_DIGITS = 4


class ReadDigits(Protocol):
    """What a recogniser says about one crop; see `ocr.engines.digits.DigitReading`."""

    @property
    def text(self) -> str: ...

    @property
    def digits(self) -> tuple[tuple[str, float], ...]: ...


@runtime_checkable
class DigitReader(Protocol):
    """The part of a recognition engine that reads single short lines."""

    def read_digits(self, crops: list[Pixels]) -> Iterable[ReadDigits]:
        """One reading per BGR crop, dark on light."""
        ...

    def find_rows(self, image: Pixels) -> list[NDArray[np.float64]]:
        """Quads (4 x 2, clockwise from the upper left) of the text rows on a small BGR image."""
        ...


def page_numbers(
    page: Pixels, dpi: int, reader: DigitReader, tree: TextTree | None = None
) -> tuple[NumberReading, ...]:
    """Candidates for the stamped number of an upright BGR page, best first; none on blank sides.

    `dpi` 0 means unknown: the page is taken for A4. `tree`, the page's text when it was read
    already, keeps digits of case numbers, dates and amounts from winning. Different readings of
    one mark (1 or 7) come as separate candidates with their own chance.
    """
    corners = corners_of(page, dpi, WORK_DPI)
    upper, places = drawn_corners(next(corners), tree)
    places += framed_places(upper, tree)
    chosen = sorted(places, key=lambda place: -place.prior)[:AT_FIRST]
    first = _first_looks(chosen, reader)
    answers: list[NumberReading] = []
    if max(_promises(chosen, first), default=0.0) >= _CERTAIN:
        answers = _read(chosen, first, reader, tree)
    if _surest(answers) < _CERTAIN:
        lower, more = drawn_corners(next(corners), tree)
        places += more + framed_places(lower, tree)
        likely = sorted(places, key=lambda place: -place.prior)[:MOST_PLACES]
        rest = [place for place in likely if all(place is not other for other in chosen)]
        looks = first + _first_looks(rest, reader)
        answers = _read(chosen + rest, looks, reader, tree)
    if _surest(answers) < _SURE:
        found = detected_places(upper, reader.find_rows, places) + faint_places(upper)
        found += sealed_places(upper)
        answers += _read(found, _first_looks(found, reader), reader, tree)
    return ranked(answers)


def _surest(answers: list[NumberReading]) -> float:
    return max((answer.confidence for answer in answers), default=0.0)


_Looks = list[list[dict[str, float]]]
"""For every place the digit strings, with chances, of every look at it."""


def _first_looks(places: list[Place], reader: DigitReader) -> _Looks:
    looks = _chances([[(place.views[0], 0.0)] for place in places], reader)
    return [
        [*look, dict(place.told)] if place.told else look
        for place, look in zip(places, looks, strict=True)
    ]


def _promises(places: list[Place], first: _Looks) -> list[float]:
    return [
        place.prior * max((0.1, *(chance for view in views for chance in view.values())))
        for place, views in zip(places, first, strict=True)
    ]


def _read(
    places: list[Place], first: _Looks, reader: DigitReader, tree: TextTree | None
) -> list[NumberReading]:
    """All readings of the places after a `first` look at each; only those that look best are read
    again in their other separations, cuts and tilts."""
    promise = _promises(places, first)
    best = sorted(range(len(places)), key=lambda index: -promise[index])[:_READ_AGAIN]
    again = [
        [
            (view, extra)
            for order, view in enumerate(place.views)
            for extra in _tilts(view[0])
            if order > 0 or extra != 0.0
        ]
        if index in best and max(first[index][0].values(), default=0.0) < _CLEAR
        else []
        for index, place in enumerate(places)
    ]
    wider = [
        [((widened(mark), plane), 0.0) for mark, plane in place.views]
        if index in best and place.views[0][0].members < _MOST_DIGITS
        else []
        for index, place in enumerate(places)
    ]
    # Both in one go: what is read together costs less.
    later = _chances(again + wider, reader)
    readings: list[NumberReading] = []
    halves = (later[: len(places)], later[len(places) :])
    for place, once, more, wide in zip(places, first, *halves, strict=True):
        box = place.corner.on_page(place.views[0][0].box)
        coloured = place.sealed or any(mark.coloured for mark, _ in place.views)
        chances = _pooled(once + more)
        for text, chance in _continued(chances, wide).items():
            if len(text) > _MOST_DIGITS or int(text) == 0:
                continue
            if text not in chances:
                box = place.corner.on_page(widened(place.views[0][0]).box)
            readings.append(
                NumberReading(
                    value=int(text),
                    text=text,
                    confidence=min(
                        _REWRITTEN_AT_MOST if place.rewritten or place.doubted else 1.0,
                        chance
                        * place.prior
                        * standing(text, box, place.corner.name, coloured, tree),
                    ),
                    corner=place.corner.name,
                    box=box,
                    rewritten=place.rewritten,
                )
            )
    return readings


def _continued(chances: dict[str, float], wide: list[dict[str, float]]) -> dict[str, float]:
    """The chances after a look at the space beside the mark.

    The worn 2 of a stamped 21 falls to pieces and leaves a perfect 1. When a crop with room for
    one more digit at either end reads as a longer number around the same digits, that number
    takes its chance from the shorter one.
    """
    longer: dict[str, float] = {}
    left: dict[str, float] = {}
    for text, chance in chances.items():
        around = {
            string: value
            for view in wide
            for string, value in sorted(view.items(), key=lambda item: item[1])
            if len(text) < len(string) <= len(text) + 2 and text in string
        }
        taken = min(1.0, max(around.values(), default=0.0))
        left[text] = chance * (1.0 - taken)
        for string, value in around.items():
            longer[string] = max(longer.get(string, 0.0), 0.9 * chance * value)
    return {**longer, **left}


def _chances(
    wanted: list[list[tuple[tuple[Mark, Pixels], float]]], reader: DigitReader
) -> list[list[dict[str, float]]]:
    """Digit strings with chances for every wanted (view, extra tilt), grouped as they came."""
    crops = [straightened(plane, mark, extra) for views in wanted for (mark, plane), extra in views]
    answers = iter(reader.read_digits(crops))
    return [[dict(next(answers).digits) for _ in views] for views in wanted]


def _tilts(mark: Mark) -> tuple[float, ...]:
    # The tilt of a single digit cannot be measured, so it is tried.
    return (0.0,) if mark.members > 1 else (0.0, 0.16, -0.16)


def _pooled(views: list[dict[str, float]]) -> dict[str, float]:
    """Chances per string over all views of one place. The best view counts most, because a
    separation that does not fit the ink sees nothing; views that disagree share the certainty."""
    strings = {text for view in views for text in view}
    best = {text: max(view.get(text, 0.0) for view in views) for text in strings}
    mean = {text: sum(view.get(text, 0.0) for view in views) / len(views) for text in strings}
    scores = {text: 0.65 * best[text] + 0.35 * mean[text] for text in strings}
    total = sum(scores.values())
    return {text: score / max(1.0, total) for text, score in scores.items()}
