"""Reading: turning, going, prefetch, what goes on record, faults, time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.reader.catalogue import entries_of
from app.gui.reader.countdown import Countdown, remaining_text
from app.gui.reader.page_store import KEPT
from app.gui.reader.samples import CASE_NO, SampleDesk, sample_items
from app.kernel.clock import timestamp
from app.kernel.errors import Broken, Refused

from .conftest import OpenWindow, calls, ends, idle, shows, wait


def test_the_first_page_comes_with_case_catalogue_time_and_quota(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    reading = open_window(desk).reading
    assert reading.top.case.text() == CASE_NO
    assert "0/10" in reading.top.basket.text()
    assert "1 小时 59 分" in reading.top.countdown.text.text()
    assert len(reading.side.catalogue.catalogue.entries) == 9
    assert reading.bottom.page.text() == "第 1 页 · 共 98 页"
    assert not reading.bottom.previous.isEnabled()
    assert reading.view.accessibleName() == "第 1 页"
    assert not reading.top.cases.isVisible(), "there is one case only"


def test_a_page_made_ahead_is_shown_at_once_and_without_a_call(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading = window.reading
    wait(qtbot, lambda: {1, 2, 3} <= set(reading.store.kept))
    idle(qtbot)
    reading.bottom.following.click()
    assert reading.view.page_number == 2, "the very same turn of the event loop"
    reading.turn(-1)
    assert reading.view.page_number == 1, "the page before is kept, too"
    reading.turn(1)
    wait(qtbot, lambda: 4 in reading.store.kept)
    idle(qtbot)
    assert sorted(page for (page,) in calls(desk, "page")) == [1, 2, 3, 4], "each is made once"


def test_neighbours_both_ways_are_made_ahead(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    reading = open_window(desk).reading
    reading.go_to(50)
    wait(qtbot, lambda: {49, 50, 51, 52} <= set(reading.store.kept))
    reading.go_to(40)
    wait(qtbot, lambda: {38, 39, 40, 41} <= set(reading.store.kept))


def test_what_is_in_sight_goes_on_record_with_its_seconds_and_in_order(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading = window.reading
    wait(qtbot, lambda: 2 in reading.store.kept)
    idle(qtbot)
    assert calls(desk, "shown") == [("i1",)], "made ahead is not seen"
    reading.turn(1)
    wait(qtbot, lambda: len(calls(desk, "shown")) == 2)
    window.warn(30)
    wait(qtbot, lambda: len(calls(desk, "left_page")) == 2)
    told = [call for call in desk.calls if call[0] in ("shown", "left_page")]
    assert [call[0] for call in told] == ["shown", "left_page", "shown", "left_page"]
    assert told[0][1] == told[1][1]
    assert all(float(str(call[2])) >= 0 for call in told if call[0] == "left_page")
    window.resume()
    reading.turn(-1)
    wait(qtbot, lambda: len(calls(desk, "shown")) == 3)
    assert calls(desk, "shown")[-1] == ("i1",), "seen again is on record again"


def test_no_more_pages_are_kept_than_needed_and_those_let_go_are_wiped(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    store = window.reading.store
    first = store._kept[1]
    for page in (20, 40, 60, 80):
        window.reading.go_to(page)
        shows(qtbot, window, page)
        idle(qtbot)
    assert len(store.kept) <= KEPT
    assert first.levels == []


def test_keys_turn_and_jump(open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    window = open_window(desk)
    view = window.reading.view
    for key, page in (
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_End, 98),
        (Qt.Key.Key_Home, 1),
    ):
        qtbot.keyClick(view, key)
        shows(qtbot, window, page)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert window.reading.current == 1


def test_page_87_in_three_touches(open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    window = open_window(desk)
    reading = window.reading
    reading.bottom.page.click()
    assert reading.entry.isVisible()
    reading.entry.pad.keys["8"].click()
    reading.entry.pad.keys["7"].click()
    assert not reading.entry.isVisible()
    shows(qtbot, window, 87)
    catalogue = reading.side.catalogue
    row = catalogue.selectionModel().selectedIndexes()[0].row()
    assert catalogue.catalogue.entries[row].title == "民事判决书"


def test_a_number_that_could_go_on_waits_for_the_button(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    qtbot.keyClick(window.reading.view, Qt.Key.Key_9)
    entry = window.reading.entry
    assert entry.isVisible()
    qtbot.keyClick(entry, Qt.Key.Key_9)
    assert entry.typed.text() == "9", "99 is not granted: the digit starts anew"
    entry.go.click()
    shows(qtbot, window, 9)


def test_only_granted_pages_are_ever_asked_for(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    desk.session = evolve(desk.session, pages=(3, 4, 40))
    window = open_window(desk)
    reading = window.reading
    entries = reading.side.catalogue.catalogue.entries
    assert [entry.pages_text for entry in entries] == ["第 3 页", "第 4 页", "第 40 页"]
    reading.ask_page()
    reading.entry.type_digit("9")
    assert "不在授权范围" in reading.entry.hint.text()
    assert not reading.entry.go.isEnabled()
    reading.go_to(5)
    assert reading.current == 3
    reading.display.two_pages.click()
    reading.turn(1)
    shows(qtbot, window, 40)
    reading.side.show_tab(1)
    reading.side.pictures.grab()
    wait(qtbot, lambda: set(reading.side.pictures.pictures.kept) == {3, 4, 40})
    reading.basket.put((2, 3, 5, 41))
    assert reading.basket.pages == (3,)
    asked = {call[0] for name in ("page", "thumbnail") for call in calls(desk, name)}
    assert asked <= {3, 4, 40}


def test_touching_the_catalogue_and_a_small_picture_opens_the_page(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    side = window.reading.side
    index = side.catalogue.catalogue.index(1)
    place = side.catalogue.visualRect(index)
    assert place.height() >= 56
    qtbot.mouseClick(side.catalogue.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    shows(qtbot, window, 4)
    assert "第 4–9 页" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    side.show_tab(1)
    side.pictures.follow(1)
    place = side.pictures.visualRect(side.pictures.pictures.index(2))
    qtbot.mouseClick(side.pictures.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    shows(qtbot, window, 3)


def test_a_page_that_fails_can_be_tried_again(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    idle(qtbot)
    desk.fault = Broken("JOB-102", function="x")
    window.reading.go_to(40)
    wait(qtbot, window.reading.notice.isVisible)
    assert window.reading.view.page_number is None
    idle(qtbot)
    desk.fault = None
    window.reading.go_to(40)
    shows(qtbot, window, 40)
    assert not window.reading.notice.isVisible()


def test_a_failed_prefetch_costs_nothing(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    idle(qtbot)
    desk.fault = Broken("JOB-102", function="x")
    window.reading.store.prefetch([50])
    idle(qtbot)
    assert ("page", 50) in desk.calls
    desk.fault = None
    window.reading.go_to(50)
    shows(qtbot, window, 50)


@pytest.mark.parametrize(
    ("code", "why"), [("RDR-105", "grant"), ("RDR-108", "dossier"), ("RDR-112", "room")]
)
def test_a_grant_that_ended_meanwhile_ends_the_visit_also_where_pages_are_in_memory(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot, code: str, why: str
) -> None:
    window = open_window(desk)
    wait(qtbot, lambda: 2 in window.reading.store.kept)
    idle(qtbot)
    desk.fault = Refused(code)
    with ends(qtbot, window, why):
        window.reading.turn(1)
    assert window.reading.view.page_number is None
    assert window.reading.session is None


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


@pytest.mark.parametrize(("grant_hours", "passed", "why"), [(1.0, 1.1, "grant"), (5.0, 2.1, "cap")])
def test_the_end_of_the_grant_or_of_the_longest_visit_ends_the_visit(
    open_window: OpenWindow,
    desk: SampleDesk,
    qtbot: QtBot,
    grant_hours: float,
    passed: float,
    why: str,
) -> None:
    now = [datetime.now(UTC)]
    until = timestamp(now[0] + timedelta(hours=grant_hours))
    desk.session = evolve(desk.session, valid_until=until)
    window = open_window(desk, now=lambda: now[0])
    now[0] += timedelta(hours=passed)
    with ends(qtbot, window, why):
        window.reading.top.countdown.tick()
    assert window.reading.view.page_number is None


def test_items_without_granted_pages_are_not_listed() -> None:
    entries = entries_of(sample_items(), (2, 3, 95))
    assert [(entry.number, entry.pages) for entry in entries] == [(1, (2, 3)), (9, (95,))]
