"""What may be done to a drawn page that somebody would call an alteration.

Nothing here is used by the product.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from alteration_pages import (
    FINGERPRINT_NUMBER,
    SMALL_NUMBER,
    TABLE_NUMBERS,
    TICK_BOX,
    TICK_NUMBERS,
    Altered,
    Box,
    Numbered,
    Stroke,
    box_of,
    free_place,
)
from scanner.paper.fonts import text_width
from scanner.paper.marks import Banner, Hand, Print, RoundSeal, Rule, SquareSeal

Colour = tuple[int, int, int]

_ADDED = ("另付伍万元整", "以上属实，同意", "此件作废", "已收到原件", "同意变更为三年", "利息另计")
_NAMES = ("王建国", "李秀英", "张志强", "陈思远", "刘玉梅", "赵文博", "周海涛")
_COMPANIES = ("宁浦市恒达贸易有限公司", "江苏省宁浦市公证处", "宁浦市第二建筑工程公司")
_CONFUSED = {"0": "8", "1": "7", "2": "3", "3": "8", "4": "9", "5": "6", "6": "8", "7": "1"}
_CONFUSED |= {"8": "3", "9": "4"}
_BLUE_INKS: tuple[Colour, ...] = ((38, 44, 92), (24, 36, 130))
_BLACK_INKS: tuple[Colour, ...] = ((30, 30, 34), (52, 50, 50))
_RED_PENCILS: tuple[Colour, ...] = ((200, 60, 60), (214, 110, 104))
_PENCILS: tuple[Colour, ...] = ((120, 120, 122), (150, 150, 152))


def altered(marks: Sequence[Numbered], kind: str, chance: random.Random) -> Altered | None:
    """The side with one alteration of `KINDS`; None where there is nothing to alter so."""
    return KINDS[kind](list(marks), chance)


def _written(
    marks: list[Numbered], chance: random.Random, inks: Sequence[Colour], length: int = 9
) -> Altered | None:
    text = chance.choice(_ADDED)[:length]
    size = chance.uniform(4.5, 7.5)
    return _hand(marks, text, size, chance.choice(inks), chance)


def _small_hand(
    marks: list[Numbered], chance: random.Random, inks: Sequence[Colour]
) -> Altered | None:
    """A few characters as small as a hand can write them."""
    text = chance.choice(_ADDED)[: chance.randint(2, 4)]
    return _hand(marks, text, chance.uniform(2.2, 5.0), chance.choice(inks), chance)


def _hand(
    marks: list[Numbered], text: str, size: float, colour: Colour, chance: random.Random
) -> Altered | None:
    place = free_place(marks, size * len(text), size, chance)
    if place is None:
        return None
    hand = Hand(x=place[0], y=place[1], text=text, size=size, colour=colour)
    return Altered(marks=(*marks, (900, hand)), boxes=(box_of(hand),), size=size)


def _seal_missing(marks: list[Numbered], chance: random.Random) -> Altered | None:
    found = [entry for entry in marks if isinstance(entry[1], (RoundSeal, SquareSeal))]
    return _without(marks, chance.choice(found)) if found else None


def _seal_other(marks: list[Numbered], chance: random.Random) -> Altered | None:
    """The seal of another company or person in the same place."""
    found = [
        place for place, (_, mark) in enumerate(marks) if isinstance(mark, (RoundSeal, SquareSeal))
    ]
    if not found:
        return None
    place = chance.choice(found)
    number, mark = marks[place]
    assert isinstance(mark, (RoundSeal, SquareSeal))
    texts = _COMPANIES if isinstance(mark, RoundSeal) else _NAMES
    other = chance.choice([text for text in texts if text != mark.text])
    x, y = mark.x + chance.uniform(-3, 3), mark.y + chance.uniform(-3, 3)
    changed = list(marks)
    changed[place] = (number + 500, replace(mark, text=other, x=x, y=y))
    return Altered(marks=tuple(changed), boxes=(box_of(mark),))


def _seal_added(marks: list[Numbered], chance: random.Random) -> Altered | None:
    if chance.random() < 0.5:
        banner = Banner(x=chance.uniform(60, 150), y=chance.uniform(60, 240), text="作废", size=6.0)
        return Altered(marks=(*marks, (901, banner)), boxes=(box_of(banner),))
    place = free_place(marks, 16, 16, chance) or (chance.uniform(30, 150), chance.uniform(60, 230))
    seal = SquareSeal(x=place[0], y=place[1], text=chance.choice(_NAMES))
    return Altered(marks=(*marks, (902, seal)), boxes=(box_of(seal),))


def _fingerprint_missing(marks: list[Numbered], _chance: random.Random) -> Altered | None:
    found = [entry for entry in marks if entry[0] == FINGERPRINT_NUMBER]
    return _without(marks, found[0]) if found else None


def _without(marks: list[Numbered], gone: Numbered) -> Altered:
    kept = tuple(entry for entry in marks if entry != gone)
    return Altered(marks=kept, boxes=(box_of(gone[1]),))


def _figure(
    marks: list[Numbered], chance: random.Random, numbers: Sequence[int]
) -> tuple[int, Print, int, Box] | None:
    """A figure of the print: place of its mark, the mark, place in its text, box."""
    found = [
        (place, mark, at)
        for place, (number, mark) in enumerate(marks)
        if isinstance(mark, Print) and mark.y > 25 and number in numbers
        for at, character in enumerate(mark.text)
        if character in _CONFUSED and character.isascii()
    ]
    if not found:
        return None
    place, mark, at = chance.choice(found)
    x = mark.x + text_width(mark.face, mark.text[:at]) * mark.size + at * mark.spacing
    wide = text_width(mark.face, mark.text[at]) * mark.size
    return place, mark, at, (x, mark.y, x + wide, mark.y + mark.size)


def _refigured(
    marks: list[Numbered], chance: random.Random, numbers: Sequence[int]
) -> Altered | None:
    found = _figure(marks, chance, numbers)
    if found is None:
        return None
    place, mark, at, box = found
    text = mark.text[:at] + _CONFUSED[mark.text[at]] + mark.text[at + 1 :]
    changed = list(marks)
    changed[place] = (marks[place][0], replace(mark, text=text))
    return Altered(marks=tuple(changed), boxes=(box,), size=mark.size)


def _whitened(marks: list[Numbered], chance: random.Random) -> Altered | None:
    """A figure under correction fluid, at times with another one written over it."""
    found = _figure(marks, chance, range(SMALL_NUMBER + 1))
    if found is None:
        return None
    _, mark, at, box = found
    changed = list(marks)
    if chance.random() < 0.5:
        text = _CONFUSED[mark.text[at]]
        colour = chance.choice(_BLUE_INKS + _BLACK_INKS)
        hand = Hand(x=box[0], y=box[1], text=text, size=mark.size, colour=colour)
        changed.append((903, hand))
    return Altered(marks=tuple(changed), boxes=(box,), cover=box, size=mark.size)


def _text_erased(marks: list[Numbered], chance: random.Random) -> Altered | None:
    """One to ten characters of a printed line are gone."""
    found = [mark for _, mark in marks if isinstance(mark, Print) and len(mark.text) >= 12]
    if not found:
        return None
    mark = chance.choice(found)
    length, start = chance.randint(1, 10), chance.randint(0, 2)

    def reach(end: int) -> float:
        return mark.x + text_width(mark.face, mark.text[:end]) * mark.size + end * mark.spacing

    box = (reach(start), mark.y, reach(start + length), mark.y + mark.size * 1.05)
    return Altered(marks=tuple(marks), boxes=(box,), cover=box, size=length)


def _resigned(marks: list[Numbered], chance: random.Random, *, moved: bool) -> Altered | None:
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
    if moved:
        new = replace(mark, x=mark.x + chance.choice([-7, 7]), y=mark.y + chance.choice([-2, 2]))
    else:
        name = chance.choice([name for name in _NAMES if name[0] not in mark.text])
        new = replace(mark, text=name[: len(mark.text)].ljust(len(mark.text), "明"))
        number += 500
    changed[place] = (number, new)
    return Altered(marks=tuple(changed), boxes=(box_of(mark), box_of(new)))


def _crossed_out(marks: list[Numbered], chance: random.Random) -> Altered | None:
    prints = [mark for _, mark in marks if isinstance(mark, Print) and len(mark.text) >= 8]
    if not prints:
        return None
    mark = chance.choice(prints)
    start, length = chance.randrange(0, 5), chance.randint(2, 4)
    pitch = mark.size + mark.spacing
    x, y = mark.x + start * pitch, mark.y + mark.size * 0.55
    line = (x, y, x + length * pitch * 0.9, y + chance.uniform(-0.5, 0.5))
    box = (x, y - 1, line[2], y + 1)
    return Altered(marks=tuple(marks), boxes=(box,), strokes=(Stroke(line=line),))


def _ticked(marks: list[Numbered], chance: random.Random) -> Altered | None:
    """A tick in the box that is there for it."""
    corner = next((mark for number, mark in marks if number == TICK_NUMBERS[0]), None)
    if not isinstance(corner, Rule):
        return None
    size = chance.uniform(1.2, 3.6)
    room = TICK_BOX - size
    x, y = corner.x0 + chance.uniform(0, room), corner.y0 + chance.uniform(0, room)
    colour = chance.choice(_BLUE_INKS + _BLACK_INKS)
    low = (x + size * 0.35, y + size)
    lines = ((x, y + size * 0.55, *low), (*low, x + size, y))
    strokes = tuple(Stroke(line=line, width=0.4, colour=colour) for line in lines)
    box = (x, y, x + size, y + size)
    return Altered(marks=tuple(marks), boxes=(box,), strokes=strokes, size=size)


def _underlined(marks: list[Numbered], chance: random.Random) -> Altered | None:
    """A pencil's line below some words."""
    prints = [mark for _, mark in marks if isinstance(mark, Print) and len(mark.text) >= 8]
    if not prints:
        return None
    mark = chance.choice(prints)
    length = chance.uniform(3, 30)
    y = mark.y + mark.size * 1.12
    line = (mark.x, y, mark.x + length, y + chance.uniform(-0.4, 0.4))
    stroke = Stroke(line=line, width=0.4, colour=chance.choice(_PENCILS + _RED_PENCILS))
    box = (line[0], y - 0.5, line[2], y + 0.5)
    return Altered(marks=tuple(marks), boxes=(box,), strokes=(stroke,), size=length)


_PRINTED = range(SMALL_NUMBER)

KINDS: dict[str, Callable[[list[Numbered], random.Random], Altered | None]] = {
    "line_added": lambda marks, chance: _written(marks, chance, _BLUE_INKS + _BLACK_INKS),
    "word_added": lambda marks, chance: _written(marks, chance, _BLUE_INKS + _BLACK_INKS, 2),
    "seal_missing": _seal_missing,
    "seal_added": _seal_added,
    "seal_other": _seal_other,
    "fingerprint_missing": _fingerprint_missing,
    "figure_changed": lambda marks, chance: _refigured(marks, chance, _PRINTED),
    "figure_12pt": lambda marks, chance: _refigured(marks, chance, (SMALL_NUMBER,)),
    "figure_table": lambda marks, chance: _refigured(marks, chance, TABLE_NUMBERS),
    "figure_whitened": _whitened,
    "signature_changed": lambda marks, chance: _resigned(marks, chance, moved=False),
    "signature_moved": lambda marks, chance: _resigned(marks, chance, moved=True),
    "crossed_out": _crossed_out,
    "text_erased": _text_erased,
    "tick_added": _ticked,
    "underlined": _underlined,
    "small_blue": lambda marks, chance: _small_hand(marks, chance, _BLUE_INKS),
    "small_black": lambda marks, chance: _small_hand(marks, chance, _BLACK_INKS),
    "small_red_pencil": lambda marks, chance: _small_hand(marks, chance, _RED_PENCILS),
}
# What the size of an alteration counts, and where it is told from the next larger one.
SIZES = {
    "figure_table": ("mm of type", (3.3, 3.8, 4.3)),
    "figure_whitened": ("mm of type", (4.3, 5.0)),
    "text_erased": ("characters", (2, 4)),
    "tick_added": ("mm", (1.8, 2.4, 3.0)),
    "underlined": ("mm", (6, 12)),
    "small_blue": ("mm of writing", (3.0, 4.0)),
    "small_black": ("mm of writing", (3.0, 4.0)),
    "small_red_pencil": ("mm of writing", (3.0, 4.0)),
}
