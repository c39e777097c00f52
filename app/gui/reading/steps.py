"""What the clerk can do with the row in hand; each step asks first and is put on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.reading.panel import ReadingPanel
from app.gui.reading.possible import possible

Shown = TypeVar("Shown", bound=QDialog)
Row = TypeVar("Row")


class Steps(QObject):
    """What all steps share. Emits `done` after each command, so that the lists are read again,
    and `row_wanted(list, row)` when another list should be shown."""

    done = Signal()
    row_wanted = Signal(str, str)

    def __init__(self, page: Page, panel_of: Callable[[], ReadingPanel]) -> None:
        super().__init__(page)
        self._page, self._panel_of = page, panel_of

    @property
    def desk(self) -> Desk:
        """The desk of the page."""
        return self._page.desk

    @property
    def parent_widget(self) -> QWidget:
        """Over what dialogs open."""
        return self._page

    def row_of(self, kind: type[Row], *lists: str) -> Row | None:
        """The row in hand when it is in one of `lists`."""
        panel = self._panel_of()
        row = panel.current_list.current if panel.current in lists else None
        return row if isinstance(row, kind) else None

    def able(self, kind: type[Row], step: str, *lists: str) -> Row | None:
        """The row in hand when `step` makes sense with it; else that is said."""
        row = self.row_of(kind, *lists)
        if row is not None and possible(step, row):
            return row
        self.refuse()
        return None

    def refuse(self) -> None:
        """Say that a step makes no sense now."""
        self.desk.said.emit(_("That is not possible with this row now."))

    def show(self, question: Shown) -> Shown:
        """Open a question; once it was answered the lists are read again."""
        answered = getattr(question, "answered", None)
        if answered is not None:
            answered.connect(lambda _result: self.done.emit())
        question.open()
        return question

    def give(self, call: Callable[[], Any], said: str) -> None:
        """Give a command that needs no question."""

        def finished(_result: object) -> None:
            self.desk.said.emit(said)
            self.done.emit()

        self._page.next_action.hold()
        operation = Op(self._page, call).done(finished)
        operation.finally_(self._page.next_action.release).start()

    def written(self, path: Path) -> None:
        """Say where a file is."""
        self.desk.said.emit(_("It is at {path}.").format(path=path))
