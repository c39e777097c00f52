"""Messages to people about a hand-off (通知), kept until they are delivered."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

SMS, WEBHOOK, EMAIL, SCREEN = "sms", "webhook", "email", "screen"
CHANNELS = (SMS, WEBHOOK, EMAIL, SCREEN)

# To whom: the receiver gets the code; the giver hears of deposit, collection and return.
NOTICE_KINDS = (
    "code",
    "deposit_code",
    "deposited",
    "collected",
    "confirmed",
    "reminder",
    "escalation",
    "retrieved",
    "cancelled",
    "incident",
    "paper_due",
)


@frozen(kw_only=True)
class Notice:
    """One message by one channel. `state` is queued, sent, failed (tried in vain too often) or
    dropped (overtaken by what happened since).

    A code is never stored: a message of kind "code" gets a new one each time it is tried, and the
    one before loses its force. `parameters` fill the text in the receiver's language.
    """

    id: str
    handoff_id: str
    kind: str
    channel: str
    address: str
    person: str
    state: str = "queued"
    attempts: int = 0
    made_at: str = ""
    not_before: str = ""
    sent_at: str = ""
    parameters: dict[str, Any] = field(factory=dict)
    error: dict[str, Any] = field(factory=dict)
