"""The archive queue as a table: columns, order of the filters, words for sizes and times."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel

from app.domain.access import Actor, is_among
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column
from app.services.archive_views import ArchiveRow, TransferRow
from app.words.archive import (
    blocker_words,
    paper_standing_word,
    transfer_state_word,
    whose_turn_words,
)
from app.words.terms import days_left_words

FILTERS = (ALL, BLOCKED, MINE, SENDING, OVERDUE) = ("", "blocked", "mine", "sending", "overdue")
# The program and the archive see to these by themselves.
GOES_BY_ITSELF = ("", "system", "archive")
STOPPED = ("rejected", "failed", "paused")
MARKS = {
    "receipted": ("good", "good"),
    "sending": ("arrow_right", "accent"),
    "waiting": ("history", "accent"),
    "paused": ("pause", "warn"),
    "rejected": ("bad", "bad"),
    "failed": ("bad", "bad"),
    "checked": ("check", "accent"),
    "shelved": ("good", "good"),
    "overdue": ("warn", "bad"),
    "in_cell": ("locker", "accent"),
    "under_way": ("arrow_right", "accent"),
    "with": ("person", "muted"),
    "none": ("plain", "muted"),
}
NO_MARK = ("plain", "muted")
_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1000


def size_text(count: float) -> str:
    """Bytes in the largest unit of which there is at least one."""
    place = 0
    while count >= _STEP and place < len(_UNITS) - 1:
        count /= _STEP
        place += 1
    return f"{count:.0f} {_UNITS[place]}" if place < 2 else f"{count:.1f} {_UNITS[place]}"


def left_text(seconds: float | None) -> str:
    """About how long it still takes; "" while nobody knows."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("less than a minute left")
    if seconds < 5400:
        return _("about {count} min left").format(count=round(seconds / 60))
    return _("about {count} h left").format(count=round(seconds / 3600))


def left_clock(seconds: float | None) -> str:
    """How long it still takes as a clock shows it, for where there is little room."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def electronic_text(row: ArchiveRow) -> str:
    """The electronic track in words; how fast and how long while it is being sent."""
    word = transfer_state_word(row.electronic)
    transfer = row.transfer
    if transfer is None or row.electronic != "sending":
        return word
    parts = [f"{row.electronic_share:.0%}"]
    if transfer.rate:
        parts.append(f"{size_text(transfer.rate)}/s")
    parts.append(left_clock(transfer.seconds_left))
    return " · ".join([word, *(part for part in parts if part)])


def paper_text(row: ArchiveRow) -> str:
    """The paper track in words, with where the paper is or who has it."""
    word = paper_standing_word(row.paper)
    where = row.paper_place if row.paper in ("shelved", "in_cell") else row.paper_with
    return f"{word} · {where}" if where else word


def due_text(row: ArchiveRow) -> str:
    """The last day of archiving; how near it is once it is near or over."""
    if is_late(row) and row.days_left is not None:
        return f"{days_left_words('overdue', row.days_left)} · {row.due_on[5:]}"
    return row.due_on


def is_late(row: ArchiveRow) -> bool:
    """Whether the last day of archiving is over."""
    return row.days_left is not None and row.days_left < 0 and row.state != "accessioned"


def is_overdue(row: ArchiveRow) -> bool:
    """Whether the last day of archiving is over, or the paper is."""
    return is_late(row) or row.paper == "overdue"


def is_blocked(row: ArchiveRow) -> bool:
    """Whether it stands still until a person does something out of the ordinary."""
    if row.verdict in ("frozen", "rescan_check") or row.electronic in STOPPED:
        return True
    return row.blocker.get("code") in ("check_failed", "counts_to_correct", "paper_overdue")


def is_turn_of(row: ArchiveRow, actor: Actor) -> bool:
    """Whether it waits for this person, by her name or her role."""
    if row.turn in GOES_BY_ITSELF:
        return False
    return row.turn == actor.role or is_among(actor.name, [row.turn])


def queue_columns() -> tuple[Column[ArchiveRow], ...]:
    """The columns of the queue."""
    return (
        Column(
            key="number",
            title=_("Case number"),
            text=lambda row: row.case_no,
            bold=True,
            tip=lambda row: f"{row.case_no}\n{row.cause}".strip(),
        ),
        Column(key="electronic", title=_("Electronic"), text=electronic_text),
        Column(key="paper", title=_("Paper"), text=paper_text),
        Column(key="blocker", title=_("What blocks it"), text=lambda r: blocker_words(r.blocker)),
        Column(
            key="turn",
            title=_("Whose turn"),
            text=lambda row: whose_turn_words(row.turn),
            tone=_turn_tone,
        ),
        Column(
            key="due",
            title=_("Archive by"),
            text=due_text,
            tone=lambda row: "bad" if is_late(row) else "",
        ),
    )


def _turn_tone(row: ArchiveRow) -> str:
    if row.turn in GOES_BY_ITSELF:
        return ""
    return "bad" if row.verdict == "frozen" else "warn" if is_blocked(row) else "note"


def filter_word(kind: str) -> str:
    """What a choice of the filter is called."""
    return {
        ALL: _("All dossiers"),
        BLOCKED: _("Standing still"),
        MINE: _("Waiting for me"),
        SENDING: _("On their way"),
        OVERDUE: _("Past their day"),
    }[kind]


def summary_sentence(rows: Sequence[ArchiveRow], actor: Actor) -> str:
    """How many are there, stand still, wait for this person."""
    if not rows:
        return ""
    parts = [_("{count} dossiers").format(count=len(rows))]
    for said, count in (
        (_("{count} being sent"), sum(row.electronic == "sending" for row in rows)),
        (_("{count} standing still"), sum(is_blocked(row) for row in rows)),
        (_("{count} waiting for me"), sum(is_turn_of(row, actor) for row in rows)),
    ):
        if count:
            parts.append(said.format(count=count))
    return " · ".join(parts)


def transfer_sentence(transfer: TransferRow) -> str:
    """One transfer in a line: to where, how much of it, how fast, how often it was tried."""
    parts = [
        _("To {target}: {state}").format(
            target=transfer.target, state=transfer_state_word(transfer.state)
        )
    ]
    if transfer.total_bytes:
        sent, total = size_text(transfer.sent_bytes), size_text(transfer.total_bytes)
        parts.append(_("{sent} of {total}").format(sent=sent, total=total))
    if transfer.rate:
        parts.append(f"{size_text(transfer.rate)}/s")
    parts.append(left_text(transfer.seconds_left))
    if transfer.attempts > 1:
        parts.append(_("attempt {count}").format(count=transfer.attempts))
    if transfer.priority:
        parts.append(_("priority {count}").format(count=transfer.priority))
    return " · ".join(part for part in parts if part)


class QueueFilter(QSortFilterProxyModel):
    """The dossiers of one kind with certain words in a column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._kind = ALL
        self._actor: Actor | None = None

    @property
    def kind(self) -> str:
        """The kind in force, one of FILTERS."""
        return self._kind

    def search(self, words: str) -> None:
        """Show the dossiers with these words."""
        self._words = words.strip().casefold()
        self.invalidate()

    def show_kind(self, kind: str, actor: Actor | None) -> None:
        """Show the dossiers of a kind, "mine" as seen by `actor`."""
        self._kind, self._actor = kind, actor
        self.invalidate()

    def filterAcceptsRow(  # noqa: N802
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        if not self._words and not self._kind:
            return True
        index = self.sourceModel().index(source_row, 0, source_parent)
        row = index.data(ROW_ROLE)
        if not isinstance(row, ArchiveRow) or not self._is_of_kind(row):
            return False
        if not self._words:
            return True
        said = (row.case_no, row.cause, row.paper_with, blocker_words(row.blocker))
        return any(self._words in text.casefold() for text in said)

    def _is_of_kind(self, row: ArchiveRow) -> bool:
        if self._kind == MINE:
            return self._actor is not None and is_turn_of(row, self._actor)
        kinds = {
            BLOCKED: is_blocked(row),
            SENDING: row.electronic in ("sending", "waiting", "paused"),
            OVERDUE: is_overdue(row),
        }
        return kinds.get(self._kind, True)
