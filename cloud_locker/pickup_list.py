"""The signed list that lets a cabinet go on while the server is out of reach.

A list names the hand-offs that lie in one cabinet or are expected there, for some hours. It is
JSON with an HMAC-SHA256 over its canonical text, made with the key that server and cabinet share.
Codes are in it as scrypt hashes only. A cabinet takes a list only when it is newer than the one
before: an older one would give a cell to somebody who was there already.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.kernel.errors import Broken, Refused
from cloud_locker.whole_files import write_bytes_whole

FORMAT = "juanzong-pickup-list/1"
COLLECT, DEPOSIT = "collect", "deposit"
# Clocks of server and cabinet may differ by this much (INTEGRATION section 2: 30 s).
MOST_DRIFT = timedelta(seconds=30)
LIST_FILE = "pickup-list.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class PickUpEntry:
    """One hand-off that may be collected from, or laid into, one cell. `person` is whose it is;
    `card_hashes` are keyed digests of her cards. `facts` is what she is shown."""

    handoff: str
    purpose: str
    cell: int
    person: str
    volumes: int
    pages: int | None
    code_locator: str = ""
    code_hash: str = ""
    code_salt: str = ""
    tries_left: int = 5
    expires_at: str = ""
    card_hashes: tuple[str, ...] = ()
    facts: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PickUpList:
    """What a cabinet may do by itself between two moments (ISO texts in UTC). `absorbed` is how
    many events of the cabinet's queue the server knew when it made the list; what came later
    still stands against it."""

    list_id: str
    cabinet: str
    issued_at: str
    expires_at: str
    entries: tuple[PickUpEntry, ...]
    absorbed: int = 0

    def entry(self, handoff: str) -> PickUpEntry | None:
        """The entry of one hand-off."""
        return next((entry for entry in self.entries if entry.handoff == handoff), None)


def signed(pick_ups: PickUpList, key: bytes) -> bytes:
    """The list as a signed document."""
    body = _canonical(asdict(pick_ups) | {"format": FORMAT})
    document = {"list": json.loads(body), "signature": _signature(body, key)}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def read_signed(data: bytes, key: bytes, *, cabinet: str, now: datetime) -> PickUpList:
    """The list of a signed document.

    Raises Refused LCK-301 (not ours, or changed), LCK-303 (of another cabinet), LCK-304 (issued in
    the future: a clock is wrong), LCK-302 (its time is over).
    """
    try:
        document = json.loads(data)
        body = _canonical(document["list"])
        if not hmac.compare_digest(str(document["signature"]), _signature(body, key)):
            raise Refused("LCK-301", cabinet=cabinet)
        pick_ups = _parsed(document["list"])
        issued, expires = _moment(pick_ups.issued_at), _moment(pick_ups.expires_at)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("LCK-301", cabinet=cabinet) from error
    if pick_ups.cabinet != cabinet:
        raise Refused("LCK-303", cabinet=cabinet, other=pick_ups.cabinet)
    if issued > now + MOST_DRIFT:
        raise Refused("LCK-304", cabinet=cabinet, issued_at=pick_ups.issued_at)
    if expires <= now:
        raise Refused("LCK-302", cabinet=cabinet, expires_at=pick_ups.expires_at)
    return pick_ups


class KeptList:
    """The newest list of a cabinet in a folder of its own disk."""

    def __init__(self, folder: Path, key: bytes, *, cabinet: str) -> None:
        self._path = folder / LIST_FILE
        self._key = key
        self._cabinet = cabinet

    def keep(self, data: bytes, now: datetime) -> PickUpList:
        """Put a list in the place of the one before.

        Raises as `read_signed`, Refused LCK-312 when it is older than the one that is kept, Broken
        LCK-310 when it cannot be written.
        """
        offered = read_signed(data, self._key, cabinet=self._cabinet, now=now)
        before = self._kept()
        if before is not None and before.issued_at > offered.issued_at:
            raise Refused("LCK-312", cabinet=self._cabinet, issued_at=offered.issued_at)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Hashes of codes are in it.
            write_bytes_whole(self._path, data, durable=True, private=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Broken("LCK-310", path=str(self._path), reason=reason) from error
        return offered

    def read(self, now: datetime) -> PickUpList:
        """The list that is kept. Raises Refused LCK-305 when there is none, and as
        `read_signed`."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            raise Refused("LCK-305", cabinet=self._cabinet) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise Broken("LCK-310", path=str(self._path), reason=reason) from error
        return read_signed(data, self._key, cabinet=self._cabinet, now=now)

    def _kept(self) -> PickUpList | None:
        """The list that is kept, also when its time is over; None for none and for a damaged
        one, which a good one replaces."""
        try:
            document = json.loads(self._path.read_bytes())
            body = _canonical(document["list"])
            if hmac.compare_digest(str(document["signature"]), _signature(body, self._key)):
                return _parsed(document["list"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return None


def _parsed(record: dict[str, Any]) -> PickUpList:
    if record.pop("format") != FORMAT:
        raise ValueError("format")
    entries = tuple(
        PickUpEntry(**(entry | {"card_hashes": tuple(entry["card_hashes"])}))
        for entry in record.pop("entries")
    )
    return PickUpList(**record, entries=entries)


def _canonical(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _signature(body: bytes, key: bytes) -> str:
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
