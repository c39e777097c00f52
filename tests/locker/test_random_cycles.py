"""Hundreds of door cycles with whatever may go wrong, in the test's own time: whatever is reported
is true, and no lock is driven without an intent, at an open door, or too soon."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from app.kernel.errors import Fault, Refused, Transient
from cloud_locker.api import Cell
from cloud_locker.journal import Entry, UnlockJournal
from cloud_locker.session import LockerSession
from tests.locker.scripted_board import ScriptedBoard

CELLS = 5
CYCLES = 125
SEEDS = (1, 2)


class Hall:
    """A cabinet on which chance falls, and a person whom it falls on as well."""

    def __init__(self, seed: int, folder: Path, *, sensor: bool) -> None:
        self.chance = random.Random(seed)
        self.sensor = sensor
        self.board = ScriptedBoard(CELLS)
        self.inside = dict.fromkeys(self.board.doors, False)  # what is really in the cells
        self.board.on_pulse = self.pulse
        self.board.script = _Always(self.look)
        self.cabinet = self.board.cabinet()
        self.silent_until = 0.0
        self.pulsed_at: dict[int, float] = {}
        self.journal = UnlockJournal(folder / "hall.journal")
        self.dies_after = ""
        append = self.journal.append

        def watched(event: str, **facts: object) -> Entry:
            entry = append(event, **facts)  # type: ignore[arg-type]
            if event == self.dies_after:
                self.dies_after = ""
                raise KeyboardInterrupt
            return entry

        self.journal.append = watched  # type: ignore[method-assign]

    def session(self) -> LockerSession:
        return LockerSession(
            self.cabinet,
            self.journal,
            cabinet="hall",
            wait=self.board.wait,
            seconds_now=lambda: self.board.clock,
        )

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def look(self) -> None:
        """What the board can tell just before it is asked."""
        silent = self.board.clock < self.silent_until
        self.board.fault = Transient("LCK-101", cabinet="hall") if silent else None
        self.board.items = {
            number: inside if self.sensor else None for number, inside in self.inside.items()
        }

    def pulse(self, number: int) -> None:
        last = self.journal.entries()[-1]
        assert (last.event, last.cell) == ("intent", number)
        assert not self.board.doors[number]
        assert self.board.clock - self.pulsed_at.get(number, -9.0) >= 2.0
        self.pulsed_at[number] = self.board.clock
        fate = self.chance.random()
        if fate < 0.05:
            return  # jammed
        if fate < 0.08:
            raise Refused("LCK-102", cell=number)
        if fate < 0.11:
            raise Transient("LCK-116", cell=number)  # deaf
        if fate < 0.14:
            self.board.open(self.chance.choice(list(self.board.doors)))  # crossed cables
            return
        self.board.open(number)
        if fate < 0.20:
            self.silent_until = self.board.clock + self.chance.choice((0.3, 2.0, 30.0))
        if fate < 0.24:
            raise Transient("LCK-116", cell=number)  # the answer is lost

    def person(self, purpose: str) -> None:
        """What hands do at whatever stands open, sooner or later."""

        def hands() -> None:
            for number, door_open in list(self.board.doors.items()):
                if not door_open:
                    continue
                if self.likely(0.9):
                    self.inside[number] = purpose == "deposit"
                if self.likely(0.9):
                    self.board.shut(number)

        moment = self.board.clock + self.chance.choice((0.2, 1.5, 12.0, 90.0))
        self.board.later.append((moment, hands))

    def chance_falls(self) -> None:
        if self.likely(0.05):
            self.dies_after = self.chance.choice(("intent", "opened", "left_open", "closed"))
        if self.likely(0.03):
            self.silent_until = self.board.clock + 5.0
        if self.likely(0.03):
            number = self.chance.choice(list(self.board.doors))
            moment = self.board.clock + self.chance.uniform(0, 3)
            self.board.later.append((moment, lambda: self.board.open(number)))

    def cycle(self, turn: int) -> str:
        number = self.chance.choice(list(self.board.doors))
        purpose = "collect" if self.inside[number] and self.likely(0.8) else "deposit"
        self.person(purpose)
        self.chance_falls()
        try:
            done = getattr(self.session(), purpose)(number, f"handoff-{turn}", seconds=20.0)
        except KeyboardInterrupt:
            return "died"
        except Fault as fault:
            return fault.code
        finally:
            self.dies_after = ""
        # Hands are quick: what the cabinet said is true as long as nobody opened it since.
        assert not self.board.doors[number] or self.board.later
        if self.sensor and not self.board.doors[number]:
            assert self.inside[number] is (purpose == "deposit")
            assert done.occupied is self.inside[number]
        return "done"

    def tidy(self) -> None:
        """Somebody shuts what stands open; the cabinet answers again."""
        self.board.later.clear()
        self.silent_until = 0.0
        for number in self.board.doors:
            self.board.shut(number)


class _Always(dict[int, object]):
    """A script that does the same before every reading."""

    def __init__(self, act: object) -> None:
        super().__init__()
        self._act = act

    def pop(self, _key: object, _default: object = None) -> object:  # type: ignore[override]
        return self._act


def settle(hall: Hall) -> None:
    """End what is interrupted; what is called done is done."""
    pulses = len(hall.board.pulses)
    hall.tidy()
    for settled in hall.session().settle_interrupted():
        assert settled.cell == Cell(
            number=settled.entry.cell,
            door_open=False,
            occupied=hall.inside[settled.entry.cell] if hall.sensor else None,
        )
        if settled.outcome == "done":
            assert hall.sensor
            assert hall.inside[settled.entry.cell] is (settled.entry.purpose == "deposit")
        if not hall.sensor:
            assert settled.outcome == "unknown"
    assert hall.journal.interrupted() == []
    assert len(hall.board.pulses) == pulses


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("sensor", [True, False])
def test_whatever_goes_wrong_what_is_reported_is_true(
    tmp_path: Path, seed: int, sensor: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _file: None)  # no power is cut here
    hall = Hall(seed, tmp_path, sensor=sensor)
    outcomes: dict[str, int] = {}
    for turn in range(CYCLES):
        outcome = hall.cycle(turn)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if hall.likely(0.3):
            settle(hall)
    settle(hall)
    by_cycle: dict[str, int] = {}
    for entry in hall.journal.entries():
        by_cycle[entry.cycle] = by_cycle.get(entry.cycle, 0) + (entry.event == "intent")
    assert max(by_cycle.values()) <= 2
    assert len(hall.board.pulses) <= sum(by_cycle.values())
    assert outcomes["done"] > 10
    assert len(outcomes) >= 6, outcomes
