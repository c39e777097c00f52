"""Cloud lockers (云柜): the cabinet live on the left; incidents, then hand-offs on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.access import ADMINISTRATOR
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.cabinet_panel import CabinetPanel
from app.gui.locker.handoff_dialogs import ServiceQuestion
from app.gui.locker.handoff_panel import HandOffPanel
from app.gui.locker.head import LockerHead
from app.gui.locker.incident_dialog import IncidentQuestion
from app.gui.locker.incident_panel import IncidentPanel
from app.gui.locker.labels_dialog import LabelsQuestion
from app.gui.locker.listing import ALL, amount_text, place_text, summary_sentence
from app.gui.locker.lists import Lists, read_lists
from app.gui.locker.notices_dialog import NoticesDialog
from app.gui.locker.offer_dialog import OfferQuestion
from app.gui.locker.polling import CabinetPoll
from app.gui.locker.question import Question
from app.gui.locker.rounds import LockerRounds
from app.gui.locker.steps import NEXT_STEPS, POSSIBLE, HandOffSteps, door_words, step_text
from app.gui.locker.stock_dialog import StockDialog
from app.gui.locker.timeline import TimelineDialog
from app.gui.locker.trial_dialog import TrialDialog
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.present import present
from app.gui.shortcuts import bind
from app.gui.widgets.empty_state import EmptyState
from app.kernel.errors import Fault
from app.kernel.progress import Progress
from app.services.locker_views import (
    CabinetView,
    CellRow,
    HandOffRow,
    IncidentRow,
    RoundsReport,
)
from app.services.views import CaseView

Shown = TypeVar("Shown", bound=QDialog)
LIST_MILLISECONDS = 5000
# Four tiles beside each other.
MAP_WIDTH = 404


class LockerPage(Page):
    """Works without an open case. While it is in sight the cabinet is asked every second and the
    lists every five, and at once when a cell changed."""

    name = "locker"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._reading = self._outdated = False
        self._picture: tuple[tuple[int, str, str], ...] = ()
        self.steps = HandOffSteps(self)
        self.head = LockerHead(self._head_commands())
        self.cabinet = CabinetPanel({"service": self.ask_service, "visit": self.visit_handoff})
        self.incidents = IncidentPanel()
        self.hand_offs = HandOffPanel({"offer": self.ask_offer, "more": self.take_step})
        self.no_cabinet = EmptyState(
            "locker",
            _("No cloud locker yet"),
            _(
                "An administrator names the cabinets of this court in its settings. Each of them "
                "then stands here, cell by cell."
            ),
        )
        self._lay_out()
        self.poll = CabinetPoll(self, self._ask_cabinet)
        self.poll.seen.connect(self._on_view)
        self.poll.failed.connect(self.cabinet.show_silence)
        self.cabinet.cabinet_chosen.connect(self._watch)
        self.cabinet.map.chosen.connect(self._on_cell)
        self.cabinet.map.asked.connect(lambda _cell: self.visit_handoff())
        self.incidents.asked.connect(self.ask_incident)
        self.hand_offs.chosen.connect(lambda _row: self._show_next())
        self.hand_offs.kind_chosen.connect(lambda _kind: self.read_lists())
        self.rounds = LockerRounds(desk, self)
        self.rounds.made.connect(self._on_round)
        self._again = QTimer(self)
        self._again.setInterval(LIST_MILLISECONDS)
        self._again.timeout.connect(self.read_lists)
        self._bind_keys()
        self._show_next()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(self.incidents)
        column.addWidget(self.hand_offs, 1)
        self.parts = QWidget(self)
        row = QHBoxLayout(self.parts)
        row.setContentsMargins(16, 0, 16, 12)
        row.setSpacing(12)
        row.addWidget(self.cabinet, 2)
        row.addLayout(column, 5)
        self.cabinet.setMinimumWidth(MAP_WIDTH)
        self.setFocusProxy(self.hand_offs.table)
        self.body.addWidget(self.head)
        self.body.addWidget(self.parts, 1)
        self.body.addWidget(self.no_cabinet, 1)
        self.no_cabinet.hide()

    def _head_commands(self) -> dict[str, Callable[[], object]]:
        return {
            "offer": self.ask_offer,
            "notices": self.show_notices,
            "open_all": self.ask_open_all,
            "stock": self.ask_stock,
            "labels": self.ask_labels,
            "commission": self.ask_commission,
        }

    def _bind_keys(self) -> None:
        bind(
            self,
            {
                "find": self.hand_offs.search.setFocus,
                "locker_offer": self.ask_offer,
                "locker_map": self.cabinet.map.setFocus,
                "locker_list": self.hand_offs.table.setFocus,
                "locker_incident": self.incidents.ask,
                "locker_filter": self.hand_offs.next_kind,
                "locker_timeline": self.show_timeline,
                "locker_code": lambda: self.take_step("renew"),
                "locker_retrieve": lambda: self.take_step("retrieve"),
                "locker_cancel": lambda: self.take_step("cancel"),
                "locker_service": self.ask_service,
                "locker_notices": self.show_notices,
            },
        )

    # Reading.

    def show_case(self, case: CaseView | None) -> None:
        """In sight: look at the cabinet and read the lists. The open case matters to new
        hand-offs alone."""
        if not self.isVisible() or not self.desk.is_signed_in:
            self.poll.rest()
            self._again.stop()
            return
        self.head.show_role(self.desk.actor.role == ADMINISTRATOR)
        self.hand_offs.show_role(self.desk.actor.role == ADMINISTRATOR)
        self._again.start()
        self.rounds.begin()
        self.poll.watch(self.cabinet.cabinet)
        self.read_lists()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self.poll.rest()
        self._again.stop()

    def read_lists(self) -> None:
        """Read hand-offs, incidents and messages; one reading at a time."""
        if self._reading:
            # What is being read may be older than what was just written.
            self._outdated = True
            return
        self._reading, self._outdated = True, False
        workstation, over = self.desk.workstation, self.hand_offs.kind == ALL

        def settled() -> None:
            self._reading = False
            if self._outdated and self.isVisible():
                self.read_lists()

        operation = Op(self, lambda: read_lists(workstation, over=over)).reads()
        operation.done(self._show_lists).refused(self._lists_refused).finally_(settled).start()

    def _lists_refused(self, fault: Fault) -> None:
        self.notice.show_presentation(present(fault))

    def _show_lists(self, lists: Lists) -> None:
        self.notice.hide()
        self.cabinet.show_cabinets(lists.cabinets)
        self.parts.setVisible(bool(lists.cabinets))
        self.no_cabinet.setVisible(not lists.cabinets)
        self.head.show_cabinets(bool(lists.cabinets))
        self.incidents.show_incidents(lists.incidents)
        self.hand_offs.show_rows(lists.hand_offs)
        self.head.show_summary(
            summary_sentence(lists.hand_offs, len(lists.incidents)) if lists.cabinets else ""
        )
        self.head.show_failed(len(lists.failed))
        self._show_next()

    def _ask_cabinet(self, cabinet: str) -> CabinetView:
        return self.desk.workstation.cabinet_view(cabinet)

    def _watch(self, cabinet: str) -> None:
        self._picture = ()
        if self.isVisible():
            self.poll.watch(cabinet)

    def _on_view(self, view: CabinetView) -> None:
        self.cabinet.show_view(view)
        picture = tuple((cell.number, cell.state, cell.handoff) for cell in view.cells)
        if self._picture and picture != self._picture and view.answering:
            self.read_lists()
        self._picture = picture if view.answering else self._picture

    def _on_round(self, report: RoundsReport) -> None:
        if self.isVisible() and report != RoundsReport(silent=report.silent):
            self.read_lists()

    def _on_cell(self, cell: CellRow | None) -> None:
        if cell is not None and cell.handoff and self.cabinet.map.hasFocus():
            self.hand_offs.go_to(cell.handoff)

    # What to do next.

    @property
    def current_row(self) -> HandOffRow | None:
        """The hand-off under the cursor."""
        return self.hand_offs.current

    def _show_next(self) -> None:
        if self.busy:
            return
        row = self.current_row
        step = NEXT_STEPS.get(row.state, "") if row is not None else ""
        self.hand_offs.show_possible({name for name in POSSIBLE if self._may(name)})
        if row is None and not self.cabinet.cabinet:
            self.next_action.show_nothing(_("No cloud locker yet"))
            return
        if row is None or not step:
            sentence = _("Choose a hand-off, or begin a new one.") if row is None else row.case_no
            self.next_action.show_action(_("New hand-off…"), self.ask_offer, sentence=sentence)
            return
        detail = " · ".join(
            (f"{row.giver} → {row.receiver}"[:48], amount_text(row.volumes, row.pages))
        )
        bar = self.next_action
        show = bar.show_blocker if step == "look" else bar.show_action
        show(
            step_text(step),
            lambda: self.take_step(step),
            sentence=f"{row.case_no} · {place_text(row)}",
            detail=detail,
        )

    def _may(self, step: str) -> bool:
        row = self.current_row
        if row is None or row.state not in POSSIBLE[step]:
            return False
        return step != "retrieve" or self.desk.actor.role == ADMINISTRATOR

    def take_step(self, step: str) -> QDialog | None:
        """Begin a step of the hand-off under the cursor, if it is possible now."""
        row = self.current_row
        if step == "timeline":
            return self.show_timeline()
        if row is None or (step in POSSIBLE and not self._may(step)):
            return None
        return self.steps.take(step, row)

    def command(self, call: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Give a short command that changes no case; the lists are read afterwards."""

        def given(result: object) -> None:
            done(result)
            self.read_lists()

        self.next_action.hold()
        Op(self, call).done(given).finally_(self.next_action.release).start()

    def show_door(self, progress: Progress, cell: int, request: str) -> None:
        """What the door of a running cycle does."""
        self.progress.title.setText(door_words(progress, cell, request))

    def long_started(self) -> None:
        """A door is open: a door cycle ends by itself and cannot be broken off."""
        self.progress.stop_button.hide()
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))

    def long_finished(self) -> None:
        """The door is shut again."""
        self.read_lists()
        self._show_next()

    # Dialogs.

    def ask_offer(self) -> OfferQuestion | None:
        """A new hand-off, of the open case if there is one."""
        if not self.cabinet.cabinet:
            return None
        question = OfferQuestion(
            self.desk, self._names(), self.cabinet.cabinet, self.desk.case_no, self
        )
        question.answered.connect(self._offered)
        question.open()
        return question

    def _offered(self, offered: tuple[HandOffRow, str]) -> None:
        row, code = offered
        self.hand_offs.want(row.id)
        self.read_lists()
        self.desk.said.emit(
            _("Cell {cell} of {cabinet} is reserved.").format(cell=row.cell, cabinet=row.cabinet)
        )
        self.steps.show_code(row, code)

    def ask_incident(self, incident: IncidentRow) -> QDialog | None:
        """Deal with an incident; a count that differs is settled with its hand-off."""
        if incident.kind == "count_differs" and self.hand_offs.go_to(incident.handoff):
            row = self.current_row
            if row is not None and row.state == "disputed":
                return self.take_step("settle")
        question = IncidentQuestion(self.desk, incident, self)
        return self._shown(question)

    def look_into(self, row: HandOffRow) -> QDialog | None:
        """The incident that keeps a hand-off from going on."""
        for incident in self.incidents.model.rows:
            if incident.handoff == row.id:
                self.incidents.go_to(incident.id)
                return self.ask_incident(incident)
        self.desk.said.emit(_("No open incident belongs to it."))
        return None

    def ask_service(self) -> Question | None:
        """Take the cell under the cursor out of service, or back."""
        cell = self.cabinet.current_cell
        if cell is None:
            return None
        back = cell.state == "out_of_service"
        question = ServiceQuestion(
            self.desk, cell.cabinet, cell.number, in_service=back, parent=self
        )
        return self._shown(question)

    def ask_open_all(self) -> QDialog | None:
        """Two administrators open all doors."""
        if not self.cabinet.cabinet or self.busy:
            return None
        return self.steps.open_all(self.cabinet.cabinet)

    def ask_stock(self) -> StockDialog:
        """Count what lies in the cells or stands on the shelves."""
        return self._shown(StockDialog(self.desk, self._names(), self.cabinet.cabinet, self))

    def ask_labels(self) -> LabelsQuestion:
        """Write labels for volumes, cells or shelves."""
        cabinet, case_no = self.cabinet.cabinet, self.desk.case_no
        return self._shown(LabelsQuestion(self.desk, self._names(), cabinet, case_no, self))

    def ask_commission(self) -> TrialDialog | None:
        """Try every cell of the cabinet with a person in front of it."""
        if not self.cabinet.cabinet or self.busy:
            return None
        return self._shown(TrialDialog(self.desk, self.cabinet.cabinet, self))

    def _names(self) -> list[str]:
        return [self.cabinet.picker.itemText(n) for n in range(self.cabinet.picker.count())]

    def _shown(self, dialog: Shown) -> Shown:
        """Open a dialog; what it changed is read when it closes."""
        dialog.finished.connect(lambda _result: self.read_lists())
        dialog.open()
        return dialog

    def visit_handoff(self) -> None:
        """Go from the cell to its hand-off."""
        cell = self.cabinet.current_cell
        if cell is not None and cell.handoff and self.hand_offs.go_to(cell.handoff):
            self.hand_offs.table.setFocus()

    def show_timeline(self) -> TimelineDialog | None:
        """The way of the paper of the hand-off under the cursor, or of the open case."""
        row = self.current_row
        case_no = row.case_no if row is not None else self.desk.case_no
        if not case_no:
            self.desk.said.emit(_("Choose a hand-off first."))
            return None
        dialog = TimelineDialog(self.desk, case_no, self)
        dialog.open()
        return dialog

    def show_notices(self) -> NoticesDialog:
        """The messages about hand-offs."""
        return self._shown(NoticesDialog(self.desk, parent=self))
