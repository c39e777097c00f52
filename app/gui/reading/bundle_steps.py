"""Bundles for terminals without the database, and the way home of their logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from app.gui.locker.moments import wall
from app.gui.reading.bundle_questions import (
    BundleQuestion,
    CarriedDialog,
    CarryQuestion,
    bundles_text,
    carried_text,
)
from app.gui.reading.possible import possible
from app.gui.reading.steps import Steps
from app.services.reading_desk_views import BundleRow, CarriedLogs, GrantRow


class BundleSteps(Steps):
    """Works on the lists of grants and of appointments; carrying home needs no row."""

    def make(self) -> BundleQuestion | None:
        """Ask where the bundle goes and for which terminal; among the appointments, whether all
        of that day and terminal are meant."""
        row = self.able(GrantRow, "make_bundle", "grants", "appointments")
        if row is None:
            return None
        question = BundleQuestion(self.desk, row, self._same_day(row), self.parent_widget)
        question.answered.connect(self._made)
        return self.show(question)

    def _same_day(self, row: GrantRow) -> list[GrantRow]:
        """The appointments of the day of `row` at its terminal that a bundle can be made of."""
        panel, day = self._panel_of(), _day(row)
        if panel.current != "appointments" or day is None:
            return []
        rows = cast("Sequence[GrantRow]", panel.current_list.model.rows)
        return [
            each
            for each in rows
            if _day(each) == day and each.terminal == row.terminal and possible("make_bundle", each)
        ]

    def _made(self, rows: tuple[BundleRow, ...]) -> None:
        self.desk.said.emit(bundles_text(rows))

    def carry(self) -> CarryQuestion:
        """Ask for the folder with the logs."""
        question = CarryQuestion(self.desk, self.parent_widget)
        question.answered.connect(self._carried)
        return self.show(question)

    def _carried(self, logs: CarriedLogs) -> None:
        self.desk.said.emit(carried_text(logs))
        if logs.carried or logs.refused:
            CarriedDialog(logs, self.parent_widget).open()


def _day(row: GrantRow) -> object:
    at = wall(row.appointed_at)
    return at.date() if at is not None else None
