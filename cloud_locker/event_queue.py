"""What happened at a cabinet while it was cut off, in order, until the server has taken it over.

One line of JSON per event with its number, the HMAC of the line before and its own: a line that
was changed, left out or put elsewhere shows. Each event is on disk when `append` returns. Nothing
is ever removed; the server knows by the numbers what it has.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.kernel.clock import Clock, SystemClock, timestamp
from app.kernel.errors import Broken, Refused
from cloud_locker.synced_lines import append_line, read_whole

START = "0" * 64
QUEUE_FILE = "events.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class CabinetEvent:
    """One event. `list_id` is the pick-up list by whose leave it happened."""

    sequence: int
    at: str
    cabinet: str
    list_id: str
    kind: str
    handoff: str
    details: dict[str, Any]
    previous: str


@dataclass(kw_only=True, slots=True)
class _Chain:
    """The events of a queue as far as it was read, and the HMAC that the next one must name."""

    key: bytes
    cabinet: str
    events: list[CabinetEvent] = field(default_factory=list)
    mac: str = START

    def take(self, lines: Iterable[bytes]) -> bool:
        """Go on with some lines; False at the first that was changed or is out of its place. One
        that a power cut tore is passed over."""
        for line in lines:
            parsed = _parsed(line)
            if parsed is None:
                continue
            event, mac = parsed
            genuine = hmac.compare_digest(mac, _mac(_canonical(event), self.key))
            in_place = event.previous == self.mac and event.sequence == len(self.events) + 1
            if not (genuine and in_place and event.cabinet == self.cabinet):
                return False
            self.events.append(event)
            self.mac = mac
        return True

    def copy(self) -> _Chain:
        return replace(self, events=list(self.events))


class EventQueue:
    """Appends events to a file of one cabinet and reads them back.

    The queue grows for years and is asked at every touch of a visitor, so what was proved genuine
    is kept beside the bytes that were proved: only lines after these are proved. Bytes are
    compared, not the time of the last change, for a change may have the same time and size.
    """

    def __init__(
        self, folder: Path, key: bytes, *, cabinet: str, clock: Clock | None = None
    ) -> None:
        self.path = folder / QUEUE_FILE
        self._key = key
        self._cabinet = cabinet
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._proved = b""
        self._chain = _Chain(key=key, cabinet=cabinet)

    def append(self, kind: str, handoff: str, *, list_id: str, **details: Any) -> CabinetEvent:
        """Write one event and sync it. Raises Broken LCK-310 when the disk does not take it,
        Refused LCK-309 when the queue was changed by somebody else."""
        with self._lock:
            return self._append(kind, handoff, list_id, details)

    def _append(
        self, kind: str, handoff: str, list_id: str, details: dict[str, Any]
    ) -> CabinetEvent:
        chain = self._read()
        event = CabinetEvent(
            sequence=len(chain.events) + 1,
            at=timestamp(self._clock.now()),
            cabinet=self._cabinet,
            list_id=list_id,
            kind=kind,
            handoff=handoff,
            details=details,
            previous=chain.mac,
        )
        body = _canonical(event)
        line = json.dumps({"event": json.loads(body), "mac": _mac(body, self._key)}).encode()
        try:
            append_line(self.path, line)
        except OSError as error:
            raise self._unusable(error) from error
        return event

    def events(self) -> list[CabinetEvent]:
        """All events in order. Raises Refused LCK-309 when the queue was changed."""
        with self._lock:
            return self._read().events

    def data(self) -> bytes:
        """The queue as the server takes it."""
        return b"".join(line + b"\n" for line in self._data().splitlines())

    def _data(self) -> bytes:
        try:
            return read_whole(self.path)
        except OSError as error:
            raise self._unusable(error) from error

    def _read(self) -> _Chain:
        """A chain of all events, the caller's own. Raises Refused LCK-309."""
        data = self._data()
        if not data.startswith(self._proved):
            self._proved, self._chain = b"", _Chain(key=self._key, cabinet=self._cabinet)
        # A last line without its end may be torn, and its rest may still come: it is not kept.
        whole = data.rfind(b"\n") + 1
        chain = self._chain.copy()
        self._go_on(chain, data[len(self._proved) : whole])
        self._proved, self._chain = data[:whole], chain.copy()
        self._go_on(chain, data[whole:])
        return chain

    def _go_on(self, chain: _Chain, data: bytes) -> None:
        if not chain.take(data.splitlines()):
            raise _changed(chain)

    def _unusable(self, error: OSError) -> Broken:
        return Broken("LCK-310", path=str(self.path), reason=error.strerror or str(error))


def read_events(lines: list[bytes], key: bytes, *, cabinet: str) -> list[CabinetEvent]:
    """The events of the lines of a queue; lines that a power cut tore are passed over.

    Raises Refused LCK-309 when a whole line was changed, is missing, or is out of its place.
    """
    chain = _Chain(key=key, cabinet=cabinet)
    if not chain.take(lines):
        raise _changed(chain)
    return chain.events


def genuine_events(
    lines: list[bytes], key: bytes, *, cabinet: str
) -> tuple[list[CabinetEvent], bool]:
    """The events before the first line that was changed or is out of its place, and whether they
    are all there is."""
    chain = _Chain(key=key, cabinet=cabinet)
    whole = chain.take(lines)
    return chain.events, whole


def _changed(chain: _Chain) -> Refused:
    return Refused("LCK-309", cabinet=chain.cabinet, sequence=len(chain.events) + 1)


def _parsed(line: bytes) -> tuple[CabinetEvent, str] | None:
    try:
        record = json.loads(line)
        return CabinetEvent(**record["event"]), str(record["mac"])
    except (ValueError, KeyError, TypeError):
        return None


def _canonical(event: CabinetEvent) -> bytes:
    record = {name: getattr(event, name) for name in CabinetEvent.__slots__}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _mac(body: bytes, key: bytes) -> str:
    return hmac.new(key, body, hashlib.sha256).hexdigest()
