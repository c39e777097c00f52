"""The four-property check on the page: findings by property, decisions, the end, the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from app.gui.archive.check_dialogs import ConclusionQuestion, ItemQuestion
from app.gui.archive.page import ArchivePage
from app.gui.desk import Desk
from app.gui.samples.four_property import sample_check
from app.gui.samples.rows import CASE_NO, sample_case, sample_steps
from app.gui.samples.workstation import SampleWorkstation
from tests.gui_archive.driving import asked, until

Key = Qt.Key


@pytest.fixture
def checked_page(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation, desk: Desk
) -> ArchivePage:
    """The dossier with a check that waits for people."""
    sample.check_rows = [sample_check()]
    desk.reread(case_page)
    until(qtbot, lambda: case_page.case_panel.lists.check_list.check is not None)
    case_page.case_panel.lists.go_to("checks")
    return case_page


def standings(page: ArchivePage) -> list[str]:
    model = page.case_panel.lists.checks.model
    return [row.decision or row.result for row in model.rows]


def test_codes_are_those_of_the_standard(case_page: ArchivePage) -> None:
    codes = [row.code for row in case_page.case_panel.lists.checks.model.rows]
    assert codes
    assert all(code.startswith("GD-") for code in codes)


def test_findings_stand_by_property_and_what_waits_stands_first(
    checked_page: ArchivePage,
) -> None:
    shown = checked_page.case_panel.lists.check_list
    assert not shown.head.isHidden()
    assert shown.outcome.text() == "待人工审核"
    assert "真实性: 通过 14 项" in shown.summary.toolTip() + shown.summary.text()
    first = standings(checked_page)
    assert first == sorted(first, key=["fail", "manual", "pass"].index)
    assert "manual" in first


def test_a_person_decides_item_by_item_and_accepts(
    qtbot: QtBot, checked_page: ArchivePage, sample: SampleWorkstation
) -> None:
    shown = checked_page.case_panel.lists.check_list
    until(qtbot, shown.decide.isEnabled)
    question = checked_page.check_steps.decide()
    assert isinstance(question, ItemQuestion)
    code = shown.current.code if shown.current else ""
    question.decision.setCurrentIndex(question.decision.findData("fail"))
    assert question.missing() is question.remark, "what does not hold needs a remark"
    question.decision.setCurrentIndex(question.decision.findData("pass"))
    question.remark.setText("已在签名验证环境核对")
    question.submit()
    until(qtbot, lambda: bool(asked(sample, "decide_check")))
    assert asked(sample, "decide_check") == [("check-1", code, "pass", "已在签名验证环境核对")]
    until(qtbot, lambda: any(row.decision for row in shown.rows.model.rows))
    until(qtbot, shown.conclude.isEnabled)
    end = checked_page.check_steps.conclude()
    assert isinstance(end, ConclusionQuestion)
    assert "待人工确认" in end.sentence.text()
    end.submit()
    until(qtbot, lambda: shown.outcome.text() == "已认可")
    assert not shown.decide.isEnabled()
    assert checked_page.check_steps.conclude() is None
    assert asked(sample, "conclude_check") == [("check-1", "accepted", "")]


def test_what_the_program_found_is_not_for_people(qtbot: QtBot, checked_page: ArchivePage) -> None:
    shown = checked_page.case_panel.lists.check_list
    shown.rows.table.go_to(len(shown.rows.model.rows) - 1)
    assert shown.current is not None
    assert shown.current.result == "pass"
    assert not shown.decide.isEnabled()
    assert checked_page.check_steps.decide() is None


def test_a_package_is_checked_again_for_another_stage(
    qtbot: QtBot, checked_page: ArchivePage, sample: SampleWorkstation
) -> None:
    question = checked_page.check_steps.ask_stage()
    assert question is not None
    question.stage.setCurrentIndex(question.stage.findData("transfer"))
    question.submit()
    shown = checked_page.case_panel.lists.check_list
    until(qtbot, lambda: shown.runs.count() == 2)
    assert asked(sample, "check_at_stage") == [(CASE_NO, "transfer")]
    assert shown.check is not None
    assert shown.check.stage == "transfer"
    assert shown.rows.model.rows[0].code.startswith("YJ-")
    shown.runs.setCurrentIndex(1)
    assert shown.check.stage == "archiving"


@pytest.mark.parametrize("suffix", [".pdf", ".json"])
def test_the_report_is_written_and_opened(
    qtbot: QtBot,
    checked_page: ArchivePage,
    sample: SampleWorkstation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile()) or True)
    )
    out = tmp_path / f"报告{suffix}"
    checked_page.check_steps.write_report("check-1", out)
    until(qtbot, lambda: bool(opened))
    assert asked(sample, "check_report") == [("check-1", out)]
    assert opened == [str(out)]


def test_a_court_that_demands_it_asks_for_acceptance_before_submitting(
    qtbot: QtBot, checked_page: ArchivePage, sample: SampleWorkstation, desk: Desk
) -> None:
    sample.track_rule_values["accepted_check"] = True
    sample.case_view = sample_case(
        state="packaged", steps=sample_steps("archive"), next_action="submit"
    )
    desk.reread(checked_page)
    bar = checked_page.next_action
    until(qtbot, lambda: "只发送四性检测" in bar.sentence.text())
    sample.conclude_check(desk.actor, "check-1", "accepted")
    desk.reread(checked_page)
    until(qtbot, lambda: bar.sentence.text() == "归档包已生成并通过检测。")
    assert "提交" in bar.button.text()


def test_keys_decide_and_conclude(qtbot: QtBot, checked_page: ArchivePage) -> None:
    shown = checked_page.case_panel.lists.check_list
    until(qtbot, shown.decide.isEnabled)
    shown.rows.table.setFocus()
    until(qtbot, shown.rows.table.hasFocus)
    qtbot.keyClick(shown.rows.table, Key.Key_D)
    until(qtbot, lambda: checked_page.findChild(ItemQuestion) is not None)
    question = checked_page.findChild(ItemQuestion)
    assert isinstance(question, ItemQuestion)
    question.reject()
