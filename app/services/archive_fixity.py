"""Looking again at what archives confirmed, and whether an archive can be reached at all."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from app.domain.access import Actor
from app.domain.archiving import ELECTRONIC, Submission
from app.kernel.errors import Broken
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.archive_targets import archive_target
from app.services.context import Service
from app.services.track_freezes import case_numbers


@frozen(kw_only=True)
class RecheckRow:
    """One package that an archive confirmed: `sound` when every byte is still there, else `error`
    is the fault that was found."""

    case_no: str
    target: str
    receipt_no: str
    sound: bool
    error: dict[str, Any]


class ArchiveFixity(Service):
    """Use cases of whoever answers for what was handed over."""

    def recheck_archive(
        self,
        actor: Actor,
        case_no: str = "",
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> list[RecheckRow]:
        """Read back what archives confirmed, of one case or of all, and compare its digests.

        What is gone or differs stands in the rows. Raises Refused ACC-101, Cancelled, and what a
        target raises that cannot be asked (Transient); nothing is judged of it then.
        """
        actor.require("submit")
        token = cancel or CancelToken()
        with self._context.storage.read() as tx:
            where: dict[str, Any] = {"track": ELECTRONIC, "state": "receipted"}
            if case_no:
                where["dossier_id"] = self._dossier(tx, case_no).id
            receipted = tx.submissions.find(**where)
            numbers = case_numbers(tx, receipted)
        rows = []
        for done, attempt in enumerate(receipted, start=1):
            token.check()
            row = self._rechecked(attempt, numbers[attempt.dossier_id], token)
            self._keep_recheck(actor, row)
            rows.append(row)
            report(Progress(step="fixity", done=done, total=len(receipted)))
        return rows

    def probe_target(self, actor: Actor, target: str) -> None:
        """Look whether an archive can be reached and written to. Raises Refused ACC-101, BadInput
        DOS-109 (unknown), and the faults of the target."""
        actor.require("submit")
        archive_target(self._context, target).probe()

    def _rechecked(self, attempt: Submission, case_no: str, token: CancelToken) -> RecheckRow:
        error: dict[str, Any] = {}
        try:
            archive_target(self._context, attempt.target).recheck(
                attempt.receipt, progress=silent, cancel=token
            )
        except Broken as fault:
            error = fault.as_record()
        return RecheckRow(
            case_no=case_no,
            target=attempt.target,
            receipt_no=str(attempt.receipt.get("receipt_no", "")),
            sound=not error,
            error=error,
        )

    def _keep_recheck(self, actor: Actor, row: RecheckRow) -> None:
        with self._context.storage.write() as tx:
            tx.audit.record(
                actor.name,
                "archive_rechecked",
                row.case_no,
                target=row.target,
                receipt=row.receipt_no,
                sound=row.sound,
                fault=row.error.get("code", ""),
            )
            tx.commit()
