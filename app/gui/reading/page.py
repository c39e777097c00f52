"""Reading room: who asks to read, who may, what was read and printed, what hangs in the hall."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.present import present
from app.gui.reading.application_list import term_text
from app.gui.reading.application_steps import ApplicationSteps
from app.gui.reading.bundle_steps import BundleSteps
from app.gui.reading.desk_read import DeskRead, read_desk
from app.gui.reading.four_eyes import may_approve
from app.gui.reading.grant_steps import GrantSteps
from app.gui.reading.panel import ReadingPanel
from app.gui.reading.record_steps import RecordSteps
from app.gui.shortcuts import bind
from app.gui.widgets.one_layout import one_layout
from app.kernel.errors import Fault
from app.services.reading_desk_views import ApplicationRow, GrantRow, PrintJobRow, VisitRow
from app.services.reading_views import SlipRow
from app.services.views import CaseView

# Readers sit at the terminal while this page is in sight.
READ_EVERY_MILLISECONDS = 5000
# Lists that take long to read are read less often.
PATIENCE = 10
# What the big button does: its text, the call, whether it names what stands in the way.
Next = tuple[str, Callable[[], object], bool]


class ReadingPage(Page):
    """Lists of all cases under tabs; they are read again and again while they are in sight."""

    name = "reading"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.applications = ApplicationSteps(self, lambda: self.panel)
        self.grants = GrantSteps(self, lambda: self.panel)
        self.bundles = BundleSteps(self, lambda: self.panel)
        self.records = RecordSteps(self, lambda: self.panel)
        self.panel = ReadingPanel(self._commands(), self)
        self.body.addWidget(self.panel, 1)
        self.setFocusProxy(self.panel)
        self.shown: DeskRead | None = None
        self._wanted = ("", "")
        self._reading = self._outdated = False
        self._asked_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(READ_EVERY_MILLISECONDS)
        self._timer.timeout.connect(self.read_lists)
        self._filling = False
        self.panel.chosen.connect(self._on_chosen)
        self.panel.opened.connect(self.press_next)
        for steps in (self.applications, self.grants, self.bundles, self.records):
            steps.done.connect(self.read_lists)
            steps.row_wanted.connect(self._want)
        self._bind_keys()

    def _commands(self) -> dict[str, Callable[[], object]]:
        return {
            "new": self.applications.enter,
            "check": self.applications.check,
            "decide": self.decide,
            "send_back": self.applications.send_back,
            "refuse": self.refuse,
            "withdraw": self.withdraw,
            "appoint": self.grants.appoint,
            "print_pass": self.grants.print_pass,
            "renew": self.grants.renew,
            "change": self.grants.change,
            "revoke": self.grants.revoke,
            "make_bundle": self.bundles.make,
            "carry": self.bundles.carry,
            "settle": self.records.settle,
            "receive": self.records.receive,
            "save_slip": self.records.save_slip,
            "open_log": self.records.open_log,
            "put_up": self.records.put_up,
            "trace": self.records.trace,
            "queries": self.records.queries,
            "settings": self.records.settings,
        }

    def _bind_keys(self) -> None:
        commands = self._commands()
        keys = {
            "reading_new": "new",
            "reading_check": "check",
            "reading_decide": "decide",
            "reading_return": "send_back",
            "reading_refuse": "refuse",
            "reading_withdraw": "withdraw",
            "reading_appoint": "appoint",
            "reading_pass": "print_pass",
            "reading_code": "renew",
            "reading_change": "change",
            "reading_revoke": "revoke",
            "reading_bundle": "make_bundle",
            "reading_carry": "carry",
            "reading_settle": "settle",
            "reading_receive": "receive",
            "reading_slip": "save_slip",
            "reading_log": "open_log",
            "reading_notice": "put_up",
            "reading_trace": "trace",
            "reading_queries": "queries",
            "reading_settings": "settings",
        }
        actions = {action: commands[command] for action, command in keys.items()}
        actions["find"] = self.panel.search.setFocus
        actions["reading_list"] = self.panel.next_list
        actions["reading_filter"] = self.panel.next_kind
        bind(self, actions)

    # The same key in different lists.

    def decide(self) -> None:
        """Decide the application in hand, or approve the print."""
        prints = self.panel.current == "prints"
        (self.records.approve_print if prints else self.applications.decide)()

    def refuse(self) -> QWidget | None:
        """Refuse the application or the print in hand."""
        prints = self.panel.current == "prints"
        return (self.records.refuse_print if prints else self.applications.refuse_row)()

    def withdraw(self) -> QWidget | None:
        """The applicant withdraws, or a notice comes down."""
        notices = self.panel.current == "notices"
        return (self.records.take_down if notices else self.applications.withdraw)()

    # Reading.

    def show_case(self, case: CaseView | None) -> None:
        """Read the lists; they are of all cases."""
        if self.isVisible() and self.desk.is_signed_in:
            self._timer.start()
            self.read_lists()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._timer.stop()

    @property
    def watching(self) -> bool:
        """Whether the lists are read again and again."""
        return self._timer.isActive()

    def read_lists(self) -> None:
        """Read all lists; one question at a time, and once more when something was written
        meanwhile."""
        if self._reading:
            self._outdated = True
            return
        self._reading, self._outdated = True, False
        self._asked_at = monotonic()
        workstation = self.desk.workstation
        operation = Op(self, lambda: read_desk(workstation)).reads().done(self._show)
        operation.refused(self._unread).finally_(self._settled).start()

    def _settled(self) -> None:
        self._reading = False
        took = round(1000 * PATIENCE * (monotonic() - self._asked_at))
        self._timer.setInterval(max(READ_EVERY_MILLISECONDS, took))
        if self._outdated:
            self.read_lists()

    def _unread(self, fault: Fault) -> None:
        self.notice.show_presentation(present(fault))

    def _show(self, read: DeskRead) -> None:
        self.notice.hide()
        if not self.desk.is_signed_in:
            return
        first = self.shown is None
        self.shown = read
        # The cursor moves about while a list is filled: its row is told of once, at the end.
        self._filling = True
        with one_layout(self.panel):
            self.panel.show_read(read)
        self._filling = False
        name, row = self._wanted
        if name and not self._outdated:
            self._wanted = ("", "")
            self.panel.go_to(name, row)
        if first and self.hasFocus():
            self.panel.current_list.setFocus()
        self._show_next()

    def _want(self, name: str, row: str) -> None:
        self._wanted = (name, row)
        self.read_lists()

    # What comes next.

    def _on_chosen(self) -> None:
        if not self._filling:
            self._show_next()

    def _show_next(self) -> None:
        row = self.panel.current_list.current
        if row is None:
            self._show_without_row()
            return
        text, call, blocked = self._next_of(row)
        show = self.next_action.show_blocker if blocked else self.next_action.show_action
        reader = getattr(row, "reader", "") or getattr(row, "title", "")
        numbers = "、".join(getattr(row, "case_numbers", ())) or getattr(row, "case_no", "")
        show(text, call, sentence=f"{reader}  {numbers}".strip(), detail=self._detail_of(row))

    def _show_without_row(self) -> None:
        bar = self.next_action
        if self.panel.current == "notices":
            bar.show_action(_("New notice…"), self.records.put_up)
        elif self.panel.current == "applications":
            bar.show_action(_("New application…"), self.applications.enter)
        else:
            bar.show_nothing(_("Nothing is to be done in this list."))

    def _detail_of(self, row: object) -> str:
        return term_text(row) if isinstance(row, ApplicationRow) else ""

    def _next_of(self, row: object) -> Next:
        if isinstance(row, ApplicationRow):
            return self._next_of_application(row)
        if isinstance(row, GrantRow):
            if row.state == "locked":
                return _("New code"), self.grants.renew, True
            if row.state in ("live", "future") and not row.appointed_at:
                return _("Appointment…"), self.grants.appoint, False
            if row.state in ("live", "future"):
                return _("Pass as PDF…"), self.grants.print_pass, False
            return _("Show its application"), self.grants.show_application, False
        if isinstance(row, PrintJobRow):
            if row.state == "asked":
                return _("Approve the print"), self.records.approve_print, False
            if row.state == "doubtful":
                return _("What came out…"), self.records.settle, True
            return _("Visits to the terminal"), lambda: self.panel.go_to("visits"), False
        if isinstance(row, SlipRow):
            if row.received_by:
                return _("Slip as PDF…"), self.records.save_slip, False
            return _("Receive…"), self.records.receive, not row.signed
        if isinstance(row, VisitRow):
            return _("Reading log"), self.records.open_log, False
        return _("New notice…"), self.records.put_up, False

    def _next_of_application(self, row: ApplicationRow) -> Next:
        steps = self.applications
        if row.turn == "check" or row.state == "returned":
            return _("Check papers…"), steps.check, False
        if row.turn == "decide":
            foreign = not may_approve(self.desk.actor.role)
            return _("Decide…"), steps.decide, foreign
        if row.grant:
            return _("Show its grant"), lambda: self.panel.go_to("grants", row.grant), False
        return _("New application…"), steps.enter, False
