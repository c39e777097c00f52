"""Brings a scan request to the options of a SANE device: way in, mode, resolution, page size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import PAPER_SIZES, ScanRequest
from scanner.drivers.sane_library import OptionEntry, ValueType
from scanner.drivers.sane_options import SaneOptions
from scanner.drivers.sane_sources import (
    can_feed,
    choose_feeder,
    choose_glass,
    feeds,
    feeds_only,
    has_duplex_switch,
)
from scanner.drivers.sane_values import FIXED_ONE, refused, scale_of
from scanner.drivers.sane_wishes import apply_wishes, let_paper_be_long

# Options that the line itself uses for every driver; they are not the device's.
_FOREIGN = frozenset({"cache", "duplex_pairs", "start_sheet"})
_DEFAULT_PAPER = ScanRequest.__dataclass_fields__["paper"].default
_AUTOMATIC_PAPER = "auto"
# Lets the device find the edges of the paper itself (hs2p, fujitsu, bh).
_AUTOMATIC_SWITCHES = ("auto-size", "awd", "ald", "autoborder")
# Less is lost at an edge that a scanner cannot see anyway.
_EDGE_MILLIMETRES = 2.0
_CONTINUOUS = "continuous"
_MODE_WORDS: Mapping[str, tuple[str, ...]] = {
    "color": ("color", "colour", "rgb"),
    "gray": ("gray", "grey"),
    "lineart": ("lineart", "line art", "black", "binary", "monochrome", "bw", "halftone"),
}


def apply_request(options: SaneOptions, request: ScanRequest) -> None:
    """Set everything the line relies on, then the request's own options.

    Values live on inside the library even over close and open, so all is set anew for each
    batch. Wishes beyond the defaults that the device cannot fulfil become warnings SCN-213.
    Raises BadInput SCN-114 and SaneError.
    """
    own = {name: value for name, value in request.options.items() if name not in _FOREIGN}
    _choose_way(options, request, own)
    _choose_mode(options, request.mode, own)
    for name in ("resolution", "x-resolution", "y-resolution", "std-resolution"):
        if options.settable(name) and name not in own:
            _set_resolution(options, name, request.resolution)
    _choose_page(options, request, own)
    apply_wishes(options, request, own)
    for name, value in own.items():
        if name not in ("source", "mode"):
            options.set(name, value)


def resolution_of(options: SaneOptions) -> int:
    """Dots per inch as the device will really scan, 0 when it does not say."""
    value = options.value("resolution") or options.value("x-resolution") or 0
    try:
        return round(float(value))
    except ValueError:
        return 0


def modes_of(options: SaneOptions) -> tuple[str, ...]:
    """Which of "color", "gray" and "lineart" the device offers under the present settings."""
    choices = options.choices("mode")
    found = [mode for mode, words in _MODE_WORDS.items() if _match(choices, words)]
    if "gray" in found and "lineart" not in found and _takes_depth(options, 1):
        found.append("lineart")
    return tuple(found)


def _choose_way(options: SaneOptions, request: ScanRequest, own: Mapping[str, Any]) -> None:
    if request.way not in ("auto", "feeder", "flatbed"):
        allowed = "auto, feeder, flatbed"
        raise BadInput("SCN-114", option="way", value=request.way, allowed=allowed)
    sources = options.choices("source")
    if "source" in own:
        options.set("source", own["source"])
    else:
        glass = request.way == "flatbed"
        chosen = choose_glass(sources) if glass else choose_feeder(sources, request.duplex)
        if chosen and options.settable("source"):
            options.set("source", chosen)
        if request.way == "feeder" and not can_feed(options):
            options.warn_unmet("way", request.way)
        if glass and (feeds_only(options) or (sources and not chosen)):
            options.warn_unmet("way", request.way)
    if "adf-mode" not in own and options.settable("adf-mode"):
        for name in options.choices("adf-mode"):
            if ("duplex" in name.lower()) == request.duplex:
                options.set("adf-mode", name)
                break
    feeding = feeds(options)
    if "duplex" not in own and has_duplex_switch(options) and options.settable("duplex"):
        options.set("duplex", request.duplex and feeding)
    continuous = _CONTINUOUS in options.choices("feeder-mode") and options.settable("feeder-mode")
    if feeding and continuous and "feeder-mode" not in own:
        # Else the device stops after every sheet (kvs20xx, kvs40xx, kvs1025).
        options.set("feeder-mode", _CONTINUOUS)


def _choose_mode(options: SaneOptions, mode: str, own: Mapping[str, Any]) -> None:
    """Set `mode`; where a device has no line art, one bit of gray is the same."""
    if mode not in _MODE_WORDS:
        raise BadInput("SCN-114", option="mode", value=mode, allowed=", ".join(_MODE_WORDS))
    depth = 1 if mode == "lineart" else 8
    if "mode" in own:
        options.set("mode", own["mode"])
    elif options.settable("mode"):
        choices = options.choices("mode")
        chosen = _match(choices, _MODE_WORDS[mode])
        if chosen is None and mode == "lineart" and _takes_depth(options, 1):
            chosen = _match(choices, _MODE_WORDS["gray"])
        if chosen is None:
            raise BadInput("SCN-114", option="mode", value=mode, allowed=", ".join(choices))
        options.set("mode", chosen)
    if "depth" not in own and _takes_depth(options, depth):
        options.set("depth", depth)


def _takes_depth(options: SaneOptions, depth: int) -> bool:
    entry = options.entry("depth")
    if entry is None or not entry.settable:
        return False
    if entry.words:
        return depth in entry.words
    return entry.low is None or entry.high is None or entry.low <= depth <= entry.high


def _set_resolution(options: SaneOptions, name: str, asked: int) -> None:
    """Set the smallest resolution on offer that is not below `asked`: finer is safe, coarser
    breaks the standard silently."""
    entry = options.entry(name)
    assert entry is not None
    if entry.type == ValueType.STRING:
        if str(asked) in entry.strings:
            options.set(name, str(asked))
        return
    if not entry.words:
        options.set(name, asked)
        return
    finer = [word for word in entry.words if word / scale_of(entry) >= asked]
    if not finer:
        raise refused(entry, asked)
    chosen = min(finer) / scale_of(entry)
    options.set(name, chosen)
    if chosen != asked:
        options.warn_changed(name, asked, f"{chosen:g}")


def _choose_page(options: SaneOptions, request: ScanRequest, own: Mapping[str, Any]) -> None:
    """Ask for the paper from the top left corner, or for as much of it as the device has."""
    automatic = request.paper == _AUTOMATIC_PAPER
    if not automatic and request.paper not in PAPER_SIZES:
        allowed = ", ".join((_AUTOMATIC_PAPER, *PAPER_SIZES))
        raise BadInput("SCN-114", option="paper", value=request.paper, allowed=allowed)
    for name in _AUTOMATIC_SWITCHES:
        if automatic and name not in own and options.is_switch(name):
            options.set(name, True)
    width, height = (None, None) if automatic else PAPER_SIZES[request.paper]
    named = not automatic and "paper-size" not in own and _name_paper(options, request.paper)
    reach: list[float] = []
    for name, value in (
        ("page-width", width),
        ("page-height", height),
        ("pagewidth", width),
        ("pageheight", height),
        ("tl-x", 0.0),
        ("tl-y", 0.0),
        ("br-x", width),
        ("br-y", height),
    ):
        if _is_length(options.entry(name)) and name not in own:
            got = _set_length(options, name, value)
            if value and name.startswith("br-"):
                reach.append(value - got)
    own_size = bool({"br-x", "br-y", "paper-size"} & own.keys())
    if request.paper != _DEFAULT_PAPER and not automatic and not own_size:
        short = any(missing > _EDGE_MILLIMETRES for missing in reach)
        if short or not (reach or named):
            options.warn_unmet("paper", request.paper)
    if request.long_paper:
        let_paper_be_long(options, height or 0.0, own)


def _name_paper(options: SaneOptions, paper: str) -> bool:
    """Choose the paper by name where the device lists papers (kvs40xx, hs2p, bh)."""
    if not options.settable("paper-size"):
        return False
    for choice in options.choices("paper-size"):
        if choice.lower().split()[:1] == [paper.lower()]:
            options.set("paper-size", choice)
            return True
    return False


def _is_length(entry: OptionEntry | None) -> bool:
    # Corners in pixels instead of millimetres are INT; those devices default to all.
    return entry is not None and entry.settable and entry.type == ValueType.FIXED


def _set_length(options: SaneOptions, name: str, value: float | None) -> float:
    """Set as much of `value` (None: all) as the device has; gives how much that is."""
    entry = options.entry(name)
    assert entry is not None
    if value is None and entry.high is None:
        return 0.0
    low = entry.low / FIXED_ONE if entry.low is not None else 0.0
    high = entry.high / FIXED_ONE if entry.high is not None else value or 0.0
    length = min(max(high if value is None else value, low), high)
    options.set(name, length, remark=False)
    return length


def _match(choices: tuple[str, ...], words: tuple[str, ...]) -> str | None:
    for word in words:
        for choice in sorted(choices, key=lambda choice: choice.lower() != word):
            if word in choice.lower():
                return choice
    return None
