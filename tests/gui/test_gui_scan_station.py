"""The scanning station by keys: faults, sums, insert and replace, selection, side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.figures.dialog import FiguresDialog
from app.gui.main_window import MainWindow
from app.gui.samples.rows import CASE_NO, sample_case, sample_side
from app.gui.samples.station_rows import sample_held, sample_sum
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.scan.dialogs import DeclareDialog, MissDialog
from app.gui.scan.drawings import DRAWINGS, Drawing, drawing_source
from app.gui.scan.live import LiveRun, clock
from app.gui.scan.page import ScanPage
from app.gui.scan.strip_panel import choices
from app.gui.scan.sums import sum_sentence
from app.gui.scan.versions import VersionsDialog
from app.kernel.errors import Transient
from app.services.views import ScanEventView

KEY, SHIFT, CTRL = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def sample(qtbot: QtBot, drawn: Path) -> SampleWorkstation:
    made = SampleWorkstation(drawn)
    made.case_view = sample_case(state="scanned", next_action="inspect")
    return made


@pytest.fixture
def page(qtbot: QtBot, sample: SampleWorkstation) -> Iterator[ScanPage]:
    window = MainWindow(cast(Any, sample))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="scan")
    scan = cast(ScanPage, window.pages["scan"])
    until(qtbot, lambda: bool(scan.controls.chosen_source) and bool(scan.state.case_no))
    yield scan
    if sample.hold is not None:
        sample.hold.set()


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=20000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def press(qtbot: QtBot, page: ScanPage, key: Qt.Key, modifier: Any = None) -> None:
    """Press a key in the strip, once the window takes keys again."""
    window = page.window()
    window.activateWindow()
    page.strip.setFocus()
    until(qtbot, page.strip.hasFocus)
    qtbot.keyClick(page.strip, key, modifier or Qt.KeyboardModifier.NoModifier)


def answer(qtbot: QtBot, page: ScanPage, text: str) -> None:
    """Answer the question that is open."""
    dialogs = [one for one in page.findChildren(QInputDialog) if one.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].setTextValue(text)
    dialogs[0].accept()
    until(qtbot, lambda: not page.findChildren(QInputDialog))


def test_the_strip_grows_while_paper_runs(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    rows = list(sample.side_rows)
    sample.side_rows, sample.declared = rows[:4], 11
    sample.feed = [evolve(row, id=f"new-{row.id}") for row in rows[4:]]
    page.refresh()
    until(qtbot, lambda: len(page.strip.sides) == 4)
    reads = page.state
    sample.hold = threading.Event()
    press(qtbot, page, KEY.Key_F5)
    until(qtbot, lambda: len(page.strip.sides) == 22)
    assert page.state is reads, "sides are not read again while paper runs"
    assert page.run is not None
    assert page.sum_panel.sentence.text() == "申报 11 张 · 已扫 11 张 22 面 · 空白 1 面 · 相符"
    last = page.strip.current_side
    assert last is not None and last.position == 22
    assert any(side.findings for side in page.strip.sides[4:]), "findings pop up on thumbnails"
    assert page.viewer.title.text().startswith("第 22 面")
    assert "今日" in page.sum_panel.live.text()
    page.strip.go_to_row(2)
    assert page.viewer.title.text().startswith("第 3 面")
    press(qtbot, page, KEY.Key_F5, SHIFT)
    until(qtbot, lambda: not page.busy)
    assert page.run is None


def test_a_jam_stands_there_with_what_to_do(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    sample.fault = Transient("SCN-104", sheet=37)
    press(qtbot, page, KEY.Key_F5)
    panel = page.fault_panel
    until(qtbot, panel.isVisible)
    assert panel.drawing.name == "jam"
    assert panel.sheet.text() == "放回第 37 张"
    assert "卡纸" in panel.happened.text()
    assert "均已保存" in panel.safe.text()
    assert "F5" in panel.put_back.text()
    assert not panel.thumbnail.pixmap().isNull()
    assert page.next_action.button.accessibleName() == "继续扫描"
    page.strip.go_to_row(3)
    assert not panel.isVisible()
    press(qtbot, page, KEY.Key_Escape)
    assert panel.isVisible()
    press(qtbot, page, KEY.Key_F5)
    until(qtbot, lambda: not page.busy and not panel.isVisible())
    assert len(asked(sample, "scan")) == 2


def test_after_a_restart_the_same_panel_stands_there(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    from app.gui.samples.station_rows import sample_resumption

    fault = Transient("SCN-113", seconds=30, sides=72)
    sample.stopped = sample_resumption(fault, sample.side_rows, "sane:test:0", "gray")
    page.refresh()
    until(qtbot, page.fault_panel.isVisible)
    assert "核对" in page.fault_panel.sheet.text()
    press(qtbot, page, KEY.Key_F5)
    until(qtbot, lambda: bool(asked(sample, "scan")) and not page.busy)
    assert asked(sample, "scan") == [("sane:test:0", "gray", "main")]


def test_an_interrupted_batch_is_taken_as_complete_with_a_reason(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    sample.fault = Transient("SCN-104", sheet=4)
    press(qtbot, page, KEY.Key_F5)
    until(qtbot, page.fault_panel.isVisible)
    press(qtbot, page, KEY.Key_F5, CTRL)
    answer(qtbot, page, "其余为空白纸")
    until(qtbot, lambda: not page.fault_panel.isVisible())
    assert asked(sample, "discard_rest") == [("batch-1", "其余为空白纸")]


def test_another_source_closes_the_batch_and_opens_the_list(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfolded: list[bool] = []
    monkeypatch.setattr(page.controls.source, "showPopup", lambda: unfolded.append(True))
    sample.fault = Transient("SCN-102", name="demo")
    press(qtbot, page, KEY.Key_F5)
    until(qtbot, page.fault_panel.isVisible)
    assert page.fault_panel.drawing.name == "power"
    press(qtbot, page, KEY.Key_F5, CTRL | SHIFT)
    answer(qtbot, page, "换平板扫描")
    until(qtbot, lambda: bool(asked(sample, "discard_rest")))
    until(qtbot, lambda: unfolded == [True])


def test_a_replacement_is_accepted_by_enter(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    page.strip.go_to_row(5)
    press(qtbot, page, KEY.Key_F7, SHIFT)
    panel = page.held_panel
    until(qtbot, lambda: panel.isVisible() and not page.busy)
    assert asked(sample, "rescan") == [([6], True)]
    until(qtbot, lambda: panel.verdict.text() == "同一页 ✓")
    assert panel.reasons.text() == "页号 4 · 画面一致 · 文字一致 · 相似度高"
    assert panel.title.text() == "替换第 6 面"
    press(qtbot, page, KEY.Key_Return)
    until(qtbot, lambda: asked(sample, "accept_held") == [("batch-held", "")])
    until(qtbot, lambda: not panel.isVisible())


def test_a_different_page_needs_a_reason_and_can_be_rejected(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    sample.next_held_verdict = "different"
    page.strip.go_to_row(5)
    press(qtbot, page, KEY.Key_F7)
    panel = page.held_panel
    until(qtbot, lambda: panel.isVisible() and not page.busy)
    assert asked(sample, "rescan") == [([6], False)]
    until(qtbot, lambda: panel.verdict.text() == "不像同一页 ×")
    assert "页号不同：原 4，新 9" in panel.reasons.text()
    press(qtbot, page, KEY.Key_Return)
    assert asked(sample, "accept_held") == []
    answer(qtbot, page, "")
    assert asked(sample, "accept_held") == []
    press(qtbot, page, KEY.Key_Return)
    answer(qtbot, page, "原扫描错页")
    until(qtbot, lambda: asked(sample, "accept_held") == [("batch-held", "原扫描错页")])
    until(qtbot, lambda: not panel.isVisible())
    press(qtbot, page, KEY.Key_F7)
    until(qtbot, lambda: panel.isVisible() and not page.busy)
    press(qtbot, page, KEY.Key_Escape)
    answer(qtbot, page, "放错了纸")
    until(qtbot, lambda: asked(sample, "reject_held") == [("batch-held", "放错了纸")])


def test_an_insertion_says_where_it_goes(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    page.strip.go_to_row(5)
    press(qtbot, page, KEY.Key_F6)
    panel = page.held_panel
    until(qtbot, lambda: panel.isVisible() and not page.busy)
    assert asked(sample, "insert_here") == [(6, "simulated:demo")]
    assert panel.title.text() == "在第 6 面之后插入 1 面"
    assert not panel.verdict.isVisible()
    press(qtbot, page, KEY.Key_Return)
    until(qtbot, lambda: asked(sample, "accept_held") == [("batch-held", "")])


def test_what_an_earlier_session_held_waits_again(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    sample.held_rows = [sample_held("replace", sample.side_rows, [3, 4], "unsure")]
    page.refresh()
    until(qtbot, page.held_panel.isVisible)
    assert page.held_panel.counter.text() == "第 1 对，共 2 对"
    press(qtbot, page, KEY.Key_N)
    assert page.held_panel.counter.text() == "第 2 对，共 2 对"
    assert "不能确定" in page.held_panel.verdict.text()
    assert page.next_action.sentence.text() == "替换第 3 至 4 面"


def test_old_and_new_zoom_as_one(qtbot: QtBot, page: ScanPage, sample: SampleWorkstation) -> None:
    sample.held_rows = [sample_held("replace", sample.side_rows, [3], "same")]
    page.refresh()
    pages = page.held_panel.pages
    until(qtbot, lambda: pages.left.zoom > 0 and page.held_panel.isVisible())
    until(qtbot, lambda: not pages.left.loading and not pages.right.loading)
    press(qtbot, page, KEY.Key_Plus)
    press(qtbot, page, KEY.Key_Plus)
    assert pages.left.zoom == pytest.approx(pages.right.zoom)
    assert pages.left.fit_mode == "free"
    bar = pages.left.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert pages.right.verticalScrollBar().value() == pages.right.verticalScrollBar().maximum()
    press(qtbot, page, KEY.Key_0)
    assert pages.left.fit_mode == pages.right.fit_mode == "page"


def test_sheets_are_declared_and_the_button_names_the_difference(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    press(qtbot, page, KEY.Key_D)
    dialog = page.findChild(DeclareDialog)
    assert dialog is not None
    dialog.sheets.setValue(14)
    dialog.accept()
    until(qtbot, lambda: asked(sample, "declare_sheets") == [(14, "main")])
    until(qtbot, lambda: page.next_action.button.accessibleName() == "差 3 张")
    assert page.sum_panel.sentence.text().endswith("差 3 张")
    page.press_next()
    miss = page.findChild(MissDialog)
    assert miss is not None
    assert not miss.record.isEnabled()
    miss.sheets.setValue(3)
    miss.reason.setText("原件调卷")
    miss.record.click()
    until(qtbot, lambda: bool(asked(sample, "record_miss")))
    assert asked(sample, "record_miss") == [(3, 1, "原件调卷")]
    until(qtbot, lambda: page.sum_panel.sentence.text().endswith("登记缺 3 张 · 相符"))
    until(qtbot, lambda: page.next_action.button.accessibleName() == "继续：检查")


def test_a_click_into_the_sum_declares(qtbot: QtBot, page: ScanPage) -> None:
    qtbot.mouseClick(page.sum_panel.bar, Qt.MouseButton.LeftButton)
    dialog = page.findChild(DeclareDialog)
    assert dialog is not None
    dialog.reject()


def test_sums_in_words() -> None:
    sides = [sample_side(n + 1, blank=n % 7 == 6) for n in range(148)]
    text = sum_sentence(sample_sum(sides, declared=98, missed=2))
    assert text == "申报 98 张 · 已扫 74 张 148 面 · 空白 21 面 · 登记缺 1 张 · 差 23 张"
    assert sum_sentence(sample_sum(sides, declared=70)).endswith("多 4 张")
    assert sum_sentence(None) == "尚未申报张数"


def test_turning_blanking_and_separators_act_on_the_selection(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    page.actions_on_sides.select("even")
    assert page.strip.selected_count == 11
    press(qtbot, page, KEY.Key_R)
    until(qtbot, lambda: bool(asked(sample, "turn_sides")))
    ids, degrees = asked(sample, "turn_sides")[0]
    assert (len(ids), degrees) == (11, 90)
    until(qtbot, page.next_action.button.isEnabled)
    assert page.strip.selected_count == 11
    page.strip.go_to_row(1)
    press(qtbot, page, KEY.Key_Down, SHIFT)
    press(qtbot, page, KEY.Key_B)
    until(qtbot, lambda: bool(asked(sample, "mark_blank_sides")))
    assert asked(sample, "mark_blank_sides")[0] == (["side-2", "side-3", "side-4"], True)
    until(qtbot, lambda: page.strip.sides[1].blank)
    press(qtbot, page, KEY.Key_P)
    until(qtbot, lambda: bool(asked(sample, "mark_separator")))
    assert page.strip.selected_count == 3


def test_select_by_defect_and_invert(qtbot: QtBot, page: ScanPage) -> None:
    offered = {what: count for what, _text, count in choices(page.strip.sides)}
    assert offered["skew"] == "1"
    assert offered["blank"] == "1"
    page.actions_on_sides.select("blur")
    assert [side.position for side in page.strip.selected_sides()] == [9]
    page.actions_on_sides.select("invert")
    assert page.strip.selected_count == 21
    page.strip.setFocus()
    qtbot.keyClick(page.strip, KEY.Key_A, CTRL)
    assert page.strip.selected_count == 22
    assert page.strip_panel.count.text() == "已选 22 / 22 面"


def test_sides_move_by_keys_by_cut_and_by_drop(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    page.strip.go_to_row(3)
    press(qtbot, page, KEY.Key_Left, ALT)
    until(qtbot, lambda: asked(sample, "move_sides") == [(["side-4"], 2)])
    until(qtbot, lambda: page.strip.sides[2].id == "side-4")
    assert page.strip.current_side is not None
    assert page.strip.current_side.id == "side-4"
    press(qtbot, page, KEY.Key_Right, ALT)
    until(qtbot, lambda: page.strip.sides[3].id == "side-4")
    press(qtbot, page, KEY.Key_X, CTRL)
    page.strip.go_to_row(9)
    press(qtbot, page, KEY.Key_V, CTRL)
    until(qtbot, lambda: asked(sample, "move_sides")[-1] == (["side-4"], 10))
    page.strip.move_asked.emit(["side-4"], 0)
    until(qtbot, lambda: asked(sample, "move_sides")[-1] == (["side-4"], 0))
    until(qtbot, lambda: page.strip.sides[0].id == "side-4")


def test_move_to_an_item_asks_which(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    page.strip.go_to_row(3)
    press(qtbot, page, KEY.Key_T)
    until(qtbot, lambda: bool(page.findChildren(QInputDialog)))
    dialog = page.findChild(QInputDialog)
    assert dialog is not None
    assert len(dialog.comboBoxItems()) == 7
    dialog.setTextValue(dialog.comboBoxItems()[4])
    dialog.accept()
    until(qtbot, lambda: asked(sample, "move_to_item") == [(["side-4"], 5)])


def test_undo_and_redo_by_keys(qtbot: QtBot, page: ScanPage, sample: SampleWorkstation) -> None:
    # The answers are those of the sample: one edit to take back, none to make again.
    heard: list[str] = []
    page.desk.said.connect(heard.append)
    with qtbot.waitSignal(page.desk.case_changed, timeout=10000):
        press(qtbot, page, KEY.Key_Z, CTRL)
    assert heard == ["已撤销。"]
    assert asked(sample, "undo") == [(CASE_NO,)]
    assert asked(sample, "redo") == []
    # Shift makes it the other command, and what is on the screen is read anew.
    sample.side_rows = sample.side_rows[:5]
    with qtbot.waitSignal(page.desk.case_changed, timeout=10000):
        press(qtbot, page, KEY.Key_Z, CTRL | SHIFT)
    assert heard[1:] == ["没有可以撤销的修改。"]
    assert asked(sample, "undo") == [(CASE_NO,)]
    assert asked(sample, "redo") == [(CASE_NO,)]
    until(qtbot, lambda: len(page.strip.sides) == 5)


def test_earlier_versions_are_looked_at(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    sample.versions = (sample.side_rows[7], sample.side_rows[8])
    press(qtbot, page, KEY.Key_H, SHIFT)
    until(qtbot, lambda: bool(page.findChildren(VersionsDialog)))
    dialog = page.findChild(VersionsDialog)
    assert dialog is not None
    assert dialog.counter.text() == "第 2 版，共 2 版"
    dialog.step(1)
    assert dialog.counter.text() == "第 1 版，共 2 版"
    dialog.accept()


def test_the_context_menu_names_every_key(qtbot: QtBot, page: ScanPage) -> None:
    texts = [action.text() for action in page.actions_on_sides.menu().actions() if action.text()]
    assert len(texts) == 13
    assert all("\t" in text and text.split("\t")[1] for text in texts)


def test_source_profile_and_size_are_remembered(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    page.controls.source.setCurrentIndex(1)
    page.controls.source.activated.emit(1)
    press(qtbot, page, KEY.Key_Z)
    until(qtbot, lambda: len(asked(sample, "save_preference")) == 2)
    assert asked(sample, "save_preference") == [
        ("source", {"source": "sane:test:0", "profile": "standard"}),
        ("strip", {"size": "large"}),
    ]
    again = MainWindow(cast(Any, sample))
    qtbot.addWidget(again)
    again.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    scan = cast(ScanPage, again.pages["scan"])
    scan.devices.look()
    until(qtbot, lambda: scan.controls.chosen_source == "sane:test:0")
    until(qtbot, lambda: scan.strip.cell_width == 204)


def test_sides_of_another_case_stay_out_of_the_strip(
    qtbot: QtBot, page: ScanPage, sample: SampleWorkstation
) -> None:
    page.begin_run("main")
    stranger = sample_side(23, id="stranger")
    page.feed.hear(ScanEventView(kind="side", case_no="（2020）辽1民初2号", side=stranger, sides=1))
    until(qtbot, page.notice.isVisible)
    assert "（2020）辽1民初2号" in page.notice.message.text()
    assert len(page.strip.sides) == 22
    page.end_run()


def test_rate_and_time_of_a_run() -> None:
    now = [0.0]
    run = LiveRun((sample_sum([], declared=10),), "main", seconds=lambda: now[0])
    events = [
        ScanEventView(kind="side", side=sample_side(n + 1), sheets=n // 2 + 1, sides=n + 1)
        for n in range(14)
    ]
    run.take(events, lambda _id: False)
    now[0] = 4.0
    assert run.rate == 210
    assert run.text("") == "每分钟 210 面 · 0:04"
    run.take([ScanEventView(kind="glance", side=sample_side(2, blank=True))], lambda _id: True)
    (sums,) = run.sums
    assert (sums.captured, sums.blank, sums.difference) == (13, 1, 6)
    assert clock(3725) == "1:02:05"


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_draws(qtbot: QtBot, name: str) -> None:
    shown = Drawing(name)
    qtbot.addWidget(shown)
    shown.resize(320, 220)
    assert "$" not in drawing_source(name)
    assert len(set(bytes(shown.grab().toImage().constBits()))) > 8
    assert shown.accessibleName()


def test_figures_say_what_they_show(qtbot: QtBot, page: ScanPage) -> None:
    window = cast(MainWindow, page.window())
    press(qtbot, page, KEY.Key_K, CTRL)
    dialog = window.findChild(FiguresDialog)
    assert dialog is not None
    until(qtbot, lambda: len(dialog.model.rows) == 3)
    assert dialog.sentence.text().startswith("合计 2,192 张 4,384 面。沈若溪扫描最多：5.5 小时")
    dialog.accept()
