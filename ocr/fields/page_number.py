"""The number stamped on a page of a dossier: found and read on the pixels of the corners.

Front sides carry it top right, backs top left; some courts stamp the lower corners. The page's
own text is not enough: a red stamp vanishes with the seals, a tilted one is lost in a heading.
Which of the candidates is right over the whole dossier is decided by whoever sees all sides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ocr.api import NumberReading
from ocr.fields.detected_marks import detected_marks
from ocr.fields.framed_number import corner_mark, framed_number
from ocr.fields.marks import (
    Mark,
    find_marks,
    same_place,
    straightened,
    widened,
)
from ocr.fields.paper import Corner, corners_of
from ocr.fields.rivals import inside_any, ranked
from ocr.fields.separations import faint_ink, separations
from ocr.fields.standing import standing
from ocr.fields.struck_figures import StruckFigures, struck_figures, without
from ocr.tree import TextTree

Pixels = NDArray[np.uint8]

_WORK_DPI = 200
"""Corners are searched at this resolution: a digit of 3 mm is then 24 pixels high."""

_MOST_PLACES = 8
_AT_FIRST = 4
"""Places in the upper corners that are read before the lower corners are looked at."""

_MOST_VIEWS = 3
_SURE = 0.75
_CERTAIN = 0.9
"""Confidence of a number in an upper corner from which the lower ones are not looked at: what is
printed there could no longer win."""

_DETECTED_WORTH = 0.9
_FAINT_WORTH = 0.85
_READ_AGAIN = 3
_CLEAR = 0.97
"""Chance of a reading from which other cuts of the same mark are not read as well."""

_REWRITTEN_AT_MOST = 0.85
"""Where a number was struck out a person decides which one counts."""

_MOST_DIGITS = 4
_IN_COMPANY = 0.68
"""A number that writing of its own size and ink keeps company is doubtful, however well read."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """`told` is what the page's text says of it, with its chance; `rewritten` says that struck
    figures stand beside it."""

    corner: Corner
    views: tuple[tuple[Mark, Pixels], ...]
    prior: float
    told: tuple[tuple[str, float], ...] = ()
    rewritten: bool = False


_Drawn = tuple[Corner, dict[str, Pixels]]
"""A corner and its ink separations."""


def page_numbers(
    page: Pixels, dpi: int, reader: DigitReader, tree: TextTree | None = None
) -> tuple[NumberReading, ...]:
    """Candidates for the stamped number of an upright BGR page, best first; none on blank sides.

    `dpi` 0 means unknown: the page is taken for A4. `tree`, the page's text when it was read
    already, keeps digits of case numbers, dates and amounts from winning. Different readings of
    one mark (1 or 7) come as separate candidates with their own chance.
    """
    corners = corners_of(page, dpi, _WORK_DPI)
    upper, places = _drawn(next(corners))
    places += _framed(upper, tree)
    chosen = sorted(places, key=lambda place: -place.prior)[:_AT_FIRST]
    first = _first_looks(chosen, reader)
    answers: list[NumberReading] = []
    if max(_promises(chosen, first), default=0.0) >= _CERTAIN:
        answers = _read(chosen, first, reader, tree)
    if _surest(answers) < _CERTAIN:
        lower, more = _drawn(next(corners))
        places += more + _framed(lower, tree)
        likely = sorted(places, key=lambda place: -place.prior)[:_MOST_PLACES]
        rest = [place for place in likely if all(place is not other for other in chosen)]
        looks = first + _first_looks(rest, reader)
        answers = _read(chosen + rest, looks, reader, tree)
    if _surest(answers) < _SURE:
        found = _detected(upper, reader, places) + _faint(upper)
        answers += _read(found, _first_looks(found, reader), reader, tree)
    return ranked(answers)


_PER_MM = _WORK_DPI / 25.4


def _drawn(corners: Iterable[Corner]) -> tuple[list[_Drawn], list[_Place]]:
    """Corners with their ink separations, and the places in them that may hold the number."""
    drawn: list[_Drawn] = []
    places: list[_Place] = []
    for corner in corners:
        planes = separations(corner.pixels)
        struck = struck_figures(planes["all"], _PER_MM) if "all" in planes else []
        found = _marks(planes)
        if struck:
            cleared = {name: without(plane, struck) for name, plane in planes.items()}
            left = _marks(cleared)
            struck = [figures for figures in struck if any(figures.near(m.box) for m in left)]
        if struck:
            planes, found = cleared, left
        drawn.append((corner, planes))
        places += _beside_struck(_places(corner, planes, found), struck)
    return drawn, places


def _marks(planes: dict[str, Pixels]) -> list[Mark]:
    return [mark for name, plane in planes.items() for mark in find_marks(name, plane, _PER_MM)]


def _beside_struck(places: list[_Place], struck: list[StruckFigures]) -> list[_Place]:
    return [
        replace(place, rewritten=any(figures.near(place.views[0][0].box) for figures in struck))
        for place in places
    ]


def _surest(answers: list[NumberReading]) -> float:
    return max((answer.confidence for answer in answers), default=0.0)


def _places(corner: Corner, planes: dict[str, Pixels], marks: list[Mark]) -> list[_Place]:
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: -_prior(corner, m)):
        for group in groups:
            if same_place(group[0], mark):
                group.append(mark)
                break
        else:
            groups.append([mark])
    places = []
    for group in groups:
        views: list[Mark] = []
        for mark in group:
            if all(mark.separation != v.separation or mark.box != v.box for v in views):
                views.append(mark)
        # One view per separation first: they differ more than two ink depths of one.
        first = {mark.separation: mark for mark in reversed(views)}
        chosen = sorted(first.values(), key=lambda m: -_prior(corner, m))
        chosen += [mark for mark in views if mark not in chosen]
        prior = _prior(corner, group[0])
        if not group[0].accompanied and any(m.accompanied for m in group if m.coloured):
            prior *= _IN_COMPANY
        places.append(
            _Place(
                corner=corner,
                views=tuple((m, planes[m.separation]) for m in chosen[:_MOST_VIEWS]),
                prior=prior,
            )
        )
    return places


def _prior(corner: Corner, mark: Mark) -> float:
    """How much a mark looks like the stamp by place, size and company alone (0 to 1)."""
    x0, y0, x1, y1 = mark.box
    aside, above = corner.distances_mm((x0 + x1) / 2, (y0 + y1) / 2)
    prior = corner.weight
    prior *= float(np.interp(above, [0, 1.5, 3, 24, 42], [0.4, 0.8, 1.0, 1.0, 0.3]))
    if corner.name != "bottom_center":
        prior *= float(np.interp(aside, [0, 1.5, 3, 38, 75], [0.4, 0.8, 1.0, 1.0, 0.25]))
    if mark.length < 0.35 * mark.height and aside < 5.0:
        # A lone upright stroke at the rim is the edge of the sheet behind, not a 1.
        prior *= 0.4
    millimetres = mark.height / _PER_MM
    prior *= float(np.interp(millimetres, [2.3, 3.0, 7.5, 9.5], [0.5, 1.0, 1.0, 0.6]))
    prior *= (1.0, 0.7, 0.35, 0.2)[min(3, mark.crowding)]
    if mark.enclosed and not mark.coloured:
        # Black digits between ruled lines are most often a cell of a table.
        prior *= 0.4
    if mark.accompanied:
        prior *= _IN_COMPANY
    if mark.members > 4:
        prior *= 0.3
    return prior


_Looks = list[list[dict[str, float]]]
"""For every place the digit strings, with chances, of every look at it."""


def _first_looks(places: list[_Place], reader: DigitReader) -> _Looks:
    looks = _chances([[(place.views[0], 0.0)] for place in places], reader)
    return [
        [*look, dict(place.told)] if place.told else look
        for place, look in zip(places, looks, strict=True)
    ]


def _promises(places: list[_Place], first: _Looks) -> list[float]:
    return [
        place.prior * max((0.1, *(chance for view in views for chance in view.values())))
        for place, views in zip(places, first, strict=True)
    ]


def _read(
    places: list[_Place], first: _Looks, reader: DigitReader, tree: TextTree | None
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
        coloured = place.views[0][0].coloured
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
                        _REWRITTEN_AT_MOST if place.rewritten else 1.0,
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


def _detected(drawn: list[_Drawn], reader: DigitReader, known: list[_Place]) -> list[_Place]:
    """Places where the text detector sees a short row, for stamps that touch other ink. What the
    `known` places say of the company of a mark holds for the same mark detected."""
    places: list[_Place] = []
    for corner, planes in drawn:
        company = [
            mark.box
            for place in known
            for mark, _ in place.views
            if place.corner is corner and mark.accompanied
        ]
        for name in ("colour", "all"):
            if name not in planes:
                continue
            for mark in detected_marks(name, planes[name], reader.find_rows, _PER_MM):
                prior = _DETECTED_WORTH * _prior(corner, mark)
                if not mark.accompanied and inside_any(mark.box, company):
                    prior *= _IN_COMPANY
                places.append(_Place(corner=corner, views=((mark, planes[name]),), prior=prior))
    return sorted(places, key=lambda place: -place.prior)[:_MOST_PLACES]


def _framed(drawn: list[_Drawn], tree: TextTree | None) -> list[_Place]:
    """Places where the text has a line like 第12页 or - 12 -: its signs keep the digits company,
    and by shapes alone that speaks against them."""
    lines = [] if tree is None else [line for line in tree.lines if line.confidence >= 0.5]
    frames = [
        (framed, ((framed.text, line.confidence),))
        for line in lines
        if (framed := framed_number(line)) and not framed.bare
    ]
    places = []
    for corner, planes in drawn:
        for framed, told in frames:
            worth = framed.worth(corner.name)
            mark = corner_mark(corner, framed.box, len(framed.text))
            if worth == 0 or mark is None or "all" not in planes:
                continue
            prior = worth * _prior(corner, mark)
            view = (mark, planes["all"])
            places.append(_Place(corner=corner, views=(view,), prior=prior, told=told))
    return places


def _faint(drawn: list[_Drawn]) -> list[_Place]:
    """Places of marks too pale for the usual separations: pencil, a stamp without ink."""
    places: list[_Place] = []
    for corner, _ in drawn:
        plane = faint_ink(corner.pixels)
        found = _places(corner, {"all": plane}, find_marks("all", plane, _PER_MM))
        places += [replace(place, prior=_FAINT_WORTH * place.prior) for place in found]
    return sorted(places, key=lambda place: -place.prior)[:_AT_FIRST]
