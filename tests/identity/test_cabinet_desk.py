"""The desk of a cabinet: whoever is known there sees and does her own steps, and no others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from app.domain.access import Actor
from app.domain.custody import HandOff
from app.domain.slips import slip_text
from app.kernel.errors import BadInput, Fault
from app.services import credentials
from app.services.locker_views import CARD, CODE, IDENTITY_CARD, PIN, QR, CabinetDesk
from app.services.workstation import Workstation
from tests.identity.conftest import CASE_NO, HALL, TurnedClock

Write = Callable[..., HandOff]
CLERK, ARCHIVIST = Actor(name="书记员甲", role="clerk"), Actor(name="档案员乙", role="archivist")
ID_NUMBER = "11010519491231002X"
CARD_NUMBER = "04A2B3C4D5"


class LaidCard:
    """A reader on which a card lies."""

    def __init__(self, number: str = ID_NUMBER, *, typed_numbers: bool = False) -> None:
        self.number = number
        self.typed_numbers = typed_numbers

    def read_number(self) -> str:
        """The number of the card."""
        return self.number


@pytest.fixture
def staffed(workstation: Workstation, actor: Actor) -> Workstation:
    """A clerk and an archivist with a PIN; the archivist has a card."""
    workstation.add_person(actor, CLERK.name, CLERK.role, "2468")
    workstation.add_person(actor, ARCHIVIST.name, ARCHIVIST.role, "1357")
    workstation.add_card(actor, ARCHIVIST.name, CARD_NUMBER)
    workstation._context = attrs.evolve(workstation._context, identity_reader=LaidCard())
    return workstation


@pytest.fixture
def desk(staffed: Workstation) -> CabinetDesk:
    """The desk of the hall."""
    return staffed.cabinet_desk(HALL)


def _fault(call: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value


def _offer(workstation: Workstation, **changes: Any) -> tuple[str, str]:
    facts: dict[str, Any] = {"volumes": 2, "pages": 120, "task": "clerk_to_archive"}
    case_no, receiver = changes.pop("case_no", CASE_NO), changes.pop("receiver", ARCHIVIST.name)
    row, code = workstation.offer(CLERK, case_no, receiver, HALL, **(facts | changes))
    return row.id, code


def test_from_hand_to_hand_with_pin_card_and_count(desk: CabinetDesk, staffed: Workstation) -> None:
    handoff, _ = _offer(staffed)
    giver = desk.identify(PIN, "2468", name=CLERK.name)
    assert [row.id for row in giver.to_deposit] == [handoff]
    assert (giver.to_collect, giver.to_confirm) == ((), ())
    assert desk.deposit(giver.token, handoff).state in ("deposited", "notified")
    assert desk.refresh(giver.token).to_deposit == ()
    desk.leave(giver.token)
    receiver = desk.identify(CARD, CARD_NUMBER.lower())
    assert (receiver.name, receiver.role, receiver.cabinet) == ("档案员乙", "archivist", HALL)
    assert [row.id for row in receiver.to_collect] == [handoff]
    assert desk.collect(receiver.token, handoff).state == "collected"
    assert [row.id for row in desk.refresh(receiver.token).to_confirm] == [handoff]
    assert desk.confirm(receiver.token, handoff, volumes=2, pages=120).state == "confirmed"
    seen = desk.refresh(receiver.token)
    assert (seen.to_collect, seen.to_deposit, seen.to_confirm) == ((), (), ())
    with staffed._context.storage.read() as tx:
        proofs = [cycle.identified_by for cycle in tx.door_cycles.find(handoff_id=handoff)]
    assert proofs == ["pin", "card"]


def test_a_code_opens_its_own_hand_off_once(desk: CabinetDesk, staffed: Workstation) -> None:
    handoff, code = _offer(staffed)
    assert _fault(lambda: desk.identify(CODE, code)).code == "IDN-108"
    staffed.deposit(CLERK, handoff)
    known = desk.identify(CODE, code)
    assert [row.id for row in known.to_collect] == [handoff]
    desk.collect(known.token, handoff)
    assert _fault(lambda: desk.collect(known.token, handoff)).code == "IDN-109"
    assert _fault(lambda: desk.identify(CODE, code)).code == "IDN-104"
    assert desk.confirm(known.token, handoff, volumes=2, pages=120).state == "confirmed"


def test_a_restricted_part_needs_the_person_herself(
    desk: CabinetDesk, staffed: Workstation
) -> None:
    handoff, code = _offer(staffed, part="restricted")
    staffed.deposit(CLERK, handoff)
    known = desk.identify(CODE, code)
    assert _fault(lambda: desk.collect(known.token, handoff)).code == "IDN-126"
    person = desk.identify(CARD, CARD_NUMBER)
    assert desk.collect(person.token, handoff).state == "collected"


def test_a_qr_code_opens_once(desk: CabinetDesk, staffed: Workstation) -> None:
    handoff, _ = _offer(staffed)
    text = staffed.handoff_pass(CLERK, handoff)
    assert _fault(lambda: desk.identify(QR, text)).code == "IDN-108"
    staffed.deposit(CLERK, handoff)
    known = desk.identify(QR, text)
    desk.collect(known.token, handoff)
    assert _fault(lambda: desk.identify(QR, text)).code == "IDN-104"


def test_a_deposit_code_lets_its_giver_in(
    desk: CabinetDesk, staffed: Workstation, actor: Actor
) -> None:
    handoff, _ = _offer(
        staffed,
        task="party_to_judge",
        receiver=ARCHIVIST.name,
        giver="王某",
        giver_kind="party",
        giver_phone="13812345678",
    )
    code = staffed.new_deposit_code(actor, handoff)
    known = desk.identify(CODE, code)
    assert (known.name, known.role) == ("王某", "party")
    assert [row.id for row in known.to_deposit] == [handoff]
    assert desk.deposit(known.token, handoff).state in ("deposited", "notified")
    assert _fault(lambda: staffed.new_deposit_code(actor, handoff)).code == "IDN-104"


def test_an_id_card_finds_what_waits_for_it(desk: CabinetDesk, staffed: Workstation) -> None:
    handoff, _ = _offer(
        staffed, task="judge_to_party", receiver="王某", receiver_kind="party", identity=ID_NUMBER
    )
    staffed.deposit(CLERK, handoff)
    known = desk.identify(IDENTITY_CARD, "")
    assert (known.name, known.role) == ("王某", "party")
    assert desk.collect(known.token, handoff).state == "collected"
    with staffed._context.storage.read() as tx:
        assert ID_NUMBER not in repr(tx.hand_offs.get(handoff))
        assert ID_NUMBER not in repr(list(tx.audit.rows()))


def test_another_id_card_finds_nothing(desk: CabinetDesk, staffed: Workstation) -> None:
    _offer(
        staffed, task="judge_to_party", receiver="王某", receiver_kind="party", identity=ID_NUMBER
    )
    reader = LaidCard("130503670401001")
    staffed._context = attrs.evolve(staffed._context, identity_reader=reader)
    other = staffed.cabinet_desk(HALL)
    assert _fault(lambda: other.identify(IDENTITY_CARD, "")).code == "IDN-109"


def test_a_typed_id_number_is_no_card_unless_the_court_says_so(
    desk: CabinetDesk, staffed: Workstation
) -> None:
    assert _fault(lambda: desk.identify(IDENTITY_CARD, ID_NUMBER)).code == "IDN-116"
    believing = LaidCard(typed_numbers=True)
    staffed._context = attrs.evolve(staffed._context, identity_reader=believing)
    other = staffed.cabinet_desk(HALL)
    assert _fault(lambda: other.identify(IDENTITY_CARD, ID_NUMBER)).code == "IDN-109"


def test_nobody_opens_what_belongs_to_somebody_else(
    desk: CabinetDesk, staffed: Workstation
) -> None:
    handoff, _ = _offer(staffed)
    receiver = desk.identify(CARD, CARD_NUMBER)
    assert _fault(lambda: desk.deposit(receiver.token, handoff)).code == "IDN-109"
    staffed.deposit(CLERK, handoff)
    giver = desk.identify(PIN, "2468", name=CLERK.name)
    assert _fault(lambda: desk.collect(giver.token, handoff)).code == "IDN-109"
    assert _fault(lambda: desk.confirm(giver.token, handoff, volumes=2, pages=120)).code == (
        "IDN-109"
    )
    assert staffed.handoff(handoff).state in ("deposited", "notified")


def test_a_party_who_is_called_like_somebody_of_the_staff_is_not_her(
    desk: CabinetDesk, staffed: Workstation
) -> None:
    handoff, _ = _offer(
        staffed,
        task="judge_to_party",
        receiver=ARCHIVIST.name,
        receiver_kind="party",
        phone="13812345678",
    )
    staffed.deposit(CLERK, handoff)
    assert desk.identify(CARD, CARD_NUMBER).to_collect == ()


def test_a_count_that_differs_is_disputed_and_moves_nothing(
    desk: CabinetDesk, staffed: Workstation
) -> None:
    handoff, code = _offer(staffed)
    staffed.deposit(CLERK, handoff)
    known = desk.identify(CODE, code)
    desk.collect(known.token, handoff)
    fault = _fault(lambda: desk.confirm(known.token, handoff, volumes=1, pages=120))
    assert fault.code == "HND-106"
    assert staffed.handoff(handoff).state == "disputed"


def test_a_visitor_is_forgotten_after_three_minutes_without_a_call(
    desk: CabinetDesk, staffed: Workstation, clock: TurnedClock
) -> None:
    handoff, _ = _offer(staffed)
    known = desk.identify(PIN, "2468", name=CLERK.name)
    for _ in range(3):
        clock.turn(seconds=179)
        desk.refresh(known.token)
    clock.turn(seconds=180)
    for call in (
        lambda: desk.refresh(known.token),
        lambda: desk.deposit(known.token, handoff),
        lambda: desk.refresh("visitor_none"),
    ):
        assert _fault(call).code == "IDN-110"


def test_whoever_left_is_forgotten_at_once(desk: CabinetDesk, staffed: Workstation) -> None:
    known = desk.identify(CARD, CARD_NUMBER)
    desk.leave(known.token)
    desk.leave(known.token)
    assert _fault(lambda: desk.refresh(known.token)).code == "IDN-110"


def test_paper_that_nobody_announced(desk: CabinetDesk, staffed: Workstation) -> None:
    giver = desk.identify(PIN, "2468", name=CLERK.name)
    row = desk.offer(giver.token, code=CASE_NO, receiver=ARCHIVIST.name, volumes=1, pages=None)
    assert (row.state, row.giver, row.receiver, row.cabinet, row.task) == (
        "reserved",
        CLERK.name,
        ARCHIVIST.name,
        HALL,
        "clerk_to_archive",
    )
    assert [each.id for each in desk.refresh(giver.token).to_deposit] == [row.id]
    fault = _fault(
        lambda: desk.offer(giver.token, code=CASE_NO, receiver="谁", volumes=1, pages=None)
    )
    assert fault.code == "IDN-117"


def test_the_label_of_a_volume_names_that_volume(desk: CabinetDesk, staffed: Workstation) -> None:
    giver = desk.identify(PIN, "2468", name=CLERK.name)
    label = slip_text(CASE_NO, part="restricted", volume=3)
    row = desk.offer(giver.token, code=label, receiver=ARCHIVIST.name, volumes=1, pages=80)
    assert row.part == "restricted"
    assert row.counts == ({"part": "restricted", "volume": 3, "pages": 80},)


def test_a_code_of_one_hand_off_makes_no_other(desk: CabinetDesk, staffed: Workstation) -> None:
    handoff, code = _offer(staffed)
    staffed.deposit(CLERK, handoff)
    known = desk.identify(CODE, code)
    fault = _fault(
        lambda: desk.offer(known.token, code=CASE_NO, receiver=CLERK.name, volumes=1, pages=None)
    )
    assert fault.code == "IDN-118"


@pytest.mark.parametrize(("pin", "name"), [("0000", CLERK.name), ("2468", "谁"), ("2468", "")])
def test_wrong_pins(desk: CabinetDesk, pin: str, name: str) -> None:
    assert _fault(lambda: desk.identify(PIN, pin, name=name)).code == "ACC-106"


def test_a_pin_is_locked_after_five_tries(desk: CabinetDesk) -> None:
    for _ in range(5):
        assert _fault(lambda: desk.identify(PIN, "0000", name=CLERK.name)).code == "ACC-106"
    assert _fault(lambda: desk.identify(PIN, "2468", name=CLERK.name)).code == "ACC-107"


def test_a_revoked_card_and_one_of_somebody_retired_open_nothing(
    desk: CabinetDesk, staffed: Workstation, actor: Actor
) -> None:
    (card,) = staffed.cards(ARCHIVIST.name)
    staffed.revoke_card(actor, card.id)
    assert _fault(lambda: desk.identify(CARD, CARD_NUMBER)).code == "IDN-107"
    staffed.add_card(actor, ARCHIVIST.name, CARD_NUMBER)
    desk.identify(CARD, CARD_NUMBER)
    staffed.retire_person(actor, ARCHIVIST.name)
    assert _fault(lambda: desk.identify(CARD, CARD_NUMBER)).code == "IDN-107"


def test_ten_unknown_cards_pause_cards_and_leave_codes(
    desk: CabinetDesk, staffed: Workstation, clock: TurnedClock
) -> None:
    handoff, code = _offer(staffed)
    staffed.deposit(CLERK, handoff)
    for number in range(10):
        assert _fault(lambda told=number: desk.identify(CARD, f"1234{told}")).code == "IDN-107"
    fault = _fault(lambda: desk.identify(CARD, CARD_NUMBER))
    assert (fault.code, fault.parameters["kind"]) == ("IDN-102", "cards")
    desk.identify(CODE, code)
    clock.turn(minutes=10)
    desk.identify(CARD, CARD_NUMBER)


def test_cards_are_registered_once_and_by_administrators(
    staffed: Workstation, actor: Actor
) -> None:
    assert _fault(lambda: staffed.add_card(actor, CLERK.name, CARD_NUMBER)).code == "IDN-114"
    assert _fault(lambda: staffed.add_card(CLERK, CLERK.name, "99998888")).code == "ACC-101"
    assert _fault(lambda: staffed.add_card(actor, "谁", "99998888")).code == "ACC-108"
    assert _fault(lambda: staffed.add_card(actor, CLERK.name, "?")).code == "IDN-115"
    assert _fault(lambda: staffed.revoke_card(actor, "card_none")).code == "IDN-120"
    with staffed._context.storage.read() as tx:
        assert CARD_NUMBER.lower() not in repr(tx.staff_cards.find()).lower()


def test_a_clock_that_went_back_decides_about_no_code(
    desk: CabinetDesk, staffed: Workstation, clock: TurnedClock
) -> None:
    handoff, code = _offer(staffed)
    staffed.deposit(CLERK, handoff)
    desk.identify(CODE, code)
    clock.turn(minutes=-5)
    assert _fault(lambda: desk.identify(CODE, code)).code == "LCK-118"
    desk.identify(CARD, CARD_NUMBER)
    clock.turn(minutes=5)
    desk.identify(CODE, code)


def test_an_administrator_confirms_a_clock_that_was_set_back(
    desk: CabinetDesk, staffed: Workstation, actor: Actor, clock: TurnedClock
) -> None:
    handoff, code = _offer(staffed)
    staffed.deposit(CLERK, handoff)
    desk.identify(CODE, code)
    clock.turn(minutes=-5)
    assert _fault(lambda: staffed.accept_clock(CLERK, "校时")).code == "ACC-101"
    assert _fault(lambda: staffed.accept_clock(actor, " ")).code == "HND-118"
    assert _fault(lambda: desk.identify(CODE, code)).code == "LCK-118"
    staffed.accept_clock(actor, "校时")
    assert [row.id for row in desk.identify(CODE, code).to_collect] == [handoff]
    with staffed._context.storage.read() as tx:
        assert "clock_accepted" in {row.action for row in tx.audit.rows()}


def test_every_proof_is_on_record(desk: CabinetDesk, staffed: Workstation) -> None:
    desk.identify(CARD, CARD_NUMBER)
    desk.identify(PIN, "2468", name=CLERK.name)
    with staffed._context.storage.read() as tx:
        rows = [row for row in tx.audit.rows() if row.action == "visitor_identified"]
    assert [(row.actor, row.details) for row in rows] == [
        (ARCHIVIST.name, {"cabinet": HALL, "proof": "card"}),
        (CLERK.name, {"cabinet": HALL, "proof": "pin"}),
    ]


def test_unknown_ways_and_cabinets(desk: CabinetDesk, staffed: Workstation) -> None:
    assert _fault(lambda: desk.identify("face", "")).code == "IDN-112"
    with pytest.raises(BadInput) as unknown:
        staffed.cabinet_desk("simulated:nowhere")
    assert unknown.value.code == "HND-108"


def test_people_and_cells_are_those_of_the_cabinet(desk: CabinetDesk) -> None:
    assert {CLERK.name, ARCHIVIST.name} <= set(desk.people())
    assert {cell.cabinet for cell in desk.cells()} == {HALL}
    assert desk.cabinet == HALL


def test_the_key_makes_and_keeps_itself(staffed: Workstation) -> None:
    key = staffed._context.hand_key()
    path = staffed._context.folders.root / "keys" / "hand.key"
    assert (len(key), staffed._context.hand_key()) == (32, key)
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o644)
    assert _fault(staffed._context.hand_key).code == "IDN-113"
    path.chmod(0o600)
    path.write_text("zz")
    assert _fault(staffed._context.hand_key).code == "IDN-113"


def test_a_pass_is_for_the_giver_and_staff_with_paper(
    staffed: Workstation, actor: Actor, desk: CabinetDesk
) -> None:
    handoff, _ = _offer(staffed)
    text = staffed.handoff_pass(CLERK, handoff)
    assert text.startswith(credentials.QR_PREFIX)
    assert staffed.read_any_code(text).handoff == handoff
    judge = Actor(name="法官", role="judge")
    assert _fault(lambda: staffed.handoff_pass(judge, handoff)).code == "ACC-101"
    assert _fault(lambda: staffed.handoff_pass(actor, "handoff_none")).code == "HND-107"
    staffed.cancel_handoff(CLERK, handoff, "不再需要")
    assert _fault(lambda: staffed.handoff_pass(actor, handoff)).code == "IDN-104"


def test_two_people_with_one_code_open_one_door_once(
    desk: CabinetDesk, staffed: Workstation
) -> None:
    handoff, code = _offer(staffed)
    staffed.deposit(CLERK, handoff)
    tokens = [desk.identify(CODE, code).token for _ in range(2)]
    ends: list[str] = []

    def collect(token: str) -> None:
        try:
            ends.append(desk.collect(token, handoff).state)
        except Fault as fault:
            ends.append(fault.code)

    threads = [threading.Thread(target=collect, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with staffed._context.storage.read() as tx:
        pulses = [cycle.pulses for cycle in tx.door_cycles.find(handoff_id=handoff)]
    # Whoever was slower is refused; had she come a moment later, she would see it done.
    assert ends.count("collected") >= 1
    assert set(ends) <= {"collected", "LCK-104", "DOS-101", "IDN-109"}
    assert sum(pulses) == 2, "one pulse to lay it in, one to take it out"
    assert staffed.handoff(handoff).state == "collected"
