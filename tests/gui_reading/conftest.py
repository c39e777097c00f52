"""Fixtures of the reading page: the page alone over invented readers, looked at."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.desk import Desk
from app.gui.reading.page import ReadingPage
from app.gui.samples.workstation import PERSON, SampleWorkstation
from tests.gui.conftest import desk_theme, drawn, qapp_args, sample
from tests.gui_reading.driving import until

__all__ = ("desk_theme", "drawn", "qapp_args", "sample")


@pytest.fixture
def desk(qtbot: QtBot, sample: SampleWorkstation) -> Desk:
    """A desk with an archivist at it and no case open."""
    made = Desk(cast(Any, sample))
    made.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    return made


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> ReadingPage:
    """The page in sight with its lists read and the keyboard on the first of them."""
    made = ReadingPage(desk)
    qtbot.addWidget(made)
    made.resize(1206, 704)
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=20000)
    until(qtbot, lambda: made.shown is not None)
    # As the window does when it goes to a page.
    made.setFocus()
    until(qtbot, made.panel.current_list.table.hasFocus)
    return made
