"""Every capability of a source as an option of a profile: described for a form, set by name."""

from __future__ import annotations

import base64
import binascii
import ctypes
import logging
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import OptionDescription, ScanWarning
from scanner.drivers.twain_capabilities import Capabilities, same
from scanner.drivers.twain_constants import (
    Condition,
    Container,
    Data,
    Group,
    Item,
    Message,
    Query,
    Return,
)
from scanner.drivers.twain_containers import Value, Values
from scanner.drivers.twain_manager import SourceManager, TwainError
from scanner.drivers.twain_memory import locked, new_block, owned
from scanner.drivers.twain_names import (
    TITLES,
    WORDS,
    Cap,
    capability_name,
    capability_number,
)
from scanner.drivers.twain_structures import CustomData

CUSTOM_SETTINGS = "custom_settings"
TRANSFER = "transfer"
TRANSFER_WORDS = {"native": 0, "file": 1, "memory": 2}
_CUSTOM_GROUP = "Driver"
_UNITS: dict[int, str] = {
    Cap.ICAP_XRESOLUTION: "dpi",
    Cap.ICAP_YRESOLUTION: "dpi",
    Cap.ICAP_XNATIVERESOLUTION: "dpi",
    Cap.ICAP_YNATIVERESOLUTION: "dpi",
    Cap.ICAP_BITDEPTH: "bit",
    Cap.ICAP_JPEGQUALITY: "percent",
}
# What the driver itself has to say in every batch, or what nobody fills in by hand.
_HIDDEN = frozenset(
    {Cap.CAP_SUPPORTEDCAPS, Cap.CAP_EXTENDEDCAPS, Cap.CAP_SUPPORTEDDATS, Cap.ICAP_XFERMECH}
)
_REFUSALS = frozenset(
    {
        Condition.BADCAP,
        Condition.BADVALUE,
        Condition.CAPUNSUPPORTED,
        Condition.CAPBADOPERATION,
        Condition.CAPSEQERROR,
        Condition.DENIED,
    }
)
_MOST_CUSTOM_BYTES = 16 << 20
_log = logging.getLogger(__name__)


def describe_options(
    manager: SourceManager, capabilities: Capabilities
) -> tuple[OptionDescription, ...]:
    """Every capability of the source with its type, values and what it is now; last the blob of
    all settings of the source (base64), when it gives one."""
    found = []
    for number in sorted(capabilities.supported - _HIDDEN):
        try:
            values = capabilities.get(number)
            settable = bool(capabilities.query(number) & Query.SET)
        except TwainError as error:
            # One that cannot be asked must not hide the others.
            _log.info("not shown: %s", error)
            continue
        if values is not None:
            found.append(_described(number, values, settable=settable))
    settings = custom_settings(manager, capabilities)
    if settings is not None:
        found.append(
            OptionDescription(
                name=CUSTOM_SETTINGS,
                title="All settings of the driver",
                group=_CUSTOM_GROUP,
                value=settings,
                advanced=True,
            )
        )
    return tuple(found)


def set_option(capabilities: Capabilities, name: str, value: Any) -> list[ScanWarning]:
    """Set one option by name. Warns SCN-212 when the source took something near.

    Raises BadInput SCN-114 when there is no such option, or not this value of it.
    """
    number = capability_number(name)
    values = capabilities.get(number) if number is not None else None
    if number is None or values is None:
        raise BadInput("SCN-114", option=name, value=str(value), allowed="")
    try:
        wanted = _parsed(number, values, value)
        if any(not _allowed(values, one) for one in wanted):
            raise ValueError(value)
        if values.container == Container.ARRAY:
            capabilities.set_array(number, values.item, wanted)
            return []
        (single,) = wanted
        exact = capabilities.set(number, values.item, single)
    except (ValueError, OverflowError, UnicodeError) as error:
        raise _refused(number, name, values, value) from error
    except TwainError as error:
        if error.condition in _REFUSALS:
            raise _refused(number, name, values, value) from error
        raise
    got = single if exact else capabilities.current(number)
    if got is None or same(single, got):
        return []
    parameters = {"option": name, "asked": str(value), "got": _text(number, got)}
    return [ScanWarning(code="SCN-212", parameters=parameters)]


def custom_settings(manager: SourceManager, capabilities: Capabilities) -> str | None:
    """All settings of the source in its own form, as base64; None when it gives none."""
    if capabilities.current(Cap.CAP_CUSTOMDSDATA) is not True:
        return None
    blob = CustomData()
    code = manager.call_source(Group.CONTROL, Data.CUSTOMDSDATA, Message.GET, blob)
    if code != Return.SUCCESS or not blob.hData:
        _log.info("no settings: %s", manager.error("CUSTOMDSDATA", code))
        return None
    with owned(manager.handles, blob.hData) as handle, locked(manager.handles, handle) as address:
        return base64.b64encode(_bytes(address, blob.InfoLength)).decode("ascii")


def restore_settings(manager: SourceManager, capabilities: Capabilities, text: str) -> bool:
    """Give the source back the settings that `custom_settings` told; False when it does not
    take any. Raises BadInput SCN-114 when the text is none, or none of this source."""
    if capabilities.current(Cap.CAP_CUSTOMDSDATA) is not True:
        return False
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_settings(text) from error
    if not data:
        raise _no_settings(text)
    with owned(manager.handles, new_block(manager.handles, data)) as handle:
        blob = CustomData(InfoLength=len(data), hData=handle)
        code = manager.call_source(Group.CONTROL, Data.CUSTOMDSDATA, Message.SET, blob)
        if code not in (Return.SUCCESS, Return.CHECKSTATUS):
            failure = manager.error("CUSTOMDSDATA", code)
            if failure.condition in _REFUSALS:
                raise _no_settings(text) from failure
            raise failure
    return True


def _described(number: int, values: Values, *, settable: bool) -> OptionDescription:
    title, group = TITLES.get(number, (capability_name(number), _CUSTOM_GROUP))
    value = values.current
    choices: tuple[int | float | str, ...] = ()
    kind = _kind(values.item)
    if values.container == Container.ARRAY:
        kind, value = "text", ",".join(_text(number, one) for one in values.choices)
    elif values.item == Item.FRAME or number in WORDS:
        kind, value = "text", None if value is None else _text(number, value)
    if values.container == Container.ENUMERATION and values.item != Item.BOOL:
        named = kind == "text"
        choices = tuple(
            _text(number, one) if named or isinstance(one, tuple) else one for one in values.choices
        )
    return OptionDescription(
        name=capability_name(number),
        title=title,
        group=group,
        type=kind,
        unit=_UNITS.get(number, ""),
        value=None if isinstance(value, tuple) else value,
        choices=choices,
        minimum=values.minimum,
        maximum=values.maximum,
        step=values.step,
        settable=settable,
        advanced=number not in TITLES or values.container == Container.ARRAY,
    )


def _kind(item: int) -> str:
    if item == Item.BOOL:
        return "bool"
    if item == Item.FIX32:
        return "float"
    return "text" if item >= Item.FRAME else "int"


def _text(number: int, value: Value) -> str:
    """A value in words: the name of a number where the specification has one."""
    if isinstance(value, tuple):
        return ",".join(f"{side:g}" for side in value)
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:g}"
    return WORDS.get(number, {}).get(int(value), str(int(value)))


def _parsed(number: int, values: Values, value: Any) -> tuple[Value, ...]:
    """The values that somebody wrote: one, or those of a list. Raises ValueError."""
    if values.container == Container.ARRAY:
        parts = value if isinstance(value, list | tuple) else str(value).split(",")
        return tuple(_one(number, values.item, part) for part in parts if str(part).strip())
    return (_one(number, values.item, value),)


def _one(number: int, item: int, value: Any) -> Value:
    if item >= Item.STR32:
        return str(value)
    if item == Item.FRAME:
        sides = [float(side) for side in (value.split(",") if isinstance(value, str) else value)]
        left, top, right, bottom = sides
        return (left, top, right, bottom)
    if item == Item.BOOL and isinstance(value, str):
        lowered = value.strip().lower()
        if lowered in ("yes", "true", "on", "1"):
            return True
        if lowered in ("no", "false", "off", "0"):
            return False
        raise ValueError(value)
    if isinstance(value, str):
        names = {word.lower(): key for key, word in WORDS.get(number, {}).items()}
        value = names.get(value.strip().lower(), value)
    if item == Item.FIX32:
        return float(value)
    number_value = float(value)
    if number_value != round(number_value):
        raise ValueError(value)
    return bool(number_value) if item == Item.BOOL else int(number_value)


def _allowed(values: Values, value: Value) -> bool:
    if values.container == Container.ENUMERATION:
        return any(same(choice, value) for choice in values.choices)
    if values.minimum is not None and values.maximum is not None:
        return not isinstance(value, str | tuple) and values.minimum <= value <= values.maximum
    return True


def _refused(number: int, name: str, values: Values, value: Any) -> BadInput:
    allowed = ""
    if values.container == Container.ENUMERATION:
        allowed = ", ".join(_text(number, choice) for choice in values.choices)
    elif values.minimum is not None and values.maximum is not None:
        allowed = f"{values.minimum:g} - {values.maximum:g}"
    return BadInput("SCN-114", option=name, value=str(value), allowed=allowed)


def _no_settings(text: str) -> BadInput:
    return BadInput("SCN-114", option=CUSTOM_SETTINGS, value=text[:40], allowed="base64")


def _bytes(address: int, size: int) -> bytes:
    if size > _MOST_CUSTOM_BYTES:
        raise TwainError("CUSTOMDSDATA", Return.FAILURE, Condition.BADVALUE)
    return ctypes.string_at(address, size)
