"""Declare sheets and record what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.gui.i18n import _
from app.gui.scan.dialogs import DeclareDialog, MissDialog

if TYPE_CHECKING:
    from app.gui.scan.page import ScanPage


class SumActions(QObject):
    """Small dialogs about the sheet arithmetic of the part that is chosen."""

    def __init__(self, page: ScanPage) -> None:
        super().__init__(page)
        self._page = page

    def declare(self) -> DeclareDialog | None:
        """Ask how many sheets the paper has."""
        if not self._page.may_edit:
            return None
        part = self._page.controls.chosen_part
        dialog = DeclareDialog(self._page.state.sum_of(part), part, self._page)
        dialog.declared.connect(lambda sheets: self._declare(sheets, part))
        dialog.open()
        return dialog

    def _declare(self, sheets: int | None, part: str) -> None:
        actor, workstation, number = self._page.parties
        said = (
            _("Declared: {count} sheets.").format(count=sheets)
            if sheets is not None
            else _("The sheets are not declared any more.")
        )
        self._page.write(
            lambda: workstation.declare_sheets(actor, number, sheets, part=part), said=said
        )

    def record_miss(self) -> MissDialog | None:
        """Ask which sheets are missing and why."""
        if not self._page.may_edit:
            return None
        part = self._page.controls.chosen_part
        current = self._page.strip.current_side
        state = self._page.state
        dialog = MissDialog(
            [miss for miss in state.misses if miss.part == part],
            current.position if current is not None else 0,
            max((side.position for side in state.sides), default=0),
            self._page,
        )
        dialog.recorded.connect(
            lambda sheets, after, reason: self._record(sheets, after, reason, part)
        )
        dialog.withdrawn.connect(self._withdraw)
        dialog.open()
        return dialog

    def _record(self, sheets: int, after: int, reason: str, part: str) -> None:
        actor, workstation, number = self._page.parties
        self._page.write(
            lambda: workstation.record_miss(actor, number, sheets, after, reason, part=part),
            said=_("{count} sheets recorded as missing.").format(count=sheets),
        )

    def _withdraw(self, miss_id: str) -> None:
        actor, workstation, number = self._page.parties
        self._page.write(
            lambda: workstation.withdraw_miss(actor, number, miss_id),
            said=_("The record is withdrawn."),
        )
