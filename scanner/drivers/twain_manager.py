"""The states of a TWAIN session, 1 to 7, as a machine that refuses the wrong order.

1 nothing loaded · 2 manager loaded · 3 manager open · 4 source open · 5 source enabled ·
6 an image is ready · 7 an image is being transferred (specification, chapter 2). What may be
called in which state is checked here before a driver is asked: a source that is called out of
turn seldom answers with an error and often crashes.
"""

from __future__ import annotations

import ctypes
import enum
import logging
import sys
from collections.abc import Callable
from ctypes import c_void_p
from typing import Any

from scanner.drivers.twain_constants import (
    COUNTRY_CHINA,
    DF_APP2,
    DF_DSM2,
    LANGUAGE_CHINESE_SIMPLIFIED,
    PROTOCOL_MAJOR,
    PROTOCOL_MINOR,
    Condition,
    Data,
    Group,
    Message,
    Return,
)
from scanner.drivers.twain_events import EventQueue
from scanner.drivers.twain_library import ManagerLibrary
from scanner.drivers.twain_memory import Handles, ManagerHandles, WindowsHandles, locked, owned
from scanner.drivers.twain_structures import (
    Callback,
    EntryPoint,
    Identity,
    PendingXfers,
    Status,
    StatusUtf8,
    UserInterface,
)
from scanner.drivers.twain_window import MessageWindow, open_window

_log = logging.getLogger(__name__)
_MOST_TEXT = 4096


class State(enum.IntEnum):
    """The state of a session."""

    NOTHING = 1
    LOADED = 2
    MANAGER_OPEN = 3
    SOURCE_OPEN = 4
    ENABLED = 5
    READY = 6
    TRANSFERRING = 7


class TwainError(Exception):
    """A call did not succeed: its return code, the condition behind a failure, and the words of
    the source, if it has any."""

    def __init__(self, call: str, code: int, condition: int = 0, text: str = "") -> None:
        words = [call, _name(Return, code)]
        if code == Return.FAILURE:
            words.append(_name(Condition, condition))
        super().__init__(" ".join(words) + (f": {text}" if text else ""))
        self.code = code
        self.condition = condition


class WrongOrder(Exception):
    """A call that the present state does not allow: an error of this program, never of a
    device."""


class SourceManager:
    """One session with the Data Source Manager and at most one source.

    Every call that fails raises TwainError. `unwind` leads back from any state. `handles` serves
    from state 3 on, `events` from state 4 on.
    """

    def __init__(
        self,
        load: Callable[[], ManagerLibrary] = ManagerLibrary,
        window: Callable[[], MessageWindow | None] = open_window,
    ) -> None:
        self._load = load
        self._open_window = window
        self._library: ManagerLibrary | None = None
        self._window: MessageWindow | None = None
        self._handles: Handles | None = None
        self._source: Identity | None = None
        self._application = _application()
        self.state = State.NOTHING
        self.events = EventQueue()
        self.callbacks = False

    @property
    def handles(self) -> Handles:
        """Memory that is handed over by handle."""
        if self._handles is None:
            raise WrongOrder("no memory functions before state 3")
        return self._handles

    def open(self) -> None:
        """1 or 2 to 3. Raises Broken SCN-141 when TWAIN is not installed."""
        self._need("open the manager", State.NOTHING, State.LOADED)
        if self._library is None:
            self._library = self._load()
        self.state = State.LOADED
        self._window = self._open_window()
        parent = c_void_p(self._window.handle if self._window else None)
        self._control(Data.PARENT, Message.OPENDSM, parent, source=False)
        self.state = State.MANAGER_OPEN
        self._handles = self._memory_functions()

    def sources(self) -> list[Identity]:
        """Every source that the manager knows (state 3 or above)."""
        self._need("list sources", *_from(State.MANAGER_OPEN))
        found: list[Identity] = []
        message = Message.GETFIRST
        while True:
            identity = Identity()
            code = self._enter(None, Group.CONTROL, Data.IDENTITY, message, identity)
            if code != Return.SUCCESS:
                # An empty list is ENDOFLIST, or FAILURE with NODS in some managers.
                if code != Return.ENDOFLIST:
                    _log.info("list of sources ended: %s", self._error("GETNEXT", code, None))
                return found
            found.append(identity)
            message = Message.GETNEXT

    def open_source(self, identity: Identity) -> None:
        """3 to 4. Also registers for the messages of the source."""
        self._need("open a source", State.MANAGER_OPEN)
        self._control(Data.IDENTITY, Message.OPENDS, identity, source=False)
        self._source = identity
        self.state = State.SOURCE_OPEN
        self.events.clear()
        if self._application.SupportedGroups & DF_DSM2:
            callback = Callback(CallBackProc=self.events.address)
            code = self._enter(
                identity, Group.CONTROL, Data.CALLBACK, Message.REGISTER_CALLBACK, callback
            )
            self.callbacks = code == Return.SUCCESS
        if not self.callbacks:
            _log.info("the manager takes no callback; messages come by the window, if any")

    @property
    def listening(self) -> bool:
        """Whether messages of the source can arrive at all."""
        return self.callbacks or self._window is not None

    def enable(self) -> None:
        """4 to 5: begin to scan, without the window of the source."""
        self._need("enable the source", State.SOURCE_OPEN)
        parent = self._window.handle if self._window else None
        interface = UserInterface(ShowUI=0, ModalUI=0, hParent=parent)
        code = self._enter(
            self._source, Group.CONTROL, Data.USERINTERFACE, Message.ENABLEDS, interface
        )
        # CHECKSTATUS: the source insists on its own window, and is enabled all the same.
        if code not in (Return.SUCCESS, Return.CHECKSTATUS):
            raise self._error("ENABLEDS", code, self._source)
        self.state = State.ENABLED

    def next_message(self, seconds: float) -> int | None:
        """The next message of the source, None when none comes in time. Leads from 5 to 6 when
        an image is ready."""
        self._need("wait for the source", *_from(State.ENABLED))
        if self._window is not None:
            self._window.pump(self._offer_event)
        message = self.events.next(seconds)
        if message == Message.XFERREADY and self.state == State.ENABLED:
            self.state = State.READY
        return message

    def transfer(self, data: int, message: int, reference: Any) -> int:
        """6 or 7 to 7: a call that moves image data. Gives the return code, which is SUCCESS
        (one buffer of several) or XFERDONE."""
        self._need("transfer", State.READY, State.TRANSFERRING)
        code = self._enter(self._source, Group.IMAGE, data, message, reference)
        # After a failure too: only ENDXFER brings a source back into order, and it takes it in
        # either state.
        self.state = State.TRANSFERRING
        if code not in (Return.SUCCESS, Return.XFERDONE):
            raise self._error(f"transfer 0x{data:04X}", code, self._source)
        return code

    def end_transfer(self) -> int:
        """6 or 7 to 6, or to 5 when nothing is left: how many images are pending (0xFFFF: some,
        nobody knows how many). Also due after a transfer that failed."""
        self._need("end a transfer", State.READY, State.TRANSFERRING)
        pending = PendingXfers()
        self._control(Data.PENDINGXFERS, Message.ENDXFER, pending)
        self.state = State.READY if pending.Count else State.ENABLED
        return int(pending.Count)

    def discard_pending(self) -> None:
        """6 to 5: the source forgets the images it still holds and stops feeding."""
        self._need("discard images", State.READY)
        self._control(Data.PENDINGXFERS, Message.RESET, PendingXfers())
        self.state = State.ENABLED

    def call_source(self, group: int, data: int, message: int, reference: Any) -> int:
        """Any other operation on the open source (state 4 or above). Gives the return code and
        raises nothing: what is a failure depends on the operation (`error` makes it one)."""
        self._need("call the source", *_from(State.SOURCE_OPEN))
        return self._enter(self._source, group, data, message, reference)

    def error(self, call: str, code: int) -> TwainError:
        """The failure behind a return code of `call_source`; asks the source for its condition,
        so it must be the next call after the failed one."""
        return self._error(call, code, self._source)

    def disable(self) -> None:
        """5 to 4."""
        self._need("disable the source", State.ENABLED)
        self._control(Data.USERINTERFACE, Message.DISABLEDS, UserInterface())
        self.state = State.SOURCE_OPEN

    def close_source(self) -> None:
        """4 to 3."""
        self._need("close the source", State.SOURCE_OPEN)
        self._control(Data.IDENTITY, Message.CLOSEDS, self._source, source=False)
        self._source = None
        self.callbacks = False
        self.state = State.MANAGER_OPEN

    def close(self) -> None:
        """3 to 2."""
        self._need("close the manager", State.MANAGER_OPEN)
        parent = c_void_p(self._window.handle if self._window else None)
        self._control(Data.PARENT, Message.CLOSEDSM, parent, source=False)
        self._handles = None
        if self._window is not None:
            self._window.close()
            self._window = None
        self.state = State.LOADED

    def unwind(self, goal: State = State.LOADED) -> None:
        """Back to `goal` from any state, step by step. A step that fails is noted and counts as
        done: what comes after it is still tried."""
        steps: dict[State, Callable[[], object]] = {
            State.TRANSFERRING: self.end_transfer,
            State.READY: self.discard_pending,
            State.ENABLED: self.disable,
            State.SOURCE_OPEN: self.close_source,
            State.MANAGER_OPEN: self.close,
        }
        while self.state > max(goal, State.LOADED):
            before = self.state
            try:
                steps[before]()
            except TwainError as error:
                _log.info("while leaving state %d: %s", before, error)
            if self.state >= before:
                self.state = State(before - 1)

    def _memory_functions(self) -> Handles:
        if self._application.SupportedGroups & DF_DSM2:
            entry_point = EntryPoint(Size=ctypes.sizeof(EntryPoint))
            self._control(Data.ENTRYPOINT, Message.GET, entry_point, source=False)
            return ManagerHandles(entry_point)
        if sys.platform == "win32":
            return WindowsHandles()
        raise TwainError("ENTRYPOINT", Return.FAILURE, Condition.BADPROTOCOL)

    def _offer_event(self, event: Any) -> bool:
        """Let the source look at a message of the window; whether it was for the source."""
        code = self._enter(self._source, Group.CONTROL, Data.EVENT, Message.PROCESSEVENT, event)
        if event.TWMessage:
            self.events.put(event.TWMessage)
        return code == Return.DSEVENT

    def _need(self, action: str, *allowed: State) -> None:
        if self.state not in allowed:
            raise WrongOrder(f"cannot {action} in state {int(self.state)}")

    def _control(self, data: int, message: int, reference: Any, *, source: bool = True) -> None:
        target = self._source if source else None
        code = self._enter(target, Group.CONTROL, data, message, reference)
        if code != Return.SUCCESS:
            raise self._error(f"{_name(Data, data)} {_name(Message, message)}", code, target)

    def _enter(
        self, target: Identity | None, group: int, data: int, message: int, reference: Any
    ) -> int:
        if self._library is None:
            raise WrongOrder("no manager is loaded")
        return self._library.entry(self._application, target, group, data, message, reference)

    def _error(self, call: str, code: int, target: Identity | None) -> TwainError:
        """The condition is told once, and only right after the failure."""
        if code != Return.FAILURE:
            return TwainError(call, code)
        status = Status()
        answer = self._enter(target, Group.CONTROL, Data.STATUS, Message.GET, status)
        if answer != Return.SUCCESS:
            return TwainError(call, code, Condition.BUMMER)
        return TwainError(call, code, status.ConditionCode, self._words(status, target))

    def _words(self, status: Status, target: Identity | None) -> str:
        """What the source says about the condition in its own words, if it has any."""
        if target is None or self._handles is None:
            return ""
        told = StatusUtf8(Status=status)
        answer = self._enter(target, Group.CONTROL, Data.STATUSUTF8, Message.GET, told)
        if answer != Return.SUCCESS or not told.UTF8string:
            return ""
        with owned(self._handles, told.UTF8string) as handle, locked(self._handles, handle) as at:
            raw = ctypes.string_at(at, min(told.Size, _MOST_TEXT))
        return raw.split(b"\0")[0].decode("utf-8", "replace").strip()


def _application() -> Identity:
    application = Identity(
        ProtocolMajor=PROTOCOL_MAJOR,
        ProtocolMinor=PROTOCOL_MINOR,
        SupportedGroups=Group.CONTROL | Group.IMAGE | DF_APP2,
        Manufacturer=b"Juanzong",
        ProductFamily=b"Dossier workstation",
        ProductName=b"Juanzong workstation",
    )
    application.Version.MajorNum = 1
    application.Version.Language = LANGUAGE_CHINESE_SIMPLIFIED
    application.Version.Country = COUNTRY_CHINA
    application.Version.Info = b"1.0"
    return application


def _from(state: State) -> tuple[State, ...]:
    return tuple(one for one in State if one >= state)


def _name(kind: type[enum.IntEnum], value: int) -> str:
    try:
        return kind(value).name
    except ValueError:
        return str(value)
