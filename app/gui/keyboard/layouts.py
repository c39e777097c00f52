"""The keys of each layout, row by row."""

from __future__ import annotations

from dataclasses import dataclass

DIGITS, LATIN, PINYIN = "digits", "latin", "pinyin"
ERASE, SPACE, ENTER, SHIFT, CLEAR = "erase", "space", "enter", "shift", "clear"
NAMED = (ERASE, SPACE, ENTER, SHIFT, CLEAR, DIGITS, LATIN, PINYIN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One key: what it types, or the name of what it does; `width` in quarters of a key."""

    name: str
    width: int = 4


def _letters(row: str) -> tuple[Key, ...]:
    return tuple(Key(name=letter) for letter in row)


def rows_of(layout: str, layouts: tuple[str, ...]) -> tuple[tuple[Key, ...], ...]:
    """The rows of `layout` with keys that lead to the others of `layouts`."""
    others = tuple(Key(name=name, width=6) for name in layouts if name != layout)
    last = (*others, Key(name=SPACE, width=12), Key(name=ENTER, width=10))
    if layout == DIGITS:
        # X stands at the end of identity numbers.
        return (
            _letters("123"),
            _letters("456"),
            _letters("789"),
            _letters("X0-"),
            (*others, Key(name=ERASE, width=6), Key(name=ENTER, width=6)),
        )
    shift = () if layout == PINYIN else (Key(name=SHIFT, width=6),)
    marks = "，。、" if layout == PINYIN else "-./"
    return (
        _letters("1234567890"),
        _letters("qwertyuiop"),
        _letters("asdfghjkl"),
        (*shift, *_letters("zxcvbnm"), Key(name=ERASE, width=6)),
        (*last[:-1], *_letters(marks), *_letters("（）"), last[-1]),
    )
