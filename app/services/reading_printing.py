"""Printing at the review terminal, as its reader does it: what it costs, asking, how it stands."""

from __future__ import annotations

from app.domain.dossier import Dossier
from app.domain.lifecycle import advance
from app.domain.reading import PrintJob, ReadingGrant
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.ports import Transaction
from app.services.reading_pages import granted_sides
from app.services.reading_print_jobs import TERMINAL, add_job, is_slip
from app.services.reading_sessions import VisitService
from app.services.reading_settings import reading_settings
from app.services.reading_views import PrintQuote, ReaderPrint

MOST_PAGES = 100


class ReaderPrints(VisitService):
    """Pages on paper, for the reader of one visit."""

    def quote_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> PrintQuote:
        """See `SessionDesk.quote_print`. Raises BadInput RDR-157 for no pages or too many."""
        with self._context.storage.read() as tx:
            _visit, found, dossier = self._open_grant(tx, grant)
            return self._quote(tx, found, dossier, pages, copies)

    def ask_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> ReaderPrint:
        """See `SessionDesk.ask_print`. Raises BadInput RDR-157 for no pages or too many."""
        with self._context.storage.write() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            quote = self._quote(tx, found, dossier, pages, copies)
            settings = reading_settings(tx)
            approved = not quote.needs_approval
            job = PrintJob(
                id=new_id("print"),
                number="",
                visit_id=visit.id,
                grant_id=found.id,
                dossier_id=dossier.id,
                state=advance("print_job", "asked", "approve") if approved else "asked",
                asked_at=self._now(),
                terminal=self._context.station,
                pages=quote.pages,
                copies=copies,
                fee_cents=quote.fee_cents,
                stamped=settings.copy_stamp,
                decided_by=TERMINAL if approved else "",
                decided_at=self._now() if approved else "",
            )
            job = add_job(tx, job, TERMINAL, found.reader)
            tx.commit()
        return _as_seen(job)

    def prints(self, grant: str) -> tuple[ReaderPrint, ...]:
        """See `SessionDesk.prints`."""
        with self._context.storage.read() as tx:
            visit, found, _dossier = self._open_grant(tx, grant)
            jobs = tx.print_jobs.find(visit_id=visit.id, grant_id=found.id)
        return tuple(_as_seen(job) for job in jobs if not is_slip(job))

    def _quote(
        self,
        tx: Transaction,
        grant: ReadingGrant,
        dossier: Dossier,
        pages: tuple[int, ...],
        copies: int,
    ) -> PrintQuote:
        settings = reading_settings(tx)
        wanted = self._wanted(tx, grant, dossier, pages)
        if not wanted or len(wanted) > MOST_PAGES or not _whole(copies, settings.copies_most):
            raise BadInput("RDR-157", pages=MOST_PAGES, copies=settings.copies_most)
        count = len(wanted) * copies
        if count > grant.prints_left:
            raise Refused("RDR-150", wanted=count, left=grant.prints_left)
        fee = count * settings.fee_cents
        return PrintQuote(
            pages=wanted,
            sheets=count + (1 if fee else 0),
            fee_cents=fee,
            prints_left=grant.prints_left,
            needs_approval=settings.print_approval,
        )

    def _wanted(
        self, tx: Transaction, grant: ReadingGrant, dossier: Dossier, pages: tuple[int, ...]
    ) -> tuple[int, ...]:
        """The pages in order, each once. Raises Refused RDR-106 for one that is not granted."""
        granted = granted_sides(tx, grant, dossier)
        for page in pages:
            # True and 1.0 are equal to 1 and would find its page.
            if type(page) is not int or page not in granted:
                raise Refused("RDR-106", page=str(page)[:12])
        return tuple(sorted(set(pages)))


def _whole(copies: int, most: int) -> bool:
    return type(copies) is int and 1 <= copies <= most


def _as_seen(job: PrintJob) -> ReaderPrint:
    return ReaderPrint(
        number=job.number,
        state=job.state,
        pages=job.pages,
        fee_cents=job.fee_cents,
        reason=job.reason,
        copies=job.copies,
    )
