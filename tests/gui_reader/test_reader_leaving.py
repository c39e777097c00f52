"""Leaving: cases, the slip and its signature, and that nothing of the visit stays in the window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.gui.reader.samples import CASE_NO, READER, SampleDesk
from app.gui.reader.signature_pad import SignaturePad
from app.gui.reader.window import ReaderWindow
from app.kernel.errors import Broken, Refused

from .conftest import OpenWindow, by_reader, calls, idle, shows, wait


def sign(qtbot: QtBot, pad: SignaturePad) -> None:
    """Two strokes with the mouse."""
    width, height = pad.width(), pad.height()
    for down in (0.3, 0.6):
        start, end = QPoint(width // 5, int(height * down)), QPoint(width // 2, int(height * down))
        qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=start)
        for across in (0.25, 0.3, 0.35, 0.4):
            pad._move(QPointF(width * across, height * down))
        qtbot.mouseMove(pad, end)
        pad._move(QPointF(end))
        qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=end)


def words_of(window: ReaderWindow) -> str:
    """Every text that any widget of the window holds, shown or not, accessible names too."""
    words = [label.text() for label in window.findChildren(QLabel)]
    for widget in window.findChildren(QWidget):
        words += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        text = getattr(widget, "text", "")
        words.append(str(text() if callable(text) else text))
    side = window.reading.side
    for rows in (side.catalogue.rows, side.search.list.rows, side.marks.list.rows):
        words += [row.title for row in rows.entries]
    return "\n".join(words)


def test_the_slip_is_signed_and_the_window_is_left_clean(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading = window.reading
    wait(qtbot, lambda: 2 in reading.store.kept)
    reading.side.search.search("货款")
    reading.side.marks.field.set_text("欧阳的备注")
    reading.side.show_tab(1)
    reading.side.pictures.grab()
    wait(qtbot, lambda: reading.side.pictures.pictures.kept)
    wait(qtbot, lambda: reading.side.search.hits)
    images: list[QImage] = [level for page in reading.store._kept.values() for level in page.levels]
    assert any(image.pixelColor(image.width() // 2, 90).lightness() < 255 for image in images)
    reading.top.leave.click()
    wait(qtbot, lambda: CASE_NO in window.slip.facts["case"].text())
    assert not window.slip.sign.isEnabled(), "nothing is signed yet"
    sign(qtbot, window.slip.pad)
    assert window.slip.sign.isEnabled()
    QGuiApplication.clipboard().setText("copied elsewhere")
    with by_reader(qtbot, window):
        window.slip.sign.click()
    assert len(desk.strokes) == 2
    assert all(0 <= part <= 1 for stroke in desk.strokes for point in stroke for part in point)
    assert reading.session is None
    assert reading.store.kept == ()
    assert reading.view.items() == []
    assert reading.side.pictures.pictures.kept == ()
    assert window.slip.pad.strokes == ()
    for image in images:
        assert image.pixelColor(image.width() // 2, image.height() // 2).name() == "#ffffff"
    assert QGuiApplication.clipboard().text() == ""
    idle(qtbot)
    for secret in (CASE_NO, READER, "民事判决书", "货款", "备注的", "欧阳"):
        # The cards of her cases go with the next turn of the event loop.
        wait(qtbot, lambda secret=secret: secret not in words_of(window))
    assert calls(desk, "left_page"), "how long the last page was seen is on record"


def test_one_may_read_on_or_leave_without_signing(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    window.leave()
    wait(qtbot, window.slip.unsigned.isEnabled)
    window.slip.go_back.click()
    assert window.stack.currentWidget() is window.reading
    shows(qtbot, window, 1)
    window.leave()
    wait(qtbot, window.slip.unsigned.isEnabled)
    with by_reader(qtbot, window):
        window.slip.unsigned.click()
    assert calls(desk, "sign_slip") == []


def test_a_slip_that_cannot_be_kept_does_not_hold_anybody_back(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    window.leave()
    wait(qtbot, window.slip.unsigned.isEnabled)
    sign(qtbot, window.slip.pad)
    idle(qtbot)
    desk.fault = Broken("RDR-110")
    window.slip.sign.click()
    wait(qtbot, window.slip.notice.isVisible)
    assert window.slip.pad.strokes, "the signature is still there to be sent again"
    with by_reader(qtbot, window):
        window.slip.unsigned.click()


def test_a_dot_is_no_signature_and_strokes_end_at_the_edge(qtbot: QtBot) -> None:
    pad = SignaturePad()
    qtbot.addWidget(pad)
    pad.resize(400, 200)
    pad.show()
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert not pad.signed
    assert pad.strokes == ()
    pad._begin(QPointF(40, 100))
    for across in range(60, 320, 40):
        pad._move(QPointF(across, 90))
    pad._move(QPointF(4000, -90))
    pad._end()
    assert pad.signed
    assert pad.strokes[-1][-1] == (1.0, 0.0), "what leaves the pad ends at its edge"
    pad.clear()
    assert not pad.signed


def test_several_cases_are_listed_opened_and_signed_for_one_by_one(
    open_window: OpenWindow, drawn_pages: Path, qtbot: QtBot
) -> None:
    desk = SampleDesk(drawn_pages, cases=3)
    window = open_window(desk, ready=False)
    wait(qtbot, lambda: len(window.cases.buttons) == 3)
    assert not window.cases.buttons["grant_3"].isEnabled(), "its time is over"
    for grant in ("grant_1", "grant_2"):
        window.cases.buttons[grant].click()
        shows(qtbot, window, 1)
        window.reading.top.cases.click()
        assert window.reading.session is None
        assert window.reading.store.kept == ()
    window.cases.leave.click()
    for grant in ("grant_1", "grant_2"):
        wait(qtbot, lambda grant=grant: calls(desk, "slip")[-1:] == [(grant,)])
        wait(qtbot, window.slip.unsigned.isEnabled)
        if grant == "grant_1":
            window.slip.unsigned.click()
    with by_reader(qtbot, window):
        window.slip.unsigned.click()


def test_one_case_that_ends_leaves_the_others(
    open_window: OpenWindow, drawn_pages: Path, qtbot: QtBot
) -> None:
    desk = SampleDesk(drawn_pages, cases=2)
    window = open_window(desk, ready=False)
    wait(qtbot, lambda: len(window.cases.buttons) == 2)
    window.cases.buttons["grant_1"].click()
    shows(qtbot, window, 1)
    idle(qtbot)
    desk.fault = Refused("RDR-105")
    window.reading.go_to(60)
    wait(qtbot, window.cases.notice.isVisible)
    assert window.stack.currentWidget() is window.cases
    assert not window.cases.buttons["grant_1"].isEnabled()
    assert window.visit is not None


def test_the_time_of_one_case_leaves_the_others(
    open_window: OpenWindow, drawn_pages: Path, qtbot: QtBot
) -> None:
    now = [datetime.now(UTC)]
    desk = SampleDesk(drawn_pages, cases=2, hours=1, now=lambda: now[0])
    window = open_window(desk, ready=False, now=lambda: now[0])
    wait(qtbot, lambda: len(window.cases.buttons) == 2)
    window.cases.buttons["grant_1"].click()
    shows(qtbot, window, 1)
    now[0] += timedelta(hours=1.1)
    window.reading.top.countdown.tick()
    assert window.stack.currentWidget() is window.cases
    assert not window.cases.buttons["grant_1"].isEnabled()
    assert "有效期" in window.cases.notice.message.text()
    assert window.visit is not None


def test_a_page_on_its_way_is_dropped_when_the_visit_ends(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    window.reading.go_to(60)
    window.wipe()
    idle(qtbot)
    assert window.reading.store.kept == ()
    assert window.reading.view.page_number is None


def test_the_warning_stands_over_everything_and_goes(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    window.reading.display.open()
    window.warn(30)
    assert window.idle_panel.isVisible()
    assert window.idle_panel.geometry() == window.rect()
    assert "30" in window.idle_panel.sentence.text()
    window.resume()
    assert not window.idle_panel.isVisible()


def test_no_context_menu_no_clipboard_no_drag_no_closing(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading, view = window.reading, window.reading.view
    QGuiApplication.clipboard().clear()
    reading.ask_search()
    field = reading.side.search.field
    reading.keyboard.press("latin")
    qtbot.keyClicks(field, "secret")
    for target in (view, field, reading.side.catalogue, window):
        for key in (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_V, Qt.Key.Key_P):
            qtbot.keyClick(target, key, Qt.KeyboardModifier.ControlModifier)
    assert field.text == "secret"
    assert QGuiApplication.clipboard().text() == ""
    assert QGuiApplication.clipboard().image().isNull()
    menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(40, 40), QPoint(40, 40))
    QApplication.sendEvent(view.viewport(), menu)
    assert QApplication.activePopupWidget() is None
    assert window.findChildren(QLineEdit) == []
    assert window.findChildren(QTextEdit) == []
    for shown in window.findChildren(QLabel):
        assert not shown.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    for widget in window.findChildren(QWidget):
        assert not widget.acceptDrops()
    closing = QCloseEvent()
    window.closeEvent(closing)
    assert not closing.isAccepted()
