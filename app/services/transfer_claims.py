"""Who sends a package at the moment: a claim with an end, and signs of life in between.

Two programs never send one package at once: a claim is made in a transaction and holds until
`claimed_until`. A program on this machine that died is taken over as soon as its signs of life
stop; one on another machine when its claim runs out.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.domain.archiving import ArchivalPackage, Submission
from app.domain.archiving_records import Transfer
from app.kernel.clock import timestamp
from app.kernel.errors import Fault
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken
from app.services.context import Context
from app.services.ports import Transaction
from app.services.transfer_progress import ProgressFile, read_progress

LEASE_SECONDS = 900.0
# A program that sends gives a sign of life this often; without one for so long it is dead.
BEAT_SECONDS = 2.0
DEAD_SECONDS = 60.0


@frozen(kw_only=True)
class Claim:
    """What one program is about to send. `by_hours` says that it keeps to the hours of its archive:
    the queue sends it, and nobody who wants it to go now."""

    by: str
    transfer: Transfer
    attempt: Submission
    package: ArchivalPackage
    case_no: str
    told: ProgressFile
    by_hours: bool = True


def claimant(context: Context) -> str:
    """A name for one claim of this program: the station goes first."""
    return f"{context.station}:{os.getpid()}:{new_id('claim')}"


def claim_end(context: Context) -> str:
    """When a claim that is made now runs out."""
    return timestamp(context.clock.now() + timedelta(seconds=LEASE_SECONDS))


def is_dead(context: Context, transfer: Transfer) -> bool:
    """Whether nobody sends a transfer any more that is still claimed."""
    now = context.clock.now()
    if transfer.claimed_until <= timestamp(now):
        return True
    if not transfer.claimed_by.startswith(f"{context.station}:"):
        return False
    told = read_progress(context.folders.root, transfer.id)
    if told is None or told.claim != transfer.claimed_by:
        return True
    return not told.is_fresh(now, DEAD_SECONDS)


def holds(tx: Transaction, claim: Claim) -> bool:
    """Whether the claim still stands: nobody paused the transfer or took it over."""
    current = tx.transfers.get(claim.transfer.id)
    return current.state == "sending" and current.claimed_by == claim.by


@contextmanager
def kept_alive(context: Context, actor: Actor, claim: Claim, leash: CancelToken) -> Iterator[None]:
    """Give signs of life while the block sends, and pull the leash when the claim is gone."""
    done = threading.Event()
    beats = _Beats(context, actor, claim, leash)
    thread = threading.Thread(target=beats.run, args=(done.wait,), name="transfer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        claim.told.remove()


class _Beats:
    def __init__(self, context: Context, actor: Actor, claim: Claim, leash: CancelToken) -> None:
        self._context, self._actor, self._claim, self._leash = context, actor, claim, leash
        self._until = claim.transfer.claimed_until

    def run(self, wait: Callable[[float], bool]) -> None:
        """One beat after the other until `wait` says that it is over."""
        while not wait(BEAT_SECONDS):
            try:
                self._beat()
            except Fault:
                # The database is busy or away for a moment; the claim outlives that.
                continue

    def _beat(self) -> None:
        with self._context.storage.read() as tx:
            stands = holds(tx, self._claim)
        if not stands:
            self._leash.cancel()
            return
        now = self._context.clock.now()
        self._claim.told.write(now)
        if timestamp(now + timedelta(seconds=LEASE_SECONDS / 2)) >= self._until:
            self._renew()

    def _renew(self) -> None:
        with self._context.storage.write() as tx:
            if not holds(tx, self._claim):
                return
            self._until = claim_end(self._context)
            current = tx.transfers.get(self._claim.transfer.id)
            tx.transfers.replace(attrs.evolve(current, claimed_until=self._until))
            tx.audit.record(
                self._actor.name,
                "transfer_under_way",
                self._claim.case_no,
                transfer=current.id,
                sent_bytes=self._claim.told.sent_bytes,
            )
            tx.commit()
