"""What the tests of the reading page have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.gui.reading.page import ReadingPage
from app.gui.samples.workstation import SampleWorkstation

Kind = TypeVar("Kind", bound=QDialog)


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    """Let the page work until something is so."""
    qtbot.waitUntil(reached, timeout=30000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    """What the workstation was asked by this name."""
    return [arguments for called, arguments in sample.calls if called == name]


def opened(qtbot: QtBot, widget: QWidget, kind: type[Kind]) -> Kind:
    """The dialog of this kind, as soon as it is in sight."""
    found: list[Kind] = []

    def is_there() -> bool:
        found[:] = [dialog for dialog in widget.findChildren(kind) if dialog.isVisible()]
        return bool(found)

    until(qtbot, is_there)
    return found[0]


def go(page: ReadingPage, name: str, identity: str = "") -> None:
    """Show a list, and there a row."""
    page.panel.go_to(name, identity)
    assert page.panel.current == name
    row = page.panel.current_list.current
    assert not identity or page.panel.current_list.listing.identity(row) == identity


def shown(page: ReadingPage) -> list[str]:
    """What stands in the second column of the list in sight."""
    filtered = page.panel.current_list.filtered
    return [str(filtered.index(row, 1).data()) for row in range(filtered.rowCount())]
