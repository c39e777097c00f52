"""What the queue asks before it does something: a reason, a priority, an archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.widgets.number_field import number_field
from app.services.archive_views import ArchiveRow, TransferRow

MOST_PRIORITY = 100
STEPS = ("pause", "resume", "retry", "withdraw")
# In which states of a transfer a step makes sense.
POSSIBLE = {
    "pause": ("waiting", "sending"),
    "resume": ("paused",),
    "retry": ("failed", "rejected", "waiting"),
    "withdraw": ("waiting", "paused", "failed", "rejected"),
    "send": ("waiting", "paused", "failed"),
    "priority": ("waiting", "sending", "paused", "failed", "rejected"),
}


def may(step: str, transfer: TransferRow | None) -> bool:
    """Whether a step makes sense with a transfer as it stands."""
    if transfer is None or transfer.state not in POSSIBLE[step]:
        return False
    # One that waits and was never tried has nothing to try again.
    return step != "retry" or transfer.state != "waiting" or transfer.attempts > 0


def step_word(step: str) -> str:
    """What a step is called on its button."""
    return {
        "pause": _("Pause the transfer…"),
        "resume": _("Let the transfer go on…"),
        "retry": _("Try the transfer again…"),
        "withdraw": _("Take it out of the queue…"),
        "send": _("Send now"),
        "priority": _("Priority…"),
    }[step]


def _step_sentence(step: str) -> str:
    return {
        "pause": _("What the archive has so far stays there; going on starts from it."),
        "resume": _("It waits for its turn and goes on from what the archive has."),
        "retry": _("It is sent at once when the queue runs; what the archive has is not resent."),
        "withdraw": _("The package stays here and can be queued again. Say why it is taken out."),
    }[step]


class TransferQuestion(Question):
    """Pause, resume, retry or withdraw one transfer, with the reason for the record."""

    def __init__(
        self, desk: Desk, transfer: TransferRow, step: str, parent: QWidget | None = None
    ) -> None:
        title = step_word(step).rstrip("…")
        super().__init__(desk, title, _step_sentence(step), title, parent)
        self._transfer, self._step = transfer, step
        hint = "" if step == "withdraw" else _("May stay empty")
        self.reason = self.add_line(_("Reason"), hint)

    def missing(self) -> QWidget | None:
        wanted = self._step == "withdraw" and not self.reason.text().strip()
        return self.reason if wanted else None

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        call = {
            "pause": workstation.pause_transfer,
            "resume": workstation.resume_transfer,
            "retry": workstation.retry_transfer,
            "withdraw": workstation.withdraw_transfer,
        }[self._step]
        transfer, reason = self._transfer.id, self.reason.text().strip()
        return lambda: call(actor, transfer, reason)


class PriorityQuestion(Question):
    """Let one transfer go before or behind others."""

    def __init__(self, desk: Desk, transfer: TransferRow, parent: QWidget | None = None) -> None:
        sentence = _("0 is plain, higher goes first; what is being sent is finished before.")
        super().__init__(desk, _("Priority of the transfer"), sentence, _("Set"), parent)
        self._transfer = transfer
        self.priority = number_field()
        self.priority.setRange(-MOST_PRIORITY, MOST_PRIORITY)
        self.priority.setValue(transfer.priority)
        self.add_field(_("Priority"), self.priority)

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        transfer, priority = self._transfer.id, self.priority.value()
        return lambda: workstation.set_priority(actor, transfer, priority)


class QueueQuestion(Question):
    """Put the package of a dossier into the queue for one of the archives."""

    def __init__(
        self, desk: Desk, row: ArchiveRow, targets: Sequence[str], parent: QWidget | None = None
    ) -> None:
        sentence = _("The package waits for its turn; the worker of this station sends it.")
        super().__init__(desk, _("Queue for the archive"), sentence, _("Queue it"), parent)
        self._case_no = row.case_no
        self.target = QComboBox()
        self.target.addItems(list(targets))
        self.add_field(_("Archive target"), self.target)
        self.priority = number_field()
        self.priority.setRange(-MOST_PRIORITY, MOST_PRIORITY)
        self.add_field(_("Priority"), self.priority)

    def missing(self) -> QWidget | None:
        return None if self.target.currentText() else self.target

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        case_no, target = self._case_no, self.target.currentText()
        priority = self.priority.value()
        return lambda: workstation.queue_transfer(actor, case_no, target, priority=priority)
