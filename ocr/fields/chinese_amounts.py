"""Sums of money in Chinese characters: 叁拾万元整, 壹佰贰拾叁元肆角伍分, 三万五千元."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")
}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "壱": 1, "弍": 2, "貳": 2, "叄": 3, "陸": 6, "貮": 2}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}

COUNTING_CHARACTERS = "".join({*_DIGITS, *_TENS, *_GROUPS})


def chinese_amount(text: str) -> Decimal | None:
    """The sum in yuan of "叁拾万元整" and the like; None when it is no well-formed sum.

    Read strictly: units must fall (仟 before 佰 before 拾) and no digit may lack its unit, because
    a misread character nearly always breaks one of these.
    """
    text = text.rstrip("整正").replace("圆", "元").replace("園", "元")
    whole, mark, rest = text.partition("元")
    yuan = _counted(whole) if whole else 0
    if yuan is None or (not whole and mark):
        return None
    cents = 0
    if rest:
        rest = rest.removeprefix("零")
        for unit, worth in (("角", 10), ("分", 1)):
            if len(rest) >= 2 and rest[1] == unit and _DIGITS.get(rest[0]):
                cents += _DIGITS[rest[0]] * worth
                rest = rest[2:].removeprefix("零")
        if rest:
            return None
    total = Decimal(yuan) + Decimal(cents) / 100
    return total if mark and total > 0 else None


def _counted(text: str) -> int | None:
    for sign in ("亿", "億"):
        if sign in text:
            high, _, low = text.partition(sign)
            upper, lower = _counted(high), _counted(low) if low else 0
            return None if upper is None or lower is None else upper * 100_000_000 + lower
    for sign in ("万", "萬"):
        if sign in text:
            high, _, low = text.partition(sign)
            upper, lower = _under_ten_thousand(high), _under_ten_thousand(low) if low else 0
            return None if not upper or lower is None else upper * 10_000 + lower
    return _under_ten_thousand(text)


def _under_ten_thousand(text: str) -> int | None:
    total, pending, last = 0, None, 10_000
    for place, character in enumerate(text):
        if character in _DIGITS:
            if pending not in (None, 0):
                return None
            pending = _DIGITS[character]
        elif character in _TENS and _TENS[character] < last:
            last = _TENS[character]
            if pending == 0 or (pending is None and (place or last != 10)):
                return None
            total += (pending or 1) * last
            pending = None
        else:
            return None
    # Without a unit a digit may stand only at the end: 三百零五.
    return total + pending if pending is not None else total
