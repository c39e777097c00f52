"""Drawn pages, with what is put on each that has room for it: small figures, a table, a tick box.

Each kind of mark is drawn as an ink of its own, so that an altered page differs from the first by
the alteration alone. Nothing here is used by the product.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2

from scanner.paper.chance import pixels
from scanner.paper.faults import plant
from scanner.paper.marks import (
    Banner,
    Fingerprint,
    Hand,
    Mark,
    PageDraft,
    Portrait,
    Print,
    RoundSeal,
    Rule,
    SquareSeal,
)
from scanner.paper.plan import PlannedSide
from scanner.paper.render import BASELINE, draw_side
from scanner.paper.spec import DossierSpec

Picture = Any
# A line of 12 point (小四) that is put on every page that has room for it.
_SMALL_LINE = "合计人民币 {:,}.{:02} 元"
SMALL_NUMBER = 800
FINGERPRINT_NUMBER = 810
TABLE_NUMBERS = range(820, 840)
TICK_NUMBERS = range(840, 844)
TICK_BOX = 4.0
_POINT = 25.4 / 72
_SMALL_SIZE = 12 * _POINT

Box = tuple[float, float, float, float]


Numbered = tuple[int, Mark]


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A line drawn by hand from corner to corner of `line` (mm)."""

    line: Box
    width: float = 0.5
    colour: tuple[int, int, int] = (40, 44, 90)


@dataclass(frozen=True, kw_only=True)
class Altered:
    """The marks of a side after an alteration, and the boxes (mm) it lies in. `cover` is where
    print was made white, `size` how large the alteration is, in what its kind is measured by."""

    marks: tuple[Numbered, ...]
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...] = ()
    cover: Box | None = None
    size: float = 0.0


def pages(family: str, seed: int, sides: int, dpi: int) -> tuple[DossierSpec, list[PlannedSide]]:
    """The written sides of one drawn dossier."""
    spec = DossierSpec(name="alteration", seed=seed, family=family, sides=sides, dpi=dpi)
    _, planned, _ = plant(spec)
    return spec, [side for side in planned if side.draft is not None and not side.leaf]


def marks_of(draft: PageDraft, family: str, chance: random.Random) -> tuple[Numbered, ...]:
    """The marks of a side with their numbers, and those that are added where there is room."""
    marks: list[Numbered] = list(enumerate(draft.marks))
    faces = ["song", "kai"] if family == "development" else ["micro", "serif"]
    text = _SMALL_LINE.format(chance.randrange(10_000, 999_999), chance.randrange(100))
    place = free_place(marks, _SMALL_SIZE * len(text) * 0.7, _SMALL_SIZE, chance, beside_rules=True)
    if place is not None:
        face = chance.choice(faces)
        line = Print(x=place[0], y=place[1], text=text, face=face, size=_SMALL_SIZE)
        marks.append((SMALL_NUMBER, line))
    marks += _table(marks, chance.choice(faces), chance)
    marks += _tick_box(marks, chance)
    place = free_place(marks, 16, 20, chance, beside_rules=True)
    if place is not None:
        marks.append((FINGERPRINT_NUMBER, Fingerprint(x=place[0] + 8, y=place[1] + 10)))
    return tuple(marks)


def _table(marks: Sequence[Numbered], face: str, chance: random.Random) -> list[Numbered]:
    """A narrow table whose figures nearly or quite touch the lines below them."""
    size = chance.choice([9, 10.5, 12, 12, 14]) * _POINT
    high, wide, rows = size * 0.92 + chance.uniform(0, 0.8), size * 6.2, 3
    place = free_place(marks, 2 * wide, rows * high, chance, beside_rules=True)
    if place is None:
        return []
    left, top = place
    found: list[Mark] = []
    for row in range(rows + 1):
        y = top + row * high
        found.append(Rule(x0=left, y0=y, x1=left + 2 * wide, y1=y))
    for column in range(3):
        x = left + column * wide
        found.append(Rule(x0=x, y0=top, x1=x, y1=top + rows * high))
    off = chance.uniform(-0.1, 0.4)
    for row in range(rows):
        for column in range(2):
            text = f"{chance.randrange(1_000, 99_999):,}.{chance.randrange(100):02}"
            # The foot of the figures stands so much above the line.
            y = top + (row + 1) * high - off - BASELINE * size
            x = left + column * wide + chance.uniform(0.1, 2.0)
            found.append(Print(x=x, y=y, text=text, face=face, size=size))
    return list(zip(TABLE_NUMBERS, found, strict=False))


def _tick_box(marks: Sequence[Numbered], chance: random.Random) -> list[Numbered]:
    place = free_place(marks, TICK_BOX, TICK_BOX, chance, beside_rules=True)
    if place is None:
        return []
    x0, y0 = place
    x1, y1 = x0 + TICK_BOX, y0 + TICK_BOX
    lines = ((x0, y0, x1, y0), (x1, y0, x1, y1), (x0, y1, x1, y1), (x0, y0, x0, y1))
    rules = [Rule(x0=a, y0=b, x1=c, y1=d, width=0.3) for a, b, c, d in lines]
    return list(zip(TICK_NUMBERS, rules, strict=True))


def box_of(mark: Mark) -> Box:
    if isinstance(mark, RoundSeal):
        half = mark.diameter / 2
        return (mark.x - half, mark.y - half, mark.x + half, mark.y + half)
    if isinstance(mark, SquareSeal):
        return (mark.x, mark.y, mark.x + mark.size, mark.y + mark.size)
    if isinstance(mark, Banner):
        wide = mark.size * (len(mark.text) + 1) / 2
        return (mark.x - wide, mark.y - mark.size, mark.x + wide, mark.y + mark.size)
    if isinstance(mark, Fingerprint):
        return (mark.x - 8, mark.y - 10, mark.x + 8, mark.y + 10)
    if isinstance(mark, (Hand, Print)):
        return (mark.x, mark.y, mark.x + mark.size * len(mark.text), mark.y + mark.size)
    raise TypeError(type(mark).__name__)


def free_place(
    marks: Sequence[Numbered],
    wide: float,
    high: float,
    chance: random.Random,
    *,
    beside_rules: bool = False,
) -> tuple[float, float] | None:
    """The upper left corner (mm) of a place without marks; lines may run through it, unless
    `beside_rules`. None where none was found."""
    taken = [box_of(mark) for _, mark in marks if not isinstance(mark, (Rule, Portrait))]
    rules = [mark for _, mark in marks if isinstance(mark, Rule)] if beside_rules else []
    taken += [(rule.x0 - 1, rule.y0 - 1, rule.x1 + 1, rule.y1 + 1) for rule in rules]
    for _ in range(200):
        x, y = chance.uniform(22, 195 - wide), chance.uniform(28, 278 - high)
        if all(x + wide < box[0] or x > box[2] or y + high < box[1] or y > box[3] for box in taken):
            return x, y
    return None


def ink_of(
    marks: Sequence[Numbered], dpi: int, seed: int, change: Altered | None = None
) -> Picture:
    """The ink of the marks on white (RGB); marks of one number are drawn alike each time. With
    `change` also what it covers and strikes."""
    printed: list[Mark] = []
    others: list[Numbered] = []
    for number, mark in marks:
        if isinstance(mark, (Hand, RoundSeal, SquareSeal, Banner, Fingerprint)):
            others.append((number, mark))
        else:
            printed.append(mark)
    plain = PageDraft(marks=tuple(printed), text_lines=())
    page: Picture = draw_side(plain, dpi, pixels(seed, "ink"))
    if change is not None and change.cover is not None:
        x0, y0, x1, y1 = _in_pixels(change.cover, dpi)
        page[y0:y1, x0:x1] = 255
    for number, mark in others:
        lone = PageDraft(marks=(mark,), text_lines=())
        page = cv2.multiply(page, draw_side(lone, dpi, pixels(seed, "ink", number)), scale=1 / 255)
    for stroke in change.strokes if change is not None else ():
        x0, y0, x1, y1 = _in_pixels(stroke.line, dpi)
        wide = max(2, round(stroke.width * dpi / 25.4))
        cv2.line(page, (x0, y0), (x1, y1), stroke.colour, wide, cv2.LINE_AA)
    return page


def _in_pixels(box: Box, dpi: int) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (round(value * dpi / 25.4) for value in box)
    return x0, y0, x1, y1
