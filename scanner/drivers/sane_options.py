"""Reads and sets the options of an open SANE device, and hears what the device made of it."""

from __future__ import annotations

import ctypes
from typing import Any, Protocol

from app.kernel.errors import BadInput
from scanner.api import ScanWarning
from scanner.drivers.sane_library import (
    INFO_INEXACT,
    INFO_RELOAD_OPTIONS,
    OptionEntry,
    SaneError,
    Status,
    ValueType,
)
from scanner.drivers.sane_values import (
    empty_buffer,
    from_buffer,
    nearly_equal,
    refused,
    to_buffer,
)

Value = bool | int | float | str


class OptionCalls(Protocol):
    """The calls of `SaneLibrary` that options need."""

    def options(self, handle: ctypes.c_void_p) -> dict[str, OptionEntry]:
        """The options by name, as they are now."""
        ...

    def control(
        self, handle: ctypes.c_void_p, entry: OptionEntry, value: Any, *, change: bool
    ) -> int:
        """Read or change one option. Gives the INFO flags."""
        ...


class SaneOptions:
    """The options of an open device, described anew whenever the device says they changed.

    `warnings` collects what the device could not do as asked. Raises BadInput SCN-114 for an
    option or value that the device does not take; SaneError when the device itself fails.
    """

    def __init__(self, library: OptionCalls, handle: ctypes.c_void_p) -> None:
        self._library = library
        self._handle = handle
        self._entries = library.options(handle)
        self.warnings: list[ScanWarning] = []

    @property
    def entries(self) -> tuple[OptionEntry, ...]:
        """All options as they are now, in the order of the device."""
        return tuple(self._entries.values())

    def entry(self, name: str) -> OptionEntry | None:
        """The option `name`, None when the device has none."""
        return self._entries.get(name)

    def has(self, name: str) -> bool:
        """Whether a program may set `name`, now or under other settings."""
        entry = self._entries.get(name)
        return entry is not None and entry.selectable

    def settable(self, name: str) -> bool:
        """Whether `name` can be set now."""
        entry = self._entries.get(name)
        return entry is not None and entry.settable

    def is_switch(self, name: str) -> bool:
        """Whether `name` can be switched on and off now."""
        entry = self._entries.get(name)
        return entry is not None and entry.settable and entry.type == ValueType.BOOL

    def choices(self, name: str) -> tuple[str, ...]:
        """The words that `name` takes; empty when it takes none."""
        entry = self._entries.get(name)
        return entry.strings if entry is not None else ()

    def value(self, name: str) -> Value | None:
        """The present value, None when the device has no such option or hides it now."""
        entry = self._entries.get(name)
        if entry is None or not entry.active or not entry.readable or entry.array:
            return None
        if entry.type == ValueType.BUTTON:
            return None
        buffer = empty_buffer(entry)
        try:
            self._library.control(self._handle, entry, buffer, change=False)
        except SaneError as error:
            if error.status in (Status.INVAL, Status.UNSUPPORTED):
                return None
            raise
        return from_buffer(entry, buffer)

    def set(self, name: str, value: Any, *, remark: bool = True) -> None:
        """Set one option; with `remark`, warns SCN-212 when the device rounded the value."""
        entry = self._entries.get(name)
        if entry is None or not entry.settable:
            raise BadInput("SCN-114", option=name, value=str(value), allowed="")
        buffer = to_buffer(entry, value)
        try:
            info = self._library.control(self._handle, entry, buffer, change=True)
        except SaneError as error:
            if error.status in (Status.INVAL, Status.UNSUPPORTED):
                raise refused(entry, value) from error
            raise
        if info & INFO_RELOAD_OPTIONS:
            self._entries = self._library.options(self._handle)
        if entry.type == ValueType.BUTTON:
            return
        got = from_buffer(entry, buffer)
        if info & INFO_INEXACT and remark and not nearly_equal(value, got):
            self.warn_changed(name, value, got)

    def warn_changed(self, name: str, asked: Any, got: Any) -> None:
        """Say that the device uses `got` instead of `asked`."""
        parameters = {"option": name, "asked": str(asked), "got": str(got)}
        self.warnings.append(ScanWarning(code="SCN-212", parameters=parameters))

    def warn_unmet(self, setting: str, value: Any) -> None:
        """Say that the device cannot do what the field `setting` of the request asks for."""
        parameters = {"setting": setting, "value": str(value)}
        self.warnings.append(ScanWarning(code="SCN-213", parameters=parameters))
