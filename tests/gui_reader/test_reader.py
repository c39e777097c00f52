"""Reading at the terminal: turning, going, sizes, prefetch, faults, time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.kiosk.samples import SampleRoom, sample_items
from app.gui.kiosk.window import KioskWindow
from app.gui.reader.catalogue import entries_of
from app.gui.reader.countdown import Countdown, remaining_text
from app.kernel.clock import timestamp
from app.kernel.errors import Broken, Refused

from .conftest import MakeWindow, open_reader


def shows(qtbot: QtBot, window: KioskWindow, page: int) -> None:
    qtbot.waitUntil(lambda: window.reader.view.page_number == page)


def settled(qtbot: QtBot, window: KioskWindow, *pages: int) -> None:
    qtbot.waitUntil(lambda: set(pages) <= set(window.reader.store.kept))


def wheel(view: object, down: int) -> None:
    point = QPointF(40, 40)
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        point,
        point,
        QPoint(),
        QPoint(0, -down),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)  # type: ignore[attr-defined]


def test_the_first_page_comes_with_case_catalogue_time_and_quota(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    reader = window.reader
    assert reader.view.page_number == 1
    assert reader.top.case.text() == room.session.case_no
    assert "10" in reader.top.quota.text()
    assert "1 小时 59 分" in reader.top.countdown.text.text()
    assert len(reader.catalogue.catalogue.entries) == 9
    assert reader.bottom.page.text() == "第 1 页 · 共 98 页"
    assert not reader.bottom.previous.isEnabled()
    assert reader.view.accessibleName() == "第 1 页"


def test_the_next_page_is_made_ahead_and_recorded_when_shown(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    settled(qtbot, window, 1, 2)
    assert ("opened", 2) not in room.calls
    window.reader.bottom.following.click()
    shows(qtbot, window, 2)
    assert ("ahead", 2) in room.calls
    assert ("opened", 2) in room.calls
    assert ("page", 2) not in room.calls
    settled(qtbot, window, 3)
    window.reader.turn(-1)
    shows(qtbot, window, 1)
    assert ("opened", 1) in room.calls, "every view counts, the second one too"


def test_no_more_pages_are_kept_than_needed(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    for page in range(2, 9):
        window.reader.turn(1)
        shows(qtbot, window, page)
    assert len(window.reader.store.kept) <= 5


def test_keys_turn_and_jump(make_window: MakeWindow, room: SampleRoom, qtbot: QtBot) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    view = window.reader.view
    qtbot.keyClick(view, Qt.Key.Key_Right)
    shows(qtbot, window, 2)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    shows(qtbot, window, 1)
    qtbot.keyClick(view, Qt.Key.Key_End)
    shows(qtbot, window, 98)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert window.reader.current == 98
    qtbot.keyClick(view, Qt.Key.Key_Home)
    shows(qtbot, window, 1)


def test_page_87_in_three_touches(make_window: MakeWindow, room: SampleRoom, qtbot: QtBot) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    entry = window.reader.entry
    window.reader.bottom.page.click()
    assert entry.isVisible()
    entry.pad.keys["8"].click()
    entry.pad.keys["7"].click()
    assert not entry.isVisible()
    shows(qtbot, window, 87)
    row = window.reader.catalogue.selectionModel().selectedIndexes()[0].row()
    assert window.reader.catalogue.catalogue.entries[row].title == "民事判决书"


def test_a_number_that_could_go_on_waits_for_the_button(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    qtbot.keyClick(window.reader.view, Qt.Key.Key_9)
    entry = window.reader.entry
    assert entry.isVisible()
    assert entry.typed.text() == "9"
    qtbot.keyClick(entry, Qt.Key.Key_9)
    assert entry.typed.text() == "9", "99 is not granted: the digit starts anew"
    entry.go.click()
    shows(qtbot, window, 9)


def test_only_granted_pages_can_be_entered(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    from attrs import evolve

    room.session = evolve(room.session, pages=(3, 4, 40))
    window = make_window(room)
    open_reader(qtbot, window)
    assert window.reader.view.page_number == 3
    assert [e.pages_text for e in window.reader.catalogue.catalogue.entries] == [
        "第 3 页",
        "第 4 页",
        "第 40 页",
    ]
    window.reader.ask_page()
    entry = window.reader.entry
    entry.type_digit("9")
    assert entry.typed.text() == "—"
    assert "不在授权范围" in entry.hint.text()
    assert not entry.go.isEnabled()
    window.reader.go_to(5)
    assert window.reader.current == 3
    window.reader.turn(1)
    window.reader.turn(1)
    shows(qtbot, window, 40)
    assert {call[1] for call in room.calls if call[0] in ("page", "ahead")} <= {3, 4, 40}


def test_touching_the_catalogue_opens_the_item(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    catalogue = window.reader.catalogue
    index = catalogue.catalogue.index(1)
    place = catalogue.visualRect(index)
    assert place.height() >= 56
    qtbot.mouseClick(catalogue.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    shows(qtbot, window, 4)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "立案审批表" in spoken
    assert "第 4–9 页" in spoken


def test_rows_of_the_catalogue_do_not_overlap(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    catalogue = window.reader.catalogue
    model = catalogue.catalogue
    option_heights = [
        catalogue.sizeHintForIndex(model.index(row)).height() for row in range(model.rowCount())
    ]
    shown = [catalogue.visualRect(model.index(row)).height() for row in range(model.rowCount())]
    assert shown == option_heights


def test_the_wheel_scrolls_then_turns_by_whole_notches(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    view = window.reader.view
    wheel(view, 120)
    assert view.verticalScrollBar().value() > 0
    assert window.reader.current == 1
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    wheel(view, 60)
    assert window.reader.current == 1
    wheel(view, 60)
    assert window.reader.current == 2
    shows(qtbot, window, 2)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().minimum()
    wheel(view, -120)
    shows(qtbot, window, 1)


def test_sizes(make_window: MakeWindow, room: SampleRoom, qtbot: QtBot) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    reader, view = window.reader, window.reader.view
    reader.bottom.whole.click()
    assert view.verticalScrollBar().maximum() == 0
    assert reader.bottom.whole.isChecked()
    fitted = view.percent
    reader.bottom.large_type.click()
    assert view.percent == 200
    assert reader.bottom.percent.text() == "200%"
    assert not reader.side.isVisible(), "large type has the whole width"
    qtbot.waitUntil(lambda: view.width() > 1300)
    bar = view.horizontalScrollBar()
    assert abs(bar.value() - (bar.minimum() + bar.maximum()) / 2) <= 2, "the page stays centred"
    reader.turn(1)
    shows(qtbot, window, 2)
    assert view.percent == 200, "a turn keeps the size"
    reader.bottom.larger.click()
    assert view.percent == 250
    reader.bottom.smaller.click()
    reader.bottom.smaller.click()
    assert view.percent == 150
    assert not reader.bottom.large_type.isChecked()
    reader.bottom.width_fit.click()
    assert view.fit_mode == "width"
    assert view.percent > fitted


def test_a_page_that_fails_can_be_tried_again(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    settled(qtbot, window, 1, 2)
    room.fault = Broken("JOB-102", function="x")
    window.reader.go_to(40)
    qtbot.waitUntil(window.reader.notice.isVisible)
    assert window.reader.view.page_number is None
    room.fault = None
    window.reader.go_to(40)
    shows(qtbot, window, 40)
    assert not window.reader.notice.isVisible()


def test_a_failed_prefetch_costs_nothing(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    settled(qtbot, window, 1, 2)
    room.fault = Broken("JOB-102", function="x")
    window.reader.store.prefetch(50)
    qtbot.waitUntil(lambda: room.calls[-1] == ("ahead", 50))
    room.fault = None
    window.reader.go_to(50)
    shows(qtbot, window, 50)


def test_a_grant_revoked_meanwhile_ends_the_visit(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    window = make_window(room)
    open_reader(qtbot, window)
    settled(qtbot, window, 1, 2)
    room.fault = Refused("RDR-105")
    window.reader.turn(1)
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.welcome)
    assert "有效期" in window.welcome.said_text.text()
    assert window.reader.view.page_number is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (59, "0 分 59 秒"),
        (300, "5 分 00 秒"),
        (600, "10 分钟"),
        (3600, "1 小时 0 分"),
        (7139, "1 小时 58 分"),
        (90000, "1 天 1 小时"),
    ],
)
def test_time_is_said_as_people_say_it(qapp: QApplication, seconds: int, text: str) -> None:
    assert remaining_text(seconds) == text


def test_the_countdown_warns_once_and_ends(qtbot: QtBot) -> None:
    moment = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    now = [moment]
    countdown = Countdown(now=lambda: now[0])
    qtbot.addWidget(countdown)
    warned: list[bool] = []
    ended: list[bool] = []
    countdown.soon.connect(lambda: warned.append(True))
    countdown.ended.connect(lambda: ended.append(True))
    countdown.open(timestamp(moment + timedelta(hours=1)))
    assert countdown.text.text() == "剩余 1 小时 0 分"
    now[0] = moment + timedelta(minutes=51)
    countdown.tick()
    countdown.tick()
    assert len(warned) == 1
    assert countdown.text.property("tone") == "warn"
    assert "即将到期" in countdown.text.text()
    now[0] = moment + timedelta(hours=1)
    countdown.tick()
    assert len(ended) == 1
    countdown.wipe()
    assert countdown.text.text() == ""


def test_the_end_of_the_grant_ends_the_visit(
    make_window: MakeWindow, room: SampleRoom, qtbot: QtBot
) -> None:
    now = [datetime.now(UTC)]
    window = make_window(room, now=lambda: now[0])
    open_reader(qtbot, window)
    now[0] += timedelta(hours=3)
    window.reader.top.countdown.tick()
    assert window.stack.currentWidget() is window.welcome
    assert "授权时间已到" in window.welcome.said_text.text()


def test_items_without_granted_pages_are_not_listed() -> None:
    items = sample_items()
    entries = entries_of(items, (2, 3, 95))
    assert [(entry.number, entry.pages) for entry in entries] == [(1, (2, 3)), (9, (95,))]
