"""Sets the options of a SANE device: checked before they are converted, read back afterwards."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Mapping
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import ScanRequest, ScanWarning
from scanner.drivers.sane_library import (
    INFO_INEXACT,
    INFO_RELOAD_OPTIONS,
    OptionEntry,
    SaneError,
    SaneLibrary,
    Status,
    ValueType,
)

_FIXED_ONE = 65536.0
_FIXED_LIMIT = 32768.0
_ROUNDING = 0.01
_A4_MILLIMETRES = (210.0, 297.0)
# Options that the line itself uses for every driver; they are not the device's.
_FOREIGN = frozenset({"cache", "duplex_pairs", "start_sheet"})
_MODE_WORDS = {
    "color": ("color", "colour", "rgb"),
    "gray": ("gray", "grey"),
    "lineart": ("lineart", "line art", "black", "binary", "monochrome", "bw", "halftone"),
}
_log = logging.getLogger(__name__)


class SaneOptions:
    """The options of an open device.

    Values live on inside the library even over close and open, so everything the line relies on
    is set anew for each batch. Raises BadInput SCN-114 for an option or value that the device
    does not take; SaneError when the device itself fails.
    """

    def __init__(self, library: SaneLibrary, handle: ctypes.c_void_p) -> None:
        self._library = library
        self._handle = handle
        self._entries = library.options(handle)
        self.warnings: list[ScanWarning] = []

    def apply(self, request: ScanRequest) -> None:
        """Set source, mode, depth, resolution and page size, then the request's own options."""
        own = {name: value for name, value in request.options.items() if name not in _FOREIGN}
        self._choose_source(request.duplex, own)
        self._choose_mode(request.mode, own)
        for name in ("resolution", "x-resolution", "y-resolution"):
            if self._settable(name) and name not in own:
                self.set(name, self._nearest_resolution(name, request.resolution))
        self._choose_page(own)
        for name, value in own.items():
            if name not in ("source", "mode"):
                self.set(name, value)

    @property
    def feeder(self) -> bool:
        """Whether the chosen source feeds sheets."""
        return is_feeder(str(self.value("source") or "")) or self._feeds_only()

    @property
    def duplex(self) -> bool:
        """Whether the chosen settings deliver two sides of every sheet."""
        if "duplex" in str(self.value("source") or "").lower():
            return True
        return "duplex" in str(self.value("adf-mode") or "").lower() or bool(self.value("duplex"))

    @property
    def can_feed(self) -> bool:
        """Whether the device has a feeder at all."""
        return any(is_feeder(name) for name in self._choices("source")) or self._feeds_only()

    @property
    def can_duplex(self) -> bool:
        """Whether the device can deliver both sides."""
        names = (*self._choices("source"), *self._choices("adf-mode"))
        return "duplex" in self._entries or any("duplex" in name.lower() for name in names)

    @property
    def resolution(self) -> int:
        """Dots per inch as the device will really scan, 0 when it does not say."""
        value = self.value("resolution") or self.value("x-resolution") or 0
        return round(float(value))

    def value(self, name: str) -> bool | int | float | str | None:
        """The present value, None when the device has no such option or hides it now."""
        entry = self._entries.get(name)
        if entry is None or not entry.settable:
            return None
        buffer = _buffer(entry)
        try:
            self._library.control(self._handle, entry, buffer, change=False)
        except SaneError as error:
            if error.status in (Status.INVAL, Status.UNSUPPORTED):
                return None
            raise
        return _from_buffer(entry, buffer)

    def set(self, name: str, value: Any, *, remark: bool = True) -> None:
        """Set one option; with `remark`, warns SCN-212 when the device rounded the value."""
        entry = self._entries.get(name)
        if entry is None or not entry.settable:
            raise BadInput("SCN-114", option=name, value=str(value), allowed="")
        buffer = _to_buffer(entry, value)
        try:
            info = self._library.control(self._handle, entry, buffer, change=True)
        except SaneError as error:
            if error.status in (Status.INVAL, Status.UNSUPPORTED):
                raise _refused(entry, value) from error
            raise
        if info & INFO_RELOAD_OPTIONS:
            self._entries = self._library.options(self._handle)
        got = _from_buffer(entry, buffer)
        if info & INFO_INEXACT and remark and not _close(value, got):
            parameters = {"option": name, "asked": str(value), "got": str(got)}
            self.warnings.append(ScanWarning(code="SCN-212", parameters=parameters))

    def _settable(self, name: str) -> bool:
        entry = self._entries.get(name)
        return entry is not None and entry.settable

    def _choices(self, name: str) -> tuple[str, ...]:
        entry = self._entries.get(name)
        return entry.strings if entry is not None else ()

    def _feeds_only(self) -> bool:
        # Some sheet-fed devices name no source; their feeder shows in other options.
        return not self._choices("source") and bool(
            {"adf-mode", "page-loaded", "adf-loaded", "feeder-mode"} & self._entries.keys()
        )

    def _choose_source(self, duplex: bool, own: Mapping[str, Any]) -> None:
        if "source" in own:
            self.set("source", own["source"])
        elif self._settable("source"):
            chosen = choose_source(self._choices("source"), duplex)
            if chosen:
                self.set("source", chosen)
        if "adf-mode" not in own and self._settable("adf-mode"):
            for name in self._choices("adf-mode"):
                if ("duplex" in name.lower()) == duplex:
                    self.set("adf-mode", name)
                    break
        entry = self._entries.get("duplex")
        switch = entry is not None and entry.settable and entry.type == ValueType.BOOL
        if switch and "duplex" not in own:
            self.set("duplex", duplex)

    def _choose_mode(self, mode: str, own: Mapping[str, Any]) -> None:
        """Set `mode`; where a device has no line art, one bit of gray is the same."""
        if mode not in _MODE_WORDS:
            raise BadInput("SCN-114", option="mode", value=mode, allowed=", ".join(_MODE_WORDS))
        depth = 1 if mode == "lineart" else 8
        if "mode" in own:
            self.set("mode", own["mode"])
        elif self._settable("mode"):
            choices = self._choices("mode")
            chosen = _match(choices, _MODE_WORDS[mode])
            if chosen is None and mode == "lineart" and self._takes_depth(1):
                chosen = _match(choices, _MODE_WORDS["gray"])
            if chosen is None:
                raise BadInput("SCN-114", option="mode", value=mode, allowed=", ".join(choices))
            self.set("mode", chosen)
        if "depth" not in own and self._takes_depth(depth):
            self.set("depth", depth)

    def _takes_depth(self, depth: int) -> bool:
        entry = self._entries.get("depth")
        if entry is None or not entry.settable:
            return False
        if entry.words:
            return depth in entry.words
        return entry.low is None or entry.high is None or entry.low <= depth <= entry.high

    def _nearest_resolution(self, name: str, asked: int) -> float:
        """The smallest resolution on offer that is not below `asked`: finer is safe, coarser
        breaks the standard silently."""
        entry = self._entries[name]
        scale = _FIXED_ONE if entry.type == ValueType.FIXED else 1.0
        finer = [word for word in entry.words if word / scale >= asked]
        if not entry.words:
            return asked
        if not finer:
            raise _refused(entry, asked)
        chosen = min(finer) / scale
        if chosen != asked:
            parameters = {"option": name, "asked": str(asked), "got": f"{chosen:g}"}
            self.warnings.append(ScanWarning(code="SCN-212", parameters=parameters))
        return chosen

    def _choose_page(self, own: Mapping[str, Any]) -> None:
        """Ask for A4 from the top left corner, or for as much of it as the device has."""
        width, height = _A4_MILLIMETRES
        for name, value in (
            ("page-width", width),
            ("page-height", height),
            ("tl-x", 0.0),
            ("tl-y", 0.0),
            ("br-x", width),
            ("br-y", height),
        ):
            entry = self._entries.get(name)
            # Corners in pixels instead of millimetres are INT; those devices default to all.
            if entry is None or not entry.settable or name in own or entry.type != ValueType.FIXED:
                continue
            low = entry.low if entry.low is not None else 0
            high = entry.high if entry.high is not None else int(value * _FIXED_ONE)
            self.set(name, min(max(value, low / _FIXED_ONE), high / _FIXED_ONE), remark=False)


def is_feeder(source: str) -> bool:
    """Whether the name of a source means a feeder; every backend has its own spelling."""
    lowered = source.lower()
    return any(word in lowered for word in ("adf", "feeder", "duplex"))


def choose_source(sources: tuple[str, ...], duplex: bool) -> str | None:
    """The source to feed from: both sides when wanted and offered, else the front of the feeder,
    else None (leave what is set)."""
    feeders = [name for name in sources if is_feeder(name) and "back" not in name.lower()]
    both = [name for name in feeders if "duplex" in name.lower()]
    front = [name for name in feeders if "duplex" not in name.lower()]
    ranked = [*both, *front] if duplex else [*front, *both]
    return ranked[0] if ranked else None


def _match(choices: tuple[str, ...], words: tuple[str, ...]) -> str | None:
    for word in words:
        for choice in sorted(choices, key=lambda choice: choice.lower() != word):
            if word in choice.lower():
                return choice
    return None


def _close(asked: Any, got: bool | int | float | str) -> bool:
    # Lengths are rounded to whole pixels; nobody needs to hear of that.
    try:
        return abs(float(asked) - float(got)) <= _ROUNDING * abs(float(asked))
    except (TypeError, ValueError):
        return str(asked) == str(got)


def _buffer(entry: OptionEntry) -> Any:
    if entry.type == ValueType.STRING:
        return ctypes.create_string_buffer(max(1, entry.size))
    return (ctypes.c_int32 * max(1, entry.size // 4))()


def _from_buffer(entry: OptionEntry, buffer: Any) -> bool | int | float | str:
    if entry.type == ValueType.STRING:
        return str(buffer.value.decode("utf-8", "replace"))
    if entry.type == ValueType.FIXED:
        return float(buffer[0] / _FIXED_ONE)
    return bool(buffer[0]) if entry.type == ValueType.BOOL else int(buffer[0])


def _to_buffer(entry: OptionEntry, value: Any) -> Any:
    buffer = _buffer(entry)
    if entry.type == ValueType.STRING:
        text = next((item for item in entry.strings if item.lower() == str(value).lower()), None)
        if entry.strings and text is None:
            raise _refused(entry, value)
        raw = str(text if text is not None else value).encode("utf-8")
        if len(raw) >= len(buffer):
            raise _refused(entry, value)
        buffer.value = raw
        return buffer
    if len(buffer) != 1:  # gamma tables and the like
        raise _refused(entry, value)
    if entry.type == ValueType.BOOL:
        buffer[0] = int(_as_bool(entry, value))
        return buffer
    buffer[0] = _as_word(entry, value)
    return buffer


def _as_bool(entry: OptionEntry, value: Any) -> bool:
    if isinstance(value, str):
        lowered = value.lower()
        if lowered in ("yes", "true", "on", "1"):
            return True
        if lowered in ("no", "false", "off", "0"):
            return False
        raise _refused(entry, value)
    return bool(value)


def _as_word(entry: OptionEntry, value: Any) -> int:
    """The 32-bit word of a number. Checked before conversion: a FIXED value overflows at 32768
    and would arrive as something small and valid."""
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise _refused(entry, value) from error
    fixed = entry.type == ValueType.FIXED
    if not abs(number) < (_FIXED_LIMIT if fixed else 2.0**31):
        raise _refused(entry, value)
    word = round(number * _FIXED_ONE) if fixed else round(number)
    if entry.words and word not in entry.words:
        raise _refused(entry, value)
    if entry.low is not None and entry.high is not None and not entry.low <= word <= entry.high:
        raise _refused(entry, value)
    return word


def _refused(entry: OptionEntry, value: Any) -> BadInput:
    scale = _FIXED_ONE if entry.type == ValueType.FIXED else 1.0
    if entry.strings:
        allowed = ", ".join(entry.strings)
    elif entry.words:
        allowed = ", ".join(f"{word / scale:g}" for word in entry.words)
    elif entry.low is not None and entry.high is not None:
        allowed = f"{entry.low / scale:g} - {entry.high / scale:g}"
    else:
        allowed = ""
    return BadInput("SCN-114", option=entry.name, value=str(value), allowed=allowed)
