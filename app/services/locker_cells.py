"""Cabinets and their cells as they stand, and cells taken out of use and into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.cell_facts import steps_to
from app.domain.custody import HandOff
from app.domain.hand_off_guards import CELL_STATES
from app.domain.locker import SIZES, LockerCell
from app.kernel.errors import BadInput, Fault, Refused
from app.services.context import Service
from app.services.handoff_rows import is_overdue
from app.services.locker_cell_records import cell_record, move_cell
from app.services.locker_views import CabinetView, CellRow
from app.services.ports import Transaction
from cloud_locker.api import Cell


class LockerCells(Service):
    """Use cases around cabinets and single cells."""

    def cabinets(self) -> list[str]:
        """Names of the cabinets of this site."""
        return list(self._context.cabinets)

    def cells(self, cabinet: str) -> list[CellRow]:
        """The cells of a cabinet as its board reports them, with the hand-offs in them.

        Raises BadInput HND-108 (no such cabinet) and what the cabinet raises.
        """
        with self._cabinet(cabinet) as opened:
            cells = opened.cells()
        with self._context.storage.read() as tx:
            return self._cell_rows(tx, cabinet, cells)

    def cabinet_view(self, cabinet: str) -> CabinetView:
        """The cabinet as it stands. A silent one is told with its fault and the last known state
        of its cells, whose doors nobody knows. Raises BadInput HND-108 alone."""
        asked_at = self._now()
        self._require_known(cabinet)
        cells: list[Cell] | None = None
        busy, fault = False, None
        try:
            with self._cabinet(cabinet) as opened:
                busy = opened.busy()
                cells = opened.cells()
        except Fault as caught:
            fault = caught
        with self._context.storage.read() as tx:
            rows = self._cell_rows(tx, cabinet, cells)
            proofs = tx.commissionings.find(cabinet=cabinet)
        return CabinetView(
            name=cabinet,
            answering=cells is not None,
            cells=tuple(rows),
            asked_at=asked_at,
            busy=busy,
            fault=fault.code if fault is not None else "",
            fault_parameters=dict(fault.parameters) if fault is not None else {},
            commissioned_at=proofs[-1].made_at if proofs else "",
            commissioned=bool(proofs) and proofs[-1].passed,
        )

    def set_cell(
        self,
        actor: Actor,
        cabinet: str,
        number: int,
        *,
        in_service: bool,
        reason: str,
        size: str = "",
    ) -> CellRow:
        """Take a cell out of use or into it; `size` is its size from now on, "" for as it was.

        Raises Refused HND-117 while a hand-off has the cell, HND-118 without a reason, HND-119
        while an incident of the cell is open; BadInput LCK-108 (no such cell), HND-111 (size).
        """
        actor.require("custody")
        if not reason.strip():
            raise Refused("HND-118")
        if size and size not in SIZES:
            raise BadInput("HND-111", value=size, known=", ".join(SIZES))
        self._require_known(cabinet)
        with self._cabinet(cabinet) as opened:
            cells = opened.cells()
        if not any(cell.number == number for cell in cells):
            raise BadInput("LCK-108", cell=number, count=len(cells))
        now = self._now()
        with self._context.storage.write() as tx:
            record = cell_record(tx, now, cabinet, number)
            if record.handoff_id:
                raise Refused("HND-117", cell=number)
            waiting = tx.incidents.first(cabinet=cabinet, cell=number, state=("open", "seen"))
            if in_service and waiting is not None:
                raise Refused("HND-119", cell=number)
            found = "free" if in_service else "out_of_service"
            steps = steps_to(record.state, found)
            moved = move_cell(tx, now, cabinet, number, *steps, reason=reason.strip())
            tx.locker_cells.replace(attrs.evolve(moved, size=size or moved.size))
            tx.audit.record(
                actor.name,
                "cell_set",
                cabinet,
                cell=number,
                in_service=in_service,
                reason=reason.strip(),
                size=size or moved.size,
            )
            tx.commit()
            return next(row for row in self._cell_rows(tx, cabinet, cells) if row.number == number)

    def _cell_rows(
        self, tx: Transaction, cabinet: str, cells: Iterable[Cell] | None
    ) -> list[CellRow]:
        """Rows of the cells that a cabinet reports; of all that are known when it is silent."""
        now = self._now()
        records = {record.number: record for record in tx.locker_cells.find(cabinet=cabinet)}
        holders = {
            hand_off.cell: hand_off
            for hand_off in tx.hand_offs.find(cabinet=cabinet, state=CELL_STATES)
        }
        wanted = sorted({hand_off.dossier_id for hand_off in holders.values()})
        case_numbers = dict(tx.dossiers.pick(("id", "case_no"), id=wanted)) if wanted else {}
        reported = {cell.number: cell for cell in cells or ()}
        numbers = reported if cells is not None else {*records, *holders}
        return [
            _cell_row(
                cabinet,
                number,
                reported.get(number),
                records.get(number),
                holders.get(number),
                case_numbers,
                now,
            )
            for number in sorted(numbers)
        ]

    def _hand_off(self, handoff_id: str) -> HandOff:
        """A hand-off as it stands. Raises BadInput HND-107."""
        with self._context.storage.read() as tx:
            found = tx.hand_offs.first(id=handoff_id)
        if found is None:
            raise BadInput("HND-107", handoff=handoff_id)
        return found

    def _require_known(self, name: str) -> None:
        if name not in self._context.cabinets:
            raise BadInput("HND-108", cabinet=name, known=", ".join(self._context.cabinets))

    @contextmanager
    def _cabinet(self, name: str) -> Iterator[Any]:
        """A cabinet in use, let go of at the end. Raises BadInput HND-108."""
        self._require_known(name)
        opened = self._context.open_cabinet(name)
        try:
            yield opened
        finally:
            opened.close()


def _cell_row(
    cabinet: str,
    number: int,
    reported: Cell | None,
    record: LockerCell | None,
    holder: HandOff | None,
    case_numbers: dict[Any, Any],
    now: str,
) -> CellRow:
    return CellRow(
        cabinet=cabinet,
        number=number,
        door_open=reported.door_open if reported is not None else None,
        occupied=reported.occupied if reported is not None else None,
        handoff=holder.id if holder is not None else "",
        size=record.size if record is not None else "medium",
        state=record.state if record is not None else "free",
        case_no=str(case_numbers[holder.dossier_id]) if holder is not None else "",
        receiver=holder.receiver if holder is not None else "",
        due_at=holder.due_at if holder is not None else "",
        overdue=holder is not None and is_overdue(holder, now),
        reason=record.reason if record is not None else "",
    )
