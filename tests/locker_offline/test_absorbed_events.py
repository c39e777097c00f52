"""The server takes over what a cabinet did without it: in order, once, and custody with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from app.adapters.hand_keys import hand_key
from app.adapters.plugins import Cabinet
from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.kernel.clock import SystemClock
from app.kernel.errors import BadInput, Refused
from app.services.locker_views import CODE
from app.services.offline_desk import OfflineDesk
from app.services.pickup_lists import pickup_key
from app.services.workstation import Workstation
from cloud_locker.pickup_list import KeptList

CASE = "（2019）辽0882民初4866号"
CABINET = "simulated:hall"
CLERK = Actor(name="沈若溪", role="clerk")
ARCHIVIST = Actor(name="何知远", role="archivist")


@attrs.define
class Scene:
    """A workstation with paper in a cell, and the desk of its cabinet cut off from it."""

    work: Workstation
    data: Path
    code: str
    handoff: str

    def desk(self) -> OfflineDesk:
        folder = self.data / "offline"
        key = pickup_key(hand_key(self.data), CABINET)
        clock = SystemClock()
        data = self.work.issue_pickup_list(ARCHIVIST, CABINET)
        KeptList(folder, key, cabinet=CABINET).keep(data, clock.now())
        return OfflineDesk(
            CABINET,
            folder,
            key,
            open_doors=lambda: Cabinet(CABINET, self.data / "cabinets"),
            clock=clock,
            card_digest=lambda number: number,
            check_clock=lambda: None,
        )

    def absorb(self, desk: OfflineDesk) -> tuple[int, int, int, bool]:
        done = self.work.absorb_cabinet_events(ARCHIVIST, CABINET, desk.queue.data())
        return (done.taken, done.known, done.conflicts, done.whole)

    def holder(self) -> str:
        return self.work.custody_ledger(CASE)[0].holder


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    work = open_workstation(tmp_path)
    try:
        facts = tmp_path / "cases.json"
        facts.write_text(f'[{{"case_no": "{CASE}", "clerk": "{CLERK.name}"}}]', encoding="utf-8")
        work.import_cases(CLERK, facts)
        row, code = work.offer(CLERK, CASE, ARCHIVIST.name, CABINET, volumes=1, pages=36)
        work.deposit(CLERK, row.id)
        yield Scene(work=work, data=tmp_path, code=code, handoff=row.id)
    finally:
        work.close()


def test_custody_moves_when_the_queue_comes(scene: Scene) -> None:
    desk = scene.desk()
    visitor = desk.identify(CODE, scene.code)
    desk.collect(visitor.token, scene.handoff)
    desk.confirm(visitor.token, scene.handoff, volumes=1, pages=36)
    assert scene.work.handoff(scene.handoff).state in ("deposited", "notified")
    assert scene.holder() == CLERK.name
    assert scene.absorb(desk) == (4, 0, 0, True)
    row = scene.work.handoff(scene.handoff)
    assert (row.state, row.counted_volumes) == ("confirmed", 1)
    assert scene.holder() == ARCHIVIST.name
    events = desk.queue.events()
    assert row.collected_at == events[2].at
    assert row.confirmed_at == events[3].at
    cell = next(c for c in scene.work.cells(CABINET) if c.number == row.cell)
    assert (cell.state, cell.handoff) == ("free", "")


def test_a_queue_that_comes_twice_adds_nothing(scene: Scene) -> None:
    desk = scene.desk()
    visitor = desk.identify(CODE, scene.code)
    desk.collect(visitor.token, scene.handoff)
    assert scene.absorb(desk) == (3, 0, 0, True)
    assert scene.absorb(desk) == (0, 3, 0, True)
    desk.confirm(visitor.token, scene.handoff, volumes=1, pages=36)
    assert scene.absorb(desk) == (1, 3, 0, True)
    assert scene.work.handoff(scene.handoff).state == "confirmed"
    assert scene.work.audit_verify().ok


def test_a_count_that_differs_is_disputed_on_arrival(scene: Scene) -> None:
    desk = scene.desk()
    visitor = desk.identify(CODE, scene.code)
    desk.collect(visitor.token, scene.handoff)
    with pytest.raises(Refused):
        desk.confirm(visitor.token, scene.handoff, volumes=2, pages=36)
    assert scene.absorb(desk) == (4, 0, 0, True)
    assert scene.work.handoff(scene.handoff).state == "disputed"
    assert [row.kind for row in scene.work.incidents(CABINET)] == ["count_differs"]
    assert scene.holder() == CLERK.name


def test_wrong_codes_count_at_the_server_too(scene: Scene) -> None:
    desk = scene.desk()
    for _ in range(2):
        with pytest.raises(Refused):
            desk.identify(CODE, scene.code[:2] + "x")
    scene.absorb(desk)
    assert scene.work.handoff(scene.handoff).tries_left == 3


def test_an_event_that_does_not_fit_becomes_an_incident_and_the_rest_goes_on(scene: Scene) -> None:
    """While the cabinet was cut off, the paper was taken out by two administrators."""
    desk = scene.desk()
    visitor = desk.identify(CODE, scene.code)
    cell = scene.work.handoff(scene.handoff).cell
    desk.queue.append(
        "collecting", scene.handoff, list_id="l", cell=cell, person="何知远", proof="code"
    )
    desk.queue.append("identified", scene.handoff, list_id="l", person="何知远", proof="code")
    scene.work.retrieve(
        Actor(name="admin", role="administrator"),
        scene.handoff,
        second=Actor(name="second", role="administrator"),
        reason="领取人离职",
    )
    assert visitor.offline
    taken, known, conflicts, whole = scene.absorb(desk)
    assert (taken, known, conflicts, whole) == (3, 0, 1, True)
    assert scene.work.handoff(scene.handoff).state == "retrieved"
    kinds = [row.kind for row in scene.work.incidents(CABINET)]
    assert kinds == ["offline_conflict"]
    assert scene.absorb(desk) == (0, 3, 0, True)


def test_a_changed_queue_is_taken_up_to_there_and_told(scene: Scene) -> None:
    desk = scene.desk()
    visitor = desk.identify(CODE, scene.code)
    desk.collect(visitor.token, scene.handoff)
    lines = desk.queue.data().splitlines()
    changed = b"\n".join([lines[0], lines[1], lines[2].replace(b'"pulses": 1', b'"pulses": 9')])
    assert changed != b"\n".join(lines)
    done = scene.work.absorb_cabinet_events(ARCHIVIST, CABINET, changed)
    assert (done.taken, done.whole) == (2, False)
    assert scene.work.handoff(scene.handoff).state == "collecting"
    assert "offline_conflict" in {row.kind for row in scene.work.incidents(CABINET)}
    assert scene.absorb(desk) == (1, 2, 0, True)
    assert scene.work.handoff(scene.handoff).state == "collected"


def test_a_queue_that_was_cut_short_is_told(scene: Scene) -> None:
    desk = scene.desk()
    desk.identify(CODE, scene.code)
    assert scene.absorb(desk) == (1, 0, 0, True)
    done = scene.work.absorb_cabinet_events(ARCHIVIST, CABINET, b"")
    assert (done.taken, done.whole) == (0, False)


def test_a_list_names_only_what_may_be_done(scene: Scene) -> None:
    with pytest.raises(BadInput) as caught:
        scene.work.issue_pickup_list(ARCHIVIST, "simulated:nowhere")
    assert caught.value.code == "HND-108"
    with pytest.raises(BadInput) as caught:
        scene.work.issue_pickup_list(ARCHIVIST, CABINET, hours=1000)
    assert caught.value.code == "LCK-314"
    with pytest.raises(Refused):
        scene.work.issue_pickup_list(Actor(name="x", role="judge"), CABINET)


def test_a_fault_at_the_door_is_told_as_if_the_server_had_seen_it(scene: Scene) -> None:
    """Another door opened instead of hers: both cells must be looked at."""
    desk = scene.desk()
    cell = scene.work.handoff(scene.handoff).cell
    facts = {"cell": cell, "person": ARCHIVIST.name, "proof": "code"}
    fault = Refused("LCK-107", cell=cell, others=f"{cell + 1}")
    desk.queue.append("collecting", scene.handoff, list_id="l", **facts)
    desk.queue.append("door_fault", scene.handoff, list_id="l", fault=fault.as_record(), **facts)
    assert scene.absorb(desk) == (2, 0, 0, True)
    assert scene.work.handoff(scene.handoff).state == "fault"
    incidents = {(row.kind, row.cell) for row in scene.work.incidents(CABINET)}
    assert incidents == {("wrong_cell", cell), ("wrong_cell", cell + 1)}
    with scene.work._context.storage.read() as tx:
        (record,) = tx.door_cycles.find(handoff_id=scene.handoff, purpose="collect")
    assert (record.outcome, record.identified_by) == ("LCK-107", "code")
    assert record.details == {"offline": 2, "cycle": ""}
    assert record.began_at == desk.queue.events()[1].at
