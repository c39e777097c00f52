"""Reading the queue while it is in sight, and what can be done with the row in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, TypeVar

from attrs import evolve, frozen
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog

from app.gui.archive.freeze_dialog import FreezeQuestion
from app.gui.archive.hours_dialog import HoursQuestion
from app.gui.archive.queue_dialogs import (
    PriorityQuestion,
    QueueQuestion,
    TransferQuestion,
    may,
)
from app.gui.archive.queue_panel import QueuePanel
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.present import present
from app.kernel.errors import Fault
from app.services.archive_views import ArchiveRow, FreezeView, TransferRow

Shown = TypeVar("Shown", bound=QDialog)
SECOND = 1000
# How often the whole queue is read; what is being sent is asked every second in between.
SECONDS_OF_QUEUE = 5
# A queue that takes long to read is read less often, so that this stays a small part of the time.
PATIENCE = 10


@frozen(kw_only=True)
class QueueState:
    """What was read: the rows, whether the queue rests, the archives; how long reading took."""

    rows: tuple[ArchiveRow, ...]
    paused: bool
    settings: Mapping[str, Any]
    targets: tuple[str, ...]
    seconds: float = 0.0


def with_transfers(
    rows: Sequence[ArchiveRow], transfers: Sequence[TransferRow]
) -> list[ArchiveRow]:
    """The rows with the transfers as they stand now; the rest of a row is as it was read."""
    now = {transfer.id: transfer for transfer in transfers}
    return [
        _moved(row, now[row.transfer.id])
        if row.transfer is not None and row.transfer.id in now
        else row
        for row in rows
    ]


def _moved(row: ArchiveRow, transfer: TransferRow) -> ArchiveRow:
    share = transfer.sent_bytes / transfer.total_bytes if transfer.total_bytes else 0.0
    return evolve(
        row, transfer=transfer, electronic=transfer.state, electronic_share=min(1.0, share)
    )


class QueueSteps(QObject):
    """Reads for `panel` and gives its commands. Emits `case_wanted(case_no, part)`: open this
    dossier, and there this list."""

    case_wanted = Signal(str, str)

    def __init__(self, page: Page, panel_of: Callable[[], QueuePanel]) -> None:
        super().__init__(page)
        self._page, self._panel_of = page, panel_of
        self._reading = self._outdated = False
        self._ticks, self._seconds = 0, float(SECONDS_OF_QUEUE)
        self.state = QueueState(rows=(), paused=False, settings={}, targets=())
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND)
        self._timer.timeout.connect(self._tick)

    @property
    def panel(self) -> QueuePanel:
        """The list."""
        return self._panel_of()

    # Reading.

    @property
    def reading(self) -> bool:
        """Whether a question is under way."""
        return self._reading

    @property
    def watching(self) -> bool:
        """Whether it is read again and again."""
        return self._timer.isActive()

    def watch(self) -> None:
        """Read now and again and again."""
        self._timer.start()
        self.read()

    def rest(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def read(self) -> None:
        """Read the whole queue; one question at a time."""
        workstation = self._page.desk.workstation

        def ask() -> QueueState:
            began = monotonic()
            rows = tuple(workstation.archive_queue())
            settings = workstation.transfer_queue()
            return QueueState(
                rows=rows,
                paused=bool(settings["paused"]),
                settings=settings,
                targets=tuple(workstation.targets()),
                seconds=monotonic() - began,
            )

        self._ticks = 0
        self._ask(ask, self._show, again=True)

    def _tick(self) -> None:
        self._ticks += 1
        if self._ticks >= self._seconds:
            self.read()
        elif any(row.electronic == "sending" for row in self.state.rows):
            workstation = self._page.desk.workstation
            self._ask(lambda: workstation.transfers(open_only=True), self._show_transfers)

    def _ask(
        self, call: Callable[[], Any], done: Callable[[Any], None], *, again: bool = False
    ) -> None:
        if self._reading:
            # What is being read may be older than what was just written.
            self._outdated = self._outdated or again
            return
        self._reading, self._outdated = True, False

        def settled() -> None:
            self._reading = False
            if self._outdated and self._timer.isActive():
                self.read()

        operation = Op(self._page, call).reads().done(done)
        operation.refused(self._refused).finally_(settled).start()

    def _refused(self, fault: Fault) -> None:
        self._page.notice.show_presentation(present(fault))

    def _show(self, state: QueueState) -> None:
        self._page.notice.hide()
        self.state = state
        self._seconds = max(SECONDS_OF_QUEUE, PATIENCE * state.seconds)
        if self._page.desk.is_signed_in:
            self.panel.show_paused(state.paused)
            self.panel.show_windows(state.settings["windows"])
            self.panel.show_rows(state.rows, self._page.desk.actor)

    def _show_transfers(self, transfers: Sequence[TransferRow]) -> None:
        known = {row.transfer.id for row in self.state.rows if row.transfer is not None}
        rows = with_transfers(self.state.rows, transfers)
        self.state = evolve(self.state, rows=tuple(rows))
        if self._page.desk.is_signed_in:
            self.panel.show_rows(rows, self._page.desk.actor)
        if known - {transfer.id for transfer in transfers}:
            # One came to its end: what it means for its dossier stands in the queue.
            self.read()

    # Commands.

    def toggle_pause(self) -> TransferQuestion | None:
        """Pause the transfer of the row in hand, or let it go on."""
        row = self.panel.current
        paused = row is not None and row.transfer is not None and row.transfer.state == "paused"
        return self.ask("resume" if paused else "pause")

    def retry(self) -> TransferQuestion | None:
        """Try the transfer of the row in hand again."""
        return self.ask("retry")

    def withdraw(self) -> TransferQuestion | None:
        """Take the transfer of the row in hand out of the queue."""
        return self.ask("withdraw")

    def ask(self, step: str) -> TransferQuestion | None:
        """Ask for the reason of a step; nothing where the step makes no sense."""
        transfer = self._transfer(step)
        if transfer is None:
            return None
        return self._open(TransferQuestion(self._page.desk, transfer, step, self._page))

    def prioritise(self) -> PriorityQuestion | None:
        """Ask for the priority of the transfer in hand."""
        transfer = self._transfer("priority")
        if transfer is None:
            return None
        return self._open(PriorityQuestion(self._page.desk, transfer, self._page))

    def send(self) -> QueueQuestion | None:
        """Send the transfer of the row in hand at once, whatever hours it keeps; where there is
        none, ask for which archive the package is queued."""
        row = self.panel.current
        transfer = row.transfer if row is not None else None
        if transfer is None:
            return self.queue()
        if self._page.busy or not may("send", transfer):
            return None
        actor, workstation, number = self._page.desk.actor, self._page.desk.workstation, transfer.id
        self._page.run_long(
            _("Submitting to {target}").format(target=transfer.target),
            lambda report, cancel: workstation.send_now(
                actor, number, report=report, cancel=cancel
            ),
            lambda _row: self._page.desk.said.emit(_("The archive gave its receipt.")),
            safe=_("What was transferred stays; submitting again goes on from there."),
        )
        return None

    def ask_hours(self) -> HoursQuestion | None:
        """Ask when and how fast packages go to each archive."""
        if not self._page.desk.is_signed_in or not self.state.settings:
            return None
        question = HoursQuestion(
            self._page.desk, self.state.settings, self.state.targets, self._page
        )
        return self._open(question)

    def queue(self) -> QueueQuestion | None:
        """Ask for which archive the package of the row in hand is queued."""
        row = self.panel.current
        if row is None or row.blocker.get("code") != "not_queued":
            return None
        question = QueueQuestion(self._page.desk, row, self.state.targets, self._page)
        return self._open(question)

    def toggle_queue(self) -> None:
        """Pause the whole queue, or let it run."""
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        rest = not self.state.paused
        call: Callable[[Any], Mapping[str, Any]] = (
            workstation.pause_queue if rest else workstation.resume_queue
        )

        def done(_settings: object) -> None:
            said = _("The queue rests; what is being sent is finished.") if rest else ""
            self._page.desk.said.emit(said or _("The queue is running."))
            self.read()

        Op(self._page, lambda: call(actor)).done(done).start()

    def settle(self) -> None:
        """Have the counts of the row in hand signed."""
        row = self.panel.current
        if row is None:
            return
        case_no, workstation = row.case_no, self._page.desk.workstation

        def show(views: list[FreezeView]) -> None:
            if views:
                self._open(FreezeQuestion(self._page.desk, views[0], self._page))

        Op(self._page, lambda: workstation.freezes(case_no)).reads().done(show).start()

    def _transfer(self, step: str) -> TransferRow | None:
        row = self.panel.current
        transfer = row.transfer if row is not None else None
        if may(step, transfer):
            return transfer
        self._page.desk.said.emit(_("That is not possible with this dossier now."))
        return None

    def _open(self, question: Shown) -> Shown:
        answered = getattr(question, "answered", None)
        if answered is not None:
            answered.connect(lambda _result: self.read())
        question.open()
        return question

    # What comes next.

    def show_next(self) -> None:
        """Name the next step of the row in hand, or what stands before it, on the big button."""
        bar, row = self._page.next_action, self.panel.current
        if row is None:
            bar.show_nothing(_("Choose a dossier, or wait for one to come."))
            return
        code = str(row.blocker.get("code", ""))
        text, step, blocked = self._next_of(row, code)
        show = bar.show_blocker if blocked else bar.show_action
        show(text, step, sentence=row.case_no, detail=row.cause[:60])

    def _next_of(self, row: ArchiveRow, code: str) -> tuple[str, Callable[[], object], bool]:
        steps: dict[str, tuple[str, Callable[[], object], bool]] = {
            "counts_frozen": (_("Sign which count is right…"), self.settle, True),
            "transfer_paused": (_("Let the transfer go on…"), self.toggle_pause, True),
            "transfer_failed": (_("Try the transfer again…"), self.retry, True),
            "transfer_rejected": (_("Try the transfer again…"), self.retry, True),
            "not_queued": (_("Queue for the archive…"), self.queue, False),
        }
        part = "additions" if code.startswith("addition_") else ""
        if code == "check_not_accepted":
            part = "checks"
        words = {
            "additions": _("Later material…"),
            "checks": _("Accept the four-property check…"),
        }
        opening = (
            words.get(part, _("Open the dossier")),
            lambda: self.case_wanted.emit(row.case_no, part),
            False,
        )
        return steps.get(code, opening)
