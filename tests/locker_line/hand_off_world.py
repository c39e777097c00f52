"""A court with one cabinet on a real wire, in which hand-offs go right and wrong at random.

It knows where the paper really is; the program is only told what the wire and people tell it.
Whatever goes wrong, people act on what the program says until the hand-off is over, and then the
program and the world must agree.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.domain.hand_off_guards import CELL_STATES, FINAL
from app.kernel.errors import Fault, Refused
from app.services.locker_views import HandOffRow, IncidentRow
from app.services.workstation import Workstation
from cloud_locker.api import Cell
from cloud_locker.journal import INTENT
from tests.locker_faults.stations import CELLS, Station

CLERK = Actor(name="沈若溪", role="clerk")
ARCHIVIST = Actor(name="何知远", role="archivist")
CHIEF = Actor(name="admin-1", role="administrator")
SECOND = Actor(name="admin-2", role="administrator")
CASES = tuple(f"（2019）辽0882民初{number}号" for number in range(4801, 4805))
STEPS = 25
REASON = "现场核对"


class PowerCut(BaseException):
    """The program ends here and now; nothing of it tidies up."""


class World:
    """The court. `station` is the cabinet on its wire."""

    def __init__(self, station: Station, seed: int) -> None:
        self.station = station
        self.chance = random.Random(seed)
        self.data = station.folder.parent
        self._settings()
        self.work = open_workstation(self.data)
        self._register()
        # Where the paper of each case really is: a person's name, or the number of a cell.
        self.paper: dict[str, str | int] = dict.fromkeys(CASES, CLERK.name)
        self.told: Counter[str] = Counter()
        self.mishaps = self._in_any_order()
        self.unplugged = False

    def close(self) -> None:
        """End it."""
        self.work.close()

    def one_hand_off(self) -> HandOffRow:
        """One hand-off with one mishap, to its end."""
        case_no = self.chance.choice(CASES)
        giver, receiver = self._people(case_no)
        mishap = next(self.mishaps)
        row, code = self.work.offer(
            giver, case_no, receiver.name, self.station.name, volumes=2, pages=90
        )
        turn = Turn(world=self, id=row.id, case_no=case_no, giver=giver, receiver=receiver)
        turn.code = code
        self.told[mishap.__name__] += 1
        with suppress(Fault, PowerCut):
            mishap(turn)
        self._mended()
        turn.check_custody()
        end = turn.to_its_end()
        self._agrees(turn, end)
        return end

    def verify(self) -> None:
        """What must hold over all hand-offs together."""
        assert self.work.audit_verify().ok
        entries = self.station.journal()
        intents = Counter(entry.cell for entry in entries if entry.event == INTENT)
        for number in self.station.hardware.numbers:
            assert self.station.pulses(number) <= intents[number]
        most = Counter(entry.cycle for entry in entries if entry.event == INTENT)
        assert max(most.values()) <= 2
        assert all(row.state in FINAL for row in self.work.handoffs())

    def _in_any_order(self) -> Iterator[Callable[[Turn], None]]:
        """All mishaps, and again, each time in another order."""
        while True:
            yield from self.chance.sample(MISHAPS, len(MISHAPS))

    def actor_of(self, name: str) -> Actor:
        """Somebody by name."""
        return next(actor for actor in (CLERK, ARCHIVIST) if actor.name == name)

    def _people(self, case_no: str) -> tuple[Actor, Actor]:
        holder = self.work.custody_ledger(case_no)[0].holder
        assert holder == self.paper[case_no], "custody and world differ"
        giver = self.actor_of(holder)
        return giver, ARCHIVIST if giver == CLERK else CLERK

    def _mended(self) -> None:
        """The technician was there."""
        hardware = self.station.hardware
        hardware.mishaps.stuck_shut.clear()
        hardware.mishaps.stuck_open.clear()
        hardware.mishaps.swapped.clear()
        self.station.heal()
        if self.unplugged:
            self.unplugged = False
            self.station.plug_in()
        for number in hardware.numbers:
            hardware.close_door(number)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """The wire may take a moment to come back."""
        cabinet = self.station.cabinet()
        try:
            self.station.answering(cabinet)
        finally:
            cabinet.close()

    def _agrees(self, turn: Turn, row: HandOffRow) -> None:
        """Custody, cells and doors are as they are in the world."""
        place = self.paper[turn.case_no]
        assert row.state in FINAL
        expected = turn.receiver.name if row.state == "confirmed" else turn.giver.name
        assert place == expected, (row.state, place)
        (volume,) = {(v.holder) for v in self.work.custody_ledger(turn.case_no)}
        assert volume == expected
        for cell in self.work.cells(self.station.name):
            assert cell.state == "free", (cell.number, cell.state)
            assert cell.handoff == ""
        assert not [i for i in self.work.incidents() if i.state != "closed"]
        assert not any(d.door_open or d.occupied for d in self._doors())

    def _doors(self) -> Iterator:  # type: ignore[type-arg]
        return (self.station.hardware.door(number) for number in self.station.hardware.numbers)

    def _settings(self) -> None:
        settings = self.station.settings
        lines = [
            f'cabinets = ["{self.station.name}"]',
            f'[lockers."{self.station.name}"]',
            *(f"{key} = {json.dumps(value)}" for key, value in settings.items() if key != "steady"),
            f'[lockers."{self.station.name}".steady]',
            *(f"{key} = {value}" for key, value in settings["steady"].items()),
        ]
        (self.data / "settings.toml").write_text("\n".join(lines), encoding="utf-8")

    def _register(self) -> None:
        facts = [{"case_no": case_no, "clerk": CLERK.name} for case_no in CASES]
        path = self.data / "cases.json"
        path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        self.work.import_cases(CLERK, path)


class Turn:
    """One hand-off and the people at it."""

    def __init__(
        self, *, world: World, id: str, case_no: str, giver: Actor, receiver: Actor
    ) -> None:
        self.world = world
        self.id = id
        self.case_no = case_no
        self.giver = giver
        self.receiver = receiver
        self.code = ""

    @property
    def work(self) -> Workstation:
        """The program."""
        return self.world.work

    @property
    def row(self) -> HandOffRow:
        """The hand-off as the program tells it."""
        return self.work.handoff(self.id)

    @property
    def station(self) -> Station:
        """The cabinet on its wire."""
        return self.world.station

    # Hands.

    def put_in(self, cell: Cell) -> None:
        """Lay the paper into the open cell and close it."""
        if self.world.paper[self.case_no] == self.giver.name:
            self.station.put_in(cell)
            self.world.paper[self.case_no] = cell.number
        else:
            self.station.close(cell)

    def take_out(self, cell: Cell) -> None:
        """Take the paper, if it is there, and close the door."""
        if self.world.paper[self.case_no] == cell.number:
            self.station.take_out(cell)
            self.world.paper[self.case_no] = self.receiver.name
        else:
            self.station.close(cell)

    def fetch_back(self, cell: Cell) -> None:
        """Two administrators take out what is in the cell, for the giver."""
        if self.world.paper[self.case_no] == cell.number:
            self.station.take_out(cell)
            self.world.paper[self.case_no] = self.giver.name
        else:
            self.station.close(cell)

    def leave_it(self, cell: Cell) -> None:
        """Only close the door."""
        self.station.close(cell)

    def cut_power(self, cell: Cell) -> None:
        """The program ends at the open door; the person goes on."""
        before = self.world.paper[self.case_no]
        if before == self.giver.name:
            self.put_in(cell)
        else:
            self.take_out(cell)
        raise PowerCut

    # Steps.

    def deposit(self, opened: Callable[[Cell], None] | None = None) -> None:
        """The giver at the cabinet."""
        self.work.deposit(self.giver, self.id, opened=opened or self.put_in)

    def collect(self, opened: Callable[[Cell], None] | None = None) -> None:
        """The receiver at the cabinet, with her code, or with her card while the cabinet takes no
        codes because somebody guessed."""
        hands = opened or self.take_out
        try:
            self.work.collect(self.receiver, self.id, self.code, opened=hands)
        except Refused as refusal:
            if refusal.code != "IDN-102":
                raise
            self.work.collect_identified(self.receiver, self.id, identified_by="card", opened=hands)

    def check_custody(self) -> None:
        """Whatever stopped where: one person answers for the paper, and until the count it is the
        giver."""
        (holder,) = {volume.holder for volume in self.work.custody_ledger(self.case_no)}
        state = self.row.state
        assert holder == (self.receiver.name if state == "confirmed" else self.giver.name), state

    def to_its_end(self) -> HandOffRow:
        """People act on what the program says until nothing is left to do."""
        for _ in range(STEPS):
            self.work.locker_rounds(CHIEF)
            incidents = [i for i in self.work.incidents() if i.kind != "count_differs"]
            row = self.row
            if row.state in FINAL and not incidents:
                return row
            assert incidents or row.turn, row.state
            with suppress(Fault):
                if incidents:
                    self._settle(incidents[0])
                else:
                    self._go_on(row)
            self.check_custody()
        raise AssertionError(f"no end in sight: {self.row}, {self.work.incidents()}")

    def _settle(self, incident: IncidentRow) -> None:
        """An administrator looks at the paper and says what she finds."""
        wanted = self._truth(incident)
        for resolution in wanted:
            if resolution in incident.resolutions:
                self.work.close_incident(CHIEF, incident.id, resolution=resolution, reason=REASON)
                return
        raise AssertionError(f"{incident.kind}: {incident.resolutions}, wanted {wanted}")

    def _truth(self, incident: IncidentRow) -> tuple[str, ...]:
        place = self.world.paper[self.case_no]
        if not incident.cell:
            return ("repaired", "mistaken")
        own = incident.handoff == self.id and self.row.state in CELL_STATES
        if own and place == self.row.cell:
            return ("in_cell", "repaired")
        if own and place == self.receiver.name:
            return ("taken", "repaired")
        if own:
            return ("with_giver", "repaired")
        return ("cell_free", "repaired", "mistaken")

    def _go_on(self, row: HandOffRow) -> None:
        if row.state in ("draft", "reserved", "depositing"):
            self.deposit()
        elif row.state in ("deposited", "notified", "overdue", "collecting"):
            if row.tries_left <= 0:
                self.code = self.work.renew_code(CLERK, self.id)
            self.collect()
        elif row.state == "collected":
            self.work.acknowledge(self.receiver, self.id, volumes=2, pages=90)
        elif row.state == "disputed":
            self.work.settle_dispute(
                CLERK, self.id, volumes=2, pages=90, reason=REASON, second=ARCHIVIST
            )
        elif row.state == "retrieved":
            self.work.give_back(CHIEF, self.id, volumes=2, pages=90, reason=REASON)
        else:
            raise AssertionError(row.state)

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Nothing may be unlocked meanwhile."""
        before = self.station.hardware.total_pulses()
        yield
        assert self.station.hardware.total_pulses() == before


def plain(turn: Turn) -> None:
    """Nothing goes wrong."""
    turn.deposit()
    turn.collect()
    turn.work.acknowledge(turn.receiver, turn.id, volumes=2, pages=90)


def closed_empty(turn: Turn) -> None:
    """The giver thinks better of it, and closes the empty cell."""
    turn.deposit(turn.leave_it)


def item_left(turn: Turn) -> None:
    """The receiver closes the door with the paper behind it."""
    turn.deposit()
    turn.collect(turn.leave_it)


def answer_lost_at_deposit(turn: Turn) -> None:
    """The lock moves, and the board's answer is lost."""
    turn.station.silence(unlocks_only=True)
    turn.deposit()


def answer_lost_at_collection(turn: Turn) -> None:
    """The same when the paper is fetched."""
    turn.deposit()
    turn.station.silence(unlocks_only=True)
    turn.collect()


def board_deaf(turn: Turn) -> None:
    """Nothing answers when the paper is to be fetched."""
    turn.deposit()
    turn.station.deafen()
    turn.collect()


def garbage(turn: Turn) -> None:
    """Noise before each answer."""
    turn.station.babble()
    plain(turn)


def doubled(turn: Turn) -> None:
    """Everything is said twice."""
    turn.station.stutter()
    plain(turn)


def late(turn: Turn) -> None:
    """Answers to unlocks come when nobody waits for them."""
    turn.station.delay_unlock_answers()
    try:
        turn.deposit()
    finally:
        turn.station.say_delayed()


def lock_stuck(turn: Turn) -> None:
    """The lock does not move."""
    turn.station.hardware.mishaps.stuck_shut.add(turn.row.cell)
    turn.deposit()


def lock_stuck_at_collection(turn: Turn) -> None:
    """The lock does not move when the paper is in the cell."""
    turn.deposit()
    turn.station.hardware.mishaps.stuck_shut.add(turn.row.cell)
    turn.collect()


def wrong_cell(turn: Turn) -> None:
    """Another door springs open."""
    own = turn.row.cell
    turn.station.hardware.mishaps.swapped[own] = own % CELLS + 1
    turn.deposit()


def forced(turn: Turn) -> None:
    """Somebody breaks the door open and shuts it again."""
    turn.deposit()
    cell = turn.row.cell
    turn.station.hardware.force_open(cell)
    turn.work.locker_rounds(CHIEF)
    turn.station.hardware.close_door(cell)


def cable_pulled(turn: Turn) -> None:
    """The cable is out when the receiver comes."""
    turn.deposit()
    turn.world.unplugged = True
    turn.station.pull_cable()
    turn.collect()


def power_cut_at_deposit(turn: Turn) -> None:
    """The program dies while the giver stands at the open door."""
    turn.deposit(turn.cut_power)


def power_cut_at_collection(turn: Turn) -> None:
    """The program dies while the receiver stands at the open door."""
    turn.deposit()
    turn.collect(turn.cut_power)


def code_guessed(turn: Turn) -> None:
    """Five wrong codes, then the right one, which is locked by now."""
    turn.deposit()
    wrong = turn.code[:2] + f"{(int(turn.code[2:]) + 1) % 10**6:06d}"
    with turn.untouched():
        for code in (*[wrong] * 5, turn.code):
            with suppress(Fault):
                turn.work.collect(turn.receiver, turn.id, code, opened=turn.take_out)


def code_replayed(turn: Turn) -> None:
    """The code is used again after the paper is gone."""
    turn.deposit()
    turn.collect()
    with turn.untouched():
        turn.collect()


def two_at_once(turn: Turn) -> None:
    """The code is typed by two people at the same moment; one door cycle comes of it."""
    turn.deposit()
    before = turn.station.pulses(turn.row.cell)
    cell = turn.row.cell

    def collect() -> None:
        with suppress(Fault):
            turn.collect()

    people = [threading.Thread(target=collect) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert turn.station.pulses(cell) == before + 1


def count_differs(turn: Turn) -> None:
    """The receiver counts one volume less."""
    turn.deposit()
    turn.collect()
    turn.work.acknowledge(turn.receiver, turn.id, volumes=1, pages=90)


def retrieved(turn: Turn) -> None:
    """Two administrators fetch it back."""
    turn.deposit()
    turn.work.retrieve(CHIEF, turn.id, second=SECOND, reason=REASON, opened=turn.fetch_back)


def called_off(turn: Turn) -> None:
    """The giver calls it off."""
    turn.work.cancel_handoff(turn.giver, turn.id, REASON)


MISHAPS: tuple[Callable[[Turn], None], ...] = (
    plain,
    closed_empty,
    item_left,
    answer_lost_at_deposit,
    answer_lost_at_collection,
    board_deaf,
    garbage,
    doubled,
    late,
    lock_stuck,
    lock_stuck_at_collection,
    wrong_cell,
    forced,
    cable_pulled,
    power_cut_at_deposit,
    power_cut_at_collection,
    code_guessed,
    code_replayed,
    two_at_once,
    count_differs,
    retrieved,
    called_off,
)
