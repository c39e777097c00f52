"""Messages that wait: sent once, tried again by the clock, overtaken, failed in sight."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from app.adapters.notices.channels import Notifiers
from app.domain.access import Actor
from app.domain.custody import HandOff
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.services import credentials
from app.services.locker_views import NoticeView
from app.services.notice_queue import queue_notice
from app.services.notice_texts import masked, message_texts
from app.services.workstation import Workstation
from tests.identity.conftest import CASE_NO, HALL, TurnedClock
from tests.notices.conftest import Gateway, Mailbox

Write = Callable[..., HandOff]
Read = Callable[[HandOff], HandOff]
PARTY = {"receiver_kind": "party", "receiver": "王某", "phone": "13812345678"}


@pytest.fixture
def desk(workstation: Workstation, gateway: Gateway, tmp_path: Path) -> Workstation:
    """The workstation with a text message gateway."""
    return _with(workstation, tmp_path, sms={"url": gateway.url, "seconds": 5})


def _with(workstation: Workstation, folder: Path, **tables: dict[str, Any]) -> Workstation:
    context = workstation._context
    notifier = Notifiers(tables, folder, context.clock.now)
    workstation._context = attrs.evolve(context, notifier=notifier)
    return workstation


def _queue(workstation: Workstation, hand_off: HandOff, kind: str) -> None:
    context = workstation._context
    with context.storage.write() as tx:
        queue_notice(tx, timestamp(context.clock.now()), hand_off, kind)
        tx.audit.record("管理员", "handoff_deposited", CASE_NO)
        tx.commit()


def _move(workstation: Workstation, hand_off: HandOff, state: str) -> None:
    with workstation._context.storage.write() as tx:
        tx.hand_offs.replace(attrs.evolve(tx.hand_offs.get(hand_off.id), state=state))
        tx.audit.record("管理员", "handoff_collected", CASE_NO)
        tx.commit()


def _code(text: str) -> str:
    found = re.search(r"\d{8}", text)
    assert found is not None, text
    return found[0]


def _texts(gateway: Gateway) -> list[str]:
    return [json.loads(post.body)["text"] for post in gateway.posts]


def _only(views: list[NoticeView]) -> NoticeView:
    (view,) = views
    return view


def test_the_code_goes_out_once_and_opens(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write, stored: Read
) -> None:
    mine = hand_off(state="deposited", **PARTY)
    _queue(desk, mine, "code")
    assert desk.deliver_notices(actor) == (1, 0)
    assert desk.deliver_notices(actor) == (0, 0)
    (text,) = _texts(gateway)
    assert CASE_NO not in text and "王某" not in text
    assert stored(mine).state == "notified"
    found = credentials.find_by_code(desk._context, HALL, _code(text))
    assert found.hand_off.id == mine.id
    view = _only(desk.notices(mine.id))
    assert (view.state, view.attempts, view.address) == ("sent", 1, "138****5678")


def test_no_code_is_kept_anywhere(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write, tmp_path: Path
) -> None:
    mine = hand_off(**PARTY)
    _queue(desk, mine, "code")
    desk.deliver_notices(actor)
    code = _code(_texts(gateway)[0])
    desk.close()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert code.encode() not in file.read_bytes(), file


def test_tries_wait_longer_and_longer_and_then_it_is_failed_in_sight(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write, clock: TurnedClock
) -> None:
    mine = hand_off(**PARTY)
    _queue(desk, mine, "code")
    gateway.status = 503
    for wait in (1, 5, 15, 60):
        assert desk.deliver_notices(actor) == (0, 1)
        assert desk.deliver_notices(actor) == (0, 0), "not before its time"
        view = _only(desk.notices(mine.id))
        assert (view.state, view.fault) == ("queued", "NTC-101")
        clock.turn(minutes=wait, seconds=-1)
        assert desk.deliver_notices(actor) == (0, 0), wait
        clock.turn(seconds=1)
    assert desk.deliver_notices(actor) == (0, 1)
    view = _only(desk.notices(mine.id, state="failed"))
    assert (view.attempts, view.fault, view.fault_parameters["channel"]) == (5, "NTC-101", "sms")
    clock.turn(hours=24)
    assert desk.deliver_notices(actor) == (0, 0)
    assert len(gateway.posts) == 5
    codes = [_code(text) for text in _texts(gateway)]
    assert len({json.loads(post.body)["id"] for post in gateway.posts}) == 5
    gateway.status = 200
    assert desk.retry_notice(actor, view.id).state == "queued"
    assert desk.deliver_notices(actor) == (1, 0)
    last = _code(_texts(gateway)[-1])
    assert credentials.find_by_code(desk._context, HALL, last).hand_off.id == mine.id
    for old in set(codes) - {last}:
        with pytest.raises(Refused):
            credentials.find_by_code(desk._context, HALL, old)
        break


def test_what_the_gateway_refuses_is_told_at_once(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write
) -> None:
    gateway.status = 400
    _queue(desk, hand_off(**PARTY), "code")
    assert desk.deliver_notices(actor) == (0, 1)
    assert _only(desk.notices(state="failed")).fault == "NTC-102"


def test_a_channel_that_is_not_set_up_is_told_and_ends_no_code(
    workstation: Workstation, actor: Actor, hand_off: Write, stored: Read
) -> None:
    mine = hand_off(code_locator="12", code_hash="ab", code_salt="cd", **PARTY)
    _queue(workstation, mine, "code")
    assert workstation.deliver_notices(actor) == (0, 0)
    view = _only(workstation.notices(mine.id))
    assert (view.state, view.fault) == ("failed", "NTC-104")
    assert stored(mine).code_hash == "ab"


@pytest.mark.parametrize("state", ["collected", "confirmed", "retrieved", "cancelled"])
def test_an_overtaken_message_is_dropped(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write, stored: Read, state: str
) -> None:
    mine = hand_off(**PARTY)
    _queue(desk, mine, "code")
    _move(desk, mine, state)
    assert desk.deliver_notices(actor) == (0, 0)
    assert gateway.posts == []
    assert _only(desk.notices(mine.id)).state == "dropped"


def test_a_code_rests_while_an_administrator_looks_into_it(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write
) -> None:
    mine = hand_off(state="fault", **PARTY)
    _queue(desk, mine, "code")
    assert desk.deliver_notices(actor) == (0, 0)
    _move(desk, mine, "deposited")
    assert desk.deliver_notices(actor) == (1, 0)


def test_telephone_and_mailbox_are_told_the_same_code(
    desk: Workstation,
    gateway: Gateway,
    mailbox: Mailbox,
    actor: Actor,
    hand_off: Write,
    tmp_path: Path,
) -> None:
    mail = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "sender": "a@b.cn"}
    _with(desk, tmp_path, sms={"url": gateway.url}, email=mail)
    mine = hand_off(email="wang@example.com", **PARTY)
    _queue(desk, mine, "code")
    assert desk.deliver_notices(actor) == (2, 0)
    body = mailbox.mails[0].get_body()
    assert body is not None
    assert _code(body.get_content()) == _code(_texts(gateway)[0])


def test_a_late_mail_does_not_end_the_code_on_the_telephone(
    desk: Workstation,
    gateway: Gateway,
    mailbox: Mailbox,
    actor: Actor,
    hand_off: Write,
    clock: TurnedClock,
    tmp_path: Path,
) -> None:
    mail = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "sender": "a@b.cn"}
    _with(desk, tmp_path, sms={"url": gateway.url}, email=mail)
    mailbox.data_answer = "451 busy"
    mine = hand_off(email="wang@example.com", **PARTY)
    _queue(desk, mine, "code")
    assert desk.deliver_notices(actor) == (1, 1)
    mailbox.data_answer = "250 OK"
    clock.turn(minutes=2)
    assert desk.deliver_notices(actor) == (0, 0)
    assert mailbox.mails == []
    assert {view.channel: view.state for view in desk.notices(mine.id)} == {
        "sms": "sent",
        "email": "dropped",
    }
    assert credentials.find_by_code(desk._context, HALL, _code(_texts(gateway)[0]))


def test_staff_see_it_on_the_screen_without_a_code(
    desk: Workstation, actor: Actor, hand_off: Write, stored: Read
) -> None:
    mine = hand_off(state="deposited", code_hash="ab")
    _queue(desk, mine, "code")
    assert desk.deliver_notices(actor) == (1, 0)
    view = _only(desk.notices(mine.id))
    assert (view.channel, view.person, view.state) == ("screen", mine.receiver, "sent")
    assert (stored(mine).state, stored(mine).code_hash) == ("notified", "ab")


def test_the_giver_gets_a_deposit_code_of_her_own(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write
) -> None:
    mine = hand_off(
        state="reserved", giver="下级法院", giver_kind="court", giver_phone="13900001111"
    )
    _queue(desk, mine, "deposit_code")
    assert desk.deliver_notices(actor) == (1, 0)
    found = credentials.find_by_code(desk._context, HALL, _code(_texts(gateway)[0]))
    assert (found.hand_off.id, found.purpose) == (mine.id, "deposit")
    assert json.loads(gateway.posts[0].body)["phone"] == "13900001111"


def test_a_crash_between_claim_and_answer_leaves_the_message_to_be_tried_again(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write, clock: TurnedClock
) -> None:
    mine = hand_off(**PARTY)
    _queue(desk, mine, "code")

    class Died(BaseException):
        """The process ends here."""

    class Deadly:
        def send(self, message: object) -> None:
            raise Died

    whole = desk._context
    desk._context = attrs.evolve(whole, notifier=lambda channel: Deadly())
    with pytest.raises(Died):
        desk.deliver_notices(actor)
    desk._context = whole
    assert desk.deliver_notices(actor) == (0, 0), "another program may be sending it"
    clock.turn(minutes=1)
    assert desk.deliver_notices(actor) == (1, 0)
    assert _only(desk.notices(mine.id)).attempts == 2


def test_a_code_made_after_the_end_of_the_first_is_not_over_at_once(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write, clock: TurnedClock
) -> None:
    clock.turn(hours=100)
    _queue(desk, hand_off(state="overdue", **PARTY), "code")
    desk.deliver_notices(actor)
    assert credentials.find_by_code(desk._context, HALL, _code(_texts(gateway)[0]))


def test_administrators_hear_of_a_cabinet_where_codes_are_guessed(
    desk: Workstation, gateway: Gateway, actor: Actor, tmp_path: Path
) -> None:
    desk.add_person(actor, "周正", "administrator", "1357")
    _with(desk, tmp_path, webhook={"url": gateway.url, "secret": "k"})
    for cabinet in (HALL, "simulated:north"):
        for _ in range(10):
            with pytest.raises(Refused):
                credentials.find_by_code(desk._context, cabinet, "12345678")
    assert desk.deliver_notices(actor) == (2, 0)
    views = desk.notices()
    assert {(view.handoff, view.kind, view.person, view.state) for view in views} == {
        ("", "incident", "周正", "sent")
    }
    assert ["hall" in _texts(gateway)[0], "north" in _texts(gateway)[1]] == [True, True]


def test_retrying_needs_a_failed_message_and_a_right(
    desk: Workstation, actor: Actor, hand_off: Write
) -> None:
    with pytest.raises(BadInput) as unknown:
        desk.retry_notice(actor, "notice_none")
    assert unknown.value.code == "NTC-106"
    mine = hand_off(**PARTY)
    _queue(desk, mine, "code")
    queued = _only(desk.notices(mine.id))
    with pytest.raises(Refused) as refused:
        desk.retry_notice(actor, queued.id)
    assert refused.value.code == "NTC-107"
    with pytest.raises(Refused) as forbidden:
        desk.retry_notice(Actor(name="法官", role="judge"), queued.id)
    assert forbidden.value.code == "ACC-101"


def test_every_kind_has_words_in_both_languages() -> None:
    texts = message_texts()
    from app.domain.notices import NOTICE_KINDS

    assert set(NOTICE_KINDS) <= set(texts)
    for kind, languages in texts.items():
        holes = [set(re.findall(r"{(\w+)}", languages[name]["text"])) for name in ("zh_CN", "en")]
        assert holes[0] == holes[1], kind
        assert all(languages[name]["subject"] for name in ("zh_CN", "en"))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "+86****5678"),
        ("wang@example.com", "w***@example.com"),
        ("档案员乙", "档案员乙"),
    ],
)
def test_addresses_are_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_two_programs_at_once_send_it_once(
    desk: Workstation, gateway: Gateway, actor: Actor, hand_off: Write
) -> None:
    mine = hand_off(**PARTY)
    _queue(desk, mine, "code")
    together = threading.Barrier(4)
    told: list[tuple[int, int]] = []

    def deliver() -> None:
        together.wait()
        told.append(desk.deliver_notices(actor))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [(0, 0), (0, 0), (0, 0), (1, 0)]
    assert len(gateway.posts) == 1
