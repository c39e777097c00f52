"""The trial of a cabinet before it is trusted: each cell opened, its door feedback proved both
ways, its sensor proved with an item laid in and taken out, and all of it by a person's own eyes.

Only a person can tell a crossed cable from a right one, and a contact wired the wrong way round
from a door that does not move. So each step asks her, then the board, and puts both down.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from app.kernel.errors import BadInput, Refused
from cloud_locker.api import Cell

# What the person is asked, in this order; those between run once for each cell.
ALL_SHUT = "all_shut"  # see that all doors are shut
READY = "ready"  # stand clear: the lock is driven next
WHICH_DOOR = "which_door"  # say which door opened
LAY_IN = "lay_in"  # lay an item into the cell
TAKE_OUT = "take_out"  # take it out
SHUT = "shut"  # shut the door
FINISHED = "finished"

PASSED, FAILED = "passed", "failed"
NORMAL, REVERSED = "normal", "reversed"

# What is wrong with a cell, as it stands in its remark.
DID_NOT_OPEN = "did_not_open"
OTHER_DOOR = "other_door"  # a crossed cable of the lock: "other_door:5"
OTHER_FEEDBACK = "other_feedback"  # a crossed cable of the contact: "other_feedback:5"
NEVER_SEEN_OPEN = "never_seen_open"
NEVER_SEEN_SHUT = "never_seen_shut"
REVERSED_CONTACT = "reversed_contact"
ITEM_NOT_SEEN = "item_not_seen"
ITEM_STILL_SEEN = "item_still_seen"
ITEM_BEFORE = "item_before"
LEFT_OUT = "left_out"


class TrialCabinet(Protocol):
    """What a trial needs of a cabinet."""

    def cells(self) -> list[Cell]:
        """All cells now."""
        ...

    def open_one(self, cell: int, reference: str) -> Cell:
        """Drive one lock once, by the rules of the journal; the cell as it then is."""
        ...

    def stand_in(self, step: str, cell: int) -> None:
        """She says that she did what the step asked for. A cabinet for training, which has nobody
        before it, does it now; others do nothing."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What to ask the person next. `again`: the board saw something else than what was asked
    for; she may look once more. `sees_open`: the doors that the board reports open now."""

    kind: str
    cell: int = 0
    again: bool = False
    sees_open: tuple[int, ...] = ()


@dataclass(kw_only=True, slots=True)
class _Row:
    """What was found at one cell; None where it was not tried or there is no sensor."""

    cell: int
    opened: bool | None = None
    seen_open: bool | None = None
    closed_seen: bool | None = None
    item_seen: bool | None = None
    item_gone_seen: bool | None = None
    verdict: str = ""


class Trial:
    """Walks a person through the trial: ask `step()`, then give her `answer()`.

    `numbers`: the cells to try, all when it is empty; cells with paper in them are for the caller
    to leave out. Nothing is kept on disk but the journal of the locks; an answer that raises
    leaves the trial where it was. Not safe to use from several threads at once.
    """

    def __init__(
        self, cabinet: TrialCabinet, *, reference: str, numbers: Collection[int] = ()
    ) -> None:
        self._cabinet = cabinet
        self._reference = reference
        self._numbers = sorted(numbers)
        self._step = Step(kind=ALL_SHUT)
        self._rows: dict[int, _Row] = {}
        self._faults: dict[int, list[str]] = {}
        self._words: dict[int, list[str]] = {}
        self._open_before: set[int] = set()
        self._sensor = False
        self._polarity = NORMAL
        self._count = 0

    def step(self) -> Step:
        """What to ask now. Changes nothing."""
        return self._step

    @property
    def passed(self) -> bool:
        """Whether all was tried and every cell passed."""
        rows = self._rows.values()
        return self._step.kind == FINISHED and all(row.verdict == PASSED for row in rows)

    def answer(self, *, done: bool = True, door: int | None = None, remark: str = "") -> Step:
        """Take the person's answer to the step, ask the board, and give the next step.

        `done`: False when she cannot do what was asked. `door`: at "which_door" the number on the
        door that opened, 0 when none did. `remark`: her words, kept with the cell. Raises
        BadInput LCK-125 (an answer that does not fit the step), LCK-108; Refused LCK-126 (doors
        stand open at the beginning); Transient LCK-101, LCK-104, LCK-116, LCK-121; Broken
        LCK-113.
        """
        kind, cell = self._step.kind, self._step.cell
        if kind == FINISHED or (kind == WHICH_DOOR) != (door is not None):
            raise BadInput("LCK-125", step=kind)
        if done and kind in (LAY_IN, TAKE_OUT, SHUT):
            self._cabinet.stand_in(kind, cell)
        if kind == ALL_SHUT:
            self._step = self._begin()
        elif not done:
            self._step = self._leave_out(cell)
        elif kind == READY:
            self._step = self._open(cell)
        elif kind == WHICH_DOOR:
            self._step = self._opened(cell, door or 0)
        elif kind == LAY_IN:
            self._step = self._item(cell, present=True)
        elif kind == TAKE_OUT:
            self._step = self._item(cell, present=False)
        else:
            self._step = self._shut(cell)
        if remark and cell:
            self._words[cell].append(remark)
        return self._step

    def record(self) -> dict[str, Any]:
        """What was found so far: {"cells", "settings", "remark"}, for a commissioning record. A
        row of `cells`: {"cell", "opened", "seen_open", "closed_seen", "item_seen",
        "item_gone_seen", "verdict", "remark"}."""
        return {
            "cells": tuple(
                {
                    "cell": row.cell,
                    "opened": row.opened,
                    "seen_open": row.seen_open,
                    "closed_seen": row.closed_seen,
                    "item_seen": row.item_seen,
                    "item_gone_seen": row.item_gone_seen,
                    "verdict": row.verdict,
                    "remark": ", ".join(self._faults[row.cell] + self._words[row.cell]),
                }
                for row in self._rows.values()
            ),
            "settings": {
                "cells": self._count,
                "sensor": self._sensor,
                "polarity": self._polarity,
            },
            "remark": "",
        }

    # One method for each step.

    def _begin(self) -> Step:
        cells = self._cabinet.cells()
        self._count = len(cells)
        self._sensor = any(cell.occupied is not None for cell in cells)
        numbers = self._numbers or [cell.number for cell in cells]
        for number in numbers:
            if not 1 <= number <= len(cells):
                raise BadInput("LCK-108", cell=number, count=len(cells))
        seen = _open_ones(cells)
        self._numbers = numbers
        self._rows = {number: _Row(cell=number) for number in numbers}
        self._faults = {number: [] for number in numbers}
        self._words = {number: [] for number in numbers}
        if len(seen) == len(cells):
            # All doors are shut by the person's word and open by the board's: the contacts are
            # wired the other way round. No cell can be tried before the setting is turned.
            self._polarity = REVERSED
            for number in numbers:
                self._fail(number, REVERSED_CONTACT)
                self._rows[number].verdict = FAILED
            return Step(kind=FINISHED, sees_open=seen)
        if seen and not self._step.again:
            return Step(kind=ALL_SHUT, again=True, sees_open=seen)
        others = [number for number in seen if number not in self._rows]
        if others:
            raise Refused("LCK-126", cells=", ".join(map(str, others)))
        return self._next(seen)

    def _open(self, number: int) -> Step:
        before = self._cabinet.cells()
        row = self._rows[number]
        if before[number - 1].occupied is True:
            self._fail(number, ITEM_BEFORE)
            return self._judged(number)
        self._open_before = set(_open_ones(before))
        cell = self._cabinet.open_one(number, self._reference)
        seen = _open_ones(self._cabinet.cells())
        row.seen_open = cell.door_open and number not in self._open_before
        news = set(seen) - self._open_before - {number}
        if news and not row.seen_open:
            self._fail(number, f"{OTHER_FEEDBACK}:{min(news)}")
        return Step(kind=WHICH_DOOR, cell=number, sees_open=seen)

    def _opened(self, number: int, door: int) -> Step:
        row = self._rows[number]
        row.opened = door == number
        if door == 0:
            self._fail(number, DID_NOT_OPEN)
            return self._judged(number)
        if not row.opened:
            self._fail(number, f"{OTHER_DOOR}:{door}")
        elif not row.seen_open and not self._faults[number]:
            self._fail(number, NEVER_SEEN_OPEN)
        if row.opened and self._sensor:
            return Step(kind=LAY_IN, cell=number)
        return Step(kind=SHUT, cell=number)

    def _item(self, number: int, *, present: bool) -> Step:
        row = self._rows[number]
        seen = self._cabinet.cells()[number - 1].occupied is present
        if not seen and not self._step.again:
            return Step(kind=self._step.kind, cell=number, again=True)
        if present:
            row.item_seen = seen
        else:
            row.item_gone_seen = seen
        if not seen:
            self._fail(number, ITEM_NOT_SEEN if present else ITEM_STILL_SEEN)
        return Step(kind=TAKE_OUT if present else SHUT, cell=number)

    def _shut(self, number: int) -> Step:
        row = self._rows[number]
        seen = _open_ones(self._cabinet.cells())
        # Through a crossed cable another door may be the one to shut.
        shut = number not in seen and self._open_before.issuperset(seen)
        if not shut and not self._step.again:
            return Step(kind=SHUT, cell=number, again=True, sees_open=seen)
        row.closed_seen = shut
        if not shut:
            never_open = NEVER_SEEN_OPEN in self._faults[number]
            self._fail(number, REVERSED_CONTACT if never_open else NEVER_SEEN_SHUT)
        return self._judged(number)

    def _leave_out(self, number: int) -> Step:
        self._fail(number, LEFT_OUT)
        return self._judged(number)

    def _judged(self, number: int) -> Step:
        row = self._rows[number]
        seen = (row.opened, row.seen_open, row.closed_seen)
        sensor = (row.item_seen, row.item_gone_seen) if self._sensor else ()
        row.verdict = PASSED if all((*seen, *sensor)) and not self._faults[number] else FAILED
        return self._next(())

    def _next(self, seen: tuple[int, ...]) -> Step:
        for number, row in self._rows.items():
            if not row.verdict:
                return Step(kind=READY, cell=number, sees_open=seen)
        return Step(kind=FINISHED)

    def _fail(self, number: int, what: str) -> None:
        self._faults[number].append(what)


def _open_ones(cells: list[Cell]) -> tuple[int, ...]:
    return tuple(cell.number for cell in cells if cell.door_open)
