"""The steps of a hand-off from the desk: what is asked, what is refused, what is told."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR
from app.gui.locker.handoff_dialogs import (
    CancelQuestion,
    CodeCard,
    CodeQuestion,
    CountQuestion,
    GiveBackQuestion,
    ServiceQuestion,
    SettleQuestion,
    TwoAdministrators,
    grouped,
)
from app.gui.locker.offer_dialog import OfferQuestion, due_moment
from app.gui.locker.page import LockerPage
from app.gui.locker.volume_counts import VolumeCounts
from app.gui.main_window import MainWindow
from app.gui.samples.locker_rows import CABINET
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import PERSON, PIN, SampleWorkstation
from app.kernel.errors import Refused
from app.kernel.progress import Progress
from tests.gui_locker.conftest import SECOND
from tests.gui_locker.driving import asked, choose, until


def opened(page: LockerPage, kind: type[Any]) -> Any:
    found = [dialog for dialog in page.findChildren(QDialog) if dialog.isVisible()]
    assert [type(dialog) for dialog in found] == [kind]
    return found[0]


def test_paper_is_put_in_and_fetched_with_its_code(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    choose(page, "reserved")
    handoff = page.current_row.id if page.current_row else ""
    page.press_next()
    until(qtbot, lambda: asked(sample, "deposit") == [(handoff,)] and not page.busy)
    until(qtbot, lambda: page.next_action.button.accessibleName() == "凭码开柜…")
    page.press_next()
    question = opened(page, CodeQuestion)
    question.submit()
    assert question.isVisible()
    question.code.setText("47 481 936")
    qtbot.keyClick(question.code, Qt.Key.Key_Return)
    until(qtbot, lambda: asked(sample, "collect") == [(handoff, "47481936")] and not page.busy)


def test_the_words_follow_the_door(page: LockerPage) -> None:
    request = "请放入材料，关好柜门。"
    page.show_door(Progress(step="opened", done=0, total=0), 7, request)
    assert page.progress.title.text() == f"7 号柜门已打开。{request}"
    page.show_door(Progress(step="nag", done=61, total=0), 7, request)
    assert page.progress.title.text() == "7 号柜门已开 61 秒，请关好柜门。"


def test_the_receiver_counts_before_she_is_told_the_number(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    choose(page, "collected")
    row = page.current_row
    assert row is not None
    page.press_next()
    question = opened(page, CountQuestion)
    assert question.counted.count == 0
    assert str(row.pages) not in question.sentence.text().replace(row.case_no, "")
    question.submit()
    assert question.isVisible()
    question.counted.volumes.setValue(2)
    sample.fault = Refused("HND-106", volumes=2, pages="", stated_volumes=1, stated_pages=20)
    question.submit()
    until(qtbot, question.error.isVisible)
    assert question.isVisible()
    question.counted.volumes.setValue(1)
    question.submit()
    until(qtbot, lambda: not question.isVisible())
    assert asked(sample, "acknowledge")[-1] == (row.id, 1, None, ())


def test_pages_of_each_volume_make_the_sum(qtbot: QtBot) -> None:
    counted = VolumeCounts()
    qtbot.addWidget(counted)
    counted.show_counts([("main", 1, 120), ("restricted", 1, 30)])
    assert (counted.count, counted.pages) == (2, 150)
    assert counted.counts[1] == {"part": "restricted", "volume": 1, "pages": 30}
    counted.volumes.setValue(3)
    assert counted.pages is None
    assert counted.counts == ()
    counted.volumes.setValue(1)
    assert counted.pages == 120


def test_two_people_settle_a_disputed_count(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    choose(page, "disputed")
    page.press_next()
    question = opened(page, SettleQuestion)
    assert "2 册 214 页" in question.sentence.text()
    until(qtbot, lambda: question.second.name.count() == 2)
    question.counted.volumes.setValue(2)
    question.reason.setText("夹在第一册内")
    question.second.name.setCurrentText("顾明远")
    question.second.pin.setText("0000")
    question.submit()
    until(qtbot, question.error.isVisible)
    assert asked(sample, "settle_dispute") == []
    question.second.pin.setText(PIN)
    question.submit()
    until(qtbot, lambda: not question.isVisible())
    (settled,) = asked(sample, "settle_dispute")
    assert settled[1:] == (2, None, "夹在第一册内", "顾明远")


def test_retrieving_takes_another_administrator(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    choose(page, "overdue")
    qtbot.keyClick(page.hand_offs.table, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    question = opened(page, TwoAdministrators)
    until(qtbot, lambda: question.second.name.count() == 1)
    assert question.second.name.currentText() == SECOND
    question.reason.setText("接收人休假")
    question.second.pin.setText(PIN)
    question.submit()
    until(qtbot, lambda: bool(asked(sample, "retrieve")) and not page.busy)
    assert asked(sample, "retrieve")[0][1:] == (SECOND, "接收人休假")
    until(qtbot, lambda: page.next_action.button.accessibleName() == "退还材料…")
    page.press_next()
    back = opened(page, GiveBackQuestion)
    back.counted.volumes.setValue(3)
    back.reason.setText("退还书记员")
    back.submit()
    until(qtbot, lambda: bool(asked(sample, "give_back")))


def test_nobody_is_her_own_second(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    sample.staff = [(PERSON, ADMINISTRATOR), ("顾明远", "operator")]
    page.ask_open_all()
    question = opened(page, TwoAdministrators)
    until(qtbot, lambda: bool(sample.threads))
    question.reason.setText("停电检查")
    question.submit()
    assert question.second.name.count() == 0
    assert question.isVisible()
    assert asked(sample, "open_all") == []
    question.reject()


def test_all_doors_open_by_two(qtbot: QtBot, page: LockerPage, sample: SampleWorkstation) -> None:
    page.ask_open_all()
    question = opened(page, TwoAdministrators)
    until(qtbot, lambda: question.second.name.currentText() == SECOND)
    question.reason.setText("停电检查")
    question.second.pin.setText(PIN)
    question.submit()
    until(qtbot, lambda: asked(sample, "open_all") == [(CABINET, SECOND, "停电检查")])
    until(qtbot, lambda: not page.busy)


def test_a_new_code_is_shown_once_in_groups(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    choose(page, "notified")
    qtbot.keyClick(page.hand_offs.table, Qt.Key.Key_K)
    until(qtbot, lambda: bool(page.findChildren(CodeCard)))
    card = opened(page, CodeCard)
    assert card.code.text() == "47 481 936"
    assert grouped("481936") == "481936"
    card.accept()


def test_cancelling_says_why(qtbot: QtBot, page: LockerPage, sample: SampleWorkstation) -> None:
    choose(page, "reserved")
    page.take_step("cancel")
    question = opened(page, CancelQuestion)
    question.submit()
    assert question.isVisible()
    question.reason.setText("改为当面移交")
    question.submit()
    until(qtbot, lambda: bool(asked(sample, "cancel_handoff")))
    choose(page, "overdue")
    assert page.take_step("cancel") is None


def test_a_new_hand_off_for_a_party(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation, window: MainWindow
) -> None:
    given: dict[str, Any] = {}
    plain = sample.offer

    def offer(*arguments: Any, **more: Any) -> Any:
        given.update(more)
        return plain(*arguments, volumes=more["volumes"], pages=more["pages"])

    sample.offer = offer  # type: ignore[method-assign]
    qtbot.keyClick(page.hand_offs.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    question = opened(page, OfferQuestion)
    question.task.setCurrentIndex(question.task.findData("judge_to_party"))
    assert not question.part.isEnabled()
    assert question.phone.isVisible()
    assert not question.giver.isVisible()
    question.case.setText(CASE_NO)
    question.case.editingFinished.emit()
    until(qtbot, lambda: question.counted.pages == 268)
    question.receiver.setEditText("周行之")
    question.submit()
    assert question.isVisible()
    question.phone.setText("13800005502")
    question.submit()
    until(qtbot, lambda: bool(page.findChildren(CodeCard)))
    assert given["receiver_kind"] == "party"
    assert given["task"] == "judge_to_party"
    assert given["part"] == "main"
    assert given["phone"] == "13800005502"
    assert [entry["volume"] for entry in given["counts"]] == [1, 2]
    until(qtbot, lambda: page.current_row is not None and page.current_row.id == "handoff-1")


def test_what_a_party_brings_names_the_giver(page: LockerPage) -> None:
    question = page.ask_offer()
    assert question is not None
    question.task.setCurrentIndex(question.task.findData("party_to_judge"))
    assert question.giver.isVisible()
    assert not question.phone.isVisible()
    question.case.setText(CASE_NO)
    assert question.missing() is question.giver
    question.task.setCurrentIndex(question.task.findData("court_to_court"))
    assert question.missing() is question.receiver
    question.reject()


@pytest.mark.parametrize("days", [None, 0, 3])
def test_the_end_of_a_term_is_the_evening_of_its_day(days: int | None) -> None:
    from app.gui.locker.moments import present_moment, wall

    now = present_moment()
    end = wall(due_moment(days, now))
    if days is None:
        assert end is None
        return
    assert end is not None
    assert (end.hour, end.minute) == (17, 0)
    assert (end.date() - now.date()).days == days


def test_a_cell_goes_out_of_service_with_a_reason(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    qtbot.keyClick(page.hand_offs.table, Qt.Key.Key_M)
    page.cabinet.map.go_to(1)
    qtbot.keyClick(page.cabinet.map, Qt.Key.Key_O)
    question = opened(page, ServiceQuestion)
    question.reason.setText("锁舌卡滞")
    question.submit()
    until(qtbot, lambda: asked(sample, "set_cell") == [(CABINET, 1, False, "锁舌卡滞")])
    until(qtbot, lambda: page.cabinet.map.rows.rows[0].state == "out_of_service")
    page.cabinet.map.go_to(1)
    until(qtbot, lambda: page.cabinet.service.text() == "恢复使用…")
