"""What is known of one door cycle, and its record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from app.domain.cell_facts import DONE
from app.domain.locker import DoorCycleRecord
from app.kernel.errors import Fault
from app.kernel.ids import new_id
from app.services.ports import Transaction
from cloud_locker.api import Cell


@frozen(kw_only=True)
class Facts:
    """What is known of one door cycle when it is over, or when it stopped."""

    purpose: str
    outcome: str
    began_at: str
    identified_by: str = ""
    pulses: int = 0
    occupied: bool | None = None
    others: tuple[int, ...] = ()
    details: dict[str, Any] = field(factory=dict)


def facts_of_cycle(cycle: Any, began_at: str, identified_by: str) -> Facts:
    """The facts of a cycle that came to its end."""
    return Facts(
        purpose=cycle.purpose,
        outcome=DONE,
        began_at=began_at,
        identified_by=identified_by,
        pulses=cycle.pulses,
        occupied=cycle.occupied,
        details={"cycle": cycle.cycle, "resumed": cycle.resumed},
    )


def facts_of_fault(
    purpose: str, fault: Fault, began_at: str, identified_by: str, cell: Cell | None
) -> Facts:
    """The facts of a cycle that a fault ended; `cell` as the cabinet reports it now, if it does."""
    named = str(fault.parameters.get("others", "")).split(",")
    return Facts(
        purpose=purpose,
        outcome=fault.code,
        began_at=began_at,
        identified_by=identified_by,
        occupied=cell.occupied if cell is not None and not cell.door_open else None,
        others=tuple(int(number) for number in named if number.strip().isdecimal()),
        details=dict(fault.parameters),
    )


def record_cycle(
    tx: Transaction,
    now: str,
    actor: str,
    cabinet: str,
    cell: int,
    facts: Facts,
    *,
    handoff: str = "",
) -> None:
    """Add the record of one door cycle."""
    tx.door_cycles.add(
        DoorCycleRecord(
            id=new_id("cycle"),
            cabinet=cabinet,
            cell=cell,
            purpose=facts.purpose,
            handoff_id=handoff,
            actor=actor,
            identified_by=facts.identified_by,
            began_at=facts.began_at,
            ended_at=now,
            pulses=facts.pulses,
            occupied=facts.occupied,
            outcome=facts.outcome,
            details=facts.details,
        )
    )


def reported_cells(cabinet: Any) -> list[Cell]:
    """The cells of a cabinet, none when it does not answer."""
    try:
        return list(cabinet.cells())
    except Fault:
        return []


def cell_of(cells: Iterable[Cell], number: int) -> Cell | None:
    """One of the cells."""
    return next((cell for cell in cells if cell.number == number), None)


def is_interrupted(cabinet: Any, reference: str, cell: int) -> bool:
    """Whether the journal of a cabinet has a cycle for this reference at this cell that is not
    over."""
    return (reference, cell) in interrupted_cycles(cabinet)


def interrupted_cycles(cabinet: Any) -> frozenset[tuple[str, int]]:
    """(reference, cell) of the cycles that the journal of a cabinet does not have the end of."""
    return frozenset((entry.reference, entry.cell) for entry in cabinet.interrupted())
