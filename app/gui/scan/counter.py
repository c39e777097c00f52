"""The line under the sum: how fast, how long, and the operator's counter of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.gui.ops import Op
from app.gui.scan.live import today_text
from app.services.station_views import OperatorFigures

if TYPE_CHECKING:
    from app.gui.scan.page import ScanPage


class Counter(QObject):
    """Shows it on a scan page, every second while paper runs."""

    def __init__(self, page: ScanPage) -> None:
        super().__init__(page)
        self._page = page
        self._figures: tuple[OperatorFigures, ...] = ()
        self.tick = QTimer(self)
        self.tick.setInterval(1000)
        self.tick.timeout.connect(self.show)

    def show(self) -> None:
        """Show how things stand now."""
        page = self._page
        if not page.desk.is_signed_in:
            return
        name = page.desk.actor.name
        if page.run is None:
            page.sum_panel.show_live(today_text(self._figures, name))
        else:
            today = today_text(self._figures, name, page.run.sheets)
            page.sum_panel.show_live(page.run.text(today))

    def read(self) -> None:
        """Read what was done today."""
        day = datetime.now().astimezone().date().isoformat()
        workstation = self._page.desk.workstation
        operation = Op(self._page, lambda: workstation.operator_figures(day, day)).reads()
        operation.done(self._take).start()

    def _take(self, figures: Sequence[OperatorFigures]) -> None:
        self._figures = tuple(figures)
        self.show()
