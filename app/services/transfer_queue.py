"""The queue of packages on their way into archives: who waits, who is paused, who goes first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.archiving import ELECTRONIC, ArchivalPackage, Submission
from app.domain.archiving_records import Transfer
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.accepted_checks import refuse_unaccepted
from app.services.archive_targets import require_target
from app.services.archive_views import AttemptRow, TransferRow
from app.services.ports import Transaction
from app.services.track_freezes import case_numbers, refuse_frozen
from app.services.track_standing import TrackRecords, records_of
from app.services.transfer_hours import TransferHours
from app.services.transfer_progress import SentSoFar, read_progress

OPEN_STATES = ("waiting", "sending", "paused", "rejected", "failed")
# A newer package takes the place of these.
_REPLACEABLE = ("waiting", "paused", "failed", "rejected")
MOST_PRIORITY = 100
LONGEST_SHOWN = 80


class TransferQueue(TransferHours):
    """Use cases of whoever looks after the queue."""

    def queue_transfer(
        self, actor: Actor, case_no: str, target: str, *, priority: int = 0
    ) -> TransferRow:
        """Put the newest package of a case into the queue for `target`. A package that waits or
        is there already is not queued twice: its row is given again, with its receipt.

        Raises Refused ACC-101, FRZ-101 (frozen), DOS-107 (no package), DOS-108 (it failed its
        check), FPC-108 (nobody accepted it, and the court demands that), DOS-101, TRF-103 (the
        archive has this version with other content); BadInput DOS-109 (unknown target), TRF-105
        (no such priority).
        """
        actor.require("submit")
        _check_priority(priority)
        with self._context.storage.write() as tx:
            transfer = self._queued(tx, actor, case_no, target, priority)
            tx.commit()
            return self._transfer_row(tx, transfer)

    def _queued(
        self, tx: Transaction, actor: Actor, case_no: str, target: str, priority: int
    ) -> Transfer:
        """The body of `queue_transfer`, within a transaction."""
        require_target(self._context, target)
        dossier = self._dossier(tx, case_no)
        refuse_frozen(tx, dossier)
        records = records_of(tx, dossier)
        package = _sendable(records)
        advance("dossier", dossier.state, "submit")
        _refuse_conflict(records, package, target)
        earlier = tx.transfers.find(dossier_id=dossier.id, target=target)
        own = [transfer for transfer in earlier if self._is_of(tx, transfer, package)]
        current = own[-1] if own else None
        if current is not None and current.state in ("receipted", "waiting", "sending", "paused"):
            return current
        refuse_unaccepted(tx, package)
        for old in earlier:
            if old.state in _REPLACEABLE and old not in own:
                self._move_transfer(tx, actor, old, "supersede", ended_at=self._now())
        if current is not None and current.state in ("failed", "rejected"):
            return self._move_transfer(
                tx, actor, current, "retry", attempts=0, not_before="", priority=priority, error={}
            )
        transfer = Transfer(
            id=new_id("transfer"),
            dossier_id=dossier.id,
            package_id=package.id,
            target=target,
            state="waiting",
            queued_at=self._now(),
            queued_by=actor.name,
            priority=priority,
        )
        tx.transfers.add(transfer)
        tx.audit.record(
            actor.name,
            "transfer_queued",
            dossier.case_no,
            transfer=transfer.id,
            target=target,
            sha256=package.manifest_sha256,
            priority=priority,
        )
        return transfer

    def transfers(self, case_no: str = "", *, open_only: bool = False) -> list[TransferRow]:
        """Transfers of one case or of all: the most urgent first, then in the order of queueing."""
        with self._context.storage.read() as tx:
            where: dict[str, Any] = {"state": OPEN_STATES} if open_only else {}
            if case_no:
                where["dossier_id"] = self._dossier(tx, case_no).id
            return self._transfer_rows(tx, tx.transfers.find(**where))

    def attempts(self, case_no: str) -> list[AttemptRow]:
        """Every attempt on either track of a case, oldest first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            rows = tx.submissions.find(dossier_id=dossier.id)
            return [_attempt_row(row, dossier.case_no) for row in rows]

    def pause_transfer(self, actor: Actor, transfer_id: str, reason: str = "") -> TransferRow:
        """Let a transfer rest; one that is being sent stops within seconds and keeps what is
        there. Raises Refused ACC-101, DOS-101, BadInput TRF-101."""
        return self._transfer_step(actor, transfer_id, "pause", reason)

    def resume_transfer(self, actor: Actor, transfer_id: str, reason: str = "") -> TransferRow:
        """Let a paused transfer go on. Raises as `pause_transfer`."""
        return self._transfer_step(actor, transfer_id, "resume", reason, attempts=0, not_before="")

    def retry_transfer(self, actor: Actor, transfer_id: str, reason: str = "") -> TransferRow:
        """Try again at once what failed, was rejected, or waits for its next try. Raises as
        `pause_transfer`, and Refused FRZ-101."""
        return self._transfer_step(actor, transfer_id, "retry", reason, attempts=0, not_before="")

    def withdraw_transfer(self, actor: Actor, transfer_id: str, reason: str) -> TransferRow:
        """Take a transfer out of the queue for good. Raises as `pause_transfer`, and BadInput
        TRF-104 without a reason."""
        if not reason.strip():
            raise BadInput("TRF-104")
        return self._transfer_step(actor, transfer_id, "withdraw", reason, ended_at=self._now())

    def set_priority(self, actor: Actor, transfer_id: str, priority: int) -> TransferRow:
        """Let a transfer go before (higher) or behind others. Raises as `pause_transfer`, and
        BadInput TRF-105."""
        actor.require("submit")
        _check_priority(priority)
        with self._context.storage.write() as tx:
            transfer = self._transfer(tx, transfer_id)
            changed = attrs.evolve(transfer, priority=priority)
            tx.transfers.replace(changed)
            self._note_transfer(tx, actor, changed, "transfer_prioritised", priority=priority)
            tx.commit()
            return self._transfer_row(tx, changed)

    def _transfer_step(
        self, actor: Actor, transfer_id: str, trigger: str, reason: str, **changes: Any
    ) -> TransferRow:
        actor.require("submit")
        with self._context.storage.write() as tx:
            transfer = self._transfer(tx, transfer_id)
            if trigger in ("retry", "resume"):
                refuse_frozen(tx, tx.dossiers.get(transfer.dossier_id))
            moved = self._move_transfer(
                tx, actor, transfer, trigger, reason=reason.strip(), **changes
            )
            tx.commit()
            return self._transfer_row(tx, moved)

    def _move_transfer(
        self,
        tx: Transaction,
        actor: Actor,
        transfer: Transfer,
        trigger: str,
        *,
        reason: str = "",
        **changes: Any,
    ) -> Transfer:
        """One step of a transfer with its audit record; the caller commits."""
        state = advance("transfer", transfer.state, trigger)
        moved = attrs.evolve(transfer, state=state, **changes)
        tx.transfers.replace(moved)
        self._note_transfer(tx, actor, moved, f"transfer_{_DONE[trigger]}", reason=reason)
        return moved

    def _note_transfer(
        self, tx: Transaction, actor: Actor, transfer: Transfer, action: str, **details: Any
    ) -> None:
        case_no = tx.dossiers.get(transfer.dossier_id).case_no
        tx.audit.record(
            actor.name, action, case_no, transfer=transfer.id, target=transfer.target, **details
        )

    def _transfer(self, tx: Transaction, transfer_id: str) -> Transfer:
        """A transfer. Raises BadInput TRF-101."""
        found = tx.transfers.first(id=transfer_id)
        if found is None:
            raise BadInput("TRF-101", id=transfer_id[:LONGEST_SHOWN])
        return found

    def _is_of(self, tx: Transaction, transfer: Transfer, package: ArchivalPackage) -> bool:
        """Whether a transfer is of the package, which may have been built at another place."""
        if transfer.package_id == package.id:
            return True
        return tx.packages.get(transfer.package_id).manifest_sha256 == package.manifest_sha256

    def _transfer_row(self, tx: Transaction, transfer: Transfer) -> TransferRow:
        return self._transfer_rows(tx, [transfer])[0]

    def _transfer_rows(self, tx: Transaction, transfers: Iterable[Transfer]) -> list[TransferRow]:
        """The read models of transfers, the most urgent first."""
        found = sorted(transfers, key=lambda transfer: (-transfer.priority, transfer.queued_at))
        numbers = case_numbers(tx, found)
        versions = {
            package_id: (sha256, version)
            for package_id, sha256, version in tx.packages.pick(
                ("id", "manifest_sha256", "version"),
                dossier_id=sorted({transfer.dossier_id for transfer in found}),
            )
        }
        root = self._context.folders.root
        return [
            _as_row(
                transfer,
                numbers[transfer.dossier_id],
                *versions[transfer.package_id],
                read_progress(root, transfer.id) if transfer.state == "sending" else None,
            )
            for transfer in found
        ]


# What a step is called in the audit.
_DONE = {
    "pause": "paused",
    "resume": "resumed",
    "retry": "retried",
    "withdraw": "withdrawn",
    "supersede": "superseded",
    "fail": "delayed",
    "interrupt": "interrupted",
    "give_up": "given_up",
    "reject": "rejected",
    "receipt": "receipted",
}


def package_name(package: ArchivalPackage) -> str:
    """The id of a package on the far side."""
    return Path(package.path).name


def _sendable(records: TrackRecords) -> ArchivalPackage:
    """The package to send. Raises Refused DOS-107 and DOS-108."""
    package = records.package
    if package is None:
        raise Refused("DOS-107")
    failed = [check["code"] for check in package.checks if check["result"] == "fail"]
    if failed:
        raise Refused("DOS-108", failed="、".join(failed))
    return package


def _refuse_conflict(records: TrackRecords, package: ArchivalPackage, target: str) -> None:
    """Raises Refused TRF-103 when the archive has this version with another digest."""
    names = {row.manifest_sha256: package_name(row) for row in records.packages}
    for row in records.submissions:
        if (row.track, row.target, row.state) != (ELECTRONIC, target, "receipted"):
            continue
        other = row.idempotency_key != package.manifest_sha256
        if other and names.get(row.idempotency_key) == package_name(package):
            raise Refused(
                "TRF-103",
                package=package_name(package),
                target=target,
                receipt=row.receipt.get("receipt_no", ""),
            )


def _check_priority(priority: int) -> None:
    if not -MOST_PRIORITY <= priority <= MOST_PRIORITY:
        raise BadInput("TRF-105", value=priority, least=-MOST_PRIORITY, most=MOST_PRIORITY)


def _as_row(
    transfer: Transfer, case_no: str, sha256: str, version: int, live: SentSoFar | None
) -> TransferRow:
    told = live if live is not None and live.claim == transfer.claimed_by else None
    return TransferRow(
        id=transfer.id,
        case_no=case_no,
        target=transfer.target,
        state=transfer.state,
        priority=transfer.priority,
        attempts=transfer.attempts,
        sent_bytes=told.sent_bytes if told else transfer.sent_bytes,
        total_bytes=told.total_bytes if told else transfer.total_bytes,
        queued_at=transfer.queued_at,
        queued_by=transfer.queued_by,
        not_before=transfer.not_before,
        ended_at=transfer.ended_at,
        rate=told.rate if told else 0.0,
        seconds_left=told.seconds_left if told else None,
        package_sha256=sha256,
        version=version,
        error=transfer.error,
    )


def _attempt_row(row: Submission, case_no: str) -> AttemptRow:
    return AttemptRow(
        id=row.id,
        case_no=case_no,
        track=row.track,
        target=row.target,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        sent_bytes=row.sent_bytes,
        total_bytes=row.total_bytes,
        receipt_no=str(row.receipt.get("receipt_no", "")),
        remark=row.remark,
        error=row.error,
    )
