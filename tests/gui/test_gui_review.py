"""The review screen: a sample judged by keys, notes on places, requests, signatures, blinking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, ARCHIVIST, Actor
from app.gui.main_window import MainWindow
from app.gui.present import ErrorDialog, present
from app.gui.reconcile.back_dialog import BackDialog
from app.gui.reconcile.compared import BESIDE, LAID
from app.gui.reconcile.defect_dialog import DefectDialog
from app.gui.reconcile.page import MATTERS, SAMPLE, SIGNATURES, ReconcilePage
from app.gui.reconcile.request_dialog import RequestDialog
from app.gui.reconcile.settings_dialog import ReviewSettingsDialog
from app.gui.samples.rows import CASE_NO, sample_case
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.widgets.viewer_panel import ViewerPanel
from app.kernel.errors import Refused
from app.services.review_views import SealObstacle

UNSAMPLED = SealObstacle(
    code="REV-117", message="本院要求抽检，这份卷宗还没有抽检。", remedy="", step="reconcile"
)


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=10000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def shown(panel: ViewerPanel) -> str:
    path = panel.viewer.path
    return path.name if path is not None else ""


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, sample: SampleWorkstation) -> ReconcilePage:
    """The review of a case whose differences are settled."""
    assert sample.ledger is not None
    rows = tuple(evolve(row, verdict="same") for row in sample.ledger.discrepancies)
    sample.ledger = evolve(sample.ledger, discrepancies=rows)
    sample.case_view = sample_case(state="reconciled", next_action="seal", blockers=0)
    return opened(qtbot, window, ARCHIVIST)


def opened(qtbot: QtBot, window: MainWindow, role: str) -> ReconcilePage:
    window.desk.sign_in(Actor(name=PERSON, role=role))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="reconcile")
    page = cast(ReconcilePage, window.pages["reconcile"])
    until(qtbot, lambda: bool(page.tracks.tiles))
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    return page


def next_is(qtbot: QtBot, page: ReconcilePage, name: str) -> None:
    until(qtbot, lambda: page.next_action.button.accessibleName() == name)


def reread(qtbot: QtBot, page: ReconcilePage, reached: Callable[[], bool]) -> None:
    page.refresh()
    until(qtbot, reached)


def test_a_sample_is_drawn_judged_by_keys_and_decided(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, window: MainWindow
) -> None:
    sample.obstacle_rows = [UNSAMPLED]
    page.refresh()
    next_is(qtbot, page, "抽取样本")
    page.press_next()
    until(qtbot, lambda: page.sample.current is not None)
    assert page.tabs.currentIndex() == SAMPLE
    until(qtbot, lambda: page.tabs.tabText(SAMPLE) == "抽检 5")
    first = page.sample.current
    assert first is not None
    until(qtbot, lambda: page.compared.side is not None)
    assert page.compared.side is not None and page.compared.side.id == first.side_id
    qtbot.keyClick(page.sample.table, Qt.Key.Key_1)
    until(qtbot, lambda: page.sample.model.rows[0].verdict == "same")
    assert asked(sample, "review_side")[0] == (first.side_id, "same", "", "")
    assert page.sample.current is not None and page.sample.current.side_id != first.side_id
    qtbot.keyClick(page.sample.table, Qt.Key.Key_2)
    dialog = page.findChild(DefectDialog)
    assert dialog is not None
    qtbot.keyClick(dialog.list, Qt.Key.Key_7)
    dialog.remark.setText("右下角看不清")
    qtbot.keyClick(dialog.remark, Qt.Key.Key_Return)
    until(qtbot, lambda: page.sample.model.rows[1].verdict == "differs")
    assert asked(sample, "review_side")[1][1:] == ("differs", "unclear", "右下角看不清")
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    for place in (2, 3, 4):
        until(qtbot, page.next_action.button.isEnabled)
        qtbot.keyClick(page.sample.table, Qt.Key.Key_1)
        until(qtbot, lambda place=place: page.sample.model.rows[place].verdict == "same")
    next_is(qtbot, page, "判定本次抽检")
    page.press_next()
    back = page.findChild(BackDialog)
    assert back is not None
    assert back.back == "scan"
    qtbot.keyClick(back.step, Qt.Key.Key_Down)
    back.reason.setText("第 2 份文书须重扫")
    qtbot.keyClick(back.reason, Qt.Key.Key_Return)
    until(qtbot, lambda: bool(asked(sample, "close_round")))
    assert asked(sample, "close_round")[0][1:] == ("inspect", "第 2 份文书须重扫")
    until(qtbot, lambda: "退回图像检查：第 2 份文书须重扫" in page.sample.head.text())
    # A decided round is looked at, not judged.
    assert all(button.isHidden() for button in page.sample.buttons)
    qtbot.keyClick(page.sample.table, Qt.Key.Key_1)
    assert len(asked(sample, "review_side")) == 5


def test_a_sample_without_faults_is_accepted_at_once(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation
) -> None:
    sample.begin_round()
    assert sample.round is not None
    for row in sample.round.rows:
        sample.review_side(page.desk.actor, CASE_NO, row.side_id, "same")
    page.refresh()
    next_is(qtbot, page, "判定本次抽检")
    page.press_next()
    until(qtbot, lambda: page.sample.head.text().endswith("合格"))
    assert page.findChild(BackDialog) is None


def test_whoever_scanned_is_told_that_another_person_has_to_review(
    qtbot: QtBot,
    page: ReconcilePage,
    sample: SampleWorkstation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample.obstacle_rows = [UNSAMPLED]
    answer = sample.review
    monkeypatch.setattr(sample, "review", lambda *asked: evolve(answer(*asked), scanned=True))
    page.refresh()
    until(qtbot, lambda: page.next_action.sentence.text() == UNSAMPLED.message)
    assert page.next_action.button.isHidden()


def test_a_note_is_framed_by_keys_and_answered(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation
) -> None:
    sample.begin_round()
    page.show_list(SAMPLE)
    reread(qtbot, page, lambda: page.sample.current is not None)
    viewer = page.compared.first.viewer
    until(qtbot, lambda: not viewer.loading and page.compared.side is not None)
    page.commands.begin_note()
    until(qtbot, lambda: viewer.crop is not None)
    assert page.step_back()
    assert viewer.crop is None
    page.commands.begin_note()
    qtbot.keyClick(viewer, Qt.Key.Key_Down)
    qtbot.keyClick(viewer, Qt.Key.Key_Return)
    dialog = page.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("印章不清")
    dialog.accept()
    until(qtbot, lambda: bool(asked(sample, "add_note")))
    _side, text, box = asked(sample, "add_note")[0]
    assert text == "印章不清"
    assert box[0] == pytest.approx(0.3, abs=0.01) and box[1] > 0.4
    dialog.deleteLater()


def test_matters_are_answered_mended_and_declined(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation
) -> None:
    sample.begin_round()
    page.show_list(MATTERS)
    reread(qtbot, page, lambda: page.matters.waiting == 2)
    assert page.tabs.tabText(MATTERS) == "批注更正 2"
    until(qtbot, lambda: page.compared.side is not None)
    assert not page.matters.answer.isHidden() and page.matters.done.isHidden()
    page.commands.answer()
    dialog = page.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("原件如此")
    dialog.accept()
    until(qtbot, lambda: page.matters.waiting == 1)
    page.go_open(1)
    assert page.matters.current is not None and page.matters.current.kind == "request"
    page.commands.settle()
    until(qtbot, lambda: page.matters.waiting == 0)
    assert asked(sample, "settle_correction") == [("request-1", True, "")]


def test_a_correction_needs_a_reason(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation
) -> None:
    sample.begin_round()
    page.show_list(SAMPLE)
    reread(qtbot, page, lambda: page.compared.side is not None)
    page.commands.ask_correction()
    dialog = page.findChild(RequestDialog)
    assert dialog is not None
    assert not dialog.ask.isEnabled()
    dialog.reason.setText("右侧缺一列字")
    dialog.ask.click()
    until(qtbot, lambda: bool(asked(sample, "request_correction")))
    assert asked(sample, "request_correction")[0][:2] == ("rescan", "右侧缺一列字")


def test_the_due_step_is_signed_by_whoever_may(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation
) -> None:
    sample.begin_round()
    sample.round, sample.obstacle_rows = None, []
    reread(qtbot, page, lambda: page.next_action.sentence.text() == "应签字：书记员")
    assert page.next_action.button.isHidden()
    sample.may_sign = True
    page.refresh()
    next_is(qtbot, page, "签字")
    page.press_next()
    until(qtbot, lambda: page.signatures.model.rows[1].state == "signed")
    assert page.tabs.currentIndex() == SIGNATURES


def test_both_sides_are_shown_in_turn(qtbot: QtBot, page: ReconcilePage) -> None:
    rows = page.differences.model.rows
    number = next(n for n, row in enumerate(rows) if row.kind == "duplicate_page")
    page.differences.table.go_to(number)
    until(qtbot, lambda: not page.compared.second.isHidden())
    page.compared.blink()
    assert page.compared.blinking and page.compared.second.isHidden()
    assert page.step_back()
    assert not page.compared.blinking and not page.compared.second.isHidden()
    assert not page.step_back()


def test_an_altered_page_is_shown_beside_and_over_its_paper(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation
) -> None:
    sample.begin_altered()
    reread(qtbot, page, lambda: page.differences.model.rows[0].kind == "altered_page")
    page.differences.table.go_to(0)
    compared = page.compared
    until(qtbot, lambda: not compared.second.isHidden())
    assert compared.second.title.text() == "纸质页"
    assert shown(compared.second) == "altered-paper.jpg"
    qtbot.keyClick(page.differences.table, Qt.Key.Key_O)
    until(qtbot, lambda: shown(compared.first) == "altered-both.jpg")
    assert compared.mode == LAID and compared.second.isHidden()
    assert [name.text() for name in compared.legend.names] == ["仅第 6 面有", "仅纸质页有"]
    qtbot.keyClick(page.differences.table, Qt.Key.Key_V)
    assert compared.blinking and compared.legend.isHidden()
    until(qtbot, lambda: shown(compared.first) == "altered-paper.jpg")
    qtbot.keyClick(page.differences.table, Qt.Key.Key_Escape)
    assert compared.mode == BESIDE and not compared.second.isHidden()


def test_pictures_that_do_not_match_say_so(qtbot: QtBot, page: ReconcilePage) -> None:
    rows = page.differences.model.rows
    number = next(n for n, row in enumerate(rows) if row.kind == "duplicate_page")
    page.differences.table.go_to(number)
    until(qtbot, lambda: not page.compared.second.isHidden())
    page.compared.lay()
    until(qtbot, lambda: "相同之处太少" in page.compared.first.viewer.message)
    assert page.compared.legend.isHidden()


def test_the_demands_of_the_court_are_set(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, ADMINISTRATOR)
    until(qtbot, lambda: page.review is not None)
    page.commands.show_settings()
    dialog = page.findChild(ReviewSettingsDialog)
    assert dialog is not None
    until(qtbot, lambda: len(dialog.model.rows) == 3)
    assert dialog.reduced.isEnabled()
    dialog.reduced.click()
    until(qtbot, lambda: bool(asked(sample, "allow_reduced_inspection")))
    assert asked(sample, "allow_reduced_inspection") == [("顾明远", True)]
    dialog.table.go_to(2)
    dialog.reduced.click()
    words = dialog.findChild(QInputDialog)
    assert words is not None
    words.setTextValue("已培训，更换扫描仪")
    words.accept()
    until(qtbot, lambda: bool(asked(sample, "resume_sampling")))
    assert asked(sample, "resume_sampling")[0][1] == "已培训，更换扫描仪"
    dialog.plan.setCurrentIndex(dialog.plan.findData("gbt2828"))
    dialog.steps["clerk"].setChecked(True)
    assert not dialog.flip.isChecked()
    dialog.flip.click()
    with qtbot.waitSignal(dialog.saved, timeout=20000):
        qtbot.keyClick(dialog.plan, Qt.Key.Key_Return)
    assert asked(sample, "set_review") == [("gbt2828", ("clerk",), True)]


def many_matters() -> Refused:
    matter = Refused("REV-121", open=2, which=["印章是否完整？请与纸质核对", "请核对日期"])
    return Refused("DOS-113", count=9, open=[matter.as_record()] * 9)


def test_a_refusal_of_many_matters_is_shown_whole(qtbot: QtBot) -> None:
    dialog = ErrorDialog(present(many_matters()))
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    for words in (dialog.message, dialog.remedy):
        assert words.height() >= words.heightForWidth(words.width())
    assert dialog.message.text().count("\n(") == 9


def test_many_open_matters_leave_the_buttons_in_sight(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, window: MainWindow
) -> None:
    window.resize(1366, 768)
    sample.begin_round()
    sample.obstacle_rows = [
        SealObstacle(code="REV-121", message="还有批注没有答复" * 8, remedy="请答复" * 8, step="x")
    ] * 9
    page.show_list(SIGNATURES)
    reread(qtbot, page, lambda: page.signatures.open.text().count("·") == 9)
    until(qtbot, lambda: page.signatures.opened.verticalScrollBar().maximum() > 0)
    report = page.signatures.report
    assert not report.visibleRegion().isEmpty()
    assert report.mapTo(page, report.rect().bottomLeft()).y() < page.height()
