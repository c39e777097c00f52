"""The desk of a cabinet without its server: by the list, never twice, and all of it on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest

from app.adapters.plugins import Cabinet
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Fault, Refused
from app.services.locker_views import CARD, CODE, IDENTITY_CARD, PIN, QR
from app.services.offline_desk import OfflineDesk
from app.services.secrets import hash_secret
from cloud_locker.event_queue import EventQueue
from cloud_locker.pickup_list import KeptList, PickUpEntry, PickUpList, signed

KEY = bytes(range(32))
CABINET = "simulated:hall"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CODES = {"handoff-1": "07314159", "handoff-2": "12271828", "handoff-3": "33161803"}
HASHES = {handoff: hash_secret(code) for handoff, code in CODES.items()}


@attrs.define
class HandClock:
    """A clock that a test moves."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def move(self, **span: float) -> None:
        self.moment += timedelta(**span)


def entry(handoff: str, purpose: str, cell: int, *, tries: int = 5) -> PickUpEntry:
    code_hash, salt = HASHES[handoff]
    return PickUpEntry(
        handoff=handoff,
        purpose=purpose,
        cell=cell,
        person="沈若溪",
        volumes=2,
        pages=180,
        code_locator=CODES[handoff][:2],
        code_hash=code_hash,
        code_salt=salt,
        tries_left=tries,
        expires_at=timestamp(START + timedelta(hours=6)),
        card_hashes=("digest of 8899",),
        facts={"case_no": "（2019）辽0882民初4866号", "role": "clerk"},
    )


def listed(clock: HandClock, *entries: PickUpEntry, absorbed: int = 0) -> bytes:
    made = PickUpList(
        list_id=f"list-{timestamp(clock.now())}",
        cabinet=CABINET,
        issued_at=timestamp(clock.now()),
        expires_at=timestamp(clock.now() + timedelta(hours=12)),
        entries=entries,
        absorbed=absorbed,
    )
    return signed(made, KEY)


@attrs.define
class Scene:
    """A cabinet with paper for handoff-1 in cell 3; handoff-2 is expected in cell 5."""

    folder: Path
    clock: HandClock
    desk: OfflineDesk

    def keep(self, *entries: PickUpEntry, absorbed: int = 0) -> None:
        data = listed(self.clock, *entries, absorbed=absorbed)
        kept = KeptList(self.folder / "offline", KEY, cabinet=CABINET)
        kept.keep(data, self.clock.now())

    def again(self) -> OfflineDesk:
        """The desk after the power came back."""
        return made_desk(self.folder, self.clock)

    def kinds(self) -> list[str]:
        queue = EventQueue(self.folder / "offline", KEY, cabinet=CABINET)
        return [event.kind for event in queue.events()]


def made_desk(folder: Path, clock: HandClock) -> OfflineDesk:
    return OfflineDesk(
        CABINET,
        folder / "offline",
        KEY,
        open_doors=lambda: Cabinet(CABINET, folder / "cabinets"),
        clock=clock,
        card_digest=lambda number: f"digest of {number}",
    )


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    clock = HandClock()
    made = Scene(folder=tmp_path, clock=clock, desk=made_desk(tmp_path, clock))
    cabinet = Cabinet(CABINET, tmp_path / "cabinets")
    cabinet.deposit(3, "handoff-1")
    cabinet.close()
    made.keep(entry("handoff-1", "collect", 3), entry("handoff-2", "deposit", 5))
    return made


def code_of(fault: type[Fault], call: object, *arguments: object, **named: object) -> str:
    with pytest.raises(fault) as caught:
        call(*arguments, **named)  # type: ignore[operator]
    return caught.value.code


def test_collect_and_count_without_the_server(scene: Scene) -> None:
    visitor = scene.desk.identify(CODE, "0731 4159")
    assert visitor.offline
    assert visitor.name == "沈若溪"
    assert [row.id for row in visitor.to_collect] == ["handoff-1"]
    assert visitor.to_deposit == ()
    assert scene.desk.collect(visitor.token, "handoff-1").state == "collected"
    after = scene.desk.refresh(visitor.token)
    assert (after.to_collect, [row.id for row in after.to_confirm]) == ((), ["handoff-1"])
    scene.desk.confirm(visitor.token, "handoff-1", volumes=2, pages=180)
    assert scene.desk.refresh(visitor.token).to_confirm == ()
    assert scene.kinds() == ["identified", "collecting", "collected", "confirmed"]
    assert not scene.desk.cells()[2].occupied


def test_a_deposit_that_was_announced(scene: Scene) -> None:
    visitor = scene.desk.identify(CODE, CODES["handoff-2"])
    scene.desk.deposit(visitor.token, "handoff-2")
    assert scene.kinds() == ["identified", "depositing", "deposited"]
    assert scene.desk.cells()[4].occupied
    assert scene.desk.refresh(visitor.token).to_deposit == ()
    assert code_of(Refused, scene.desk.deposit, visitor.token, "handoff-2") == "LCK-311"


def test_a_code_is_used_once_over_restarts_and_new_lists(scene: Scene) -> None:
    visitor = scene.desk.identify(CODE, CODES["handoff-1"])
    scene.desk.collect(visitor.token, "handoff-1")
    assert code_of(Refused, scene.desk.collect, visitor.token, "handoff-1") == "LCK-311"
    desk = scene.again()
    visitor = desk.identify(CODE, CODES["handoff-1"])
    assert [row.id for row in visitor.to_confirm] == ["handoff-1"]
    desk.confirm(visitor.token, "handoff-1", volumes=2, pages=None)
    assert code_of(Refused, desk.identify, CODE, CODES["handoff-1"]) == "LCK-311"
    # A list that was made before the server heard of it changes nothing.
    scene.clock.move(minutes=1)
    scene.keep(entry("handoff-1", "collect", 3))
    assert code_of(Refused, scene.again().identify, CODE, CODES["handoff-1"]) == "LCK-311"


def test_a_list_made_with_the_events_stands_above_them(scene: Scene) -> None:
    """The server heard that the paper was laid in; now the same hand-off is to be collected."""
    visitor = scene.desk.identify(CODE, CODES["handoff-2"])
    scene.desk.deposit(visitor.token, "handoff-2")
    scene.clock.move(minutes=1)
    scene.keep(entry("handoff-2", "collect", 5), absorbed=3)
    visitor = scene.desk.identify(CODE, CODES["handoff-2"])
    assert scene.desk.collect(visitor.token, "handoff-2").state == "collected"


def test_five_wrong_codes_lock_a_hand_off_over_restarts(scene: Scene) -> None:
    for _ in range(4):
        assert code_of(Refused, scene.desk.identify, CODE, "07000000") == "LCK-306"
    assert code_of(Refused, scene.again().identify, CODE, "07000000") == "LCK-307"
    assert code_of(Refused, scene.again().identify, CODE, CODES["handoff-1"]) == "LCK-307"
    assert scene.desk.identify(CODE, CODES["handoff-2"])


def test_tries_that_the_server_counted_are_gone(scene: Scene) -> None:
    scene.clock.move(minutes=1)
    scene.keep(entry("handoff-1", "collect", 3, tries=1))
    assert code_of(Refused, scene.desk.identify, CODE, "07000000") == "LCK-307"


def test_codes_of_nobody_make_the_cabinet_pause(scene: Scene) -> None:
    for _ in range(10):
        assert code_of(Refused, scene.desk.identify, CODE, "99000000") == "LCK-306"
    assert code_of(Refused, scene.desk.identify, CODE, CODES["handoff-1"]) == "LCK-313"
    scene.clock.move(minutes=10, seconds=1)
    assert scene.desk.identify(CODE, CODES["handoff-1"])


def test_a_card_shows_all_that_is_hers(scene: Scene) -> None:
    visitor = scene.desk.identify(CARD, "8899")
    assert [row.id for row in visitor.to_collect] == ["handoff-1"]
    assert [row.id for row in visitor.to_deposit] == ["handoff-2"]
    assert code_of(Refused, scene.desk.identify, CARD, "1") == "LCK-306"


@pytest.mark.parametrize("proof", [PIN, QR, IDENTITY_CARD])
def test_what_needs_the_server_is_said(scene: Scene, proof: str) -> None:
    assert code_of(Refused, scene.desk.identify, proof, "x", name="沈若溪") == "LCK-308"


def test_nothing_opens_for_a_token_of_somebody_else(scene: Scene) -> None:
    visitor = scene.desk.identify(CODE, CODES["handoff-1"])
    assert code_of(Refused, scene.desk.deposit, visitor.token, "handoff-2") == "LCK-306"
    assert code_of(Refused, scene.desk.collect, "visitor-none", "handoff-1") == "IDN-110"
    scene.clock.move(minutes=3, seconds=1)
    assert code_of(Refused, scene.desk.collect, visitor.token, "handoff-1") == "IDN-110"
    visitor = scene.desk.identify(CODE, CODES["handoff-1"])
    scene.desk.leave(visitor.token)
    assert code_of(Refused, scene.desk.collect, visitor.token, "handoff-1") == "IDN-110"
    assert "collecting" not in scene.kinds()


def test_nothing_opens_when_the_list_or_the_code_is_over(scene: Scene) -> None:
    scene.clock.move(hours=7)
    assert code_of(Refused, scene.desk.identify, CODE, CODES["handoff-1"]) == "LCK-302"
    scene.clock.move(hours=6)
    assert code_of(Refused, scene.desk.identify, CODE, CODES["handoff-2"]) == "LCK-302"
    scene.clock.move(hours=-14)
    assert code_of(Refused, scene.desk.identify, CODE, CODES["handoff-2"]) == "LCK-304"


def test_a_count_that_differs_is_disputed(scene: Scene) -> None:
    visitor = scene.desk.identify(CODE, CODES["handoff-1"])
    assert code_of(Refused, _confirmed, scene.desk, visitor.token, 2) == "LCK-308"
    scene.desk.collect(visitor.token, "handoff-1")
    assert code_of(Refused, _confirmed, scene.desk, visitor.token, 1) == "HND-106"
    assert scene.kinds()[-1] == "disputed"
    assert scene.desk.refresh(visitor.token).to_confirm == ()


def _confirmed(desk: OfflineDesk, token: str, volumes: int) -> None:
    desk.confirm(token, "handoff-1", volumes=volumes, pages=180)


def test_a_fault_of_the_door_is_kept_for_the_server(scene: Scene) -> None:
    """The list says that paper lies in cell 9, and the sensor that it does not."""
    scene.clock.move(minutes=1)
    scene.keep(entry("handoff-3", "collect", 9))
    visitor = scene.desk.identify(CODE, CODES["handoff-3"])
    assert code_of(Refused, scene.desk.collect, visitor.token, "handoff-3") == "LCK-106"
    assert scene.kinds()[-2:] == ["collecting", "door_fault"]


def test_what_the_server_did_after_the_list_is_not_done_again(scene: Scene) -> None:
    scene.desk.note_done_online("handoff-1", "collected")
    assert code_of(Refused, scene.desk.identify, CODE, CODES["handoff-1"]) == "LCK-311"


def test_new_paper_waits_for_the_server(scene: Scene) -> None:
    visitor = scene.desk.identify(CARD, "8899")
    named = {"code": "x", "receiver": "y", "volumes": 1, "pages": None}
    assert code_of(Refused, scene.desk.offer, visitor.token, **named) == "LCK-308"


def test_the_door_stays_shut_when_the_queue_cannot_be_written(scene: Scene) -> None:
    visitor = scene.desk.identify(CODE, CODES["handoff-1"])
    queue = scene.folder / "offline" / "events.jsonl"
    queue.rename(queue.with_suffix(".kept"))
    queue.mkdir()
    assert code_of(Fault, scene.desk.collect, visitor.token, "handoff-1") == "LCK-310"
    cabinet = Cabinet(CABINET, scene.folder / "cabinets")
    assert cabinet.cells()[2].occupied
    cabinet.close()


def test_a_cabinet_that_is_not_known_is_bad_input(tmp_path: Path) -> None:
    assert code_of(BadInput, Cabinet, "nowhere:hall", tmp_path) == "LCK-115"
