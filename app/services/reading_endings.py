"""How visits to the terminal end: once, on record, with whatever was still to be printed."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from app.domain.reading import ReadingVisit
from app.kernel.clock import timestamp
from app.services.context import Context
from app.services.ports import Transaction
from app.services.reading_slip_papers import end_slips
from app.services.reading_spooling import end_prints

LOST = "lost"
ENDINGS = ("reader", "idle", "cap", "grant", "staff", LOST)


def close_visit(tx: Transaction, visit: ReadingVisit, now: str, why: str) -> None:
    """Write down that a visit is over; the caller commits. Its prints end with `end_prints_of`."""
    tx.reading_visits.replace(attrs.evolve(visit, ended_at=now, ended_by=why))
    for grant_id in visit.grants:
        grant = tx.grants.get(grant_id)
        tx.audit.record(
            "terminal",
            "reader_signed_out",
            tx.dossiers.get(grant.dossier_id).case_no,
            reader=grant.reader,
            grant=grant.id,
            visit=visit.id,
            why=why,
        )


def end_visit(context: Context, visit_id: str, why: str) -> None:
    """End a visit and its prints; see `ReadingDesk.sign_out`."""
    with context.storage.write() as tx:
        visit = tx.reading_visits.first(id=visit_id)
        if visit is not None and not visit.ended_at:
            ended_by = why if why in ENDINGS else LOST
            close_visit(tx, visit, timestamp(context.clock.now()), ended_by)
            tx.commit()
    if visit is not None:
        end_prints_of(context, [visit.id])
        end_slips(context, visit.id)


def end_lost_visits(context: Context) -> None:
    """End what a terminal of this name left open when it lost its power or was killed."""
    with context.storage.read() as tx:
        left = [visit.id for visit in tx.reading_visits.find(ended_at="", terminal=context.station)]
    for visit_id in left:
        end_visit(context, visit_id, LOST)


def end_prints_of(context: Context, visits: Iterable[str]) -> None:
    """Cancel what these visits had not on paper yet."""
    for visit_id in visits:
        end_prints(context, visit_id)
