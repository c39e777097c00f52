"""Brings approved print jobs of readers to the printer and follows each to its end.

A job is never handed to the spooler twice in silence: that it will be handed over is on record
before it is, under a title of its own. After a power cut the spooler is asked for this title, and
where it knows none, nobody can say what came out: the job is doubtful and a person settles it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.reading import PRINT, PrintJob, ReadingGrant
from app.kernel.clock import timestamp
from app.kernel.errors import Broken, Fault, Refused, Transient
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.ports import Transaction
from app.services.reading_pages import PAPER, granted_sides, prepare_issue, render_issue
from app.services.reading_ports import Spooler, SpoolState
from app.services.reading_print_jobs import (
    CLAIM,
    ENDED,
    FAULT,
    SLIP,
    fee_facts,
    held_pages,
    is_slip,
    note,
    step,
)
from app.services.reading_settings import reading_settings

PRINT_PAGES = "app.adapters.printing.print_pages:print_pages"
# Whoever began to prepare a job and is not done after this is believed to be dead.
_CLAIM_SECONDS = 300.0
_MAKING_SECONDS = 180


def follow_prints(context: Context) -> None:
    """Send approved jobs of this terminal to the spooler, ask how those under way stand, and purge
    those that have ended. A spooler that does not answer is asked again the next time."""
    with context.storage.read() as tx:
        jobs = tx.print_jobs.find(terminal=context.station, ended_at="")
    for job in jobs:
        try:
            _Following(context, job.id).go_on()
        except Transient:
            continue


def end_prints(context: Context, visit_id: str) -> None:
    """Cancel what of a visit that is over did not come out, and purge it from the spooler. One
    that does not answer is told by the next `follow_prints`. Slips are printed all the same."""
    with context.storage.read() as tx:
        jobs = tx.print_jobs.find(visit_id=visit_id, ended_at="")
    for job in jobs:
        try:
            _Following(context, job.id).go_on()
        except Transient:
            continue


def spool_title(job: PrintJob) -> str:
    """What the spooler calls a job: its number for whoever stands at the printer, and a part of
    its id, so that no two are the same. Nothing of the case or the reader."""
    return f"{job.number}-{job.id[-8:]}"


class _Following:
    """One job, as far as it can be brought now."""

    def __init__(self, context: Context, job_id: str) -> None:
        self._context = context
        self._job_id = job_id
        self._token = new_id("claim")

    def go_on(self) -> None:
        """Raises Transient RDR-152 when the spooler does not answer."""
        with self._context.storage.read() as tx:
            job = tx.print_jobs.get(self._job_id)
            left = self._visit_over(tx, job)
            printer = job.printer or reading_settings(tx).printer
        spooler = self._context.spooler(printer)
        if job.state in ENDED:
            self._purge(job, spooler)
        elif job.state in ("asked", "approved") and left:
            self._step("cancel", reason="visit_ended", ended_at=self._now())
        elif job.state == "approved":
            self._spool(spooler)
        elif job.state == "spooled" and job.spool_id:
            self._ask(job, spooler, left)
        elif job.state == "spooled" and not self._claimed(job):
            self._look_for(job, spooler)

    def _spool(self, spooler: Spooler) -> None:
        job = self._claim()
        if job is None:
            return
        try:
            document = self._document(job)
            known = spooler.find(spool_title(job))
            printer = spooler.printer
        except Transient:
            self._wait("spooler_gone")
            raise
        except (Refused, Broken) as fault:
            self._fail(fault)
            return
        if not self._hand_over(printer):
            # It was cancelled while its pages were made.
            return
        try:
            spool_id = known or spooler.submit(document, copies=1, title=spool_title(job))
        except Refused as fault:
            self._fail(fault)
            return
        except Transient:
            # It may have arrived: the title tells, as soon as the spooler answers again.
            self._note("print_waiting", reason="spooler_gone", error=_unclaimed(self._job()))
            raise
        self._arrived(spool_id)

    def _fail(self, fault: Fault) -> None:
        error = {**_unclaimed(self._job()), FAULT: fault.as_record()}
        self._step("abort", reason="failed", error=error, ended_at=self._now())

    def _claim(self) -> PrintJob | None:
        """Take the job in hand; None when somebody else has it. Two programs may follow one
        terminal, and pages take their time."""
        with self._context.storage.write() as tx:
            job = tx.print_jobs.get(self._job_id)
            if job.state != "approved" or self._claimed(job):
                return None
            job = note(tx, job, "print_prepared", reason="", error=self._with_claim(job))
            tx.commit()
        return job

    def _hand_over(self, printer: str) -> bool:
        """Put on record that the job is handed over now, unless it is ours no more."""
        with self._context.storage.write() as tx:
            job = tx.print_jobs.get(self._job_id)
            ours = job.error.get(CLAIM, {}).get("token") == self._token
            if job.state != "approved" or not ours or self._visit_over(tx, job):
                return False
            step(tx, job, "spool", printer=printer, error=self._with_claim(job))
            tx.commit()
        return True

    def _arrived(self, spool_id: str) -> None:
        self._note("print_at_spooler", spool_id=spool_id, error=_unclaimed(self._job()))

    def _look_for(self, job: PrintJob, spooler: Spooler) -> None:
        """A job that was to be handed over when the program or the spooler died."""
        spool_id = spooler.find(spool_title(job))
        if spool_id:
            self._arrived(spool_id)
        else:
            self._step("doubt", reason="spooler_forgot")

    def _ask(self, job: PrintJob, spooler: Spooler, left: bool) -> None:
        if left:
            spooler.cancel(job.spool_id)
        standing = spooler.state(job.spool_id)
        if standing.state == "completed":
            self._step("print", reason="", printed_sheets=_pages_out(job, standing))
        elif standing.state == "canceled":
            reason = "visit_ended" if left else "cancelled_at_printer"
            self._step("cancel", reason=reason, printed_sheets=_pages_out(job, standing))
        elif standing.state == "aborted":
            self._step("abort", reason="printer_failed", printed_sheets=_pages_out(job, standing))
        elif standing.state == "unknown":
            self._step("doubt", reason="spooler_forgot")
        elif job.reason != _condition(standing):
            self._note("print_waiting", reason=_condition(standing))
        if standing.state in ("completed", "canceled", "aborted"):
            self._purge(self._job(), spooler)

    def _purge(self, job: PrintJob, spooler: Spooler) -> None:
        """Nothing of it stays in the spooler. A printer that is gone keeps nothing."""
        try:
            if job.spool_id:
                spooler.purge(job.spool_id)
        except Refused as fault:
            self._note("print_purged", reason=fault.code, ended_at=self._now())
            return
        self._note("print_purged", ended_at=self._now())

    def _document(self, job: PrintJob) -> bytes:
        """What is printed. Raises Refused RDR-105, RDR-106, RDR-108 when its pages may not be read
        any more."""
        if is_slip(job):
            with self._context.storage.read() as tx:
                digest = tx.reading_slips.get(job.error[SLIP]).pdf_sha256
            return self._context.blobs.path_of(digest).read_bytes()
        with self._context.storage.read() as tx:
            settings = reading_settings(tx)
            grant = tx.grants.get(job.grant_id)
            dossier = tx.dossiers.get(job.dossier_id)
        moment = f"{self._context.clock.now().astimezone():%Y-%m-%d %H:%M}"
        seal = settings.copy_stamp_text if job.stamped else ""
        pictures = [
            self._picture(job, grant, page, seal)
            for _copy in range(job.copies)
            for page in job.pages
        ]
        fee = fee_facts(job, grant, dossier, moment) if job.fee_cents else None
        document: bytes = self._context.pool.call(
            PRINT_PAGES, (pictures, fee), seconds=_MAKING_SECONDS
        )
        return document

    def _picture(self, job: PrintJob, grant: ReadingGrant, page: int, seal: str) -> bytes:
        """Each sheet is an issue of its own, so that a copy can be told from another."""
        with self._context.storage.read() as tx:
            dossier = tx.dossiers.get(job.dossier_id)
            visit = tx.reading_visits.get(job.visit_id)
            side = granted_sides(tx, tx.grants.get(grant.id), dossier).get(page)
        if side is None:
            raise Refused("RDR-106", page=page)
        issue = prepare_issue(
            self._context,
            visit=visit,
            grant=grant,
            dossier=dossier,
            side=side,
            kind=PRINT,
            job_id=job.id,
        )
        return render_issue(self._context, issue, PAPER, seal=seal)

    def _wait(self, reason: str) -> None:
        job = self._job()
        self._note("print_waiting", reason=reason, error=_unclaimed(job))

    def _step(self, trigger: str, **changes: Any) -> None:
        with self._context.storage.write() as tx:
            job = tx.print_jobs.get(self._job_id)
            try:
                step(tx, job, trigger, **changes)
            except Refused:
                # Somebody took it elsewhere meanwhile: what is on record stands.
                return
            tx.commit()

    def _note(self, action: str, **changes: Any) -> None:
        with self._context.storage.write() as tx:
            note(tx, tx.print_jobs.get(self._job_id), action, **changes)
            tx.commit()

    def _job(self) -> PrintJob:
        with self._context.storage.read() as tx:
            return tx.print_jobs.get(self._job_id)

    def _claimed(self, job: PrintJob) -> bool:
        at = job.error.get(CLAIM, {}).get("at")
        if not at:
            return False
        age = (self._context.clock.now() - datetime.fromisoformat(at)).total_seconds()
        return 0 <= age < _CLAIM_SECONDS

    def _with_claim(self, job: PrintJob) -> dict[str, Any]:
        return {**job.error, CLAIM: {"token": self._token, "at": self._now()}}

    def _now(self) -> str:
        return timestamp(self._context.clock.now())

    @staticmethod
    def _visit_over(tx: Transaction, job: PrintJob) -> bool:
        """Whether the reader of a job is gone. Her slip is printed all the same."""
        return not is_slip(job) and bool(tx.reading_visits.get(job.visit_id).ended_at)


def _pages_out(job: PrintJob, standing: SpoolState) -> int:
    """How many pages came out, without the slip for the fee before them. A printer that calls a
    job done and does not count has put out all."""
    if standing.sheets:
        return max(0, standing.sheets - (1 if job.fee_cents else 0))
    return held_pages(job) if standing.state == "completed" else 0


def _condition(standing: SpoolState) -> str:
    """Why a job does not go on, as a code; "" while it does."""
    if "media-empty" in standing.reason or "media-needed" in standing.reason:
        return "paper_out"
    return {"stopped": "printer_stopped", "held": "held"}.get(standing.state, "")


def _unclaimed(job: PrintJob) -> dict[str, Any]:
    return {name: value for name, value in job.error.items() if name != CLAIM}
