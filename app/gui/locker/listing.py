"""The list of hand-offs: what, from whom to whom, until when, whose step is next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel

from app.gui.i18n import _
from app.gui.locker.moments import due_text, present_moment
from app.gui.models.rows import ROW_ROLE, Column
from app.services.locker_views import HandOffRow
from app.words.locker import handoff_state_word, task_word, turn_word

OPEN, OVERDUE, TO_PUT_IN, TO_FETCH, TO_COUNT, STUCK, ALL = (
    "open",
    "overdue",
    "to_put_in",
    "to_fetch",
    "to_count",
    "stuck",
    "all",
)
FILTERS = (OPEN, OVERDUE, TO_PUT_IN, TO_FETCH, TO_COUNT, STUCK, ALL)
OVER = ("confirmed", "returned", "cancelled")
_STATES: dict[str, tuple[str, ...]] = {
    TO_PUT_IN: ("draft", "reserved", "depositing"),
    TO_FETCH: ("deposited", "notified", "overdue", "collecting"),
    TO_COUNT: ("collected",),
    STUCK: ("disputed", "fault", "retrieved"),
}
_TONES = {
    "fault": "bad",
    "disputed": "bad",
    "overdue": "warn",
    "retrieved": "warn",
    "depositing": "warn",
    "collecting": "warn",
    "confirmed": "good",
    "returned": "note",
    "cancelled": "note",
    "draft": "note",
}
# What a person must settle stands first, then what is late.
_RANK = {"fault": 0, "disputed": 0, "retrieved": 1}


def filter_word(name: str) -> str:
    """What a choice of the filter is called."""
    return {
        OPEN: _("Not over yet"),
        OVERDUE: _("Overdue"),
        TO_PUT_IN: _("To be put in"),
        TO_FETCH: _("To be fetched"),
        TO_COUNT: _("To be counted"),
        STUCK: _("To be settled"),
        ALL: _("Those that are over, too"),
    }[name]


def state_tone(row: HandOffRow) -> str:
    """The tone of the state."""
    return "warn" if row.overdue and row.state not in _RANK else _TONES.get(row.state, "accent")


def amount_text(volumes: int, pages: int | None) -> str:
    """So many volumes and pages."""
    if pages is None:
        return _("{volumes} vol.").format(volumes=volumes)
    return _("{volumes} vol. {pages} p.").format(volumes=volumes, pages=pages)


def place_text(row: HandOffRow) -> str:
    """Which cell of which cabinet; nothing when the paper is not in one."""
    if not row.cell:
        return row.cabinet
    return _("{cabinet} · cell {cell}").format(cabinet=row.cabinet, cell=row.cell)


def urgency(row: HandOffRow) -> tuple[int, int, str]:
    """The order of the list."""
    over = row.state in OVER
    return (3 if over else _RANK.get(row.state, 2), 0 if row.overdue else 1, row.due_at)


def handoff_columns(
    now: Callable[[], datetime] = present_moment,
) -> tuple[Column[HandOffRow], ...]:
    """The columns of the list."""
    return (
        Column(
            key="state",
            title=_("State"),
            text=lambda row: handoff_state_word(row.state),
            tone=state_tone,
        ),
        Column(key="number", title=_("Case number"), text=lambda row: row.case_no, bold=True),
        Column(
            key="people",
            title=_("From whom to whom"),
            text=lambda row: f"{row.giver} → {row.receiver}",
            tip=lambda row: f"{row.giver} → {row.receiver}\n{task_word(row.task)}",
        ),
        Column(
            key="amount",
            title=_("Volumes and pages"),
            text=lambda row: amount_text(row.volumes, row.pages),
        ),
        Column(
            key="cell",
            title=_("Cell"),
            text=lambda row: str(row.cell or ""),
            tip=place_text,
        ),
        Column(
            key="due",
            title=_("Fetch by"),
            text=lambda row: due_text(row.due_at, now(), overdue=row.overdue),
            tone=lambda row: "bad" if row.overdue and row.state not in OVER else "",
        ),
        Column(
            key="turn",
            title=_("Whose step"),
            text=lambda row: turn_word(row.turn) if row.turn else "",
            tip=lambda row: (
                _("The last message was not delivered.")
                if row.notice == "failed"
                else turn_word(row.turn)
            ),
            tone=lambda row: "warn" if row.notice == "failed" and row.turn else "",
        ),
    )


def summary_sentence(rows: Sequence[HandOffRow], incidents: int) -> str:
    """How many hand-offs are under way and late, and what went wrong."""
    under_way = sum(row.state not in OVER for row in rows)
    overdue = sum(row.overdue for row in rows)
    parts = [_("{count} under way").format(count=under_way)]
    if overdue:
        parts.append(_("{count} overdue").format(count=overdue))
    if incidents:
        parts.append(_("{count} incidents").format(count=incidents))
    return " · ".join(parts)


class HandOffFilter(QSortFilterProxyModel):
    """The hand-offs of one kind with certain words in a column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._kind = OPEN

    def search(self, words: str) -> None:
        """Show the hand-offs with these words."""
        self._words = words.strip().casefold()
        self.invalidate()

    def show_kind(self, kind: str) -> None:
        """Show one of FILTERS."""
        self._kind = kind
        self.invalidate()

    def _fits(self, row: HandOffRow) -> bool:
        if self._kind == ALL:
            return True
        if row.state in OVER:
            return False
        if self._kind == OVERDUE:
            return row.overdue
        return self._kind == OPEN or row.state in _STATES[self._kind]

    def filterAcceptsRow(  # noqa: N802
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        row = self.sourceModel().index(source_row, 0, source_parent).data(ROW_ROLE)
        if not isinstance(row, HandOffRow) or not self._fits(row):
            return False
        if not self._words:
            return True
        said = (row.case_no, row.giver, row.receiver, row.cabinet, str(row.cell), row.reason)
        return any(self._words in text.casefold() for text in said)
