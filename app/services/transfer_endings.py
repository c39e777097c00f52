"""How attempts to hand a package over end, and what follows: a receipt, another try, a person."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.archiving import Submission
from app.domain.archiving_records import Transfer
from app.domain.lifecycle import advance
from app.kernel.clock import timestamp
from app.kernel.errors import Broken, Fault, Transient
from app.services.ports import Transaction
from app.services.transfer_claims import Claim
from app.services.transfer_queue import TransferQueue

# Minutes until the next try, and how far from it the dice may go.
BACK_OFF = (1.0, 5.0, 15.0, 60.0)
JITTER = 0.2
MOST_HOURS = 24.0
# What an archive that has not answered yet says: nothing failed.
AWAITING = "TGT-310"


class TransferEndings(TransferQueue):
    """Writes the ledger of attempts."""

    def _end(
        self,
        actor: Actor,
        claim: Claim,
        outcome: str,
        receipt: dict[str, Any],
        fault: Fault | None,
    ) -> None:
        """Write down how an attempt ended and what follows for its transfer."""
        with self._context.storage.write() as tx:
            transfer = tx.transfers.get(claim.transfer.id)
            if transfer.claimed_by != claim.by:
                # Somebody took it over and wrote down the end of this attempt; the archive gives
                # its receipt again.
                return
            attempt = tx.submissions.get(claim.attempt.id)
            # An archive that has everything and has not answered yet: the attempt goes on.
            awaited = _awaits(fault, attempt)
            state = "committed" if awaited else outcome
            ended = "" if awaited else self._now()
            record = fault.as_record() if fault is not None else {}
            if outcome == "receipted":
                receipt = _with_counts(receipt, claim)
            tx.submissions.replace(
                attrs.evolve(
                    attempt,
                    state=state,
                    receipt=receipt,
                    ended_at=ended,
                    remark=_remark(outcome, fault),
                    sent_bytes=max(attempt.sent_bytes, claim.told.sent_bytes),
                    total_bytes=claim.told.total_bytes,
                    error=record,
                )
            )
            self._record(
                tx,
                actor,
                claim,
                "submission_awaited" if awaited else f"submission_{outcome}",
                receipt=receipt.get("receipt_no", ""),
                remark=_remark(outcome, fault),
            )
            self._after_attempt(tx, actor, transfer, claim, outcome, record)
            if outcome == "receipted":
                self._settle_tracks(tx, actor, tx.dossiers.get(transfer.dossier_id))
            tx.commit()

    def _after_attempt(
        self,
        tx: Transaction,
        actor: Actor,
        transfer: Transfer,
        claim: Claim,
        outcome: str,
        error: dict[str, Any],
    ) -> None:
        changes: dict[str, Any] = {
            "claimed_by": "",
            "claimed_until": "",
            "error": error,
            "sent_bytes": claim.told.sent_bytes,
            "total_bytes": claim.told.total_bytes,
        }
        if transfer.state != "sending":
            # Somebody paused it meanwhile, and perhaps went on to withdraw it.
            if outcome != "receipted" or transfer.state != "paused":
                tx.transfers.replace(attrs.evolve(transfer, **changes))
                return
            # The receipt was faster than the person who paused it.
            state = advance("transfer", advance("transfer", "paused", "resume"), "claim")
            transfer = attrs.evolve(transfer, state=state)
        trigger = {
            "receipted": "receipt",
            "rejected": "reject",
            "interrupted": "interrupt",
            "failed": "fail",
        }[outcome]
        if outcome in ("receipted", "rejected"):
            changes["ended_at"] = self._now()
        if outcome == "failed":
            if error.get("code") != AWAITING and self._tried_long_enough(tx, transfer):
                trigger, changes["ended_at"] = "give_up", self._now()
            else:
                changes["not_before"] = self._next_try(transfer.attempts)
        self._move_transfer(tx, actor, transfer, trigger, **changes)

    def _tried_long_enough(self, tx: Transaction, transfer: Transfer) -> bool:
        rows = tx.submissions.find(transfer_id=transfer.id)
        first = rows[-min(transfer.attempts, len(rows))]
        since = datetime.fromisoformat(first.started_at)
        return self._context.clock.now() - since >= timedelta(hours=MOST_HOURS)

    def _next_try(self, attempts: int) -> str:
        minutes = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
        wait = timedelta(minutes=minutes * random.uniform(1 - JITTER, 1 + JITTER))
        return timestamp(self._context.clock.now() + wait)

    def _record(
        self, tx: Transaction, actor: Actor, claim: Claim, action: str, **details: Any
    ) -> None:
        tx.audit.record(
            actor.name,
            action,
            claim.case_no,
            target=claim.transfer.target,
            transfer=claim.transfer.id,
            attempt=claim.attempt.id,
            **details,
        )


def outcome_of(fault: Fault | None) -> str:
    """The state of an attempt that ended with a fault, or with a receipt."""
    if fault is None:
        return "receipted"
    return "failed" if isinstance(fault, Transient | Broken) else "rejected"


def _awaits(fault: Fault | None, attempt: Submission) -> bool:
    return fault is not None and fault.code == AWAITING and attempt.state == "committed"


def _remark(outcome: str, fault: Fault | None) -> str:
    if outcome == "interrupted":
        return "SYS-302"
    return fault.code if fault is not None else ""


def failed_checks(receipt: dict[str, Any]) -> str:
    """The names of the checks by which an archive refused a package."""
    failed = [row for row in receipt.get("checks", ()) if row.get("result") == "fail"]
    return "、".join(str(row.get("name") or row.get("code")) for row in failed)


def _with_counts(receipt: dict[str, Any], claim: Claim) -> dict[str, Any]:
    """The receipt with the counts of the archive, of the package where it did not count."""
    own = {"pages": claim.package.pages, "volumes": claim.package.volumes}
    counted = {name: receipt[name] for name in own if receipt.get(name) is not None}
    return receipt | own | counted | {"version": claim.package.version}
