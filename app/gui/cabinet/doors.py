"""The doors as the cabinet reports them, asked again and again; never two questions at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.gui.kiosk.calls import ask
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.locker_views import CabinetDesk, CellRow

# While somebody stands at an open door, and while nobody is there.
NEAR_MILLISECONDS = 700
FAR_MILLISECONDS = 5000


class DoorWatch(QObject):
    """Emits `seen(tuple[CellRow, ...])` at each answer, `silent()` when none came."""

    seen = Signal(object)
    silent = Signal()

    def __init__(self, desk: CabinetDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._widget = parent
        self._asking = False
        self._watch = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._ask)

    def watch(self, milliseconds: int) -> None:
        """Ask now and every `milliseconds`."""
        self._watch += 1
        self._timer.start(milliseconds)
        self._ask()

    def rest(self) -> None:
        """Ask no more; an answer still on its way is dropped."""
        self._watch += 1
        self._timer.stop()

    def _ask(self) -> None:
        if self._asking:
            return
        self._asking = True
        watch, desk = self._watch, self._desk
        ask(self._widget, desk.cells).done(lambda cells: self._on_cells(watch, cells)).refused(
            lambda fault: self._on_fault(watch, fault)
        ).finally_(self._on_settled).start()

    def _on_cells(self, watch: int, cells: list[CellRow]) -> None:
        if watch == self._watch and self._timer.isActive():
            self.seen.emit(tuple(cells))

    def _on_fault(self, watch: int, fault: Fault) -> None:
        # The wire may belong to a door cycle just now: nothing is known, which is no fault of it.
        if watch == self._watch and self._timer.isActive() and fault.kind != "refused":
            self.silent.emit()

    def _on_settled(self) -> None:
        self._asking = False
