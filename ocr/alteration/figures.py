"""Figures that were changed, by reading them on both pages.

A 3 that was made an 8 is a few hundredths of a square millimetre of ink: less than a second scan
leaves unexplained. Who reads both sees it at once. A row is found on the side and read there and
in the same place of the paper, as finely as both pictures show it; a figure has changed where both
readings are sure, of one length, and say different figures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Protocol, runtime_checkable

import cv2
import numpy as np

from app.kernel.errors import Broken
from ocr.alteration.differences import CHANGED, DARK, Difference
from ocr.alteration.planes import DPI, Mask, Pixels, load_channel
from ocr.alteration.registration import Laid
from ocr.recognition import start_engine
from ocr.tree import Character, Line

_ENGINE = "rapidocr"
# Rows are read at so many times the raster of comparison: 300 dpi.
_FINER = 2
# In this channel seals vanish (blue, green, red).
_RED = 2
# Of rows and figures surer than this on both pages none was read differently that was the same,
# down to films that show the sheet at 56 dpi.
_SURE_ROW = 0.95
_SURE_FIGURE = 0.985
# Where more characters of a row than these differ it was read at another place, or is written anew,
# which its ink tells.
_MOST_CHANGED = 3
# Parts of the height of the row that the two readings may place a figure apart.
_APART = 0.6
# What a changed figure counts, in limits of ink: a place of 4 is never a scanner's doing either.
_SCORE = 4.0
_FIGURES = frozenset("0123456789零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟")
_POINTS = frozenset(",.，．")


@runtime_checkable
class _ReadsBoth(Protocol):
    def read_both(
        self, one: Pixels, other: Pixels, dpi: int, wanted: frozenset[str]
    ) -> list[tuple[Line, Line]]: ...


def changed_figures(
    side: tuple[Path, int, int], paper: Path, laid: Laid, usable: Mask
) -> list[Difference]:
    """The figures that say another number on the paper than on the side (file, frame, clockwise
    turn), where `usable`; boxes on the raster of `laid`. None where no engine can read both.

    Raises what `load_reduced` raises.
    """
    try:
        engine = start_engine(_ENGINE)
    except Broken:
        # The engine has told why in the log; ink is compared all the same.
        return []
    if not isinstance(engine, _ReadsBoth):
        return []
    high, wide = laid.valid.shape
    size = (wide * _FINER, high * _FINER)
    one = load_channel(*side, _RED, DPI * _FINER)
    how = cv2.INTER_AREA if one.shape[1] > size[0] else cv2.INTER_LINEAR
    one = np.asarray(cv2.resize(one, size, interpolation=how), np.uint8)
    other = _laid_finely(paper, laid, size)
    found: list[Difference] = []
    for here, there in engine.read_both(one, other, DPI * _FINER, _FIGURES):
        found += _differences(here, there, usable)
    return found


def _laid_finely(paper: Path, laid: Laid, size: tuple[int, int]) -> Pixels:
    """The paper over the side, on a raster of `size` (width, height)."""
    picture = load_channel(paper, 0, 0, _RED, DPI * _FINER)
    times = picture.shape[1] / laid.paper_width
    scale = laid.dpi * times / (DPI * _FINER)
    if scale > 1.25:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.4 * scale), np.uint8)
    x, y = (
        (cv2.resize(places, size, interpolation=cv2.INTER_LINEAR) + 0.5) * times - 0.5
        for places in laid.places
    )
    laid_on = cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid_on, np.uint8)


def _differences(here: Line, there: Line, usable: Mask) -> Iterator[Difference]:
    for at, on in changed_places(here, there):
        figure = here.characters[at]
        x0, y0, x1, y1 = (round(value / _FINER) for value in figure.box)
        if not usable[(y0 + y1) // 2, (x0 + x1) // 2]:
            continue
        numbers = (_number(here.characters, at), _number(there.characters, on))
        yield Difference(
            box=(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)),
            kind=CHANGED,
            ink=DARK,
            score=_SCORE,
            figures=(numbers,),
        )


def changed_places(here: Line, there: Line) -> list[tuple[int, int]]:
    """The characters of a row, by their places in both readings, that are surely figures, and
    surely not the same."""
    if min(here.confidence, there.confidence) < _SURE_ROW:
        return []
    signs, others = ([_plain(character) for character in row.characters] for row in (here, there))
    differing = [(at, on) for at, on in _beside(signs, others) if signs[at] != others[on]]
    if len(differing) > _MOST_CHANGED:
        return []
    apart = _APART * (here.box[3] - here.box[1])
    return [
        (at, on)
        for at, on in differing
        if all(_is_sure_figure(row.characters[i]) for row, i in ((here, at), (there, on)))
        and abs(_middle(here.characters[at].box) - _middle(there.characters[on].box)) <= apart
    ]


def _beside(signs: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places that stand for each other in two readings of a row. A point or comma is seen on
    one page and missed on the other."""
    places, places_on = (
        [place for place, sign in enumerate(row) if sign not in _POINTS] for row in (signs, others)
    )
    one, other = [signs[place] for place in places], [others[place] for place in places_on]
    if len(one) == len(other):
        yield from zip(places, places_on, strict=True)
        return
    for kind, start, end, start_on, end_on in SequenceMatcher(
        None, one, other, autojunk=False
    ).get_opcodes():
        if kind == "replace" and end - start == end_on - start_on:
            yield from zip(places[start:end], places_on[start_on:end_on], strict=True)


def _plain(character: Character) -> str:
    return unicodedata.normalize("NFKC", character.text)


def _is_sure_figure(character: Character) -> bool:
    return _plain(character) in _FIGURES and character.confidence >= _SURE_FIGURE


def _middle(box: Sequence[float]) -> float:
    return (box[0] + box[2]) / 2


def _number(row: Sequence[Character], at: int) -> str:
    """The whole number around a figure."""
    signs = [_plain(character) for character in row]
    start = end = at
    while start > 0 and signs[start - 1] in _FIGURES | _POINTS:
        start -= 1
    while end + 1 < len(signs) and signs[end + 1] in _FIGURES | _POINTS:
        end += 1
    return "".join(signs[start : end + 1]).strip(",.")
