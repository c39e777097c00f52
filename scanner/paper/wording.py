"""Numbers and dates as court papers write them, and templates with fields and alternatives."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date

_DIGITS = "〇一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_ALTERNATIVES = re.compile(r"\[\[(.+?)\]\]")
_FIELD = re.compile(r"\{(\w+)\}")


def plain_date(day: date) -> str:
    """2023年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def written_date(day: date) -> str:
    """二〇二三年三月五日, the form below a court's seal."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{small_number(day.month)}月{small_number(day.day)}日"


def small_number(number: int) -> str:
    """1 to 99 in Chinese numerals: 三, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones or not tens else "")


def capital_amount(amount: int) -> str:
    """A sum of money in capitals: 壹拾贰万叁仟元整."""
    if not 0 < amount < 100_000_000:
        raise ValueError(f"not a sum of these papers: {amount}")
    high, low = divmod(amount, 10_000)
    text = f"{_four(high)}万" if high else ""
    if low:
        gap = "零" if high and low < 1000 else ""
        text += gap + _four(low)
    return text + "元整"


def _four(number: int) -> str:
    text = ""
    pending_zero = False
    for power, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // power % 10
        if digit == 0:
            pending_zero = bool(text)
            continue
        text += ("零" if pending_zero else "") + _CAPITALS[digit] + unit
        pending_zero = False
    return text


def court_fee(amount: int) -> int:
    """Fee for a property case of `amount` yuan by the usual brackets, whole yuan."""
    brackets = (
        (10_000, 0.0),
        (100_000, 0.025),
        (200_000, 0.02),
        (500_000, 0.015),
        (1_000_000, 0.01),
    )
    fee = 50.0
    lower = 0
    for upper, rate in brackets:
        fee += max(0, min(amount, upper) - lower) * rate
        lower = upper
    return round(fee)


def expand(template: str, fields: Mapping[str, str], chance: random.Random) -> str:
    """Fills `{field}` and picks one of `[[a||b]]`. Raises KeyError for an unknown field."""
    text = template
    for _ in range(4):
        if "[[" not in text and "{" not in text:
            break
        text = _ALTERNATIVES.sub(lambda match: chance.choice(match.group(1).split("||")), text)
        text = _FIELD.sub(lambda match: fields[match.group(1)], text)
    return text
