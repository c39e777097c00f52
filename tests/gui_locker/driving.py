"""What the tests of the locker page have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from app.gui.locker.page import LockerPage
from app.gui.samples.workstation import SampleWorkstation


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    qtbot.waitUntil(reached, timeout=15000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    """What the workstation was asked by this name."""
    return [arguments for called, arguments in sample.calls if called == name]


def choose(page: LockerPage, state: str) -> None:
    """Put the cursor on the first hand-off in a state."""
    row = next(row for row in page.hand_offs.model.rows if row.state == state)
    assert page.hand_offs.go_to(row.id)
