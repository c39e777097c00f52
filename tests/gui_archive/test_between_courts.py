"""Dossiers between courts on the page: sent, taken in, answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.gui.archive.court_dialogs import SendQuestion
from app.gui.archive.page import ArchivePage
from app.gui.present import ErrorDialog
from app.gui.samples.courts import sample_courts
from app.gui.samples.workstation import SampleWorkstation
from app.kernel.errors import Refused
from tests.gui_archive.driving import asked, until

Key = Qt.Key


@pytest.fixture
def courts(qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation) -> ArchivePage:
    """The page with what went and came."""
    sample.court_rows = sample_courts()
    page.show_courts()
    until(qtbot, lambda: len(page.courts.rows.model.rows) == 3)
    return page


def cells(page: ArchivePage, row: int) -> list[str]:
    model = page.courts.rows.model
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_what_went_and_came_stands_newest_first_with_its_answer(courts: ArchivePage) -> None:
    assert cells(courts, 0)[:2] == ["移送至", "辽宁省营口市中级人民法院"]
    assert cells(courts, 0)[6] == "尚无回执"
    assert "不符" in cells(courts, 1)[6]
    assert cells(courts, 2)[2] == "（2025）苏0281刑初77号"


def test_the_case_in_hand_is_sent(
    qtbot: QtBot, courts: ArchivePage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    question = courts.court_steps.ask_send()
    assert isinstance(question, SendQuestion)
    assert question.missing() is question.court
    question.submit()
    assert question.isVisible(), "no court was named"
    chosen: list[tuple[str, str]] = []
    question.chosen.disconnect()
    question.chosen.connect(lambda court, purpose: chosen.append((court, purpose)))
    question.court.setText(" 辽宁省营口市中级人民法院 ")
    question.submit()
    assert chosen == [("辽宁省营口市中级人民法院", "appeal")]
    row = courts.queue.current
    assert row is not None
    out = tmp_path / "移送.zip"
    courts.court_steps.send(row.case_no, *chosen[0], out)
    until(qtbot, lambda: len(courts.courts.rows.model.rows) == 4)
    assert asked(sample, "export_for_court") == [(row.case_no, *chosen[0], out)]


def test_a_package_is_taken_in_with_the_digest_of_the_letter(
    qtbot: QtBot, courts: ArchivePage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    path = tmp_path / "来卷.zip"
    question = courts.court_steps.ask_digest(path)
    question.digest.setText(" ab12 ")
    question.submit()
    until(qtbot, lambda: len(courts.courts.rows.model.rows) == 4)
    assert asked(sample, "import_from_court") == [(path, "ab12")]


def test_a_receipt_is_noted_for_what_waits_for_one(
    qtbot: QtBot, courts: ArchivePage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    shown = courts.courts
    shown.rows.table.go_to(1)
    assert not shown.receipt.isEnabled()
    shown.rows.table.go_to(0)
    assert shown.receipt.isEnabled()
    courts.court_steps.note("court-3", tmp_path / "回执.json")
    until(qtbot, lambda: "周静" in cells(courts, 0)[6])
    assert not shown.receipt.isEnabled()
    assert asked(sample, "note_court_receipt") == [("court-3", tmp_path / "回执.json")]


def test_another_signer_than_before_stands_in_the_answer(
    qtbot: QtBot, courts: ArchivePage, sample: SampleWorkstation
) -> None:
    """In full in the tip, for a cell may be too narrow."""
    details = {
        "receipt_fingerprint": "ab" * 32,
        "receipt_signer": "立案庭",
        "receipt_trusted": True,
    }
    answered = evolve(sample.court_rows[-1], state="accepted", details=details)
    answered = evolve(answered, receipt={"result": "accepted", "person": "周静", "reasons": []})
    sample.court_rows = [answered]
    courts.court_steps.read()
    until(qtbot, lambda: cells(courts, 0)[6] == "周静 · 签名：立案庭")
    index = courts.courts.rows.model.index(0, 6)
    assert not index.data(Qt.ItemDataRole.ToolTipRole)
    sample.court_rows = [evolve(answered, signer_before="旧证书 0123456789abcdef")]
    courts.court_steps.read()
    until(qtbot, lambda: "旧证书 0123456789abcdef" in cells(courts, 0)[6])
    tip = str(courts.courts.rows.model.index(0, 6).data(Qt.ItemDataRole.ToolTipRole))
    assert "此前：旧证书 0123456789abcdef，本次：立案庭 abababababababab" in tip


def test_what_was_refused_is_said(
    qtbot: QtBot,
    courts: ArchivePage,
    sample: SampleWorkstation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise Refused("CTR-109", case_no="（2025）苏0281刑初77号")

    monkeypatch.setattr(sample, "import_from_court", refuse)
    courts.court_steps.receive(tmp_path / "来卷.zip", "")
    until(qtbot, lambda: bool(courts.window().findChildren(ErrorDialog)))
    (dialog,) = courts.window().findChildren(ErrorDialog)
    assert "已有卷宗" in " ".join(part.text() for part in dialog.findChildren(QLabel))
    dialog.close()
    assert courts.levels.currentWidget() is courts.courts
    assert len(courts.courts.rows.model.rows) == 3


def test_keys_lead_there_and_back(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    qtbot.keyClick(page.queue.table, Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: page.levels.currentWidget() is page.courts)
    assert page.step_back()
    assert page.in_queue
