"""The program at a cabinet: its desk, with the server while that answers, by its list while not.

The cabinet's own disk holds the unlock journal, the list and the queue of events. Hand-offs are
changed in single transactions that check the state they start from, so this program runs beside
the desktop of the same data folder.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.adapters.hand_keys import hand_key
from app.adapters.plugins import Cabinets
from app.adapters.settings import load_settings
from app.domain.access import Actor
from app.kernel.clock import SystemClock
from app.kernel.errors import BadInput, Fault
from app.services.credentials import card_digest_by
from app.services.fallback_desk import FallbackDesk
from app.services.locker_views import CabinetDesk, RoundsReport
from app.services.offline_desk import OfflineDesk
from app.services.pickup_lists import pickup_key
from app.services.reading_room import system_actor
from app.services.trusted_clock import CLOCK_FILE
from cloud_locker.clock_watch import ClockWatch
from cloud_locker.registry import file_stem

# How often waiting events are carried, lists renewed and the rounds made.
TEND_SECONDS = 30.0

_log = logging.getLogger(__name__)


class CabinetServices(Protocol):
    """What the station needs of the workstation."""

    def cabinet_desk(self, cabinet: str) -> CabinetDesk: ...

    def issue_pickup_list(self, actor: Actor, cabinet: str) -> bytes: ...

    def absorb_cabinet_events(self, actor: Actor, cabinet: str, data: bytes) -> object: ...

    def locker_rounds(self, actor: Actor) -> RoundsReport: ...

    def close(self) -> None: ...


class CabinetStation:
    """The desk of one cabinet (`desk`), tended in the background until `close`.

    `open_services` opens the workstation; what it raises is taken for a server out of reach. Raises
    BadInput HND-108 when the settings name no such cabinet, SET codes, Broken IDN-113.
    """

    def __init__(
        self, data: Path, cabinet: str, *, open_services: Callable[[], CabinetServices]
    ) -> None:
        settings = load_settings(data)
        known = ", ".join(settings.cabinets)
        if not settings.cabinets or (cabinet and cabinet not in settings.cabinets):
            raise BadInput("HND-108", cabinet=cabinet, known=known)
        name = cabinet or settings.cabinets[0]
        self._actor = system_actor(name)
        self._open_services = open_services
        self._services: CabinetServices | None = None
        self._lock = threading.Lock()
        master, folders = hand_key(data), data / "cabinets"
        key, folder = pickup_key(master, name), folders / file_stem(name)
        clock = SystemClock()
        self._cabinets = Cabinets(folders, settings.lockers)
        offline = OfflineDesk(
            name,
            folder,
            key,
            open_doors=lambda: self._cabinets.open(name),
            clock=clock,
            card_digest=lambda number: card_digest_by(master, number),
            check_clock=ClockWatch(folders / CLOCK_FILE, clock).check,
        )
        self.desk = FallbackDesk(
            lambda: self._reach().cabinet_desk(name),
            offline,
            folder=folder,
            key=key,
            clock=clock,
            fetch=lambda: self._reach().issue_pickup_list(self._actor, name),
            absorb=lambda data: self._reach().absorb_cabinet_events(self._actor, name, data),
        )
        self._ended = threading.Event()
        self._tending = threading.Thread(target=self._tend, name="cabinet-tending", daemon=True)

    def start(self) -> None:
        """Begin to tend the cabinet in the background."""
        self._tending.start()

    def tend(self) -> None:
        """One round: carry events, renew the list, look at the doors, remind, deliver messages."""
        if not self.desk.tend():
            return
        try:
            self._reach().locker_rounds(self._actor)
        except (Fault, OSError) as error:
            _log.warning("the rounds stopped: %s", error)

    def close(self) -> None:
        """Stop tending and let go of everything."""
        self._ended.set()
        if self._tending.is_alive():
            self._tending.join()
        if self._services is not None:
            self._services.close()
        self._cabinets.close()

    def _tend(self) -> None:
        while not self._ended.is_set():
            self.tend()
            self._ended.wait(TEND_SECONDS)

    def _reach(self) -> CabinetServices:
        with self._lock:
            if self._services is None:
                self._services = self._open_services()
            return self._services
