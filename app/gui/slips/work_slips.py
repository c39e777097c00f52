"""Work slips at the desk: the case behind a scanned one, and new ones from the printer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.slips.dialog import SlipDialog
from app.gui.slips.listening import SlipListener
from app.services.station_views import SlipTarget

if TYPE_CHECKING:
    from app.gui.desk import Desk


class WorkSlips(QObject):
    """Opens the case of a slip, and prints slips."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self.opened: Callable[[SlipTarget], None] | None = None
        self.listener = SlipListener(self)
        self.listener.scanned.connect(self.open)

    def open(self, text: str) -> None:
        """Open the case whose slip says `text`; while a question is open, nothing happens."""
        if QApplication.activeModalWidget() is not None or not self._desk.is_signed_in:
            return
        workstation = self._desk.workstation
        operation = Op(self._window, lambda: workstation.slip_target(text)).reads()
        operation.done(self._open).start()

    def _open(self, target: SlipTarget) -> None:
        said = _("Opened by its work slip: {case_no}.")
        self._desk.said.emit(said.format(case_no=target.case_no))
        if self.opened is not None:
            self.opened(target)
        self._desk.open_case(self._window, target.case_no, page="scan")

    def ask_print(self, case_no: str) -> SlipDialog | None:
        """Show the work slip of a case as it will be printed."""
        if not case_no:
            self._desk.said.emit(_("Choose a case first."))
            return None
        dialog = SlipDialog(self._desk, case_no, self._window)
        dialog.open()
        return dialog
