"""The desk of a cabinet with the server behind it, and without when it is out of reach.

As long as the server answers, it decides. When it does not, the signed list does; the events that
came meanwhile are taken over, in order, before the server is asked anything again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from app.kernel.clock import Clock
from app.kernel.errors import Broken, Fault, Refused, Transient
from app.services.locker_views import CabinetDesk, CellRow, HandOffRow, Visitor
from app.services.offline_desk import OfflineDesk
from cloud_locker.pickup_list import KeptList

# How old the list of a cabinet may become while the server answers, and how long a server that
# did not answer is left in peace.
LIST_AGE = timedelta(minutes=5)
REST = timedelta(seconds=10)
# Faults that speak of the server and not of the cabinet or the person.
_SERVER_CODES = ("DB-", "SYS-")

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


class FallbackDesk:
    """`CabinetDesk` over two others. `fetch` gives a fresh signed list; `absorb` takes over the
    bytes of an event queue; both raise when the server is out of reach. `folder` and `key` are
    those of `offline`."""

    def __init__(
        self,
        online: Callable[[], CabinetDesk],
        offline: OfflineDesk,
        *,
        folder: Path,
        key: bytes,
        clock: Clock,
        fetch: Callable[[], bytes],
        absorb: Callable[[bytes], object],
    ) -> None:
        self._make_online = online
        self._online: CabinetDesk | None = None
        self._offline = offline
        self._list = KeptList(folder, key, cabinet=offline.cabinet)
        self._clock = clock
        self._fetch = fetch
        self._absorb = absorb
        self._listed_at: datetime | None = None
        self._rest_until: datetime | None = None
        self._carried = -1
        self._offline_tokens: set[str] = set()
        # Whoever stands at the cabinet and whoever tends it come from different threads.
        self._lock = threading.RLock()

    @property
    def cabinet(self) -> str:
        """See `CabinetDesk.cabinet`."""
        return self._offline.cabinet

    def identify(self, proof: str, value: str, *, name: str = "") -> Visitor:
        """See `CabinetDesk.identify`."""
        visitor = self._ask(lambda desk: desk.identify(proof, value, name=name))
        if visitor.offline:
            self._offline_tokens.add(visitor.token)
        return visitor

    def refresh(self, token: str) -> Visitor:
        """See `CabinetDesk.refresh`."""
        return self._of(token).refresh(token)

    def people(self) -> list[str]:
        """See `CabinetDesk.people`."""
        return self._ask(lambda desk: desk.people())

    def cells(self) -> list[CellRow]:
        """See `CabinetDesk.cells`."""
        return self._ask(lambda desk: desk.cells())

    def deposit(self, token: str, handoff: str) -> HandOffRow:
        """See `CabinetDesk.deposit`."""
        row = self._of(token).deposit(token, handoff)
        return self._done_online(token, row)

    def collect(self, token: str, handoff: str) -> HandOffRow:
        """See `CabinetDesk.collect`."""
        row = self._of(token).collect(token, handoff)
        return self._done_online(token, row)

    def confirm(self, token: str, handoff: str, *, volumes: int, pages: int | None) -> HandOffRow:
        """See `CabinetDesk.confirm`."""
        row = self._of(token).confirm(token, handoff, volumes=volumes, pages=pages)
        return self._done_online(token, row)

    def offer(
        self,
        token: str,
        *,
        code: str,
        receiver: str,
        volumes: int,
        pages: int | None,
        size: str = "",
    ) -> HandOffRow:
        """See `CabinetDesk.offer`."""
        return self._of(token).offer(
            token, code=code, receiver=receiver, volumes=volumes, pages=pages, size=size
        )

    def leave(self, token: str) -> None:
        """See `CabinetDesk.leave`."""
        self._of(token).leave(token)
        self._offline_tokens.discard(token)

    def tend(self) -> bool:
        """Carry waiting events to the server and fetch a fresh list; tells whether the server
        answered. To be called now and then while nobody stands at the cabinet."""
        if self._offline.has_guests:
            return False
        try:
            self._reach()
        except (Transient, Broken, OSError) as error:
            self._lost(error)
            return False
        return True

    def _ask(self, question: Callable[[CabinetDesk], Answer]) -> Answer:
        """The server's answer, or that of the list when the server is out of reach."""
        if self._rest_until is None or self._clock.now() >= self._rest_until:
            try:
                return question(self._reach())
            except (Transient, Broken, OSError) as error:
                if not _of_server(error):
                    raise
                self._lost(error)
        return question(self._offline)

    def _reach(self) -> CabinetDesk:
        """The server's desk, once it has the events that came without it and gave a list."""
        with self._lock:
            return self._reached()

    def _reached(self) -> CabinetDesk:
        self._carry()
        now = self._clock.now()
        if self._listed_at is None or now - self._listed_at >= LIST_AGE:
            self._fetch_list(now)
        self._rest_until = None
        if self._online is None:
            self._online = self._make_online()
        return self._online

    def _carry(self) -> None:
        count = len(self._offline.queue.events())
        if count != self._carried:
            if count:
                self._absorb(self._offline.queue.data())
            self._carried = count

    def _fetch_list(self, now: datetime) -> None:
        try:
            self._list.keep(self._fetch(), now)
            self._offline.done_online.forget()
        except Refused as refusal:
            # A clock is wrong or the key is: the server goes on without a list to fall back on.
            _log.error("cabinet %s took no pick-up list: %s", self.cabinet, refusal)
        self._listed_at = now

    def _done_online(self, token: str, row: HandOffRow) -> HandOffRow:
        """What the server did must not be done again by a list that does not know of it yet."""
        if token in self._offline_tokens:
            return row
        with self._lock:
            # The mark stands until there is a list that was made after it.
            self._offline.done_online.note(row.id, row.state)
            try:
                self._carry()
                self._fetch_list(self._clock.now())
            except (Transient, Broken, OSError) as error:
                self._lost(error)
        return row

    def _lost(self, error: Exception) -> None:
        _log.warning("cabinet %s goes on without the server: %s", self.cabinet, error)
        self._rest_until = self._clock.now() + REST
        self._online = None

    def _of(self, token: str) -> CabinetDesk:
        """The desk that knows this visitor. Who was identified without the server stays there,
        and who was known to the server is not handed to the list in the middle of a step."""
        if token in self._offline_tokens or self._online is None:
            return self._offline
        return self._online


def _of_server(error: Exception) -> bool:
    if isinstance(error, Fault):
        return error.code.startswith(_SERVER_CODES)
    return True
