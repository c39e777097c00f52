"""The trial of a cabinet of three invented cells, the second of which is wired wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.services.locker_views import CommissioningView
from cloud_locker.api import Cell
from cloud_locker.commissioning import Trial

COUNT, BLIND = 3, 2


class _Board:
    """A door opens when it is told to and is shut at the next look but one; one is not seen."""

    def __init__(self) -> None:
        self._open = 0
        self._looks = 0

    def cells(self) -> list[Cell]:
        """All cells now."""
        self._looks += 1
        if self._looks > 1:
            self._open = 0
        seen = self._open if self._open != BLIND else 0
        return [Cell(number=n, door_open=n == seen) for n in range(1, COUNT + 1)]

    def open_one(self, cell: int, reference: str) -> Cell:
        """Opened."""
        self._open, self._looks = cell, 0
        return Cell(number=cell, door_open=cell != BLIND)

    def stand_in(self, step: str, cell: int) -> None:
        """Its doors shut by themselves."""


class SampleTrial:
    """The real steps over a board in memory."""

    def __init__(self, note: Callable[..., None]) -> None:
        self._note = note
        self._trial = Trial(_Board(), reference="trial-1")
        self.step = self._trial.step
        self.answer = self._trial.answer
        self.record = self._trial.record

    def keep(self, remark: str = "") -> CommissioningView:
        """Kept nowhere."""
        self._note("keep_trial", remark)
        record: dict[str, Any] = self._trial.record()
        return CommissioningView(
            id="commissioning-1",
            cabinet="",
            made_at="",
            made_by="",
            passed=self._trial.passed,
            cells=record["cells"],
            settings=record["settings"],
            remark=remark,
        )

    def leave(self) -> None:
        """Nothing to put back."""
        self._note("leave_trial")
