"""The unlock rules beyond deposit and collect, on a board whose time is the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.kernel.errors import Fault, Transient
from cloud_locker import journal as events
from cloud_locker.api import Cell
from cloud_locker.journal import UnlockJournal
from cloud_locker.session import LockerSession
from cloud_locker.settling import Settled
from tests.locker.scripted_board import ScriptedBoard


class Hall:
    """A scripted board, the journal beside it, and sessions with both."""

    def __init__(self, folder: Path) -> None:
        self.board = ScriptedBoard()
        self.journal = UnlockJournal(folder / "hall.journal")
        self.cabinet = self.board.cabinet()

    def session(self) -> LockerSession:
        return LockerSession(
            self.cabinet,
            self.journal,
            cabinet="hall",
            wait=self.board.wait,
            seconds_now=lambda: self.board.clock,
        )

    def events(self) -> list[str]:
        return [entry.event for entry in self.journal.entries()]

    def pulses(self) -> list[int]:
        return [number for number, _ in self.board.pulses]

    def shut(self, number: int, *, item: bool | None) -> Callable[[Cell], None]:
        def hands(_cell: Cell) -> None:
            self.board.items[number] = item
            self.board.shut(number)

        return hands

    def interrupt(self, number: int, purpose: str, *, after: str) -> None:
        """The program dies after the journal took the event `after`."""
        append = self.journal.append

        def dies(event: str, **facts: object) -> events.Entry:
            entry = append(event, **facts)  # type: ignore[arg-type]
            if event == after:
                raise KeyboardInterrupt
            return entry

        self.journal.append = dies  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            if purpose in ("deposit", "collect"):
                getattr(self.session(), purpose)(number, "handoff-1")
            else:
                self.session().visit(number, "handoff-1", purpose)
        self.journal.append = append  # type: ignore[method-assign]


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


# Visits.


@pytest.mark.parametrize("purpose", ["retrieve", "look"])
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("after", [True, False])
def test_a_visit_opens_whatever_is_in_the_cell_and_says_what_stays(
    hall: Hall, purpose: str, before: bool, after: bool
) -> None:
    hall.board.items[2] = before
    cycle = hall.session().visit(2, "handoff-1", purpose, opened=hall.shut(2, item=after))
    assert (cycle.occupied, cycle.before.occupied, cycle.pulses) == (after, before, 1)
    assert cycle.began_at <= cycle.closed_at
    assert hall.events() == ["intent", "opened", "closed"]


def test_a_visit_goes_on_with_a_door_that_stands_open(hall: Hall) -> None:
    hall.board.open(2)
    cycle = hall.session().visit(2, "handoff-1", "retrieve", opened=hall.shut(2, item=False))
    assert hall.pulses() == []
    assert (cycle.pulses, cycle.before.door_open) == (0, True)
    assert hall.events() == ["opened", "closed"]


# Locks.


def test_a_lock_that_opens_another_door_is_not_driven_again(hall: Hall) -> None:
    hall.board.on_pulse = lambda _number: hall.board.open(4)
    assert code_of(lambda: hall.session().deposit(1, "handoff-1")) == "LCK-107"
    assert hall.pulses() == [1]
    last = hall.journal.entries()[-1]
    assert (last.event, last.details["others"]) == ("not_opened", [4])
    assert hall.journal.interrupted() == []


def test_a_door_that_was_shut_before_it_was_seen_twice_is_not_unlocked_again(hall: Hall) -> None:
    hall.cabinet.cells()
    first = hall.board.readings + 3  # after the two of the look before
    hall.board.script[first + 1] = lambda: hall.board.shut(1)
    assert code_of(lambda: hall.session().deposit(1, "handoff-1")) == "LCK-112"
    assert hall.pulses() == [1]
    assert hall.journal.interrupted() == []


def test_a_quick_hand_is_believed_when_the_sensor_agrees(hall: Hall) -> None:
    hall.cabinet.cells()
    first = hall.board.readings + 3
    hall.board.script[first + 1] = lambda: hall.shut(1, item=True)(Cell(number=1, door_open=True))
    cycle = hall.session().deposit(1, "handoff-1")
    assert (cycle.occupied, cycle.pulses, hall.pulses()) == (True, 1, [1])


def test_a_warm_lock_is_waited_for(hall: Hall) -> None:
    session = hall.session()
    session.deposit(1, "handoff-1", opened=hall.shut(1, item=True))
    began = hall.board.clock
    session.collect(1, "handoff-1", opened=hall.shut(1, item=False))
    assert hall.pulses() == [1, 1]
    assert 1.5 < hall.board.clock - began < 2.5


# Doors that stay open.


def test_a_person_is_reminded_after_a_minute_and_every_ten_seconds(hall: Hall) -> None:
    reminded: list[int] = []
    hall.board.later.append(
        (200.0, lambda: hall.shut(1, item=True)(Cell(number=1, door_open=True)))
    )
    cycle = hall.session().deposit(
        1, "handoff-1", seconds=600, nag=lambda elapsed: reminded.append(int(elapsed) // 10 * 10)
    )
    assert cycle.occupied is True
    assert reminded == list(range(60, 200, 10))


def test_the_wait_for_a_door_has_an_end_and_can_be_taken_up(hall: Hall) -> None:
    assert code_of(lambda: hall.session().deposit(1, "handoff-1", seconds=180)) == "LCK-103"
    assert 179 < hall.board.clock < 185
    assert hall.events() == ["intent", "opened", "left_open"]
    cycle = hall.session().deposit(1, "handoff-1", opened=hall.shut(1, item=True))
    assert (cycle.resumed, cycle.pulses, hall.pulses()) == (True, 0, [1])
    assert cycle.began_at == hall.journal.entries()[0].at
    assert cycle.before == Cell(number=1, door_open=False, occupied=False)


def test_another_door_that_opened_and_shut_again_meanwhile_is_told(hall: Hall) -> None:
    later = hall.board.later
    later.append((3.0, lambda: hall.board.open(3)))
    later.append((9.0, lambda: hall.board.shut(3)))
    later.append((12.0, lambda: hall.shut(1, item=True)(Cell(number=1, door_open=True))))
    assert code_of(lambda: hall.session().deposit(1, "handoff-1")) == "LCK-107"
    assert hall.journal.entries()[-1].details["others"] == [3]


def test_a_sensor_that_falls_out_elsewhere_is_no_wrong_cell(hall: Hall) -> None:
    def hands(cell: Cell) -> None:
        hall.board.items[3] = None
        hall.shut(1, item=True)(cell)

    assert hall.session().deposit(1, "handoff-1", opened=hands).occupied is True


def test_a_cable_pulled_at_an_open_door_leaves_a_cycle_to_go_on_with(hall: Hall) -> None:
    def pull(_cell: Cell) -> None:
        hall.board.fault = Transient("LCK-101", cabinet="hall")

    assert code_of(lambda: hall.session().deposit(1, "handoff-1", opened=pull)) == "LCK-101"
    hall.board.fault = None
    assert [entry.event for entry in hall.session().interrupted()] == ["left_open"]
    hall.shut(1, item=True)(Cell(number=1, door_open=True))
    assert hall.session().deposit(1, "handoff-1").resumed
    assert hall.pulses() == [1]


# A caller that died before it booked.


def test_what_was_finished_and_not_booked_is_not_done_again(hall: Hall) -> None:
    session = hall.session()
    first = session.deposit(1, "handoff-1", opened=hall.shut(1, item=True))
    again = session.deposit(1, "handoff-1")
    assert (again.cycle, again.resumed, again.pulses) == (first.cycle, True, 0)
    assert (again.began_at, again.closed_at) == (first.began_at, first.closed_at)
    assert code_of(lambda: session.deposit(1, "handoff-2")) == "LCK-105"
    first = session.collect(1, "handoff-1", opened=hall.shut(1, item=False))
    assert session.collect(1, "handoff-1").cycle == first.cycle
    assert code_of(lambda: session.collect(1, "handoff-2")) == "LCK-106"
    assert hall.pulses() == [1, 1]


def test_without_a_sensor_a_repeated_deposit_opens_the_door_again(hall: Hall) -> None:
    hall.board.items = dict.fromkeys(hall.board.items)
    session = hall.session()
    session.deposit(1, "handoff-1", opened=hall.shut(1, item=None))
    assert not session.deposit(1, "handoff-1", opened=hall.shut(1, item=None)).resumed
    assert hall.pulses() == [1, 1]


# All doors.


def test_all_doors_open_one_after_another_each_with_its_intent(hall: Hall) -> None:
    hall.board.on_pulse = lambda number: None if number == 3 else hall.board.open(number)
    hall.board.open(4)
    cells = hall.session().open_all("fire")
    assert [cell.door_open for cell in cells] == [True, True, False, True]
    assert hall.pulses() == [1, 2, 3]
    assert hall.events() == ["intent", "released"] * 2 + ["intent", "not_opened"]
    assert {entry.reference for entry in hall.journal.entries()} == {"fire"}
    assert hall.journal.interrupted() == []


def test_a_board_that_falls_silent_stops_the_opening_of_all(hall: Hall) -> None:
    def silent_at_two(number: int) -> None:
        hall.board.open(number)
        if number == 2:
            hall.board.fault = Transient("LCK-101", cabinet="hall")

    hall.board.on_pulse = silent_at_two
    assert code_of(lambda: hall.session().open_all("fire")) == "LCK-116"
    assert hall.pulses() == [1, 2]
    assert [entry.cell for entry in hall.journal.interrupted()] == [2]


# After a power cut.


@pytest.mark.parametrize(
    ("purpose", "item_before", "after", "door_open", "item_now", "outcome"),
    [
        ("deposit", False, "intent", False, False, "undone"),
        ("deposit", False, "intent", False, True, "done"),
        ("deposit", False, "intent", True, False, "open"),
        ("deposit", False, "opened", False, True, "done"),
        ("deposit", False, "opened", False, False, "unknown"),
        ("deposit", False, "opened", True, True, "open"),
        ("deposit", None, "intent", False, None, "unknown"),
        ("deposit", None, "opened", False, None, "unknown"),
        ("collect", True, "intent", False, True, "undone"),
        ("collect", True, "opened", False, True, "unknown"),
        ("collect", True, "opened", False, False, "done"),
        ("collect", None, "opened", False, None, "unknown"),
        ("retrieve", True, "opened", False, False, "done"),
        ("retrieve", True, "opened", False, True, "unknown"),
        ("look", True, "opened", False, True, "done"),
    ],
)
def test_an_interrupted_cycle_ends_by_what_the_doors_say(
    hall: Hall,
    purpose: str,
    item_before: bool | None,
    after: str,
    door_open: bool,
    item_now: bool | None,
    outcome: str,
) -> None:
    if item_before is None:
        hall.board.items = dict.fromkeys(hall.board.items)
    hall.board.items[2] = item_before
    hall.interrupt(2, purpose, after=after)
    hall.board.doors[2], hall.board.items[2] = door_open, item_now
    pulses = hall.pulses()

    settled = hall.session().settle_interrupted()
    assert [(one.entry.cell, one.outcome) for one in settled] == [(2, outcome)]
    assert settled[0].cell == Cell(number=2, door_open=door_open, occupied=item_now)
    assert hall.pulses() == pulses
    assert len(hall.journal.interrupted()) == (outcome == "open")
    again = hall.session().settle_interrupted()
    assert [one.outcome for one in again] == (["open"] if outcome == "open" else [])


def test_nothing_is_settled_while_the_cabinet_is_silent(hall: Hall) -> None:
    hall.interrupt(2, "deposit", after="opened")
    hall.board.fault = Transient("LCK-101", cabinet="hall")
    assert code_of(lambda: hall.session().settle_interrupted()) == "LCK-101"
    assert len(hall.journal.interrupted()) == 1


def test_without_interrupted_cycles_the_cabinet_is_not_asked(hall: Hall) -> None:
    assert hall.session().settle_interrupted() == []
    assert hall.board.readings == 0


def test_whoever_dies_while_booking_hears_of_it_again(hall: Hall) -> None:
    hall.interrupt(2, "deposit", after="opened")
    hall.shut(2, item=True)(Cell(number=2, door_open=True))
    told: list[str] = []

    def book(settled: Settled) -> None:
        told.append(settled.outcome)
        if len(told) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hall.session().settle_interrupted(book)
    hall.session().settle_interrupted(book)
    hall.session().settle_interrupted(book)
    assert told == ["done", "done"]


def test_a_cell_that_was_taken_away_goes_to_a_person(hall: Hall) -> None:
    hall.interrupt(4, "deposit", after="opened")
    del hall.board.doors[4]
    assert [one.outcome for one in hall.session().settle_interrupted()] == ["unknown"]


def test_nothing_is_settled_while_a_cycle_is_under_way(hall: Hall) -> None:
    codes: list[str] = []

    def meanwhile(cell: Cell) -> None:
        codes.append(code_of(hall.session().settle_interrupted))
        assert hall.session().busy()
        hall.shut(1, item=True)(cell)

    session = hall.session()
    session.deposit(1, "handoff-1", opened=meanwhile)
    assert codes == ["LCK-104"]
    assert not session.busy()


# The journal.


def test_a_full_journal_is_laid_aside_only_when_nothing_in_it_is_unfinished(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "FULL_BYTES", 1)
    hall.interrupt(1, "deposit", after="opened")
    hall.session().deposit(2, "handoff-2", opened=hall.shut(2, item=True))
    assert len(hall.journal.entries()) == 5
    hall.shut(1, item=True)(Cell(number=1, door_open=True))
    hall.session().settle_interrupted()
    whole = hall.journal.path.read_bytes()
    hall.session().deposit(3, "handoff-3", opened=hall.shut(3, item=True))
    kept = [(entry.event, entry.cell) for entry in hall.journal.entries()]
    assert kept == [("settled", 1), ("closed", 2), ("intent", 3), ("opened", 3), ("closed", 3)]
    (aside,) = hall.journal.path.parent.glob("hall.journal.2*")
    assert aside.read_bytes() == whole
