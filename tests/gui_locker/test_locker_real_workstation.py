"""The locker page over a real store and the simulated cabinet of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.domain.access import ADMINISTRATOR, Actor
from app.gui.locker.handoff_dialogs import CodeCard, CodeQuestion, CountQuestion, SettleQuestion
from app.gui.locker.incident_dialog import IncidentQuestion
from app.gui.locker.page import LockerPage
from app.gui.main_window import MainWindow
from app.gui.present import ErrorDialog
from app.services.workstation import Workstation
from cloud_locker.commissioning import READY, WHICH_DOOR
from cloud_locker.drivers.simulated import SimulatedCabinet

NUMBER = "（2021）辽0882民初105号"
FIRST, OTHER, PIN = "沈若溪", "秦望舒", "246813"


@pytest.fixture
def workstation(tmp_path: Path, qapp: QApplication) -> Iterator[Workstation]:
    opened = open_workstation(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def person(workstation: Workstation) -> Actor:
    """The administrator at the desk; another one works here, and a case is registered."""
    first = workstation.create_first_person(FIRST, PIN)
    workstation.add_person(first, OTHER, ADMINISTRATOR, PIN)
    workstation.register_case(first, {"case_no": NUMBER, "clerk": FIRST})
    return first


@pytest.fixture
def page(qtbot: QtBot, workstation: Workstation, person: Actor) -> LockerPage:
    window = MainWindow(workstation)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(person)
    window.go_to("locker")
    shown = window.current_page
    assert isinstance(shown, LockerPage)
    until(qtbot, lambda: len(shown.cabinet.map.rows.rows) == 12)
    return shown


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=60000)


def opened(page: LockerPage, kind: type[Any]) -> Any:
    found = [dialog for dialog in page.findChildren(QDialog) if dialog.isVisible()]
    assert [type(dialog) for dialog in found] == [kind]
    return found[0]


def state_of(page: LockerPage) -> str:
    return page.current_row.state if page.current_row is not None else ""


def test_from_a_reserved_cell_to_a_settled_count(qtbot: QtBot, page: LockerPage) -> None:
    until(qtbot, lambda: page.next_action.button.accessibleName() == "新建交接…")
    offer = page.ask_offer()
    assert offer is not None
    offer.case.setText(NUMBER)
    offer.case.editingFinished.emit()
    offer.receiver.setEditText(OTHER)
    offer.counted.volumes.setValue(2)
    offer.submit()
    until(qtbot, lambda: bool(page.findChildren(CodeCard)) or offer.error.isVisible())
    assert offer.error.text() == ""
    card = opened(page, CodeCard)
    code = card.code.text()
    assert len("".join(code.split())) == 8
    card.accept()
    until(qtbot, lambda: state_of(page) == "reserved")
    page.press_next()
    until(qtbot, lambda: state_of(page) in ("deposited", "notified") and not page.busy)
    cell = page.current_row.cell if page.current_row is not None else 0
    until(qtbot, lambda: page.cabinet.map.rows.rows[cell - 1].state == "occupied")
    assert page.cabinet.map.rows.rows[cell - 1].case_no == NUMBER
    page.press_next()
    question = opened(page, CodeQuestion)
    question.code.setText(code)
    question.submit()
    until(qtbot, lambda: state_of(page) == "collected" and not page.busy)
    page.press_next()
    count = opened(page, CountQuestion)
    count.counted.volumes.setValue(1)
    count.submit()
    until(qtbot, count.error.isVisible)
    count.reject()
    until(qtbot, lambda: state_of(page) == "disputed")
    until(qtbot, page.incidents.isVisible)
    page.press_next()
    settle = opened(page, SettleQuestion)
    until(qtbot, lambda: settle.second.name.currentText() == OTHER)
    settle.counted.volumes.setValue(2)
    settle.reason.setText("一册夹在另一册内")
    settle.second.pin.setText(PIN)
    settle.submit()
    until(qtbot, lambda: not settle.isVisible() or settle.error.isVisible())
    assert settle.error.text() == ""
    until(qtbot, lambda: not page.hand_offs.model.rows)
    timeline = page.show_timeline()
    assert timeline is None
    page.hand_offs.filter.setCurrentIndex(page.hand_offs.filter.count() - 1)
    until(qtbot, lambda: state_of(page) == "confirmed")
    timeline = page.show_timeline()
    assert timeline is not None
    until(qtbot, lambda: len(timeline.steps.rows) >= 4)
    assert {row.holder for row in timeline.volumes.rows} == {OTHER}
    timeline.accept()
    assert page.findChildren(ErrorDialog) == []


def test_a_forced_door_is_an_incident_that_a_person_closes(
    qtbot: QtBot, page: LockerPage, workstation: Workstation, person: Actor, tmp_path: Path
) -> None:
    # The first round, made by the desk itself, knows the doors as they should be.
    with qtbot.waitSignal(page.rounds.made, timeout=60000):
        page.rounds._round()
    board = SimulatedCabinet("hall", tmp_path / "data" / "cabinets")
    board.force_open(5)
    until(qtbot, lambda: page.cabinet.map.rows.rows[4].door_open is True)
    page.rounds._round()
    until(qtbot, page.incidents.isVisible)
    board.close_door(5)
    page.incidents.ask()
    question = opened(page, IncidentQuestion)
    assert question.windowTitle() == "柜门被强行打开"
    question.resolution.setCurrentIndex(question.resolution.findData("cell_free"))
    question.reason.setText("保洁误开，柜内无件")
    question.submit()
    until(qtbot, lambda: not question.isVisible() or question.error.isVisible())
    assert question.error.text() == ""
    until(qtbot, page.incidents.isHidden)
    until(qtbot, lambda: page.cabinet.map.rows.rows[4].state == "free")


def test_a_trial_on_the_real_cabinet_can_be_left(
    qtbot: QtBot, page: LockerPage, tmp_path: Path
) -> None:
    board = SimulatedCabinet("hall", tmp_path / "data" / "cabinets")
    dialog = page.ask_commission()
    assert dialog is not None
    until(qtbot, dialog.done_button.isVisible)
    trial = dialog._trial
    assert trial is not None
    dialog.done_button.click()
    until(qtbot, lambda: trial.step().kind == READY and dialog.done_button.isEnabled())
    until(qtbot, lambda: page.cabinet.map.rows.rows[0].state == "out_of_service")
    dialog.done_button.click()
    until(qtbot, lambda: trial.step().kind == WHICH_DOOR and dialog.right_door.isVisible())
    assert board.cells()[0].door_open
    board.close_door(1)
    dialog.reject()
    until(qtbot, lambda: page.cabinet.map.rows.rows[0].state == "free")


def test_stock_and_labels_over_the_real_store(
    qtbot: QtBot, page: LockerPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtGui import QDesktopServices

    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    stock = page.ask_stock()
    stock.begin_count()
    until(qtbot, lambda: stock.stack.currentIndex() == 1)
    stock.finish.click()
    until(qtbot, lambda: stock.stack.currentIndex() == 2)
    assert stock.agrees.isVisible()
    stock.accept()
    labels = page.ask_labels()
    labels.kind.setCurrentIndex(labels.kind.findData("cells"))
    labels.path = tmp_path / "标签.pdf"
    labels.submit()
    until(qtbot, lambda: not labels.isVisible() or labels.error.isVisible())
    assert labels.error.text() == ""
    assert (tmp_path / "标签.pdf").read_bytes().startswith(b"%PDF")
