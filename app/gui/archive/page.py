"""Archive: the queue of all dossiers, and one of them with both tracks to their receipts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.gui.archive.case_panel import CasePanel, CaseRead
from app.gui.archive.case_steps import CaseSteps
from app.gui.archive.check_steps import CheckSteps
from app.gui.archive.court_panel import CourtPanel
from app.gui.archive.court_steps import CourtSteps
from app.gui.archive.next_step import show_next
from app.gui.archive.queue_panel import QueuePanel
from app.gui.archive.queue_steps import QueueSteps
from app.gui.archive.register_steps import RegisterSteps
from app.gui.archive.track_steps import TrackSteps
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.page import Page
from app.gui.shortcuts import bind
from app.gui.widgets.one_layout import one_layout
from app.services.archive_views import ArchiveRow
from app.services.views import CaseView


class ArchivePage(Page):
    """Two levels: without an open case, or by a key, the queue, which is read again and again
    while it is in sight; with a case both of its tracks and its lists."""

    name = "archive"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._of_case = ""
        self._wanted = ("", "")
        self.queue_steps = QueueSteps(self, lambda: self.queue)
        self.track_steps = TrackSteps(self, lambda: self.case_panel)
        self.case_steps = CaseSteps(self, lambda: self.case_panel)
        self.check_steps = CheckSteps(self, lambda: self.case_panel)
        self.court_steps = CourtSteps(self, lambda: self.courts, self._case_in_hand)
        self.registers = RegisterSteps(self)
        self.queue = QueuePanel(
            {
                "send": self.queue_steps.send,
                "hours": self.queue_steps.ask_hours,
                "courts": self.show_courts,
                "pause": self.queue_steps.toggle_pause,
                "retry": self.queue_steps.retry,
                "priority": self.queue_steps.prioritise,
                "withdraw": self.queue_steps.withdraw,
                "pause_all": self.queue_steps.toggle_queue,
                "registers": self.registers.ask,
            }
        )
        self.case_panel = CasePanel(self._case_commands())
        self.courts = CourtPanel(
            {
                "court_send": self.court_steps.ask_send,
                "court_receive": self.court_steps.ask_receive,
                "court_receipt": self.court_steps.ask_receipt,
                "court_back": self.show_queue,
            },
            self,
        )
        self.paper = self.case_panel.paper
        self.model = self.case_panel.lists.checks.model
        self.levels = QStackedWidget(self)
        self.levels.addWidget(self.queue)
        self.levels.addWidget(self.case_panel)
        self.levels.addWidget(self.courts)
        self.body.addWidget(self.levels, 1)
        self.queue.chosen.connect(lambda _row: self._show_next())
        self.queue.opened.connect(self._open_row)
        self.queue_steps.case_wanted.connect(self.open_case)
        self.case_panel.lists.list_chosen.connect(self._list_chosen)
        self._bind_keys()

    def _case_commands(self) -> dict[str, Callable[[], object]]:
        tracks, steps, checks = self.track_steps, self.case_steps, self.check_steps
        return {
            "offer": tracks.offer,
            "deposit": tracks.deposit,
            "collect": tracks.collect,
            "acknowledge": tracks.acknowledge,
            "shelve": tracks.shelve,
            "shelve_by_scans": steps.shelve_by_scans,
            "settle": steps.settle,
            "ask_addition": steps.ask_addition,
            "approve": steps.approve,
            "refuse": steps.refuse,
            "open_addition": steps.open_addition,
            "issue": steps.issue_passport,
            "print_passport": steps.ask_print,
            "check": checks.ask_stage,
            "decide": checks.decide,
            "conclude": checks.conclude,
            "report": checks.ask_report,
        }

    def _bind_keys(self) -> None:
        queue, steps = self.queue_steps, self.case_steps
        bind(
            self,
            {
                "archive_queue": self.show_queue,
                "archive_registers": self.registers.ask,
                "archive_courts": self.show_courts,
                "archive_pause_all": queue.toggle_queue,
            },
        )
        bind(
            self.queue,
            {
                "find": self.queue.search.setFocus,
                "archive_filter": self.queue.next_kind,
                "archive_send": queue.send,
                "archive_hours": queue.ask_hours,
                "archive_pause": queue.toggle_pause,
                "archive_retry": queue.retry,
                "archive_priority": queue.prioritise,
                "archive_withdraw": queue.withdraw,
            },
        )
        courts = self.court_steps
        bind(
            self.courts,
            {
                "archive_court_send": courts.ask_send,
                "archive_court_receive": courts.ask_receive,
                "archive_court_receipt": courts.ask_receipt,
            },
        )
        bind(
            self.case_panel,
            {
                "archive_list": self.case_panel.lists.next_list,
                "archive_settle": steps.settle,
                "archive_shelve": steps.shelve_by_scans,
                "archive_addition": steps.ask_addition,
                "archive_passport": steps.issue_passport,
                "archive_decide": self.check_steps.decide,
                "archive_conclude": self.check_steps.conclude,
            },
        )

    # Which level is in sight.

    @property
    def in_queue(self) -> bool:
        """Whether the queue is in sight, not one dossier."""
        return self.levels.currentWidget() is self.queue

    def show_queue(self) -> None:
        """Show the queue; the open case stays open."""
        self._show_level(self.queue)

    def show_courts(self) -> None:
        """Show what went to other courts and came from them."""
        if self.desk.is_signed_in:
            self.court_steps.read()
            self._show_level(self.courts)

    def _case_in_hand(self) -> str:
        row = self.queue.current
        return self.desk.case_no or (row.case_no if row is not None else "")

    def open_case(self, case_no: str, part: str = "") -> None:
        """Open a dossier of the queue, and there the list `part`."""
        self._wanted = (case_no, part)
        self.desk.open_case(self, case_no)

    def _open_row(self, row: ArchiveRow) -> None:
        self.open_case(row.case_no)

    def step_back(self) -> bool:
        """From one dossier to the queue; from there the window goes to Today."""
        if self.in_queue:
            return False
        self.show_queue()
        return True

    def _show_level(self, level: QWidget) -> None:
        changed = self.levels.currentWidget() is not level
        self.levels.setCurrentWidget(level)
        self.setFocusProxy(self.case_panel.lists if level is self.case_panel else level)
        if level is self.queue and self.isVisible() and self.desk.is_signed_in:
            self.queue_steps.watch()
        else:
            self.queue_steps.rest()
        if changed and self.isVisible():
            self.setFocus()
        self._show_next()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self.queue_steps.rest()
        # Whoever comes back with a case in hand comes for that case.
        self._of_case = ""

    # Reading.

    def show_case(self, case: CaseView | None) -> None:
        """Read package, tracks and lists of the case; without one the queue."""
        if case is None:
            self._of_case, self.track_steps.code, self.case_steps.shown = "", "", None
            self.case_panel.clear()
            if self.desk.is_signed_in and self.levels.currentWidget() is self.courts:
                # What goes between courts needs no open case.
                self._show_next()
                return
            self._show_level(self.queue)
            return
        wanted, part = self._wanted
        if case.case_no != self._of_case or case.case_no == wanted:
            if case.case_no != self._of_case:
                self.case_steps.shown = None
            self._of_case, self._wanted = case.case_no, ("", "")
            self._show_level(self.case_panel)
            if part:
                self.case_panel.lists.go_to(part)
        elif self.in_queue:
            self.queue_steps.read()
        self.read(_reading(self.desk, case.case_no), self._show)

    def _show(self, read: CaseRead) -> None:
        case = self.desk.case
        if case is None:
            return
        self.case_steps.shown = read
        self.track_steps.hand_off = read.hand_off
        with one_layout(self.case_panel):
            self.case_panel.show_read(case, read, self.track_steps.code)
        self._list_chosen(self.case_panel.lists.current)
        self._show_next()

    def _list_chosen(self, name: str) -> None:
        if name == "signatures":
            self.case_steps.judge_signatures()

    def _show_next(self) -> None:
        """Name the next step of what is in sight, or what stands before it."""
        if self.busy:
            return
        if self.in_queue:
            self.queue_steps.show_next()
        elif self.levels.currentWidget() is self.courts:
            self.next_action.show_action(
                _("Send to another court…"),
                self.court_steps.ask_send,
                sentence=self._case_in_hand(),
            )
        elif self.desk.case is not None and self.case_steps.shown is not None:
            show_next(
                self.next_action,
                self.desk,
                self.case_steps.shown,
                self.track_steps,
                self.case_steps,
            )

    def long_started(self) -> None:
        """A long task runs."""
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))

    def long_finished(self) -> None:
        """The long task is over: what is in sight has changed."""
        super().long_finished()
        self._show_next()


def _reading(desk: Desk, case_no: str) -> Callable[[], CaseRead]:
    workstation = desk.workstation

    def read() -> CaseRead:
        hand_offs = workstation.handoffs(case_no)
        return CaseRead(
            package=workstation.package(case_no),
            tracks=workstation.tracks(case_no),
            hand_off=hand_offs[-1] if hand_offs else None,
            targets=tuple(workstation.targets()),
            attempts=tuple(workstation.attempts(case_no)),
            freezes=tuple(workstation.freezes(case_no, open_only=False)),
            additions=tuple(workstation.additions(case_no)),
            passports=tuple(workstation.passports(case_no)),
            checks=tuple(workstation.package_checks(case_no)),
            accepted_check=bool(workstation.track_rules()["accepted_check"]),
        )

    return read
