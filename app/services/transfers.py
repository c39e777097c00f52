"""Sending what waits in the queue, and keeping a ledger of every attempt.

An attempt that failed is tried again after 1, 5, 15 and 60 minutes, each a little earlier or later
so that stations do not come all at once; after a day of trying a person is asked. Nothing counts
as handed over before the receipt of the archive.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.archiving import ELECTRONIC, Submission
from app.domain.archiving_records import Transfer
from app.domain.lifecycle import advance, may
from app.kernel.errors import Broken, Fault, Refused, Transient
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken, LinkedToken, Progress, Report, silent
from app.services.accepted_checks import (
    accepted_packages,
    demands_accepted_check,
    refuse_unaccepted,
)
from app.services.archive_targets import archive_target
from app.services.archive_views import TransferRow
from app.services.ports import Transaction
from app.services.sending_hours import SendingWindow, open_window
from app.services.track_freezes import OPEN as FROZEN_NOW
from app.services.track_freezes import refuse_frozen
from app.services.track_standing import records_of
from app.services.transfer_claims import (
    Claim,
    claim_end,
    claimant,
    is_dead,
    kept_alive,
)
from app.services.transfer_endings import TransferEndings, failed_checks, outcome_of
from app.services.transfer_progress import ProgressFile
from app.services.transfer_queue import package_name

log = logging.getLogger(__name__)

IDLE_SECONDS = 5.0
# States of an attempt in which it may still come to something.
UNDER_WAY = ("sending", "sent", "committed")
_AFTER = {state: UNDER_WAY[place + 1 :] for place, state in enumerate(UNDER_WAY)}


class Transfers(TransferEndings):
    """Use cases of whatever sends: a worker, the window, the command line."""

    def run_transfers(
        self,
        actor: Actor,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
        once: bool = True,
    ) -> list[TransferRow]:
        """Send what is due, the most urgent first; gives the rows of what was tried. What went
        wrong stands in the rows and is tried again later.

        With `once` it ends when nothing is due, else it waits for more until it is cancelled.
        Raises Refused ACC-101, Cancelled.
        """
        actor.require("submit")
        token = cancel or CancelToken()
        tried: dict[str, None] = {}
        while True:
            token.check()
            claim = self._claim_due(actor)
            if claim is not None:
                tried[claim.transfer.id] = None
                self._run(actor, claim, report, token)
                continue
            self.remind_of_paper(actor)
            if once:
                break
            _rest(token)
        with self._context.storage.read() as tx:
            found = [tx.transfers.get(transfer_id) for transfer_id in tried]
            return self._transfer_rows(tx, found)

    def send_now(
        self,
        actor: Actor,
        transfer_id: str,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> TransferRow:
        """Send one transfer at once, whatever the queue and its hours say. Raises as the target
        does; what failed stays in the queue. Raises further Refused ACC-101, FRZ-101, FPC-108 (the
        court demands an accepted check), Transient TRF-102
        (another program sends it), BadInput TRF-101, DOS-101, Cancelled."""
        actor.require("submit")
        claim = self._claim_this(actor, transfer_id)
        if claim is not None:
            fault = self._run(actor, claim, report, cancel or CancelToken())
            if fault is not None:
                raise fault
        with self._context.storage.read() as tx:
            return self._transfer_row(tx, self._transfer(tx, transfer_id))

    def _run(self, actor: Actor, claim: Claim, report: Report, cancel: CancelToken) -> Fault | None:
        """Send what is claimed; gives what went wrong. Raises Cancelled when the person asked."""
        leash = LinkedToken(cancel)
        fault: Fault | None = None
        receipt: dict[str, Any] = {}
        try:
            with kept_alive(self._context, actor, claim, leash):
                receipt = self._receipt_from_target(actor, claim, report, leash)
        except Cancelled:
            self._end(actor, claim, "interrupted", {}, None)
            cancel.check()
            return None
        except Fault as raised:
            fault = raised
        except Exception as error:
            log.exception("Transfer %s", claim.transfer.id)
            fault = Broken("TRF-401", reason=f"{type(error).__name__}: {error}")
        except BaseException:
            self._end(actor, claim, "interrupted", {}, None)
            raise
        if fault is None and not receipt.get("accepted"):
            reason = str(receipt.get("remark") or failed_checks(receipt))
            fault = Refused("DOS-110", reason=reason)
        self._end(actor, claim, outcome_of(fault), receipt, fault)
        return fault

    def _receipt_from_target(
        self, actor: Actor, claim: Claim, report: Report, leash: CancelToken
    ) -> dict[str, Any]:
        """The receipt of the archive as a record."""
        target = archive_target(self._context, claim.transfer.target)
        with self._context.storage.read() as tx:
            windows = self._windows_of(tx, claim.transfer.target)

        def now() -> SendingWindow | None:
            return open_window(windows, self._context.clock.now())

        def progress(step: Progress) -> None:
            # What is read back was sent; leaving it half read would prove nothing.
            if claim.by_hours and step.step == "upload" and now() is None:
                # What is there stays there; the next window goes on from it.
                leash.cancel()
            claim.told.advance(step.step, step.done, step.total)
            report(step)

        def noted(state: str, bytes_there: int) -> None:
            self._noted(actor, claim, state, bytes_there)

        return target.submit(
            Path(claim.package.path),
            package_id=package_name(claim.package),
            manifest_sha256=claim.package.manifest_sha256,
            manifest_sm3=claim.package.manifest_sm3,
            progress=progress,
            cancel=leash,
            noted=noted,
            rate=lambda: window.rate if (window := now()) is not None else 0,
        ).as_record()

    def _noted(self, actor: Actor, claim: Claim, state: str, bytes_there: int) -> None:
        """How far the far side says it is; only new states go into the ledger."""
        if state == "sending":
            claim.told.sent_bytes = max(claim.told.sent_bytes, bytes_there)
            return
        with self._context.storage.write() as tx:
            attempt = tx.submissions.get(claim.attempt.id)
            if attempt.state not in UNDER_WAY or state not in _AFTER[attempt.state]:
                return
            tx.submissions.replace(attrs.evolve(attempt, state=state, sent_bytes=bytes_there))
            self._record(tx, actor, claim, f"submission_{state}", bytes=bytes_there)
            tx.commit()

    def _claim_due(self, actor: Actor) -> Claim | None:
        """Claim what is due next, None when nothing is."""
        while True:
            # Each look is a transaction of its own: what it decides by cannot change meanwhile.
            with self._context.storage.write() as tx:
                due = self._due_transfers(tx)
                if not due:
                    return None
                claim = self._claimed(tx, actor, due[0])
                tx.commit()
            if claim is not None:
                return claim

    def _due_transfers(self, tx: Transaction) -> list[Transfer]:
        """What is to be sent now, the most urgent first. A dossier that stands still, or is back
        at the desk, waits."""
        if not self._may_send(tx):
            return []
        now = self._now()
        found = self._sendable_now(tx, tx.transfers.find(state=("waiting", "sending")))
        frozen = {row.dossier_id for row in tx.track_freezes.find(state=FROZEN_NOW)}
        states = dict(
            tx.dossiers.pick(("id", "state"), id=sorted({row.dossier_id for row in found}))
        )
        due = [
            transfer
            for transfer in found
            if transfer.dossier_id not in frozen
            and may("dossier", states[transfer.dossier_id], "submit")
            and (
                transfer.not_before <= now
                if transfer.state == "waiting"
                else is_dead(self._context, transfer)
            )
        ]
        return sorted(due, key=lambda transfer: (-transfer.priority, transfer.queued_at))

    def _sendable_now(self, tx: Transaction, found: list[Transfer]) -> list[Transfer]:
        """Those whose archive takes packages at this hour, and whose check was accepted where the
        court demands that."""
        open_now = {
            target: self._window_of(tx, target) is not None
            for target in {transfer.target for transfer in found}
        }
        found = [transfer for transfer in found if open_now[transfer.target]]
        if not demands_accepted_check(tx):
            return found
        accepted = accepted_packages(tx)
        packages = sorted({transfer.package_id for transfer in found})
        manifests = dict(tx.packages.pick(("id", "manifest_sha256"), id=packages))
        return [transfer for transfer in found if manifests[transfer.package_id] in accepted]

    def _claim_this(self, actor: Actor, transfer_id: str) -> Claim | None:
        """Claim one transfer; None when it has its receipt."""
        with self._context.storage.write() as tx:
            transfer = self._transfer(tx, transfer_id)
            if transfer.state == "receipted":
                return None
            if transfer.state == "sending" and not is_dead(self._context, transfer):
                raise Transient("TRF-102", by=transfer.claimed_by.partition(":")[0])
            refuse_frozen(tx, tx.dossiers.get(transfer.dossier_id))
            refuse_unaccepted(tx, tx.packages.get(transfer.package_id))
            if transfer.state == "paused":
                transfer = self._move_transfer(tx, actor, transfer, "resume")
            claim = self._claimed(tx, actor, transfer, by_hours=False)
            tx.commit()
            return claim

    def _claimed(
        self, tx: Transaction, actor: Actor, transfer: Transfer, *, by_hours: bool = True
    ) -> Claim | None:
        """Take a transfer on, with its attempt; None when another version took its place."""
        if transfer.state == "sending":
            transfer = self._taken_over(tx, actor, transfer)
        dossier = tx.dossiers.get(transfer.dossier_id)
        newest = records_of(tx, dossier).package
        package = tx.packages.get(transfer.package_id)
        if newest is not None and newest.manifest_sha256 != package.manifest_sha256:
            self._move_transfer(tx, actor, transfer, "supersede", ended_at=self._now())
            return None
        state = advance("dossier", dossier.state, "submit")
        by = claimant(self._context)
        claimed = attrs.evolve(
            transfer,
            state=advance("transfer", transfer.state, "claim"),
            attempts=transfer.attempts + 1,
            claimed_by=by,
            claimed_until=claim_end(self._context),
        )
        tx.transfers.replace(claimed)
        if state != dossier.state:
            tx.dossiers.replace(attrs.evolve(dossier, state=state))
        told = ProgressFile(self._context.folders.root, transfer.id, by)
        told.sent_bytes, told.total_bytes = transfer.sent_bytes, transfer.total_bytes
        # Ahead of the commit: a claim without a sign of life would be taken over at once.
        told.write(self._context.clock.now())
        claim = Claim(
            by=by,
            transfer=claimed,
            attempt=self._attempt(tx, claimed, package.manifest_sha256),
            package=package,
            case_no=dossier.case_no,
            told=told,
            by_hours=by_hours,
        )
        self._record(tx, actor, claim, "submission_begun", sha256=package.manifest_sha256)
        return claim

    def _taken_over(self, tx: Transaction, actor: Actor, transfer: Transfer) -> Transfer:
        """The transfer of a program that died: its attempt ends where it stood."""
        for attempt in tx.submissions.find(transfer_id=transfer.id, state=("sending", "sent")):
            tx.submissions.replace(
                attrs.evolve(attempt, state="interrupted", ended_at=self._now(), remark="SYS-302")
            )
        return self._move_transfer(tx, actor, transfer, "interrupt", reason="taken_over")

    def _attempt(self, tx: Transaction, transfer: Transfer, sha256: str) -> Submission:
        """A new attempt, or the one that the far side has everything of and not answered."""
        waiting = tx.submissions.find(transfer_id=transfer.id, state="committed")
        if waiting:
            return waiting[-1]
        attempt = Submission(
            id=new_id("submission"),
            dossier_id=transfer.dossier_id,
            track=ELECTRONIC,
            target=transfer.target,
            state="sending",
            idempotency_key=sha256,
            package_id=transfer.package_id,
            transfer_id=transfer.id,
            started_at=self._now(),
        )
        tx.submissions.add(attempt)
        return attempt


def _rest(token: CancelToken) -> None:
    """Wait a little for new work, unless somebody asks to stop."""
    over = threading.Event()
    for _ in range(int(IDLE_SECONDS * 10)):
        token.check()
        over.wait(0.1)
