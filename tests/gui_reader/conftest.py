"""Fixtures of the reader's tests: one application in the looks of the terminal, no screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.lanes import Lanes
from app.gui.reader.samples import PAGES, SampleDesk
from app.gui.reader.window import ReaderWindow
from app.gui.samples.pictures import draw_page

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PATIENCE = 60_000
OpenWindow = Callable[..., ReaderWindow]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["reader-tests", "-platform", "offscreen"]


@pytest.fixture(autouse=True)
def reader_looks(qapp: QApplication) -> Iterator[None]:
    from app.gui.reader.looks import dress_reader
    from app.kernel.translation import set_language

    set_language("zh_CN")
    if qapp.property("theme_name") != "kiosk" or "candidate" not in qapp.styleSheet():
        dress_reader(qapp)
    yield
    set_language("zh_CN")


@pytest.fixture(scope="session")
def drawn_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small page, drawn once, under the name of every page: tests decode many."""
    folder = tmp_path_factory.mktemp("pages")
    drawn = draw_page(folder / "drawn.jpg", title="民事起诉状", number=1)
    image = QImage(str(drawn)).scaledToHeight(700)
    for page in range(1, PAGES + 1):
        image.save(str(folder / f"{page}.jpg"), None, 70)
    return folder


@pytest.fixture
def desk(drawn_pages: Path, qapp: QApplication) -> SampleDesk:
    """An invented visit that notes what is asked of it."""
    return SampleDesk(drawn_pages)


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[OpenWindow]:
    """Opens a window over a desk and waits for its first page; closed at the end."""
    made: list[ReaderWindow] = []

    def open_it(desk: SampleDesk, *, ready: bool = True, **options: object) -> ReaderWindow:
        window = ReaderWindow(desk, **options)  # type: ignore[arg-type]
        made.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.begin()
        if ready:
            shows(qtbot, window, desk.session.pages[0])
        return window

    yield open_it
    for window in made:
        window.wipe()
        window.allow_close()
        window.close()
    idle(qtbot)


def wait(qtbot: QtBot, condition: Callable[[], object]) -> None:
    """Wait until `condition` holds."""
    qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)


def idle(qtbot: QtBot) -> None:
    """Wait until every call has been answered."""
    wait(qtbot, lambda: Lanes.current().busy == 0)


def shows(qtbot: QtBot, window: ReaderWindow, page: int) -> None:
    """Wait until `page` is on the screen."""
    wait(qtbot, lambda: window.reading.view.page_number == page)


def ends(qtbot: QtBot, window: ReaderWindow, why: str) -> AbstractContextManager[object]:
    """Wait until the window ends its visit, for this reason."""
    return qtbot.waitSignal(
        window.ended, timeout=PATIENCE, check_params_cb=lambda said: said == why
    )


def by_reader(qtbot: QtBot, window: ReaderWindow) -> AbstractContextManager[object]:
    """Wait until the reader leaves."""
    return ends(qtbot, window, "reader")


def calls(desk: SampleDesk, name: str) -> list[tuple[object, ...]]:
    """What was asked by `name`, without the name."""
    return [call[1:] for call in desk.calls if call[0] == name]
