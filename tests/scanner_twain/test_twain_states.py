"""The states of a session: every call out of turn is refused before the driver sees it, and every
state leads back."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import Broken
from scanner.drivers.twain_constants import Data, Group, Message, Return
from scanner.drivers.twain_library import ManagerLibrary, manager_names
from scanner.drivers.twain_manager import SourceManager, State, TwainError, WrongOrder
from scanner.drivers.twain_structures import Event, Identity, ImageInfo, Status
from scanner.drivers.twain_window import MessageWindow, SystemMessage

STEPS: dict[str, Callable[[SourceManager], object]] = {
    "open": lambda manager: manager.open(),
    "sources": lambda manager: manager.sources(),
    "open_source": lambda manager: manager.open_source(Identity(Id=7)),
    "call_source": lambda manager: manager.call_source(
        Group.CONTROL, Data.STATUS, Message.GET, Status()
    ),
    "enable": lambda manager: manager.enable(),
    "next_message": lambda manager: manager.next_message(0),
    "transfer": lambda manager: manager.transfer(
        Data.IMAGENATIVEXFER, Message.GET, ctypes.c_void_p()
    ),
    "end_transfer": lambda manager: manager.end_transfer(),
    "discard_pending": lambda manager: manager.discard_pending(),
    "disable": lambda manager: manager.disable(),
    "close_source": lambda manager: manager.close_source(),
    "close": lambda manager: manager.close(),
}
ALLOWED = {
    State.NOTHING: {"open"},
    State.LOADED: {"open"},
    State.MANAGER_OPEN: {"sources", "open_source", "close"},
    State.SOURCE_OPEN: {"sources", "call_source", "enable", "close_source"},
    State.ENABLED: {"sources", "call_source", "next_message", "disable"},
    State.READY: {
        "sources",
        "call_source",
        "next_message",
        "transfer",
        "end_transfer",
        "discard_pending",
    },
    State.TRANSFERRING: {
        "sources",
        "call_source",
        "next_message",
        "transfer",
        "end_transfer",
    },
}


@pytest.fixture
def trace(
    twain_environment: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Path:
    """The scanner of the tests in this very process; gives the file with its notes."""
    for name, value in twain_environment().items():
        monkeypatch.setenv(name, value)
    return tmp_path / "trace"


@pytest.fixture
def manager(trace: Path) -> Iterator[SourceManager]:
    """A session that is let go at the end."""
    session = SourceManager()
    yield session
    session.unwind()


def lead_to(manager: SourceManager, goal: State) -> None:
    """Step by step to a state."""
    if goal >= State.LOADED:
        manager.open()
    if goal == State.LOADED:
        manager.close()
    if goal >= State.SOURCE_OPEN:
        manager.open_source(manager.sources()[0])
    if goal >= State.ENABLED:
        manager.enable()
    if goal >= State.READY:
        assert manager.next_message(5) == Message.XFERREADY
    if goal >= State.TRANSFERRING:
        handle = ctypes.c_void_p()
        manager.transfer(Data.IMAGENATIVEXFER, Message.GET, handle)
        assert handle.value
        manager.handles.free(handle.value)
    assert manager.state == goal


@pytest.mark.parametrize("state", list(State))
def test_a_call_out_of_turn_is_refused(manager: SourceManager, trace: Path, state: State) -> None:
    lead_to(manager, state)
    lines = trace.read_text().splitlines() if trace.exists() else []
    for name in sorted(STEPS.keys() - ALLOWED[state]):
        with pytest.raises(WrongOrder):
            STEPS[name](manager)
    assert manager.state == state
    # The driver has seen none of them.
    assert (trace.read_text().splitlines() if trace.exists() else []) == lines


@pytest.mark.parametrize("state", list(State))
def test_every_state_leads_back(manager: SourceManager, trace: Path, state: State) -> None:
    lead_to(manager, state)
    manager.unwind()
    assert manager.state <= State.LOADED
    lines = trace.read_text().splitlines() if trace.exists() else []
    assert not [line for line in lines if "VIOLATION" in line]
    if state >= State.MANAGER_OPEN:
        assert lines[-2] == "HANDLES open=0 locked=0"
    # And forth again: nothing of the first session is left over.
    lead_to(manager, State.TRANSFERRING)


def test_the_way_back_stops_where_it_should(manager: SourceManager) -> None:
    lead_to(manager, State.TRANSFERRING)
    manager.unwind(State.SOURCE_OPEN)
    assert manager.state == State.SOURCE_OPEN


def test_the_test_manager_itself_notices_a_wrong_order(manager: SourceManager, trace: Path) -> None:
    """Else its silence in the other tests would prove nothing."""
    lead_to(manager, State.SOURCE_OPEN)
    code = manager.call_source(Group.IMAGE, Data.IMAGEINFO, Message.GET, ImageInfo())
    assert code == Return.FAILURE
    assert str(manager.error("IMAGEINFO", code)) == "IMAGEINFO FAILURE SEQERROR"
    assert [line for line in trace.read_text().splitlines() if line.startswith("VIOLATION")]
    handles = manager.handles
    block = handles.allocate(10)
    handles.lock(block)
    manager.unwind()
    assert "HANDLES open=1 locked=1" in trace.read_text()
    # The library stays in the process: the next test counts what is left in it.
    handles.unlock(block)
    handles.free(block)


def test_a_failed_transfer_is_ended_before_anything_else(
    manager: SourceManager, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TWAIN_FAULT_AT", "1")
    monkeypatch.setenv("FAKE_TWAIN_FAULT", "20")
    lead_to(manager, State.READY)
    with pytest.raises(TwainError) as caught:
        manager.transfer(Data.IMAGENATIVEXFER, Message.GET, ctypes.c_void_p())
    assert caught.value.condition == 20
    manager.unwind()
    calls = [line.split()[1] for line in trace.read_text().splitlines() if "CALL" in line]
    # ENDXFER, RESET, DISABLEDS, CLOSEDS, CLOSEDSM.
    assert calls[-5:] == ["1/0x5/0x701", "1/0x5/0x7", "1/0x9/0x501", "1/0x3/0x402", "1/0x4/0x302"]
    assert "VIOLATION" not in trace.read_text()


def test_a_manager_of_version_1_has_no_memory_here(
    manager: SourceManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TWAIN_VERSION", "1")
    with pytest.raises(TwainError, match="BADPROTOCOL"):
        manager.open()
    manager.unwind()
    assert manager.state == State.LOADED


def test_a_step_that_fails_on_the_way_back_stops_nothing(manager: SourceManager) -> None:
    lead_to(manager, State.ENABLED)
    # Somebody has disabled the source behind the back of the session.
    manager.disable()
    manager.state = State.TRANSFERRING
    manager.unwind()
    assert manager.state == State.LOADED


def test_where_a_manager_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUANZONG_TWAIN_DSM", raising=False)
    assert manager_names()[0] == "libtwaindsm.so.2"
    monkeypatch.setenv("JUANZONG_TWAIN_DSM", "/opt/other.so")
    assert manager_names() == ("/opt/other.so",)
    with pytest.raises(Broken) as caught:
        ManagerLibrary()
    assert caught.value.code == "SCN-141"


class Desktop:
    """The calls of user32 that the window makes, over a queue of messages."""

    def __init__(self, messages: list[int]) -> None:
        self.waiting = messages
        self.dispatched: list[int] = []
        self.windows: list[int] = []

    def CreateWindowExW(self, *_arguments: Any) -> int:  # noqa: N802 - a name of Windows
        self.windows.append(77)
        return 77

    def PeekMessageW(self, target: Any, *_arguments: Any) -> int:  # noqa: N802
        if not self.waiting:
            return 0
        target._obj.message = self.waiting.pop(0)
        return 1

    def TranslateMessage(self, _message: Any) -> int:  # noqa: N802
        return 0

    def DispatchMessageW(self, message: Any) -> int:  # noqa: N802
        self.dispatched.append(message._obj.message)
        return 0

    def DestroyWindow(self, window: int) -> None:  # noqa: N802
        self.windows.remove(window)


def test_messages_reach_a_source_without_callbacks_through_the_window(
    trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TWAIN_CALLBACK", "none")
    desktop = Desktop([])
    manager = SourceManager(window=lambda: MessageWindow(desktop))
    manager.open()
    manager.open_source(manager.sources()[0])
    assert not manager.callbacks
    assert manager.listening
    manager.enable()
    assert manager.next_message(0) is None
    assert manager.state == State.ENABLED
    desktop.waiting += [0x0400, 0x000F]
    assert manager.next_message(0) == Message.XFERREADY
    assert manager.state == State.READY
    # The first message was for the source, the second one is for its window.
    assert desktop.dispatched == [0x000F]
    assert desktop.windows == [77]
    manager.unwind()
    assert desktop.windows == []
    assert "VIOLATION" not in trace.read_text()


def test_a_window_hands_out_what_nobody_wants() -> None:
    desktop = Desktop([1, 2, 3])
    offered: list[int] = []

    def offer(event: Event) -> bool:
        message = ctypes.cast(event.pEvent, ctypes.POINTER(SystemMessage)).contents.message
        offered.append(message)
        return bool(message == 2)

    MessageWindow(desktop).pump(offer)
    assert offered == [1, 2, 3]
    assert desktop.dispatched == [1, 3]


def test_no_window_is_an_error() -> None:
    desktop = Desktop([])
    desktop.CreateWindowExW = lambda *_arguments: 0  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no window"):
        MessageWindow(desktop)
