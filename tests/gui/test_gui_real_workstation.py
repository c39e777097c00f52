"""The window over a real data folder: first person, import, every page, history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.domain.access import ADMINISTRATOR, Actor
from app.gui.main_window import MainWindow
from app.gui.navigation import PAGES
from app.gui.present import ErrorDialog
from app.gui.scan.page import ScanPage
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


def test_jam_resume_declare_move_replace_on_the_scan_page(
    qtbot: QtBot,
    workstation: Workstation,
    bundled_small: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The scanning station over a real store and the simulated scanner."""
    monkeypatch.setenv("JUANZONG_BUNDLED", str(bundled_small.parent))
    actor = Actor(name="沈若溪", role=ADMINISTRATOR)
    case_no = workstation.register_case(actor, {"case_no": NUMBER}).case_no
    window = MainWindow(workstation)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(actor)
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, case_no, page="scan")
    page = cast(ScanPage, window.pages["scan"])
    # Recognition of real pages takes its time and has tests of its own.
    monkeypatch.setattr(page.runs, "process", lambda _case_no="": None)
    monkeypatch.setattr(page.runs, "examine", lambda _case_no: None)
    page.controls.source.addItem("jammed", "simulated:small?jam_at=3")
    page.controls.source.setCurrentIndex(page.controls.source.count() - 1)

    def until(reached: Callable[[], bool]) -> None:
        qtbot.waitUntil(reached, timeout=60000)

    page.start()
    until(page.fault_panel.isVisible)
    assert page.fault_panel.sheet.text() == "放回第 3 张"
    assert page.fault_panel.drawing.name == "jam"
    assert page.fault_panel.safe.text() == "此前已扫描的 4 面均已保存。"
    page.start()
    until(lambda: not page.busy and page.state.resumption is None and len(page.state.sides) > 4)
    sides = len(page.state.sides)
    assert [side.position for side in page.strip.sides] == list(range(1, sides + 1))
    dialog = page.sums.declare()
    assert dialog is not None
    dialog.sheets.setValue(sides // 2 + 1)
    dialog.accept()
    until(lambda: page.sum_panel.sentence.text().endswith("差 1 张"))
    miss = page.sums.record_miss()
    assert miss is not None
    miss.reason.setText("原件调卷")
    miss.accept()
    until(lambda: page.sum_panel.sentence.text().endswith("登记缺 1 张 · 相符"))
    page.strip.go_to_row(3)
    moved = page.strip.sides[3].id
    page.actions_on_sides.step(-1)
    until(lambda: page.strip.sides[2].id == moved)
    window.undo()
    until(lambda: page.strip.sides[3].id == moved)
    # A page with text; the back behind it may be blank already.
    page.strip.go_to_row(2)
    assert not page.strip.sides[2].blank
    page.actions_on_sides.mark_blank()
    until(lambda: page.strip.sides[2].blank)
    window.undo()
    until(lambda: not page.strip.sides[2].blank)
    page.strip.go_to_row(4)
    again = page.controls.source
    again.addItem("again", "simulated:small?start_sheet=3")
    again.setCurrentIndex(again.count() - 1)
    page.runs.rescan_sheet()
    until(page.held_panel.isVisible)
    until(lambda: not page.busy and page.held_panel.pair is not None)
    assert page.held_panel.title.text() == "替换第 5 至 6 面"
    assert page.held_panel.verdict.text() == "正在比对…"
    page.runs.reject_in_sight()
    asking = page.findChild(QInputDialog)
    assert asking is not None
    asking.setTextValue("只是试一试")
    asking.accept()
    until(lambda: not page.state.held)
    assert len(page.state.sides) == sides
    assert window.findChildren(ErrorDialog) == []
