"""One batch: start, watch the strip grow, mend a jam, go on."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QStackedWidget, QWidget

from app.domain.lifecycle import may
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.next_steps import lead_on
from app.gui.ops import Op
from app.gui.page import Page, three_columns
from app.gui.present import present
from app.gui.scan.controls import ScanControls
from app.gui.shortcuts import bind
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.film_strip import FilmStrip
from app.gui.widgets.labels import framed, label
from app.gui.widgets.viewer_panel import ViewerPanel
from app.kernel.errors import Fault
from app.kernel.fault_texts import describe
from app.kernel.progress import CancelToken, Progress, Report
from app.kernel.translation import current_language
from app.services.views import CaseView, JobCounts, ScanEventView, ScanResult, SideRow, SourceRow


class ScanPage(Page):
    """Paper in, sides out. Sides are stored before they are shown."""

    name = "scan"
    heard = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._reading = False
        self._read_again = False
        self._sources_known = False
        self._scanned = 0
        self.controls = ScanControls()
        self.controls.start_asked.connect(self.start)
        self.controls.refresh_asked.connect(self.look_for_devices)
        self.sum = label("", "heading")
        self.sum_bar = QProgressBar()
        self.sum_bar.setTextVisible(False)
        self.sum_bar.setAccessibleName(_("Pages scanned of those stated"))
        self.sum_bar.setFixedWidth(240)
        self.strip = FilmStrip(even=True)
        self.strip.side_chosen.connect(self._show_side)
        self.viewer = ViewerPanel()
        self.empty = EmptyState(
            "scan",
            _("Nothing scanned yet"),
            _(
                "Put the paper into the feeder, or choose a folder of scans, and press F5. "
                "Every side is stored before it is shown; a jam loses nothing."
            ),
            action_text=_("Start scanning"),
            action=self.start,
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        strip_frame = framed("strip")
        inner = QHBoxLayout(strip_frame)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.strip)
        spacer = QWidget()
        spacer.hide()
        self.stack.addWidget(three_columns(strip_frame, self.viewer, spacer, [440, 760, 0]))
        self.body.addWidget(self.controls)
        self.body.addWidget(self._sum_line())
        self.body.addWidget(self.stack, 1)
        self.heard.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        bind(self, {"start_scan": self.start})

    def _sum_line(self) -> QFrame:
        bar = framed("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self.sum)
        row.addStretch(1)
        row.addWidget(self.sum_bar)
        return bar

    def show_case(self, case: CaseView | None) -> None:
        """Show the sides of the case; look for devices the first time."""
        if case is None:
            self.notice.hide()
            self._show_sides([])
            return
        if not self._sources_known:
            self.look_for_devices()
        self.sum.setText(sum_sentence(case))
        self.sum_bar.setVisible(bool(case.paper_pages))
        if case.paper_pages:
            self.sum_bar.setRange(0, case.paper_pages)
            self.sum_bar.setValue(min(case.sides - case.blank_sides, case.paper_pages))
        if not self.busy:
            self.controls.set_free(may("dossier", case.state, "scan"))
            self._show_next(case)
        self._read_sides()

    def _show_next(self, case: CaseView) -> None:
        if case.sides == 0:
            self.next_action.show_action(
                _("Start scanning"),
                self.start,
                sentence=_("No side of this case is scanned yet."),
                key="F5",
            )
        elif case.failed:
            self.next_action.show_blocker(
                _("Try the {count} failed tasks again").format(count=case.failed),
                self.retry,
                sentence=_("Some sides could not be processed; their originals are stored."),
            )
        elif case.queued:
            self.next_action.show_action(
                _("Process {count} sides").format(count=case.queued),
                self.process,
                sentence=_("All sides are stored; some wait to be examined and read."),
            )
        else:
            lead_on(self, case, _("All sides are stored, examined and read."))

    def look_for_devices(self) -> None:
        """Ask the drivers which devices answer; this may take some seconds."""
        self._sources_known = True
        workstation = self.desk.workstation
        self.controls.show_looking()
        self.controls.look.setEnabled(False)
        Op(self, workstation.profiles).reads().done(self.controls.show_profiles).start()
        operation = Op(self, workstation.sources).reads().done(self._show_devices)
        operation.finally_(self._looked).start()

    def _looked(self) -> None:
        self.controls.look.setEnabled(self.controls.start.isEnabled())

    def _show_devices(self, found: tuple[list[SourceRow], list[dict[str, Any]]]) -> None:
        self.controls.show_sources(found[0])

    def start(self) -> None:
        """Scan one batch; calling it again after a fault goes on where it stopped."""
        case = self.desk.case
        if case is None or self.busy or not may("dossier", case.state, "scan"):
            return
        request = self.controls.request
        if not request["source"]:
            self.controls.ask_folder()
            return
        self.notice.hide()
        actor, workstation = self.desk.actor, self.desk.workstation
        self._scanned = 0

        def call(report: Report, cancel: CancelToken) -> ScanResult:
            def hear(event: ScanEventView) -> None:
                report(Progress(step="scan", done=event.sides, total=0))
                self.heard.emit(event)

            return workstation.scan(
                actor,
                case.case_no,
                request["source"],
                profile=request["profile"],
                part=request["part"],
                on_event=hear,
                cancel=cancel,
            )

        operation = self.run_long(_("Scanning"), call, self._scanned_all)
        operation.refused(self._stopped_by_fault)

    @Slot(object)
    def _on_event(self, event: ScanEventView) -> None:
        if event.kind == "side":
            self._scanned = event.sides
            self._read_sides()
        elif event.kind == "warning":
            record = {"kind": "refused", "code": event.code, "parameters": event.parameters}
            text = describe(record, current_language())
            self.notice.show_text("warn", text.message, text.remedy)

    def _stopped_by_fault(self, fault: Fault) -> None:
        safe = _("The {count} sides scanned before are all stored.").format(count=self._scanned)
        self.notice.show_presentation(
            present(fault, safe=safe),
            action_text=_("Go on scanning  F5"),
            action=self.start,
            icon_name="jam" if fault.code.startswith("SCN-1") else "",
        )

    def _scanned_all(self, result: ScanResult) -> None:
        new = result.sides - result.skipped
        text = _("{sheets} sheets, {sides} sides stored.").format(sheets=result.sheets, sides=new)
        if result.skipped:
            text += " " + _("{count} sides were there already.").format(count=result.skipped)
        self.desk.said.emit(text)
        self._process_next = new > 0

    _process_next = False

    def process(self) -> None:
        """Examine and read what is new."""
        case = self.desk.case
        if case is None or self.busy:
            return
        actor, workstation = self.desk.actor, self.desk.workstation

        def call(report: Report, cancel: CancelToken) -> JobCounts:
            def tell(progress: Progress) -> None:
                report(progress)
                self.heard.emit(ScanEventView(kind="side", sides=self._scanned))

            return workstation.process(actor, case.case_no, report=tell, cancel=cancel)

        self.run_long(_("Examining and reading"), call, lambda _counts: None)

    def retry(self) -> None:
        """Queue failed tasks again and process them."""
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        operation = Op(self, lambda: workstation.retry_failed(actor, number))
        operation.done(lambda _count: self.process()).start()

    def long_started(self) -> None:
        """While something runs the source cannot be changed."""
        self.controls.set_free(False)
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))

    def long_finished(self) -> None:
        """Process what was scanned at once; else show where the case stands."""
        self.controls.set_free(True)
        if self._process_next:
            self._process_next = False
            self.process()
        super().long_finished()

    def _read_sides(self) -> None:
        number = self.desk.case_no
        if self._reading:
            self._read_again = True
            return
        if not number:
            return
        self._reading = True
        operation = Op(self, lambda: self.desk.workstation.sides(number)).reads()
        operation.done(lambda sides: self._show_sides(sides, number))
        operation.finally_(self._read_done).start()

    def _read_done(self) -> None:
        self._reading = False
        if self._read_again:
            self._read_again = False
            self._read_sides()

    def _show_sides(self, sides: list[SideRow], number: str = "") -> None:
        if number != self.desk.case_no:
            return
        grown = len(sides) > len(self.strip.sides) > 0 and self.busy
        self.strip.show_sides(sides)
        self.stack.setCurrentIndex(1 if sides else 0)
        if sides and (grown or self.strip.current_side is None):
            self.strip.go_to_row(len(sides) - 1 if self.busy else 0)
        elif self.strip.current_side is not None:
            self._show_side(self.strip.current_side)

    def _show_side(self, side: SideRow) -> None:
        self.viewer.show_side(side)


def sum_sentence(case: CaseView) -> str:
    """The sheet arithmetic of a case in one line."""
    parts = []
    if case.paper_pages:
        parts.append(_("{count} pages stated").format(count=case.paper_pages))
    parts.append(
        _("{sheets} sheets, {sides} sides scanned").format(sheets=case.sheets, sides=case.sides)
    )
    if case.blank_sides:
        parts.append(_("{count} blank").format(count=case.blank_sides))
    return " · ".join(parts)
