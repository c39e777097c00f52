"""Retention, archival code, term and work slip: dialogs over the invented cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pypdfium2
import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, ARCHIVIST, Actor
from app.gui.archival.dialog import ArchivalDialog
from app.gui.archival.settings import CodeSettingsDialog
from app.gui.main_window import MainWindow
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.today.page import TodayPage
from app.kernel.errors import Refused

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot, sample: SampleWorkstation) -> Iterator[MainWindow]:
    made = MainWindow(cast(Any, sample))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.desk.sign_in(Actor(name=PERSON, role=ADMINISTRATOR))
    today = cast(TodayPage, made.current_page)
    qtbot.waitUntil(lambda: len(today.model.rows) == 6, timeout=10000)
    made.activateWindow()
    today.table.setFocus()
    yield made
    made.close()


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> ArchivalDialog:
    qtbot.keyClick(cast(TodayPage, window.current_page).table, KEY.Key_G, CONTROL)
    made = window.findChildren(ArchivalDialog)[0]
    qtbot.waitUntil(lambda: made.choice.count() == 3, timeout=10000)
    return made


def calls(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def test_the_proposal_is_chosen_with_its_reason_and_settled(
    qtbot: QtBot, dialog: ArchivalDialog, sample: SampleWorkstation
) -> None:
    assert dialog.keeping_state.text() == "长期（60 年）"
    assert dialog.choice.currentText() == "短期（30 年）"
    assert "建议短期：以调解结案的案件（民事调解书）" in dialog.reasons.text()
    dialog.remark.setText("合议庭意见")
    with qtbot.waitSignal(dialog.changed, timeout=20000):
        dialog.settle_button.click()
    assert calls(sample, "set_retention") == [(CASE_NO, "短期", "合议庭意见")]
    qtbot.waitUntil(lambda: "沈若溪核定" in dialog.reasons.text(), timeout=10000)
    assert dialog.remark.text() == ""


def test_the_next_code_is_given_and_another_s_code_is_refused(
    qtbot: QtBot, dialog: ArchivalDialog, sample: SampleWorkstation
) -> None:
    assert dialog.code_state.text() == "未编"
    with qtbot.waitSignal(dialog.changed, timeout=20000):
        dialog.next_button.click()
    qtbot.waitUntil(lambda: dialog.code.text() == "J380-ZY·2019-D60-FGC-0042", timeout=10000)
    dialog.code.setText("J380-ZY·2019-D60-FGC-0001")
    qtbot.keyClick(dialog.code, KEY.Key_Return)
    qtbot.waitUntil(dialog.error.isVisible, timeout=10000)
    assert "（2018）辽0882民初2201号" in dialog.error.text()
    assert dialog.isVisible()


def test_what_does_not_fit_and_what_is_missing_is_said(
    qtbot: QtBot, dialog: ArchivalDialog, sample: SampleWorkstation
) -> None:
    fault = {"kind": "refused", "code": "ACD-102", "parameters": {"field": "全宗号"}}
    sample.code_view = evolve(
        sample.code_view, code="x", next_code="", obstacle=fault, differs=("保管期限",)
    )
    sample.retention_view = evolve(sample.retention_view, open_to_change=False)
    dialog.read()
    qtbot.waitUntil(lambda: "全宗号”还没有设置" in dialog.code_note.text(), timeout=10000)
    assert "与本案不再相符：保管期限" in dialog.code_note.text()
    assert not dialog.next_button.isEnabled()
    assert not dialog.settle_button.isEnabled()


def test_the_term_is_extended(
    qtbot: QtBot, dialog: ArchivalDialog, sample: SampleWorkstation
) -> None:
    assert dialog.term_state.text() == "逾期 12 天"
    dialog.until.setText("2026-12-31")
    dialog.reason.setText("二审卷宗未退回")
    dialog.approver.setText("周正")
    with qtbot.waitSignal(dialog.changed, timeout=20000):
        dialog.extend_button.click()
    assert calls(sample, "extend_term") == [(CASE_NO, "2026-12-31", "二审卷宗未退回", "周正")]
    qtbot.waitUntil(lambda: "延长至 2026-12-31" in dialog.term_note.text(), timeout=10000)
    assert dialog.until.text() == ""


def test_the_pattern_is_for_administrators(
    qtbot: QtBot, dialog: ArchivalDialog, window: MainWindow, sample: SampleWorkstation
) -> None:
    dialog.settings_button.click()
    settings = dialog.findChildren(CodeSettingsDialog)[0]
    qtbot.waitUntil(lambda: set(settings.fields) == {"fonds", "series", "unit"}, timeout=10000)
    settings.fields["fonds"].setText("J381")
    settings.first.setValue(300)
    with qtbot.waitSignal(settings.saved, timeout=20000):
        settings.save_button.click()
    values = {"fonds": "J381", "series": "", "unit": ""}
    assert calls(sample, "save_archival_settings") == [(None, values, 300)]
    dialog.close()
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    other = cast(TodayPage, window.current_page).show_archival()
    assert other is not None and not other.settings_button.isVisible()


def test_everything_has_a_name(dialog: ArchivalDialog) -> None:
    for kind in (QLineEdit, QComboBox, QAbstractButton):
        for widget in dialog.findChildren(kind):
            assert widget.accessibleName() or widget.text()


def test_the_register_is_written(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, tmp_path: Path
) -> None:
    today = cast(TodayPage, window.current_page)
    with qtbot.waitSignal(window.desk.said, timeout=10000) as said:
        today.export_register(tmp_path / "登记表.xlsx")
    assert said.args is not None and said.args[0].startswith("已将 6 件案件写入")
    assert calls(sample, "write_register") == [(tmp_path / "登记表.xlsx",)]


def test_the_slip_is_shown_and_printed_at_its_own_size(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, tmp_path: Path
) -> None:
    window.print_slip()
    dialog = window.slips.ask_print(CASE_NO)
    assert dialog is not None
    assert not dialog.print_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.preview.papers == 1, timeout=20000)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "工作单.pdf"))
    with qtbot.waitSignal(dialog.accepted, timeout=20000):
        dialog.print_on(printer)
    assert calls(sample, "record_slip_printed") == [(CASE_NO,)]
    assert calls(sample, "work_slip_pictures")[-1] == (CASE_NO, 300)
    document = pypdfium2.PdfDocument(tmp_path / "工作单.pdf")
    try:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx((595, 842), abs=2)
    finally:
        document.close()


def test_a_sheet_shows_its_differences_before_it_is_taken_over(
    qtbot: QtBot, dialog: ArchivalDialog, sample: SampleWorkstation, tmp_path: Path
) -> None:
    sheet = dialog.show_sheet()
    assert not sheet.take_button.isEnabled()
    sheet.read_sheet(tmp_path / "bad.xlsx")
    qtbot.waitUntil(lambda: len(sheet.model.rows) == 3, timeout=10000)
    first = sheet.model.rows[0]
    assert (first.place, first.tone, first.after) == ("第 9 行", "bad", "不是页次：三到五")
    assert not sheet.take_button.isEnabled()
    sheet.read_sheet(tmp_path / "good.xlsx")
    qtbot.waitUntil(sheet.take_button.isEnabled, timeout=10000)
    assert [row.what for row in sheet.model.rows] == ["题名", "新增一件"]
    assert sheet.sentence.text() == "2 处改动，5 行相同。"
    with qtbot.waitSignal(dialog.changed, timeout=10000):
        qtbot.keyClick(sheet.take_button, KEY.Key_Space)
    assert calls(sample, "apply_catalogue_sheet") == [(CASE_NO, tmp_path / "good.xlsx")]


def test_a_sheet_that_cannot_be_read_is_told(
    qtbot: QtBot, dialog: ArchivalDialog, sample: SampleWorkstation, tmp_path: Path
) -> None:
    sheet = dialog.show_sheet()
    sample.fault = Refused("SHT-104", named="（2021）辽0899民初9号", case_no=CASE_NO)
    sheet.read_sheet(tmp_path / "x.xlsx")
    qtbot.waitUntil(sheet.error.isVisible, timeout=10000)
    assert "（2021）辽0899民初9号" in sheet.error.text()
    assert sheet.stack.currentIndex() == 0
