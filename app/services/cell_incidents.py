"""Cells that must be looked at: frozen, with an incident for whoever has paper in them."""

from __future__ import annotations

from typing import Any

from app.domain.custody import HandOff
from app.domain.locker import LockerCell
from app.services.handoff_records import open_incident
from app.services.locker_cell_records import freeze_cell
from app.services.ports import Transaction


def holder_of(tx: Transaction, cell: LockerCell) -> HandOff | None:
    """The hand-off that has a cell."""
    return tx.hand_offs.first(id=cell.handoff_id) if cell.handoff_id else None


def freeze_and_report(
    tx: Transaction,
    now: str,
    cabinet: str,
    number: int,
    trigger: str,
    *,
    reason: str,
    kind: str,
    actor: str,
    **details: Any,
) -> None:
    """Take a cell out of use by `trigger`, as `freeze_cell` does, and open an incident of `kind`
    for it and the hand-off that has it."""
    cell = freeze_cell(tx, now, cabinet, number, trigger, reason)
    open_incident(
        tx, now, kind, cabinet, number, actor=actor, hand_off=holder_of(tx, cell), **details
    )
