"""Dossiers that went to other courts and came from them, with their answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.archive.ledger_list import LedgerList
from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.models.rows import Column, RowsModel
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed, label
from app.services.archive_views import CourtTransferRow
from app.words.court_transfers import (
    court_state_word,
    direction_word,
    purpose_word,
    signer_change_word,
)

# Of a fingerprint, as much as people compare by telephone.
_SHOWN = 16
_TONES = {"made": "warn", "accepted": "good", "rejected": "bad"}


def court_columns() -> tuple[Column[CourtTransferRow], ...]:
    """Which way, which case, why, and what was answered."""
    return (
        Column(
            key="direction", title=_("Direction"), text=lambda row: direction_word(row.direction)
        ),
        Column(key="court", title=_("Court"), text=lambda row: row.court or _("unknown")),
        Column(
            key="case",
            title=_("Case"),
            text=lambda row: row.case_no or Path(row.path).name,
            bold=True,
        ),
        Column(key="purpose", title=_("Purpose"), text=lambda row: purpose_word(row.purpose)),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: court_state_word(row.state),
            tone=lambda row: _TONES.get(row.state, "note"),
        ),
        Column(
            key="at",
            title=_("Time"),
            text=lambda row: moment_text(row.made_at, present_moment()),
        ),
        Column(
            key="answer",
            title=_("Answer of the court"),
            text=answer_words,
            tip=answer_tip,
        ),
    )


def answer_words(row: CourtTransferRow) -> str:
    """Who answered what: the signer where the answer is signed, the reasons of a rejection."""
    receipt = row.receipt
    if not receipt or not receipt.get("result"):
        return _("not answered yet")
    reasons = "；".join(str(said) for said in receipt.get("reasons", ()))
    signer = signer_change_word(row) or signer_words(row)
    parts = (str(receipt.get("person", "")), signer, reasons)
    return " · ".join(part for part in parts if part)


def answer_tip(row: CourtTransferRow) -> str:
    """All of an answer that a cell may be too narrow for."""
    said = (signer_change_word(row), *map(str, row.receipt.get("reasons", ())))
    return "\n".join(line for line in said if line)


def signer_words(row: CourtTransferRow) -> str:
    """Whose signature an answer bears, and whether this court knows it."""
    fingerprint = str(row.details.get("receipt_fingerprint", ""))
    if not fingerprint:
        return ""
    name = row.details.get("receipt_signer") or fingerprint[:_SHOWN]
    if row.details.get("receipt_trusted"):
        return _("signed: {name}").format(name=name)
    return _("signed: {name} (ask for its fingerprint)").format(name=name)


class CourtPanel(QWidget):
    """`commands`: "court_send", "court_receive", "court_receipt", "court_back"."""

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.send = push_button(
            _("Send to another court…"),
            commands["court_send"],
            action="archive_court_send",
            parent=self,
        )
        self.receive = push_button(
            _("Take in a package…"),
            commands["court_receive"],
            action="archive_court_receive",
            parent=self,
        )
        self.receipt = push_button(
            _("Note the receipt…"),
            commands["court_receipt"],
            action="archive_court_receipt",
            parent=self,
        )
        self.rows: LedgerList[CourtTransferRow] = LedgerList(
            RowsModel(court_columns(), identity=lambda row: row.id),
            (96, 200, 208, 104, 170, 130, -1),
            _("Between courts"),
            _(
                "No dossier went to another court or came from one. A sealed package goes as one "
                "file with its letter; the paper goes as a hand-off from court to court."
            ),
            (self.send, self.receive, self.receipt),
            parent=self,
        )
        self._lay_out(commands["court_back"])
        self.rows.chosen.connect(self._show_steps)
        self.setFocusProxy(self.rows.table)
        self._show_steps()

    def _lay_out(self, back: Callable[[], object]) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        head.addWidget(label(_("Between courts"), "large", parent=self))
        head.addStretch(1)
        head.addWidget(push_button(_("Queue of all dossiers"), back, parent=self))
        card = framed("card", self)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.rows)
        holder = QVBoxLayout()
        holder.setContentsMargins(16, 0, 16, 12)
        holder.addWidget(card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(holder, 1)

    @property
    def current(self) -> CourtTransferRow | None:
        """The transfer under the cursor."""
        return self.rows.current

    def show_rows(self, rows: Sequence[CourtTransferRow]) -> None:
        """Show them, the newest first."""
        self.rows.show_rows(list(reversed(rows)))

    def _show_steps(self) -> None:
        row = self.current
        waits = row is not None and row.direction == "out" and row.state != "accepted"
        self.receipt.setEnabled(waits)
