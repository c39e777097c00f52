"""Dates in the text: 2023年5月6日, 2023-05-06, 二〇二三年五月六日."""

from __future__ import annotations

import datetime
import re
from typing import Any

from ocr.fields.chinese_digits import (
    DIGIT_CHARACTERS,
    NUMBER_CHARACTERS,
    counted,
    digit_by_digit,
)
from ocr.fields.plain_text import searchable, stretch_box, stretch_confidence
from ocr.tree import TextTree

_ARABIC = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
_POINTS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{1,2})(?!\d)")
_CHINESE = re.compile(
    rf"([{DIGIT_CHARACTERS}O0]{{4}})\s*年\s*([{NUMBER_CHARACTERS}]{{1,3}})\s*月\s*"
    rf"([{NUMBER_CHARACTERS}]{{1,4}})\s*日"
)


def dates(tree: TextTree) -> list[dict[str, Any]]:
    """All full dates of the page as {"value", "text", "date", "confidence", "box", "line"}, in
    reading order.

    `text` is what stands on the page, `value` and `date` the same as YYYY-MM-DD. Days that
    no calendar has are left out: a digit was misread.
    """
    found: list[dict[str, Any]] = []
    for index, line in enumerate(tree.lines):
        text = searchable(line.text)
        hits = [
            *((m, int(m[1]), int(m[2]), int(m[3])) for m in _ARABIC.finditer(text)),
            *((m, int(m[1]), int(m[3]), int(m[4])) for m in _POINTS.finditer(text)),
            *(
                (m, digit_by_digit(m[1]), counted(m[2]), counted(m[3]))
                for m in _CHINESE.finditer(text)
            ),
        ]
        for match, year, month, day in sorted(hits, key=lambda hit: hit[0].start()):
            date = _calendar_day(year, month, day)
            if date is None:
                continue
            start, end = match.span()
            found.append(
                {
                    "value": date.isoformat(),
                    "text": line.text[start:end],
                    "date": date.isoformat(),
                    "confidence": round(stretch_confidence(line, start, end), 4),
                    "box": [round(value, 1) for value in stretch_box(line, start, end)],
                    "line": index,
                }
            )
    return found


def _calendar_day(year: int | None, month: int | None, day: int | None) -> datetime.date | None:
    if year is None or month is None or day is None or not 1900 <= year <= 2100:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
