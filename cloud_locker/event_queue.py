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
from dataclasses import dataclass
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


class EventQueue:
    """Appends events to a file of one cabinet and reads them back."""

    def __init__(
        self, folder: Path, key: bytes, *, cabinet: str, clock: Clock | None = None
    ) -> None:
        self.path = folder / QUEUE_FILE
        self._key = key
        self._cabinet = cabinet
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()

    def append(self, kind: str, handoff: str, *, list_id: str, **details: Any) -> CabinetEvent:
        """Write one event and sync it. Raises Broken LCK-310 when the disk does not take it,
        Refused LCK-309 when the queue was changed by somebody else."""
        with self._lock:
            return self._append(kind, handoff, list_id, details)

    def _append(
        self, kind: str, handoff: str, list_id: str, details: dict[str, Any]
    ) -> CabinetEvent:
        lines = self._lines()
        events = read_events(lines, self._key, cabinet=self._cabinet)
        event = CabinetEvent(
            sequence=len(events) + 1,
            at=timestamp(self._clock.now()),
            cabinet=self._cabinet,
            list_id=list_id,
            kind=kind,
            handoff=handoff,
            details=details,
            previous=_mac_of(lines),
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
        return read_events(self._lines(), self._key, cabinet=self._cabinet)

    def data(self) -> bytes:
        """The queue as the server takes it."""
        return b"".join(line + b"\n" for line in self._lines())

    def _lines(self) -> list[bytes]:
        try:
            return read_whole(self.path).splitlines()
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> Broken:
        return Broken("LCK-310", path=str(self.path), reason=error.strerror or str(error))


def read_events(lines: list[bytes], key: bytes, *, cabinet: str) -> list[CabinetEvent]:
    """The events of the lines of a queue; lines that a power cut tore are passed over.

    Raises Refused LCK-309 when a whole line was changed, is missing, or is out of its place.
    """
    events, whole = genuine_events(lines, key, cabinet=cabinet)
    if not whole:
        raise Refused("LCK-309", cabinet=cabinet, sequence=len(events) + 1)
    return events


def genuine_events(
    lines: list[bytes], key: bytes, *, cabinet: str
) -> tuple[list[CabinetEvent], bool]:
    """The events before the first line that was changed or is out of its place, and whether they
    are all there is."""
    events: list[CabinetEvent] = []
    previous = START
    for line in lines:
        parsed = _parsed(line)
        if parsed is None:
            continue
        event, mac = parsed
        genuine = hmac.compare_digest(mac, _mac(_canonical(event), key))
        in_place = event.previous == previous and event.sequence == len(events) + 1
        if not (genuine and in_place and event.cabinet == cabinet):
            return events, False
        events.append(event)
        previous = mac
    return events, True


def _parsed(line: bytes) -> tuple[CabinetEvent, str] | None:
    try:
        record = json.loads(line)
        return CabinetEvent(**record["event"]), str(record["mac"])
    except (ValueError, KeyError, TypeError):
        return None


def _mac_of(lines: list[bytes]) -> str:
    for line in reversed(lines):
        parsed = _parsed(line)
        if parsed is not None:
            return parsed[1]
    return START


def _canonical(event: CabinetEvent) -> bytes:
    record = {name: getattr(event, name) for name in CabinetEvent.__slots__}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _mac(body: bytes, key: bytes) -> str:
    return hmac.new(key, body, hashlib.sha256).hexdigest()
