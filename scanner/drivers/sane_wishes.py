"""What a request may wish beyond the picture itself, in the words of the SANE backends.

Names of options: fujitsu (df-action, df-thickness, df-length, double-feed, endorser*), canon_dr
(df-thickness, df-length, pre-imprint-string, post-imprint-string), kvs40xx (dfeed, dfstop,
long-paper), kvs20xx and kvs1025 (double-feed, longpaper), hs2p (endorser, endorser-string).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import ScanRequest
from scanner.drivers.sane_library import OptionEntry, ValueType
from scanner.drivers.sane_options import SaneOptions
from scanner.drivers.sane_values import number_of

NUMBER = "{number}"
_FULL = 100
_MULTIFEED = ("stop", "warn", "off")
# By thickness first: sheets of one dossier differ in length without being two.
_DOUBLE_FEED_SWITCHES = ("df-thickness", "dfeed", "double-feed")
_DOUBLE_FEED_BY_LENGTH = "df-length"
_DOUBLE_FEED_ACTION = "df-action"
_GO_ON_SWITCH = "dfstop"
_DOUBLE_FEED_SENSOR = "double-feed"
_LONG_SWITCHES = ("ald", "long-paper", "longpaper")
_IMPRINT_SWITCH, _IMPRINT_STRING = "endorser", "endorser-string"
_COUNTER_START, _COUNTER_STEP, _COUNTER_BITS = "endorser-val", "endorser-step", "endorser-bits"
_PLAIN_STRINGS = (_IMPRINT_STRING, "pre-imprint-string", "post-imprint-string")
_SHORT_COUNTER, _LONG_COUNTER = "%05ud", "%08ud"
# A short counter ends at 65535; a batch is far below the rest.
_SHORT_COUNTER_STARTS = 50_000


def apply_wishes(options: SaneOptions, request: ScanRequest, own: Mapping[str, Any]) -> None:
    """Set brightness, contrast, double feed detection and imprinter; warns SCN-213 for each wish
    beyond the defaults that the device does not know. What stands in `own` is left alone.
    Raises BadInput SCN-114 for a value that is none."""
    for name, value in (("brightness", request.brightness), ("contrast", request.contrast)):
        if value and name not in own and not _set_share(options, name, value):
            options.warn_unmet(name, value)
    if request.multifeed not in _MULTIFEED:
        allowed = ", ".join(_MULTIFEED)
        raise BadInput("SCN-114", option="multifeed", value=request.multifeed, allowed=allowed)
    _choose_multifeed(options, request.multifeed, own)
    if not _choose_imprint(options, request, own):
        options.warn_unmet("imprint", request.imprint)
    if request.dual_stream:
        # No backend delivers two pictures of one side.
        options.warn_unmet("dual_stream", True)


def let_paper_be_long(options: SaneOptions, height: float, own: Mapping[str, Any]) -> None:
    """Allow sheets longer than `height` millimetres; warns SCN-213 when nothing allows that."""
    allowed = False
    for name in _LONG_SWITCHES:
        if options.is_switch(name):
            if name not in own:
                options.set(name, True)
            allowed = True
    for name in ("page-height", "br-y"):
        entry = options.entry(name)
        if entry is None or not entry.settable or entry.type != ValueType.FIXED or name in own:
            continue
        if entry.high is not None and number_of(entry, entry.high) > height:
            options.set(name, number_of(entry, entry.high), remark=False)
            allowed = True
    if not allowed:
        options.warn_unmet("long_paper", True)


def detects_double_feed(options: SaneOptions) -> bool:
    """Whether the device can be told to look for two sheets fed together."""
    return any(options.has(name) for name in (*_DOUBLE_FEED_SWITCHES, _DOUBLE_FEED_BY_LENGTH))


def has_imprinter(options: SaneOptions) -> bool:
    """Whether the device prints on the paper."""
    return any(options.has(name) for name in _PLAIN_STRINGS)


def allows_long_paper(options: SaneOptions) -> bool:
    """Whether the device has a setting for sheets of any length."""
    return any(options.has(name) for name in _LONG_SWITCHES)


def double_fed(options: SaneOptions) -> bool:
    """Whether the sensor of the device says that the last sheet was two."""
    if options.has(_DOUBLE_FEED_SENSOR):
        return False  # there it is the switch
    return options.value(_DOUBLE_FEED_SENSOR) is True


def prints(options: SaneOptions) -> bool:
    """Whether the imprinter is set up to print."""
    if options.has(_IMPRINT_SWITCH):
        return options.value(_IMPRINT_SWITCH) is True
    return has_imprinter(options)


def printed_text(request: ScanRequest, sheet: int) -> str:
    """What the imprinter puts on the sheet with that number of the batch (from 1)."""
    number = request.imprint_start + sheet - 1
    digits = 5 if request.imprint_start < _SHORT_COUNTER_STARTS else 8
    return request.imprint.replace(NUMBER, f"{number:0{digits}}")


def _set_share(options: SaneOptions, name: str, share: int) -> bool:
    """Set `share` of -100 to 100 in the range of the device; 0 is its middle."""
    entry = options.entry(name)
    if entry is None or not entry.settable or entry.type not in (ValueType.INT, ValueType.FIXED):
        return False
    if not -_FULL <= share <= _FULL:
        raise BadInput("SCN-114", option=name, value=str(share), allowed=f"-{_FULL} - {_FULL}")
    limits = _limits(entry)
    if limits is None:
        return False
    low, high = limits
    middle = 0.0 if low < 0 < high else (low + high) / 2
    value = middle + share / _FULL * (high - middle if share > 0 else middle - low)
    if entry.words:
        value = min((number_of(entry, word) for word in entry.words), key=lambda w: abs(w - value))
    options.set(name, round(value) if entry.type == ValueType.INT else value, remark=False)
    return True


def _limits(entry: OptionEntry) -> tuple[float, float] | None:
    if entry.words:
        return number_of(entry, min(entry.words)), number_of(entry, max(entry.words))
    if entry.low is None or entry.high is None:
        return None
    return number_of(entry, entry.low), number_of(entry, entry.high)


def _choose_multifeed(options: SaneOptions, wish: str, own: Mapping[str, Any]) -> None:
    if not detects_double_feed(options):
        if wish == "warn":
            options.warn_unmet("multifeed", wish)
        return
    detect = wish != "off"
    goes_on = _choose_action(options, wish, own)
    switched = False
    for name in (*_DOUBLE_FEED_SWITCHES, _DOUBLE_FEED_BY_LENGTH):
        if not options.is_switch(name) or name in own:
            switched = switched or name in own
            continue
        # Length decides only where nothing better does.
        options.set(name, detect and not (name == _DOUBLE_FEED_BY_LENGTH and switched))
        switched = True
    if wish == "warn" and not goes_on:
        # Detection stays on and ends the batch: the safe side of what was wished.
        options.warn_unmet("multifeed", wish)


def _choose_action(options: SaneOptions, wish: str, own: Mapping[str, Any]) -> bool:
    """What the device does after a double feed; whether it goes on then."""
    actions = {choice.lower(): choice for choice in options.choices(_DOUBLE_FEED_ACTION)}
    wanted = {"stop": "stop", "warn": "continue", "off": "default"}[wish]
    goes_on = False
    if wanted in actions and options.settable(_DOUBLE_FEED_ACTION):
        if _DOUBLE_FEED_ACTION not in own:
            options.set(_DOUBLE_FEED_ACTION, actions[wanted])
        goes_on = wanted == "continue" and options.entry(_DOUBLE_FEED_SENSOR) is not None
    if options.is_switch(_GO_ON_SWITCH) and _GO_ON_SWITCH not in own:
        # This device goes on silently, so for "warn" it has to stop as well.
        options.set(_GO_ON_SWITCH, False)
    return goes_on


def _choose_imprint(options: SaneOptions, request: ScanRequest, own: Mapping[str, Any]) -> bool:
    """Set up the imprinter, or switch it off; whether the wish is met."""
    if not request.imprint:
        if options.is_switch(_IMPRINT_SWITCH) and _IMPRINT_SWITCH not in own:
            options.set(_IMPRINT_SWITCH, False)
        return True
    if options.is_switch(_IMPRINT_SWITCH) and _IMPRINT_SWITCH not in own:
        options.set(_IMPRINT_SWITCH, True)
    name = next((name for name in _PLAIN_STRINGS if options.settable(name)), None)
    text = _device_text(options, request) if name else None
    entry = options.entry(name) if name else None
    fits = entry is not None and text is not None and len(text.encode("utf-8")) < entry.size
    if name is None or not fits:
        if options.is_switch(_IMPRINT_SWITCH) and _IMPRINT_SWITCH not in own:
            options.set(_IMPRINT_SWITCH, False)
        return False
    if name not in own:
        options.set(name, text)
    return True


def _device_text(options: SaneOptions, request: ScanRequest) -> str | None:
    """The text with the counter as the device writes it, None when it cannot count like that."""
    if NUMBER not in request.imprint:
        return request.imprint
    fixed, _, rest = request.imprint.partition(NUMBER)
    if rest or not options.settable(_COUNTER_START):
        return None  # fujitsu counts at the end of the text; the others are not known to count
    long = request.imprint_start >= _SHORT_COUNTER_STARTS
    if long and options.settable(_COUNTER_BITS):
        options.set(_COUNTER_BITS, 24)
    options.set(_COUNTER_START, request.imprint_start)
    if options.settable(_COUNTER_STEP):
        options.set(_COUNTER_STEP, 1)
    return fixed + (_LONG_COUNTER if long else _SHORT_COUNTER)
