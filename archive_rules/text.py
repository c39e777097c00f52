"""Text of documents brought to one form for comparison, and distances between such forms."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BRACKETS = str.maketrans({"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")"})
_DIGITS = "零一二三四五六七八九"
_VALUES = {
    **{digit: value for value, digit in enumerate(_DIGITS)},
    **{digit: value for value, digit in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0,
    "O": 0,
    "o": 0,
    "两": 2,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """`text` in NFKC without white space, every kind of bracket as a round half-width one."""
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return "".join(character for character in folded if not character.isspace())


def plain_with_positions(text: str) -> tuple[str, tuple[int, ...]]:
    """`plain(text)` with, for each of its characters, the index in `text` that it came from."""
    characters: list[str] = []
    positions: list[int] = []
    for index, character in enumerate(text):
        for folded in plain(character):
            characters.append(folded)
            positions.append(index)
    return "".join(characters), tuple(positions)


@lru_cache(maxsize=8192)
def words(text: str) -> str:
    """`plain(text)` with letters and digits only: what remains of a title."""
    return "".join(character for character in plain(text) if character.isalnum())


def chinese_number(text: str) -> int | None:
    """The value of 三十六, 叁拾陆, 二〇一九 or 36; None when `text` is no number."""
    text = plain(text)
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in _VALUES and c not in _UNITS and c not in "零" for c in text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_VALUES[c]) for c in text))
    total = 0
    digit = 0
    for character in text:
        unit = _UNITS.get(character)
        if unit is None:
            digit = _VALUES[character]
        else:
            total += (digit or 1) * unit
            digit = 0
    return total + digit


def to_chinese(value: int) -> str:
    """A number from 1 to 99 in Chinese figures, as in 之一 and 之十二."""
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")


def lost_one(text: str, whole: str) -> bool:
    """Whether `text` is `whole` with one character lost in reading."""
    return len(text) + 1 == len(whole) and any(
        whole[:place] + whole[place + 1 :] == text for place in range(len(whole))
    )


def distance(first: str, second: str, limit: int) -> int:
    """Levenshtein distance, or `limit` + 1 as soon as it is certain to be more than `limit`."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    previous = list(range(len(second) + 1))
    for row, left in enumerate(first, start=1):
        current = [row]
        for column, right in enumerate(second, start=1):
            current.append(
                min(
                    previous[column] + 1,
                    current[column - 1] + 1,
                    previous[column - 1] + (left != right),
                )
            )
        if min(current) > limit:
            return limit + 1
        previous = current
    return previous[-1]
