"""What a glove can touch and an eye 1.5 m away can read, on a wide and on a high screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QRect
from PySide6.QtWidgets import QApplication, QLabel, QLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.cabinet.door import ALARM
from app.gui.cabinet.fitting_label import FittingLabel
from app.gui.cabinet.samples import LONG_CASE_NO, LONG_NAME, STAFF, SampleDesk, sample_row
from app.gui.cabinet.visit import COLLECT
from app.gui.cabinet.window import CabinetWindow
from app.gui.theme.tokens import contrast, read_tokens
from app.gui.widgets.labels import IconLabel
from app.kernel.errors import Refused, Transient

from .conftest import MakeWindow
from .test_cabinet_touches import read_card, wait_for

SIZES = [(1366, 768), (1080, 1920), (768, 1366)]
# Contract of the screen: logical pixels.
LEAST_TARGET, GLOVE_TARGET, LEAST_TEXT = 56, 72, 20
PAIRS = (
    ("text", "window"),
    ("text", "surface"),
    ("muted", "window"),
    ("muted", "surface"),
    ("accent_text", "accent"),
    ("accent_on_soft", "accent_soft"),
    ("accent", "surface"),
    ("accent", "window"),
    ("warn", "warn_soft"),
    ("warn", "surface"),
    ("bad", "bad_soft"),
    ("text", "warn_soft"),
    ("text", "bad_soft"),
    ("note", "note_soft"),
    ("accent_text", "text"),
)
FAULT = Transient("LCK-107", cell=12, others="3、4、5、6、7、8")


def fill(window: CabinetWindow, desk: SampleDesk) -> None:
    """Everything at once: long names, faults, a late door, two thousand matters."""
    row = sample_row(12, case_no=LONG_CASE_NO, giver=LONG_NAME, receiver=LONG_NAME, overdue=True)
    window.attract.warn("7、12 号柜门开着", "请关好柜门；不清楚为什么开着时，请通知管理员。")
    window.identify.told.show_fault(FAULT)
    window.pin.show_people(STAFF)
    window.pin.people.chosen.emit(LONG_NAME)
    window.pin.told.show_fault(FAULT)
    desk.rows = {str(n): sample_row(n % 24 + 1, id=str(n)) for n in range(2000)} | {row.id: row}
    window.matters.show_visitor(desk.identify("card", "1"))
    window.offer.show_people(STAFF * 4)
    window.offer.take_code("JZ1:C:（2026）辽0882民初4866号:main:1:ABCDE")
    window.offer.told.show_fault(FAULT)
    window.door.begin(COLLECT, row)
    window.door.show_cells(desk.cells())
    window.door._show(ALARM)
    window.count.open(row)
    window.done.say("已存入 112 号柜", f"系统将通知 {LONG_NAME} 前来领取。")
    window.done.show_more(12)
    window.trouble.show_fault(FAULT, safe="保管责任没有转移，经过已如实记录。", may_go_on=True)


def shown(page: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [part for part in page.findChildren(kind) if part.isVisible()]


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def full(
    request: pytest.FixtureRequest, make_window: MakeWindow, desk: SampleDesk, qtbot: QtBot
) -> CabinetWindow:
    window = make_window(desk, size=request.param)
    fill(window, desk)
    return window


def steps(window: CabinetWindow, qtbot: QtBot) -> Iterator[QWidget]:
    """All pages, each in sight and at rest when it is given; the start has no bars."""
    for index in range(window.stack.count()):
        page = window.stack.widget(index)
        window.stack.setCurrentWidget(page)
        for bar in (window.top, window.spoken):
            bar.setVisible(page is not window.attract)
        before: list[QRect] = []
        while (now := [part.geometry() for part in page.findChildren(QWidget)]) != before:
            before = now
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            QApplication.processEvents()
        yield page


def test_nothing_is_cut_off(full: CabinetWindow, qtbot: QtBot) -> None:
    full.top.show_visitor(full._desk.identify("card", "1"))
    full.top.show_left(9)
    full.spoken.say("12 号柜门长时间未关。请不要离开，并呼叫工作人员。", "bad")
    width, height = full.width(), full.height()
    for page in steps(full, qtbot):
        layout = page.layout()
        assert isinstance(layout, QLayout)
        name = type(page).__name__
        needed = layout.totalMinimumSize().height()
        if layout.hasHeightForWidth():
            needed = layout.totalHeightForWidth(page.width())
        assert needed <= page.height(), name
        assert layout.totalMinimumSize().width() <= page.width(), name
        assert (full.width(), full.height()) == (width, height), name
        for button in shown(page, QPushButton):
            corner = button.mapTo(full, button.rect().bottomRight())
            assert full.rect().contains(corner), (name, button.accessibleName())
            words = button.fontMetrics().horizontalAdvance(button.text())
            assert words <= button.width(), (name, button.text())


def test_targets_and_letters_are_large(full: CabinetWindow, qtbot: QtBot) -> None:
    for page in steps(full, qtbot):
        for button in shown(full, QPushButton):
            least = LEAST_TARGET if full.top.isAncestorOf(button) else GLOVE_TARGET
            side = min(button.width(), button.height())
            assert side >= least, (type(page).__name__, button.accessibleName(), side)
        for words in shown(full, QLabel):
            if isinstance(words, IconLabel | FittingLabel):
                continue
            assert words.fontInfo().pixelSize() >= LEAST_TEXT, (type(page).__name__, words)


def test_every_button_has_a_name(full: CabinetWindow, qtbot: QtBot) -> None:
    for button in full.findChildren(QPushButton):
        if full.staff.isAncestorOf(button):
            continue
        assert button.accessibleName() or button.text(), button


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_contrast_is_enough(ink: str, ground: str) -> None:
    tokens = read_tokens("kiosk")
    assert contrast(tokens.colour(ink), tokens.colour(ground)) >= 4.5


def test_a_case_number_becomes_smaller_before_it_is_cut(qtbot: QtBot) -> None:
    line = FittingLabel(LONG_CASE_NO, 40)
    qtbot.addWidget(line)
    line.resize(2000, 60)
    assert line.shown_font().pixelSize() == 40
    line.resize(360, 60)
    assert LEAST_TEXT < line.shown_font().pixelSize() < 40


def test_the_screen_may_be_turned(make_window: MakeWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    window = make_window(desk, size=(1366, 768))
    read_card(window)
    wait_for(qtbot, window, window.matters)
    across = window.matters.cards[0].width()
    window.resize(1080, 1920)
    qtbot.waitUntil(lambda: window.property("screen") == "tall")
    qtbot.waitUntil(lambda: window.matters.cards[0].width() > across)
    assert len(window.matters.cards) == 4


def test_a_refusal_at_the_offer_is_told_beside_its_button(
    full: CabinetWindow, qtbot: QtBot
) -> None:
    full.offer.refuse(Refused("LCK-105", cell=5))
    full.stack.setCurrentWidget(full.offer)
    QApplication.processEvents()
    told = full.offer.told
    assert told.isVisible()
    assert told.message.isVisible()
    assert told.remedy.isVisible()
    assert not told.safe.isVisible()
