"""What is asked before a step of one hand-off: code, count, reason, a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.access import Actor
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.listing import amount_text, place_text
from app.gui.locker.question import Question, SecondPerson
from app.gui.locker.volume_counts import VolumeCounts
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed, label
from app.services.locker_views import HandOffRow

DIGITS = QRegularExpression(r"[0-9 ]{0,12}")


def heading(row: HandOffRow) -> str:
    """Which hand-off it is about."""
    people = f"{row.giver} → {row.receiver}"
    return " · ".join((row.case_no, people, place_text(row)))


class CodeQuestion(Question):
    """The one-time code of whoever fetches the paper. Gives the code; the door opens after it."""

    def __init__(self, desk: Desk, row: HandOffRow, parent: QWidget | None = None) -> None:
        super().__init__(
            desk, _("Open the cell with the code"), heading(row), _("Open the cell"), parent
        )
        self.code = self.add_line(_("Collection code"), _("8 digits"))
        self.code.setValidator(QRegularExpressionValidator(DIGITS, self.code))

    def missing(self) -> QWidget | None:
        return None if self.code.text().strip() else self.code

    def command(self) -> Callable[[], str]:
        code = "".join(self.code.text().split())
        return lambda: code


class CountedQuestion(Question):
    """A question about the paper of one hand-off, which somebody counts first."""

    def __init__(
        self,
        desk: Desk,
        row: HandOffRow,
        *,
        title: str,
        sentence: str,
        answer: str,
        counted: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, title, f"{heading(row)}\n{sentence}", answer, parent)
        self.handoff = row.id
        self.counted = VolumeCounts(least=0)
        self.counted.changed.connect(self.fit)
        self.counted.name_volumes(
            [(str(entry["part"]), int(entry["volume"])) for entry in row.counts]
        )
        self.add_field(counted, self.counted)

    def missing(self) -> QWidget | None:
        return None if self.counted.count else self.counted.volumes


class CountQuestion(CountedQuestion):
    """What the receiver counted, before she is told what was stated."""

    def __init__(self, desk: Desk, row: HandOffRow, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            row,
            title=_("Count and receive"),
            sentence=_(
                "Count volumes and pages yourself. Custody moves to the receiver only when the "
                "count agrees with what the giver stated."
            ),
            answer=_("Counted, received"),
            counted=_("Counted"),
            parent=parent,
        )

    def command(self) -> Callable[[], HandOffRow]:
        actor, workstation, handoff = self.desk.actor, self.desk.workstation, self.handoff
        volumes, pages, counts = self.counted.count, self.counted.pages, self.counted.counts
        return lambda: workstation.acknowledge(
            actor, handoff, volumes=volumes, pages=pages, counts=counts
        )


class SettleQuestion(CountedQuestion):
    """The count that two people agree upon after the receiver counted something else."""

    def __init__(self, desk: Desk, row: HandOffRow, parent: QWidget | None = None) -> None:
        stated = amount_text(row.volumes, row.pages)
        counted = amount_text(row.counted_volumes or 0, row.counted_pages)
        super().__init__(
            desk,
            row,
            title=_("Settle the disputed count"),
            sentence=_("Stated: {stated}. Counted: {counted}. Count again, together.").format(
                stated=stated, counted=counted
            ),
            answer=_("Settle"),
            counted=_("Counted together"),
            parent=parent,
        )
        self.reason = self.add_line(_("Reason"), _("What explains the difference"))
        self.second = SecondPerson(self, administrators=False)

    def missing(self) -> QWidget | None:
        if (uncounted := super().missing()) is not None:
            return uncounted
        return self.reason if not self.reason.text().strip() else self.second.missing()

    def command(self) -> Callable[[], HandOffRow]:
        actor, workstation, handoff = self.desk.actor, self.desk.workstation, self.handoff
        volumes, pages, counts = self.counted.count, self.counted.pages, self.counted.counts
        reason, second = self.reason.text().strip(), self.second.identify()
        return lambda: workstation.settle_dispute(
            actor,
            handoff,
            volumes=volumes,
            pages=pages,
            reason=reason,
            second=second(),
            counts=counts,
        )


class GiveBackQuestion(CountedQuestion):
    """Paper that was retrieved or disputed goes back to its giver, counted."""

    def __init__(self, desk: Desk, row: HandOffRow, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            row,
            title=_("Give the paper back"),
            sentence=_("The paper goes back to {giver}.").format(giver=row.giver),
            answer=_("Given back"),
            counted=_("Counted"),
            parent=parent,
        )
        self.reason = self.add_line(_("Reason"))

    def missing(self) -> QWidget | None:
        if (uncounted := super().missing()) is not None:
            return uncounted
        return None if self.reason.text().strip() else self.reason

    def command(self) -> Callable[[], HandOffRow]:
        actor, workstation, handoff = self.desk.actor, self.desk.workstation, self.handoff
        volumes, pages = self.counted.count, self.counted.pages
        reason = self.reason.text().strip()
        return lambda: workstation.give_back(
            actor, handoff, volumes=volumes, pages=pages, reason=reason
        )


class CancelQuestion(Question):
    """Calls a hand-off off before anything was put in."""

    def __init__(self, desk: Desk, row: HandOffRow, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            _("Cancel the hand-off"),
            heading(row) + "\n" + _("The cell becomes free; the code loses its force."),
            _("Cancel the hand-off"),
            parent,
        )
        self._row = row
        self.reason = self.add_line(_("Reason"))

    def missing(self) -> QWidget | None:
        return None if self.reason.text().strip() else self.reason

    def command(self) -> Callable[[], HandOffRow]:
        actor, workstation, handoff = self.desk.actor, self.desk.workstation, self._row.id
        reason = self.reason.text().strip()
        return lambda: workstation.cancel_handoff(actor, handoff, reason)


class TwoAdministrators(Question):
    """A reason and a second administrator. Gives (second, reason); the doors open after it."""

    def __init__(
        self, desk: Desk, title: str, sentence: str, answer: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, title, sentence, answer, parent)
        self.reason = self.add_line(_("Reason"))
        self.second = SecondPerson(self, administrators=True)

    def missing(self) -> QWidget | None:
        return self.reason if not self.reason.text().strip() else self.second.missing()

    def command(self) -> Callable[[], tuple[Actor, str]]:
        reason, identify = self.reason.text().strip(), self.second.identify()
        return lambda: (identify(), reason)


def retrieve_question(desk: Desk, row: HandOffRow, parent: QWidget) -> TwoAdministrators:
    """Two administrators take paper out that its receiver does not fetch."""
    sentence = _(
        "Both stand at the cabinet. The door opens and the paper comes out; the giver answers for "
        "it until it is given back."
    )
    return TwoAdministrators(
        desk,
        _("Retrieve the paper"),
        f"{heading(row)}\n{sentence}",
        _("Open the cell"),
        parent,
    )


def open_all_question(desk: Desk, cabinet: str, parent: QWidget) -> TwoAdministrators:
    """Two administrators open all doors of a cabinet."""
    sentence = _(
        "All doors of {cabinet} open, one after the other. Stay there until each of them is shut "
        "again; what is inside must be checked."
    )
    return TwoAdministrators(
        desk,
        _("Open all doors"),
        sentence.format(cabinet=cabinet),
        _("Open all doors"),
        parent,
    )


class ServiceQuestion(Question):
    """Takes a cell out of service, or back."""

    def __init__(
        self,
        desk: Desk,
        cabinet: str,
        number: int,
        *,
        in_service: bool,
        parent: QWidget | None = None,
    ) -> None:
        title = _("Put the cell back into service") if in_service else _("Take out of service")
        super().__init__(
            desk,
            title,
            _("{cabinet} · cell {cell}").format(cabinet=cabinet, cell=number),
            title,
            parent,
        )
        self._cell = (cabinet, number)
        self._in_service = in_service
        self.reason = self.add_line(_("Reason"), _("For instance: lock mended, tried twice"))

    def missing(self) -> QWidget | None:
        return None if self.reason.text().strip() else self.reason

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        (cabinet, number), in_service = self._cell, self._in_service
        reason = self.reason.text().strip()
        return lambda: workstation.set_cell(
            actor, cabinet, number, in_service=in_service, reason=reason
        )


def grouped(code: str) -> str:
    """A code in groups that are read aloud: two digits, then threes."""
    plain = "".join(code.split())
    if len(plain) < 7:
        return plain
    return " ".join((plain[:-6], plain[-6:-3], plain[-3:]))


class CodeCard(QDialog):
    """Shows a code once; it is stored nowhere."""

    def __init__(self, row: HandOffRow, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Collection code"))
        self.setMinimumWidth(480)
        self.code = label(grouped(code), "large")
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setAccessibleName(_("Collection code"))
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 16, 16, 16)
        inner.addWidget(self.code)
        close = push_button(_("Passed on, close"), self.accept, role="primary")
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        title = _("Code for {receiver}").format(receiver=row.receiver)
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(label(heading(row), "muted", wrap=True))
        column.addWidget(card)
        column.addWidget(
            label(
                _(
                    "It is shown this once and stored nowhere. The receiver gets it as a message "
                    "when the paper lies in the cell; it opens this cell once, until it is due."
                ),
                "small",
                wrap=True,
            )
        )
        column.addLayout(foot)
        close.setFocus()
