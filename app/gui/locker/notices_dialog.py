"""The messages about hand-offs: which arrived, which did not, and once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.present import present
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.kernel.errors import fault_from_record
from app.services.locker_views import NoticeView
from app.words.locker import channel_word, notice_state_word, notice_word

_TONES = {"failed": "bad", "queued": "accent", "sent": "good"}
_RANK = {"failed": 0, "queued": 1}


def fault_words(row: NoticeView) -> str:
    """Why it did not arrive."""
    if not row.fault:
        return ""
    record = {"kind": "transient", "code": row.fault, "parameters": row.fault_parameters}
    shown = present(fault_from_record(record))
    return f"{shown.message}{shown.remedy}"


def moment_of(row: NoticeView, now: datetime) -> str:
    """When it went out, or goes out next."""
    if row.sent_at:
        return moment_text(row.sent_at, now)
    if row.state == "queued" and row.not_before:
        return _("next try {moment}").format(moment=moment_text(row.not_before, now))
    return moment_text(row.made_at, now)


def notice_columns(
    now: Callable[[], datetime] = present_moment,
) -> tuple[Column[NoticeView], ...]:
    """The columns of the list."""
    return (
        Column(
            key="state",
            title=_("State"),
            text=lambda row: notice_state_word(row.state),
            tone=lambda row: _TONES.get(row.state, "note"),
            tip=fault_words,
        ),
        Column(key="kind", title=_("Message"), text=lambda row: notice_word(row.kind), bold=True),
        Column(key="person", title=_("To"), text=lambda row: row.person),
        Column(
            key="channel",
            title=_("Sent by"),
            text=lambda row: (
                f"{channel_word(row.channel)} {row.address}"
                if row.address != row.person
                else channel_word(row.channel)
            ),
        ),
        Column(key="tries", title=_("Tries"), text=lambda row: str(row.attempts), right=True),
        Column(key="at", title=_("When"), text=lambda row: moment_of(row, now())),
    )


class NoticesDialog(QDialog):
    """Those that did not arrive first; one under the cursor can be tried again."""

    def __init__(self, desk: Desk, handoff: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._handoff = handoff
        self._rows: list[NoticeView] = []
        self.setWindowTitle(_("Messages"))
        self.resize(920, 520)
        self.model: RowsModel[NoticeView] = RowsModel(
            notice_columns(), identity=lambda row: row.id, parent=self
        )
        self.table = RowTable(self.model, (112, 128, -1, 208, 56, 160), _("Messages"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._chosen())
        self.table.activated.connect(lambda _index: self.retry())
        self.only_failed = QCheckBox(_("Only those not delivered"))
        self.only_failed.toggled.connect(lambda _on: self._filter())
        self.reason = label("", "small", wrap=True)
        self.error = FaultLine()
        self.again = push_button(_("Try again"), self.retry, icon_name="refresh", role="primary")
        self.empty = EmptyState(
            "message",
            _("No messages"),
            _("Codes, reminders and receipts that were sent to people are listed here."),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.stack)
        close = push_button(_("Close"), self.accept)
        close.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.only_failed)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Messages"), "title"))
        column.addWidget(card, 1)
        column.addWidget(self.reason)
        column.addWidget(self.error)
        column.addLayout(foot)
        self._chosen()
        self.read()

    def read(self) -> None:
        """Read the messages again."""
        workstation, handoff = self._desk.workstation, self._handoff
        operation = Op(self, lambda: workstation.notices(handoff)).reads()
        operation.done(self._show).refused(self.error.show_fault).start()

    def _show(self, rows: list[NoticeView]) -> None:
        newest = sorted(rows, key=lambda row: row.made_at, reverse=True)
        self._rows = sorted(newest, key=lambda row: _RANK.get(row.state, 2))
        self._filter()

    def _filter(self) -> None:
        failed = self.only_failed.isChecked()
        kept = self.current
        self.model.replace([row for row in self._rows if not failed or row.state == "failed"])
        self.stack.setCurrentWidget(self.table if self.model.rows else self.empty)
        self.table.go_to(max(self.model.number_of(kept.id) if kept else 0, 0))
        self._chosen()

    @property
    def current(self) -> NoticeView | None:
        """The message under the cursor."""
        return self.model.row(self.table.currentIndex().row())

    def _chosen(self) -> None:
        row = self.current
        self.again.setEnabled(row is not None and row.state == "failed")
        self.reason.setText("" if row is None else fault_words(row))

    def retry(self) -> None:
        """Try the message under the cursor again, at once."""
        row = self.current
        if row is None or row.state != "failed":
            return
        self.error.hide()
        actor, workstation = self._desk.actor, self._desk.workstation

        def queued(_row: NoticeView) -> None:
            self._desk.said.emit(_("The message is tried again."))
            self.read()

        operation = Op(self, lambda: workstation.retry_notice(actor, row.id))
        operation.done(queued).refused(self.error.show_fault).start()
