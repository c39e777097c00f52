"""Print jobs of readers at the counter: approved, refused, and settled where nobody knows."""

from __future__ import annotations

from app.domain.access import Actor
from app.domain.reading import PrintJob
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_desk_views import PrintJobRow
from app.services.reading_print_jobs import FAULT, found_job, held_pages, is_slip, step

_LONGEST_REASON = 200


class ReadingPrintDesk(Service):
    """Use cases of the staff that gives out copies."""

    def print_requests(self, *, state: str = "") -> tuple[PrintJobRow, ...]:
        """All print jobs, or those in one state of the machine "print_job", newest first."""
        with self._context.storage.read() as tx:
            jobs = tx.print_jobs.find(state=state) if state else tx.print_jobs.find()
            return tuple(_print_row(tx, job) for job in reversed(jobs))

    def approve_print(self, actor: Actor, job: str) -> PrintJobRow:
        """Let a job be printed; `job` is its id or number. Raises BadInput RDR-156, Refused DOS-101
        when it does not wait for approval."""
        return self._decide_print(actor, job, "approve", "")

    def refuse_print(self, actor: Actor, job: str, reason: str) -> PrintJobRow:
        """Refuse a job and give its pages back to the quota. Raises as `approve_print`."""
        return self._decide_print(actor, job, "refuse", " ".join(reason.split())[:_LONGEST_REASON])

    def settle_print(
        self, actor: Actor, job: str, printed: bool, sheets: int | None = None
    ) -> PrintJobRow:
        """Say what came out of a doubtful job: `sheets` pages of it, None for all when it was
        printed. The rest is given back. Raises as `approve_print`."""
        actor.require("grant")
        with self._context.storage.write() as tx:
            found = found_job(tx, job)
            most = held_pages(found)
            counted = (most if printed else 0) if sheets is None else sheets
            settled = step(
                tx,
                found,
                "settle_printed" if printed else "settle_aborted",
                actor.name,
                printed_sheets=min(max(counted, 0), most),
                decided_by=actor.name,
                decided_at=self._now(),
            )
            tx.commit()
            return _print_row(tx, settled)

    def _decide_print(self, actor: Actor, job: str, trigger: str, reason: str) -> PrintJobRow:
        actor.require("grant")
        now = self._now()
        with self._context.storage.write() as tx:
            decided = step(
                tx,
                found_job(tx, job),
                trigger,
                actor.name,
                reason=reason,
                decided_by=actor.name,
                decided_at=now,
                ended_at=now if trigger == "refuse" else "",
            )
            tx.commit()
            return _print_row(tx, decided)


def _print_row(tx: Transaction, job: PrintJob) -> PrintJobRow:
    return PrintJobRow(
        id=job.id,
        number=job.number,
        case_no=tx.dossiers.get(job.dossier_id).case_no,
        reader=tx.grants.get(job.grant_id).reader,
        state=job.state,
        asked_at=job.asked_at,
        terminal=job.terminal,
        pages=job.pages,
        copies=job.copies,
        fee_cents=job.fee_cents,
        stamped=job.stamped,
        decided_by=job.decided_by,
        decided_at=job.decided_at,
        reason=job.reason,
        printer=job.printer,
        printed_sheets=job.printed_sheets,
        ended_at=job.ended_at,
        error=dict(job.error.get(FAULT, {})),
        slip=is_slip(job),
    )
