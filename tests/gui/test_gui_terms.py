"""Today: what is due and overdue, in words; the filter by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.main_window import MainWindow
from app.gui.models.rows import TONE_ROLE
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.today.page import TodayPage


@pytest.fixture
def today(qtbot: QtBot, sample: SampleWorkstation) -> Iterator[TodayPage]:
    window = MainWindow(cast(Any, sample))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    page = cast(TodayPage, window.current_page)
    qtbot.waitUntil(lambda: len(page.model.rows) == 6, timeout=10000)
    window.activateWindow()
    page.table.setFocus()
    yield page
    window.close()


def test_days_left_are_told_in_words(today: TodayPage) -> None:
    column = today.model.column_of("due")
    cells = [today.model.index(row, column) for row in range(6)]
    assert [cell.data() for cell in cells] == [
        "逾期 12 天 · 11-20",
        "剩 3 天 · 12-05",
        "剩 22 天 · 12-24",
        "2027-02-02",
        "",
        "",
    ]
    assert [cell.data(TONE_ROLE) for cell in cells] == ["bad", "warn", "warn", "", "", ""]
    assert cells[0].data(Qt.ItemDataRole.ToolTipRole) == "逾期 · 2026-11-20 · 逾期 12 天"
    assert cells[4].data(Qt.ItemDataRole.ToolTipRole) == "无结案日期"


def test_the_filter_goes_round_by_its_key(qtbot: QtBot, today: TodayPage) -> None:
    shown = []
    for _step in range(4):
        qtbot.keyClick(today.table, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
        shown.append((today.due.currentText(), today.sorted.rowCount()))
    assert shown == [("逾期", 1), ("应归档", 2), ("无结案日期", 1), ("全部案件", 6)]


def test_words_and_term_filter_together_and_an_empty_answer_leads_back(
    qtbot: QtBot, today: TodayPage, sample: SampleWorkstation
) -> None:
    today.due.setCurrentIndex(1)
    today.search.setText("112")
    assert today.nothing_found.isVisible()
    today.search.setText("")
    assert today.current_row is not None and today.current_row.overdue
    sample.case_count = 0
    today.refresh()
    qtbot.waitUntil(today.empty.isVisible, timeout=10000)
    sample.case_count = 6
    today.refresh()
    qtbot.waitUntil(today.table.isVisible, timeout=10000)
    today.sorted.show_term("running and overdue")
    today.search.textChanged.emit("")
    assert today.nothing_due.isVisible()
    today.due.setCurrentIndex(0)
    assert today.table.isVisible()
