"""One incident: what happened, what was found, and with what it is closed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.incident_panel import incident_place
from app.gui.locker.moments import moment_text, present_moment
from app.gui.locker.question import Question
from app.gui.ops import Op
from app.services.locker_views import IncidentRow
from app.words.locker import incident_word, resolution_word


def advice(kind: str) -> str:
    """What a person at the cabinet should look at first."""
    return {
        "door_not_opened": _("The cell was not opened. Try its lock, then decide."),
        "door_not_closed": _("Shut the door and see what lies in the cell."),
        "closed_empty": _("Ask the giver where the paper is, and look into the cell."),
        "item_left": _("See what was left behind and whose it is."),
        "forced_open": _("Go there, see what is missing, keep the cell shut until then."),
        "wrong_cell": _("Look into both cells before anybody opens one again."),
        "board_silent": _("Check power and cable of the cabinet; nothing was opened."),
        "outcome_unknown": _("Look into the cell: is the paper there, with the receiver, or not?"),
        "clock_wrong": _("Set the clock of this machine; codes are refused until then."),
        "codes_guessed": _("See who stands at the cabinet; it takes no codes for ten minutes."),
        "offline_conflict": _("Hold the record of the cabinet against the hand-off."),
        "count_differs": _("Count again together with giver and receiver, then settle the count."),
    }.get(kind, "")


class IncidentQuestion(Question):
    """Opening it says that somebody looks; the answer closes it with what she found."""

    def __init__(self, desk: Desk, row: IncidentRow, parent: QWidget | None = None) -> None:
        about = (incident_place(row), row.case_no, moment_text(row.opened_at, present_moment()))
        lines = [" · ".join(part for part in about if part), advice(row.kind)]
        super().__init__(
            desk, incident_word(row.kind), "\n".join(filter(None, lines)), _("Close it"), parent
        )
        self._row = row
        self.resolution = QComboBox()
        self.resolution.setPlaceholderText(_("Choose what was found"))
        for code in row.resolutions:
            self.resolution.addItem(resolution_word(code), code)
        self.resolution.setCurrentIndex(-1)
        self.add_field(_("What was found"), self.resolution)
        self.reason = self.add_line(_("In words"), _("What was seen and done"))
        if not row.resolutions:
            self.show_field(self.resolution, False)
            self.show_field(self.reason, False)
            self.button.setEnabled(False)
            self.button.setToolTip(_("It closes by itself with its hand-off."))
        if row.state == "open":
            actor, workstation = desk.actor, desk.workstation
            Op(self, lambda: workstation.see_incident(actor, row.id)).refused(
                self.error.show_fault
            ).start()

    def missing(self) -> QWidget | None:
        if self.resolution.currentIndex() < 0:
            return self.resolution
        return None if self.reason.text().strip() else self.reason

    def command(self) -> Callable[[], IncidentRow]:
        actor, workstation, incident = self.desk.actor, self.desk.workstation, self._row.id
        resolution, reason = str(self.resolution.currentData()), self.reason.text().strip()
        return lambda: workstation.close_incident(
            actor, incident, resolution=resolution, reason=reason
        )
