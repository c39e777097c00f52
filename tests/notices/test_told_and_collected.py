"""From the offer to the count, with nothing passed on but what reached the telephone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest

from app.adapters.notices.channels import Notifiers
from app.domain.access import Actor
from app.kernel.errors import Refused
from app.services.locker_views import CODE
from app.services.workstation import Workstation
from tests.identity.conftest import CASE_NO, HALL, TurnedClock
from tests.notices.conftest import Gateway

CLERK = Actor(name="书记员甲", role="clerk")


def _last_code(gateway: Gateway) -> str:
    found = re.search(r"\d{8}", json.loads(gateway.posts[-1].body)["text"])
    assert found is not None
    return found[0]


@pytest.fixture
def desk(workstation: Workstation, gateway: Gateway, tmp_path: Path) -> Workstation:
    """The workstation with a text message gateway."""
    context = workstation._context
    notifier = Notifiers({"sms": {"url": gateway.url}}, tmp_path, context.clock.now)
    workstation._context = attrs.evolve(context, notifier=notifier)
    return workstation


def test_a_party_is_told_collects_and_counts(
    desk: Workstation, gateway: Gateway, actor: Actor, clock: TurnedClock
) -> None:
    row, offered_code = desk.offer(
        CLERK,
        CASE_NO,
        "王某",
        HALL,
        volumes=1,
        pages=20,
        task="judge_to_party",
        receiver_kind="party",
        phone="13812345678",
    )
    assert desk.locker_rounds(actor).sent == 0, "no code is sent before the paper is in"
    assert gateway.posts == []
    desk.deposit(CLERK, row.id)
    gateway.status = 503
    assert desk.locker_rounds(actor).failed == 1
    assert desk.handoff(row.id).notice == "queued"
    clock.turn(minutes=1)
    gateway.status = 200
    assert desk.locker_rounds(actor).sent == 1
    assert (desk.handoff(row.id).state, desk.handoff(row.id).notice) == ("notified", "sent")
    screen = desk.cabinet_desk(HALL)
    code = _last_code(gateway)
    if offered_code != code:
        with pytest.raises(Refused) as refused:
            screen.identify(CODE, offered_code)
        assert refused.value.code == "HND-104"
    visitor = screen.identify(CODE, code)
    screen.collect(visitor.token, row.id)
    assert screen.confirm(visitor.token, row.id, volumes=1, pages=20).state == "confirmed"
    kinds = {notice.kind: notice.channel for notice in desk.notices(row.id)}
    assert kinds == {"code": "sms", "collected": "screen", "confirmed": "screen"}
    desk.locker_rounds(actor)
    assert len(gateway.posts) == 2, "the giver's messages go to the screen"
