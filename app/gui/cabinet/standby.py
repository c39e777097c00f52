"""While nobody is at the screen: open doors and a silent cabinet are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.gui.cabinet.attract import AttractPage
from app.gui.cabinet.doors import FAR_MILLISECONDS, DoorWatch
from app.gui.cabinet.left_open import LeftOpen
from app.gui.i18n import _
from app.gui.leafing.tones import Player

if TYPE_CHECKING:
    from app.services.locker_views import CabinetDesk, CellRow


class Standby(QObject):
    """Watches the doors for the attract page from `begin` to `rest`."""

    def __init__(
        self, desk: CabinetDesk, page: AttractPage, player: Player, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._player = player
        self._doors = DoorWatch(desk, parent)
        self._doors.seen.connect(self.look)
        self._doors.silent.connect(lambda: self._say(answering=False))
        self.left_open = LeftOpen()

    def begin(self) -> None:
        """Nobody is there any more."""
        self._page.warn("")
        self._doors.watch(FAR_MILLISECONDS)

    def rest(self) -> None:
        """Somebody is there."""
        self._doors.rest()
        self.left_open.forget()

    def mind(self, number: int) -> None:
        """Door `number` was not shut in time: alarm until it is, whoever is at the screen."""
        self.left_open.late(number)
        self._doors.watch(FAR_MILLISECONDS)

    def look(self, cells: tuple[CellRow, ...]) -> None:
        """How the doors are now."""
        cue = self.left_open.look(cells)
        if cue:
            self._player.play(cue)
        self._say(answering=any(cell.door_open is not None for cell in cells))

    def _say(self, *, answering: bool) -> None:
        doors = self.left_open.doors
        if doors:
            numbers = _(", ").join(str(door) for door in doors)
            self._page.warn(
                _("Open door: {numbers}").format(numbers=numbers),
                _("Please close it. If nobody knows why it is open, call the administrator."),
            )
        elif not answering:
            self._page.warn(
                _("The doors do not answer just now"),
                _("Nothing inside is touched. Try again in a moment or ask at the counter."),
            )
        else:
            self._page.warn("")
