"""Sending packages beside other work of the same program."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.access import Actor
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken, LinkedToken
from app.services.workstation import Workstation

log = logging.getLogger(__name__)

# After a fault of the database, not of an archive: those are kept in the queue.
PAUSE_SECONDS = 30.0


@contextmanager
def sending(workstation: Workstation, actor: Actor, cancel: CancelToken) -> Iterator[None]:
    """While the block runs, a thread of its own sends what is due in the queue of transfers. When
    the block ends, or `cancel` asks for it, it stops at the next safe point."""
    over = threading.Event()
    own = LinkedToken(cancel)

    def run() -> None:
        while not own.cancelled:
            try:
                workstation.run_transfers(actor, cancel=own, once=False)
            except Cancelled:
                return
            except Fault:
                log.exception("The queue of transfers stopped")
                over.wait(PAUSE_SECONDS)

    thread = threading.Thread(target=run, name="transfers", daemon=True)
    thread.start()
    try:
        yield
    finally:
        own.cancel()
        over.set()
        thread.join()
