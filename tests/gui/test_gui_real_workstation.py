"""The window over a real data folder: first person, import, every page, history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.gui.main_window import MainWindow
from app.gui.navigation import PAGES
from app.gui.present import ErrorDialog
from app.gui.today.page import TodayPage
from app.services.workstation import Workstation

NUMBER = "（2021）辽0882民初105号"


@pytest.fixture
def workstation(tmp_path: Path, qapp: QApplication) -> Iterator[Workstation]:
    opened = open_workstation(tmp_path / "data")
    yield opened
    opened.close()


def test_from_an_empty_data_folder_to_a_registered_case(
    qtbot: QtBot, workstation: Workstation, tmp_path: Path
) -> None:
    window = MainWindow(workstation)
    qtbot.addWidget(window)
    window.show()
    page = window.sign_in_page
    qtbot.waitUntil(page.new_name.isVisible, timeout=20000)
    page.new_name.setText("沈若溪")
    page.pin.setText("2468")
    with qtbot.waitSignal(window.desk.signed_in, timeout=20000):
        page.submit()
    today = cast(TodayPage, window.current_page)
    qtbot.waitUntil(today.empty.isVisible, timeout=20000)
    listed = tmp_path / "案件清单.json"
    facts = [{"case_no": NUMBER, "cause": "买卖合同纠纷", "paper_pages": 12}, {"case_no": "无"}]
    listed.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    today.import_file(listed)
    qtbot.waitUntil(lambda: len(today.model.rows) == 1, timeout=20000)
    assert today.model.rows[0].case_no == NUMBER
    assert "第 2 行" in today.notice.remedy.text()
    with qtbot.waitSignal(window.desk.page_requested, timeout=20000):
        today.open_current()
    assert window.current_page.name == "scan"
    for name in PAGES[1:]:
        window.go_to(name)
        button = window.current_page.next_action.button
        qtbot.waitUntil(lambda button=button: bool(button.text().strip()), timeout=20000)
    dialog = window.show_history()
    assert dialog is not None
    qtbot.waitUntil(lambda: len(dialog.model.rows) == 1, timeout=20000)
    assert dialog.model.rows[0].action == "case_registered"
    dialog.close()
    assert window.findChildren(ErrorDialog) == []


def test_a_wrong_pin_is_refused_in_words(qtbot: QtBot, workstation: Workstation) -> None:
    workstation.create_first_person("沈若溪", "2468")
    window = MainWindow(workstation)
    qtbot.addWidget(window)
    window.show()
    page = window.sign_in_page
    qtbot.waitUntil(lambda: page.name.count() == 1, timeout=20000)
    page.pin.setText("1111")
    page.submit()
    qtbot.waitUntil(page.error.isVisible, timeout=20000)
    assert "ACC-106" not in page.error.text()
    assert page.error.text().strip()
