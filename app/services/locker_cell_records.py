"""Steps of cells in the transaction of their cause: known, reserved, opened, settled."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from app.domain.hand_off_guards import CELL_STATES, FROZEN_CELLS
from app.domain.lifecycle import advance, may
from app.domain.locker import SIZES, LockerCell
from app.services.ports import Transaction
from cloud_locker.api import Cell

# What a cell is in while a hand-off of this state has it.
_CELL_STATES = {
    "reserved": "reserved",
    "depositing": "open_for_deposit",
    "deposited": "occupied",
    "notified": "occupied",
    "overdue": "occupied",
    "collecting": "open_for_pickup",
    "fault": "unknown",
}


def cell_id(cabinet: str, number: int) -> str:
    """The id of a cell: one record for each cell, whoever writes it first."""
    return f"{cabinet}#{number}"


def cell_record(tx: Transaction, now: str, cabinet: str, number: int) -> LockerCell:
    """The record of a cell, written when there is none yet: it is free, unless a hand-off of an
    earlier program has it."""
    found = tx.locker_cells.first(id=cell_id(cabinet, number))
    if found is not None:
        return found
    holder = tx.hand_offs.first(cabinet=cabinet, cell=number, state=CELL_STATES)
    made = LockerCell(
        id=cell_id(cabinet, number),
        cabinet=cabinet,
        number=number,
        state=_CELL_STATES[holder.state] if holder is not None else "free",
        handoff_id=holder.id if holder is not None else "",
        changed_at=now,
    )
    tx.locker_cells.add(made)
    return made


def state_of_cell(tx: Transaction, cabinet: str, number: int) -> str:
    """The state of a cell, "" for one that nobody has written down, such as 0."""
    found = tx.locker_cells.first(id=cell_id(cabinet, number)) if number else None
    return found.state if found is not None else ""


def move_cell(
    tx: Transaction,
    now: str,
    cabinet: str,
    number: int,
    *triggers: str,
    handoff: str | None = None,
    reason: str = "",
) -> LockerCell:
    """Lead a cell through `triggers`. `handoff` is the hand-off that has it from now on, None for
    no change. Raises Refused DOS-101 for a step that its state does not have."""
    cell = cell_record(tx, now, cabinet, number)
    state = cell.state
    for trigger in triggers:
        state = advance("cell", state, trigger)
    moved = attrs.evolve(
        cell,
        state=state,
        handoff_id=cell.handoff_id if handoff is None else handoff,
        reason=reason,
        changed_at=now,
    )
    tx.locker_cells.replace(moved)
    return moved


def step_cell(
    tx: Transaction,
    now: str,
    cabinet: str,
    number: int,
    *triggers: str,
    handoff: str | None = None,
    reason: str = "",
) -> LockerCell:
    """Lead a cell through `triggers`, unless it was frozen meanwhile: then it stays so until
    somebody has looked into it, and only its hand-off is written."""
    cell = cell_record(tx, now, cabinet, number)
    if cell.state in FROZEN_CELLS:
        return move_cell(tx, now, cabinet, number, handoff=handoff, reason=cell.reason)
    return move_cell(tx, now, cabinet, number, *triggers, handoff=handoff, reason=reason)


def freeze_cell(
    tx: Transaction, now: str, cabinet: str, number: int, trigger: str, reason: str
) -> LockerCell:
    """Take a cell out of use by "force", "lose" or "retire"; one that is out already stays so."""
    cell = cell_record(tx, now, cabinet, number)
    if not may("cell", cell.state, trigger):
        return cell
    return move_cell(tx, now, cabinet, number, trigger, reason=reason)


def free_cell(
    tx: Transaction, now: str, cabinet: str, cells: Iterable[Cell], size: str
) -> int | None:
    """The smallest free cell that is large enough, of these the one with the lowest number; None
    when there is none. Free is what nobody has, whose door is shut and which reports no item."""
    fitting = []
    least = SIZES.index(size) if size else 0
    for cell in cells:
        if cell.door_open or cell.occupied:
            continue
        record = cell_record(tx, now, cabinet, cell.number)
        own = SIZES.index(record.size)
        if record.state == "free" and not record.handoff_id and own >= least:
            fitting.append((own, cell.number))
    return min(fitting)[1] if fitting else None
