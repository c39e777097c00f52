"""Puts messages about a hand-off into the queue, in the transaction that makes them necessary."""

from __future__ import annotations

from typing import Any

from app.domain.custody import HandOff
from app.domain.notices import EMAIL, SCREEN, SMS, Notice
from app.kernel.ids import new_id
from app.services.ports import Transaction

# What the giver is told; everything else goes to the receiver.
TO_GIVER = ("deposit_code", "collected", "confirmed", "retrieved")


def queue_notice(
    tx: Transaction, now: str, hand_off: HandOff, kind: str, **parameters: Any
) -> None:
    """Queue one message of NOTICE_KINDS by every way its person can be reached: a telephone
    number, an address, and for staff the screen. `now` is the moment as a text."""
    to_giver = kind in TO_GIVER
    person = hand_off.giver if to_giver else hand_off.receiver
    phone = hand_off.giver_phone if to_giver else hand_off.phone
    ways = [(SMS, phone)] if phone else []
    if hand_off.email and not to_giver:
        ways.append((EMAIL, hand_off.email))
    if (hand_off.giver_kind if to_giver else hand_off.receiver_kind) == "staff":
        ways.append((SCREEN, person))
    for channel, address in ways:
        tx.notices.add(
            Notice(
                id=new_id("notice"),
                handoff_id=hand_off.id,
                kind=kind,
                channel=channel,
                address=address,
                person=person,
                made_at=now,
                not_before=now,
                parameters=dict(parameters),
            )
        )
