"""The reading page over a real store: application, approval, code, sign-in, pages, the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, CLERK, Actor
from app.gui.desk import Desk
from app.gui.lanes import Lanes
from app.gui.reading.application_form import ApplicationQuestion
from app.gui.reading.approval_dialog import ApprovalQuestion
from app.gui.reading.check_question import CheckQuestion
from app.gui.reading.code_card import ReadingCodeCard
from app.gui.reading.page import ReadingPage
from tests.gui_reading.driving import go, opened, shown, until
from tests.reading.hall import CASE_NO, Hall, open_hall, refused

COUNTER = Actor(name="林书记员", role=CLERK)
ARCHIVE = Actor(name="陈档案员", role=ARCHIVIST)
PAPERS = ("lawyer_licence", "power_of_attorney", "firm_letter")


@pytest.fixture
def hall(data_folder: Path, qapp: QApplication) -> Iterator[Hall]:
    with open_hall(data_folder) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, hall: Hall) -> Iterator[ReadingPage]:
    desk = Desk(hall.work)
    desk.sign_in(COUNTER)
    made = ReadingPage(desk)
    qtbot.addWidget(made)
    made.resize(1206, 704)
    made.show()
    until(qtbot, lambda: made.shown is not None)
    yield made
    made.hide()
    until(qtbot, lambda: Lanes.current().busy == 0)


def enter(qtbot: QtBot, page: ReadingPage, hall: Hall) -> None:
    """The counter enters an application with the card on its reader."""
    page.press_next()
    form = opened(qtbot, page, ApplicationQuestion)
    form.kind.setCurrentIndex(form.kind.findData("lawyer"))
    hall.cards.card = "11010519491231002X"
    form.read_card()
    until(qtbot, lambda: form.identity.text() == hall.cards.card)
    form.reader.setText("欧阳若溪")
    form.certificate.setText("13408201910123456")
    form.represents.setText("某公司")
    form.case.setText(CASE_NO)
    form.case.editingFinished.emit()
    until(qtbot, lambda: form.items.count() == 2 or form.error.isVisible())
    assert form.error.text() == ""
    for paper in PAPERS:
        form.papers.tick(paper)
    form.reason.setText("代理一审")
    form.submit()
    until(qtbot, lambda: form.isHidden() or form.error.isVisible())
    assert form.error.text() == ""
    until(qtbot, lambda: len(shown(page)) == 1)


def check(qtbot: QtBot, page: ReadingPage) -> None:
    """The counter has the papers in hand; without one of them she is refused and told why."""
    page.press_next()
    question = opened(qtbot, page, CheckQuestion)
    question.papers.tick(PAPERS[0])
    question.submit()
    until(qtbot, question.error.isVisible)
    assert "授权委托书" in question.error.text()
    for paper in PAPERS:
        question.papers.tick(paper)
    question.submit()
    until(qtbot, question.isHidden)
    until(qtbot, lambda: page.panel.current_list.current.turn == "decide")


def decide(qtbot: QtBot, page: ReadingPage) -> str:
    """The archive keeps one page back and grants the rest; gives the code."""
    page.press_next()
    dialog = opened(qtbot, page, ApprovalQuestion)
    assert dialog.hindrance == ""
    dialog.withheld.setText("3")
    view = dialog.withheld_view
    until(qtbot, lambda: "可阅 3 页，不予查阅 1 页" in view.sentence.text())
    dialog.reason.setText("符合规定")
    dialog.submit()
    until(qtbot, lambda: dialog.isHidden() or dialog.error.isVisible())
    assert dialog.error.text() == ""
    card = opened(qtbot, page, ReadingCodeCard)
    code = card.code.text()
    card.accept()
    return code


def test_from_the_counter_to_the_page_and_to_the_end_of_the_grant(
    qtbot: QtBot, page: ReadingPage, hall: Hall
) -> None:
    enter(qtbot, page, hall)
    check(qtbot, page)
    # Whoever checked is told who decides instead.
    page.press_next()
    dialog = opened(qtbot, page, ApprovalQuestion)
    assert dialog.hindrance and not dialog.button.isEnabled()
    dialog.reject()
    page.desk.sign_in(ARCHIVE)
    page.panel.chosen.emit()
    code = decide(qtbot, page)
    until(qtbot, lambda: page.panel.current == "grants" and len(shown(page)) == 1)

    desk, session = hall.enter(code)
    assert session.pages == (1, 2, 5) and session.reader == "欧阳若溪"
    hall.view(desk, session, 1)
    assert refused(desk.page, session.grant, 3).code == "RDR-106"
    page.read_lists()
    go(page, "visits")
    until(qtbot, lambda: shown(page) == ["欧阳若溪"])
    log = page.records.open_log()
    assert log is not None
    until(qtbot, lambda: 1 in [row.page_number for row in log.model.rows])
    log.accept()

    go(page, "grants")
    question = page.grants.revoke()
    assert question is not None
    question.reason.setText("委托解除")
    question.submit()
    until(qtbot, lambda: not shown(page))
    assert refused(desk.page, session.grant, 1).code == "RDR-105"
