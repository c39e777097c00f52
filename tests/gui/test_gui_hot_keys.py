"""Keys that a person changes: named conflicts, in force at once, kept for her alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.hot_keys import HotKeys, conflicts, scopes_meet
from app.gui.main_window import MainWindow
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.shortcuts import keys_of, shortcut_table
from app.gui.slips.listening import SlipListener

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
KEY_ALONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def sample(qtbot: QtBot, drawn: Path) -> SampleWorkstation:
    return SampleWorkstation(drawn)


@pytest.fixture
def window(qtbot: QtBot, sample: SampleWorkstation) -> Iterator[MainWindow]:
    made = MainWindow(cast(Any, sample))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(made.desk.case_changed, timeout=20000):
        made.desk.open_case(made, CASE_NO, page="scan")
    until(qtbot, lambda: made.current_page.name == "scan")
    yield made
    keys = HotKeys.current()
    assert keys is not None
    keys.use({})


@pytest.fixture
def fast(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes between two signs, however busy the machine is."""
    monkeypatch.setattr(window.slips.listener, "_seconds", lambda: 1.0)
    monkeypatch.setattr(window.slips.listener, "_last", 1.0)


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=20000)


def type_in(handle: QWindow, text: str) -> None:
    """Type signs into a window as a keyboard does."""
    for sign in text:
        shift = Qt.KeyboardModifier.ShiftModifier if sign.isupper() else KEY_ALONE
        QTest.keyClick(handle, ord(sign.upper()), shift)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def test_no_two_actions_share_a_key_where_both_are_in_force() -> None:
    rows = shortcut_table()
    assert len({row.action for row in rows}) == len(rows)
    for row in rows:
        assert conflicts(rows, {}, row.action) == [], row.action


def test_pages_may_share_keys_and_nothing_else() -> None:
    assert not scopes_meet("inspect", "catalogue")
    assert scopes_meet("sides", "scan")
    assert not scopes_meet("sides", "catalogue")
    assert scopes_meet("everywhere", "catalogue")
    assert scopes_meet("page", "reconcile")


def test_a_new_key_is_in_force_at_once_everywhere_and_kept(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: Any = window.current_page
    until(qtbot, lambda: len(page.strip.sides) == 22)
    overlay = window.show_keys()
    overlay.edit.setChecked(True)
    overlay.ask_key("start_scan")
    qtbot.keyClick(overlay, KEY.Key_F9)
    assert keys_of("start_scan") == "F9"
    assert "F9" in overlay.buttons["start_scan"].text()
    until(qtbot, lambda: asked(sample, "save_preference") == [("keys", {"start_scan": "F9"})])
    assert "F9" in page.controls.start.text()
    overlay.accept()
    window.activateWindow()
    page.strip.setFocus()
    until(qtbot, page.strip.hasFocus)
    qtbot.keyClick(page.strip, KEY.Key_F5)
    assert asked(sample, "scan") == []
    qtbot.keyClick(page.strip, KEY.Key_F9)
    until(qtbot, lambda: bool(asked(sample, "scan")) and not page.busy)
    window.leave()
    assert keys_of("start_scan") == "F5"
    window.desk.sign_in(Actor(name="顾明远", role=ARCHIVIST))
    until(qtbot, lambda: window.current_page.name == "today")
    assert keys_of("start_scan") == "F5"
    window.leave()
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    until(qtbot, lambda: keys_of("start_scan") == "F9")


def test_conflicts_and_reserved_keys_are_named(qtbot: QtBot, window: MainWindow) -> None:
    overlay = window.show_keys()
    overlay.edit.setChecked(True)
    overlay.ask_key("turn_right")
    qtbot.keyClick(overlay, KEY.Key_F5)
    assert "开始或继续扫描" in overlay.word.text()
    assert keys_of("turn_right") == "R"
    overlay.ask_key("turn_right")
    qtbot.keyClick(overlay, KEY.Key_Down)
    assert "请换一个" in overlay.word.text()
    overlay.ask_key("turn_right")
    qtbot.keyClick(overlay, KEY.Key_Escape)
    assert keys_of("turn_right") == "R"
    assert overlay.isVisible()
    overlay.ask_key("turn_right")
    qtbot.keyClick(overlay, KEY.Key_Y, CTRL)
    assert keys_of("turn_right") == "Ctrl+Y"
    overlay.buttons["turn_right"].setFocus()
    until(qtbot, overlay.buttons["turn_right"].hasFocus)
    qtbot.keyClick(overlay.buttons["turn_right"], KEY.Key_Delete)
    assert keys_of("turn_right") == "R"
    overlay.set_key("turn_left", "F11")
    overlay.reset.click()
    assert keys_of("turn_left") == "Shift+R"
    overlay.accept()


def test_a_slip_opens_its_case_and_turns_no_pages(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, fast: None
) -> None:
    window.activateWindow()
    page: Any = window.current_page
    page.strip.setFocus()
    until(qtbot, page.strip.hasFocus)
    handle = window.windowHandle()
    with qtbot.waitSignal(window.desk.page_requested, timeout=20000):
        type_in(handle, "JZ1|RBDXZ|main")
        QTest.keyClick(handle, KEY.Key_Return)
    assert [text.upper() for (text,) in asked(sample, "slip_target")] == ["JZ1|RBDXZ|MAIN"]
    assert asked(sample, "turn_sides") == []
    assert asked(sample, "mark_blank_sides") == []
    assert asked(sample, "save_preference") == []
    assert window.desk.case_no == "RBDXZ"


def test_a_slip_typed_into_the_search_leaves_it_empty(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, fast: None
) -> None:
    window.go_to("today")
    today: Any = window.current_page
    window.activateWindow()
    today.search.setFocus()
    until(qtbot, today.search.hasFocus)
    with qtbot.waitSignal(window.desk.page_requested, timeout=20000):
        type_in(window.windowHandle(), "jz1|ABC|main")
        QTest.keyClick(window.windowHandle(), KEY.Key_Return)
    assert today.search.text() == ""
    assert window.current_page.name == "scan"


def test_slow_typing_is_no_slip(qtbot: QtBot, window: MainWindow) -> None:
    now = [0.0]
    listener = SlipListener(seconds=lambda: now[0])
    heard: list[str] = []
    listener.scanned.connect(heard.append)
    listener.listen(window, window.windowHandle())
    for sign in "JZ1|ABC|":
        now[0] += 0.2
        type_in(window.windowHandle(), sign)
    QTest.keyClick(window.windowHandle(), KEY.Key_Return)
    assert heard == []
    window.windowHandle().removeEventFilter(listener)
    window.removeEventFilter(listener)


def test_a_work_slip_is_written_and_shown(
    qtbot: QtBot,
    window: MainWindow,
    sample: SampleWorkstation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(
        "app.gui.slips.dialog.QDesktopServices.openUrl",
        lambda url: shown.append(url.toLocalFile()),
    )
    path = tmp_path / "工作单.pdf"
    dialog = window.slips.ask_print(CASE_NO)
    assert dialog is not None
    until(qtbot, lambda: dialog.preview.papers == 1)
    dialog.save_to(path)
    until(qtbot, lambda: shown == [str(path)])
    assert path.read_bytes().startswith(b"%PDF")
