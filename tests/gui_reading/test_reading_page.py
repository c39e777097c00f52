"""The reading page: what stands in its lists, whose turn it is, keys, empty states, faults."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.gui.reading.listing import ReadingList
from app.gui.reading.page import ReadingPage
from app.gui.reading.panel import LISTS
from app.gui.samples.reading_rows import sample_application
from app.gui.samples.rows import CASE_NO, LONG_CASE_NO
from app.gui.samples.workstation import SampleWorkstation
from app.kernel.errors import Broken
from tests.gui_reading.driving import go, shown, until

Key = Qt.Key


def test_state_turn_and_term_stand_in_a_row(page: ReadingPage) -> None:
    rows = page.panel.current_list
    QAbstractItemModelTester(rows.model)
    cells = [
        [str(rows.filtered.index(row, column).data()) for column in range(5)] for row in range(4)
    ]
    assert cells[0] == ["待核对材料", CASE_NO, "秦望舒", "窗口", "今天到期"]
    assert cells[2] == [
        "待审批",
        LONG_CASE_NO,
        "欧阳完颜若溪·买买提江",
        "法官或档案部门",
        "逾期 2 天",
    ]
    assert cells[3][0] == "已退回补正" and cells[3][3] == "申请人"
    assert page.panel.summary.text() == "待办申请 4 件 · 超期 1 件 · 正在阅卷 1 人"


def test_tabs_count_what_waits(page: ReadingPage) -> None:
    texts = [page.panel.tabs.tabText(index) for index in range(len(LISTS))]
    assert texts[0] == "阅卷申请 4"
    assert texts[3:] == ["打印 2", "阅卷单 1", "来访 1", "大厅公告"]


def test_the_filter_shows_one_kind(page: ReadingPage) -> None:
    counts = {}
    for kind in ("open", "to_check", "to_decide", "late", "all"):
        page.panel.filter.setCurrentIndex(page.panel.filter.findData(kind))
        counts[kind] = len(shown(page))
    assert counts == {"open": 4, "to_check": 1, "to_decide": 2, "late": 1, "all": 6}


NEXT = (
    ("applications", "YS-2026-0000", "核对材料…"),
    ("applications", "YS-2026-0003", "审批…"),
    ("applications", "YS-2026-0005", "查看其许可"),
    ("grants", "grant-1", "凭证存为 PDF…"),
    ("grants", "grant-2", "更换许可码"),
    ("grants", "grant-4", "查看其申请"),
    ("prints", "print-1", "批准打印"),
    ("prints", "print-2", "打印结果…"),
    ("slips", "slip-1", "签收…"),
    ("slips", "slip-2", "阅卷单存为 PDF…"),
    ("visits", "visit-2", "阅卷日志"),
)


def test_the_big_button_names_the_next_step(page: ReadingPage) -> None:
    for name, row, word in NEXT:
        go(page, name, row)
        assert page.next_action.button.accessibleName() == word, row


def test_words_find_a_reader_and_nothing_found_is_said(page: ReadingPage) -> None:
    page.panel.search.setText("买买提")
    assert shown(page) == [LONG_CASE_NO]
    page.panel.search.setText("没有这个人")
    assert page.panel.current_list.stack.currentWidget() is page.panel.current_list.nothing
    assert page.next_action.button.accessibleName() == "新建申请…"
    button = page.panel.current_list.nothing.button
    assert button is not None
    button.click()
    assert len(shown(page)) == 6 and page.panel.search.text() == ""
    assert page.panel.filter.currentData() == "all"


def test_keys_alone_reach_every_list_and_row(qtbot: QtBot, page: ReadingPage) -> None:
    for name in (*LISTS[1:], LISTS[0]):
        qtbot.keyClick(page.panel.current_list.table, Key.Key_L)
        assert page.panel.current == name
        until(qtbot, page.panel.current_list.table.hasFocus)
    qtbot.keyClick(page.panel.current_list.table, Key.Key_F)
    assert page.panel.filter.currentData() == "to_check"
    qtbot.keyClick(page.panel.current_list.table, Key.Key_Slash)
    until(qtbot, page.panel.search.hasFocus)
    qtbot.keyClicks(page.panel.search, "L")
    assert page.panel.current == "applications" and page.panel.search.text() == "L"
    page.panel.search.clear()
    qtbot.keyClick(page.panel.search, Key.Key_Return)
    until(qtbot, page.panel.current_list.table.hasFocus)


def test_what_makes_no_sense_is_said_and_asks_nothing(
    page: ReadingPage, sample: SampleWorkstation
) -> None:
    said: list[str] = []
    page.desk.said.connect(said.append)
    go(page, "applications", "YS-2026-0007")
    for step in (page.applications.check, page.applications.send_back, page.refuse, page.withdraw):
        assert step() is None
    go(page, "grants", "grant-5")
    for step in (page.grants.appoint, page.grants.renew, page.grants.change, page.grants.revoke):
        assert step() is None
    go(page, "prints", "print-3")
    page.decide()
    assert page.refuse() is None and page.records.settle() is None
    assert said == ["该记录目前不能这样操作。"] * 11
    assert sample.calls == []


def test_the_cursor_stays_while_the_lists_are_read_again(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "applications", "YS-2026-0003")
    sample.application_rows.insert(0, sample_application(20))
    page.read_lists()
    until(qtbot, lambda: len(page.panel.current_list.model.rows) == 7)
    assert page.panel.current_list.current.number == "YS-2026-0003"


def test_never_two_questions_at_once_and_none_out_of_sight(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(qtbot, lambda: not page._reading)
    going, most, gate, inside = [0], [0], threading.Event(), threading.Event()

    def slow(**_: Any) -> tuple[Any, ...]:
        going[0] += 1
        most[0] = max(most[0], going[0])
        inside.set()
        gate.wait(30)
        going[0] -= 1
        return tuple(sample.application_rows)

    monkeypatch.setattr(sample, "reading_applications", slow)
    for _ in range(5):
        page.read_lists()
    until(qtbot, inside.is_set)
    sample.application_rows = sample.application_rows[:2]
    gate.set()
    until(qtbot, lambda: len(page.panel.lists["applications"].model.rows) == 2)
    assert most[0] == 1
    page.hide()
    assert not page.watching
    page.show()
    assert page.watching


def test_lists_that_cannot_be_read_are_said_and_the_last_picture_stays(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    sample.reading_fault = Broken("SYS-700", reason="RuntimeError")
    page.read_lists()
    until(qtbot, page.notice.isVisible)
    assert len(page.panel.current_list.model.rows) == 6
    sample.reading_fault = None
    page.read_lists()
    until(qtbot, page.notice.isHidden)


def test_every_empty_list_says_what_belongs_there(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    sample._begin_reading(empty=True)
    page.read_lists()
    until(qtbot, lambda: not page.panel.lists["applications"].model.rows)
    for name in LISTS:
        go(page, name)
        rows: ReadingList[Any] = page.panel.current_list
        assert rows.stack.currentWidget() is rows.empty
        assert rows.facts.isHidden() and rows.bar.isHidden()
        assert rows.empty.text.text()
    assert page.panel.summary.text() == "待办申请 0 件"


def test_two_thousand_applications_are_shown_and_filtered(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    sample.application_rows = [
        evolve(sample_application(number), turn="check" if number % 2 else "decide")
        for number in range(2000)
    ]
    page.read_lists()
    until(qtbot, lambda: len(page.panel.current_list.model.rows) == 2000)
    page.panel.filter.setCurrentIndex(page.panel.filter.findData("to_check"))
    assert len(shown(page)) == 1000


def test_the_page_fits_a_small_screen(page: ReadingPage) -> None:
    for name in LISTS:
        go(page, name)
        hint = page.minimumSizeHint()
        assert hint.width() <= 1366 - 160 and hint.height() <= 768 - 64, name


def test_only_steps_that_make_sense_can_be_pressed(page: ReadingPage) -> None:
    def pressable() -> list[str]:
        return [
            button.accessibleName()
            for button in page.panel.current_list.buttons
            if button.isEnabled()
        ]

    go(page, "applications", "YS-2026-0000")
    assert pressable() == ["核对材料…", "退回补正…", "申请人撤回…"]
    go(page, "applications", "YS-2026-0003")
    assert pressable() == ["审批…", "退回补正…", "不批准…", "申请人撤回…"]
    go(page, "grants", "grant-4")
    assert pressable() == ["变更…"]
    go(page, "prints", "print-2")
    assert pressable() == ["打印结果…"]
    go(page, "slips", "slip-2")
    assert pressable() == ["阅卷单存为 PDF…"]
