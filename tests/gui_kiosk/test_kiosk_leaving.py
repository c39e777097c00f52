"""Leaving, being away, staff, and what must never leave the terminal."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QGraphicsView, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.gui.kiosk.application import make_window as compose_window
from app.gui.kiosk.samples import CASE_NO, READER, SampleRoom
from app.gui.kiosk.window import KioskWindow
from app.gui.lanes import Lanes
from app.gui.reader.ready_page import ReadyPage

from .conftest import MakeWindow, enter_code, open_reader


def visible_words(window: KioskWindow) -> str:
    """Every text that any widget of the window holds, shown or not, accessible names too."""
    words = []
    for kind in (QLabel, QPushButton, QLineEdit):
        words += [widget.text() for widget in window.findChildren(kind)]
    for widget in window.findChildren(QGraphicsView):
        words.append(widget.accessibleName())
    catalogue = window.reader.catalogue.catalogue
    words += [entry.title for entry in catalogue.entries]
    words += [w.accessibleName() + w.toolTip() for w in window.findChildren(QLabel)]
    return "\n".join(words)


def assert_wiped(window: KioskWindow) -> None:
    reader = window.reader
    assert window.stack.currentWidget() is window.welcome
    assert reader.session is None
    assert reader.current is None
    assert reader.store.kept == ()
    assert reader.view.page_number is None
    assert reader.view.items() == []
    assert window.sign_in.digits == ""
    assert window.sign_in.boxes.digits == ""
    words = visible_words(window)
    for secret in (CASE_NO, READER, "民事判决书", "123456"):
        assert secret not in words.replace("1001-123456", ""), secret


def test_leaving_wipes_everything_and_signs_out(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    kept: list[ReadyPage] = list(window.reader.store._kept.values())
    images = [level for page in kept for level in page.levels]
    assert images
    QGuiApplication.clipboard().setText("copied elsewhere")
    with qtbot.waitSignal(window.signed_out, timeout=20000):
        window.reader.top.leave.click()
    assert_wiped(window)
    assert ("sign_out", "grant_1") in room.calls
    assert all(page.levels == [] for page in kept)
    for image in images:
        assert image.pixelColor(image.width() // 2, 60).name() == "#ffffff"
    assert QGuiApplication.clipboard().text() == ""
    assert "已全部清除" in window.welcome.said_text.text()


def test_a_page_on_its_way_is_dropped_when_the_reader_leaves(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    window.reader.go_to(60)
    window.leave("")
    qtbot.waitUntil(lambda: Lanes.current().busy == 0)
    assert_wiped(window)


def test_the_next_reader_starts_clean(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    window.reader.go_to(40)
    window.reader.bottom.large_type.click()
    window.leave("")
    open_reader(qtbot, window)
    assert window.reader.view.page_number == 1
    assert window.reader.view.fit_mode == "width"
    assert window.reader.bottom.catalogue.isChecked()


def test_nobody_there_warns_then_wipes(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room, warn=0.3, wipe=0.9)
    open_reader(qtbot, window)
    window.idle.start()
    with qtbot.waitSignal(window.idle.warned, timeout=20000):
        pass
    assert window.idle_panel.isVisible()
    assert "清除" in window.idle_panel.sentence.text()
    with qtbot.waitSignal(window.idle.expired, timeout=20000):
        pass
    assert_wiped(window)
    assert not window.idle_panel.isVisible()
    assert "无人操作" in window.welcome.said_text.text()
    assert not window.idle.running


def test_a_touch_on_the_warning_goes_on_and_does_nothing_else(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room, warn=0.3, wipe=60)
    open_reader(qtbot, window)
    window.idle.start()
    with qtbot.waitSignal(window.idle.warned, timeout=20000):
        pass
    with qtbot.waitSignal(window.idle.resumed, timeout=20000):
        qtbot.keyClick(window.reader.view, Qt.Key.Key_Right)
    assert window.reader.current == 1, "the key only wakes the screen"
    assert not window.idle_panel.isVisible()
    assert window.reader.session is not None
    with qtbot.waitSignal(window.idle.warned, timeout=20000):
        pass
    qtbot.mouseClick(window.idle_panel, Qt.MouseButton.LeftButton)
    assert not window.idle_panel.isVisible()


def test_half_a_code_is_forgotten_too(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room, warn=0.2, wipe=0.4)
    window.welcome.start.click()
    window.sign_in.type_digit("1")
    with qtbot.waitSignal(window.idle.expired, timeout=20000):
        pass
    assert_wiped(window)


def test_only_staff_close_the_terminal(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    window.close()
    assert window.isVisible(), "closing by the window system is refused"
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    window.ask_staff()
    qtbot.waitUntil(lambda: window.staff.name.count() == 1)
    window.staff.pin.setText("0000")
    window.staff.confirm.click()
    qtbot.waitUntil(lambda: bool(window.staff.error.text()))
    assert window.staff.pin.text() == ""
    assert window.isVisible()
    window.staff.pin.setText("2468")
    with qtbot.waitSignal(window.closing, timeout=20000):
        window.staff.confirm.click()
    assert not window.isVisible()


def test_staff_may_go_back(make_window: MakeWindow, room: SampleRoom, qtbot: QtBot) -> None:
    window = make_window(room)
    window.ask_staff()
    qtbot.waitUntil(lambda: window.staff.name.count() == 1)
    window.staff.pin.setText("24")
    window.staff.cancel.click()
    assert not window.staff.isVisible()
    assert window.staff.pin.text() == ""


def test_no_context_menu_no_clipboard_no_drag(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    QGuiApplication.clipboard().clear()
    view = window.reader.view
    for keys in (Qt.Key.Key_C, Qt.Key.Key_A, Qt.Key.Key_S, Qt.Key.Key_P):
        qtbot.keyClick(view, keys, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == ""
    assert QGuiApplication.clipboard().image().isNull()
    menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(40, 40), QPoint(40, 40))
    assert QApplication.sendEvent(view.viewport(), menu), "swallowed"
    assert QApplication.activePopupWidget() is None
    assert not window.reader.catalogue.dragEnabled()
    for shown in window.findChildren(QLabel):
        flags = shown.textInteractionFlags()
        assert not flags & Qt.TextInteractionFlag.TextSelectableByMouse


def test_the_real_window_has_no_frame(qtbot: QtBot, room: SampleRoom) -> None:
    window = compose_window(room, windowed=False)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    assert window.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    framed = compose_window(room, windowed=True)  # type: ignore[arg-type]
    qtbot.addWidget(framed)
    assert not framed.windowFlags() & Qt.WindowType.FramelessWindowHint
    qtbot.waitUntil(lambda: window.welcome.start.isEnabled() and framed.welcome.start.isEnabled())
    for made in (window, framed):
        made.allow_close()


@pytest.mark.parametrize("code", ["1001-999999"])
def test_a_wrong_code_leaves_no_trace_either(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot, code: str
) -> None:
    window = make_window(room)
    enter_code(window, code)
    qtbot.waitUntil(window.sign_in.notice.isVisible)
    window.sign_in.back.click()
    assert_wiped(window)
    assert window.sign_in.message.text() == ""
