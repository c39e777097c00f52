"""Signing in at the terminal: touch targets, wrong codes, the pause, and faults."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.gui.kiosk.digit_pad import code_of
from app.gui.kiosk.samples import SampleRoom
from app.kernel.errors import Broken, Refused

from .conftest import MakeWindow, enter_code, open_reader

TARGET = 56


def test_code_of_splits_before_the_secret() -> None:
    assert code_of("1001123456") == "1001-123456"
    assert code_of("10001123456") == "10001-123456"


def test_everything_to_touch_is_large_and_named(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    shown: list[QAbstractButton] = list(window.welcome.findChildren(QAbstractButton))
    window.welcome.start.click()
    shown += window.sign_in.findChildren(QAbstractButton)
    open_reader(qtbot, window)
    shown += window.reader.findChildren(QAbstractButton)
    window.reader.ask_page()
    window.idle_panel.warn(30)
    shown += window.idle_panel.findChildren(QAbstractButton)
    assert len(shown) > 30
    for button in shown:
        if not button.isVisibleTo(window) and button.parentWidget() is window.reader.notice:
            continue
        button.ensurePolished()
        assert button.accessibleName(), button.text()
        assert button.minimumHeight() >= TARGET or button.sizeHint().height() >= TARGET
        assert max(button.minimumWidth(), button.sizeHint().width()) >= TARGET


def test_the_first_touch_waits_for_the_workers(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room, ready=False)
    assert not window.welcome.start.isEnabled()
    with qtbot.waitSignal(window.prepared, timeout=20000):
        pass
    assert window.welcome.start.isEnabled()
    assert ("prepare",) in room.calls


def test_a_terminal_that_cannot_mark_pages_says_so(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    room.fault = Broken("SYS-403")
    window = make_window(room, ready=False)
    qtbot.waitUntil(window.welcome.said.isVisible)
    assert not window.welcome.start.isEnabled()
    assert "字体" in window.welcome.said_text.text()


def test_touch_and_keyboard_enter_the_same_code(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    qtbot.keyClick(window.welcome, Qt.Key.Key_Return)
    assert window.stack.currentWidget() is window.sign_in
    page = window.sign_in
    page.pad.keys["9"].click()
    qtbot.keyClick(page, Qt.Key.Key_Backspace)
    qtbot.keyClicks(page, "100112345")
    assert not page.enter.isEnabled()
    page.pad.keys["6"].click()
    assert page.boxes.digits == "1001123456"
    assert page.enter.isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.reader)
    assert ("sign_in", "1001-123456") in room.calls
    assert page.digits == ""
    assert page.boxes.digits == ""


def test_a_wrong_code_says_what_to_do_and_how_many_tries_are_left(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    enter_code(window, "1001-999999")
    page = window.sign_in
    qtbot.waitUntil(page.notice.isVisible)
    assert page.message.text() == "阅卷码不正确。"
    assert "核对" in page.remedy.text()
    assert "4" in page.remedy.text()
    assert page.digits == ""
    page.pad.keys["1"].click()
    assert not page.notice.isVisible(), "typing again takes the sentence away"


def test_five_wrong_codes_make_the_terminal_pause(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room, pause=0.4)
    page = window.sign_in
    for number in range(5):
        enter_code(window, f"900{number}-999999")
        qtbot.waitUntil(lambda: page.digits == "" and not page._asking)
    assert not page.pad.isEnabled()
    assert "连续" in page.message.text()
    page.type_digit("1")
    assert page.digits == ""
    window.leave("")
    window.welcome.start.click()
    assert not page.pad.isEnabled(), "going back does not end the pause"
    qtbot.waitUntil(page.pad.isEnabled)
    assert not page.notice.isVisible()
    open_reader(qtbot, window)


@pytest.mark.parametrize("code", ["RDR-104", "RDR-105", "RDR-108"])
def test_other_refusals_are_told(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot, code: str
) -> None:
    window = make_window(room)
    room.fault = Refused(code, case_no="（2023）辽0899民初100号")
    enter_code(window)
    qtbot.waitUntil(window.sign_in.notice.isVisible)
    assert "窗口" in window.sign_in.remedy.text()
    assert window.stack.currentWidget() is window.sign_in


def test_a_bug_shows_a_calm_sentence(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = make_window(room)
    room.fault = ValueError("secret detail")
    enter_code(window)
    qtbot.waitUntil(window.sign_in.notice.isVisible)
    assert "secret" not in window.sign_in.message.text() + window.sign_in.remedy.text()
    assert "secret detail" in caplog.text


def test_an_answer_after_the_reader_left_is_signed_out(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    enter_code(window)
    window.leave("")
    qtbot.waitUntil(lambda: ("sign_out", "grant_1") in room.calls)
    assert window.stack.currentWidget() is window.welcome
    assert window.reader.session is None
