"""Scanning a stack by its work slips from the window: start, stop, go on, and leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShortcut

from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.scan.dialogs import ask_reason
from app.gui.scan.stack_panel import StackPanel
from app.gui.scan.stack_run import StackRun
from app.gui.scan.stack_words import stack_sentence, stop_heading
from app.gui.shortcuts import keys_of
from app.kernel.errors import Fault
from app.kernel.progress import CancelToken, Progress, Report
from app.services.station_views import Resumption
from app.services.views import CaseView, ScanEventView, ScanResult

if TYPE_CHECKING:
    from app.gui.scan.page import ScanPage

Results = list[tuple[str, ScanResult]]
# The keys that mean something while the panel stands there; the strip behind it is out of reach.
KEYS = frozenset(
    {
        "start_scan",
        "scan_by_slips",
        "stop_scan",
        "complete_batch",
        "source",
        "profile",
        "profiles",
        "folder",
        "look_again",
    }
)


class StackRuns(QObject):
    """Runs stacks for a scan page, one at a time, and keeps the panel that shows them.

    `in_sight` from the start of a stack until somebody goes back to the case. Emits `settled` when
    the panel shows how a run ended, as the store tells it.
    """

    settled = Signal()

    def __init__(self, page: ScanPage) -> None:
        super().__init__(page)
        self._page = page
        self._request: dict[str, Any] = {}
        self._open: dict[str, Resumption | None] = {}
        self._waiting: list[str] = []
        self._case_no = ""
        self._then: Callable[[], None] | None = None
        self.run = StackRun()
        self.running = False
        self.in_sight = False
        self.keys: dict[str, QShortcut] = {}
        page.desk.case_changed.connect(self._on_case)

    @cached_property
    def panel(self) -> StackPanel:
        """What shows a stack, in the stack of the page; made for the first one."""
        panel = StackPanel(self._page.stack)
        panel.go_on_asked.connect(self.go_on)
        panel.complete_asked.connect(self._complete)
        panel.open_asked.connect(self._open_case)
        panel.leave_asked.connect(self.leave)
        self._page.stack.addWidget(panel)
        return panel

    def start(self) -> None:
        """Scan a stack from the chosen source; dossiers that wait may go on with it."""
        if self._page.busy:
            return
        request = self._page.controls.request
        if not request["source"]:
            self._page.controls.ask_folder()
            return
        self._feed(request)

    def go_on(self) -> None:
        """Go on where the stack stopped, from the same source; after its end, the next stack."""
        if self.run.stop is None:
            self.start()
        elif not self._page.busy:
            self._feed(self._request)

    def complete(self) -> None:
        """Take the interrupted dossier as complete."""
        self._complete(self.panel.interrupted_case)

    def leave(self) -> None:
        """Go back to the open case; what came of the stack is in the cases."""
        if self.in_sight and not self._page.busy:
            self.run, self._open = StackRun(), {}
            self._set_sight(False)
            self._page.read_state()

    def _set_sight(self, in_sight: bool) -> None:
        self.in_sight = in_sight
        for name, key in self.keys.items():
            key.setEnabled(not in_sight or name in KEYS)
        page = self._page
        page.sum_panel.setVisible(not in_sight)
        page.free_controls()
        page.arrange()

    def _feed(self, request: dict[str, Any]) -> None:
        page = self._page
        actor, workstation = page.desk.actor, page.desk.workstation
        page.notice.hide()
        self._request = request
        if self.run.stop is None and not any(self._open.values()):
            self.run = StackRun()
        self.run.begin()
        self.running = True
        self._case_no = page.desk.case_no

        def call(report: Report, cancel: CancelToken) -> Results:
            stored: list[str] = []

            def hear(event: ScanEventView) -> None:
                if event.kind == "side":
                    stored.append(event.case_no)
                    report(Progress(step="scan", done=len(stored), total=0))
                page.feed.hear(event)

            return workstation.scan_by_slips(
                actor,
                request["source"],
                profile=request["profile"],
                on_event=hear,
                cancel=cancel,
            )

        operation = page.run_long(_("Scanning by work slips"), call, self._scanned)
        operation.refused(self._stopped_by_fault).cancelled(self._stopped_by_hand)
        self._set_sight(True)

    def take(self, events: Sequence[ScanEventView]) -> None:
        """What came while the stack is on."""
        self.run.take(events)
        self.show()

    def show(self) -> None:
        """Show how the stack stands now."""
        self.panel.show_run(self.run, busy=self._page.busy)

    def _scanned(self, results: Results) -> None:
        self._page.feed.flush()
        self.run.finish(results)
        self._waiting += [case_no for case_no, result in results if result.sides > result.skipped]
        self._page.desk.said.emit(stack_sentence(self.run))
        self._then = self.process

    def _stopped_by_fault(self, fault: Fault) -> None:
        self._end_early(dict(fault.as_record()))

    def _stopped_by_hand(self) -> None:
        self._end_early({})

    def _end_early(self, record: dict[str, Any]) -> None:
        self._page.feed.flush()
        self.run.end_early(record)
        stopped = self.run.stop.case_no if self.run.stop is not None else ""
        self._waiting += [row for row in self.run.cases if row != stopped]

    def finished(self) -> None:
        """After any long task of the page: what the store says, then what follows by itself."""
        if not self.running:
            self.show()
            return
        self._page.feed.flush()
        self.running = False
        self._ask_store()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _ask_store(self) -> None:
        """Read which batches of the stack are open; off the main thread."""
        workstation, cases = self._page.desk.workstation, self.run.cases
        operation = Op(
            self._page, lambda: {case_no: workstation.resumption(case_no) for case_no in cases}
        )
        operation.reads().done(self._settle).start()

    def _settle(self, open_batches: dict[str, Resumption | None]) -> None:
        if self.running:
            return
        self._open = open_batches
        self.run.settle(open_batches)
        self.show()
        self._page.arrange()
        self.settled.emit()

    def process(self) -> None:
        """Examine and read what is new, dossier by dossier."""
        page = self._page
        cases, self._waiting = tuple(dict.fromkeys(self._waiting)), []
        if not cases:
            return
        actor, workstation = page.desk.actor, page.desk.workstation

        def call(report: Report, cancel: CancelToken) -> None:
            for case_no in cases:
                cancel.check()
                workstation.process(actor, case_no, report=report, cancel=cancel)

        operation = page.run_long(_("Examining and reading"), call, lambda _nothing: None)
        operation.progress(page.show_processing)

    def _complete(self, case_no: str) -> None:
        page, stopped = self._page, self._open.get(case_no)
        if stopped is None or page.busy:
            return
        actor, workstation = page.desk.actor, page.desk.workstation

        def closed(_nothing: object) -> None:
            page.desk.said.emit(_("The batch is closed; its sides are all stored."))
            self._waiting.append(case_no)
            self._ask_store()

        def given(reason: str) -> None:
            Op(page, lambda: workstation.discard_rest(actor, case_no, stopped.batch, reason)).done(
                closed
            ).start()

        ask_reason(
            page,
            _("Complete as it is"),
            _("Why is nothing more to be scanned for {case_no}?").format(case_no=case_no),
            _("Complete as it is"),
            given,
            proposed=_("The next work slip in the stack ends this dossier."),
        )

    def _open_case(self, case_no: str) -> None:
        if case_no == self._page.desk.case_no:
            self.leave()
        else:
            self._page.desk.open_case(self._page, case_no, page="scan")

    def _on_case(self, case: CaseView | None) -> None:
        """Another case was opened: the panel gives way, unless paper or its sides are in work."""
        number = "" if case is None else case.case_no
        if self._page.busy:
            self._case_no = number
        elif number != self._case_no:
            self.leave()

    def show_next(self) -> None:
        """Name on the big button of the page how the stack goes on."""
        stop, bar = self.run.stop, self._page.next_action
        if stop is not None:
            bar.show_action(
                _("Go on by slips"),
                self.go_on,
                sentence=stop_heading(stop) or _("Nothing was stored."),
                key=keys_of("start_scan"),
            )
            return
        bar.show_action(
            _("Scan the next stack"),
            self.start,
            sentence=stack_sentence(self.run),
            detail=_("Every dossier lies under its work slip."),
            key=keys_of("scan_by_slips"),
        )
