"""Pages are made when they are first needed, and behave then as if they had always been there."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.hot_keys import HotKeys
from app.gui.inspect.page import InspectPage
from app.gui.lanes import Lanes
from app.gui.main_window import MainWindow
from app.gui.navigation import PAGES
from app.gui.page_shelf import KINDS
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.scan.page import ScanPage
from app.gui.scan.strip_panel import SIZES

ACTOR = Actor(name=PERSON, role=ARCHIVIST)


def made(window: MainWindow) -> list[str]:
    return [page.name for page in window.pages.made]


def test_every_place_of_the_navigation_has_its_page() -> None:
    assert tuple(KINDS) == PAGES


def test_a_page_is_made_at_its_first_visit_and_kept(qtbot: QtBot, window: MainWindow) -> None:
    assert made(window) == ["today"]
    window.desk.sign_in(ACTOR)
    with qtbot.waitSignal(window.desk.page_requested, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="inspect")
    page = window.pages["inspect"]
    assert window.current_page is page and made(window) == ["today", "inspect"]
    qtbot.waitUntil(lambda: len(cast(InspectPage, page).strip.sides) == 22, timeout=20000)
    window.go_to("today")
    window.go_to("inspect")
    assert window.current_page is page and made(window) == ["today", "inspect"]
    with pytest.raises(KeyError):
        window.pages["cellar"]


def test_pages_are_made_ahead_one_by_one_behind_the_page_in_sight(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.desk.sign_in(ACTOR)
    counts: list[int] = []
    window.pages.ahead.timeout.connect(lambda: counts.append(len(made(window))))
    window.pages.make_ahead()
    assert made(window) == ["today"]
    qtbot.waitUntil(lambda: tuple(made(window)) == PAGES, timeout=20000)
    assert counts[: len(PAGES) - 1] == list(range(2, len(PAGES) + 1)), "one at every turn"
    assert window.current_page.name == "today"
    assert window.page_stack.count() == len(PAGES)


def test_a_late_scan_page_takes_what_was_used_last(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    profile = sample.profiles()[-1]
    sample.save_preference(ACTOR, "source", {"profile": profile})
    sample.save_preference(ACTOR, "strip", {"size": "compact"})
    window.desk.sign_in(ACTOR)
    with qtbot.waitSignal(window.desk.page_requested, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="scan")
    page = cast(ScanPage, window.current_page)
    qtbot.waitUntil(lambda: page.controls.request["profile"] == profile, timeout=20000)
    qtbot.waitUntil(lambda: page.strip.cell_width == SIZES[0], timeout=20000)


def test_what_was_used_last_takes_no_choice_back(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, tmp_path: Path
) -> None:
    """The answer comes when the person has already chosen another source."""
    told, chosen, answered = threading.Event(), f"folder:{tmp_path}", threading.Event()

    def preference(_actor: Actor, name: str) -> dict[str, Any]:
        if name != "source":
            return {}
        assert told.wait(20)
        answered.set()
        return {"source": "folder:/used/last"}

    sample.preference = preference  # type: ignore[method-assign]
    window.desk.sign_in(ACTOR)
    with qtbot.waitSignal(window.desk.page_requested, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="scan")
    page = cast(ScanPage, window.current_page)
    page.controls.choose_folder(tmp_path)
    told.set()
    qtbot.waitUntil(lambda: answered.is_set() and Lanes.current().busy == 0, timeout=20000)
    assert page.controls.chosen_source == chosen


def test_a_late_page_shows_the_keys_in_force(qtbot: QtBot, window: MainWindow) -> None:
    hot_keys = HotKeys.current()
    assert hot_keys is not None
    hot_keys.use({"condition_deskew": "F9"})
    try:
        page = cast(InspectPage, window.pages["inspect"])
        assert "F9" in page.conditioner.buttons["deskew"].toolTip()
    finally:
        hot_keys.use({})
    assert "F9" not in page.conditioner.buttons["deskew"].toolTip()


def test_no_filter_of_a_page_sees_the_events_of_the_whole_program(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every event would wait for Python, however little the filter does."""
    filters: list[QObject] = []
    monkeypatch.setattr(QApplication, "installEventFilter", lambda _app, one: filters.append(one))
    for name in PAGES:
        window.pages[name]
    assert filters == []


def test_the_sign_in_takes_no_key_from_the_desk(qtbot: QtBot, window: MainWindow) -> None:
    """The names of the people may come when somebody already sits here."""
    qtbot.waitUntil(window.isActiveWindow, timeout=20000)
    window.desk.sign_in(ACTOR)
    window.go_to("locker")
    qtbot.waitUntil(lambda: Lanes.current().busy == 0, timeout=20000)
    focus = QApplication.focusWidget()
    assert focus is not None and window.current_page.isAncestorOf(focus)
