"""Whether the clock of this machine may say if a code has expired."""

from __future__ import annotations

from app.domain.access import Actor
from app.kernel.errors import Refused
from app.services.context import Context, Service
from cloud_locker.clock_watch import ClockWatch

CLOCK_FILE = "clock.json"


class TrustedClock(Service):
    """The use case of whoever set the clock."""

    def accept_clock(self, actor: Actor, reason: str) -> None:
        """An administrator looked at the clock of this machine and found it right, after it was
        set back: codes are judged by it again.

        Raises Refused ACC-101, HND-118 (no reason), Broken LCK-124.
        """
        actor.require("open_cabinets")
        if not reason.strip():
            raise Refused("HND-118")
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "clock_accepted", actor.name, reason=reason.strip())
            _watch(self._context).accept()
            tx.commit()


def require_true_clock(context: Context) -> None:
    """Raises Refused LCK-118 when the clock of this machine went back, Broken LCK-124 when the
    latest moment cannot be kept."""
    _watch(context).check()


def _watch(context: Context) -> ClockWatch:
    return ClockWatch(context.folders.cabinets / CLOCK_FILE, context.clock)
