"""What a reader that types like a keyboard has read: a code of a hand-off, a slip, a card."""

from __future__ import annotations

import re

from app.gui.slips.listening import LEAST_LENGTH, is_slip
from app.services.locker_views import CARD, IDENTITY_CARD, QR

SLIP = "slip"
QR_PREFIX = "JZ2:"
_IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")
_CARD_NUMBER = re.compile(r"[0-9A-Za-z]{6,32}")


def kind_of(text: str) -> str:
    """QR, IDENTITY_CARD or CARD of `locker_views`, SLIP, or "" for what is none of them."""
    if text.upper().startswith(QR_PREFIX):
        return QR
    if is_slip(text):
        return SLIP
    if _IDENTITY_NUMBER.fullmatch(text):
        return IDENTITY_CARD
    return CARD if _CARD_NUMBER.fullmatch(text) else ""


def is_read(text: str) -> bool:
    """Whether keys that came so fast are a reading and not a person's."""
    return len(text) >= LEAST_LENGTH and bool(kind_of(text))
