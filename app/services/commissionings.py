"""Commissioning records: the proof that a cabinet was tried cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.domain.access import Actor
from app.domain.cell_facts import steps_to
from app.domain.locker import Commissioning
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.locker_cell_records import cell_record, move_cell
from app.services.locker_cells import LockerCells
from app.services.locker_views import CommissioningView
from cloud_locker.commissioning import Step, Trial

# Why a cell is out of use while its cabinet is tried.
ON_TRIAL = "trial"


class CabinetTrial:
    """A trial under way: ask `step`, give the person's `answer`, and `keep` the record at the end
    or `leave` it. Not safe to use from several threads at once."""

    def __init__(
        self,
        trial: Trial,
        keep: Callable[[Mapping[str, Any]], CommissioningView],
        leave: Callable[[], None],
    ) -> None:
        self._trial = trial
        self._keep = keep
        self._leave = leave

    def step(self) -> Step:
        """What to ask the person now."""
        return self._trial.step()

    def answer(self, *, done: bool = True, door: int | None = None, remark: str = "") -> Step:
        """The person's answer, and the next step. Raises as `Trial.answer`."""
        return self._trial.answer(done=done, door=door, remark=remark)

    def record(self) -> dict[str, Any]:
        """What was found so far."""
        return self._trial.record()

    def keep(self, remark: str = "") -> CommissioningView:
        """Keep the record. Cells that passed are in use from now on, the others stay out."""
        return self._keep(self._trial.record() | {"remark": remark})

    def leave(self) -> None:
        """End it without a record; the cells are as they were before."""
        self._leave()


class Commissionings(LockerCells):
    """Use cases around the trial of a cabinet."""

    def begin_trial(self, actor: Actor, cabinet: str) -> CabinetTrial:
        """Try every cell that no hand-off has; they are out of use meanwhile. Raises Refused
        ACC-101, HND-129 when every cell has a hand-off, and what the cabinet raises."""
        actor.require("open_cabinets")
        self._require_known(cabinet)
        opened = self._context.open_cabinet(cabinet)
        try:
            cells = opened.cells()
            reference = new_id("trial")
            before = self._set_aside(actor, cabinet, [cell.number for cell in cells], reference)
        except BaseException:
            opened.close()
            raise
        trial = Trial(opened, reference=reference, numbers=sorted(before))

        def keep(record: Mapping[str, Any]) -> CommissioningView:
            opened.close()
            made = self.commission(actor, cabinet, record)
            passed = {row["cell"] for row in made.cells if row["verdict"] == "passed"}
            after = {number: "free" if number in passed else "out_of_service" for number in before}
            self._put_back_cells(actor, cabinet, after, reference)
            return made

        def leave() -> None:
            opened.close()
            self._put_back_cells(actor, cabinet, before, reference)

        return CabinetTrial(trial, keep, leave)

    def _set_aside(
        self, actor: Actor, cabinet: str, numbers: Sequence[int], reference: str
    ) -> dict[int, str]:
        """Take the cells without a hand-off out of use; their states before, by number."""
        now, before = self._now(), {}
        with self._context.storage.write() as tx:
            for number in numbers:
                record = cell_record(tx, now, cabinet, number)
                if record.handoff_id or record.state not in ("free", "out_of_service"):
                    continue
                before[number] = record.state
                steps = steps_to(record.state, "out_of_service")
                move_cell(tx, now, cabinet, number, *steps, reason=ON_TRIAL)
            if not before:
                raise Refused("HND-129", cabinet=cabinet)
            tx.audit.record(
                actor.name, "trial_begun", cabinet, reference=reference, cells=sorted(before)
            )
            tx.commit()
        return before

    def _put_back_cells(
        self, actor: Actor, cabinet: str, states: Mapping[int, str], reference: str
    ) -> None:
        now = self._now()
        with self._context.storage.write() as tx:
            for number, state in states.items():
                record = cell_record(tx, now, cabinet, number)
                if record.reason == ON_TRIAL:
                    steps = steps_to(record.state, state)
                    move_cell(tx, now, cabinet, number, *steps, reason="")
            tx.audit.record(actor.name, "trial_ended", cabinet, reference=reference)
            tx.commit()

    def commission(self, actor: Actor, cabinet: str, trial: Mapping[str, Any]) -> CommissioningView:
        """Keep what a trial found: {"cells": one record per cell, "settings", "remark"}.

        It is passed when every cell has the verdict "passed". Raises BadInput HND-128 for a trial
        without cells, HND-108.
        """
        actor.require("open_cabinets")
        self._require_known(cabinet)
        cells = tuple(dict(row) for row in trial.get("cells", ()))
        if not cells or not all("cell" in row and "verdict" in row for row in cells):
            raise BadInput("HND-128", cabinet=cabinet)
        made = Commissioning(
            id=new_id("commissioning"),
            cabinet=cabinet,
            made_at=self._now(),
            made_by=actor.name,
            passed=all(row["verdict"] == "passed" for row in cells),
            cells=cells,
            settings=dict(trial.get("settings", {})),
            remark=str(trial.get("remark", "")),
        )
        with self._context.storage.write() as tx:
            tx.commissionings.add(made)
            tx.audit.record(
                actor.name,
                "cabinet_commissioned",
                cabinet,
                passed=made.passed,
                cells=len(cells),
                settings=made.settings,
            )
            tx.commit()
        return _view(made)

    def commissionings(self, cabinet: str) -> list[CommissioningView]:
        """The records of a cabinet, newest last."""
        with self._context.storage.read() as tx:
            return [_view(made) for made in tx.commissionings.find(cabinet=cabinet)]


def _view(made: Commissioning) -> CommissioningView:
    return CommissioningView(
        id=made.id,
        cabinet=made.cabinet,
        made_at=made.made_at,
        made_by=made.made_by,
        passed=made.passed,
        cells=made.cells,
        settings=made.settings,
        remark=made.remark,
    )
