"""Commissioning records: the proof that a cabinet was tried cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.access import Actor
from app.domain.locker import Commissioning
from app.kernel.errors import BadInput
from app.kernel.ids import new_id
from app.services.locker_cells import LockerCells
from app.services.locker_views import CommissioningView


class Commissionings(LockerCells):
    """Use cases around the trial of a cabinet."""

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
