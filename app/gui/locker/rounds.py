"""The rounds of the cabinets, made by every desk: forced doors, reminders, messages."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.domain.access import ADMINISTRATOR, PERMISSIONS
from app.gui.desk import Desk
from app.gui.ops import Op
from app.kernel.errors import Fault
from app.services.locker_views import RoundsReport

ROUND_MILLISECONDS = 60_000
LOG = logging.getLogger(__name__)


class LockerRounds(QObject):
    """Emits `made(report)` after each. The first comes when `begin` is called, then one a minute
    for as long as the same person sits here; never two at once.

    Cabinets without a screen of their own have nobody else who sees that a door was forced.
    """

    made = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._widget = parent
        self._under_way = False
        self._timer = QTimer(self)
        self._timer.setInterval(ROUND_MILLISECONDS)
        self._timer.timeout.connect(self._round)
        desk.signed_out.connect(self._timer.stop)

    @property
    def running(self) -> bool:
        """Whether rounds are made."""
        return self._timer.isActive()

    def begin(self) -> None:
        """Make rounds from now on, if the person at the desk handles paper."""
        role = self._desk.actor.role
        if self.running or not (role == ADMINISTRATOR or "custody" in PERMISSIONS.get(role, ())):
            return
        self._timer.start()
        self._round()

    def _round(self) -> None:
        if self._under_way or not self._desk.is_signed_in:
            return
        self._under_way = True
        understood: list[bool] = []
        actor, workstation = self._desk.actor, self._desk.workstation

        def made(report: RoundsReport) -> None:
            understood.append(True)
            self.made.emit(report)

        def refused(fault: Fault) -> None:
            # Nobody asked for it: the next round tries again, and the map says what is silent.
            understood.append(True)
            LOG.warning("rounds of the cabinets: %s", fault)

        def settled() -> None:
            self._under_way = False
            if not understood:
                # An error of the program itself was shown; once is enough.
                self._timer.stop()

        operation: Op[RoundsReport] = Op.long(
            self._widget, lambda _report, _cancel: workstation.locker_rounds(actor)
        )
        operation.done(made).refused(refused).finally_(settled).start()
