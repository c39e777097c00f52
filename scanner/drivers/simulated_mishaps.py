"""What goes wrong with the simulated scanner when one asks for it, and how it is told."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from app.kernel.errors import BadInput, Transient
from scanner.api import OptionDescription

# Options that the line itself uses for every driver.
_FOREIGN = frozenset({"cache", "duplex_pairs"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
# Nobody waits longer for a lamp: the driver gives up at once and says why.
LONGEST_WARMING = 20.0
_OPENED = ".simulated-opened"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mishaps:
    """What goes wrong, each at the sheet of that number (0: never), the pace and the stack.

    `start_sheet` goes on at that sheet after the operator has mended the trouble there. `busy` is
    how many times the device is busy when it is opened; `warming_up` are seconds before the first
    sheet, more than `LONGEST_WARMING` are a fault. `raw` delivers samples instead of JPEG.
    `sheets` in the stack come from the dossier fed round and round (0: once), as do `repeat`
    rounds of it.
    """

    jam_at: int = 0
    double_feed_at: int = 0
    cover_open_at: int = 0
    crash_at: int = 0
    hang_at: int = 0
    feeder_empty_at: int = 0
    offline_at: int = 0
    unplugged_at: int = 0
    out_of_memory_at: int = 0
    cancel_on_device_at: int = 0
    cut_page_at: int = 0
    zero_byte_at: int = 0
    busy: int = 0
    warming_up: float = 0.0
    start_sheet: int = 0
    sides_per_second: float = 0.0
    raw: bool = False
    sheets: int = 0
    repeat: int = 0


def described(option: str) -> OptionDescription:
    """The option as a form shows it."""
    value: bool | int | float = getattr(Mishaps(), option)
    kind = {bool: "bool", int: "int", float: "float"}[type(value)]
    return OptionDescription(
        name=option,
        title=option.replace("_", " "),
        type=kind,
        value=value,
        minimum=None if kind == "bool" else 0.0,
    )


def parse_mishaps(options: Mapping[str, Any]) -> Mishaps:
    """The mishaps that `options` ask for. Raises BadInput SCN-114."""
    nothing = Mishaps()
    known = {field.name: type(getattr(nothing, field.name)) for field in fields(nothing)}
    values: dict[str, Any] = {}
    for option, value in options.items():
        if option in _FOREIGN:
            continue
        if option not in known:
            raise BadInput("SCN-114", option=option, value=str(value), allowed=", ".join(known))
        try:
            values[option] = _as_truth(value) if known[option] is bool else known[option](value)
        except (TypeError, ValueError) as error:
            raise BadInput("SCN-114", option=option, value=str(value), allowed="0 …") from error
        if not values[option] >= 0:
            raise BadInput("SCN-114", option=option, value=str(value), allowed="0 …")
    return Mishaps(**values)


def _as_truth(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(word)
    return word in _TRUE


def meet_at_opening(mishaps: Mishaps, name: str, folder: Path) -> None:
    """Raise Transient SCN-103 while the device is busy, SCN-107 when it warms up for too long.

    How often it was opened is kept in `folder`, because every batch has a process of its own.
    """
    if mishaps.busy:
        note = folder / _OPENED
        opened = len(note.read_bytes()) if note.exists() else 0
        if opened < mishaps.busy:
            note.write_bytes(b"." * (opened + 1))
            raise Transient("SCN-103", name=name)
        note.unlink()
    if mishaps.warming_up > LONGEST_WARMING:
        raise Transient("SCN-107", name=name)


def meet_at_sheet(mishaps: Mishaps, sheet: int, name: str, multifeed: str) -> None:
    """Raise what stops the feeder at `sheet`, or hang there."""
    if sheet == mishaps.start_sheet:
        return  # the operator has just cleared this one
    if sheet == mishaps.offline_at:
        raise Transient("SCN-102", name=name)
    if sheet == mishaps.jam_at:
        raise Transient("SCN-104", sheet=sheet)
    if sheet == mishaps.double_feed_at and multifeed == "stop":
        raise Transient("SCN-106", sheet=sheet)
    if sheet == mishaps.cover_open_at:
        raise Transient("SCN-105", sheet=sheet)
    if sheet == mishaps.unplugged_at:
        raise Transient("SCN-122", sheet=sheet)
    if sheet == mishaps.out_of_memory_at:
        raise Transient("SCN-109", sheet=sheet)
    if sheet == mishaps.cancel_on_device_at:
        raise Transient("SCN-110", sheet=sheet)
    if sheet == mishaps.hang_at:
        threading.Event().wait()
