"""The trial of a cabinet: what is wired wrong is found, whatever it is, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.adapters.plugins import Cabinet
from app.kernel.errors import Fault, Transient
from cloud_locker import commissioning
from cloud_locker.api import Cell
from cloud_locker.commissioning import Step, Trial
from cloud_locker.journal import UnlockJournal
from cloud_locker.session import LockerSession
from tests.locker.scripted_board import ScriptedBoard


class WiredBoard(ScriptedBoard):
    """A board whose cables may be wrong: `lock_cables` say which door the lock of a number moves,
    `contact_cables` which door the contact of a number reports, `reversed_contacts` the ones that
    report it the other way round."""

    def __init__(self, count: int = 3, *, sensor: bool = True) -> None:
        super().__init__(count)
        self.sensor = sensor
        self.lock_cables: dict[int, int] = {}
        self.contact_cables: dict[int, int] = {}
        self.reversed_contacts: set[int] = set()
        self.jammed: set[int] = set()
        self.dead_contacts: set[int] = set()
        self.blind: set[int] = set()
        self.on_pulse = self.drive

    def drive(self, number: int) -> None:
        if number not in self.jammed:
            self.open(self.lock_cables.get(number, number))

    def snapshot(self) -> list[Cell]:
        super().snapshot()
        return [
            Cell(
                number=number,
                door_open=self._contact(number),
                occupied=(bool(self.items[number]) and number not in self.blind)
                if self.sensor
                else None,
            )
            for number in self.doors
        ]

    def _contact(self, number: int) -> bool:
        if number in self.dead_contacts:
            return False
        door_open = self.doors[self.contact_cables.get(number, number)]
        return door_open is not (number in self.reversed_contacts)


class Bench:
    """The board, a session as the workstation has it, and an honest person."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.board = WiredBoard(**options)
        self.journal = UnlockJournal(folder / "hall.journal")
        self.session = LockerSession(
            self.board.cabinet(),
            self.journal,
            cabinet="hall",
            wait=self.board.wait,
            seconds_now=lambda: self.board.clock,
        )

    def cells(self) -> list[Cell]:
        return self.board.cabinet().cells()

    def open_one(self, cell: int, reference: str) -> Cell:
        return self.session.open_one(cell, reference)

    def stand_in(self, _step: str, _cell: int) -> None:
        """The person of this test does it herself."""

    def trial(self, *numbers: int) -> Trial:
        return Trial(self, reference="trial-1", numbers=numbers)

    def answer(self, trial: Trial) -> Step:
        """Do what is asked, and say what is seen."""
        step = trial.step()
        if step.kind == commissioning.WHICH_DOOR:
            opened = [number for number, door_open in self.board.doors.items() if door_open]
            return trial.answer(door=opened[0] if opened else 0)
        if step.kind == commissioning.SHUT:
            for number in self.board.doors:
                self.board.shut(number)
        elif step.kind in (commissioning.LAY_IN, commissioning.TAKE_OUT):
            self.board.items[step.cell] = step.kind == commissioning.LAY_IN
        return trial.answer()

    def walk(self, trial: Trial) -> list[dict[str, Any]]:
        steps = 0
        while trial.step().kind != commissioning.FINISHED:
            self.answer(trial)
            steps += 1
            assert steps < 100
        return list(trial.record()["cells"])

    def found(self, *numbers: int) -> dict[int, str]:
        rows = self.walk(self.trial(*numbers))
        return {row["cell"]: row["remark"] or row["verdict"] for row in rows}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def test_a_cabinet_that_is_wired_right_passes(bench: Bench) -> None:
    trial = bench.trial()
    kinds = []
    while trial.step().kind != commissioning.FINISHED:
        kinds.append((trial.step().kind, trial.step().cell))
        bench.answer(trial)
    one = ["ready", "which_door", "lay_in", "take_out", "shut"]
    assert kinds == [("all_shut", 0)] + [(kind, cell) for cell in (1, 2, 3) for kind in one]
    assert trial.passed
    record = trial.record()
    assert record["settings"] == {"cells": 3, "sensor": True, "polarity": "normal"}
    assert record["cells"][1] == {
        "cell": 2,
        "opened": True,
        "seen_open": True,
        "closed_seen": True,
        "item_seen": True,
        "item_gone_seen": True,
        "verdict": "passed",
        "remark": "",
    }
    assert [number for number, _ in bench.board.pulses] == [1, 2, 3]
    assert [entry.event for entry in bench.journal.entries()] == ["intent", "released"] * 3


def test_without_sensors_no_item_is_asked_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path, sensor=False)
    assert bench.found() == {1: "passed", 2: "passed", 3: "passed"}
    (row, *_) = bench.walk(bench.trial())
    assert row["item_seen"] is row["item_gone_seen"] is None


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (lambda board: board.jammed.add(2), {2: "did_not_open"}),
        (
            lambda board: board.lock_cables.update({2: 3, 3: 2}),
            {2: "other_feedback:3, other_door:3", 3: "other_feedback:2, other_door:2"},
        ),
        (
            lambda board: board.contact_cables.update({2: 3, 3: 2}),
            {2: "other_feedback:3", 3: "other_feedback:2"},
        ),
        (lambda board: board.dead_contacts.add(2), {2: "never_seen_open"}),
        (
            lambda board: board.reversed_contacts.add(2),
            {2: "never_seen_open, reversed_contact"},
        ),
        (lambda board: board.blind.add(2), {2: "item_not_seen"}),
    ],
    ids=["jammed", "lock cables", "contact cables", "dead contact", "reversed", "blind"],
)
def test_each_wrong_wire_is_found_and_the_other_cells_pass(
    bench: Bench, wrong: Callable[[WiredBoard], object], found: dict[int, str]
) -> None:
    wrong(bench.board)
    assert bench.found() == dict.fromkeys((1, 2, 3), "passed") | found


def test_a_cabinet_whose_contacts_are_all_reversed_is_not_opened_at_all(bench: Bench) -> None:
    bench.board.reversed_contacts = {1, 2, 3}
    trial = bench.trial()
    assert {row["remark"] for row in bench.walk(trial)} == {"reversed_contact"}
    assert not trial.passed
    assert trial.record()["settings"]["polarity"] == "reversed"
    assert bench.board.pulses == []


def test_an_item_that_stays_seen_is_found(bench: Bench) -> None:
    trial = bench.trial(1)
    while trial.step().kind != commissioning.TAKE_OUT:
        bench.answer(trial)
    again = trial.answer()  # the hand that forgot
    assert (again.kind, again.again) == ("take_out", True)
    assert trial.answer().kind == "shut"
    (row,) = bench.walk(trial)
    assert (row["item_gone_seen"], row["verdict"]) == (False, "failed")
    assert row["remark"] == "item_still_seen"


def test_a_door_that_was_not_quite_shut_is_asked_for_again(bench: Bench) -> None:
    trial = bench.trial(2)
    while trial.step().kind != commissioning.SHUT:
        bench.answer(trial)
    again = trial.answer()
    assert (again.kind, again.cell, again.again, again.sees_open) == ("shut", 2, True, (2,))
    bench.answer(trial)
    assert trial.passed


def test_a_door_that_is_seen_open_at_the_beginning_is_asked_for_again(bench: Bench) -> None:
    bench.board.open(3)
    trial = bench.trial()
    assert trial.answer() == Step(kind="all_shut", again=True, sees_open=(3,))
    bench.board.shut(3)
    assert trial.answer().kind == "ready"
    assert {row["verdict"] for row in bench.walk(trial)} == {"passed"}


def test_a_door_outside_the_trial_must_be_shut(bench: Bench) -> None:
    bench.board.open(3)
    trial = bench.trial(1)
    trial.answer()
    assert code_of(trial.answer) == "LCK-126"
    assert trial.step().again
    bench.board.shut(3)
    assert trial.answer().kind == "ready"


def test_a_cell_with_something_in_it_is_not_opened(bench: Bench) -> None:
    bench.board.items[2] = True
    assert bench.found() == {1: "passed", 2: "item_before", 3: "passed"}
    assert [number for number, _ in bench.board.pulses] == [1, 3]


def test_a_person_may_leave_a_cell_out_and_say_why(bench: Bench) -> None:
    trial = bench.trial()
    trial.answer()
    trial.answer(done=False, remark="behind the pillar")
    rows = bench.walk(trial)
    assert rows[0]["remark"] == "left_out, behind the pillar"
    assert [row["verdict"] for row in rows] == ["failed", "passed", "passed"]
    assert not trial.passed


def test_a_remark_alone_fails_nothing(bench: Bench) -> None:
    trial = bench.trial(1)
    trial.answer()
    trial.answer(remark="hinge squeaks")
    (row,) = bench.walk(trial)
    assert (row["verdict"], row["remark"]) == ("passed", "hinge squeaks")


def test_a_silent_board_leaves_the_trial_where_it_was(bench: Bench) -> None:
    trial = bench.trial()
    trial.answer()
    bench.board.fault = Transient("LCK-101", cabinet="hall")
    assert code_of(trial.answer) == "LCK-101"
    assert (trial.step().kind, trial.step().cell) == ("ready", 1)
    bench.board.fault = None
    assert {row["verdict"] for row in bench.walk(trial)} == {"passed"}


def test_answers_must_fit_the_step(bench: Bench) -> None:
    trial = bench.trial(1)
    assert code_of(lambda: trial.answer(door=1)) == "LCK-125"
    trial.answer()
    trial.answer()
    assert trial.step().kind == "which_door"
    assert code_of(trial.answer) == "LCK-125"
    bench.walk(trial)
    assert code_of(trial.answer) == "LCK-125"
    assert code_of(lambda: bench.trial(4).answer()) == "LCK-108"


def test_a_cabinet_for_training_can_be_tried_alone(tmp_path: Path) -> None:
    cabinet = Cabinet("simulated:hall", tmp_path)
    trial = Trial(cabinet, reference="trial-1", numbers=(2, 7))
    step = trial.answer()
    while step.kind != commissioning.FINISHED:
        asked = step.kind == commissioning.WHICH_DOOR
        step = trial.answer(door=step.cell if asked else None)
    assert trial.passed
    assert not any(cell.door_open or cell.occupied for cell in cabinet.cells())
