"""The page on the screen: sizes, wheel, two fingers, two pages, looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPinchGesture
from pytestqt.qtbot import QtBot

from app.gui.reader.looks import dress_reader
from app.gui.reader.page_view import PageView
from app.gui.reader.samples import SampleDesk

from .conftest import OpenWindow, calls, idle, shows, wait


def wheel(view: PageView, down: int, *, zooms: bool = False) -> None:
    point = QPointF(view.viewport().rect().center())
    keys = Qt.KeyboardModifier
    event = QWheelEvent(
        point,
        point,
        QPoint(),
        QPoint(0, -down),
        Qt.MouseButton.NoButton,
        keys.ControlModifier if zooms else keys.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_wheel_scrolls_then_turns_by_whole_notches(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    view = window.reading.view
    wheel(view, 120)
    assert view.verticalScrollBar().value() > 0
    assert window.reading.current == 1
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    wheel(view, 60)
    assert window.reading.current == 1
    wheel(view, 60)
    assert window.reading.current == 2
    shows(qtbot, window, 2)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().minimum()
    wheel(view, -120)
    shows(qtbot, window, 1)


def test_sizes(open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    window = open_window(desk)
    reading, view = window.reading, window.reading.view
    wait(qtbot, lambda: 2 in reading.store.kept)
    reading.display.whole.click()
    assert view.verticalScrollBar().maximum() == 0
    fitted = view.percent
    reading.bottom.large_type.click()
    assert view.percent == 200
    assert reading.bottom.percent.text() == "200%"
    assert not reading.side.isVisible(), "large type has the whole width"
    wait(qtbot, lambda: view.width() > 1300)
    bar = view.horizontalScrollBar()
    assert abs(bar.value() - (bar.minimum() + bar.maximum()) / 2) <= 2, "the page stays centred"
    reading.turn(1)
    assert view.percent == 200, "a turn keeps the size"
    reading.bottom.larger.click()
    assert view.percent == 250
    reading.bottom.smaller.click()
    reading.bottom.smaller.click()
    assert view.percent == 150
    assert not reading.bottom.large_type.isChecked()
    reading.display.width_fit.click()
    assert view.fit_mode == "width"
    assert view.percent > fitted


def test_wheel_and_fingers_zoom_smoothly_around_the_place_under_them(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    view = open_window(desk).reading.view
    view.zoom_to(200)
    wheel(view, 400)
    centre = view.viewport().rect().center()
    before = view.place_of(centre)
    wheel(view, -60, zooms=True)
    assert 200 < view.percent < 230, "half a notch is half a step"
    pinch = QPinchGesture()
    pinch.setChangeFlags(QPinchGesture.ChangeFlag.ScaleFactorChanged)
    pinch.setScaleFactor(1.1)
    pinch.setCenterPoint(QPointF(view.viewport().mapToGlobal(centre)))
    percent = view.percent
    view.pinched(pinch)
    assert view.percent == pytest.approx(percent * 1.1, abs=1)
    after = view.place_of(centre)
    assert before is not None
    assert after is not None
    assert after[1:] == pytest.approx(before[1:], abs=0.01)


def test_two_pages_are_seen_turned_and_recorded_together(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading = window.reading
    reading.display.two_pages.click()
    wait(qtbot, lambda: reading.view.page_numbers == (1, 2))
    assert reading.view.verticalScrollBar().maximum() == 0, "both are seen whole"
    wait(qtbot, lambda: {3, 4} <= set(reading.store.kept))
    reading.turn(1)
    assert reading.view.page_numbers == (3, 4)
    reading.go_to(98)
    wait(qtbot, lambda: reading.view.page_numbers == (97, 98))
    reading.turn(1)
    assert reading.view.page_numbers == (97, 98)
    reading.turn(-1)
    wait(qtbot, lambda: reading.view.page_numbers == (95, 96))
    idle(qtbot)
    assert len(calls(desk, "shown")) == 9, "the first page alone, then four pairs"
    reading.display.two_pages.click()
    wait(qtbot, lambda: len(reading.view.page_numbers) == 1)


@pytest.fixture
def usual_looks(qapp: QApplication) -> Iterator[None]:
    yield
    dress_reader(qapp)


def test_the_simple_view_has_fewer_and_larger_controls(
    open_window: OpenWindow, desk: SampleDesk, qapp: QApplication, usual_looks: None
) -> None:
    window = open_window(desk)
    bottom = window.reading.bottom
    usual = bottom.following.sizeHint().height()
    assert usual >= 56
    window.reading.display.contrast.setChecked(True)
    window.reading.display.simple.click()
    assert qapp.property("theme_name") == "kiosk_large_contrast"
    assert bottom.following.sizeHint().height() >= 72
    assert not bottom.bookmark.isVisible()
    assert not window.reading.side.isVisible()
    assert window.reading.top.leave.isVisible()
    assert window.reading.top.countdown.isVisible()
    assert window.minimumSizeHint().width() <= 1366, "it fits the smallest screen"
    window.reading.simplify(False)
    assert window.reading.side.isVisible()
    assert window.reading.view.page_number == 1


def test_the_window_fits_the_smallest_screen_also_with_the_keyboard(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    for part in ("search", "marks"):
        window.reading.ask_search()
        window.reading._open_keyboard(getattr(window.reading.side, part).field)
        assert window.reading.keyboard.isVisible()
        assert window.minimumSizeHint().height() <= 768
        assert window.minimumSizeHint().width() <= 1366
