"""The scanning station: paper in, sides out, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from app.domain.access import Actor
from app.domain.lifecycle import may
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.scan.controls import ScanControls
from app.gui.scan.counter import Counter
from app.gui.scan.devices import Devices
from app.gui.scan.fault_panel import FaultPanel
from app.gui.scan.held_panel import HeldPanel
from app.gui.scan.live import Feed, LiveRun, tell_findings
from app.gui.scan.next_step import show_next
from app.gui.scan.runs import ScanRuns
from app.gui.scan.side_actions import SideActions
from app.gui.scan.stack_runs import StackRuns
from app.gui.scan.state import ScanState, read_state
from app.gui.scan.strip_panel import StripPanel
from app.gui.scan.sum_actions import SumActions
from app.gui.scan.sum_panel import SumPanel
from app.gui.shortcuts import bind
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.viewer_panel import ViewerPanel
from app.kernel.fault_texts import describe
from app.kernel.progress import Progress
from app.kernel.translation import current_language
from app.services.views import CaseView, ScanEventView, SideRow

if TYPE_CHECKING:
    from app.services.workstation import Workstation

REREAD_MILLISECONDS = 1500


class ScanPage(Page):
    """Source on top, the sum below it, the strip growing on the left, and on the right the page
    just scanned, the fault that stopped the work, or old and new side by side."""

    name = "scan"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.state = ScanState()
        self.run: LiveRun | None = None
        self._reading = False
        self._read_again = False
        self._follow = True
        self._placing = False
        self._looking = False
        self._when_read: list[Callable[[], None]] = []
        self.controls = ScanControls()
        self.sum_panel = SumPanel()
        self.strip_panel = StripPanel()
        self.strip = self.strip_panel.strip
        self.viewer = ViewerPanel()
        self.fault_panel = FaultPanel(self)
        self.held_panel = HeldPanel(self)
        self.feed = Feed(self)
        self.devices = Devices(self)
        self.counter = Counter(self)
        self.runs = ScanRuns(self)
        self.stacks = StackRuns(self)
        self.sums = SumActions(self)
        self.actions_on_sides = SideActions(self, self.strip)
        self._add_tools()
        self._lay_out()
        self._connect()
        self._bind()

    def _add_tools(self) -> None:
        icons = {
            "mark_blank": "blank",
            "insert_here": "insert",
            "replace_side": "replace",
            "rescan_sheet": "rescan",
        }
        tools = [
            ("turn_left", _("Turn left"), lambda: self.actions_on_sides.turn(270)),
            ("turn_right", _("Turn right"), lambda: self.actions_on_sides.turn(90)),
            ("mark_blank", _("Mark as blank"), self.actions_on_sides.mark_blank),
            *self.runs.actions(),
        ]
        for name, text, call in tools:
            self.viewer.add_tool(tool_button(icons.get(name, name), text, call, action=name))

    def _lay_out(self) -> None:
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
        self.stack = QStackedWidget(self)
        columns = QSplitter(self.stack)
        self.middle = QStackedWidget(columns)
        for part in (self.viewer, self.fault_panel, self.held_panel):
            self.middle.addWidget(part)
        columns.addWidget(self.strip_panel)
        columns.addWidget(self.middle)
        columns.setChildrenCollapsible(False)
        columns.setStretchFactor(1, 1)
        columns.setHandleWidth(1)
        columns.setSizes([440, 760])
        self.stack.addWidget(self.empty)
        self.stack.addWidget(columns)
        self.body.addWidget(self.controls)
        self.body.addWidget(self.sum_panel)
        self.body.addWidget(self.stack, 1)
        self._reread = QTimer(self)
        self._reread.setSingleShot(True)
        self._reread.setInterval(REREAD_MILLISECONDS)

    def _connect(self) -> None:
        self.controls.start_asked.connect(self.start)
        self.controls.by_slips_asked.connect(self.stacks.start)
        self.controls.part_changed.connect(self._show_sums)
        self.sum_panel.declare_asked.connect(self.sums.declare)
        self.sum_panel.miss_asked.connect(self.sums.record_miss)
        self.strip.side_chosen.connect(self._on_side)
        self.strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.strip.customContextMenuRequested.connect(self.actions_on_sides.open_menu)
        self.strip_panel.select_asked.connect(self.actions_on_sides.select)
        self.fault_panel.go_on_asked.connect(self.start)
        self.fault_panel.complete_asked.connect(self.runs.complete)
        self.fault_panel.other_source_asked.connect(self.runs.other_source)
        self.held_panel.accept_asked.connect(self.runs.accept)
        self.held_panel.reject_asked.connect(self.runs.reject)
        self.feed.arrived.connect(self._on_events)
        self._reread.timeout.connect(self.read_state)

    def _bind(self) -> None:
        actions: dict[str, Callable[[], object]] = {
            "start_scan": self.start,
            "scan_by_slips": self.stacks.start,
            "stop_scan": self.stop,
            "declare": self.sums.declare,
            "record_miss": self.sums.record_miss,
            "accept_held": self.runs.accept_in_sight,
            "complete_batch": self.complete,
            "other_source": self.runs.other_source,
            "select_menu": self.strip_panel.open_menu,
            "strip_size": self.strip_panel.next_size,
            "next_doubtful": lambda: self._go_doubtful(1),
            "previous_doubtful": lambda: self._go_doubtful(-1),
            "zoom_in": lambda: self._zoomed().zoom_in(),
            "zoom_out": lambda: self._zoomed().zoom_out(),
            "fit_page": lambda: self._zoomed().fit_page(),
            "fit_width": lambda: self._zoomed().fit_width(),
        }
        actions |= {name: call for name, _text, call in self.runs.actions()}
        actions |= self.controls.keys() | self.actions_on_sides.keys()
        self.stacks.keys = dict(zip(actions, bind(self, actions), strict=True))

    @property
    def parties(self) -> tuple[Actor, Workstation, str]:
        """Who does it, through what, to which case."""
        return self.desk.actor, self.desk.workstation, self.desk.case_no

    @property
    def running_here(self) -> bool:
        """Whether paper moves for the case that is open."""
        return self.run is not None and self.run.case_no == self.desk.case_no

    @property
    def may_edit(self) -> bool:
        """Whether the open case may still change."""
        case = self.desk.case
        return case is not None and may("dossier", case.state, "scan")

    def show_case(self, case: CaseView | None) -> None:
        """Show the sides of the case; look for devices the first time."""
        if case is None:
            self.notice.hide()
            self._show_state(ScanState())
            return
        self.devices.look_once()
        self.free_controls()
        self.sum_panel.set_free(self.may_edit)
        self.read_state()

    def start(self) -> None:
        """Scan one batch; after a fault it, or the stack in sight, goes on where it stopped."""
        (self.stacks.go_on if self.stacks.in_sight else self.runs.start)()

    def complete(self) -> None:
        """Take what was interrupted as complete."""
        (self.stacks.complete if self.stacks.in_sight else self.runs.complete)()

    def free_controls(self) -> None:
        """Let be chosen what can be chosen now."""
        idle, stack = not self.busy, self.stacks.in_sight
        free = idle and self.may_edit
        self.controls.set_free(free, by_slips=idle, start=free and not stack)

    def process(self) -> None:
        """Examine and read what is new."""
        self.runs.process()

    def retry(self) -> None:
        """Queue failed tasks again and process them."""
        actor, workstation, number = self.parties
        operation = Op(self, lambda: workstation.retry_failed(actor, number))
        operation.done(lambda _count: self.process()).start()

    def begin_run(self, part: str) -> None:
        """Paper starts to move."""
        self.run = LiveRun(self.state.sums, part, case_no=self.desk.case_no)
        self._follow = True
        self._looking = False
        self.strip.strip_model.mark_stop("")
        self.counter.tick.start()
        self.arrange()

    def end_run(self) -> None:
        """The paper stands still, whatever the reason."""
        self.feed.flush()
        self.counter.tick.stop()
        self.run = None
        self.counter.read()

    def long_started(self) -> None:
        """While something runs the source cannot be changed."""
        self.free_controls()
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))

    def long_finished(self) -> None:
        """Go on with what follows by itself; else show where the case stands."""
        self.free_controls()
        self.runs.go_on()
        self.stacks.finished()
        super().long_finished()

    def _on_events(self, events: Sequence[ScanEventView]) -> None:
        if self.stacks.running:
            self.stacks.take(events)
            return
        for event in events:
            if event.kind == "warning":
                record = {"kind": "refused", "code": event.code, "parameters": event.parameters}
                text = describe(record, current_language())
                self.notice.show_text("warn", text.message, text.remedy)
        run = self.run
        if run is None:
            return
        number = run.case_no
        elsewhere = sorted({e.case_no for e in events} - {"", number})
        if elsewhere:
            said = _("These sheets go to {case_no}: its work slip lay in the stack.")
            self.notice.show_text("note", said.format(case_no=elsewhere[-1]))
        mine = [event for event in events if event.case_no in ("", number)]
        model = self.strip.strip_model
        rows = run.take(mine, lambda side_id: model.row_of(side_id) >= 0)
        if not self.running_here:
            return
        self.stack.setCurrentIndex(1)
        if not self.runs.holding:
            self._placing = True
            self.strip_panel.put(rows, follow=self._follow)
            self._placing = False
        seen = [row for row in rows if row.thumbnail is not None]
        if seen and self._follow:
            self.viewer.show_side(seen[-1])
            tell_findings(self.viewer, seen)
        self.sum_panel.show_sums(run.sums, self.controls.chosen_part)
        self.counter.show()

    def reread_soon(self) -> None:
        """Read again in a moment; asked for many times it reads once."""
        if not self._reread.isActive():
            self._reread.start()

    def read_state(self) -> None:
        """Read what the page shows, off the main thread, one reading at a time."""
        number, workstation = self.desk.case_no, self.desk.workstation
        if self._reading:
            self._read_again = True
            return
        if not number or self.running_here:
            return
        self._reading = True
        operation = Op(self, lambda: read_state(workstation, number)).reads()
        operation.done(self._show_state).finally_(self._read_done).start()

    def _read_done(self) -> None:
        self._reading = False
        if self._read_again:
            self._read_again = False
            self.read_state()

    def _show_state(self, state: ScanState) -> None:
        if state.case_no != self.desk.case_no or self.running_here:
            return
        if state.case_no != self.state.case_no and state.case_no:
            self._looking = False
            self.counter.read()
        self.state = state
        self._placing = True
        self.strip_panel.show_sides(state.sides)
        if state.sides and self.strip.current_side is None:
            self.strip.go_to_row(0)
        self._placing = False
        self._show_sums()
        self.arrange()
        waiting, self._when_read = self._when_read, []
        for call in waiting:
            call()

    def after_reading(self, call: Callable[[], None]) -> None:
        """Call this once the page has been read again."""
        self._when_read.append(call)

    def show_processing(self, progress: Progress) -> None:
        """One report while sides are examined; the strip follows now and then."""
        self.progress.show_progress(progress)
        self.reread_soon()

    def _show_sums(self) -> None:
        self.sum_panel.show_sums(self.state.sums, self.controls.chosen_part)

    def arrange(self) -> None:
        """Show in the middle what the operator has to look at, and name the next step."""
        held, stopped = self.state.held, self.state.resumption
        waits = bool(self.state.sides or held) or stopped is not None
        if self.stacks.in_sight:
            self.stack.setCurrentWidget(self.stacks.panel)
        elif not self.running_here:
            self.stack.setCurrentIndex(int(waits))
        last = stopped.last if stopped is not None and not self.running_here else None
        self.strip.strip_model.mark_stop(last.id if last is not None else "")
        if not self.running_here and held and not self._looking:
            self.held_panel.show_batches(held, self.state.sides)
            self.held_panel.set_comparing(self.busy)
            self.middle.setCurrentWidget(self.held_panel)
        elif not self.busy and stopped is not None and not self._looking:
            stored = sum(side.batch == stopped.batch for side in self.state.sides)
            self.fault_panel.show_resumption(stopped, stored)
            self.middle.setCurrentWidget(self.fault_panel)
        else:
            self.middle.setCurrentWidget(self.viewer)
            if not self.running_here and self.strip.current_side is not None:
                self.viewer.show_side(self.strip.current_side)
        if not self.busy:
            show_next(self)

    def show_what_waits(self) -> None:
        """Bring held pages or the fault back into the middle."""
        self._looking = False
        self.arrange()

    def _on_side(self, side: SideRow) -> None:
        if self._placing:
            return
        if self.running_here:
            self._follow = self.strip.currentIndex().row() == len(self.strip.sides) - 1
        if self.middle.currentWidget() is not self.viewer:
            self._looking = True
            self.middle.setCurrentWidget(self.viewer)
        self.viewer.show_side(side)

    def _zoomed(self) -> Any:
        held = self.middle.currentWidget() is self.held_panel
        return self.held_panel.pages if held else self.viewer.viewer

    def _go_doubtful(self, step: int) -> None:
        if self.middle.currentWidget() is self.held_panel:
            self.held_panel.step(step)
        elif not self.strip.go_to_doubtful(step):
            self.desk.said.emit(_("Every finding is settled."))

    def step_back(self) -> bool:
        """Esc: reject what is held, put back what was taken out, or show again what waits."""
        if self.stacks.in_sight:
            self.stacks.leave()
            return True
        if self.actions_on_sides.take_back():
            return True
        if self.middle.currentWidget() is self.held_panel:
            self.runs.reject_in_sight()
            return True
        if self._looking and (self.state.held or self.state.resumption is not None):
            self.show_what_waits()
            return True
        return False
