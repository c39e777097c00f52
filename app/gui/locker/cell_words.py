"""What a cell of the map says: word, tone and sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from app.gui.i18n import _
from app.gui.locker.moments import due_text
from app.services.locker_views import CellRow
from app.words.locker import cell_state_word, incident_word, size_word

OPEN_STATES = ("open_for_deposit", "open_for_pickup")
WRONG_STATES = ("open_unexpected", "unknown")
_TONES = {
    "free": "",
    "reserved": "accent",
    "occupied": "accent",
    "open_for_deposit": "warn",
    "open_for_pickup": "warn",
    "open_unexpected": "bad",
    "unknown": "bad",
    "out_of_service": "note",
}


def cell_tone(cell: CellRow) -> str:
    """The tone of a tile: none for a free cell."""
    if cell.state == "occupied" and cell.overdue:
        return "warn"
    if cell.state == "free" and cell.door_open:
        return "warn"
    return _TONES.get(cell.state, "bad")


def cell_word(cell: CellRow) -> str:
    """The one word on a tile."""
    if cell.state == "occupied" and cell.overdue:
        return _("Occupied, overdue")
    if cell.state == "free" and cell.door_open:
        return _("Free, door open")
    return cell_state_word(cell.state)


def door_word(cell: CellRow) -> str:
    """What the door says of itself."""
    if cell.door_open is None:
        return _("Door unknown")
    return _("Door open") if cell.door_open else _("Door closed")


def item_word(cell: CellRow) -> str:
    """What the item sensor says; nothing without one."""
    if cell.occupied is None:
        return ""
    return _("Sensor sees something") if cell.occupied else _("Sensor sees nothing")


def cell_title(cell: CellRow) -> str:
    """Which cell it is."""
    return _("Cell {number} · {size}").format(number=cell.number, size=size_word(cell.size))


def cell_sentence(cell: CellRow, now: datetime) -> str:
    """All of a cell in one line, for the facts below the map and for a screen reader."""
    due = due_text(cell.due_at, now, overdue=cell.overdue)
    parts = (
        cell_word(cell),
        door_word(cell) if cell.state not in OPEN_STATES else "",
        item_word(cell),
        cell.case_no,
        _("for {receiver}").format(receiver=cell.receiver) if cell.receiver else "",
        due,
        reason_words(cell.reason),
    )
    return " · ".join(part for part in parts if part)


def reason_words(reason: str) -> str:
    """Why a cell is out of use: a code of the program, or a person's own words."""
    return _("being tried") if reason == "trial" else incident_word(reason)


def map_summary(cells: Sequence[CellRow]) -> str:
    """How many cells are in which state, the wrong ones first."""
    order = (*WRONG_STATES, *OPEN_STATES, "occupied", "reserved", "free", "out_of_service")
    counts = Counter(cell.state for cell in cells)
    parts = [f"{cell_state_word(state)} {counts[state]}" for state in order if counts[state]]
    return " · ".join(parts)
