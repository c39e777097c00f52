"""Many hand-overs of single volumes, in any order and with counts that differ: one holder each."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from app.domain.access import Actor
from app.kernel.errors import Fault
from app.services.workstation import Workstation
from tests.services.locker_hall import ARCHIVIST, CLERK, FIRST, SECOND, Hall, LockerHouse

VOLUMES = (("main", 1), ("main", 2), ("main", 3), ("restricted", 1))
LEAST_STEPS, MOST_STEPS = 25, 80
# What a walk must have come through.
WANTED = {"reserved", "collected", "disputed", "retrieved"}
Volume = tuple[str, int]


@define
class Model:
    """What must be true, kept beside the program: holders change at counts alone."""

    holders: dict[Volume, str] = field(factory=lambda: dict.fromkeys(VOLUMES, CLERK.name))
    under_way: dict[str, tuple[list[Volume], str]] = field(factory=dict)


def counts(volumes: list[Volume]) -> list[dict[str, Any]]:
    return [{"part": part, "volume": number, "pages": 10} for part, number in volumes]


class Walk:
    """Random steps of people at one cabinet."""

    def __init__(self, house: LockerHouse, hall: Hall, seed: int) -> None:
        self.house, self.hall = house, hall
        self.work = house.workstation
        self.case_no = house.case()
        self.model = Model()
        self.chance = random.Random(seed)
        self.done: set[str] = set()

    def step(self) -> None:
        """Something happens: a new hand-off, or the next step of one."""
        going = list(self.model.under_way)
        if not going or (len(going) < 3 and self.chance.random() < 0.4):
            self.offer()
            return
        handoff = self.chance.choice(going)
        state = self.work.handoff(handoff).state
        steps: dict[str, Callable[[str], None]] = {
            "reserved": self.deposit,
            "deposited": self.fetch,
            "notified": self.fetch,
            "collected": self.count,
            "disputed": self.settle,
            "retrieved": self.give_back,
        }
        self.done.add(state)
        steps[state](handoff)

    def offer(self) -> None:
        """Some volumes of one holder go to the other, unless they are on their way."""
        giver, receiver = self.chance.sample([CLERK, ARCHIVIST], 2)
        own = [volume for volume, holder in self.model.holders.items() if holder == giver.name]
        if not own:
            return
        going = sorted(self.chance.sample(own, self.chance.randint(1, len(own))))
        try:
            row, _code = self.work.offer(
                giver,
                self.case_no,
                receiver.name,
                self.hall.name,
                volumes=len(going),
                pages=10 * len(going),
                counts=counts(going),
            )
        except Fault as refused:
            # These very volumes are on their way already.
            assert refused.code == "HND-102", refused.code
            busy = [volume for volumes, _ in self.model.under_way.values() for volume in volumes]
            assert set(going) & set(busy)
            return
        self.model.under_way[row.id] = (going, receiver.name)

    def deposit(self, handoff: str) -> None:
        """The giver lays them in."""
        self.work.deposit(self.giver(handoff), handoff, opened=self.hall.lays_in)

    def fetch(self, handoff: str) -> None:
        """The receiver fetches them, or administrators take them out."""
        if self.chance.random() < 0.25:
            self.work.retrieve(
                FIRST, handoff, second=SECOND, reason="久未取件", opened=self.hall.takes_out
            )
            return
        code = self.work.renew_code(self.giver(handoff), handoff)
        self.work.collect(self.receiver(handoff), handoff, code, opened=self.hall.takes_out)

    def count(self, handoff: str) -> None:
        """The receiver counts; now and then one volume less."""
        volumes, _receiver = self.model.under_way[handoff]
        short = len(volumes) > 1 and self.chance.random() < 0.5
        number = len(volumes) - short
        try:
            self.work.acknowledge(
                self.receiver(handoff), handoff, volumes=number, pages=10 * number
            )
        except Fault as refused:
            assert short and refused.code == "HND-106"
            return
        self.ends(handoff, volumes)

    def settle(self, handoff: str) -> None:
        """Two people agree that all but the last are there."""
        found = self.model.under_way[handoff][0][:-1]
        self.work.settle_dispute(
            CLERK,
            handoff,
            volumes=len(found),
            pages=10 * len(found),
            counts=counts(found),
            reason="末册未移交",
            second=ARCHIVIST,
        )
        self.ends(handoff, found)

    def give_back(self, handoff: str) -> None:
        """Administrators give them back."""
        number = len(self.model.under_way[handoff][0])
        self.work.give_back(FIRST, handoff, volumes=number, pages=10 * number, reason="交还")
        self.ends(handoff, [])

    def ends(self, handoff: str, taken: list[Volume]) -> None:
        """The receiver has answered for these since now."""
        _volumes, receiver = self.model.under_way.pop(handoff)
        self.model.holders |= dict.fromkeys(taken, receiver)

    def receiver(self, handoff: str) -> Actor:
        name = self.model.under_way[handoff][1]
        return ARCHIVIST if name == ARCHIVIST.name else CLERK

    def giver(self, handoff: str) -> Actor:
        return CLERK if self.receiver(handoff) is ARCHIVIST else ARCHIVIST

    def check(self) -> None:
        """The ledger says what must be true, and says it of every volume it knows."""
        for row in self.work.custody_ledger(self.case_no):
            assert not row.ambiguous
            assert not row.unnamed
            assert row.place
            assert row.holder == self.model.holders[row.part, row.volume]


@pytest.mark.parametrize("seed", [7, 2026])
def test_every_volume_has_the_holder_who_counted_it_last(
    workstation: Workstation, tmp_path: Path, seed: int
) -> None:
    house = LockerHouse(workstation, tmp_path / "云柜")
    walk = Walk(house, house.add_hall(), seed)
    for number in range(MOST_STEPS):
        walk.step()
        walk.check()
        if number >= LEAST_STEPS and walk.done >= WANTED:
            break
    assert walk.done >= WANTED
    # A volume that nobody laid in yet is not known.
    known = {(row.part, row.volume) for row in walk.work.custody_ledger(walk.case_no)}
    assert known <= set(VOLUMES)
