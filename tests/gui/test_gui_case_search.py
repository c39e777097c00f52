"""The search field of the case list takes a case number in any brackets and width."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.access import Actor
from app.gui.desk import Desk
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import SampleWorkstation
from app.gui.today.page import TodayPage


@pytest.mark.parametrize(
    "typed",
    [
        CASE_NO,
        CASE_NO.replace("（", "(").replace("）", ")"),
        CASE_NO.replace("（", "【").replace("）", "】").replace("号", " 号"),
        "(2019)辽0882",
        "4866",
    ],
)
def test_the_case_is_found(qtbot: QtBot, drawn: Path, typed: str) -> None:
    desk = Desk(SampleWorkstation(drawn))  # type: ignore[arg-type]
    desk.sign_in(Actor(name="沈若溪", role="archivist"))
    page = TodayPage(desk)
    qtbot.addWidget(page)
    page.show_case(None)
    qtbot.waitUntil(lambda: page.sorted.rowCount() > 1, timeout=20000)
    page.search.setText(typed)
    found = {page.sorted.index(row, 0).data() for row in range(page.sorted.rowCount())}
    assert CASE_NO in found
    page.search.setText("（1999）辽0882民初1号")
    assert page.sorted.rowCount() == 0
