"""The shell: signing in three ways, what ends a visit, and what it leaves behind."""

from __future__ import annotations

import attrs
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kiosk.digit_pad import code_of
from app.gui.kiosk.shell import ShellWindow
from app.gui.lanes import Lanes
from app.kernel.errors import Broken, Refused

from .conftest import PATIENCE, MakeShell, enter_code, read
from .desk import CASE_NO, CODE, PASS, PIN, QUERY_CODE, READER, FakeDesk, FakeHost, granted

TARGET = 56


def words(window: QWidget) -> str:
    """Every text that any widget of the window holds, shown or not, accessible names too."""
    found = [window.windowTitle()]
    for widget in window.findChildren(QWidget):
        found += [widget.accessibleName(), widget.toolTip()]
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            found.append(widget.text())
    return "\n".join(found)


def assert_wiped(window: ShellWindow, host: FakeHost) -> None:
    assert window.stack.currentWidget() is window.welcome
    assert not host.reads
    assert window.keeper.visit is None
    assert not window.idle.running
    assert window.prove.entry.digits == ""
    assert window.query.entry.digits == ""
    shown = words(window).replace("1001-123456", "").replace("5001-123456", "")
    for secret in (CASE_NO, READER, "民间借贷", "123456", "246810"):
        assert secret not in shown, secret
    assert QGuiApplication.clipboard().text() == ""


def ended(qtbot: QtBot, desk: FakeDesk, why: str) -> None:
    qtbot.waitUntil(lambda: bool(desk.asked("sign_out")), timeout=PATIENCE)
    assert desk.asked("sign_out") == [("sign_out", "visit_1", why)]


def test_code_of_splits_before_the_secret() -> None:
    assert code_of("1001123456") == "1001-123456"
    assert code_of("10001123456") == "10001-123456"


def test_the_first_touch_waits_for_the_workers(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk, ready=False)
    assert not window.welcome.start.isEnabled()
    qtbot.waitUntil(window.welcome.start.isEnabled, timeout=PATIENCE)
    assert host.calls == ["warm"]


def test_a_terminal_that_cannot_mark_pages_says_so(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    desk.fault = Broken("SYS-403")
    window = make_shell(desk, ready=False)
    qtbot.waitUntil(window.welcome.said.isVisible, timeout=PATIENCE)
    assert not window.welcome.start.isEnabled()
    assert "字体" in window.welcome.said_text.text()
    assert host.calls == []


def test_everything_to_touch_is_large_and_named(
    make_shell: MakeShell, desk: FakeDesk, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    buttons = window.findChildren(QAbstractButton)
    assert len(buttons) > 30
    for button in buttons:
        button.ensurePolished()
        assert button.accessibleName(), button.text()
        assert max(button.minimumHeight(), button.sizeHint().height()) >= TARGET
        assert max(button.minimumWidth(), button.sizeHint().width()) >= TARGET


def test_touch_and_keyboard_enter_the_same_code(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    qtbot.keyClick(window.welcome, Qt.Key.Key_Return)
    assert window.stack.currentWidget() is window.prove
    entry = window.prove.entry
    entry.pad.keys["9"].click()
    qtbot.keyClick(entry, Qt.Key.Key_Backspace)
    qtbot.keyClicks(entry, "100112345")
    assert not entry.enter.isEnabled()
    entry.pad.keys["6"].click()
    assert entry.boxes.digits == "1001123456"
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: host.reads, timeout=PATIENCE)
    assert desk.asked("sign_in") == [("sign_in", "code", CODE)]
    assert entry.digits == ""
    assert window.stack.currentWidget() is window.at_work
    assert READER not in words(window)


def test_a_pass_under_the_scanner_signs_in_from_the_welcome(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    window.scanner.scanned.emit(PASS)
    qtbot.waitUntil(lambda: host.reads, timeout=PATIENCE)
    assert desk.asked("sign_in") == [("sign_in", "qr", PASS)]


def test_an_id_card_signs_in(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    desk.gate.clear()
    window.welcome.start.click()
    window.prove.card_button.click()
    assert "身份证" in window.prove.entry.message.text()
    assert not window.prove.card_button.isEnabled()
    window.prove.scan(PASS)
    desk.gate.set()
    qtbot.waitUntil(lambda: host.reads, timeout=PATIENCE)
    assert desk.asked("sign_in") == [("sign_in", "id_card", "")], "one question at a time"


def test_a_wrong_code_says_what_to_do_and_how_many_tries_are_left(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    enter_code(window, "1001-999999")
    entry = window.prove.entry
    qtbot.waitUntil(entry.notice.isVisible, timeout=PATIENCE)
    assert "不正确" in entry.message.text()
    assert "4" in entry.remedy.text()
    assert entry.digits == ""
    entry.pad.keys["1"].click()
    assert not entry.notice.isVisible(), "typing again takes the sentence away"
    window.prove.entry.back.click()
    assert_wiped(window, host)
    assert desk.asked("sign_out") == []


@pytest.mark.parametrize("code", ["RDR-104", "RDR-105", "RDR-108"])
def test_other_refusals_are_told(
    make_shell: MakeShell, desk: FakeDesk, qtbot: QtBot, code: str
) -> None:
    window = make_shell(desk)
    desk.fault = Refused(code, case_no=CASE_NO)
    enter_code(window)
    qtbot.waitUntil(window.prove.entry.notice.isVisible, timeout=PATIENCE)
    assert "窗口" in window.prove.entry.remedy.text()
    assert window.stack.currentWidget() is window.prove


def test_a_bug_shows_a_calm_sentence(
    make_shell: MakeShell, desk: FakeDesk, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = make_shell(desk)
    desk.fault = ValueError("secret detail")
    enter_code(window)
    qtbot.waitUntil(window.prove.entry.notice.isVisible, timeout=PATIENCE)
    assert "secret" not in words(window)
    assert "secret detail" in caplog.text


def test_an_answer_after_somebody_left_is_signed_out(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    desk.gate.clear()
    enter_code(window)
    window.leave("")
    desk.gate.set()
    ended(qtbot, desk, "reader")
    assert_wiped(window, host)
    assert "begin" not in host.calls


@pytest.mark.parametrize(
    ("why", "recorded", "said"),
    [
        ("reader", "reader", "已退出"),
        ("cap", "cap", "时间已满"),
        ("grant", "grant", "许可已结束"),
        ("dossier", "grant", "目前不能阅卷"),
        ("room", "grant", "其他终端"),
        ("clock", "grant", "时间不准"),
        ("fault", "lost", "无法继续"),
        ("", "lost", "意外关闭"),
    ],
)
def test_the_welcome_says_why_the_process_ended_the_visit(
    make_shell: MakeShell,
    desk: FakeDesk,
    host: FakeHost,
    qtbot: QtBot,
    why: str,
    recorded: str,
    said: str,
) -> None:
    window = make_shell(desk)
    read(qtbot, window, host)
    QGuiApplication.clipboard().setText("a line of the dossier")
    if why:
        host.left.emit(why)
    else:
        host.lost.emit()
    ended(qtbot, desk, recorded)
    assert host.calls == ["warm", "begin", "end", "warm"]
    assert_wiped(window, host)
    shown = window.welcome.said_text.text()
    assert said in shown
    assert "清除" in shown
    text = window.welcome.said_text
    assert text.minimumWidth() >= text.fontMetrics().horizontalAdvance(shown), "on one line"
    assert ("已退出" in shown) == (why == "reader"), "nobody is told that she left who did not"


def test_nobody_there_warns_then_wipes(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk, warn=0.2, wipe=600)
    read(qtbot, window, host)
    qtbot.waitUntil(lambda: "warn" in host.calls, timeout=PATIENCE)
    window.idle._wipe_timer.start(0)
    ended(qtbot, desk, "idle")
    assert_wiped(window, host)
    assert "无人操作" in window.welcome.said_text.text()


def test_the_reader_stays_while_her_process_says_that_she_is_there(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk, warn=0.2, wipe=600)
    read(qtbot, window, host)
    qtbot.waitUntil(lambda: "warn" in host.calls, timeout=PATIENCE)
    assert window.idle_panel.isVisible(), "also seen where the reader's window is not above"
    with qtbot.waitSignal(window.idle.resumed, timeout=PATIENCE):
        host.alive.emit()
    assert "resume" in host.calls
    assert not window.idle_panel.isVisible()
    assert host.reads


def test_the_longest_time_ends_a_visit_whatever_the_process_says(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    desk.visit = attrs.evolve(desk.visit, cap_seconds=0)
    window = make_shell(desk)
    enter_code(window)
    ended(qtbot, desk, "cap")
    assert_wiped(window, host)


def test_the_end_of_the_grant_ends_the_visit(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    desk.visit = attrs.evolve(desk.visit, cases=(granted(hours=0),))
    window = make_shell(desk)
    enter_code(window)
    ended(qtbot, desk, "grant")
    assert_wiped(window, host)


def test_a_grant_taken_back_ends_the_visit(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk, watch=0.05)
    read(qtbot, window, host)
    qtbot.waitUntil(lambda: bool(desk.asked("follow_prints")), timeout=PATIENCE)
    assert host.reads
    desk.close_case()
    ended(qtbot, desk, "grant")
    assert_wiped(window, host)
    assert "许可已结束" in window.welcome.said_text.text()


def test_a_visit_that_the_service_ended_ends_here_too(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk, watch=0.05)
    read(qtbot, window, host)
    desk.fault = Refused("RDR-112")
    ended(qtbot, desk, "grant")
    assert_wiped(window, host)
    assert "其他终端" in window.welcome.said_text.text()


def test_a_visit_without_a_desk_never_opens(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    window.welcome.start.click()
    desk.fault = Refused("RDR-112")
    window.prove.proved.emit(desk.visit)
    ended(qtbot, desk, "grant")
    assert "begin" not in host.calls
    assert_wiped(window, host)


def test_only_staff_close_the_terminal_and_end_the_visit(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    read(qtbot, window, host)
    window.close()
    assert window.isVisible(), "closing by the window system is refused"
    window.ask_staff()
    qtbot.waitUntil(lambda: window.staff.name.count() == 1, timeout=PATIENCE)
    window.staff.pin.setText("0000")
    window.staff.confirm.click()
    qtbot.waitUntil(lambda: bool(window.staff.error.text()), timeout=PATIENCE)
    assert window.staff.pin.text() == ""
    assert host.reads, "a wrong PIN ends nothing"
    window.staff.pin.setText(PIN)
    with qtbot.waitSignal(window.closing, timeout=PATIENCE):
        window.staff.confirm.click()
    assert not window.isVisible()
    assert host.calls[-1] == "close"
    ended(qtbot, desk, "staff")
    assert "工作人员" in window.welcome.said_text.text()


def test_anybody_may_ask_how_far_a_case_is(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    window.welcome.ask.click()
    qtbot.keyClicks(window.query.entry, "5001000000")
    qtbot.keyClick(window.query.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(window.query.entry.notice.isVisible, timeout=PATIENCE)
    for digit in QUERY_CODE.replace("-", ""):
        window.query.entry.pad.keys[digit].click()
    window.query.entry.enter.click()
    qtbot.waitUntil(window.query.answer.isVisible, timeout=PATIENCE)
    shown = words(window.query)
    for said in (CASE_NO, "已立案", "2023-02-01", "尚未", "扫描中心", "2023-12-01"):
        assert said in shown
    window.query.back.click()
    assert_wiped(window, host)
    assert host.calls[-1] == "warm"


def test_an_answer_that_nobody_waits_for_is_dropped(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    window.welcome.ask.click()
    window.query.entry.submitted.emit(QUERY_CODE)
    window.leave("")
    qtbot.waitUntil(lambda: Lanes.current().busy == 0, timeout=PATIENCE)
    assert bool(desk.asked("progress"))
    assert_wiped(window, host)


def test_the_progress_on_the_screen_is_wiped_when_nobody_is_there(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk, warn=0.2, wipe=0.4)
    window.welcome.ask.click()
    with qtbot.waitSignal(window.idle.expired, timeout=PATIENCE):
        window.query.entry.submitted.emit(QUERY_CODE)
    qtbot.waitUntil(lambda: Lanes.current().busy == 0, timeout=PATIENCE)
    assert_wiped(window, host)


def test_notices_hang_for_everybody(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    qtbot.waitUntil(lambda: "今日停电" in window.welcome.newest.text(), timeout=PATIENCE)
    window.welcome.wall.click()
    assert window.stack.currentWidget() is window.wall
    for said in ("今日停电", "下午停电。", "如何申请阅卷", "请携带身份证。"):
        assert said in words(window.wall)
    desk.shown_notices = ()
    window.wall.back.click()
    qtbot.waitUntil(lambda: "没有公告" in words(window.wall), timeout=PATIENCE)
    assert window.welcome.newest.text() == ""
