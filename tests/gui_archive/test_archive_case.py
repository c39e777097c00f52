"""One dossier in the archive: attempts, counts, signatures, later material, scans, passport."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.archive.case_dialogs import AdditionQuestion, ShelvingQuestion
from app.gui.archive.case_lists import LISTS
from app.gui.archive.page import ArchivePage
from app.gui.archive.register_steps import ADDITIONS, HANDOVER
from app.gui.desk import Desk
from app.gui.samples.archive_rows import sample_addition, sample_freeze, sample_passport
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import SampleWorkstation
from app.kernel.errors import Refused
from tests.gui_archive.driving import asked, until

Key = Qt.Key


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be shown by other programs."""
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile()) or True)
    )
    return opened


def reread(qtbot: QtBot, page: ArchivePage, desk: Desk) -> None:
    """Read the dossier again and wait for it."""
    page.case_steps.shown = None
    desk.reread(page)
    until(qtbot, lambda: page.case_steps.shown is not None)


def cells(page: ArchivePage, name: str, row: int = 0) -> list[str]:
    """The texts of a row of a list."""
    model = getattr(page.case_panel.lists, name).model
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_attempts_and_receipts_stand_newest_first(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation, desk: Desk
) -> None:
    sample.begin_attempts(CASE_NO)
    reread(qtbot, case_page, desk)
    assert cells(case_page, "attempts")[3:5] == ["已有回执", "2026-000117"]
    assert cells(case_page, "attempts", 2)[3] == "本次未成功"
    assert "归档系统" in cells(case_page, "attempts", 2)[6]
    assert case_page.case_panel.lists.tabs.tabText(1) == "移交记录与回执 3"


def test_keys_go_through_all_lists(qtbot: QtBot, case_page: ArchivePage) -> None:
    lists = case_page.case_panel.lists
    seen = []
    for _list in LISTS:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_L)
        seen.append(lists.current)
    assert sorted(seen) == sorted(LISTS)
    assert lists.current == "checks"


def test_counts_that_differ_stand_before_everything(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation, desk: Desk
) -> None:
    sample.freeze_rows = [sample_freeze(CASE_NO)]
    reread(qtbot, case_page, desk)
    bar = case_page.next_action
    assert bar.sentence.text() == "页数：电子 218，纸质 216；册数：电子 2，纸质 3"
    question = case_page.case_steps.settle()
    assert question is not None
    assert case_page.case_panel.lists.current == "freezes"
    question.submit()
    assert asked(sample, "settle_freeze") == []
    question.resolution.setCurrentIndex(question.resolution.findData("electronic"))
    question.reason.setText("两人复点，纸质漏数 2 页")
    question.submit()
    until(
        qtbot,
        lambda: (
            asked(sample, "settle_freeze")
            == [("freeze-1", "electronic", "两人复点，纸质漏数 2 页")]
        ),
    )
    until(qtbot, lambda: cells(case_page, "freezes")[2] == "差异已核定")
    assert not case_page.case_panel.lists.settle.isEnabled()


def test_a_refused_signature_stays_open_and_says_why(
    qtbot: QtBot,
    case_page: ArchivePage,
    sample: SampleWorkstation,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_given: object) -> None:
        raise Refused("FRZ-103", case_no=CASE_NO, actor=desk.actor.name)

    monkeypatch.setattr(sample, "settle_freeze", refuse)
    sample.freeze_rows = [sample_freeze(CASE_NO)]
    reread(qtbot, case_page, desk)
    question = case_page.case_steps.settle()
    assert question is not None
    question.resolution.setCurrentIndex(0)
    question.reason.setText("我自己数过")
    question.submit()
    until(qtbot, question.error.isVisible)
    assert question.isVisible()
    until(qtbot, question.button.isEnabled)


def test_signatures_are_judged_when_they_are_looked_at(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation, desk: Desk
) -> None:
    lists = case_page.case_panel.lists
    assert lists.signatures.model.rows == ()
    lists.go_to("signatures")
    until(qtbot, lambda: len(lists.signatures.model.rows) == 2)
    assert cells(case_page, "signatures")[3:5] == ["未改动", "受信任"]
    second = cells(case_page, "signatures", 1)
    assert second[4:6] == ["不受信任", "无"]
    assert "测试 CA" in second[6]
    # The same package is judged once, another one anew.
    sample.signature_rows = []
    reread(qtbot, case_page, desk)
    assert len(lists.signatures.model.rows) == 2
    assert sample.package_view is not None
    sample.package_view = evolve(sample.package_view, sha256="0" * 64)
    reread(qtbot, case_page, desk)
    until(qtbot, lambda: lists.signatures.nothing.text() == "归档包没有签名。")


def test_volumes_are_shelved_scan_by_scan(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation
) -> None:
    question = case_page.case_steps.shelve_by_scans()
    assert isinstance(question, ShelvingQuestion)
    qtbot.waitUntil(question.volume.hasFocus, timeout=10000)
    # A scanner types and presses Enter.
    qtbot.keyClicks(question.volume, "JZ1:V:1")
    qtbot.keyClick(question.volume, Key.Key_Return)
    assert question.shelf.hasFocus()
    qtbot.keyClicks(question.shelf, "JZ1:S:1")
    qtbot.keyClick(question.shelf, Key.Key_Return)
    assert question.pages.hasFocus()
    question.pages.setValue(218)
    qtbot.keyClick(question.pages, Key.Key_Return)
    until(qtbot, lambda: asked(sample, "shelve_volume") == [("JZ1:V:1", "JZ1:S:1", 218)])
    until(qtbot, lambda: question.done_words.text() == "已上架 1 册，请继续下一册。")
    until(qtbot, question.button.isEnabled)
    assert question.volume.text() == "" and question.volume.hasFocus()
    question.volume.setText("JZ1:V:2")
    question.shelf.setText("JZ1:S:1")
    question.pages.setValue(40)
    question.submit()
    until(qtbot, lambda: not question.isVisible())


def test_later_material_is_asked_for_approved_and_opened(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation, desk: Desk
) -> None:
    sample.case_view = evolve(sample.case_view, state="accessioned", next_action="none")
    reread(qtbot, case_page, desk)
    qtbot.keyClick(case_page.case_panel.lists.checks.table, Key.Key_A)
    question = case_page.findChild(AdditionQuestion)
    assert question is not None
    question.submit()
    assert asked(sample, "ask_addition") == []
    for field, text in (
        (question.content, "二审裁判文书"),
        (question.department, "民一庭"),
        (question.submitter, "顾明远"),
        (question.reason, "二审生效"),
    ):
        field.setText(text)
    question.pages.setValue(6)
    question.submit()
    until(qtbot, lambda: len(asked(sample, "ask_addition")) == 1)
    facts = asked(sample, "ask_addition")[0][1]
    assert (facts["part"], facts["pages"], facts["content"]) == ("main", 6, "二审裁判文书")
    lists = case_page.case_panel.lists
    until(qtbot, lambda: len(lists.additions.model.rows) == 1)
    until(qtbot, lambda: case_page.next_action.button.accessibleName() == "补充材料…")
    for state in ("department_approved", "approved"):
        word = case_page.case_steps.approve()
        assert word is not None
        word.submit()
        until(qtbot, lambda wanted=state: lists.additions.model.rows[0].state == wanted)
    assert not lists.addition_steps["approve"].isEnabled()
    lists.addition_steps["open_addition"].click()
    until(qtbot, lambda: len(asked(sample, "open_addition")) == 1)


def test_refusing_later_material_needs_a_reason(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation, desk: Desk
) -> None:
    sample.addition_rows = [sample_addition(CASE_NO)]
    reread(qtbot, case_page, desk)
    word = case_page.case_steps.refuse()
    assert word is not None
    word.submit()
    assert asked(sample, "refuse_addition") == []
    word.words.setText("与本案无关")
    word.submit()
    until(qtbot, lambda: asked(sample, "refuse_addition") == [("addition-1", "与本案无关")])
    until(qtbot, lambda: "与本案无关" in cells(case_page, "additions")[6])


def test_a_passport_is_issued_and_printed(
    qtbot: QtBot,
    case_page: ArchivePage,
    sample: SampleWorkstation,
    tmp_path: Path,
    opened_files: list[str],
) -> None:
    lists = case_page.case_panel.lists
    assert not lists.print_passport.isEnabled()
    qtbot.keyClick(lists.checks.table, Key.Key_O)
    until(qtbot, lambda: len(lists.passports.model.rows) == 1 and not case_page.busy)
    assert cells(case_page, "passports")[0] == sample_passport(CASE_NO).number
    assert lists.print_passport.isEnabled()
    case_page.case_steps.print_passport(tmp_path / "护照.pdf")
    until(qtbot, lambda: opened_files == [str(tmp_path / "护照.pdf")])


def test_registers_go_where_one_says(
    qtbot: QtBot,
    case_page: ArchivePage,
    sample: SampleWorkstation,
    desk: Desk,
    tmp_path: Path,
    opened_files: list[str],
) -> None:
    question = case_page.registers.ask()
    assert question is not None
    chosen: list[tuple[str, str, str]] = []
    question.chosen.disconnect()
    question.chosen.connect(lambda *given: chosen.append(given))
    question.kind.setCurrentIndex(question.kind.findData(ADDITIONS))
    question.extent.setCurrentIndex(1)
    question.suffix.setCurrentIndex(1)
    question.submit()
    assert chosen == [(ADDITIONS, CASE_NO, ".xlsx")]
    out = tmp_path / "移交清册.pdf"
    case_page.registers.write(HANDOVER, "", out)
    until(qtbot, lambda: opened_files == [str(out)] and not case_page.busy)
    assert asked(sample, "handover_register") == [(out, ())]


def test_a_part_of_a_dossier_is_opened_from_the_queue(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    sample.addition_rows = [sample_addition(CASE_NO)]
    page.queue_steps.case_wanted.emit(CASE_NO, "additions")
    until(qtbot, lambda: not page.in_queue and page.case_steps.shown is not None)
    assert page.case_panel.lists.current == "additions"
