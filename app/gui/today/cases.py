"""The table of cases: columns, the filter by words and by the term of archiving."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel

from app.gui.context_bar import parties
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column
from app.gui.words import state_tone, state_word
from app.services.views import CaseRow
from app.words.dossiers import next_action_word
from app.words.terms import days_left_words, term_word

ALL = ""
FILTERS = (ALL, "overdue", "remind", "unclosed")
# Where the days left are told beside the day.
TERM_TONES = {"overdue": "bad", "remind": "warn"}


def case_columns() -> tuple[Column[CaseRow], ...]:
    """The columns of the case list."""
    return (
        Column(key="number", title=_("Case number"), text=lambda row: row.case_no, bold=True),
        Column(
            key="parties",
            title=_("Parties and cause"),
            text=lambda row: parties(row.plaintiff, row.defendant, row.cause),
        ),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: state_word(row.state),
            tone=lambda row: state_tone(row.state),
        ),
        Column(key="next", title=_("Next step"), text=next_text),
        Column(key="sides", title=_("Sides"), text=lambda row: str(row.sides or ""), right=True),
        Column(
            key="due",
            title=_("Archive by"),
            text=due_text,
            tone=lambda row: TERM_TONES.get(row.term, ""),
            tip=due_tip,
        ),
        Column(key="clerk", title=_("Clerk"), text=lambda row: row.clerk),
    )


def next_text(row: CaseRow) -> str:
    word = next_action_word(row.next_action)
    if not row.blockers:
        return word
    return f"{word} · {row.blockers}"


def due_text(row: CaseRow) -> str:
    """The last day; once it is near or over, how near."""
    if row.term not in TERM_TONES:
        return row.due
    return f"{days_left_words(row.term, row.days_left)} · {row.due[5:]}"


def due_tip(row: CaseRow) -> str:
    """The whole of it in words."""
    words = days_left_words(row.term, row.days_left)
    return " · ".join(part for part in (term_word(row.term), row.due, words) if part)


def filter_word(state: str) -> str:
    """What a choice of the filter is called."""
    return term_word(state) if state else _("All cases")


def summary_sentence(rows: Sequence[CaseRow]) -> str:
    """How many cases are open, overdue, and to be archived."""
    if not rows:
        return ""
    active = sum(row.state != "accessioned" for row in rows)
    overdue = sum(row.overdue for row in rows)
    soon = sum(row.term == "remind" for row in rows)
    parts = [_("{count} open").format(count=active)]
    if overdue:
        parts.append(_("{count} overdue").format(count=overdue))
    if soon:
        parts.append(_("{count} to be archived").format(count=soon))
    return " · ".join(parts)


class CaseFilter(QSortFilterProxyModel):
    """The cases with certain words in a column, and in one state of their term."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._term = ALL

    def search(self, words: str) -> None:
        """Show the cases with these words."""
        self._words = words.strip().casefold()
        self.invalidate()

    def show_term(self, state: str) -> None:
        """Show the cases whose term is in this state; empty for all."""
        self._term = state
        self.invalidate()

    def filterAcceptsRow(  # noqa: N802
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        if not self._words and not self._term:
            # Asked for each of thousands of cases whenever the list is read again.
            return True
        model = self.sourceModel()
        index = model.index(source_row, 0, source_parent)
        row = index.data(ROW_ROLE)
        if not isinstance(row, CaseRow) or (self._term and row.term != self._term):
            return False
        return not self._words or any(
            self._words in str(index.siblingAtColumn(column).data() or "").casefold()
            for column in range(model.columnCount(source_parent))
        )
