"""Numbers and keys of issued pages: what the trace code on a page says, and who can have made it.

Each grant has a key of its own, so that a terminal without the database can issue the pages of its
one grant and sign nothing else.
"""

from __future__ import annotations

import hmac
import json
import secrets
from pathlib import Path

from app.kernel.errors import Broken
from app.services.context import Context
from app.services.hand_keys import key_for, keyed_digest, short_mac

# In the data folder of a bundle: {"<id of the grant>": "<key, hexadecimal>"}.
KEYS_FILE = "reading_keys.json"
TRACE_PREFIX = "JZT1:"
ISSUE_SIGNS = 10
# 80 bits: nobody guesses them, and the code stays small enough for a corner of the page.
MAC_SIGNS = 16
KEY_BYTES = 32
# Crockford's base 32: without I, L, O and U, which people misread.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PURPOSE, _CODE, _MARK = "trace:", "trace-code", "trace-mark"


def page_key(context: Context, grant_id: str) -> bytes:
    """The key (32 bytes) that signs the pages of one grant.

    Raises Broken IDN-113 when the secret of this data folder cannot be used, RDR-170 when the keys
    of a bundle cannot.
    """
    carried = _carried(context.folders.root / KEYS_FILE).get(grant_id)
    return carried if carried is not None else key_for(context.hand_key(), _PURPOSE + grant_id)


def new_issue_id() -> str:
    """A random number for an issued page: ten letters and figures that cannot be mistaken."""
    return "".join(secrets.choice(_SIGNS) for _ in range(ISSUE_SIGNS))


def trace_code(key: bytes, issue_id: str) -> str:
    """What the code on an issued page says: its number, signed by the key of its grant."""
    return f"{TRACE_PREFIX}{issue_id}:{short_mac(key, _CODE, issue_id)[:MAC_SIGNS]}"


def mark_key(key: bytes, issue_id: str) -> str:
    """The key (32 bytes, hexadecimal) of the mark in an issued page."""
    return keyed_digest(key, _MARK, issue_id)


def issue_of_code(text: str) -> str:
    """The number of the issue that a trace code names, "" when the text is none of ours."""
    parts = text.split(":")
    if len(parts) != 3 or not text.startswith(TRACE_PREFIX):
        return ""
    issue = parts[1]
    return issue if len(issue) == ISSUE_SIGNS and set(issue) <= set(_SIGNS) else ""


def is_signed(key: bytes, text: str) -> bool:
    """Whether a trace code is the one that the key of its grant makes."""
    made = trace_code(key, issue_of_code(text))
    return hmac.compare_digest(made.encode(), text.encode())


def _carried(path: Path) -> dict[str, bytes]:
    """The keys that came with a bundle, none where there is no such file."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        keys = {str(grant): bytes.fromhex(key) for grant, key in read.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Broken("RDR-170", path=str(path)) from error
    if any(len(key) != KEY_BYTES for key in keys.values()):
        raise Broken("RDR-170", path=str(path))
    return keys
