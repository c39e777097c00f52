"""Places in the corners of a page that may hold the stamped number, and how likely each is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocr.fields.detected_marks import detected_marks
from ocr.fields.framed_number import corner_mark, framed_number
from ocr.fields.marks import Mark, find_marks, same_place
from ocr.fields.paper import Corner
from ocr.fields.rivals import covers, inside_any
from ocr.fields.seal_rings import darker_than, seal_rings, without_rings
from ocr.fields.separations import faint_ink, separations
from ocr.fields.struck_figures import StruckFigures, struck_figures, without
from ocr.tree import Line, TextTree

Pixels = NDArray[np.uint8]
FindRows = Callable[[Pixels], list[NDArray[np.float64]]]

WORK_DPI = 200
"""Corners are searched at this resolution: a digit of 3 mm is then 24 pixels high."""

PER_MM = WORK_DPI / 25.4
MOST_PLACES = 8
AT_FIRST = 4
"""Places in the upper corners that are read before the lower corners are looked at."""

_MOST_VIEWS = 3
_DETECTED_WORTH = 0.9
_FAINT_WORTH = 0.85
_LEAST_SIGNS = 4
"""Chinese signs from which a line is text and no number that was misread."""

_STRUCK_ALONE = 0.6
_SEALED_WORTH = 0.9
_IN_COMPANY = 0.68
"""A number that writing of its own size and ink keeps company is doubtful, however well read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """`told` is what the page's text says of it, with its chance; `rewritten` says that struck
    figures stand beside it, `doubted` that a part of it may be struck out itself, `sealed` that
    the signs of a seal stand around it."""

    corner: Corner
    views: tuple[tuple[Mark, Pixels], ...]
    prior: float
    told: tuple[tuple[str, float], ...] = ()
    rewritten: bool = False
    doubted: bool = False
    sealed: bool = False


Drawn = tuple[Corner, dict[str, Pixels]]
"""A corner and its ink separations."""


def drawn_corners(
    corners: Iterable[Corner], tree: TextTree | None = None
) -> tuple[list[Drawn], list[Place]]:
    """Corners with their ink separations, and the places in them that may hold the number.

    A sign in the midst of the text of `tree` is no struck figure, though a stroke runs through it.
    """
    lines = [] if tree is None else [line.box for line in tree.lines if _is_text(line)]
    drawn: list[Drawn] = []
    places: list[Place] = []
    for corner in corners:
        planes = separations(corner.pixels)
        struck = [
            figures
            for figures in (struck_figures(planes["all"], PER_MM) if "all" in planes else [])
            if not any(covers(line, corner.on_page(figures.box)) for line in lines)
        ]
        planes, found = _struck_out(corner, planes, [s for s in struck if not s.narrow])
        found += _perhaps_struck_out(corner, planes, found, [s for s in struck if s.narrow])
        drawn.append((corner, planes))
        places += found
    return drawn, places


def _is_text(line: Line) -> bool:
    signs = sum(not sign.isascii() and not sign.isspace() for sign in line.text)
    return line.confidence >= 0.5 and signs >= _LEAST_SIGNS


def _struck_out(
    corner: Corner, planes: dict[str, Pixels], struck: list[StruckFigures]
) -> tuple[dict[str, Pixels], list[Place]]:
    """The separations without struck figures that have a number beside them, and the places."""
    found = _marks(planes)
    if struck:
        cleared = {name: without(plane, struck) for name, plane in planes.items()}
        left = _marks(cleared)
        struck = [figures for figures in struck if any(figures.near(m.box) for m in left)]
        if struck:
            planes, found = cleared, left
    return planes, _beside_struck(places_in(corner, planes, found), struck)


def _perhaps_struck_out(
    corner: Corner, planes: dict[str, Pixels], known: list[Place], struck: list[StruckFigures]
) -> list[Place]:
    """Places that show when narrow figures with a number beside them count as struck out. The
    `known` places they are or are part of are doubted from then on."""
    beside = [
        figures
        for figures in struck
        if any(
            figures.near(place.views[0][0].box) and not covers(figures.box, place.views[0][0].box)
            for place in known
        )
    ]
    rewritten: list[Place] = []
    if beside:
        cleared = {name: without(plane, beside) for name, plane in planes.items()}
        places = _beside_struck(places_in(corner, cleared, _marks(cleared)), beside)
        rewritten = [
            place
            for place in places
            if place.rewritten
            and not any(same_place(place.views[0][0], other.views[0][0]) for other in known)
        ]
    for index, place in enumerate(known):
        box = place.views[0][0].box
        if any(covers(figures.box, box) for figures in struck):
            gives_way = any(covers(figures.box, box) for figures in beside)
            prior = place.prior * (_STRUCK_ALONE if gives_way else 1.0)
            known[index] = replace(place, prior=prior, doubted=True)
        elif rewritten and any(covers(box, figures.box) for figures in beside):
            known[index] = replace(place, doubted=True)
    return rewritten


def _marks(planes: dict[str, Pixels]) -> list[Mark]:
    return [mark for name, plane in planes.items() for mark in find_marks(name, plane, PER_MM)]


def _beside_struck(places: list[Place], struck: list[StruckFigures]) -> list[Place]:
    return [
        replace(place, rewritten=any(figures.near(place.views[0][0].box) for figures in struck))
        for place in places
    ]


def places_in(corner: Corner, planes: dict[str, Pixels], marks: list[Mark]) -> list[Place]:
    """The places that `marks` of these separations are views of."""
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
            Place(
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
    millimetres = mark.height / PER_MM
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


def detected_places(
    drawn: list[Drawn], find_rows: Callable[[Pixels], list[NDArray[np.float64]]], known: list[Place]
) -> list[Place]:
    """Places where the text detector sees a short row, for stamps that touch other ink. What the
    `known` places say of the company of a mark holds for the same mark detected."""
    places: list[Place] = []
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
            for mark in detected_marks(name, planes[name], find_rows, PER_MM):
                prior = _DETECTED_WORTH * _prior(corner, mark)
                if not mark.accompanied and inside_any(mark.box, company):
                    prior *= _IN_COMPANY
                places.append(Place(corner=corner, views=((mark, planes[name]),), prior=prior))
    return sorted(places, key=lambda place: -place.prior)[:MOST_PLACES]


def framed_places(drawn: list[Drawn], tree: TextTree | None) -> list[Place]:
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
            places.append(Place(corner=corner, views=(view,), prior=prior, told=told))
    return places


def faint_places(drawn: list[Drawn]) -> list[Place]:
    """Places of marks too pale for the usual separations: pencil, a stamp without ink."""
    places: list[Place] = []
    for corner, _ in drawn:
        plane = faint_ink(corner.pixels)
        found = places_in(corner, {"all": plane}, find_marks("all", plane, PER_MM))
        places += [replace(place, prior=_FAINT_WORTH * place.prior) for place in found]
    return sorted(places, key=lambda place: -place.prior)[:AT_FIRST]


def sealed_places(drawn: list[Drawn]) -> list[Place]:
    """Places that show when the rings of seals are taken away, and what is no darker than they."""
    places: list[Place] = []
    for corner, planes in drawn:
        for name in ("all", "red"):
            rings = seal_rings(planes[name], PER_MM) if name in planes else []
            if not rings:
                continue
            versions = [without_rings(planes[name], rings), darker_than(planes[name], rings)]
            for plane in versions:
                if plane is None:
                    continue
                marks = [
                    _among_signs(mark) if any(ring.near(mark.box) for ring in rings) else mark
                    for mark in find_marks(name, plane, PER_MM)
                ]
                found = places_in(corner, {name: plane}, marks)
                places += [
                    replace(place, prior=_SEALED_WORTH * place.prior, sealed=True)
                    for place in found
                ]
            break
    return sorted(places, key=lambda place: -place.prior)[:MOST_PLACES]


def _among_signs(mark: Mark) -> Mark:
    """The signs of a seal stand close to figures under it, and are no company of theirs."""
    return replace(mark, crowding=min(mark.crowding, 1), accompanied=False, enclosed=False)
