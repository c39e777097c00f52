"""The desk of a cabinet without its server: by the list, never twice, and all of it on record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.plugins import Cabinet
from app.kernel.errors import BadInput, Broken, Fault, Refused
from app.services.locker_views import CARD, CODE, IDENTITY_CARD, PIN, QR
from app.services.offline_desk import OfflineDesk
from cloud_locker.done_online import DONE_FILE
from tests.locker_offline.cut_off_cabinet import CABINET, CODES, Scene, entry


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


def test_a_clock_that_went_back_decides_about_no_code(scene: Scene) -> None:
    scene.clock.move(minutes=5)
    scene.desk.identify(CODE, CODES["handoff-1"])
    scene.clock.move(minutes=-2)
    assert code_of(Refused, scene.desk.identify, CODE, CODES["handoff-1"]) == "LCK-118"
    assert scene.desk.identify(CARD, "8899")


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
    scene.desk.done_online.note("handoff-1", "collected")
    for desk in (scene.desk, scene.again()):
        assert code_of(Refused, desk.identify, CODE, CODES["handoff-1"]) == "LCK-311"
        assert desk.identify(CODE, CODES["handoff-2"])
    # A list that somebody brought may be from before.
    scene.clock.move(minutes=1)
    scene.keep(entry("handoff-1", "collect", 3), absorbed=9)
    assert code_of(Refused, scene.desk.identify, CODE, CODES["handoff-1"]) == "LCK-311"
    scene.desk.done_online.forget()
    assert scene.desk.identify(CODE, CODES["handoff-1"])


def test_nothing_opens_while_nobody_can_tell_what_the_server_did(scene: Scene) -> None:
    (scene.folder / "offline" / DONE_FILE).write_bytes(b"[")
    assert code_of(Broken, scene.desk.identify, CODE, CODES["handoff-1"]) == "LCK-310"
    scene.desk.done_online.forget()
    assert scene.desk.identify(CODE, CODES["handoff-1"])


def test_a_restricted_part_needs_a_card(scene: Scene) -> None:
    listed = entry("handoff-1", "collect", 3)
    facts = {**(listed.facts or {}), "part": "restricted"}
    scene.clock.move(minutes=1)
    scene.keep(replace(listed, facts=facts))
    visitor = scene.desk.identify(CODE, CODES["handoff-1"])
    assert code_of(Refused, scene.desk.collect, visitor.token, "handoff-1") == "IDN-126"
    visitor = scene.desk.identify(CARD, "8899")
    assert scene.desk.collect(visitor.token, "handoff-1").state == "collected"


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
