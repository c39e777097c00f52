"""The door: where it is, what to do at it, and for how long it has been open."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.cabinet.cell_picture import ROWS, CellPicture
from app.gui.cabinet.fitting_label import FittingLabel
from app.gui.cabinet.hand_off_words import amount_words, door_words
from app.gui.cabinet.turning import TurningRow
from app.gui.cabinet.visit import DEPOSIT
from app.gui.i18n import _
from app.gui.widgets.labels import label, restyle

if TYPE_CHECKING:
    from app.services.locker_views import CellRow, HandOffRow

NAG_SECONDS = 60.0
ALARM_SECONDS = 180.0
OPENING, OPEN, NAG, ALARM, CLOSED = "opening", "open", "nag", "alarm", "closed"


class DoorPage(QWidget):
    """Emits `stage(name)` when something new is to be said: OPENING, OPEN, NAG (again and again
    from `nag` seconds on), ALARM (the same from `alarm` seconds on), CLOSED."""

    stage = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        nag: float = NAG_SECONDS,
        alarm: float = ALARM_SECONDS,
        repeat: float = 10.0,
        rows: int = ROWS,
        seconds_now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._nag, self._alarm = nag, alarm
        self._now = seconds_now
        self._opened_at: float | None = None
        self._row: HandOffRow | None = None
        self._action = ""
        self.said = ""
        self.picture = CellPicture(rows=rows)
        self.number = label("", "door")
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.headline = label("", "large", wrap=True)
        self.what = label("", "title", wrap=True)
        self.case_no = FittingLabel("", 32)
        self.since = label("", "muted")
        for part in (self.headline, self.what, self.case_no, self.since):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self._timer = QTimer(self, interval=round(min(repeat, nag) * 1000))
        self._timer.timeout.connect(self.look)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(12)
        words.addStretch(1)
        words.addWidget(self.headline)
        words.addWidget(self.number)
        words.addWidget(self.what)
        words.addWidget(self.case_no)
        words.addWidget(self.since)
        words.addStretch(1)
        holder = QWidget()
        holder.setLayout(words)
        row = TurningRow(spacing=40)
        row.box.addWidget(holder, 1)
        row.box.addWidget(self.picture, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.addWidget(row)

    @property
    def open_for(self) -> float | None:
        """Seconds since the door was first seen open; None before."""
        return None if self._opened_at is None else self._now() - self._opened_at

    def begin(self, action: str, row: HandOffRow) -> None:
        """The door for `row` is being opened, to DEPOSIT or to COLLECT."""
        self._action, self._row = action, row
        self._opened_at = None
        self.case_no.show_text(row.case_no)
        self.what.setText(amount_words(row))
        self._show(OPENING)

    def end(self) -> None:
        """The door is shut, or nobody knows; nothing is counted any more."""
        self._timer.stop()
        self._opened_at = None
        self._row = None
        self.case_no.show_text("")
        self.what.clear()

    def show_cells(self, cells: Sequence[CellRow]) -> None:
        """How the doors are now."""
        self.picture.show_cells(cells)
        if self._row is None:
            return
        door = next((cell.door_open for cell in cells if cell.number == self._row.cell), None)
        if door and self._opened_at is None:
            self._opened_at = self._now()
            self._timer.start()
            self._show(OPEN)
        elif door is False and self._opened_at is not None and self.said != CLOSED:
            self._timer.stop()
            self._show(CLOSED)
        elif door and self.said == CLOSED:
            # She opened it once more before the cycle had ended.
            self._timer.start()
            self._show(OPEN)

    def look(self) -> None:
        """Say it again when the door has been open for too long."""
        seconds = self.open_for
        if seconds is None:
            return
        if seconds >= self._alarm:
            self._show(ALARM)
        elif seconds >= self._nag:
            self._show(NAG)

    def _show(self, stage: str) -> None:
        if self._row is None:
            return
        self.said = stage
        cell = self._row.cell
        self.number.setText(door_words(self._row))
        self.headline.setText(self._headline(stage))
        restyle(self.headline, "tone", {NAG: "warn", ALARM: "bad"}.get(stage, ""))
        late = stage in (NAG, ALARM)
        minutes = int((self.open_for or 0) // 60)
        self.since.setText(_("Open for {minutes} min").format(minutes=minutes) if late else "")
        self.picture.mark(cell, door_open=stage in (OPEN, NAG, ALARM))
        self.stage.emit(stage)

    def _headline(self, stage: str) -> str:
        if stage == OPENING:
            return _("This door is being opened")
        if stage == CLOSED:
            return _("Closed. One moment…")
        if stage in (NAG, ALARM):
            return _("Please close this door")
        if self._action == DEPOSIT:
            return _("Put it in and close the door")
        return _("Take everything out and close the door")
