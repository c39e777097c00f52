"""What the reading page asks again and again: a reason; fields in two columns; a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtWidgets import QDateTimeEdit, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.access import Actor
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.moments import wall
from app.gui.locker.question import Question
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import indent
from app.kernel.clock import timestamp

Command = Callable[[Actor, str], Callable[[], Any]]
MOMENT_FORM = "yyyy-MM-dd HH:mm"


class ReasonQuestion(Question):
    """One step that is put on record with its reason. `command(actor, reason)` gives the call;
    with `may_be_empty` the reason may be left out."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        sentence: str,
        command: Command,
        *,
        may_be_empty: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, title, sentence, title, parent)
        self._command, self._may_be_empty = command, may_be_empty
        hint = _("May stay empty") if may_be_empty else ""
        self.reason = self.add_line(name or _("Reason"), hint)

    def missing(self) -> QWidget | None:
        empty = not self._may_be_empty and not self.reason.text().strip()
        return self.reason if empty else None

    def command(self) -> Callable[[], Any]:
        return self._command(self.desk.actor, self.reason.text().strip())


class WideQuestion(Question):
    """A question with two columns of fields, for what would be too high for a small screen.
    `fill_left` and `fill_right` choose where the next field goes."""

    def __init__(
        self, desk: Desk, title: str, sentence: str, answer: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, title, sentence, answer, parent)
        self.ask_width(960)
        whole, holder = self.form, QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        self._left, self._right = _column(row), _column(row)
        whole.addRow(holder)
        self.form = self._left

    def fill_left(self) -> None:
        """What is added now stands on the left."""
        self.form = self._left

    def fill_right(self) -> None:
        """What is added now stands on the right."""
        self.form = self._right

    def add_heading(self, text: str) -> None:
        """A heading over the fields that follow."""
        self.form.addRow(label(text, "heading"))

    def show_field(self, field: QWidget, shown: bool) -> None:
        field.setVisible(shown)
        for form in (self._left, self._right):
            caption = form.labelForField(field)
            if caption is not None:
                caption.setVisible(shown)


def _column(row: QHBoxLayout) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    column = QVBoxLayout()
    column.addLayout(form)
    column.addStretch(1)
    row.addLayout(column, 1)
    return form


class MomentField(QDateTimeEdit):
    """A moment on the clock of the wall, to the minute; figures alone are typed."""

    def __init__(self, moment: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDisplayFormat(MOMENT_FORM)
        self.setCalendarPopup(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        indent(self)
        self.show_moment(moment)

    def show_moment(self, moment: datetime) -> None:
        """Show `moment`, which knows its time zone."""
        local = moment.astimezone()
        self.setDate(QDate(local.year, local.month, local.day))
        self.setTime(QTime(local.hour, local.minute))

    @property
    def moment(self) -> str:
        """The moment as it is stored."""
        shown = self.dateTime().toPython()
        assert isinstance(shown, datetime)
        return timestamp(shown.astimezone(UTC))


def next_hour(now: datetime) -> datetime:
    """The next full hour after `now`."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def local_moment(at: str, otherwise: datetime) -> datetime:
    """`at` on the clock of the wall; `otherwise` when there is none."""
    return wall(at) or otherwise
