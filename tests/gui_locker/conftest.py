"""Fixtures of the locker page: the window of the desk over invented cabinets, looked at."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, Actor
from app.gui.locker.page import LockerPage
from app.gui.main_window import MainWindow
from app.gui.samples.workstation import PERSON, SampleWorkstation
from tests.gui.conftest import desk_theme, drawn, qapp_args, sample, window

__all__ = ("desk_theme", "drawn", "qapp_args", "sample", "window")

SECOND = "秦望舒"


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, sample: SampleWorkstation) -> LockerPage:
    """The page in sight, read, with an administrator at the desk and another one around."""
    sample.staff = [(PERSON, ADMINISTRATOR), ("顾明远", "operator"), (SECOND, ADMINISTRATOR)]
    qtbot.waitUntil(window.isActiveWindow, timeout=10000)
    window.desk.sign_in(Actor(name=PERSON, role=ADMINISTRATOR))
    window.go_to("locker")
    shown = window.current_page
    assert isinstance(shown, LockerPage)
    qtbot.waitUntil(lambda: bool(shown.cabinet.map.rows.rows), timeout=10000)
    qtbot.waitUntil(lambda: shown.current_row is not None, timeout=10000)
    qtbot.waitUntil(shown.hand_offs.table.hasFocus, timeout=10000)
    return shown
