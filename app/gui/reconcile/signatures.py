"""The chain of signatures, what keeps the dossier open, and the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.models.rows import Column, RowsModel
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.services.review_views import ChainRow, SealObstacle
from app.words.review import chain_state_word, signer_word


def chain_columns() -> tuple[Column[ChainRow], ...]:
    """The columns of the chain."""
    return (
        Column(key="step", title=_("Signs"), text=lambda row: signer_word(row.step), bold=True),
        Column(
            key="who",
            title=_("Person and time"),
            text=lambda row: f"{row.by} {row.at[:10]}" if row.by else "",
        ),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: chain_state_word(row.state),
            tone=lambda row: {"signed": "good", "void": "bad", "next": "warn"}.get(
                row.state, "note"
            ),
        ),
    )


class Signatures(QWidget):
    """Who has signed, what is open, and the button of the report."""

    def __init__(
        self,
        report: Callable[[], object],
        settings: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model: RowsModel[ChainRow] = RowsModel(
            chain_columns(), identity=lambda row: row.step, parent=self
        )
        self.table = RowTable(self.model, (128, -1, 120), _("Signatures"))
        self.none = label(_("This court asks for no signatures."), "muted", wrap=True)
        self.open = label("", wrap=True)
        # Many matters may be open at once; they scroll, so that the buttons stay in sight.
        self.opened = QScrollArea()
        self.opened.setFrameShape(QScrollArea.Shape.NoFrame)
        self.opened.setWidgetResizable(True)
        self.opened.setAccessibleName(_("Before sealing"))
        self.opened.setWidget(self.open)
        self.open.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.report = push_button(_("Report of the review…"), report, icon_name="save")
        self.settings = push_button(_("Demands before sealing…"), settings)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        below = framed("bar")
        words = QVBoxLayout(below)
        words.setContentsMargins(16, 12, 16, 12)
        words.setSpacing(8)
        words.addWidget(self.none)
        words.addWidget(label(_("Before sealing"), "heading"))
        words.addWidget(self.opened, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.report)
        row.addWidget(self.settings)
        row.addStretch(1)
        words.addLayout(row)
        column.addWidget(below, 1)

    def show_chain(self, chain: Sequence[ChainRow], obstacles: Sequence[SealObstacle]) -> None:
        """Show the chain and everything that keeps the dossier from being sealed."""
        self.model.replace(chain)
        self.table.setVisible(bool(chain))
        self.none.setVisible(not chain)
        told = [f"· {row.message}\n   {row.remedy}" for row in obstacles]
        self.open.setText("\n".join(told) or _("Nothing is open."))
