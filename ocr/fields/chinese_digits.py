"""Numbers written in Chinese characters, as dates and page counts of court papers write them."""

from __future__ import annotations

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
    "O": 0,
    "0": 0,
    "壹": 1,
    "贰": 2,
    "两": 2,
}

DIGIT_CHARACTERS = "零一二三四五六七八九〇○Ｏ"
NUMBER_CHARACTERS = DIGIT_CHARACTERS + "十百"


def digit_by_digit(text: str) -> int | None:
    """二〇二三 -> 2023; None when a character is no digit."""
    value = 0
    for character in text:
        if character not in _DIGITS:
            return None
        value = value * 10 + _DIGITS[character]
    return value if text else None


def counted(text: str) -> int | None:
    """十二 -> 12, 三十一 -> 31, 一百零五 -> 105, 5 -> 5; None when it is no such number."""
    if text.isascii() and text.isdigit():
        return int(text)
    total, pending = 0, 0
    for character in text:
        if character in "十百":
            total += (pending or 1) * (10 if character == "十" else 100)
            pending = 0
        elif character in _DIGITS:
            pending = pending * 10 + _DIGITS[character]
        else:
            return None
    return total + pending if text else None
