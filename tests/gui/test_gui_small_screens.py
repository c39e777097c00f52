"""Screens that are too small: rows go on in the next line, tables and dialogs are scrolled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui.desk import Desk
from app.gui.locker.question import Question
from app.gui.models.rows import Column, RowsModel
from app.gui.samples.rows import sample_steps
from app.gui.samples.workstation import SampleWorkstation
from app.gui.widgets import room
from app.gui.widgets.facts import FactsPanel
from app.gui.widgets.flow_row import FlowRow
from app.gui.widgets.next_action import NextActionBar
from app.gui.widgets.step_header import StepHeader
from app.gui.widgets.table import LEAST_OVER, CellDelegate, RowTable
from tests.gui.fitting import cut_parts, overlapping

LONG = "（2023）内蒙古自治区呼伦贝尔市鄂伦春自治旗人民法院民初13456号之一百二十三"
SCREEN = QSize(960, 540)


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def a_row(count: int = 5) -> tuple[QWidget, list[QPushButton], QLineEdit]:
    """A holder with a search field and, at the right end, buttons."""
    holder = QWidget()
    field = QLineEdit(holder)
    field.setMinimumWidth(200)
    field.setMaximumWidth(360)
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    row = FlowRow()
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field)
    row.add_gap()
    buttons = [QPushButton(f"退回补正 {number}", holder) for number in range(count)]
    for button in buttons:
        row.addWidget(button)
    holder.setLayout(row)
    return holder, buttons, field


def test_a_row_with_room_is_one_line_with_its_end_on_the_right(qtbot: QtBot) -> None:
    holder, buttons, field = a_row()
    shown(qtbot, holder, 1400, 60)
    assert len({button.y() for button in buttons}) == 1
    assert field.width() == 360
    assert buttons[-1].geometry().right() == holder.rect().right()
    assert buttons[0].x() > field.geometry().right() + 100


@pytest.mark.parametrize("width", [300, 420, 640])
def test_a_narrow_row_goes_on_below_and_cuts_nothing(qtbot: QtBot, width: int) -> None:
    holder, buttons, _field = a_row()
    layout = holder.layout()
    assert layout is not None
    shown(qtbot, holder, width, layout.heightForWidth(width))
    assert holder.width() == width
    assert len({button.y() for button in buttons}) > 1 or buttons[0].y() > 0
    assert cut_parts(holder) == []
    assert overlapping(holder) == []
    assert holder.rect().contains(buttons[-1].geometry())
    buttons[0].hide()
    assert layout.heightForWidth(10_000) == layout.sizeHint().height()


def test_the_essential_column_keeps_its_room_and_heads_are_whole(qtbot: QtBot) -> None:
    model = QStandardItemModel(3, 4)
    model.setHorizontalHeaderLabels(["案号", "卡在哪里", "轮到谁", "Number of pages counted"])
    table = RowTable(model, (208, -1, 130, 40), "队列")
    shown(qtbot, table, 360, 200)
    assert table.columnWidth(1) == LEAST_OVER
    assert table.columnWidth(0) == 208
    assert table.horizontalScrollBar().maximum() > 0
    head = table.horizontalHeader()
    assert table.columnWidth(3) >= head.sectionSizeHint(3) > 40
    table.resize(1200, 200)
    assert table.horizontalScrollBar().maximum() == 0
    assert table.columnWidth(1) > LEAST_OVER
    # What somebody drew with the mouse stays hers.
    head.resizeSection(0, 260)
    table.resize(1100, 200)
    assert table.columnWidth(0) == 260


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen of 1920 by 1080 pixels at 200 %."""
    monkeypatch.setattr(room, "screen_size", lambda _widget: SCREEN)


def test_a_long_question_is_scrolled_and_its_answer_stays_in_sight(
    qtbot: QtBot, sample: SampleWorkstation, small: None
) -> None:
    question = Question(Desk(cast(Any, sample)), LONG, LONG * 3, "登记")
    question.ask_width(1120)
    fields = [question.add_line(f"字段 {number}") for number in range(20)]
    missing: Callable[[], QWidget | None] = lambda: fields[-1]  # noqa: E731
    question.missing = missing  # type: ignore[method-assign]
    qtbot.addWidget(question)
    question.show()
    qtbot.waitExposed(question)
    assert question.width() + room.FRAME.width() <= SCREEN.width()
    assert question.height() + room.FRAME.height() <= SCREEN.height()
    assert question.rect().contains(question.button.geometry())
    assert question.room.verticalScrollBar().maximum() > 0
    assert question.room.horizontalScrollBar().maximum() == 0
    # What is missing comes into sight.
    question.room.verticalScrollBar().setValue(0)
    question.submit()
    place = fields[-1].mapTo(question.room.viewport(), QPoint(0, 0))
    assert 0 <= place.y() <= question.room.viewport().height() - fields[-1].height()


def test_a_short_question_is_not_scrolled(
    qtbot: QtBot, sample: SampleWorkstation, small: None
) -> None:
    question = Question(Desk(cast(Any, sample)), "撤出队列", LONG * 2, "撤出")
    question.add_line("原因")
    qtbot.addWidget(question)
    question.show()
    qtbot.waitExposed(question)
    assert question.room.verticalScrollBar().maximum() == 0
    assert cut_parts(question) == []


@pytest.mark.parametrize("asked_to", [True, False])
def test_a_question_grows_with_what_appears_later(
    qtbot: QtBot, sample: SampleWorkstation, monkeypatch: pytest.MonkeyPatch, asked_to: bool
) -> None:
    monkeypatch.setattr(room, "screen_size", lambda _widget: QSize(1920, 1080))
    question = Question(Desk(cast(Any, sample)), "审批阅卷", LONG, "批准")
    holder = QWidget()
    column = QVBoxLayout(holder)
    pages = QWidget()
    pages.setFixedHeight(240)
    pages.hide()
    column.addWidget(pages)
    question.form.addRow(holder)
    qtbot.addWidget(question)
    question.show()
    qtbot.waitExposed(question)
    before = question.height()
    pages.show()
    if asked_to:
        question.fit()
    qtbot.waitUntil(lambda: question.height() >= before + 240)
    assert question.room.verticalScrollBar().maximum() == 0
    pages.hide()
    qtbot.waitUntil(lambda: not pages.isVisible())
    assert question.height() >= before + 240, "it does not shrink by itself"


def test_a_long_sentence_beside_the_next_step_is_shortened_with_a_tip(qtbot: QtBot) -> None:
    bar = NextActionBar()
    bar.show_action("移送其他法院…", lambda: None, sentence=LONG * 2, detail=LONG * 3)
    shown(qtbot, bar, 700, 70)
    assert bar.width() == 700
    assert bar.button.width() >= bar.button.sizeHint().width()
    assert bar.sentence.text() == bar.sentence.toolTip() == LONG * 2
    assert bar.detail.toolTip() == LONG * 3


def test_steps_without_room_name_the_one_in_hand(qtbot: QtBot) -> None:
    header = StepHeader()
    header.show_steps(sample_steps("archive"))
    shown(qtbot, header, header.sizeHint().width(), 28)
    assert all(header.shown_names)
    header.resize(header.minimumSizeHint())
    named = [name for name in header.shown_names if name]
    assert len(named) == 1
    assert header.minimumSizeHint().width() < header.sizeHint().width()
    assert all(name in header.toolTip() for name in named)


@pytest.mark.parametrize("width", [232, 300, 480])
def test_facts_are_never_beyond_the_edge(qtbot: QtBot, width: int) -> None:
    panel = FactsPanel()
    panel.setFixedWidth(width)
    shown(qtbot, panel, width, 400)
    panel.show_facts(LONG, [("Certificate number", "13210201510456789012"), ("代理", LONG)])
    qtbot.waitUntil(lambda: not _beyond(panel), timeout=20000)
    assert panel.focusPolicy() != Qt.FocusPolicy.StrongFocus


def _beyond(panel: FactsPanel) -> list[str]:
    """Values whose unbroken words are wider than their place, or outside of the panel."""
    found = []
    for value in panel.findChildren(QWidget):
        text = str(value.property("text") or "")
        if not text.isascii() or " " in text or not text or not value.isVisibleTo(panel):
            continue
        right = value.mapTo(panel, QPoint(value.fontMetrics().horizontalAdvance(text), 0)).x()
        if right > panel.width() or value.fontMetrics().horizontalAdvance(text) > value.width():
            found.append(text)
    return found


@pytest.mark.parametrize(
    ("bold", "mode"),
    [(True, Qt.TextElideMode.ElideMiddle), (False, Qt.TextElideMode.ElideRight)],
)
def test_a_long_case_number_keeps_its_end(qtbot: QtBot, bold: bool, mode: Qt.TextElideMode) -> None:
    model: RowsModel[str] = RowsModel(
        (Column(key="case", title="案号", text=str, bold=bold),), identity=str
    )
    model.replace([LONG])
    delegate, option = CellDelegate(), QStyleOptionViewItem()
    option.textElideMode = Qt.TextElideMode.ElideRight
    delegate.initStyleOption(option, model.index(0, 0))
    assert option.textElideMode == mode
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == LONG
