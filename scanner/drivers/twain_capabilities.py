"""Capabilities of an open source: asked, set, set back (DG_CONTROL/DAT_CAPABILITY)."""

from __future__ import annotations

import logging

from scanner.api import ScanWarning
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
from scanner.drivers.twain_containers import (
    Value,
    Values,
    decode,
    encode_array,
    encode_one,
)
from scanner.drivers.twain_manager import SourceManager, TwainError
from scanner.drivers.twain_memory import locked, new_block, owned
from scanner.drivers.twain_names import Cap
from scanner.drivers.twain_structures import Capability

# What sources answer that lack a capability. BUMMER and BADVALUE are not what the specification
# has for that, but what many use.
_NOT_THERE = frozenset(
    {
        Condition.BUMMER,
        Condition.BADCAP,
        Condition.BADVALUE,
        Condition.CAPUNSUPPORTED,
        Condition.CAPBADOPERATION,
        Condition.CAPSEQERROR,
        Condition.BADPROTOCOL,
    }
)
_ANY_CONTAINER = 0xFFFF  # TWON_DONTCARE16
_TOLERANCE = 0.01
_log = logging.getLogger(__name__)


class Capabilities:
    """The capabilities of the source that `manager` has open. Calls raise TwainError."""

    def __init__(self, manager: SourceManager) -> None:
        self._manager = manager
        listed = self.get(Cap.CAP_SUPPORTEDCAPS)
        # Every source must have the list; where one has not, each capability is tried.
        self.supported = frozenset(
            value for value in (listed.choices if listed else ()) if isinstance(value, int)
        )

    def supports(self, capability: int) -> bool:
        """Whether the source has the capability at all."""
        if self.supported:
            return capability in self.supported
        return self.get(capability) is not None

    def query(self, capability: int) -> Query:
        """What may be done with the capability. Sources that do not answer the question can be
        asked and set in most cases."""
        try:
            values = self._ask(capability, Message.QUERYSUPPORT)
        except ValueError:
            values = None
        if values is not None and isinstance(values.current, int) and values.current > 0:
            return Query(values.current & 0x1F)
        return Query.GET | Query.GETCURRENT | Query.SET | Query.RESET

    def get(self, capability: int) -> Values | None:
        """All values with what is current, None when the source has none or they make no
        sense."""
        try:
            return self._ask(capability, Message.GET)
        except ValueError as error:
            _log.info("capability 0x%04X: %s", capability, error)
            return None

    def current(self, capability: int) -> Value | None:
        """The value in force, None when there is none."""
        try:
            values = self._ask(capability, Message.GETCURRENT)
        except ValueError as error:
            _log.info("capability 0x%04X: %s", capability, error)
            return None
        if values is None:
            values = self.get(capability)
        return values.current if values else None

    def set(self, capability: int, item: int, value: Value) -> bool:
        """Set one value; whether the source took it as it is. False: it took something near
        (read it again). Raises ValueError or OverflowError when `value` cannot be told."""
        return self._set(capability, Container.ONEVALUE, encode_one(item, value))

    def set_array(self, capability: int, item: int, values: tuple[Value, ...]) -> bool:
        """Set a list of values; result and errors as `set`."""
        return self._set(capability, Container.ARRAY, encode_array(item, values))

    def reset(self, capability: int) -> None:
        """Back to the value of the power-on state."""
        self._ask(capability, Message.RESET)

    def try_set(self, capability: int, value: Value) -> Value | None:
        """Set one value of a capability that the source may lack: what is in force afterwards,
        None when it lacks it or refuses the value.

        The type is the one the source itself uses, which is not always that of the standard.
        """
        if self.supported and capability not in self.supported:
            return None
        values = self.get(capability)
        if values is None or not _on_offer(values, value):
            return None
        if values.current is not None and same(values.current, value):
            return values.current
        try:
            if values.container == Container.ARRAY:
                self.set_array(capability, values.item, (value,))
                return value
            exact = self.set(capability, values.item, value)
        except (ValueError, OverflowError):
            return None
        except TwainError as error:
            if error.condition not in _NOT_THERE:
                raise
            _log.info("capability 0x%04X = %r: %s", capability, value, error)
            return None
        return value if exact else self.current(capability)

    def try_set_array(self, capability: int, choices: tuple[Value, ...]) -> bool:
        """Set the list of a capability that the source may lack; whether it took it."""
        values = self.get(capability)
        if values is None:
            return False
        try:
            return self.set_array(capability, values.item, choices)
        except TwainError as error:
            if error.condition not in _NOT_THERE:
                raise
            _log.info("capability 0x%04X = %r: %s", capability, choices, error)
            return False

    def _ask(self, capability: int, message: int) -> Values | None:
        """One of the asking messages. Raises ValueError when the answer makes no sense."""
        question = Capability(Cap=capability, ConType=_ANY_CONTAINER, hContainer=None)
        manager = self._manager
        code = manager.call_source(Group.CONTROL, Data.CAPABILITY, message, question)
        if code not in (Return.SUCCESS, Return.CHECKSTATUS):
            error = manager.error(f"capability 0x{capability:04X}", code)
            if error.condition in _NOT_THERE:
                return None
            raise error
        if not question.hContainer:
            return None
        with (
            owned(manager.handles, question.hContainer) as handle,
            locked(manager.handles, handle) as address,
        ):
            return decode(address, question.ConType)

    def _set(self, capability: int, container: int, data: bytes) -> bool:
        manager = self._manager
        with owned(manager.handles, new_block(manager.handles, data)) as handle:
            wish = Capability(Cap=capability, ConType=container, hContainer=handle)
            code = manager.call_source(Group.CONTROL, Data.CAPABILITY, Message.SET, wish)
            if code not in (Return.SUCCESS, Return.CHECKSTATUS):
                raise manager.error(f"set capability 0x{capability:04X}", code)
        return code == Return.SUCCESS


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same for all practical purposes; FIX32 rounds a little."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, str | tuple) or isinstance(other, str | tuple):
        return one == other
    return abs(float(one) - float(other)) <= _TOLERANCE * abs(float(one))


def nearest_above(values: Values, asked: float) -> float | None:
    """The smallest number on offer that is not below `asked`; None when all are below."""
    if values.container == Container.RANGE:
        assert values.minimum is not None and values.maximum is not None
        if asked > values.maximum:
            return None
        step = values.step or 0.0
        if asked <= values.minimum or step <= 0:
            return max(asked, values.minimum)
        steps = -(-(asked - values.minimum) // step)
        return min(values.minimum + steps * step, values.maximum)
    if values.container == Container.ENUMERATION:
        numbers = [float(one) for one in values.choices if not isinstance(one, str | tuple)]
        return min((one for one in numbers if one >= asked), default=None)
    if isinstance(values.current, str | tuple) or values.current is None:
        return None
    return float(values.current) if values.current >= asked else None


def _on_offer(values: Values, value: Value) -> bool:
    if values.container == Container.ENUMERATION:
        return any(same(choice, value) for choice in values.choices)
    if values.container == Container.RANGE and not isinstance(value, str | tuple):
        assert values.minimum is not None and values.maximum is not None
        return values.minimum <= value <= values.maximum
    return values.item != Item.HANDLE


def lacks(setting: str, value: str) -> ScanWarning:
    """The warning that the source cannot do what was asked."""
    return ScanWarning(code="SCN-213", parameters={"setting": setting, "value": value})
