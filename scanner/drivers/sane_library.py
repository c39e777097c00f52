"""The calls of libsane.so.1 (SANE standard 1.06, sections 4.2 to 4.4), and nothing more."""

from __future__ import annotations

import ctypes
import enum
import logging
import sys
from dataclasses import dataclass
from typing import Any

from app.kernel.errors import Broken

_NAMES = {"linux": "libsane.so.1", "darwin": "libsane.1.dylib"}
_log = logging.getLogger(__name__)


class Status(enum.IntEnum):
    """Status codes; 12 and 13 are extensions of the sane-backends project."""

    GOOD = 0
    UNSUPPORTED = 1
    CANCELLED = 2
    DEVICE_BUSY = 3
    INVAL = 4
    EOF = 5
    JAMMED = 6
    NO_DOCS = 7
    COVER_OPEN = 8
    IO_ERROR = 9
    NO_MEM = 10
    ACCESS_DENIED = 11
    WARMING_UP = 12
    HW_LOCKED = 13


class ValueType(enum.IntEnum):
    """What kind of value an option takes."""

    BOOL = 0
    INT = 1
    FIXED = 2
    STRING = 3
    BUTTON = 4
    GROUP = 5


class Frame(enum.IntEnum):
    """What the data of one frame is."""

    GRAY = 0
    RGB = 1
    RED = 2
    GREEN = 3
    BLUE = 4


class SaneError(Exception):
    """A call failed with `status`, a number of `Status` or one this version does not know."""

    def __init__(self, call: str, status: int) -> None:
        super().__init__(f"{call}: {_status_name(status)}")
        self.call = call
        self.status = status


class _Device(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("vendor", ctypes.c_char_p),
        ("model", ctypes.c_char_p),
        ("type", ctypes.c_char_p),
    ]


class _Range(ctypes.Structure):
    _fields_ = [
        ("minimum", ctypes.c_int32),
        ("maximum", ctypes.c_int32),
        ("quant", ctypes.c_int32),
    ]


class _Constraint(ctypes.Union):
    _fields_ = [
        ("strings", ctypes.POINTER(ctypes.c_char_p)),
        ("words", ctypes.POINTER(ctypes.c_int32)),
        ("range", ctypes.POINTER(_Range)),
    ]


class _Descriptor(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("desc", ctypes.c_char_p),
        ("type", ctypes.c_int),
        ("unit", ctypes.c_int),
        ("size", ctypes.c_int32),
        ("cap", ctypes.c_int32),
        ("constraint_type", ctypes.c_int),
        ("constraint", _Constraint),
    ]


class _Parameters(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_int),
        ("last_frame", ctypes.c_int32),
        ("bytes_per_line", ctypes.c_int32),
        ("pixels_per_line", ctypes.c_int32),
        ("lines", ctypes.c_int32),
        ("depth", ctypes.c_int32),
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceEntry:
    """A device as SANE lists it."""

    name: str
    vendor: str
    model: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameParameters:
    """The measures of the frame being read; `lines` is -1 when nobody knows the height yet."""

    format: int
    last_frame: bool
    bytes_per_line: int
    pixels_per_line: int
    lines: int
    depth: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionEntry:
    """An option as the device describes it now. `words`, `low`, `high` and `step` are raw 32-bit
    words: for FIXED values 65536 stands for 1. `strings` and `words` are empty without such a
    list. `selectable`: a program may set it; `readable`: it may be asked; `active`: it has a
    meaning under the present settings. `unit` is the number of a SANE unit."""

    index: int
    name: str
    type: int
    size: int
    title: str = ""
    description: str = ""
    group: str = ""
    unit: int = 0
    selectable: bool = True
    readable: bool = True
    active: bool = True
    advanced: bool = False
    strings: tuple[str, ...] = ()
    words: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None
    step: int | None = None

    @property
    def settable(self) -> bool:
        """Whether it can be set under the present settings."""
        return self.selectable and self.active

    @property
    def array(self) -> bool:
        """Whether it holds more than one number (a gamma table)."""
        return self.type in (ValueType.INT, ValueType.FIXED) and self.size > _WORD_BYTES


_WORD_BYTES = 4
_CAP_SOFT_SELECT, _CAP_SOFT_DETECT, _CAP_INACTIVE, _CAP_ADVANCED = 1, 4, 32, 64
_CONSTRAINT_RANGE, _CONSTRAINT_WORDS, _CONSTRAINT_STRINGS = 1, 2, 3
_ACTION_GET, _ACTION_SET = 0, 1
INFO_INEXACT = 1
INFO_RELOAD_OPTIONS = 2


class SaneLibrary:
    """The loaded library after `sane_init`.

    `sane_exit` is never called: it unloads the backends, and one that has just ended a reading
    thread may hold the lock of the loader for ever. The process of the host ends anyway.

    Raises Broken SCN-115 when SANE is not installed. Calls raise SaneError.
    """

    def __init__(self) -> None:
        name = _NAMES.get(sys.platform, "libsane.so.1")
        try:
            self._calls = ctypes.CDLL(name)
        except OSError as error:
            _log.info("cannot load %s: %s", name, error)
            raise Broken("SCN-115", library=name) from error
        self._calls.sane_get_option_descriptor.restype = ctypes.POINTER(_Descriptor)
        for call in ("sane_close", "sane_cancel"):
            getattr(self._calls, call).restype = None
        self._check("sane_init", None, None)

    def devices(self) -> list[DeviceEntry]:
        """All devices that SANE finds, also on the network."""
        listed = ctypes.POINTER(ctypes.POINTER(_Device))()
        self._check("sane_get_devices", ctypes.byref(listed), ctypes.c_int32(0))
        entries = []
        position = 0
        while listed[position]:
            device = listed[position].contents
            position += 1
            entries.append(
                DeviceEntry(
                    name=_text(device.name), vendor=_text(device.vendor), model=_text(device.model)
                )
            )
        return entries

    def open(self, name: str) -> ctypes.c_void_p:
        """A handle of the device."""
        handle = ctypes.c_void_p()
        self._check("sane_open", name.encode("utf-8", "surrogateescape"), ctypes.byref(handle))
        return handle

    def close(self, handle: ctypes.c_void_p) -> None:
        """Give the device back."""
        self._calls.sane_close(handle)

    def start(self, handle: ctypes.c_void_p) -> None:
        """Begin the next frame."""
        self._check("sane_start", handle)

    def cancel(self, handle: ctypes.c_void_p) -> None:
        """End the page being read; also due after every error and after the last page."""
        self._calls.sane_cancel(handle)

    def parameters(self, handle: ctypes.c_void_p) -> FrameParameters:
        """The measures of the frame. Only true between `start` and the end of the frame."""
        raw = _Parameters()
        self._check("sane_get_parameters", handle, ctypes.byref(raw))
        return FrameParameters(
            format=raw.format,
            last_frame=bool(raw.last_frame),
            bytes_per_line=raw.bytes_per_line,
            pixels_per_line=raw.pixels_per_line,
            lines=raw.lines,
            depth=raw.depth,
        )

    def read(
        self, handle: ctypes.c_void_p, buffer: ctypes.Array[ctypes.c_char], most: int
    ) -> int | None:
        """Fill the start of `buffer` with `most` bytes or fewer; the number of bytes, or None at
        the end of the frame."""
        length = ctypes.c_int32(0)
        status = self._calls.sane_read(
            handle, buffer, ctypes.c_int32(min(most, len(buffer))), ctypes.byref(length)
        )
        if status == Status.EOF:
            return None
        if status != Status.GOOD:
            raise SaneError("sane_read", status)
        return length.value

    def options(self, handle: ctypes.c_void_p) -> dict[str, OptionEntry]:
        """The options by name, as they are now. Option 0, asked first, is their number; network
        devices insist on that order after every change."""
        if not self._calls.sane_get_option_descriptor(handle, ctypes.c_int32(0)):
            return {}
        number = ctypes.c_int32(0)
        self._check(
            "sane_control_option",
            handle,
            ctypes.c_int32(0),
            ctypes.c_int(_ACTION_GET),
            ctypes.byref(number),
            None,
        )
        entries: dict[str, OptionEntry] = {}
        group = ""
        for index in range(1, number.value):
            pointer = self._calls.sane_get_option_descriptor(handle, ctypes.c_int32(index))
            if not pointer:
                continue
            if pointer.contents.type == ValueType.GROUP:
                group = _text(pointer.contents.title)
            elif pointer.contents.name:
                entry = _entry(index, group, pointer.contents)
                entries[entry.name] = entry
        return entries

    def control(
        self, handle: ctypes.c_void_p, entry: OptionEntry, value: Any, *, change: bool
    ) -> int:
        """Read an option into the ctypes object `value`, or `change` it to that value, which
        then holds what the device made of it; a button is pressed. Gives the INFO flags."""
        info = ctypes.c_int32(0)
        self._check(
            "sane_control_option",
            handle,
            ctypes.c_int32(entry.index),
            ctypes.c_int(_ACTION_SET if change else _ACTION_GET),
            ctypes.byref(value),
            ctypes.byref(info),
        )
        return info.value

    def _check(self, call: str, *arguments: Any) -> None:
        status = getattr(self._calls, call)(*arguments)
        if status != Status.GOOD:
            raise SaneError(call, status)


def _entry(index: int, group: str, raw: _Descriptor) -> OptionEntry:
    strings: list[str] = []
    words: list[int] = []
    low = high = step = None
    if raw.constraint_type == _CONSTRAINT_STRINGS:
        for text in raw.constraint.strings:
            if text is None:
                break
            strings.append(_text(text))
    elif raw.constraint_type == _CONSTRAINT_WORDS:
        words = list(raw.constraint.words[1 : raw.constraint.words[0] + 1])
    elif raw.constraint_type == _CONSTRAINT_RANGE:
        limits = raw.constraint.range.contents
        low, high, step = limits.minimum, limits.maximum, limits.quant or None
    return OptionEntry(
        index=index,
        name=_text(raw.name),
        type=raw.type,
        size=raw.size,
        title=_text(raw.title),
        description=_text(raw.desc),
        group=group,
        unit=raw.unit,
        selectable=bool(raw.cap & _CAP_SOFT_SELECT),
        readable=bool(raw.cap & _CAP_SOFT_DETECT),
        active=not raw.cap & _CAP_INACTIVE,
        advanced=bool(raw.cap & _CAP_ADVANCED),
        strings=tuple(strings),
        words=tuple(words),
        low=low,
        high=high,
        step=step,
    )


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")


def _status_name(status: int) -> str:
    try:
        return Status(status).name
    except ValueError:
        return f"status {status}"
