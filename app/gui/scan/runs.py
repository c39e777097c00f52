"""What moves paper: scan, insert here, replace, scan again; and the word about what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.gui.i18n import _
from app.gui.present import present
from app.gui.scan.dialogs import ask_reason
from app.gui.scan.held_words import needs_reason, verdict_text
from app.kernel.errors import Fault
from app.kernel.progress import CancelToken, Progress, Report
from app.services.station_views import HeldBatch, Resumption
from app.services.views import JobCounts, ScanEventView, ScanResult

if TYPE_CHECKING:
    from app.gui.scan.page import ScanPage

Listener = Callable[[ScanEventView], None]
Feeding = Callable[[Listener, CancelToken], ScanResult]


class ScanRuns(QObject):
    """Runs batches for a scan page, one at a time. `holding` while what comes is held for a
    comparison and does not enter the strip."""

    def __init__(self, page: ScanPage) -> None:
        super().__init__(page)
        self._page = page
        self._then: Callable[[str], None] | None = None
        self._case_no = ""
        self.holding = False

    def _ready(self) -> bool:
        return self._page.may_edit and not self._page.busy

    def actions(self) -> list[tuple[str, str, Callable[[], None]]]:
        """What the scanner can do at the side under the cursor: key, text and call."""
        return [
            ("insert_here", _("Insert here"), self.insert_here),
            ("replace_side", _("Replace this page"), self.replace_side),
            ("rescan_sheet", _("Scan this sheet again, both sides"), self.rescan_sheet),
        ]

    def start(self) -> None:
        """Scan one batch, or go on with the one that was interrupted."""
        if not self._ready():
            return
        stopped = self._page.state.resumption
        if stopped is not None:
            self._resume(stopped)
            return
        request = self._page.controls.request
        if not request["source"]:
            self._page.controls.ask_folder()
            return
        actor, workstation, number = self._page.parties

        def feed(hear: Listener, cancel: CancelToken) -> ScanResult:
            return workstation.scan(
                actor,
                number,
                request["source"],
                profile=request["profile"],
                part=request["part"],
                on_event=hear,
                cancel=cancel,
            )

        self._feed(_("Scanning"), feed, holding=False)

    def _resume(self, stopped: Resumption) -> None:
        """Go on where a batch stopped, whatever it was for."""
        actor, workstation, number = self._page.parties

        def feed(hear: Listener, cancel: CancelToken) -> ScanResult:
            return workstation.resume(actor, number, stopped.batch, on_event=hear, cancel=cancel)

        self._feed(_("Scanning"), feed, holding=stopped.purpose != "append")

    def insert_here(self) -> None:
        """Scan pages that belong behind the side under the cursor."""
        current = self._page.strip.current_side
        request = self._request()
        if request is None:
            return
        actor, workstation, number = self._page.parties
        after = current.position if current is not None else 0

        def feed(hear: Listener, cancel: CancelToken) -> ScanResult:
            return workstation.insert_here(
                actor,
                number,
                after,
                request["source"],
                profile=request["profile"],
                on_event=hear,
                cancel=cancel,
            )

        title = _("Scanning what belongs behind side {position}").format(position=after)
        self._feed(title, feed, holding=True)

    def replace_side(self) -> None:
        """Scan the selected pages again, these sides alone."""
        self._rescan(whole_sheet=False)

    def rescan_sheet(self) -> None:
        """Scan the sheets of the selected pages again, both sides."""
        self._rescan(whole_sheet=True)

    def _rescan(self, *, whole_sheet: bool) -> None:
        positions = [side.position for side in self._page.actions_on_sides.chosen]
        request = self._request()
        if request is None or not positions:
            return
        actor, workstation, number = self._page.parties

        def feed(hear: Listener, cancel: CancelToken) -> ScanResult:
            return workstation.rescan(
                actor,
                number,
                positions,
                request["source"],
                whole_sheet=whole_sheet,
                profile=request["profile"],
                on_event=hear,
                cancel=cancel,
            )

        title = _("Scanning side {position} again").format(position=positions[0])
        self._feed(title, feed, holding=True)

    def _request(self) -> dict[str, Any] | None:
        request = self._page.controls.request
        if not self._ready():
            return None
        if not request["source"]:
            self._page.controls.ask_folder()
            return None
        return request

    def _feed(self, title: str, feeding: Feeding, *, holding: bool) -> None:
        page = self._page
        page.notice.hide()
        self.holding = holding
        self._then = None
        page.begin_run(page.controls.chosen_part)
        self._case_no = page.desk.case_no
        expected = 0 if holding or page.run is None else page.run.expected

        def call(report: Report, cancel: CancelToken) -> ScanResult:
            def hear(event: ScanEventView) -> None:
                report(Progress(step="scan", done=event.sides, total=expected))
                page.feed.hear(event)

            return feeding(hear, cancel)

        operation = page.run_long(title, call, self._scanned)
        operation.refused(self._stopped_by_fault)

    def _stopped_by_fault(self, fault: Fault) -> None:
        """A batch that can go on shows its own panel; anything else is said above."""
        page = self._page
        stored = page.run.sides if page.run is not None else 0
        safe = _("The {count} sides scanned before are all stored.").format(count=stored)

        def said() -> None:
            if page.state.resumption is None:
                page.notice.show_presentation(present(fault, safe=safe))

        self._when_read = said

    _when_read: Callable[[], None] | None = None

    def _scanned(self, result: ScanResult) -> None:
        new = result.sides - result.skipped
        text = _("{sheets} sheets, {sides} sides stored.").format(sheets=result.sheets, sides=new)
        if result.skipped:
            text += " " + _("{count} sides were there already.").format(count=result.skipped)
        self._page.desk.said.emit(text)
        if new > 0:
            self._then = self.examine if self.holding else self.process

    def go_on(self) -> None:
        """After any long task: end the run, and do what follows by itself."""
        page = self._page
        if page.run is not None:
            page.end_run()
        self.holding = False
        then, self._then = self._then, None
        told, self._when_read = self._when_read, None
        if told is not None:
            page.after_reading(told)
        if then is not None:
            then(self._case_no)

    def process(self, case_no: str = "") -> None:
        """Examine and read what is new, in the open case or the one that was scanned."""
        page = self._page
        number = case_no or page.desk.case_no
        if not number or page.busy:
            return
        actor, workstation = page.desk.actor, page.desk.workstation

        def call(report: Report, cancel: CancelToken) -> JobCounts:
            return workstation.process(actor, number, report=report, cancel=cancel)

        operation = page.run_long(_("Examining and reading"), call, lambda _counts: None)
        operation.progress(page.show_processing)

    def examine(self, case_no: str) -> None:
        """Compare held pages with those they stand for."""
        page = self._page
        workstation, number = page.desk.workstation, case_no
        page.run_long(
            _("Comparing old and new"),
            lambda _report, cancel: workstation.examine_held(number, cancel),
            lambda _nothing: None,
        )

    def accept_in_sight(self) -> None:
        """Accept the held batch in sight."""
        if self._page.state.held:
            self.accept(self._page.state.held[0])

    def reject_in_sight(self) -> None:
        """Reject the held batch in sight."""
        if self._page.state.held:
            self.reject(self._page.state.held[0])

    def accept(self, batch: HeldBatch) -> None:
        """Put the new pages in force; when they do not look the same, only with a reason."""
        if not self._ready():
            return
        if not needs_reason(batch):
            self._accept(batch, "")
            return
        worst = next((pair for pair in batch.pairs if pair.verdict == batch.verdict), None)
        ask_reason(
            self._page,
            _("Accept all the same"),
            (f"{verdict_text(worst)}\n" if worst is not None else "")
            + _("Why are these the right pages all the same?"),
            _("Accept"),
            lambda reason: self._accept(batch, reason),
        )

    def _accept(self, batch: HeldBatch, although: str) -> None:
        actor, workstation, number = self._page.parties
        said = _("Inserted.") if batch.purpose == "insert" else _("Replaced; the old page is kept.")
        self._page.write(
            lambda: workstation.accept_held(actor, number, batch.batch, although=although),
            said=said,
        )

    def reject(self, batch: HeldBatch) -> None:
        """Leave the dossier as it is; the new pages stay stored, put aside with the reason."""
        if not self._ready():
            return
        actor, workstation, number = self._page.parties
        ask_reason(
            self._page,
            _("Reject the new pages"),
            _("Why are they rejected? They stay stored, put aside."),
            _("Reject"),
            lambda reason: self._page.write(
                lambda: workstation.reject_held(actor, number, batch.batch, reason),
                said=_("Rejected; nothing was changed."),
            ),
        )

    def complete(self) -> None:
        """Take the interrupted batch as complete."""
        self._discard(
            _("Complete as it is"),
            _("Why is nothing more to be scanned in this batch?"),
            _("Complete as it is"),
            "",
            None,
        )

    def other_source(self) -> None:
        """Close the interrupted batch and let the operator choose another source."""
        self._discard(
            _("Go on with another source"),
            _("This batch ends here; the rest comes from another source. Why?"),
            _("Choose the source"),
            _("The scanner cannot go on; the rest is scanned elsewhere."),
            self._page.controls.open_sources,
        )

    def _discard(
        self,
        title: str,
        question: str,
        accept_text: str,
        proposed: str,
        then: Callable[[], None] | None,
    ) -> None:
        stopped = self._page.state.resumption
        if stopped is None or not self._ready():
            return
        actor, workstation, number = self._page.parties

        def given(reason: str) -> None:
            self._page.write(
                lambda: workstation.discard_rest(actor, number, stopped.batch, reason),
                said=_("The batch is closed; its sides are all stored."),
            )
            if then is not None:
                # The question has to be gone first; a list that unfolds would close with it.
                QTimer.singleShot(0, then)

        ask_reason(self._page, title, question, accept_text, given, proposed=proposed)
