"""Fixtures of the reader's tests: one application in the looks of the terminal, no screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.kiosk.samples import CODE, SampleRoom
from app.gui.kiosk.window import KioskWindow
from app.services.reading_room import ReadingRoom

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

MakeWindow = Callable[..., KioskWindow]


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


@pytest.fixture(scope="session")
def drawn_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the drawn pages of all tests lie, so that each is drawn once."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def room(drawn_pages: Path, qapp: QApplication) -> SampleRoom:
    """An invented reading room that notes what is asked of it."""
    return SampleRoom(drawn_pages)


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Makes a window over a room and waits until it is ready; closed at the end."""
    made: list[KioskWindow] = []

    def make(room: object, *, ready: bool = True, **seconds: object) -> KioskWindow:
        window = KioskWindow(cast("ReadingRoom", room), **seconds)  # type: ignore[arg-type]
        made.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        if ready:
            qtbot.waitUntil(window.welcome.start.isEnabled)
        return window

    yield make
    for window in made:
        window.idle.stop()
        window.reader.wipe()
        window.allow_close()
        window.close()


def enter_code(window: KioskWindow, code: str = CODE) -> None:
    """Touch the start, the digits of `code` and the button that sends it."""
    if window.stack.currentWidget() is window.welcome:
        window.welcome.start.click()
    for digit in code.replace("-", ""):
        window.sign_in.pad.keys[digit].click()
    window.sign_in.enter.click()


def open_reader(qtbot: QtBot, window: KioskWindow, code: str = CODE) -> None:
    """Sign in and wait for the first page."""
    enter_code(window, code)
    qtbot.waitUntil(lambda: window.reader.view.page_number is not None)
