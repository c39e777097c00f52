"""What people write into a catalogue sheet: pages, days, numbers, in all their forms."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_STROKES = re.compile(r"[-－—–―~～〜至到,，、/]+")
_PAGES = re.compile(r"第?p?(\d{1,5})页?(?:-第?p?(\d{1,5})页?)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00)?$")
_COMPACT_DAY = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
# Days as spreadsheet programs count them: 1 is 1 January 1900, and 1900 counts as a leap year.
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 7_000, 80_000


def whole(value: object) -> int | None:
    """A whole number above zero, None for anything else: 3, 3.0, "3", "３"."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and 0 < value < 1e6 else None
    text = str(value).translate(_WIDE).strip().removesuffix(".0")
    return int(text) if re.fullmatch(r"[1-9]\d{0,5}", text.lstrip("0") or "0") else None


def pages(value: object) -> tuple[int, int] | None:
    """First and last page: 3, "3-5", "3－5", "第3至5页", "003-005". None when it is none, or
    when the last page is before the first."""
    single = whole(value)
    if single is not None:
        return single, single
    if not isinstance(value, str):
        return None
    text = _STROKES.sub("-", "".join(value.split()).translate(_WIDE))
    found = _PAGES.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if 1 <= first <= last else None


def pages_of_day(value: object) -> tuple[int, int] | None:
    """What a spreadsheet program made a day of: "3-5" becomes 5 March. None for anything else."""
    if isinstance(value, datetime | date):
        return value.month, value.day
    return None


def day(value: object) -> str | None:
    """An ISO day; "" for an empty cell, None for what is no day. Real days, their serial numbers,
    2019-03-05, 2019/3/5, 2019.3.5, 2019年3月5日, 20190305."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            return (_EPOCH + timedelta(days=int(value))).isoformat()
        value = f"{value:.0f}"
    text = "".join(_MIDNIGHT.sub("", str(value).strip()).split()).translate(_WIDE)
    if not text:
        return ""
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def text(value: object) -> str:
    """A cell as one line of text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str("" if value is None else value).split())
