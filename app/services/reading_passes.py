"""The signed QR code of a grant: its bearer may sign in at the terminal, as with the code.

The key is the one of the grant, so that a terminal which holds one bundle can check the pass of
that bundle and make none for another grant.
"""

from __future__ import annotations

import hmac
import unicodedata

from app.domain.reading import ReadingGrant
from app.services.context import Context
from app.services.hand_keys import short_mac
from app.services.ports import Transaction
from app.services.reading_keys import page_key

PASS_PREFIX = "JZR1:"
LONGEST_PASS = 200
_PURPOSE = "reading"


def pass_text(context: Context, grant: ReadingGrant) -> str:
    """The text of the QR code that stands for the grant as long as its nonce does. Raises Broken
    IDN-113, RDR-170."""
    return f"{PASS_PREFIX}{grant.id}:{grant.nonce}:{_signature(context, grant.id, grant.nonce)}"


def grant_of_pass(tx: Transaction, context: Context, text: str) -> ReadingGrant | None:
    """The grant that a pass stands for; None when it is none of ours, was changed, or was replaced
    by a newer one. A scanner that types capitals is understood."""
    if len(text) > LONGEST_PASS:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    fields = plain[len(PASS_PREFIX) :].split(":")
    if not plain.upper().startswith(PASS_PREFIX) or len(fields) != 3:
        return None
    grant = tx.grants.first(id=fields[0].lower())
    if grant is None or not grant.nonce:
        return None
    expected = _signature(context, grant.id, grant.nonce)
    given = (fields[1].lower() + "|" + fields[2].upper()).encode()
    if not hmac.compare_digest(f"{grant.nonce}|{expected}".encode(), given):
        return None
    return grant


def _signature(context: Context, grant_id: str, nonce: str) -> str:
    return short_mac(page_key(context, grant_id), _PURPOSE, f"{grant_id}|{nonce}")
