"""The archive queue: one row for each dossier, and below it the transfer of the row in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import Actor
from app.gui.archive.queue_dialogs import may, step_word
from app.gui.archive.queue_rows import (
    FILTERS,
    QueueFilter,
    filter_word,
    queue_columns,
    summary_sentence,
    transfer_sentence,
)
from app.gui.archive.track_delegate import TrackDelegate
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, RowsModel
from app.gui.widgets.buttons import push_button, set_text, tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.flow_row import FlowRow
from app.gui.widgets.labels import framed, label, restyle, set_theme_icon
from app.gui.widgets.table import RowTable
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.archive_views import ArchiveRow
from app.words.archive import window_words

WIDTHS = (208, 266, 184, -1, 112, 130)
# How much of the room beyond that of a small window the first columns take.
NARROW = 1172
SHARES = (0.1, 0.1, 0.3)
BAR_STEPS = 1000
SEARCH_WIDTH, TRANSFER_WIDTH = 200, 320
STEP_KEYS = {
    "send": "archive_send",
    "pause": "archive_pause",
    "retry": "archive_retry",
    "priority": "archive_priority",
    "withdraw": "archive_withdraw",
}


class QueuePanel(QWidget):
    """Emits `chosen(row or None)` when the cursor moves and `opened(row)` for Enter.

    `commands`: "send", "pause" (also resumes), "retry", "priority", "withdraw", "pause_all",
    "registers", "hours", "courts".
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._actor: Actor | None = None
        self.model: RowsModel[ArchiveRow] = RowsModel(
            queue_columns(), identity=lambda row: row.case_no, parent=self
        )
        self.filtered = QueueFilter(self)
        self.filtered.setSourceModel(self.model)
        self.table = RowTable(self.filtered, WIDTHS, _("Archive queue"))
        self._delegates = (
            TrackDelegate(lambda row: row.electronic, lambda row: row.electronic_share, self),
            TrackDelegate(lambda row: row.paper, lambda row: row.paper_share, self),
        )
        for column, delegate in enumerate(self._delegates, 1):
            self.table.setItemDelegateForColumn(column, delegate)
        self.table.activated.connect(lambda _index: self._open())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._moved())
        self.filter = QComboBox()
        self.filter.setAccessibleName(_("Which dossiers"))
        for kind in FILTERS:
            self.filter.addItem(filter_word(kind), kind)
        self.filter.currentIndexChanged.connect(lambda _index: self._filtered())
        self.search = QLineEdit()
        self.search.setAccessibleName(_("Find a dossier"))
        self.search.setPlaceholderText(_("Case number, person or what blocks it"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(SEARCH_WIDTH)
        self.search.setMaximumWidth(360)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self.table.setFocus)
        self.summary = ElidedLabel("", "muted", self)
        self.summary.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.pause_all = push_button(
            _("Pause the queue"),
            commands["pause_all"],
            icon_name="pause",
            action="archive_pause_all",
        )
        self.registers = tool_button(
            "print", _("Registers…"), commands["registers"], action="archive_registers"
        )
        self.hours = tool_button(
            "history", _("Sending hours…"), commands["hours"], action="archive_hours"
        )
        self.courts = tool_button(
            "arrow_right", _("Between courts…"), commands["courts"], action="archive_courts"
        )
        self._windows: Mapping[str, Any] = {}
        self.buttons = {
            name: push_button(step_word(name), commands[name], action=key)
            for name, key in STEP_KEYS.items()
        }
        self._make_empty_states()
        self._lay_out()
        self.setFocusProxy(self.table)
        self._moved()

    def _make_empty_states(self) -> None:
        self.empty = EmptyState(
            "archive",
            _("Nothing is on its way to the archive"),
            _(
                "A dossier comes here when its paper and pages were compared. Then it is sealed, "
                "packaged and handed over, and its paper goes to the shelf."
            ),
        )
        self.nothing = EmptyState(
            "check",
            _("No dossier of this kind"),
            _("No dossier of this kind has these words. Show all to see the others."),
            action_text=_("All dossiers"),
            action=self.show_all,
        )

    def _lay_out(self) -> None:
        head = FlowRow()
        head.setContentsMargins(16, 16, 16, 8)
        head.addWidget(label(_("Archive queue"), "large", self))
        head.addWidget(self.summary)
        head.add_gap()
        for part in (
            self.filter,
            self.search,
            self.registers,
            self.courts,
            self.hours,
            self.pause_all,
        ):
            head.addWidget(part)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        self.stack = QStackedWidget(self)
        for page in (self.table, self.empty, self.nothing):
            self.stack.addWidget(page)
        inner.addWidget(self.stack, 1)
        inner.addWidget(self._transfer_strip())
        holder = QVBoxLayout()
        holder.setContentsMargins(16, 0, 16, 12)
        holder.addWidget(card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(holder, 1)

    def _transfer_strip(self) -> QWidget:
        self.strip = framed("strip")
        self.transfer_words = ElidedLabel("")
        self.fault_words = ElidedLabel("", "small")
        self.bar = QProgressBar()
        self.bar.setRange(0, BAR_STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Transfer"))
        told = QWidget(self.strip)
        told.setMinimumWidth(TRANSFER_WIDTH)
        told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        texts = QVBoxLayout(told)
        texts.setContentsMargins(0, 0, 8, 0)
        texts.setSpacing(4)
        texts.addWidget(self.transfer_words)
        texts.addWidget(self.bar)
        texts.addWidget(self.fault_words)
        row = FlowRow()
        row.setContentsMargins(16, 8, 12, 8)
        row.addWidget(told)
        row.add_gap()
        for button in self.buttons.values():
            row.addWidget(button)
        self.strip.setLayout(row)
        return self.strip

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        more = max(0, self.table.viewport().width() - NARROW)
        wider = [WIDTHS[column] + round(more * share) for column, share in enumerate(SHARES)]
        self.table.ask_widths([*wider, *WIDTHS[len(SHARES) :]])

    @property
    def current(self) -> ArchiveRow | None:
        """The dossier under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, ArchiveRow) else None

    @property
    def kind(self) -> str:
        """The filter in force, one of FILTERS."""
        return str(self.filter.currentData())

    def show_rows(self, rows: Sequence[ArchiveRow], actor: Actor) -> None:
        """Show these dossiers in their order; the cursor stays on its row."""
        kept = self.current
        if self._actor != actor:
            self._actor = actor
            self.filtered.show_kind(self.kind, actor)
        self.model.replace(rows)
        self.summary.show_text(summary_sentence(rows, actor))
        self._show_stack()
        if kept is None or not self.go_to(kept.case_no):
            self.table.go_to(0)
        self._moved()

    def show_windows(self, windows: Mapping[str, Any]) -> None:
        """When and how fast packages go to each archive; told with the transfers."""
        self._windows = windows
        self._show_transfer(self.current)

    def show_paused(self, paused: bool) -> None:
        """Whether the queue as a whole rests."""
        text = _("Let the queue run") if paused else _("Pause the queue")
        set_text(self.pause_all, text, "archive_pause_all")
        set_theme_icon(self.pause_all, "arrow_right" if paused else "pause")

    def go_to(self, case_no: str) -> bool:
        """Put the cursor on a dossier; tells whether it is in sight of the filter."""
        index = self.filtered.mapFromSource(self.model.index(self.model.number_of(case_no), 0))
        if not index.isValid():
            return False
        if self.table.currentIndex().row() != index.row():
            self.table.go_to(index.row())
        return True

    def next_kind(self) -> None:
        """The next choice of the filter."""
        self.filter.setCurrentIndex((self.filter.currentIndex() + 1) % self.filter.count())

    def show_all(self) -> None:
        """Show all dossiers again."""
        self.search.clear()
        self.filter.setCurrentIndex(0)

    def _search(self, words: str) -> None:
        self.filtered.search(words)
        self._settle()

    def _filtered(self) -> None:
        self.filtered.show_kind(self.kind, self._actor)
        self._settle()

    def _settle(self) -> None:
        self._show_stack()
        if self.current is None:
            self.table.go_to(0)
        self._moved()

    def _show_stack(self) -> None:
        if not self.model.rows:
            self.stack.setCurrentWidget(self.empty)
        else:
            found = self.filtered.rowCount() > 0
            self.stack.setCurrentWidget(self.table if found else self.nothing)

    def _moved(self) -> None:
        row = self.current
        self._show_transfer(row)
        self.chosen.emit(row)

    def _show_transfer(self, row: ArchiveRow | None) -> None:
        transfer = row.transfer if row is not None else None
        self.strip.setVisible(transfer is not None)
        for name, button in self.buttons.items():
            button.setEnabled(may(name, transfer) or (name == "pause" and may("resume", transfer)))
        if transfer is None:
            return
        paused = transfer.state == "paused"
        set_text(self.buttons["pause"], step_word("resume" if paused else "pause"), "archive_pause")
        said_hours = [window_words(row) for row in self._windows.get(transfer.target, ())]
        sentence = " · ".join((transfer_sentence(transfer), *said_hours))
        self.transfer_words.show_text(sentence)
        share = transfer.sent_bytes / transfer.total_bytes if transfer.total_bytes else 0.0
        self.bar.setValue(round(BAR_STEPS * min(1.0, share)))
        restyle(self.bar, "tone", "bad" if transfer.state in ("failed", "rejected") else "")
        said = describe(transfer.error, current_language()) if transfer.error else None
        self.fault_words.show_text(f"{said.message} {said.remedy}" if said is not None else "")
        self.fault_words.setVisible(said is not None)

    def _open(self) -> None:
        row = self.current
        if row is not None:
            self.opened.emit(row)
