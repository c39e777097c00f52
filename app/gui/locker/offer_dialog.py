"""A new hand-off: which paper, for whom, in which cabinet, until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.domain.access import ARCHIVIST, JUDGE, OPERATOR
from app.domain.custody import COURT, PARTY, STAFF, TASKS
from app.domain.dossier import MAIN, RESTRICTED
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.moments import present_moment
from app.gui.locker.question import Question
from app.gui.locker.volume_counts import VolumeCounts
from app.gui.ops import Op
from app.kernel.clock import timestamp
from app.services.locker_views import HandOffRow, VolumeCustodyRow
from app.words.locker import size_word, task_word

Offered = tuple[HandOffRow, str]
RECEIVER_KINDS = {"judge_to_party": PARTY, "court_to_court": COURT}
GIVER_KINDS = {"party_to_judge": PARTY}
# Outsiders take away and bring the main part alone (正卷).
OUTSIDE = ("judge_to_party", "party_to_judge")
# What people of a role hand over most.
USUAL_TASKS = {
    OPERATOR: "scanning_to_clerk",
    ARCHIVIST: "clerk_to_archive",
    JUDGE: "judge_to_party",
}
EVENING = time(17, 0)
DUE_DAYS = (None, 0, 1, 3, 7)


def due_choice_word(days: int | None) -> str:
    """What a choice of the term is called."""
    return {
        None: _("24 hours after it was put in"),
        0: _("Today 17:00"),
        1: _("Tomorrow 17:00"),
        3: _("In three days, 17:00"),
        7: _("In a week, 17:00"),
    }[days]


def due_moment(days: int | None, now: datetime) -> str:
    """The chosen end as a moment; empty for the term that the settings say."""
    if days is None:
        return ""
    day = (now + timedelta(days=days)).date()
    return timestamp(datetime.combine(day, EVENING, now.tzinfo).astimezone(UTC))


class OfferQuestion(Question):
    """Reserves a cell. Gives (row, code)."""

    def __init__(
        self,
        desk: Desk,
        cabinets: Sequence[str],
        cabinet: str,
        case_no: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            desk,
            _("New hand-off"),
            _("A cell is reserved now. Scan the work slip, or type the case number."),
            _("Reserve a cell"),
            parent,
        )
        self.setMinimumWidth(600)
        self.case = self.add_line(_("Case number"), _("Scan the work slip"))
        self.case.setText(case_no)
        self.case.editingFinished.connect(self._read_case)
        self.task = _choice([(task_word(task), task) for task in TASKS])
        usual = USUAL_TASKS.get(desk.actor.role, TASKS[2])
        self.task.setCurrentIndex(self.task.findData(usual))
        self.task.currentIndexChanged.connect(lambda _index: self._follow_task())
        self.add_field(_("From whom to whom"), self.task)
        self.part = _choice(
            [(_("Main part"), MAIN), (_("Restricted part"), RESTRICTED), (_("Both parts"), "")]
        )
        self.part.currentIndexChanged.connect(lambda _index: self._show_volumes())
        self.add_field(_("Part"), self.part)
        self.giver = self.add_line(_("Giver"), _("Name of the party or lawyer"))
        self.giver_phone = self.add_line(_("Giver's telephone"), _("Gets the code to deposit with"))
        self.receiver = QComboBox()
        self.receiver.setEditable(True)
        self.receiver.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.add_field(_("Receiver"), self.receiver)
        line = self.receiver.lineEdit()
        if line is not None:
            line.setAccessibleName(_("Receiver"))
        self.phone = self.add_line(_("Receiver's telephone"), _("Gets the code to collect with"))
        self.identity = self.add_line(_("ID number"), _("Instead of a telephone; only its digest"))
        self.counted = VolumeCounts()
        self.counted.changed.connect(self.fit)
        self.add_field(_("Volumes and pages"), self.counted)
        self.cabinet = _choice([(name, name) for name in cabinets])
        self.cabinet.setCurrentIndex(max(self.cabinet.findData(cabinet), 0))
        self.cell_size = _choice(
            [(size_word(size), size) for size in ("", "small", "medium", "large")]
        )
        self.add_field(_("Cabinet"), _beside(self.cabinet, self.cell_size))
        self.cabinet.setAccessibleName(_("Cabinet"))
        self.cell_size.setAccessibleName(_("Size of the cell"))
        self.due = _choice([(due_choice_word(days), days) for days in DUE_DAYS])
        self.add_field(_("Fetch by"), self.due)
        self.remark = self.add_line(_("Reason"), _("For instance: return after scanning"))
        self._ledger: list[VolumeCustodyRow] = []
        self._read_for = ""
        Op(self, desk.workstation.people).reads().done(self._show_people).start()
        self._follow_task()
        if case_no:
            self._read_case()

    def _show_people(self, people: list[tuple[str, str]]) -> None:
        typed = self.receiver.currentText()
        self.receiver.addItems([name for name, _role in people if name != self.desk.actor.name])
        self.receiver.setCurrentIndex(-1)
        self.receiver.setEditText(typed)

    @property
    def chosen_task(self) -> str:
        """Who gives paper to whom."""
        return str(self.task.currentData())

    def _follow_task(self) -> None:
        task = self.chosen_task
        outsider = RECEIVER_KINDS.get(task, STAFF) != STAFF
        for field in (self.phone, self.identity):
            self.show_field(field, outsider)
        for field in (self.giver, self.giver_phone):
            self.show_field(field, task in GIVER_KINDS)
        if task in OUTSIDE:
            self.part.setCurrentIndex(0)
        self.part.setEnabled(task not in OUTSIDE)
        self.fit()

    def _read_case(self) -> None:
        number, workstation = self.case.text().strip(), self.desk.workstation
        if not number or number == self._read_for:
            return
        self._read_for = number

        def read() -> tuple[str, list[VolumeCustodyRow]]:
            scanned = number.upper().startswith("JZ1")
            case_no = workstation.slip_target(number).case_no if scanned else number
            return case_no, workstation.custody_ledger(case_no)

        operation = Op(self, read).reads().done(self._show_ledger)
        operation.refused(self._refused).start()

    def _show_ledger(self, loaded: tuple[str, list[VolumeCustodyRow]]) -> None:
        self.error.hide()
        case_no, self._ledger = loaded
        self._read_for = case_no
        self.case.setText(case_no)
        self._show_volumes()

    def _show_volumes(self) -> None:
        part = str(self.part.currentData())
        found = [row for row in self._ledger if not part or row.part == part]
        if found:
            self.counted.show_counts([(row.part, row.volume, row.pages) for row in found])
        elif part:
            self.counted.name_volumes([(part, n + 1) for n in range(self.counted.count)])
        self.fit()

    def missing(self) -> QWidget | None:
        task = self.chosen_task
        if not self.case.text().strip():
            return self.case
        if task in GIVER_KINDS and not self.giver.text().strip():
            return self.giver
        if not self.receiver.currentText().strip():
            return self.receiver
        known = self.phone.text().strip() or self.identity.text().strip()
        if RECEIVER_KINDS.get(task, STAFF) != STAFF and not known:
            return self.phone
        return None

    def command(self) -> Callable[[], Offered]:
        actor, workstation, task = self.desk.actor, self.desk.workstation, self.chosen_task
        case_no, receiver = self.case.text().strip(), self.receiver.currentText().strip()
        cabinet, counted = str(self.cabinet.currentData()), self.counted
        volumes, pages, counts = counted.count, counted.pages, counted.counts
        outsider = task in GIVER_KINDS
        texts = {
            "part": str(self.part.currentData()),
            "phone": self.phone.text().strip() if self.phone.isVisibleTo(self) else "",
            "identity": self.identity.text().strip() if self.identity.isVisibleTo(self) else "",
            "giver": self.giver.text().strip() if outsider else "",
            "giver_phone": self.giver_phone.text().strip() if outsider else "",
            "size": str(self.cell_size.currentData()),
            "due_at": due_moment(self.due.currentData(), present_moment()),
            "reason": self.remark.text().strip(),
        }
        return lambda: workstation.offer(
            actor,
            case_no,
            receiver,
            cabinet,
            volumes=volumes,
            pages=pages,
            task=task,
            receiver_kind=RECEIVER_KINDS.get(task, STAFF),
            giver_kind=GIVER_KINDS.get(task, STAFF),
            counts=counts,
            **texts,
        )


def _choice(entries: Sequence[tuple[str, object]]) -> QComboBox:
    box = QComboBox()
    for word, data in entries:
        box.addItem(word, data)
    return box


def _beside(*fields: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for number, field in enumerate(fields):
        row.addWidget(field, 0 if number else 1, Qt.AlignmentFlag.AlignVCenter)
    holder.setFocusProxy(fields[0])
    return holder
