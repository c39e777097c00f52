"""Fixtures of the cabinet tests: the looks of the cabinet, an invented desk, counted touches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.cabinet.absence import Patience
from app.gui.cabinet.samples import SampleDesk, SilentPlayer
from app.gui.cabinet.window import CabinetWindow
from app.gui.lanes import Lanes

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

MakeWindow = Callable[..., CabinetWindow]
# Nobody is to be sent away because a test machine is slow.
CALM = Patience(absent=600, counting=600, done=600)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["cabinet-tests", "-platform", "offscreen"]


@pytest.fixture(autouse=True)
def cabinet_looks(qapp: QApplication) -> Iterator[None]:
    from app.gui.cabinet.looks import dress_cabinet
    from app.kernel.translation import set_language

    set_language("zh_CN")
    if not qapp.property("cabinet_looks"):
        dress_cabinet(qapp)
        qapp.setProperty("cabinet_looks", True)
    yield
    set_language("zh_CN")


@pytest.fixture
def desk() -> Iterator[SampleDesk]:
    """An invented desk; nobody stands at its door when the test ends."""
    made = SampleDesk()
    yield made
    made.close_door()


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Makes a window over a desk; closed at the end, with all its calls."""
    made: list[tuple[CabinetWindow, object]] = []

    def make(
        desk: object, *, size: tuple[int, int] = (1366, 768), patience: Patience = CALM
    ) -> CabinetWindow:
        window = CabinetWindow(desk, SilentPlayer(), patience=patience)  # type: ignore[arg-type]
        made.append((window, desk))
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        return window

    yield make
    for window, desk in made:
        window.allow_close()
        window.close()
        if isinstance(desk, SampleDesk):
            desk.close_door()
    qtbot.waitUntil(lambda: not Lanes.current().busy, timeout=20_000)


@pytest.fixture
def window(make_window: MakeWindow, desk: SampleDesk) -> CabinetWindow:
    """The screen over the invented desk, with nobody there."""
    return make_window(desk)


class Finger(QObject):
    """Touches widgets and counts how often, the digits of a code aside."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self._qtbot = qtbot
        self.touches = 0
        self.seen = 0
        self._window: QWidget | None = None

    def watch(self, window: QWidget) -> None:
        """Count what the window gets, too: a test must not touch past the counter."""
        self._window = window
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def touch(self, widget: QWidget) -> None:
        """One touch in the middle of something that can be seen."""
        self._qtbot.waitUntil(widget.isVisible, timeout=20_000)
        assert widget.isEnabled()
        self.touches += 1
        self._qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type_code(self, keys: dict[str, QPushButton], code: str) -> None:
        """The digits of a code, which are not counted."""
        for digit in code:
            self._qtbot.mouseClick(keys[digit], Qt.MouseButton.LeftButton)
            self.seen -= 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QPushButton):
            self.seen += 1
        return False


@pytest.fixture
def finger(qtbot: QtBot) -> Iterator[Finger]:
    made = Finger(qtbot)
    yield made
    application = QApplication.instance()
    assert application is not None
    application.removeEventFilter(made)
