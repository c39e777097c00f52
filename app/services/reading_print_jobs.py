"""Print jobs of readers as rows: how each step is recorded, and what it does to the quota.

The quota is held when pages are asked for, and what did not come out on paper is given back in the
transaction that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from app.domain.dossier import Dossier
from app.domain.lifecycle import advance
from app.domain.reading import PrintJob, ReadingGrant
from app.kernel.errors import BadInput
from app.services.ports import Transaction

ENDED = ("printed", "refused", "aborted", "cancelled")
TERMINAL = "terminal"
# Keys of `PrintJob.error`: the slip that is printed and no pages; who prepares the job since when;
# the fault that ended it.
SLIP, CLAIM, FAULT = "slip", "claim", "fault"
_WORDS: Mapping[str, str] = {
    "approve": "print_approved",
    "refuse": "print_refused",
    "cancel": "print_cancelled",
    "spool": "print_spooled",
    "print": "print_done",
    "abort": "print_aborted",
    "doubt": "print_doubtful",
    "settle_printed": "print_settled",
    "settle_aborted": "print_settled",
}


def held_pages(job: PrintJob) -> int:
    """How many pages of the quota a job holds."""
    return len(job.pages) * job.copies


def is_slip(job: PrintJob) -> bool:
    """Whether a reading slip is printed and not pages."""
    return SLIP in job.error


def add_job(tx: Transaction, job: PrintJob, actor: str, reader: str) -> PrintJob:
    """Write a new job and hold its pages of the quota; gives it with its number."""
    numbered = attrs.evolve(job, number=f"P{tx.print_jobs.count() + 1:06}")
    tx.print_jobs.add(numbered)
    if held_pages(job):
        _take(tx, job, held_pages(job))
    tx.audit.record(
        actor,
        "print_asked",
        tx.dossiers.get(job.dossier_id).case_no,
        job=numbered.number,
        pages=list(job.pages),
        copies=job.copies,
        fee_cents=job.fee_cents,
        reader=reader,
        visit=job.visit_id,
        slip=job.error.get(SLIP, ""),
    )
    return numbered


def step(
    tx: Transaction, job: PrintJob, trigger: str, actor: str = TERMINAL, **changes: Any
) -> PrintJob:
    """Take a job one step on and put it on record. Where it ends and not everything came out, the
    pages that `printed_sheets` does not count are given back. Raises Refused DOS-101 when the job
    is not where this step begins."""
    state = advance("print_job", job.state, trigger)
    moved = attrs.evolve(job, state=state, **changes)
    tx.print_jobs.replace(moved)
    # Of a job that the printer calls done every page counts; a person may have counted fewer.
    back = 0
    if state in ENDED and trigger != "print":
        back = max(0, held_pages(job) - moved.printed_sheets)
    if back:
        _take(tx, job, -back)
    tx.audit.record(
        actor,
        _WORDS[trigger],
        tx.dossiers.get(job.dossier_id).case_no,
        job=job.number,
        state=state,
        reason=moved.reason,
        sheets=moved.printed_sheets,
        given_back=back,
        printer=moved.printer,
        spool=moved.spool_id,
    )
    return moved


def note(tx: Transaction, job: PrintJob, action: str, **changes: Any) -> PrintJob:
    """Change a job without a step, on record as `action`."""
    changed = attrs.evolve(job, **changes)
    tx.print_jobs.replace(changed)
    tx.audit.record(
        TERMINAL,
        action,
        tx.dossiers.get(job.dossier_id).case_no,
        job=job.number,
        reason=changed.reason,
        spool=changed.spool_id,
    )
    return changed


def fee_facts(
    job: PrintJob, grant: ReadingGrant, dossier: Dossier, at: str
) -> dict[str, str | int]:
    """What stands on the slip by which the copies of a job are paid for."""
    pages = held_pages(job)
    return {
        "number": job.number,
        "case_no": dossier.case_no,
        "reader": grant.reader,
        "pages": pages,
        "fee_cents": job.fee_cents,
        "page_cents": job.fee_cents // max(1, pages),
        "at": at,
        "terminal": job.terminal,
    }


def found_job(tx: Transaction, name: str) -> PrintJob:
    """The job with this id or number. Raises BadInput RDR-156."""
    job = tx.print_jobs.first(id=name) or tx.print_jobs.first(number=name)
    if job is None:
        raise BadInput("RDR-156", job=name[:40])
    return job


def _take(tx: Transaction, job: PrintJob, pages: int) -> None:
    grant = tx.grants.get(job.grant_id)
    tx.grants.replace(attrs.evolve(grant, prints_left=grant.prints_left - pages))
