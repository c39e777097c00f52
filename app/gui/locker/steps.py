"""The steps of a hand-off at this desk: which comes next, what it asks, what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog

from app.domain.access import Actor
from app.gui.i18n import _
from app.gui.locker.handoff_dialogs import (
    CancelQuestion,
    CodeCard,
    CodeQuestion,
    CountQuestion,
    GiveBackQuestion,
    SettleQuestion,
    open_all_question,
    retrieve_question,
)
from app.gui.locker.question import Question
from app.kernel.progress import CancelToken, Progress, Report
from app.services.locker_views import HandOffRow

if TYPE_CHECKING:
    from app.gui.locker.page import LockerPage

NEXT_STEPS = {
    "reserved": "deposit",
    "deposited": "collect",
    "notified": "collect",
    "overdue": "collect",
    "collected": "count",
    "disputed": "settle",
    "retrieved": "give_back",
    "fault": "look",
}
IN_A_CELL = ("deposited", "notified", "overdue")
# What a further step is possible in, as the machine "hand_off" says.
POSSIBLE: dict[str, tuple[str, ...]] = {
    "renew": IN_A_CELL,
    "cancel": ("draft", "reserved"),
    "retrieve": (*IN_A_CELL, "fault"),
    "give_back": ("retrieved", "disputed"),
}


def step_text(step: str) -> str:
    """What the big button says."""
    return {
        "deposit": _("Open the cell, put the paper in"),
        "collect": _("Open the cell with the code…"),
        "count": _("Count and receive…"),
        "settle": _("Settle the disputed count…"),
        "give_back": _("Give the paper back…"),
        "look": _("Look into it…"),
    }.get(step, "")


def door_words(progress: Progress, cell: int, request: str) -> str:
    """What the door of a running cycle does, and what is asked of the person."""
    if not cell:
        return request
    if progress.step == "nag":
        return _("Cell {cell} has been open for {seconds} s. Close its door.").format(
            cell=cell, seconds=progress.done
        )
    return _("Cell {cell} is open. {request}").format(cell=cell, request=request)


class HandOffSteps:
    """Asks, gives the command, and shows the door while it is open."""

    def __init__(self, page: LockerPage) -> None:
        self._page = page

    def take(self, step: str, row: HandOffRow) -> QDialog | None:
        """Begin a step of a hand-off; gives the dialog that asks something first."""
        if self._page.busy:
            return None
        plan: dict[str, Callable[[HandOffRow], QDialog | None]] = {
            "deposit": self.deposit,
            "collect": self.collect,
            "count": self.count,
            "settle": self.settle,
            "give_back": self.give_back,
            "look": self._page.look_into,
            "renew": self.renew,
            "cancel": self.cancel,
            "retrieve": self.retrieve,
        }
        return plan[step](row)

    def deposit(self, row: HandOffRow) -> None:
        """Open the reserved cell and wait until the paper is in it."""
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        self._open_door(
            row.cell,
            lambda **heard: workstation.deposit(actor, row.id, **heard),
            _("Put the paper in and close the door."),
            _("The paper is in the cell."),
        )

    def collect(self, row: HandOffRow) -> QDialog:
        """Ask for the code, then open the cell."""
        question = CodeQuestion(self._page.desk, row, self._page)
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        return self._ask(
            question,
            lambda code: self._open_door(
                row.cell,
                lambda **heard: workstation.collect(actor, row.id, code, **heard),
                _("Take the paper out and close the door."),
                _("The paper was taken out."),
            ),
        )

    def count(self, row: HandOffRow) -> QDialog:
        """Ask what the receiver counted."""
        question = CountQuestion(self._page.desk, row, self._page)
        return self._ask(question, self._told(_("The paper is received.")), also_refused=True)

    def settle(self, row: HandOffRow) -> QDialog:
        """Ask what two people counted together."""
        question = SettleQuestion(self._page.desk, row, self._page)
        return self._ask(question, self._told(_("The count is settled.")))

    def give_back(self, row: HandOffRow) -> QDialog:
        """Ask what went back to the giver."""
        question = GiveBackQuestion(self._page.desk, row, self._page)
        return self._ask(question, self._told(_("The paper is back with its giver.")))

    def cancel(self, row: HandOffRow) -> QDialog:
        """Ask why nothing comes of it."""
        question = CancelQuestion(self._page.desk, row, self._page)
        return self._ask(question, self._told(_("The hand-off is cancelled.")))

    def renew(self, row: HandOffRow) -> None:
        """Give the receiver another code; the one before loses its force."""
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        self._page.command(
            lambda: workstation.renew_code(actor, row.id),
            lambda code: self.show_code(row, code),
        )

    def show_code(self, row: HandOffRow, code: str) -> CodeCard:
        """Show a code, once."""
        card = CodeCard(row, code, self._page)
        card.open()
        return card

    def retrieve(self, row: HandOffRow) -> QDialog:
        """Ask for a reason and a second administrator, then open the cell."""
        actor, workstation = self._page.desk.actor, self._page.desk.workstation

        def opened(answer: tuple[Actor, str]) -> None:
            second, reason = answer
            self._open_door(
                row.cell,
                lambda **_heard: workstation.retrieve(actor, row.id, second=second, reason=reason),
                _("Take the paper out and close the door."),
                _("The paper was taken out. Give it back to {giver}.").format(giver=row.giver),
            )

        return self._ask(retrieve_question(self._page.desk, row, self._page), opened)

    def open_all(self, cabinet: str) -> QDialog:
        """Ask for a reason and a second administrator, then open all doors."""
        actor, workstation = self._page.desk.actor, self._page.desk.workstation

        def opened(answer: tuple[Actor, str]) -> None:
            second, reason = answer
            self._open_door(
                0,
                lambda **_heard: workstation.open_all(actor, cabinet, second=second, reason=reason),
                _("All doors open, one after the other."),
                _("All doors were opened. Check what is inside, then shut them."),
            )

        return self._ask(open_all_question(self._page.desk, cabinet, self._page), opened)

    def _ask(
        self, question: Question, done: Callable[[Any], object], *, also_refused: bool = False
    ) -> Question:
        question.answered.connect(done)
        if also_refused:
            # A count that differs is refused and written down all the same.
            question.finished.connect(lambda _result: self._page.read_lists())
        question.open()
        return question

    def _told(self, said: str) -> Callable[[object], None]:
        def done(_result: object) -> None:
            self._page.desk.said.emit(said)
            self._page.read_lists()

        return done

    def _open_door(self, cell: int, call: Callable[..., object], request: str, said: str) -> None:
        """Run one door cycle; its words follow what the door does."""

        def run(report: Report, _cancel: CancelToken) -> object:
            return call(
                opened=lambda _cell: report(Progress(step="opened", done=0, total=0)),
                nag=lambda seconds: report(Progress(step="nag", done=int(seconds), total=0)),
            )

        title = _("Opening cell {cell}…").format(cell=cell) if cell else request
        operation = self._page.run_long(title, run, lambda _row: self._page.desk.said.emit(said))
        operation.progress(lambda progress: self._page.show_door(progress, cell, request))
