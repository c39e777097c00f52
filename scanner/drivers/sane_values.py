"""Values of SANE options between Python and the library: checked before they are converted."""

from __future__ import annotations

import ctypes
from typing import Any

from app.kernel.errors import BadInput
from scanner.drivers.sane_library import OptionEntry, ValueType

FIXED_ONE = 65536.0
_FIXED_LIMIT = 32768.0
_ROUNDING = 0.01
# What a FIXED word can tell apart ends in the fifth place.
_PLACES = 4
# So that a limit or a choice, shown with these places, is taken when it comes back.
_FIXED_SLACK = 8


def scale_of(entry: OptionEntry) -> float:
    """How many units of a raw word make 1."""
    return FIXED_ONE if entry.type == ValueType.FIXED else 1.0


def number_of(entry: OptionEntry, word: int) -> int | float:
    """The number that a raw word stands for."""
    return round(word / FIXED_ONE, _PLACES) if entry.type == ValueType.FIXED else word


def empty_buffer(entry: OptionEntry) -> Any:
    """Room for the value of an option."""
    if entry.type == ValueType.STRING:
        return ctypes.create_string_buffer(max(1, entry.size))
    return (ctypes.c_int32 * max(1, entry.size // 4))()


def from_buffer(entry: OptionEntry, buffer: Any) -> bool | int | float | str:
    """The value that the library left in `buffer`."""
    if entry.type == ValueType.STRING:
        return str(buffer.value.decode("utf-8", "replace"))
    if entry.type == ValueType.BOOL:
        return bool(buffer[0])
    return number_of(entry, buffer[0])


def to_buffer(entry: OptionEntry, value: Any) -> Any:
    """`value` as the library takes it. Raises BadInput SCN-114 when the option does not take it;
    arrays are taken from nobody."""
    buffer = empty_buffer(entry)
    if entry.type == ValueType.BUTTON:
        return buffer
    if entry.type == ValueType.STRING:
        text = next((item for item in entry.strings if item.lower() == str(value).lower()), None)
        if entry.strings and text is None:
            raise refused(entry, value)
        raw = str(text if text is not None else value).encode("utf-8")
        if len(raw) >= len(buffer):
            raise refused(entry, value)
        buffer.value = raw
        return buffer
    if len(buffer) != 1:  # gamma tables and the like
        raise refused(entry, value)
    if entry.type == ValueType.BOOL:
        buffer[0] = int(_as_bool(entry, value))
    else:
        buffer[0] = word_of(entry, value)
    return buffer


def word_of(entry: OptionEntry, value: Any) -> int:
    """The 32-bit word of a number. Checked before conversion: a FIXED value overflows at 32768
    and would arrive as something small and valid. Raises BadInput SCN-114."""
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise refused(entry, value) from error
    fixed = entry.type == ValueType.FIXED
    if not abs(number) < (_FIXED_LIMIT if fixed else 2.0**31):
        raise refused(entry, value)
    word = round(number * FIXED_ONE) if fixed else round(number)
    slack = _FIXED_SLACK if fixed else 0
    if entry.words:
        nearest = min(entry.words, key=lambda known: abs(known - word))
    elif entry.low is not None and entry.high is not None:
        nearest = min(max(word, entry.low), entry.high)
    else:
        nearest = word
    if abs(nearest - word) > slack:
        raise refused(entry, value)
    return nearest


def refused(entry: OptionEntry, value: Any) -> BadInput:
    """The fault that says what the option takes instead of `value`."""
    scale = scale_of(entry)
    if entry.strings:
        allowed = ", ".join(entry.strings)
    elif entry.words:
        allowed = ", ".join(f"{word / scale:g}" for word in entry.words)
    elif entry.low is not None and entry.high is not None:
        allowed = f"{entry.low / scale:g} - {entry.high / scale:g}"
    else:
        allowed = ""
    return BadInput("SCN-114", option=entry.name, value=str(value), allowed=allowed)


def nearly_equal(asked: Any, got: bool | int | float | str) -> bool:
    """Whether nobody needs to hear of the difference: lengths are rounded to whole pixels."""
    try:
        return abs(float(asked) - float(got)) <= _ROUNDING * abs(float(asked))
    except (TypeError, ValueError):
        return str(asked) == str(got)


def _as_bool(entry: OptionEntry, value: Any) -> bool:
    if isinstance(value, str):
        lowered = value.lower()
        if lowered in ("yes", "true", "on", "1"):
            return True
        if lowered in ("no", "false", "off", "0"):
            return False
        raise refused(entry, value)
    return bool(value)
