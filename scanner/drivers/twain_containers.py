"""The four containers that the values of a capability travel in (specification, chapter 4).

Pure: bytes in memory become Python values and back. FIX32 is a float, BOOL a bool, strings are
text, FRAME is a tuple (left, top, right, bottom).
"""

from __future__ import annotations

import ctypes
import struct
import sys
from dataclasses import dataclass

from scanner.drivers.twain_constants import DONT_CARE_32, Container, Item

Rectangle = tuple[float, float, float, float]
Value = bool | int | float | str | Rectangle

TEXT_ENCODING = "mbcs" if sys.platform == "win32" else "utf-8"
# More items than any real list has: a length from a source that is not sane.
_MOST_ITEMS = 1 << 16
_FIX32_ONE = 65536.0
_FIX32_LIMIT = 1 << 31
_NUMBERS: dict[int, str] = {
    Item.INT8: "b",
    Item.INT16: "h",
    Item.INT32: "i",
    Item.UINT8: "B",
    Item.UINT16: "H",
    Item.UINT32: "I",
    Item.BOOL: "H",
}
_TEXTS: dict[int, int] = {Item.STR32: 34, Item.STR64: 66, Item.STR128: 130, Item.STR255: 256}
_ONE_HEADER = 2
_ARRAY_HEADER = 6
_ENUMERATION_HEADER = 14
_SLOT = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Values:
    """What a container holds. `current` is None in an array, whose `choices` are all current.

    `choices` of an enumeration are what is on offer; `minimum`, `maximum` and `step` are those of
    a range, None otherwise.
    """

    container: int
    item: int
    current: Value | None = None
    default: Value | None = None
    choices: tuple[Value, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None


def item_size(item: int) -> int:
    """Bytes of one item. Raises ValueError for a type that carries no value (HANDLE)."""
    if item in _NUMBERS:
        return struct.calcsize("=" + _NUMBERS[item])
    if item == Item.FIX32:
        return 4
    if item == Item.FRAME:
        return 16
    if item in _TEXTS:
        return _TEXTS[item]
    raise ValueError(f"type {item}")


def decode(address: int, container: int) -> Values:
    """Read the container at `address`. Raises ValueError when it makes no sense."""
    if container == Container.ONEVALUE:
        (item,) = _read(address, "H")
        value = _item(address + _ONE_HEADER, item)
        return Values(container=container, item=item, current=value)
    if container == Container.RANGE:
        return _range(address)
    if container == Container.ARRAY:
        item, count = _read(address, "HI")
        return Values(
            container=container, item=item, choices=_items(address + _ARRAY_HEADER, item, count)
        )
    if container == Container.ENUMERATION:
        item, count, current, default = _read(address, "HIII")
        choices = _items(address + _ENUMERATION_HEADER, item, count)
        if not choices:
            raise ValueError("an enumeration of nothing")
        return Values(
            container=container,
            item=item,
            choices=choices,
            # Some sources leave the index of the default undefined.
            current=choices[current] if current < len(choices) else choices[0],
            default=choices[default] if default < len(choices) else None,
        )
    raise ValueError(f"container {container}")


def encode_one(item: int, value: Value) -> bytes:
    """A TW_ONEVALUE with `value`. Raises ValueError or OverflowError when it does not fit."""
    body = encode_item(item, value)
    # A whole slot in any case: sources copy four bytes. The value comes first in it, as in the
    # little-endian machines that TWAIN is at home on.
    return struct.pack("=H", item) + body.ljust(_SLOT, b"\0")


def encode_array(item: int, values: tuple[Value, ...]) -> bytes:
    """A TW_ARRAY of `values`. Raises as `encode_one`."""
    body = b"".join(encode_item(item, value) for value in values)
    return struct.pack("=HI", item, len(values)) + body


def encode_item(item: int, value: Value) -> bytes:
    """The bytes of one item. Raises ValueError or OverflowError when `value` does not fit."""
    if item == Item.FRAME:
        if not isinstance(value, tuple) or len(value) != 4:
            raise ValueError(value)
        return b"".join(_fix32(side) for side in value)
    if isinstance(value, tuple):
        raise ValueError(value)
    if item in _TEXTS:
        raw = str(value).encode(TEXT_ENCODING)
        if len(raw) >= _TEXTS[item]:
            raise OverflowError(value)
        return raw.ljust(_TEXTS[item], b"\0")
    if item == Item.FIX32:
        return _fix32(float(value))
    number = round(float(value))
    try:
        return struct.pack("=" + _NUMBERS[item], bool(number) if item == Item.BOOL else number)
    except struct.error as error:
        raise OverflowError(value) from error
    except KeyError as error:
        raise ValueError(f"type {item}") from error


def _fix32(value: float) -> bytes:
    """Checked before conversion: what is too large would wrap to something valid."""
    words = round(value * _FIX32_ONE)
    if not -_FIX32_LIMIT <= words < _FIX32_LIMIT:
        raise OverflowError(value)
    return struct.pack("=hH", words >> 16, words & 0xFFFF)


def _range(address: int) -> Values:
    item = int(_read(address, "H")[0])
    slots = [_item(address + _ONE_HEADER + _SLOT * index, item) for index in range(5)]
    low, high, step = (_number(slot) for slot in slots[:3])
    raw_default = _read(address + _ONE_HEADER + _SLOT * 3, "I")[0]
    return Values(
        container=Container.RANGE,
        item=item,
        minimum=low,
        maximum=high,
        step=step,
        default=None if raw_default == DONT_CARE_32 else slots[3],
        current=slots[4],
    )


def _number(value: Value) -> float:
    if isinstance(value, str | tuple):
        raise ValueError("a range of something that is no number")
    return float(value)


def _items(address: int, item: int, count: int) -> tuple[Value, ...]:
    if count > _MOST_ITEMS:
        raise ValueError(f"{count} items")
    size = item_size(item)
    return tuple(_item(address + size * index, item) for index in range(count))


def _item(address: int, item: int) -> Value:
    if item == Item.BOOL:
        return bool(_read(address, "H")[0])
    if item in _NUMBERS:
        return int(_read(address, _NUMBERS[item])[0])
    if item == Item.FIX32:
        whole, fraction = _read(address, "hH")
        return float(whole + fraction / _FIX32_ONE)
    if item == Item.FRAME:
        sides = _read(address, "hHhHhHhH")
        left, top, right, bottom = (
            float(sides[index] + sides[index + 1] / _FIX32_ONE) for index in (0, 2, 4, 6)
        )
        return (left, top, right, bottom)
    raw = ctypes.string_at(address, item_size(item))
    return raw.split(b"\0")[0].decode(TEXT_ENCODING, "replace")


def _read(address: int, layout: str) -> tuple[int, ...]:
    layout = "=" + layout
    return struct.unpack(layout, ctypes.string_at(address, struct.calcsize(layout)))
