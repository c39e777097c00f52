"""A simulated cabinet with paper in it, a signed list, and a clock that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs

from app.adapters.plugins import Cabinet
from app.kernel.clock import timestamp
from app.services.offline_desk import OfflineDesk
from app.services.secrets import hash_secret
from cloud_locker.clock_watch import ClockWatch
from cloud_locker.event_queue import EventQueue
from cloud_locker.pickup_list import KeptList, PickUpEntry, PickUpList, signed

KEY = bytes(range(32))
CABINET = "simulated:hall"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CODES = {"handoff-1": "07314159", "handoff-2": "12271828", "handoff-3": "33161803"}


@attrs.define
class HandClock:
    """A clock that a test moves."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def move(self, **span: float) -> None:
        self.moment += timedelta(**span)


def entry(handoff: str, purpose: str, cell: int, *, tries: int = 5) -> PickUpEntry:
    code_hash, salt = hash_secret(CODES[handoff])
    return PickUpEntry(
        handoff=handoff,
        purpose=purpose,
        cell=cell,
        person="沈若溪",
        volumes=2,
        pages=180,
        code_locator=CODES[handoff][:2],
        code_hash=code_hash,
        code_salt=salt,
        tries_left=tries,
        expires_at=timestamp(START + timedelta(hours=6)),
        card_hashes=("digest of 8899",),
        facts={"case_no": "（2019）辽0882民初4866号", "role": "clerk"},
    )


def listed(clock: HandClock, *entries: PickUpEntry, absorbed: int = 0) -> bytes:
    made = PickUpList(
        list_id=f"list-{timestamp(clock.now())}",
        cabinet=CABINET,
        issued_at=timestamp(clock.now()),
        expires_at=timestamp(clock.now() + timedelta(hours=12)),
        entries=entries,
        absorbed=absorbed,
    )
    return signed(made, KEY)


@attrs.define
class Scene:
    """A cabinet with paper for handoff-1 in cell 3; handoff-2 is expected in cell 5."""

    folder: Path
    clock: HandClock
    desk: OfflineDesk

    def keep(self, *entries: PickUpEntry, absorbed: int = 0) -> None:
        data = listed(self.clock, *entries, absorbed=absorbed)
        kept = KeptList(self.folder / "offline", KEY, cabinet=CABINET)
        kept.keep(data, self.clock.now())

    def again(self) -> OfflineDesk:
        """The desk after the power came back."""
        return made_desk(self.folder, self.clock)

    def kinds(self) -> list[str]:
        queue = EventQueue(self.folder / "offline", KEY, cabinet=CABINET)
        return [event.kind for event in queue.events()]


def made_desk(folder: Path, clock: HandClock) -> OfflineDesk:
    return OfflineDesk(
        CABINET,
        folder / "offline",
        KEY,
        open_doors=lambda: Cabinet(CABINET, folder / "cabinets"),
        clock=clock,
        card_digest=lambda number: f"digest of {number}",
        check_clock=ClockWatch(folder / "clock.json", clock).check,
    )
