"""Bundles for terminals without the database on the reading page, and their logs coming home."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.gui.reading.bundle_questions import (
    BundleQuestion,
    CarriedDialog,
    CarryQuestion,
    FolderField,
)
from app.gui.reading.page import ReadingPage
from app.gui.samples.workstation import SampleWorkstation
from app.kernel.errors import BadInput, Refused
from app.services.reading_desk_views import CarriedLog, CarriedLogs, RefusedLog
from tests.gui_reading.driving import asked, go, opened, until

TERMINAL = "分院1号终端"
LOG = CarriedLog(
    bundle="bundle-1",
    case_no="（2023）辽0899民初100号",
    terminal=TERMINAL,
    visits=2,
    issues=31,
    marks=1,
    prints=0,
    slips=2,
    audit_rows=77,
    segment=2,
)


def said_by(page: ReadingPage) -> list[str]:
    heard: list[str] = []
    page.desk.said.connect(heard.append)
    return heard


def test_a_bundle_of_a_grant_is_made_and_its_pages_are_told(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    heard = said_by(page)
    go(page, "grants", "grant-1")
    row = sample.grant_rows[0]
    question = page.bundles.make()
    assert question is not None
    assert question.which.isHidden()
    question.submit()
    assert asked(sample, "make_reading_bundle") == []
    question.folder.line.setText(str(tmp_path))
    question.terminal.setText(TERMINAL)
    question.code.setText("428-闭馆-7")
    assert question.code.echoMode() is question.code.EchoMode.Password
    sample.fault = Refused("RDR-148", terminal=TERMINAL)
    question.submit()
    until(qtbot, question.error.isVisible)
    assert TERMINAL in question.error.text()
    until(qtbot, question.button.isEnabled)
    question.submit()
    path = tmp_path / f"{row.number}-{TERMINAL}.jzb"
    wanted = (row.id, path, TERMINAL, "428-闭馆-7")
    until(qtbot, lambda: asked(sample, "make_reading_bundle") == [wanted, wanted])
    until(qtbot, question.isHidden)
    until(qtbot, lambda: bool(heard))
    assert "12 页" in heard[-1] and "有效期至" in heard[-1] and str(tmp_path) in heard[-1]


def test_bundles_of_all_appointments_of_a_day_are_made_together(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    booked = next(row for row in sample.grant_rows if row.appointed_at)
    sample.grant_rows = [
        *(evolve(booked, id=f"grant-{each}", number=each, terminal=TERMINAL) for each in "78"),
        evolve(booked, id="grant-9", number="9", terminal="别处"),
        evolve(booked, id="grant-6", number="6", terminal=TERMINAL, state="revoked"),
    ]
    page.read_lists()
    page.panel.go_to("appointments")
    listing = page.panel.lists["appointments"]
    until(qtbot, lambda: {row.number for row in listing.model.rows} == set("6789"))
    go(page, "appointments", "grant-8")
    question = page.bundles.make()
    assert question is not None
    assert question.which.isVisible() and question.terminal.text() == TERMINAL
    question.which.setCurrentIndex(1)
    question.folder.line.setText(str(tmp_path))
    question.submit()
    until(qtbot, question.isHidden)
    made = asked(sample, "make_reading_bundle")
    assert {grant for grant, *_rest in made} == {"grant-7", "grant-8"}
    assert len({path for _grant, path, *_rest in made}) == 2


def test_what_was_made_before_one_was_refused_is_not_made_twice(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    rows = [evolve(sample.grant_rows[0], id=f"grant-{each}", number=each) for each in "12"]
    sample.grant_rows = rows
    question = BundleQuestion(page.desk, rows[0], rows, page)
    question.which.setCurrentIndex(1)
    question.folder.line.setText(str(tmp_path))
    question.terminal.setText(TERMINAL)
    first = question.command()
    sample.grant_rows = rows[:1]
    with pytest.raises(StopIteration):
        first()
    sample.grant_rows = rows
    assert [row.number for row in question.command()()] == ["1", "2"]
    asked_for = [grant for grant, *_rest in asked(sample, "make_reading_bundle")]
    assert asked_for == ["grant-1", "grant-2", "grant-2"]


def test_logs_come_home_and_each_is_told(
    qtbot: QtBot,
    page: ReadingPage,
    sample: SampleWorkstation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    heard = said_by(page)
    refused = RefusedLog(
        path=str(tmp_path / "0.jzl"), record=BadInput("RDR-145", row=9).as_record()
    )
    sample.carried_logs = CarriedLogs(carried=(LOG,), refused=(refused,))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    question = page.bundles.carry()
    question.submit()
    assert asked(sample, "carry_reading_logs") == []
    question.folder.ask()
    question.submit()
    told = opened(qtbot, page, CarriedDialog)
    assert asked(sample, "carry_reading_logs") == [(tmp_path,)]
    assert "77" in heard[-1] and "1 份记录未被接收" in heard[-1]
    assert "31 页次" in told.lines[0] and "第 2 份记录" in told.lines[0]
    assert told.refused[0].startswith("0.jzl：终端阅卷记录第 9 条")
    told.accept()


def test_logs_of_many_terminals_fit_the_screen(qtbot: QtBot, page: ReadingPage) -> None:
    nothing_new = evolve(LOG, audit_rows=0)
    dialog = CarriedDialog(CarriedLogs(carried=(*[LOG] * 40, nothing_new)), page)
    dialog.open()
    assert len(dialog.lines) == 40
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    dialog.reject()


def test_an_empty_folder_is_said_to_be_empty(
    qtbot: QtBot, page: ReadingPage, tmp_path: Path
) -> None:
    heard = said_by(page)
    question = page.bundles.carry()
    question.folder.line.setText(str(tmp_path))
    question.submit()
    until(qtbot, lambda: heard == ["这个文件夹中没有阅卷记录。"])
    assert page.findChildren(CarriedDialog) == []


@pytest.mark.parametrize("state", ["revoked", "ended", "locked"])
def test_no_bundle_is_offered_of_a_grant_that_opens_nothing(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, state: str
) -> None:
    sample.grant_rows = [evolve(sample.grant_rows[0], state=state)]
    page.read_lists()
    page.panel.go_to("grants")
    page.panel.current_list.show_all()
    until(qtbot, lambda: [row.state for row in page.panel.current_list.model.rows] == [state])
    page.panel.go_to("grants", sample.grant_rows[0].id)
    assert page.bundles.make() is None


def test_a_folder_can_be_typed_or_chosen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    field = FolderField("文件夹")
    qtbot.addWidget(field)
    assert field.folder is None
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    field.ask()
    assert field.folder is None
    qtbot.keyClicks(field.line, str(tmp_path))
    assert field.folder == tmp_path


def test_both_steps_have_their_keys(qtbot: QtBot, page: ReadingPage) -> None:
    keys = (
        ("grants", "grant-1", Qt.KeyboardModifier.NoModifier, BundleQuestion),
        ("visits", "", Qt.KeyboardModifier.ShiftModifier, CarryQuestion),
        ("applications", "", Qt.KeyboardModifier.ShiftModifier, CarryQuestion),
    )
    for name, row, modifier, kind in keys:
        page.activateWindow()
        until(qtbot, page.isActiveWindow)
        go(page, name, row)
        page.panel.current_list.setFocus()
        until(qtbot, page.panel.current_list.table.hasFocus)
        qtbot.keyClick(page.panel.current_list.table, Qt.Key.Key_B, modifier)
        question = opened(qtbot, page, kind)
        question.reject()
        until(qtbot, question.isHidden)
