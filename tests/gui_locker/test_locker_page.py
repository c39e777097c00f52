"""The locker page: live map, incidents first, list, silence of a cabinet, keys alone."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, ARCHIVIST, Actor
from app.gui.locker.cell_words import cell_sentence, cell_word
from app.gui.locker.incident_dialog import IncidentQuestion
from app.gui.locker.listing import FILTERS, STUCK, TO_FETCH
from app.gui.locker.moments import due_text, present_moment
from app.gui.locker.page import LockerPage
from app.gui.locker.polling import CabinetPoll
from app.gui.main_window import MainWindow
from app.gui.samples.locker_rows import CABINET, SECOND_CABINET, moment, sample_handoffs
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.kernel.errors import Transient
from app.services.locker_views import CabinetView, CellRow
from tests.gui_locker.driving import asked, choose, until


def test_the_page_is_there_without_an_open_case(page: LockerPage, window: MainWindow) -> None:
    assert window.desk.case_no == ""
    assert window.current_page is page
    assert page.head.summary.text() == "在途 7 件 · 逾期 2 件 · 异常 3 处"
    assert page.head.notices.accessibleName() == "通知：1 条未送达"


def test_what_a_person_must_settle_stands_first(page: LockerPage) -> None:
    states = [row.state for row in page.hand_offs.model.rows]
    assert states[:3] == ["disputed", "fault", "overdue"]
    assert page.incidents.isVisible()
    assert [row.state for row in page.incidents.model.rows] == ["open", "open", "seen"]
    QAbstractItemModelTester(page.hand_offs.model)
    QAbstractItemModelTester(page.cabinet.map.rows)


def test_the_term_of_every_hand_off_is_in_sight(page: LockerPage, window: MainWindow) -> None:
    assert window.width() == 1366
    assert page.hand_offs.table.horizontalScrollBar().maximum() == 0


def test_a_door_that_opens_is_seen_without_a_key(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    page.cabinet.map.go_to(9)
    assert cell_word(page.cabinet.map.rows.rows[8]) == "空闲"
    sample.cell_rows[8] = evolve(sample.cell_rows[8], state="open_unexpected", door_open=True)
    until(qtbot, lambda: page.cabinet.map.rows.rows[8].door_open is True)
    assert page.cabinet.map.current is not None
    assert page.cabinet.map.current.number == 9
    until(qtbot, lambda: "异常开门" in page.cabinet.cell_facts.text())


def test_a_silent_cabinet_is_said_and_its_last_picture_stays_grey(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    assert not page.cabinet.map.stale
    sample.silent = True
    until(qtbot, lambda: page.cabinet.map.stale)
    assert page.cabinet.status.text() == "无应答"
    assert "柜门状态未知" in page.cabinet.remedy.text()
    assert "时的柜况" in page.cabinet.summary.text()
    assert len(page.cabinet.map.rows.rows) == 24
    sample.silent = False
    until(qtbot, lambda: not page.cabinet.map.stale)
    assert page.cabinet.remedy.isHidden()
    assert page.cabinet.status.text().startswith("在线")


def test_a_cabinet_that_never_answered_shows_what_is_on_record(
    qtbot: QtBot, page: LockerPage
) -> None:
    page.cabinet.choose(SECOND_CABINET)
    until(qtbot, lambda: page.cabinet.status.text() == "无应答")
    assert page.cabinet.nothing.isVisible()
    known = CellRow(cabinet=SECOND_CABINET, number=1, door_open=None, occupied=None, handoff="")
    fault = Transient("LCK-101", cabinet=SECOND_CABINET)
    page.cabinet.show_silence(SECOND_CABINET, fault, known=(known,))
    assert page.cabinet.map.isVisible()
    assert "柜门状态不明" in cell_sentence(known, present_moment())
    page.cabinet.choose(CABINET)
    until(qtbot, lambda: not page.cabinet.map.stale)


def test_nobody_asks_while_the_page_is_out_of_sight(
    qtbot: QtBot, page: LockerPage, window: MainWindow
) -> None:
    assert page.poll.cabinet == CABINET
    window.go_to("today")
    assert page.poll.cabinet == ""
    window.go_to("locker")
    assert page.poll.cabinet == CABINET
    window.leave()
    until(qtbot, lambda: page.poll.cabinet == "")


def test_the_desk_makes_the_rounds_while_somebody_sits_here(
    qtbot: QtBot, page: LockerPage, window: MainWindow, sample: SampleWorkstation
) -> None:
    until(qtbot, lambda: asked(sample, "locker_rounds") == [(PERSON,)])
    window.go_to("today")
    assert page.rounds.running
    window.leave()
    assert not page.rounds.running
    window.desk.sign_in(Actor(name="顾明远", role="operator"))
    window.go_to("locker")
    assert not page.rounds.running


def test_lists_that_cannot_be_read_are_told_and_come_back(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise Transient("LCK-101", cabinet=CABINET)

    with monkeypatch.context() as patched:
        patched.setattr(sample, "incidents", broken)
        page.read_lists()
        until(qtbot, page.notice.isVisible)
        assert len(page.hand_offs.model.rows) == 7
    page.read_lists()
    until(qtbot, page.notice.isHidden)


def test_never_two_questions_at_once(qtbot: QtBot, page: LockerPage) -> None:
    page.poll.rest()
    inside, most = 0, 0
    gate, lock = threading.Semaphore(0), threading.Lock()

    def ask(cabinet: str) -> CabinetView:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        gate.acquire(timeout=20)
        with lock:
            inside -= 1
        return CabinetView(name=cabinet, answering=True, cells=(), asked_at="")

    poll = CabinetPoll(page, ask, milliseconds=1)
    heard: list[str] = []
    poll.seen.connect(lambda view: heard.append(view.name))
    poll.watch("a")
    poll.watch("b")
    poll.watch("b")
    gate.release(1)
    until(qtbot, lambda: inside == 1)
    # The answer for the cabinet that nobody looks at any more was dropped.
    gate.release(2)
    until(qtbot, lambda: len(heard) >= 2)
    poll.rest()
    gate.release(100)
    until(qtbot, lambda: inside == 0)
    assert most == 1
    assert set(heard) == {"b"}


def test_cell_and_hand_off_lead_to_each_other(
    qtbot: QtBot, page: LockerPage, window: MainWindow
) -> None:
    window.activateWindow()
    page.cabinet.map.setFocus()
    page.cabinet.map.go_to(2)
    qtbot.keyClick(page.cabinet.map, Qt.Key.Key_Right)
    assert page.cabinet.current_cell is not None
    assert page.cabinet.current_cell.number == 3
    page.visit_handoff()
    assert page.current_row is not None
    assert page.current_row.cell == 3
    assert page.next_action.button.accessibleName() == "凭码开柜…"


def test_the_filter_goes_through_all_kinds_by_key(qtbot: QtBot, page: LockerPage) -> None:
    page.hand_offs.table.setFocus()
    seen = {}
    for _kind in FILTERS:
        seen[page.hand_offs.kind] = page.hand_offs.filtered.rowCount()
        qtbot.keyClick(page.hand_offs.table, Qt.Key.Key_F)
    assert seen[STUCK] == 2
    assert seen[TO_FETCH] == 3
    assert page.hand_offs.kind == FILTERS[0]
    page.hand_offs.filter.setCurrentIndex(len(FILTERS) - 1)
    until(qtbot, lambda: len(page.hand_offs.model.rows) == 8)
    page.hand_offs.search.setText("没有这样的交接")
    assert page.hand_offs.nothing.isVisible()
    assert page.hand_offs.nothing.button is not None
    page.hand_offs.nothing.button.click()
    assert page.hand_offs.table.isVisible()


def test_looking_into_an_incident_says_so_and_closing_it_needs_an_answer(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    page.incidents.go_to("incident-1")
    page.incidents.ask()
    dialog = page.findChild(IncidentQuestion)
    assert dialog is not None
    until(qtbot, lambda: asked(sample, "see_incident") == [("incident-1",)])
    dialog.submit()
    assert dialog.isVisible()
    dialog.resolution.setCurrentIndex(dialog.resolution.findData("repaired"))
    dialog.reason.setText("锁已更换")
    dialog.submit()
    until(
        qtbot, lambda: asked(sample, "close_incident") == [("incident-1", "repaired", "锁已更换")]
    )
    until(qtbot, lambda: len(page.incidents.model.rows) == 2)


def test_a_hand_off_nobody_understands_leads_to_its_incident(
    qtbot: QtBot, page: LockerPage
) -> None:
    choose(page, "fault")
    assert page.next_action.button.accessibleName() == "处理…"
    page.press_next()
    dialog = page.findChild(IncidentQuestion)
    assert dialog is not None
    assert dialog.windowTitle() == "开关门结果不明"
    dialog.reject()


def test_two_thousand_hand_offs(qtbot: QtBot, page: LockerPage, sample: SampleWorkstation) -> None:
    sample.locker_rows = sample_handoffs(2000)
    page.read_lists()
    until(qtbot, lambda: page.hand_offs.filtered.rowCount() == 2000)
    page.hand_offs.search.setText("13456号之一")
    assert 0 < page.hand_offs.filtered.rowCount() < 2000
    assert page.minimumSizeHint().width() <= 1366 - 160


def test_without_a_cabinet_the_page_says_what_belongs_there(qtbot: QtBot, drawn: Path) -> None:
    sample = SampleWorkstation(drawn, empty=True)
    window = MainWindow(cast(Any, sample))
    qtbot.addWidget(window)
    window.show()
    window.desk.sign_in(Actor(name=PERSON, role=ADMINISTRATOR))
    window.go_to("locker")
    page = cast(LockerPage, window.current_page)
    until(qtbot, page.no_cabinet.isVisible)
    assert not page.head.offer.isEnabled()
    assert page.ask_offer() is None
    assert page.ask_open_all() is None
    assert not page.next_action.button.isVisible()


def test_a_cabinet_without_hand_offs_offers_one(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    sample.locker_rows, sample.incident_rows = [], []
    page.read_lists()
    until(qtbot, page.hand_offs.empty.isVisible)
    assert page.incidents.isHidden()
    assert page.next_action.button.accessibleName() == "新建交接…"


@pytest.mark.parametrize("role", [ARCHIVIST, ADMINISTRATOR])
def test_only_administrators_find_what_takes_two_of_them(
    qtbot: QtBot, page: LockerPage, window: MainWindow, role: str
) -> None:
    window.leave()
    window.desk.sign_in(Actor(name=PERSON, role=role))
    window.go_to("locker")
    until(qtbot, lambda: page.current_row is not None)
    choose(page, "overdue")
    assert (page.take_step("retrieve") is None) == (role == ARCHIVIST)
    assert page.head.entries["open_all"].isVisible() == (role == ADMINISTRATOR)
    for dialog in QApplication.topLevelWidgets():
        if dialog is not window:
            dialog.close()


def test_every_theme_paints_every_tile(page: LockerPage, window: MainWindow) -> None:
    pictures = []
    for theme in ("light", "dark", "high_contrast"):
        window.wear(theme)
        pictures.append(page.cabinet.map.grab().toImage())
    window.wear("light")
    assert pictures[0] != pictures[1]
    assert pictures[1] != pictures[2]


def test_how_late_something_is_in_words() -> None:
    now = present_moment()
    assert due_text(moment(-5.1), now, overdue=True) == "逾期 5 小时"
    assert due_text(moment(-0.2), now, overdue=True) == "刚逾期"
    assert due_text(moment(-100.1), now, overdue=True) == "逾期 4 天"
    assert due_text("", now, overdue=True) == ""
    assert due_text("2021-03-04T09:30:00.000Z", now, overdue=False).startswith("2021-03-04 ")
