"""Every screen over an invented dossier: built, read off the main thread, driven by keys."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QInputDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.archive.page import ArchivePage
from app.gui.catalogue.page import CataloguePage
from app.gui.inspect.page import InspectPage
from app.gui.main_window import MainWindow
from app.gui.navigation import PAGES
from app.gui.present import ErrorDialog
from app.gui.reconcile.page import ReconcilePage
from app.gui.samples.rows import CASE_NO, sample_case
from app.gui.samples.workstation import PERSON, PIN, SampleWorkstation
from app.gui.scan.page import ScanPage
from app.gui.today.page import TodayPage
from app.kernel.errors import Refused, Transient


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=10000)


def open_page(qtbot: QtBot, window: MainWindow, name: str) -> Any:
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page=name)
    page = window.pages[name]
    until(qtbot, page.isVisible)
    return page


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def test_signing_in_leads_to_today(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = window.sign_in_page
    until(qtbot, lambda: page.name.count() == 2)
    page.pin.setText("0000")
    page.submit()
    until(qtbot, page.error.isVisible)
    assert page.pin.text() == ""
    page.pin.setText(PIN)
    with qtbot.waitSignal(window.desk.signed_in, timeout=20000):
        qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert window.current_page.name == "today"
    today = cast(TodayPage, window.current_page)
    until(qtbot, lambda: len(today.model.rows) == 6)
    assert today.summary.text() == "在办 5 件 · 逾期 1 件 · 应归档 2 件"
    window.leave()
    assert window.stack.currentWidget() is page


def test_first_person_names_herself(qtbot: QtBot, drawn: Path) -> None:
    sample = SampleWorkstation(drawn, empty=True)
    window = MainWindow(cast(Any, sample))
    qtbot.addWidget(window)
    window.show()
    page = window.sign_in_page
    until(qtbot, page.new_name.isVisible)
    page.new_name.setText("沈若溪")
    page.pin.setText("1357")
    with qtbot.waitSignal(window.desk.signed_in, timeout=20000):
        page.submit()
    assert asked(sample, "create_first_person") == [("沈若溪",)]
    today = cast(TodayPage, window.current_page)
    until(qtbot, today.empty.isVisible)


def test_today_finds_and_opens(qtbot: QtBot, window: MainWindow, sample: SampleWorkstation) -> None:
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    today = cast(TodayPage, window.current_page)
    until(qtbot, lambda: len(today.model.rows) == 6)
    today.search.setText("刑初37")
    assert today.sorted.rowCount() == 1
    assert today.current_row is not None
    assert today.current_row.next_action == "scan"
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        qtbot.keyClick(today.search, Qt.Key.Key_Return)
    assert window.current_page.name == "scan"
    assert window.context.number.text() == "（2021）辽0882刑初37号"
    window.go_to("today")
    today.search.setText("没有这样的案件")
    assert today.nothing_found.isVisible()


def test_import_names_the_rows_left_out(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    today = cast(TodayPage, window.current_page)
    today.import_file(tmp_path / "cases.xlsx")
    until(qtbot, today.notice.isVisible)
    assert today.notice.message.text() == "已导入 2 个案件。"
    assert "第 3 行" in today.notice.remedy.text()


def test_registering_opens_the_case(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    from app.gui.today.register import RegisterDialog

    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    today = cast(TodayPage, window.current_page)
    today.ask_register()
    dialog = today.findChild(RegisterDialog)
    assert dialog is not None
    sample.fault = Refused("DSK-101")
    dialog.submit()
    until(qtbot, dialog.error.isVisible)
    dialog.fields["case_no"].setText("（2024）辽0882民初1号")
    with qtbot.waitSignal(window.desk.page_requested, timeout=20000):
        dialog.submit()
    assert window.current_page.name == "scan"
    assert asked(sample, "register_case")[-1][0]["case_no"] == "（2024）辽0882民初1号"


def test_scanning_processes_at_once(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: ScanPage = open_page(qtbot, window, "scan")
    until(qtbot, lambda: page.controls.chosen_source == "simulated:demo")
    until(qtbot, lambda: page.controls.profile.count() > 1)
    page.controls.profile.setCurrentIndex(1)
    qtbot.keyClick(page, Qt.Key.Key_F5)
    until(qtbot, lambda: bool(asked(sample, "process")))
    until(qtbot, lambda: not page.busy)
    assert asked(sample, "scan") == [("simulated:demo", "gray", "main")]
    until(qtbot, lambda: len(page.strip.sides) == 22)
    said = page.sum_panel.sentence.text
    until(qtbot, lambda: said() == "申报 11 张 · 已扫 11 张 22 面 · 空白 1 面 · 相符")


def test_a_jam_says_what_is_safe_and_goes_on(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: ScanPage = open_page(qtbot, window, "scan")
    until(qtbot, lambda: page.controls.chosen_source == "simulated:demo")
    sample.fault = Transient("SCN-104", sheet=4)
    page.start()
    panel = page.fault_panel
    until(qtbot, panel.isVisible)
    assert "卡纸" in panel.happened.text()
    assert panel.safe.text().startswith("此前已扫描的")
    assert panel.sheet.text() == "放回第 4 张"
    assert panel.drawing.name == "jam"
    until(qtbot, lambda: not page.busy)
    page.start()
    until(qtbot, lambda: bool(asked(sample, "process")) and not page.busy)
    until(qtbot, lambda: not panel.isVisible())


def test_stopping_a_scan_keeps_the_window_usable(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: ScanPage = open_page(qtbot, window, "scan")
    until(qtbot, lambda: page.controls.chosen_source == "simulated:demo")
    sample.hold = threading.Event()
    page.start()
    until(qtbot, page.progress.isVisible)
    assert not page.controls.start.isEnabled()
    window.go_to("catalogue")
    catalogue = cast(CataloguePage, window.current_page)
    until(qtbot, lambda: len(catalogue.model.rows) == 7)
    catalogue.commands.confirm_all()
    until(qtbot, lambda: bool(asked(sample, "confirm_all")))
    page.progress.stop_button.click()
    until(qtbot, lambda: not page.busy)
    assert page.controls.start.isEnabled()


def test_a_folder_can_be_the_source(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page: ScanPage = open_page(qtbot, window, "scan")
    folder = tmp_path / "卷一 扫描"
    page.controls.choose_folder(folder)
    assert page.controls.chosen_source == f"folder:{folder}"
    page.controls.show_sources([])
    assert page.controls.chosen_source == f"folder:{folder}"


def test_inspect_begins_with_the_worst_and_goes_on(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: InspectPage = open_page(qtbot, window, "inspect")
    until(qtbot, lambda: page.current_finding is not None)
    assert page.current_finding is not None
    assert page.current_finding.code == "blur"
    assert page.strip.current_side is not None
    assert page.strip.current_side.position == 9
    assert page.next_action.button.text().startswith("还有 2 处须处理")
    qtbot.keyClick(page.strip, Qt.Key.Key_Space)
    assert page.current_finding.code == "duplicate"
    until(qtbot, lambda: bool(asked(sample, "judge_finding")))
    assert asked(sample, "judge_finding") == [("finding-9-blur", "accepted", "")]
    qtbot.keyClick(page.strip, Qt.Key.Key_N)
    assert page.current_finding.severity == "warn"


def test_inspect_turns_marks_and_rejects_with_reason(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: InspectPage = open_page(qtbot, window, "inspect")
    until(qtbot, lambda: page.current_finding is not None)
    qtbot.keyClick(page.strip, Qt.Key.Key_R)
    until(qtbot, lambda: bool(asked(sample, "turn_side")) and not page.busy)
    assert asked(sample, "turn_side") == [("side-9", 90)]
    qtbot.keyClick(page.strip, Qt.Key.Key_B)
    until(qtbot, lambda: bool(asked(sample, "mark_blank")))
    assert asked(sample, "mark_blank") == [("side-9", True)]
    qtbot.keyClick(page.strip, Qt.Key.Key_X)
    dialog = page.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("字迹不清")
    dialog.accept()
    until(qtbot, lambda: bool(asked(sample, "judge_finding")))
    assert asked(sample, "judge_finding")[0][1:] == ("rescan", "字迹不清")


def test_space_presses_the_button_that_has_the_focus(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: InspectPage = open_page(qtbot, window, "inspect")
    until(qtbot, lambda: page.current_finding is not None)
    window.activateWindow()
    zoom = page.viewer.findChildren(QAbstractButton)[0]
    zoom.setFocus()
    until(qtbot, zoom.hasFocus)
    qtbot.keyClick(zoom, Qt.Key.Key_Space)
    assert asked(sample, "judge_finding") == []


def test_a_refusal_opens_the_dialog_and_keeps_the_page(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: InspectPage = open_page(qtbot, window, "inspect")
    until(qtbot, lambda: page.current_finding is not None)
    sample.fault = Refused("DSK-101")
    page.accept()
    until(qtbot, lambda: bool(window.findChildren(ErrorDialog)))
    dialog = window.findChildren(ErrorDialog)[0]
    assert dialog.safe.text() == "没有做任何更改。"
    dialog.accept()


def test_catalogue_moves_splits_and_joins_by_keys(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: CataloguePage = open_page(qtbot, window, "catalogue")
    until(qtbot, lambda: page.current_item is not None)
    assert page.current_item is not None
    assert page.current_item.doubtful
    assert page.meter.text() == "7 件 · 2 处待确认"
    assert page.strip.current_side is not None
    assert page.strip.current_side.position == page.current_item.first_position
    item = page.current_item
    qtbot.keyClick(page.table, Qt.Key.Key_BracketLeft)
    until(qtbot, lambda: bool(asked(sample, "move_boundary")))
    assert asked(sample, "move_boundary") == [(item.id, item.first_position - 1)]
    qtbot.keyClick(page.table, Qt.Key.Key_S)
    qtbot.keyClick(page.table, Qt.Key.Key_M)
    until(qtbot, lambda: bool(asked(sample, "merge_item")))
    assert asked(sample, "split_item")
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    until(qtbot, lambda: page.meter.text() == "7 件 · 1 处待确认")
    until(qtbot, page.why.number.hasFocus)
    qtbot.keyClick(page.why.number, Qt.Key.Key_Return)
    until(qtbot, lambda: page.meter.text() == "7 件 · 无存疑")
    button = page.next_action.button
    until(qtbot, lambda: button.accessibleName() == "确认其余 5 件并装订")


def test_all_columns_of_the_catalogue_are_in_sight(qtbot: QtBot, window: MainWindow) -> None:
    assert window.width() == 1366
    page: CataloguePage = open_page(qtbot, window, "catalogue")
    until(qtbot, lambda: page.current_item is not None)
    assert page.table.horizontalScrollBar().maximum() == 0


def test_titles_are_edited_in_the_table(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page: CataloguePage = open_page(qtbot, window, "catalogue")
    until(qtbot, lambda: page.current_item is not None)
    page.edit()
    editor = page.table.findChild(QWidget, "", Qt.FindChildOption.FindChildrenRecursively)
    assert editor is not None
    index = page.model.index(3, page.model.column_of("title"))
    assert page.model.setData(index, "送达回证")
    until(qtbot, lambda: bool(asked(sample, "edit_item")))
    assert asked(sample, "edit_item") == [("item-4", {"title": "送达回证"})]
    assert not page.model.setData(page.model.index(3, 0), "9")
    tester = QAbstractItemModelTester(page.model)
    assert tester.model() is page.model


def test_verdicts_by_keys(qtbot: QtBot, window: MainWindow, sample: SampleWorkstation) -> None:
    page: ReconcilePage = open_page(qtbot, window, "reconcile")
    until(qtbot, lambda: page.current_row is not None)
    assert page.current_row is not None
    assert page.current_row.kind == "missing_page"
    assert page.differences.explanation.text().startswith("第 9 页没有对应的图像")
    assert page.tracks.current_tile is not None
    assert page.tracks.current_tile.state == "missing"
    qtbot.keyClick(page.table, Qt.Key.Key_2)
    dialog = page.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("卷内缺第 9 页")
    dialog.accept()
    until(qtbot, lambda: bool(asked(sample, "resolve")))
    assert asked(sample, "resolve") == [("discrepancy-missing_page", "differs", "卷内缺第 9 页")]
    assert page.current_row.kind == "duplicate_page"
    # Without a window manager nobody gives the focus back when a dialog closes.
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    until(qtbot, lambda: len(asked(sample, "resolve")) == 2)
    until(qtbot, lambda: "1 处差异" in page.next_action.button.text())


def test_tracks_move_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    page: ReconcilePage = open_page(qtbot, window, "reconcile")
    until(qtbot, lambda: bool(page.tracks.tiles))
    qtbot.keyClick(page.tracks, Qt.Key.Key_Home)
    qtbot.keyClick(page.tracks, Qt.Key.Key_Right)
    assert page.tracks.current_tile == page.tracks.tiles[1]
    with qtbot.waitSignal(page.tracks.tile_chosen, timeout=20000):
        qtbot.keyClick(page.tracks, Qt.Key.Key_End)
    assert page.tracks.horizontalScrollBar().value() > 0


def test_both_tracks_to_accession(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    sample.case_view = sample_case(state="reconciled", next_action="seal", blockers=0)
    page: ArchivePage = open_page(qtbot, window, "archive")

    def press(expected: str, command: str) -> None:
        until(qtbot, lambda: page.next_action.button.accessibleName() == expected)
        page.press_next()
        until(qtbot, lambda: bool(asked(sample, command)) and not page.busy)

    press("封卷 7 件", "seal")
    press("生成并检测归档包", "build_package")
    press("提交档案部门", "submit")
    until(qtbot, lambda: len(page.model.rows) == 8)
    assert page.model.rows[0].result == "manual"
    press("归还纸质卷：预留柜格", "offer")
    until(qtbot, page.paper.code_shown.isVisible)
    assert "481 936" in page.paper.code_shown.text()
    press("开柜存入", "deposit")
    press("开柜取出", "collect")
    press("清点无误，签收", "acknowledge")
    until(qtbot, page.paper.location.isVisible)
    page.paper.location.setText("A101/3/2/4/1/12")
    press("纸质卷上架", "shelve")
    until(qtbot, lambda: page.next_action.sentence.text().startswith("已入库"))
    assert asked(sample, "collect") == [("handoff-1", "481 936")]


def test_a_double_press_gives_one_command(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    sample.case_view = sample_case(state="reconciled", next_action="seal", blockers=0)
    page: ArchivePage = open_page(qtbot, window, "archive")
    until(qtbot, lambda: page.next_action.button.accessibleName() == "封卷 7 件")
    sample.fault = Refused("DSK-101")
    page.press_next()
    page.press_next()
    until(qtbot, lambda: bool(window.findChildren(ErrorDialog)))
    until(qtbot, page.next_action.button.isEnabled)
    page.press_next()
    page.press_next()
    until(qtbot, lambda: page.next_action.button.accessibleName() == "生成并检测归档包")
    assert len(asked(sample, "seal")) == 2
    window.findChildren(ErrorDialog)[0].accept()


def test_history_shows_people_first(qtbot: QtBot, window: MainWindow) -> None:
    open_page(qtbot, window, "inspect")
    dialog = window.show_history()
    assert dialog is not None
    until(qtbot, lambda: len(dialog.model.rows) == 8)
    assert dialog.model.rows[0].action == "discrepancy_resolved"
    dialog.all.setChecked(True)
    assert len(dialog.model.rows) == 9
    dialog.close()


def test_no_page_of_a_case_without_a_case(qtbot: QtBot, window: MainWindow) -> None:
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    window.go_to("inspect")
    assert window.current_page.name == "today"
    assert window.show_history() is None


def test_closing_asks_only_while_something_runs(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    from PySide6.QtWidgets import QMessageBox

    page: ScanPage = open_page(qtbot, window, "scan")
    until(qtbot, lambda: page.controls.chosen_source == "simulated:demo")
    sample.hold = threading.Event()
    page.start()
    until(qtbot, lambda: page.busy)
    assert not window.close()
    box = window.findChild(QMessageBox)
    assert box is not None
    box.buttons()[0].click()
    until(qtbot, lambda: not window.isVisible())


def test_themes_change_everything(qtbot: QtBot, window: MainWindow) -> None:
    before = window.grab().toImage()
    window.change_theme()
    assert window.grab().toImage() != before
    window.wear("light")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("empty", [False, True])
def test_every_focusable_widget_has_a_name(
    qtbot: QtBot, drawn: Path, name: str, empty: bool
) -> None:
    sample = SampleWorkstation(drawn, empty=empty)
    window = MainWindow(cast(Any, sample))
    qtbot.addWidget(window)
    window.show()
    open_page(qtbot, window, name)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget, QLabel)
        and not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_blocks_the_main_thread(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, name: str
) -> None:
    """Services are called on other threads alone, whatever page is opened."""
    open_page(qtbot, window, name)
    until(qtbot, lambda: bool(sample.threads) or name in ("today", "archive"))
    assert threading.get_ident() not in sample.threads


def test_long_names_do_not_widen_the_window(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    sample.case_view = evolve(
        sample.case_view, plaintiff="某某" * 60, defendant="某某" * 60, clerk="某" * 40
    )
    for name in PAGES[1:]:
        open_page(qtbot, window, name)
        assert window.minimumSizeHint().width() <= 1366
        assert window.width() == 1366
