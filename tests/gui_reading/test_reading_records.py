"""Prints, slips, visits, notices, query codes, traces and settings of the reading page."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from app.gui.reading import record_steps
from app.gui.reading.grant_questions import ChangeQuestion
from app.gui.reading.log_dialog import VisitLogDialog
from app.gui.reading.page import ReadingPage
from app.gui.reading.query_codes import QueryCodesDialog
from app.gui.reading.questions import ReasonQuestion
from app.gui.reading.record_questions import NoticeQuestion, SettingsQuestion, SettleQuestion
from app.gui.reading.trace_dialog import TraceDialog
from app.gui.samples.reading_rows import LONG_READER
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import SampleWorkstation
from app.kernel.errors import BadInput, Refused
from app.services.reading_desk_views import TraceAnswer
from tests.gui_reading.driving import asked, go, opened, until

Key, Modifier = Qt.Key, Qt.KeyboardModifier


NONE, CTRL, SHIFT = Modifier.NoModifier, Modifier.ControlModifier, Modifier.ShiftModifier
KEYS: tuple[tuple[str, str, Qt.Key, Qt.KeyboardModifier, type[QDialog]], ...] = (
    ("grants", "grant-1", Key.Key_E, NONE, ChangeQuestion),
    ("grants", "grant-1", Key.Key_R, SHIFT, ReasonQuestion),
    ("grants", "grant-1", Key.Key_K, NONE, ReasonQuestion),
    ("prints", "print-2", Key.Key_S, NONE, SettleQuestion),
    ("slips", "slip-1", Key.Key_V, NONE, ReasonQuestion),
    ("visits", "visit-2", Key.Key_O, NONE, VisitLogDialog),
    ("visits", "visit-2", Key.Key_Return, NONE, VisitLogDialog),
    ("notices", "notice-1", Key.Key_X, SHIFT, ReasonQuestion),
    ("notices", "", Key.Key_N, CTRL | SHIFT, NoticeQuestion),
    ("applications", "", Key.Key_Q, NONE, QueryCodesDialog),
    ("applications", "", Key.Key_F, CTRL, TraceDialog),
    ("applications", "", Key.Key_E, CTRL, SettingsQuestion),
)


def test_each_step_has_its_key(qtbot: QtBot, page: ReadingPage) -> None:
    shown = list[type[QDialog]]()
    for name, row, key, modifier, kind in KEYS:
        # Without a window manager nobody gives the focus back when a dialog closes.
        page.activateWindow()
        until(qtbot, page.isActiveWindow)
        go(page, name, row)
        page.panel.current_list.setFocus()
        until(qtbot, page.panel.current_list.table.hasFocus)
        qtbot.keyClick(page.panel.current_list.table, key, modifier)
        dialog = opened(qtbot, page, kind)
        shown += [type(other) for other in page.findChildren(QDialog) if other.isVisible()]
        dialog.reject()
        until(qtbot, lambda: not any(left.isVisible() for left in page.findChildren(QDialog)))
    assert shown == [kind for *_, kind in KEYS], "each key opens its own dialog and no other"


def test_a_print_is_approved_with_one_press(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "prints", "print-1")
    page.press_next()
    until(qtbot, lambda: asked(sample, "approve_print") == [("print-1",)])
    until(qtbot, lambda: sample.print_rows[0].state == "approved")
    until(qtbot, lambda: len(page.panel.current_list.filtered_rows) == 1)
    [left] = page.panel.current_list.filtered_rows
    assert left.id != "print-1"
    assert sample.print_rows[0].id == "print-1"
    assert asked(sample, "approve_print") == [("print-1",)], "once"


def test_a_print_is_refused_with_its_reason(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "prints", "print-1")
    question = page.refuse()
    assert isinstance(question, ReasonQuestion)
    question.reason.setText("无复制许可")
    question.submit()
    until(qtbot, lambda: asked(sample, "refuse_print") == [("print-1", "无复制许可")])


@pytest.mark.parametrize(("came_out", "sheets"), [(True, 2), (False, 0)])
def test_a_print_in_doubt_is_settled_by_a_look_into_the_tray(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, came_out: bool, sheets: int
) -> None:
    go(page, "prints", "print-2")
    question = page.records.settle()
    assert question is not None
    question.submit()
    assert asked(sample, "settle_print") == []
    question.outcome.setCurrentIndex(question.outcome.findData(came_out))
    assert question.sheets.isVisible() is came_out
    question.submit()
    until(qtbot, lambda: asked(sample, "settle_print") == [("print-2", came_out, sheets)])


def test_a_slip_is_received_and_saved(
    qtbot: QtBot,
    page: ReadingPage,
    sample: SampleWorkstation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path, shown = tmp_path / "阅卷单.pdf", []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(record_steps, "open_pdf", shown.append)
    go(page, "slips", "slip-1")
    page.records.save_slip()
    until(qtbot, lambda: shown == [path])
    assert asked(sample, "reading_slip_pdf") == [("slip-1", path)]
    question = page.records.receive()
    assert question is not None
    question.reason.setText("材料无误")
    question.submit()
    until(qtbot, lambda: asked(sample, "receive_slip") == [("slip-1", "材料无误")])
    until(qtbot, lambda: not page.panel.current_list.filtered_rows)


def test_the_log_of_a_visit_stands_in_the_order_of_time(qtbot: QtBot, page: ReadingPage) -> None:
    go(page, "visits", "visit-2")
    log = page.records.open_log()
    assert log is not None
    until(qtbot, lambda: len(log.model.rows) == 9)
    times = [row.at for row in log.model.rows]
    assert times == sorted(times)
    assert "违约金" in [row.text for row in log.model.rows]
    assert str(log.model.index(0, 4).data()) == "27"


def test_a_notice_is_written_and_taken_down(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "notices")
    question = page.records.put_up()
    question.title_line.setText("停电通知")
    question.text.setPlainText("12 月 5 日上午停电。")
    question.first.setText("下周")
    question.submit()
    assert question.missing() is question.first
    question.first.setText("2026-12-01")
    question.submit()
    until(qtbot, lambda: len(asked(sample, "keep_hall_notice")) == 1)
    assert asked(sample, "keep_hall_notice")[0] == (
        "notice",
        "停电通知",
        "12 月 5 日上午停电。",
        "2026-12-01",
        "",
    )
    until(qtbot, lambda: len(page.panel.current_list.model.rows) == 3)
    go(page, "notices", "notice-2")
    down = page.withdraw()
    assert isinstance(down, ReasonQuestion)
    down.submit()
    until(qtbot, lambda: asked(sample, "withdraw_hall_notice") == [("notice-2",)])
    until(qtbot, lambda: len(page.panel.current_list.model.rows) == 2)


def test_query_codes_of_a_case_are_issued_and_revoked(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    dialog = page.records.queries()
    assert dialog.case.text() == CASE_NO
    dialog.give()
    assert asked(sample, "issue_query_code") == []
    dialog.holder.setText("北岭机械制造有限公司")
    dialog.issue.click()
    until(qtbot, dialog.code.isVisible)
    assert dialog.code.text() == "31 481 936 27"
    until(qtbot, lambda: len(dialog.model.rows) == 1)
    question = dialog.ask_revoke()
    assert question is not None
    question.reason.setText("误发")
    question.submit()
    until(qtbot, lambda: asked(sample, "revoke_query_code") == [("query-31", "误发")])
    until(qtbot, lambda: dialog.model.rows[0].state == "revoked")
    assert dialog.ask_revoke() is None


FOUND = TraceAnswer(
    verdict="found",
    confidence=0.99,
    evidence=("code", "mark"),
    issue="8K2M9QX003",
    kind="print",
    reader=LONG_READER,
    certificate_tail="6789",
    case_no=CASE_NO,
    page_number=3,
    made_at="2026-11-20T02:00:00.000Z",
    terminal="一楼阅卷终端",
)


def said(dialog: TraceDialog) -> str:
    texts = [one.text() for one in dialog.facts.findChildren(QLabel) if one.isVisible()]
    return " ".join([dialog.verdict.text(), *texts])


def test_a_trace_names_who_when_and_where(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    dialog = page.records.trace()
    assert not dialog.button.isEnabled()
    sample.trace_answer = FOUND
    dialog.take(tmp_path / "照片.jpg")
    dialog.case.setText(CASE_NO)
    dialog.button.click()
    until(qtbot, dialog.facts.isVisible)
    assert asked(sample, "trace") == [(tmp_path / "照片.jpg", CASE_NO)]
    for word in (LONG_READER, "…6789", CASE_NO, "打印", "一楼阅卷终端", "页内隐形标记"):
        assert word in said(dialog)


@pytest.mark.parametrize("verdict", ["not_found", "forged"])
def test_a_trace_that_found_nobody_names_nobody(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, tmp_path: Path, verdict: str
) -> None:
    dialog = page.records.trace()
    # Even where the answer carried a name by mistake.
    sample.trace_answer = evolve(FOUND, verdict=verdict)
    dialog.take(tmp_path / "照片.jpg")
    dialog.trace()
    until(qtbot, lambda: "任何人" in dialog.verdict.text())
    assert LONG_READER not in said(dialog) and CASE_NO not in said(dialog)
    assert dialog.facts.isHidden()


def test_a_picture_that_cannot_be_read_is_said(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    dialog = page.records.trace()
    sample.fault = BadInput("RDR-107", text="照片.jpg")
    dialog.take(tmp_path / "照片.jpg")
    dialog.trace()
    until(qtbot, dialog.error.isVisible)
    until(qtbot, dialog.button.isEnabled)
    assert dialog.verdict.text() == ""


def test_only_changed_settings_are_sent(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    page.records.settings()
    question = opened(qtbot, page, SettingsQuestion)
    assert len(question.fields) == 13
    question.fields["four_eyes"].click()  # type: ignore[attr-defined]
    question.fields["valid_days"].setValue(5)  # type: ignore[attr-defined]
    sample.fault = Refused("DSK-101")
    question.submit()
    until(qtbot, question.error.isVisible)
    question.submit()
    changed = ({"four_eyes": False, "valid_days": 5},)
    until(qtbot, lambda: asked(sample, "set_reading_settings") == [changed, changed])
    until(qtbot, question.isHidden)
    assert not sample.settings_of_reading.four_eyes
