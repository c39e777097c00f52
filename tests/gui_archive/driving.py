"""What the tests of the archive page have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from app.gui.archive.page import ArchivePage
from app.gui.samples.workstation import SampleWorkstation


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    """Let the page work until something is so."""
    qtbot.waitUntil(reached, timeout=20000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    """What the workstation was asked by this name."""
    return [arguments for called, arguments in sample.calls if called == name]


def choose(page: ArchivePage, electronic: str) -> None:
    """Put the cursor on the first dossier whose electronic track stands so."""
    row = next(row for row in page.queue.model.rows if row.electronic == electronic)
    assert page.queue.go_to(row.case_no)
