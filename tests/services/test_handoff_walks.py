"""Random steps, random people and random mishaps: what must hold of hand-offs holds always.

At most one hand-off has a cell; custody moves with the count alone; the states of cells and of
hand-offs agree; no lock is driven without a journalled intent; and from wherever a walk ends,
doing what `turn` says brings every paper to its end, into the hands that the records name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.hand_off_guards import CELL_STATES, FINAL, FROZEN_CELLS
from app.kernel.errors import Fault
from app.services.workstation import Workstation
from cloud_locker.api import Cell
from tests.services.locker_hall import (
    ARCHIVIST,
    CLERK,
    FIRST,
    SECOND,
    Hall,
    LockerHouse,
    PowerCut,
)

# Most of the time nothing goes wrong, or no walk would come far.
FINE = ("",) * 12
MISHAPS = (
    *FINE,
    *("stuck_shut", "stuck_open", "deaf", "answer_lost", "offline", "swapped"),
    *("cut_before_pulse", "cut_after_pulse"),
)
HONEST = (*["does_it"] * 6, "leaves_it_open", "walks_away", "cut_before", "cut_after")
CARELESS = (*HONEST, "only_shuts")
ACTIONS = (
    *("offer", *["deposit"] * 5, *["collect"] * 5, *["acknowledge"] * 2, "acknowledge_less"),
    *("cancel", "renew", "reserve", "retrieve", "give_back", "settle_dispute", "rounds", "rounds"),
    *("close_incident", "look", "force", "shut", "shut", "open_all", "hours", "set_cell"),
)
# What a cell is in while its hand-off is in one of these; a frozen cell agrees with all.
AGREE = {
    "reserved": ("reserved",),
    "depositing": ("open_for_deposit",),
    "deposited": ("occupied",),
    "notified": ("occupied",),
    "overdue": ("occupied",),
    "collecting": ("open_for_pickup",),
    "fault": (),
}
STEP = st.tuples(
    st.sampled_from(ACTIONS),
    st.integers(0, 2),
    st.sampled_from(CARELESS),
    st.sampled_from(MISHAPS),
)
COUNT = {"volumes": 2, "pages": 120}
MOST_STEPS_TO_THE_END = 20


class Walk:
    """One cabinet, a few hand-offs, and where their paper really is."""

    def __init__(self, house: LockerHouse, *, sensor: bool) -> None:
        self.house = house
        self.hall: Hall = house.add_hall(sensor=sensor)
        self.work: Workstation = house.workstation
        self.truth: dict[str, str] = {}
        self.retrieving: set[str] = set()

    def step(self, action: str, which: int, person: str, mishap: str) -> None:
        """One step of somebody; what the program refuses is part of life."""
        if not self.hall.sensor and person == "only_shuts":
            person = "does_it"  # Without a sensor the program must believe what people do.
        self.hall.mishap = mishap
        ids = list(self.truth)
        try:
            if action == "offer":
                if len(ids) < 3:
                    row, _code = self.house.offer(self.hall)
                    self.truth[row.id] = "giver"
            elif action in ("rounds", "open_all", "hours", "shut", "force", "set_cell"):
                getattr(self, action)(which)
            elif action in ("close_incident", "look"):
                getattr(self, action)(which, person)
            elif ids:
                getattr(self, action)(ids[which % len(ids)], person)
        except (Fault, PowerCut):
            pass
        finally:
            self.hall.mishap = ""

    def person(self, handoff: str, kind: str, *, to: str) -> Callable[[Cell], None]:
        """What somebody does at the open door: lays in (to "cell") or takes out."""

        def at_the_door(cell: Cell) -> None:
            if kind == "cut_before":
                raise PowerCut
            if kind == "walks_away":
                return
            board = self.hall.board()
            if kind != "only_shuts":
                inside = self.truth[handoff] == "cell"
                if to == "cell" and not inside:
                    board.put_in(cell.number)
                    self.truth[handoff] = "cell"
                elif to != "cell" and inside:
                    board.take_out(cell.number)
                    self.truth[handoff] = to
            if kind == "cut_after":
                raise PowerCut
            if kind != "leaves_it_open":
                board.close_door(cell.number)

        return at_the_door

    def deposit(self, handoff: str, person: str) -> None:
        """The giver lays her paper in; she cannot when she does not have it."""
        does = self.person(handoff, person, to="cell")
        self.work.deposit(CLERK, handoff, opened=does)

    def collect(self, handoff: str, person: str) -> None:
        """The receiver fetches the paper."""
        does = self.person(handoff, person, to="receiver")
        self.work.collect_identified(ARCHIVIST, handoff, identified_by="card", opened=does)

    def acknowledge(self, handoff: str, _person: str) -> None:
        """The receiver counts what she has."""
        if self.truth[handoff] == "receiver":
            self.work.acknowledge(ARCHIVIST, handoff, **COUNT)

    def acknowledge_less(self, handoff: str, _person: str) -> None:
        """She misses a volume."""
        self.work.acknowledge(ARCHIVIST, handoff, volumes=1, pages=60)

    def cancel(self, handoff: str, _person: str) -> None:
        """The giver thinks better of it."""
        if self.truth[handoff] == "giver":
            self.work.cancel_handoff(CLERK, handoff, "不交了")

    def renew(self, handoff: str, _person: str) -> None:
        """Another code."""
        self.work.renew_code(CLERK, handoff)

    def reserve(self, handoff: str, _person: str) -> None:
        """A cell again."""
        self.work.reserve_cell(CLERK, handoff)

    def retrieve(self, handoff: str, person: str) -> None:
        """Two administrators take it out."""
        does = self.person(handoff, person, to="administrators")
        self.retrieving.add(handoff)
        self.work.retrieve(FIRST, handoff, second=SECOND, reason="长期未取", opened=does)

    def give_back(self, handoff: str, _person: str) -> None:
        """Whoever has it gives it back."""
        if self.truth[handoff] != "cell":
            self.work.give_back(FIRST, handoff, **COUNT, reason="退回")
            self.truth[handoff] = "giver"

    def settle_dispute(self, handoff: str, _person: str) -> None:
        """Both count again."""
        if self.truth[handoff] == "receiver":
            self.work.settle_dispute(CLERK, handoff, **COUNT, reason="复点一致", second=ARCHIVIST)

    def rounds(self, _which: int) -> None:
        """The rounds."""
        self.work.locker_rounds(FIRST)

    def hours(self, which: int) -> None:
        """Time passes."""
        self.house.time.pass_hours((0.1, 1.0, 30.0)[which])

    def shut(self, _which: int) -> None:
        """Somebody shuts every door."""
        self.hall.shut_all()

    def force(self, which: int) -> None:
        """Somebody breaks a door open and touches nothing."""
        self.hall.healthy().force_open(which + 1)

    def open_all(self, _which: int) -> None:
        """An emergency."""
        self.work.open_all(FIRST, self.hall.name, second=SECOND, reason="火警")

    def set_cell(self, which: int) -> None:
        """A cell is taken out of use."""
        self.work.set_cell(FIRST, self.hall.name, which + 1, in_service=False, reason="检修")

    def look(self, which: int, person: str) -> None:
        """Two look into the cell of an incident and leave everything in it."""
        rows = [row for row in self.work.incidents(self.hall.name) if row.cell]
        if rows:
            shut = "only_shuts" if person == "does_it" else person
            does = self.person("", shut, to="") if shut in ("only_shuts", "walks_away") else None
            row = rows[which % len(rows)]
            self.work.look_into(FIRST, row.id, second=SECOND, reason="查看", opened=does)

    def close_incident(self, which: int, _person: str) -> None:
        """An administrator says what is true."""
        rows = self.work.incidents(self.hall.name)
        if not rows:
            return
        row = rows[which % len(rows)]
        with self.house.records() as tx:
            holder = tx.hand_offs.first(cabinet=row.cabinet, cell=row.cell, state=CELL_STATES)
        found = "repaired"
        if holder is not None:
            found = {"cell": "in_cell", "receiver": "taken"}.get(
                self.truth[holder.id], "with_giver"
            )
        if found not in row.resolutions:
            found = "repaired" if "repaired" in row.resolutions else "mistaken"
        self.work.close_incident(FIRST, row.id, resolution=found, reason="已查看")
        if holder is not None and found == "with_giver":
            self.truth[holder.id] = "giver"

    def check(self) -> None:
        """What must hold after every step."""
        work, name = self.work, self.hall.name
        with self.house.records() as tx:
            hand_offs = [tx.hand_offs.get(handoff) for handoff in self.truth]
            cells = {cell.number: cell for cell in tx.locker_cells.find(cabinet=name)}
        placed = [each for each in hand_offs if each.state in CELL_STATES]
        numbers = [each.cell for each in placed]
        assert len(numbers) == len(set(numbers)), "two hand-offs have one cell"
        owners = {number: cell.handoff_id for number, cell in cells.items() if cell.handoff_id}
        assert owners == {each.cell: each.id for each in placed}
        for each in placed:
            state = cells[each.cell].state
            cut = each.id in self.retrieving and state == "open_for_pickup"
            assert state in (*AGREE[each.state], *FROZEN_CELLS) or cut, (each.state, state)
        assert self.hall.unlocked_without_intent() == []
        waiting = work.incidents(name)
        for row in work.handoffs(open_only=True):
            if row.id not in self.truth:
                continue
            assert row.turn in ("giver", "receiver", "administrator")
            assert (self.house.holder(row.case_no)) == CLERK.name
            if row.turn == "administrator" and row.state not in ("disputed", "retrieved"):
                mine = [one for one in waiting if one.cell == row.cell and one.resolutions]
                assert mine, (row.state, cells[row.cell])

    def to_the_end(self, handoff: str) -> None:
        """Do what `turn` says until the hand-off is over."""
        for _ in range(MOST_STEPS_TO_THE_END):
            self.hall.shut_all()
            self.house.time.pass_hours(0.05)
            self.work.locker_rounds(FIRST)
            row = self.work.handoff(handoff)
            if row.state in FINAL:
                break
            try:
                self._next(handoff, row.turn, row.state, row.cell)
            except Fault:
                # Something of the walk before shows only now, and is somebody's turn next.
                continue
            finally:
                self.check()
        row = self.work.handoff(handoff)
        assert row.state in FINAL, (row.state, row.turn, self.work.incidents(self.hall.name))
        assert self.truth[handoff] == ("receiver" if row.state == "confirmed" else "giver")
        holder = ARCHIVIST if row.state == "confirmed" else CLERK
        assert self.house.holder(row.case_no) == holder.name

    def _next(self, handoff: str, turn: str, state: str, cell: int) -> None:
        if turn == "giver":
            self.deposit(handoff, "does_it")
        elif turn == "receiver" and state != "collected":
            self.collect(handoff, "does_it")
        elif turn == "receiver":
            self.acknowledge(handoff, "")
        elif state == "retrieved":
            self.give_back(handoff, "")
        elif state == "disputed":
            self.settle_dispute(handoff, "")
            self.give_back(handoff, "")
        else:
            rows = self.work.incidents(self.hall.name)
            self.close_incident(next(i for i, row in enumerate(rows) if row.cell == cell), "")


@pytest.fixture
def locker_house(workstation: Workstation, tmp_path: Path) -> LockerHouse:
    """A workstation with halls; each walk has one of its own."""
    return LockerHouse(workstation, tmp_path / "云柜")


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sensor=st.booleans(), steps=st.lists(STEP, min_size=6, max_size=14))
def test_random_walks_end_in_the_hands_that_the_records_name(
    locker_house: LockerHouse, sensor: bool, steps: list[tuple[str, int, str, str]]
) -> None:
    walk = Walk(locker_house, sensor=sensor)
    walk.step("offer", 0, "does_it", "")
    for action, which, person, mishap in steps:
        walk.step(action, which, person, mishap)
        walk.check()
    for handoff in list(walk.truth):
        walk.to_the_end(handoff)
    assert locker_house.workstation.audit_verify().ok
    locker_house.forget(walk.hall)
