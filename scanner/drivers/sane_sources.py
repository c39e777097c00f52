"""The ways into a SANE device: feeders, glass and their spellings."""

from __future__ import annotations

from scanner.drivers.sane_library import ValueType
from scanner.drivers.sane_options import SaneOptions

FEEDER, FLATBED, CAMERA = "feeder", "flatbed", "camera"
# Sheet-fed devices that name no source show their feeder in these.
_FEEDER_SIGNS = ("adf-mode", "page-loaded", "adf-loaded", "feeder-mode")


def is_feeder(source: str) -> bool:
    """Whether the name of a source means a feeder; every backend has its own spelling."""
    lowered = source.lower()
    return any(word in lowered for word in ("adf", "feeder", "duplex", "sheetfed"))


def kind_of(source: str) -> str:
    """The kind of a source: "feeder", "camera", else "flatbed"."""
    if is_feeder(source):
        return FEEDER
    return CAMERA if "camera" in source.lower() else FLATBED


def feeds_only(options: SaneOptions) -> bool:
    """Whether the device has a feeder and nothing else."""
    return not options.choices("source") and any(options.entry(name) for name in _FEEDER_SIGNS)


def feeds(options: SaneOptions) -> bool:
    """Whether the chosen source feeds sheets."""
    return is_feeder(str(options.value("source") or "")) or feeds_only(options)


def can_feed(options: SaneOptions) -> bool:
    """Whether the device has a feeder at all."""
    return any(is_feeder(name) for name in options.choices("source")) or feeds_only(options)


def gives_both_sides(options: SaneOptions) -> bool:
    """Whether the chosen settings deliver two sides of every sheet."""
    names = (options.value("source"), options.value("adf-mode"))
    return any("duplex" in str(name or "").lower() for name in names) or (
        options.value("duplex") is True
    )


def can_give_both_sides(options: SaneOptions) -> bool:
    """Whether the device can deliver both sides."""
    names = (*options.choices("source"), *options.choices("adf-mode"))
    return has_duplex_switch(options) or any("duplex" in name.lower() for name in names)


def has_duplex_switch(options: SaneOptions) -> bool:
    """Whether both sides are a setting beside the source. An option of that name which cannot
    be set is a button at the device."""
    entry = options.entry("duplex")
    return entry is not None and entry.selectable and entry.type == ValueType.BOOL


def choose_feeder(sources: tuple[str, ...], duplex: bool) -> str | None:
    """The source to feed from: both sides when wanted and offered, else the front of the feeder,
    else None (leave what is set)."""
    feeders = [name for name in sources if is_feeder(name) and "back" not in name.lower()]
    # A slot for cards is a feeder too, but not the one for a stack.
    ranked = sorted(
        feeders, key=lambda name: ("card" in name.lower(), ("duplex" in name.lower()) != duplex)
    )
    return ranked[0] if ranked else None


def choose_glass(sources: tuple[str, ...]) -> str | None:
    """The source that is a glass plate, None when there is none."""
    plates = [name for name in sources if kind_of(name) == FLATBED]
    words = ("flatbed", "platen", "normal", "fb")
    ranked = sorted(plates, key=lambda name: not any(word in name.lower() for word in words))
    return ranked[0] if ranked else None
