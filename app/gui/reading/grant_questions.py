"""What is asked about a grant: longer, more or fewer; an appointment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.moments import present_moment
from app.gui.locker.question import Question
from app.gui.reading.application_list import moment
from app.gui.reading.questions import MomentField, local_moment, next_hour
from app.gui.widgets.number_field import number_field
from app.services.reading_desk_views import GrantRow

MOST_COUNT, MOST_MINUTES, USUAL_MINUTES = 9999, 720, 60


class ChangeQuestion(Question):
    """Changes end, prints and visits of a grant; what stays as it is is not sent."""

    def __init__(self, desk: Desk, row: GrantRow, parent: QWidget | None = None) -> None:
        sentence = _("{reader}, {case_no}. The code stays as it is; the change is on record.")
        super().__init__(
            desk,
            _("Change the grant"),
            sentence.format(reader=row.reader, case_no=row.case_no),
            _("Change it"),
            parent,
        )
        self._row = row
        self.until = MomentField(local_moment(row.valid_until, present_moment()))
        self._first_until = self.until.moment
        self.add_field(_("Until"), self.until)
        self.prints = number_field()
        self.prints.setRange(0, MOST_COUNT)
        self.prints.setValue(row.prints_granted)
        self.add_field(_("Pages to print in all"), self.prints)
        self.views = number_field()
        self.views.setRange(0, MOST_COUNT)
        self.views.setSpecialValueText(_("any number"))
        self.views.setValue(row.views_limit)
        self.add_field(_("Visits in all"), self.views)
        self.reason = self.add_line(_("Reason"))

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the grant as it is."""
        found: dict[str, Any] = {}
        if self.until.moment != self._first_until:
            found["valid_until"] = self.until.moment
        if self.prints.value() != self._row.prints_granted:
            found["prints"] = self.prints.value()
        if self.views.value() != self._row.views_limit:
            found["views"] = self.views.value()
        return found

    def missing(self) -> QWidget | None:
        if not self.reason.text().strip():
            return self.reason
        return None if self.changes else self.until

    def command(self) -> Callable[[], Any]:
        actor, workstation, grant = self.desk.actor, self.desk.workstation, self._row.id
        changes, reason = self.changes, self.reason.text().strip()
        return lambda: workstation.change_grant(actor, grant, reason=reason, **changes)


class AppointmentQuestion(Question):
    """Books the terminal for one reader. Two readers never have the same minute."""

    def __init__(self, desk: Desk, row: GrantRow, parent: QWidget | None = None) -> None:
        sentence = _("{reader}, {case_no}; the grant holds until {until}.").format(
            reader=row.reader, case_no=row.case_no, until=moment(row.valid_until)
        )
        super().__init__(desk, _("Appointment"), sentence, _("Book it"), parent)
        self._row = row
        usual = next_hour(present_moment())
        self.start = MomentField(local_moment(row.appointed_at, usual))
        self.add_field(_("From"), self.start)
        self.minutes = number_field()
        self.minutes.setRange(1, MOST_MINUTES)
        self.minutes.setValue(USUAL_MINUTES)
        self.add_field(_("Minutes"), self.minutes)
        self.terminal = self.add_line(_("Terminal"), _("Empty where there is one only"))
        self.terminal.setText(row.terminal)

    def missing(self) -> QWidget | None:
        return None

    def command(self) -> Callable[[], Any]:
        actor, workstation, grant = self.desk.actor, self.desk.workstation, self._row.id
        start, minutes = self.start.moment, self.minutes.value()
        terminal = self.terminal.text().strip()
        return lambda: workstation.appoint(actor, grant, start, minutes, terminal=terminal)
