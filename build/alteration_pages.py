"""Drawn pages and what was done to them: alterations of the paper.

Each kind of mark is drawn as an ink of its own, so that an altered page differs from the first by
the alteration alone. Nothing here is used by the product.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2

from scanner.paper.chance import pixels
from scanner.paper.faults import plant
from scanner.paper.fonts import text_width
from scanner.paper.marks import (
    Banner,
    Fingerprint,
    Hand,
    Mark,
    PageDraft,
    Print,
    RoundSeal,
    Rule,
    SquareSeal,
)
from scanner.paper.plan import PlannedSide
from scanner.paper.render import draw_side
from scanner.paper.spec import DossierSpec

Picture = Any
KINDS = (
    "line_added",
    "word_added",
    "seal_missing",
    "seal_added",
    "figure_changed",
    "figure_12pt",
    "signature_changed",
    "signature_moved",
    "crossed_out",
)
_ADDED = ("另付伍万元整", "以上属实，同意", "此件作废", "已收到原件", "同意变更为三年", "利息另计")
_NAMES = ("王建国", "李秀英", "张志强", "陈思远", "刘玉梅", "赵文博", "周海涛")
# A line of 12 point (小四) that is put on every page that has room for it.
_SMALL_LINE = "合计人民币 {:,}.{:02} 元"
_SMALL_SIZE = 12 * 25.4 / 72
_SMALL_NUMBER = 800
_CONFUSED = {"0": "8", "1": "7", "2": "3", "3": "8", "4": "9", "5": "6", "6": "8", "7": "1"}
_CONFUSED |= {"8": "3", "9": "4"}


Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Altered:
    """The marks of a side after an alteration, and the boxes (mm) it lies in."""

    marks: tuple[tuple[int, Mark], ...]
    boxes: tuple[Box, ...]
    strike: Box | None = None


def pages(family: str, seed: int, sides: int, dpi: int) -> tuple[DossierSpec, list[PlannedSide]]:
    """The written sides of one drawn dossier."""
    spec = DossierSpec(name="alteration", seed=seed, family=family, sides=sides, dpi=dpi)
    _, planned, _ = plant(spec)
    return spec, [side for side in planned if side.draft is not None and not side.leaf]


def marks_of(draft: PageDraft, family: str, chance: random.Random) -> tuple[tuple[int, Mark], ...]:
    """The marks of a side with their numbers; a small line of figures is added where there is
    room."""
    marks: list[tuple[int, Mark]] = list(enumerate(draft.marks))
    text = _SMALL_LINE.format(chance.randrange(10_000, 999_999), chance.randrange(100))
    rules = [mark for mark in draft.marks if isinstance(mark, Rule)]
    place = _free_place(draft, _SMALL_SIZE * len(text) * 0.7, _SMALL_SIZE, chance, rules)
    if place is not None:
        face = chance.choice(["song", "kai"] if family == "development" else ["micro", "serif"])
        line = Print(x=place[0], y=place[1], text=text, face=face, size=_SMALL_SIZE)
        marks.append((_SMALL_NUMBER, line))
    return tuple(marks)


def altered(
    draft: PageDraft, marks: list[tuple[int, Mark]], kind: str, chance: random.Random
) -> Altered | None:
    """The side with one alteration; None where there is nothing to alter so."""
    if kind in ("line_added", "word_added"):
        return _written(draft, kind, marks, chance)
    if kind == "seal_missing":
        found = [entry for entry in marks if isinstance(entry[1], (RoundSeal, SquareSeal))]
        if not found:
            return None
        gone = chance.choice(found)
        return Altered(
            marks=tuple(entry for entry in marks if entry != gone), boxes=(_box(gone[1]),)
        )
    if kind == "seal_added":
        return _stamped(draft, marks, chance)
    if kind.startswith("figure"):
        return _refigured(marks, chance, small=kind == "figure_12pt")
    if kind.startswith("signature"):
        return _signed(marks, kind, chance)
    prints = [mark for _, mark in marks if isinstance(mark, Print) and len(mark.text) >= 8]
    if not prints:
        return None
    mark = chance.choice(prints)
    start, length = chance.randrange(0, 5), chance.randint(2, 4)
    pitch = mark.size + mark.spacing
    x, y = mark.x + start * pitch, mark.y + mark.size * 0.55
    strike = (x, y, x + length * pitch * 0.9, y + chance.uniform(-0.5, 0.5))
    box = (x, y - 1, strike[2], y + 1)
    return Altered(marks=tuple(marks), boxes=(box,), strike=strike)


def _written(
    draft: PageDraft, kind: str, marks: list[tuple[int, Mark]], chance: random.Random
) -> Altered | None:
    text = chance.choice(_ADDED)
    if kind == "word_added":
        text = text[:2]
    size = chance.uniform(4.5, 7.5)
    place = _free_place(draft, size * len(text), size, chance)
    if place is None:
        return None
    colour = chance.choice([(38, 44, 92), (30, 30, 34), (24, 36, 130)])
    hand = Hand(x=place[0], y=place[1], text=text, size=size, colour=colour)
    return Altered(marks=(*marks, (900, hand)), boxes=(_box(hand),))


def _stamped(
    draft: PageDraft, marks: list[tuple[int, Mark]], chance: random.Random
) -> Altered | None:
    if chance.random() < 0.5:
        banner = Banner(x=chance.uniform(60, 150), y=chance.uniform(60, 240), text="作废", size=6.0)
        return Altered(marks=(*marks, (901, banner)), boxes=(_box(banner),))
    place = _free_place(draft, 16, 16, chance) or (chance.uniform(30, 150), chance.uniform(60, 230))
    seal = SquareSeal(x=place[0], y=place[1], text=chance.choice(_NAMES))
    return Altered(marks=(*marks, (902, seal)), boxes=(_box(seal),))


def _refigured(
    marks: list[tuple[int, Mark]], chance: random.Random, *, small: bool
) -> Altered | None:
    found = [
        (place, mark, at)
        for place, (number, mark) in enumerate(marks)
        if isinstance(mark, Print) and mark.y > 25 and (number == _SMALL_NUMBER) == small
        for at, character in enumerate(mark.text)
        if character in _CONFUSED and character.isascii()
    ]
    if not found:
        return None
    place, mark, at = chance.choice(found)
    text = mark.text[:at] + _CONFUSED[mark.text[at]] + mark.text[at + 1 :]
    x = mark.x + text_width(mark.face, mark.text[:at]) * mark.size + at * mark.spacing
    box = (x, mark.y, x + text_width(mark.face, mark.text[at]) * mark.size, mark.y + mark.size)
    changed = list(marks)
    changed[place] = (marks[place][0], replace(mark, text=text))
    return Altered(marks=tuple(changed), boxes=(box,))


def _signed(marks: list[tuple[int, Mark]], kind: str, chance: random.Random) -> Altered | None:
    found = [
        place
        for place, (_, mark) in enumerate(marks)
        if isinstance(mark, Hand) and 2 <= len(mark.text) <= 4
    ]
    if not found:
        return None
    place = chance.choice(found)
    number, mark = marks[place]
    assert isinstance(mark, Hand)
    changed = list(marks)
    if kind == "signature_moved":
        new = replace(mark, x=mark.x + chance.choice([-7, 7]), y=mark.y + chance.choice([-2, 2]))
    else:
        name = chance.choice([name for name in _NAMES if name[0] not in mark.text])
        new = replace(mark, text=name[: len(mark.text)].ljust(len(mark.text), "明"))
        number += 500
    changed[place] = (number, new)
    return Altered(marks=tuple(changed), boxes=(_box(mark), _box(new)))


def _box(mark: Mark) -> Box:
    if isinstance(mark, RoundSeal):
        half = mark.diameter / 2
        return (mark.x - half, mark.y - half, mark.x + half, mark.y + half)
    if isinstance(mark, SquareSeal):
        return (mark.x, mark.y, mark.x + mark.size, mark.y + mark.size)
    if isinstance(mark, Banner):
        wide = mark.size * (len(mark.text) + 1) / 2
        return (mark.x - wide, mark.y - mark.size, mark.x + wide, mark.y + mark.size)
    if isinstance(mark, (Hand, Print)):
        return (mark.x, mark.y, mark.x + mark.size * len(mark.text), mark.y + mark.size)
    raise TypeError(type(mark).__name__)


def _free_place(
    draft: PageDraft,
    wide: float,
    high: float,
    chance: random.Random,
    rules: Sequence[Rule] = (),
) -> tuple[float, float] | None:
    taken = [
        _box(mark)
        for mark in draft.marks
        if isinstance(mark, (Print, Hand, RoundSeal, SquareSeal, Banner))
    ]
    taken += [(rule.x0 - 1, rule.y0 - 1, rule.x1 + 1, rule.y1 + 1) for rule in rules]
    for _ in range(200):
        x, y = chance.uniform(22, 195 - wide), chance.uniform(28, 278 - high)
        if all(x + wide < box[0] or x > box[2] or y + high < box[1] or y > box[3] for box in taken):
            return x, y
    return None


def ink_of(
    marks: Sequence[tuple[int, Mark]],
    dpi: int,
    seed: int,
    strike: Box | None = None,
) -> Picture:
    """The ink of the marks on white (RGB); marks of one number are drawn alike each time."""
    printed: list[Mark] = []
    others: list[tuple[int, Mark]] = []
    for number, mark in marks:
        if isinstance(mark, (Hand, RoundSeal, SquareSeal, Banner, Fingerprint)):
            others.append((number, mark))
        else:
            printed.append(mark)
    plain = PageDraft(marks=tuple(printed), text_lines=())
    page: Picture = draw_side(plain, dpi, pixels(seed, "ink"))
    for number, mark in others:
        lone = PageDraft(marks=(mark,), text_lines=())
        page = cv2.multiply(page, draw_side(lone, dpi, pixels(seed, "ink", number)), scale=1 / 255)
    if strike is not None:
        ends = [round(value * dpi / 25.4) for value in strike]
        wide = max(2, round(0.5 * dpi / 25.4))
        cv2.line(page, ends[:2], ends[2:], (40, 44, 90), wide, cv2.LINE_AA)
    return page
