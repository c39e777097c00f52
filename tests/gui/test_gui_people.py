"""People and PINs: what administrators see, and what everybody else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, CLERK, Actor
from app.gui.main_window import MainWindow
from app.gui.people.dialog import PeopleDialog
from app.gui.samples.workstation import PERSON, PIN, SampleWorkstation


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=10000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def opened(qtbot: QtBot, window: MainWindow, role: str) -> PeopleDialog:
    window.desk.sign_in(Actor(name=PERSON, role=role))
    dialog = window.show_people()
    assert dialog is not None
    qtbot.addWidget(dialog)
    until(qtbot, lambda: len(dialog.model.rows) == 2)
    return dialog


def test_an_administrator_adds_moves_and_retires_people(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    dialog = opened(qtbot, window, ADMINISTRATOR)
    dialog.new_name.setText("法官丁")
    dialog.new_role.setCurrentIndex(dialog.new_role.findData("judge"))
    dialog.new_pin.setText("1234")
    qtbot.keyClick(dialog.new_pin, Qt.Key.Key_Return)
    until(qtbot, lambda: len(dialog.model.rows) == 3)
    assert asked(sample, "add_person") == [("法官丁", "judge")]
    assert dialog.new_pin.text() == ""
    dialog.table.go_to(2)
    dialog.ask_role()
    choice = dialog.findChild(QInputDialog)
    assert choice is not None
    choice.setTextValue("质检员")
    choice.accept()
    until(qtbot, lambda: dict(dialog.model.rows).get("法官丁") == "inspector")
    dialog.ask_retire()
    box = dialog.findChild(QMessageBox)
    assert box is not None
    box.buttons()[0].click()
    until(qtbot, lambda: len(dialog.model.rows) == 2)
    assert asked(sample, "retire_person") == [("法官丁",)]


def test_everybody_changes_her_own_pin_and_nothing_else(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    dialog = opened(qtbot, window, CLERK)
    assert dialog.staff.isHidden()
    dialog.own_old.setText("0000")
    dialog.own_new.setText("8642")
    qtbot.keyClick(dialog.own_new, Qt.Key.Key_Return)
    until(qtbot, lambda: not dialog.error.isHidden())
    assert "口令不正确" in dialog.error.text()
    dialog.own_old.setText(PIN)
    dialog.own.click()
    until(qtbot, lambda: dialog.own_old.text() == "")
    assert dialog.error.isHidden()


@pytest.mark.parametrize("role", [ADMINISTRATOR, CLERK])
def test_nothing_opens_before_somebody_signed_in(
    qtbot: QtBot, window: MainWindow, role: str
) -> None:
    assert window.show_people() is None
    window.desk.sign_in(Actor(name=PERSON, role=role))
    dialog = window.show_people()
    assert dialog is not None
    qtbot.addWidget(dialog)
