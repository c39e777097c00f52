"""A paper leaf against its electronic side: altered, the same, or not to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr.alteration.bindings import bound
from ocr.alteration.colours import in_colour, named
from ocr.alteration.differences import Compared, Difference, differences_of, solid
from ocr.alteration.figures import changed_figures
from ocr.alteration.places import is_numbering, joined, usable_places
from ocr.alteration.planes import (
    Inks,
    Side,
    gray_of,
    inks,
    is_coloured,
    is_two_tone,
    load_paper,
    load_side,
    shade,
    write_picture,
)
from ocr.alteration.registration import Laid, Unregistered, registered
from ocr.alteration.streaks import streaks

SAME, DIFFERS, NOT_COMPARABLE = "same", "differs", "not_comparable"
# Share of the inked places that must look alike before differences mean anything.
_LEAST_AGREEMENT = 0.55
# A picture that shows the leaf more coarsely is not compared; below the second value strokes run
# into each other, and only what is so many times the limit counts.
_LEAST_DPI = 65.0
_FINE_DPI = 130.0
_COARSE_TIMES = 4.5
_RED_FRAME = (30, 30, 220)


def compare(
    side: str, frame: int, turn: int, paper: str, face: str = "", proof: str = ""
) -> dict[str, Any]:
    """Compare page `frame` of the file `side`, turned clockwise by `turn`, with the picture
    `paper` of its leaf (a rescan or a still). `face` ("front", "back" or "") tells in which upper
    corner a number may have been stamped since. With `proof` a JPEG is written there when they
    differ: side and paper beside each other with the boxes drawn in.

    Gives `verdict` (same, differs, not_comparable), `reason` of the last ("blank", "two_tone",
    "not_found", "coarse", "unlike", "hidden", else ""), `coarse` (a changed figure may not show
    where it cannot be read), `confidence`, `agreement`, `width` and `height` of the upright side,
    `differences` (box in its pixels, kind, ink, score, `figures`: numbers that read otherwise on
    the paper, as pairs of side and paper) and `numbering`, the places left out as stamps of the
    numbering machine. Of two tones only the figures are compared, by reading them.

    Raises what `load_reduced` raises, BadInput ALT-101.
    """
    page = load_side(Path(side), frame, turn)
    picture = load_paper(Path(paper))
    two_tone = any(
        is_two_tone(pixels) and not in_colour(pixels) for pixels in (page.pixels, picture)
    )
    try:
        laid = registered(page.pixels, picture)
    except Unregistered as error:
        return _not_comparable(page, "two_tone" if two_tone else error.reason, 0.0)
    if laid.dpi < _LEAST_DPI:
        return _not_comparable(page, "coarse", 0.0)
    reading = ((Path(side), frame, turn), Path(paper), laid)
    if two_tone:
        # Strokes cannot be compared; what they say can.
        figures = joined(changed_figures(*reading, laid.valid))
        if not figures:
            return _not_comparable(page, "two_tone", 0.0)
        return _answer(page, laid, Compared(differences=(), agreement=0.0), figures, [], proof)
    one, other, usable = _planes(page, laid)
    found = differences_of(one, other, usable)
    if found.agreement < _LEAST_AGREEMENT:
        return _not_comparable(page, "unlike", found.agreement)
    coarse = laid.dpi < _FINE_DPI
    figures = changed_figures(*reading, usable)
    places = joined([*(_believed(found.differences) if coarse else found.differences), *figures])
    shape = page.pixels.shape[:2]
    numbering = [place for place in places if is_numbering(place, shape, face, one, other)]
    kept = sorted((place for place in places if place not in numbering), key=lambda p: -p.score)
    if one.red is None:
        kept = [named(place, page.pixels, laid.pixels) for place in kept]
    return _answer(page, laid, found, kept, numbering, proof) | {"coarse": coarse}


def _believed(found: Sequence[Difference]) -> list[Difference]:
    """What is so much that a coarse picture can be believed; 1 is then its limit."""
    return [
        replace(place, score=round(place.score / _COARSE_TIMES, 2))
        for place in found
        if place.score >= _COARSE_TIMES
    ]


def _planes(page: Side, laid: Laid) -> tuple[Inks, Inks, Any]:
    pages = (page.pixels, laid.pixels)
    coloured = all(is_coloured(pixels) for pixels in pages)
    one, other = (inks(pixels, coloured) for pixels in pages)
    solids = [solid(shade(gray_of(pixels)), 2.6, 12.0) for pixels in pages]
    seen = laid.valid & ~streaks(page.pixels) & ~bound(one, other)
    return one, other, usable_places(seen, solids, (one.dark, other.dark))


def _answer(
    page: Side,
    laid: Laid,
    found: Compared,
    kept: list[Difference],
    numbering: list[Difference],
    proof: str,
) -> dict[str, Any]:
    """The differences `kept`, the picture of which is written to `proof`."""
    if kept and proof:
        _draw_proof(page, laid, kept, Path(proof))
    if kept:
        best = kept[0].score
        confidence = min(0.99, 1 - 0.5 / best**1.5)
    else:
        confidence = min(0.99, found.agreement)
    return {
        "verdict": DIFFERS if kept else SAME,
        "reason": "",
        "confidence": round(confidence, 3),
        "agreement": round(found.agreement, 3),
        "width": page.width,
        "height": page.height,
        "differences": [_record(place, page) for place in kept],
        "numbering": [_record(place, page) for place in numbering],
        "coarse": False,
    }


def _not_comparable(page: Side, reason: str, agreement: float) -> dict[str, Any]:
    return {
        "verdict": NOT_COMPARABLE,
        "reason": reason,
        "confidence": 0.0,
        "agreement": round(agreement, 3),
        "width": page.width,
        "height": page.height,
        "differences": [],
        "numbering": [],
        "coarse": False,
    }


def _record(place: Difference, page: Side) -> dict[str, Any]:
    box = [round(value * page.scale) for value in place.box]
    return {
        "box": [box[0], box[1], min(box[2], page.width), min(box[3], page.height)],
        "kind": place.kind,
        "ink": place.ink,
        "score": place.score,
        "figures": [list(numbers) for numbers in place.figures],
    }


def _draw_proof(page: Side, laid: Laid, places: list[Difference], path: Path) -> None:
    drawn = [page.pixels.copy(), laid.pixels.copy()]
    for place in places:
        x0, y0, x1, y1 = place.box
        for picture in drawn:
            cv2.rectangle(picture, (x0 - 6, y0 - 6), (x1 + 6, y1 + 6), _RED_FRAME, 2)
    write_picture(path, np.hstack(drawn))
