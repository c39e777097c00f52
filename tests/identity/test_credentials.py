"""Codes and QR codes: bound to hand-off and cabinet, five tries, an end, and a single use."""

from __future__ import annotations

import threading
from collections.abc import Callable

import attrs
import pytest

from app.domain.custody import HandOff
from app.kernel.errors import BadInput, Fault
from app.services import credentials
from app.services.context import Context
from tests.identity.conftest import CASE_NO, HALL, TurnedClock

Write = Callable[..., HandOff]
Read = Callable[[HandOff], HandOff]


def _with_code(context: Context, hand_off: HandOff) -> tuple[HandOff, str]:
    with context.storage.write() as tx:
        changed, code = credentials.with_new_code(tx, hand_off)
        tx.hand_offs.replace(changed)
        tx.audit.record("管理员", "code_issued", CASE_NO)
        tx.commit()
    return changed, code


def _wrong(code: str) -> str:
    return code[:2] + f"{(int(code[2:]) + 1) % 1_000_000:06d}"


def _fault(call: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value


def test_a_code_finds_its_hand_off_at_its_cabinet(context: Context, hand_off: Write) -> None:
    mine, code = _with_code(context, hand_off())
    assert len(code) == 8 and code.isdecimal() and code[:2] == mine.code_locator
    typed = f" {code[:4]}-{code[4:]} ".translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    )
    found = credentials.find_by_code(context, HALL, typed)
    assert (found.hand_off.id, found.purpose) == (mine.id, "collect")
    credentials.check_code(context, mine, code)
    assert _fault(lambda: credentials.find_by_code(context, "simulated:north", code)).code == (
        "IDN-101"
    )


def test_only_the_hash_is_kept(context: Context, hand_off: Write, stored: Read) -> None:
    mine, code = _with_code(context, hand_off())
    kept = stored(mine)
    assert code not in repr(kept) and code[2:] not in kept.code_hash + kept.code_salt


def test_five_tries_and_the_code_is_locked_also_for_the_right_one(
    context: Context, hand_off: Write, stored: Read
) -> None:
    mine, code = _with_code(context, hand_off())
    for left in (4, 3, 2, 1):
        fault = _fault(lambda: credentials.find_by_code(context, HALL, _wrong(code)))
        assert (fault.code, fault.parameters) == ("HND-104", {"tries": left})
        assert stored(mine).tries_left == left
    assert _fault(lambda: credentials.check_code(context, mine, _wrong(code))).code == "HND-105"
    assert stored(mine).tries_left == 0
    assert _fault(lambda: credentials.check_code(context, mine, code)).code == "HND-105"
    assert _fault(lambda: credentials.find_by_code(context, HALL, code)).code == "HND-105"
    with context.storage.read() as tx:
        rows = [row for row in tx.audit.rows(CASE_NO) if row.action == "handoff_code_wrong"]
    assert [row.details["tries"] for row in rows] == [4, 3, 2, 1, 0]
    renewed, new = _with_code(context, stored(mine))
    assert credentials.find_by_code(context, HALL, new).hand_off.id == renewed.id


def test_guesses_at_once_use_up_a_try_each(context: Context, hand_off: Write, stored: Read) -> None:
    mine, code = _with_code(context, hand_off())
    codes: list[str] = []

    def guess(number: int) -> None:
        wrong = code[:2] + f"{(int(code[2:]) + number) % 1_000_000:06d}"
        codes.append(_fault(lambda: credentials.check_code(context, mine, wrong)).code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(1, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["HND-104"] * 4 + ["HND-105"] * 3
    assert stored(mine).tries_left == 0


def test_a_code_ends_with_its_time(context: Context, hand_off: Write, clock: TurnedClock) -> None:
    mine, code = _with_code(context, hand_off())
    clock.turn(hours=72, seconds=-1)
    credentials.check_code(context, mine, code)
    clock.turn(seconds=1)
    assert _fault(lambda: credentials.check_code(context, mine, code)).code == "IDN-103"
    assert _fault(lambda: credentials.find_by_code(context, HALL, code)).code == "IDN-103"


@pytest.mark.parametrize("state", ["collected", "confirmed", "retrieved", "cancelled"])
def test_a_used_code_is_refused_and_costs_nobody_a_try(
    context: Context, hand_off: Write, stored: Read, state: str
) -> None:
    mine, code = _with_code(context, hand_off())
    with context.storage.write() as tx:
        tx.hand_offs.replace(attrs.evolve(mine, state=state))
        tx.audit.record("管理员", "handoff_collected", CASE_NO)
        tx.commit()
    assert _fault(lambda: credentials.find_by_code(context, HALL, code)).code == "IDN-104"
    assert _fault(lambda: credentials.check_code(context, mine, code)).code == "IDN-104"
    other, new = _with_code(context, hand_off(cell=2))
    assert new[:2] != code[:2]
    credentials.find_by_code(context, HALL, new)
    assert stored(other).tries_left == 5


def test_a_new_code_ends_the_one_before(context: Context, hand_off: Write, stored: Read) -> None:
    mine, old = _with_code(context, hand_off())
    _, new = _with_code(context, stored(mine))
    assert new[:2] == old[:2]
    if new != old:
        assert _fault(lambda: credentials.check_code(context, mine, old)).code == "HND-104"
    credentials.check_code(context, mine, new)


def test_locators_differ_among_the_open_hand_offs_of_a_cabinet(
    context: Context, hand_off: Write
) -> None:
    for cell in range(1, 41):
        with context.storage.read() as tx:
            locator, code, _, _ = credentials.new_collection_code(tx, HALL)
        assert code.startswith(locator)
        hand_off(cell=cell, code_locator=locator)
    with context.storage.read() as tx:
        given = [row[0] for row in tx.hand_offs.pick(("code_locator",), cabinet=HALL)]
    assert len(set(given)) == 40


def test_a_locator_used_up_again_is_the_one_longest_out_of_use(
    context: Context, hand_off: Write
) -> None:
    first = hand_off(state="confirmed", code_locator="57")
    with context.storage.write() as tx:
        for number in range(100):
            if number != 57:
                again = attrs.evolve(first, id=f"handoff_{number}", code_locator=f"{number:02d}")
                tx.hand_offs.add(again)
        tx.audit.record("管理员", "handoff_offered", CASE_NO)
        tx.commit()
    with context.storage.read() as tx:
        assert credentials.new_collection_code(tx, HALL)[0] == "57"


def test_ten_unknown_codes_pause_the_cabinet_over_a_restart(
    context: Context, hand_off: Write, clock: TurnedClock
) -> None:
    mine, code = _with_code(context, hand_off(code_locator="11"))
    assert code.startswith("11")
    for number in range(10):
        fault = _fault(lambda: credentials.find_by_code(context, HALL, "22345678"))
        assert fault.code == "IDN-101", number
        clock.turn(seconds=50)
    fault = _fault(lambda: credentials.find_by_code(context, HALL, code))
    assert (fault.code, fault.parameters["minutes"]) == ("IDN-102", 10)
    assert _fault(lambda: credentials.check_code(context, mine, code)).code == "IDN-102"
    qr = credentials.qr_text(context, mine)
    assert _fault(lambda: credentials.find_by_qr(context, HALL, qr)).code == "IDN-102"
    with context.storage.read() as tx:
        (incident,) = tx.incidents.find(kind="codes_guessed")
    assert (incident.cabinet, incident.state) == (HALL, "open")
    # Another cabinet is not concerned.
    assert _fault(lambda: credentials.find_by_code(context, "x", code)).code == "IDN-101"
    clock.turn(minutes=10)
    credentials.find_by_code(context, HALL, code)


def test_slow_mistakes_pause_nothing(context: Context, clock: TurnedClock) -> None:
    for _ in range(15):
        assert _fault(lambda: credentials.find_by_code(context, HALL, "22345678")).code == "IDN-101"
        clock.turn(seconds=67)


def test_a_deposit_code_is_for_the_giver_until_the_paper_lies_in_the_cell(
    context: Context, hand_off: Write, stored: Read
) -> None:
    mine, collection = _with_code(context, hand_off(state="reserved"))
    with context.storage.write() as tx:
        mine, code = credentials.with_new_deposit_code(tx, mine)
        tx.hand_offs.replace(mine)
        tx.audit.record("管理员", "code_issued", CASE_NO)
        tx.commit()
    assert credentials.find_by_code(context, HALL, code).purpose == "deposit"
    assert _fault(lambda: credentials.find_by_code(context, HALL, collection)).code == "IDN-108"
    assert stored(mine).deposit_tries_left == stored(mine).tries_left == 5
    with context.storage.write() as tx:
        tx.hand_offs.replace(attrs.evolve(mine, state="notified"))
        tx.audit.record("管理员", "handoff_deposited", CASE_NO)
        tx.commit()
    assert credentials.find_by_code(context, HALL, collection).purpose == "collect"
    assert _fault(lambda: credentials.find_by_code(context, HALL, code)).code == "HND-104"


def test_a_qr_code_opens_its_own_hand_off_only(context: Context, hand_off: Write) -> None:
    mine, _ = _with_code(context, hand_off())
    other, _ = _with_code(context, hand_off(cell=2))
    text = credentials.qr_text(context, mine)
    assert credentials.find_by_qr(context, HALL, f" {text.lower()}\n").hand_off.id == mine.id
    assert _fault(lambda: credentials.find_by_qr(context, "simulated:north", text)).parameters == {
        "cabinet": HALL
    }
    forged = text.replace(mine.id, other.id)
    assert _fault(lambda: credentials.find_by_qr(context, HALL, forged)).code == "IDN-106"


def test_any_changed_sign_of_a_qr_code_spoils_it(
    context: Context, hand_off: Write, clock: TurnedClock
) -> None:
    mine, _ = _with_code(context, hand_off())
    text = credentials.qr_text(context, mine)
    for place in range(len("JZ2:"), len(text), 3):
        clock.turn(minutes=2)
        changed = text[:place] + ("2" if text[place] != "2" else "3") + text[place + 1 :]
        assert _fault(lambda told=changed: credentials.find_by_qr(context, HALL, told)).code == (
            "IDN-106"
        )


def test_a_replayed_or_replaced_qr_code_is_refused(
    context: Context, hand_off: Write, stored: Read
) -> None:
    mine, _ = _with_code(context, hand_off())
    first = credentials.qr_text(context, mine)
    renewed, _ = _with_code(context, stored(mine))
    assert _fault(lambda: credentials.find_by_qr(context, HALL, first)).code == "IDN-104"
    second = credentials.qr_text(context, renewed)
    credentials.find_by_qr(context, HALL, second)
    with context.storage.write() as tx:
        tx.hand_offs.replace(attrs.evolve(renewed, state="collected"))
        tx.audit.record("管理员", "handoff_collected", CASE_NO)
        tx.commit()
    assert _fault(lambda: credentials.find_by_qr(context, HALL, second)).code == "IDN-104"


@pytest.mark.parametrize(
    "text", ["", "JZ2:", "JZ2:a:b", "JZ2:a:b:c:d", "JZ1:C:x", "hello", "：：："]
)
def test_other_texts_are_no_qr_codes_of_ours(context: Context, text: str) -> None:
    assert _fault(lambda: credentials.find_by_qr(context, HALL, text)).code == "IDN-106"


def test_a_hand_off_in_fault_waits_for_a_person(context: Context, hand_off: Write) -> None:
    _, code = _with_code(context, hand_off(state="fault"))
    assert _fault(lambda: credentials.find_by_code(context, HALL, code)).code == "IDN-111"


def test_digests_of_cards_and_documents_are_keyed_and_of_one_purpose(context: Context) -> None:
    number = "11010519491231002X"
    assert credentials.identity_digest(context, " １１０１０５19491231002x ") == (
        credentials.identity_digest(context, number)
    )
    assert credentials.identity_digest(context, number) != credentials.card_digest(context, number)
    other = attrs.evolve(context, hand_key=lambda: b"x" * 32)
    assert credentials.card_digest(other, number) != credentials.card_digest(context, number)


@pytest.mark.parametrize("number", ["110105194912310021", "", "12", "卡片一二三四", "a" * 41])
def test_numbers_that_cannot_be(context: Context, number: str) -> None:
    with pytest.raises(BadInput) as caught:
        credentials.identity_digest(context, number)
    assert caught.value.code == "IDN-115"
