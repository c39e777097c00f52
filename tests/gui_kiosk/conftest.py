"""Fixtures of the terminal tests: one application in the looks of the terminal, no screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.kiosk.shell import ShellWindow
from app.gui.lanes import Lanes

from .desk import CODE, FakeDesk, FakeHost

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PATIENCE = 60_000
MakeShell = Callable[..., ShellWindow]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["kiosk-tests", "-platform", "offscreen"]


@pytest.fixture(autouse=True)
def kiosk_looks(qapp: QApplication) -> Iterator[None]:
    from app.gui.kiosk.looks import dress
    from app.kernel.translation import set_language

    set_language("zh_CN")
    if qapp.property("theme_name") != "kiosk":
        dress(qapp)
    yield
    set_language("zh_CN")


@pytest.fixture
def desk() -> FakeDesk:
    """An invented desk that notes what is asked of it."""
    return FakeDesk()


@pytest.fixture
def host(qapp: QApplication) -> FakeHost:
    """A host without processes."""
    return FakeHost()


@pytest.fixture
def make_shell(qtbot: QtBot, host: FakeHost) -> Iterator[MakeShell]:
    """Makes a window over a desk and waits until it is ready; closed at the end."""
    made: list[ShellWindow] = []

    def make(desk: FakeDesk, *, ready: bool = True, **seconds: float) -> ShellWindow:
        window = ShellWindow(desk, host, **seconds)
        made.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        if ready:
            qtbot.waitUntil(window.welcome.start.isEnabled, timeout=PATIENCE)
        return window

    yield make
    for window in made:
        window.leave("")
        window.allow_close()
        window.close()
    qtbot.waitUntil(lambda: Lanes.current().busy == 0, timeout=PATIENCE)


def enter_code(window: ShellWindow, code: str = CODE) -> None:
    """Touch the start, the digits of `code` and the button that sends it."""
    if window.stack.currentWidget() is window.welcome:
        window.welcome.start.click()
    for digit in code.replace("-", ""):
        window.prove.entry.pad.keys[digit].click()
    window.prove.entry.enter.click()


def read(qtbot: QtBot, window: ShellWindow, host: FakeHost) -> None:
    """Sign in and wait until the reader's window was asked for."""
    enter_code(window)
    qtbot.waitUntil(lambda: host.reads, timeout=PATIENCE)
