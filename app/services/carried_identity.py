"""How the ID card of a reader is known: by the secret of this data folder, or by what a bundle
carries for its one reader.

The station keeps digests of ID numbers alone, so a bundle can only carry the key of these digests.
What it is compared with goes through scrypt once more: whoever opens a bundle by force and has the
key tries out numbers at some 60 ms each, not at millions a second.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from app.kernel.errors import Broken
from app.services.context import Context
from app.services.hand_keys import IDENTITY, digest_with, key_for, keyed_digest
from app.services.secrets import hash_secret, hashed_again

# In the data folder of a bundle: {"key": "<hexadecimal>", "salt": "<hexadecimal>"}.
CARD_FILE = "reading_card.json"


@frozen(kw_only=True)
class CarriedCard:
    """What a bundle holds of the card of its reader: the digest of her grant there, and what
    stands in the file of this name beside it; both empty for a reader without a card."""

    digest: str = ""
    file: Mapping[str, str] = {}


def digest_of_number(context: Context, plain: str) -> str:
    """What is kept of an ID number (in its plain form). Raises Broken IDN-113, RDR-170."""
    carried = _carried(context.folders.root / CARD_FILE)
    if carried is None:
        return keyed_digest(context.hand_key(), IDENTITY, plain)
    key, salt = carried
    return hashed_again(digest_with(key, plain), salt)


def carried_card(context: Context, digest: str) -> CarriedCard:
    """What a bundle gets of the card whose digest the station keeps, "" for none. Raises Broken
    IDN-113."""
    if not digest:
        return CarriedCard()
    hashed, salt = hash_secret(digest)
    key = key_for(context.hand_key(), IDENTITY)
    return CarriedCard(digest=hashed, file={"key": key.hex(), "salt": salt})


def _carried(path: Path) -> tuple[bytes, str] | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return bytes.fromhex(read["key"]), bytes.fromhex(read["salt"]).hex()
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Broken("RDR-170", path=str(path)) from error
