"""What a SANE device can do, read from its own description."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from app.kernel.errors import BadInput
from scanner.api import Capabilities, OptionDescription, SourceCapabilities
from scanner.drivers.sane_library import OptionEntry, ValueType
from scanner.drivers.sane_options import SaneOptions
from scanner.drivers.sane_request import modes_of
from scanner.drivers.sane_sources import (
    FEEDER,
    FLATBED,
    can_feed,
    can_give_both_sides,
    has_duplex_switch,
    kind_of,
)
from scanner.drivers.sane_values import number_of
from scanner.drivers.sane_wishes import (
    allows_long_paper,
    detects_double_feed,
    has_imprinter,
)

_UNITS = ("", "pixel", "bit", "mm", "dpi", "percent", "microsecond")
_TYPES = {
    ValueType.BOOL: "bool",
    ValueType.INT: "int",
    ValueType.FIXED: "float",
    ValueType.STRING: "text",
    ValueType.BUTTON: "button",
}
_RESOLUTIONS = ("resolution", "x-resolution", "std-resolution")
_MILLIMETRES = 3
_log = logging.getLogger(__name__)


def read_capabilities(options: SaneOptions) -> Capabilities:
    """Everything the device says about itself. Every source is chosen once to hear what it
    offers, and the one that was set is set again. Raises SaneError."""
    described = tuple(_described(options, entry) for entry in options.entries)
    flags = {
        "brightness": options.has("brightness"),
        "contrast": options.has("contrast"),
        "multifeed": detects_double_feed(options),
        "imprinter": has_imprinter(options),
        "long_paper": allows_long_paper(options),
    }
    return Capabilities(sources=_sources(options), options=described, **flags)


def _described(options: SaneOptions, entry: OptionEntry) -> OptionDescription:
    numbers = [number_of(entry, word) for word in entry.words]
    return OptionDescription(
        name=entry.name,
        title=entry.title or entry.name,
        description=entry.description,
        group=entry.group,
        type=_TYPES.get(ValueType(entry.type), "text"),
        unit=_UNITS[entry.unit] if 0 <= entry.unit < len(_UNITS) else "",
        value=options.value(entry.name),
        choices=entry.strings or tuple(numbers),
        minimum=_limit(entry, entry.low),
        maximum=_limit(entry, entry.high),
        step=_limit(entry, entry.step),
        # A table of numbers has no field in a form.
        settable=entry.selectable and not entry.array,
        active=entry.active,
        advanced=entry.advanced,
    )


def _limit(entry: OptionEntry, word: int | None) -> float | None:
    return None if word is None else float(number_of(entry, word))


def _sources(options: SaneOptions) -> tuple[SourceCapabilities, ...]:
    names = options.choices("source")
    if not names:
        kind = FEEDER if can_feed(options) else FLATBED
        return (_source(options, kind, "", can_give_both_sides(options)),)
    before = options.value("source")
    found = []
    for name in names:
        if options.settable("source"):
            try:
                options.set("source", name, remark=False)
            except BadInput as error:
                # Listed, and not to be had now (a unit that is taken off).
                _log.info("source %s cannot be chosen: %s", name, error)
                continue
        kind = kind_of(name)
        duplex = "duplex" in name.lower() or (kind == FEEDER and _duplex_beside(options))
        found.append(_source(options, kind, name, duplex))
    if before is not None and options.settable("source"):
        options.set("source", before, remark=False)
    return tuple(found)


def _duplex_beside(options: SaneOptions) -> bool:
    return has_duplex_switch(options) or any(
        "duplex" in name.lower() for name in options.choices("adf-mode")
    )


def _source(options: SaneOptions, kind: str, name: str, duplex: bool) -> SourceCapabilities:
    entry = next((e for e in map(options.entry, _RESOLUTIONS) if e is not None), None)
    numbers = _resolutions(entry)
    limits: Sequence[int] = numbers
    if not numbers and entry is not None and entry.low is not None and entry.high is not None:
        limits = (round(number_of(entry, entry.low)), round(number_of(entry, entry.high)))
    return SourceCapabilities(
        kind=kind,
        name=name,
        duplex=duplex,
        resolutions=numbers,
        minimum_resolution=min(limits, default=0),
        maximum_resolution=max(limits, default=0),
        modes=modes_of(options),
        width_mm=_reach(options, "br-x"),
        height_mm=_reach(options, "br-y"),
    )


def _resolutions(entry: OptionEntry | None) -> tuple[int, ...]:
    if entry is None:
        return ()
    if entry.strings:
        return tuple(int(text) for text in entry.strings if text.isdecimal())
    return tuple(round(number_of(entry, word)) for word in entry.words)


def _reach(options: SaneOptions, name: str) -> float:
    entry = options.entry(name)
    if entry is None or entry.high is None or entry.unit != _MILLIMETRES:
        return 0.0
    return float(number_of(entry, entry.high))
