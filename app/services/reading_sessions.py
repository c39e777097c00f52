"""A visit to the terminal: what its reader may open and see, and what is on record of it."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import attrs

from app.domain.dossier import MAIN, Dossier, Side
from app.domain.reading import VIEW, PageIssue, ReadingGrant, ReadingVisit
from app.kernel.clock import timestamp
from app.kernel.errors import Fault, Refused
from app.services.context import Context, Service
from app.services.item_rows import item_row
from app.services.ports import Transaction
from app.services.reading_pages import (
    granted_pages,
    granted_side,
    prepare_issue,
    read_permission,
    render_issue,
    thumbnail_picture,
)
from app.services.reading_settings import reading_settings
from app.services.reading_views import GrantedCase, IssuedPage, ReaderSession, ReaderVisit
from app.services.trusted_clock import require_true_clock

# The clock may be this far behind the start of the visit before it counts as set back.
_CLOCK_SLACK = timedelta(seconds=30)
# Key in `ReadingGrant.details`: the visits in which the case was opened, so that a view counts
# once for each.
OPENED = "opened_in"
MOST_PAGE_NUMBER = 10**6  # what a database can be asked for


def require_reading_clock(context: Context) -> None:
    """Raises Refused RDR-117 when the clock of this machine went back, or cannot be watched: a
    grant that has ended would be valid again."""
    try:
        require_true_clock(context)
    except Fault as fault:
        raise Refused("RDR-117") from fault


def visit_view(tx: Transaction, visit: ReadingVisit, now: str) -> ReaderVisit:
    """The visit with the cases that it may open."""
    return ReaderVisit(
        id=visit.id,
        reader=visit.reader,
        cases=tuple(_case(tx, visit, tx.grants.get(grant), now) for grant in visit.grants),
        cap_seconds=reading_settings(tx).cap_minutes * 60,
    )


def views_left(grant: ReadingGrant, visit_id: str = "") -> int | None:
    """How often the case may still be opened, None for any number; the visit that has it open
    already needs no view more."""
    if not grant.views_limit:
        return None
    used = grant.views - (1 if visit_id in grant.details.get(OPENED, ()) else 0)
    return max(0, grant.views_limit - used)


def require_openable(
    tx: Transaction, grant: ReadingGrant, dossier: Dossier, now: str, visit_id: str = ""
) -> tuple[int, ...]:
    """The pages to show. Raises Refused RDR-105, RDR-108, RDR-109 (no page to show), RDR-113 (no
    views left)."""
    read_permission(tx, grant, dossier, now)
    pages = granted_pages(tx, grant, dossier)
    if not pages:
        raise Refused("RDR-109", case_no=dossier.case_no)
    if views_left(grant, visit_id) == 0:
        raise Refused("RDR-113", case_no=dossier.case_no)
    return pages


def _case(tx: Transaction, visit: ReadingVisit, grant: ReadingGrant, now: str) -> GrantedCase:
    dossier = tx.dossiers.get(grant.dossier_id)
    pages, closed = 0, ""
    try:
        pages = len(require_openable(tx, grant, dossier, now, visit.id))
    except Refused as fault:
        closed = fault.code
    return GrantedCase(
        grant=grant.id,
        case_no=dossier.case_no,
        cause=dossier.cause,
        pages=pages,
        prints_left=grant.prints_left,
        valid_until=grant.valid_until,
        views_left=views_left(grant, visit.id),
        closed=closed,
    )


class VisitService(Service):
    """Base of all that belongs to one visit: finds it, its grants and their pages, and nothing of
    anybody else."""

    def __init__(self, context: Context, visit_id: str) -> None:
        super().__init__(context)
        self._visit_id = visit_id

    def _open_visit(self, tx: Transaction) -> ReadingVisit:
        """Raises Refused RDR-112 when the visit is over, or was never here, RDR-117 when the clock
        cannot tell."""
        require_reading_clock(self._context)
        visit = tx.reading_visits.first(id=self._visit_id) if self._visit_id else None
        if visit is None or visit.ended_at or visit.terminal != self._context.station:
            raise Refused("RDR-112")
        cap = timedelta(minutes=reading_settings(tx).cap_minutes)
        lasted = self._context.clock.now() - datetime.fromisoformat(visit.started_at)
        if not -_CLOCK_SLACK <= lasted <= cap:
            raise Refused("RDR-112")
        return visit

    def _open_grant(
        self, tx: Transaction, grant_id: str
    ) -> tuple[ReadingVisit, ReadingGrant, Dossier]:
        """Raises Refused RDR-112, RDR-106 for a grant of somebody else, RDR-105, RDR-108."""
        visit = self._open_visit(tx)
        if not isinstance(grant_id, str) or grant_id not in visit.grants:
            raise Refused("RDR-106", page="?")
        grant = tx.grants.get(grant_id)
        dossier = tx.dossiers.get(grant.dossier_id)
        read_permission(tx, grant, dossier, self._now())
        return visit, grant, dossier

    def _granted_side(
        self, tx: Transaction, grant: ReadingGrant, dossier: Dossier, page_number: int
    ) -> Side:
        """Raises Refused RDR-106 for a page that is not granted."""
        # True and 1.0 are equal to 1 and would find its page.
        side = None
        if type(page_number) is int and 0 < page_number <= MOST_PAGE_NUMBER:
            side = granted_side(tx, grant, dossier, page_number)
        if side is None:
            raise Refused("RDR-106", page=repr(page_number)[:12])
        return side


class PageReading(VisitService):
    """Opens cases and shows their pages."""

    def __init__(self, context: Context, visit_id: str) -> None:
        super().__init__(context, visit_id)
        # Numbers of the issues that are in sight, and since when.
        self._in_sight: dict[str, datetime] = {}

    def require_open(self) -> None:
        """Raises Refused RDR-112 when the visit is over, RDR-117."""
        with self._context.storage.read() as tx:
            self._open_visit(tx)

    def visit(self) -> ReaderVisit:
        """See `SessionDesk.visit`."""
        with self._context.storage.read() as tx:
            return visit_view(tx, self._open_visit(tx), self._now())

    def open_case(self, grant: str) -> ReaderSession:
        """See `SessionDesk.open_case`."""
        with self._context.storage.write() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            pages = require_openable(tx, found, dossier, self._now(), visit.id)
            found = self._count_view(tx, visit, found, dossier)
            session = self._session(tx, found, dossier, pages)
            tx.commit()
        return session

    def _count_view(
        self, tx: Transaction, visit: ReadingVisit, grant: ReadingGrant, dossier: Dossier
    ) -> ReadingGrant:
        opened = tuple(grant.details.get(OPENED, ()))
        if visit.id in opened:
            return grant
        details = {**grant.details, OPENED: [*opened, visit.id]}
        counted = attrs.evolve(grant, views=grant.views + 1, details=details)
        tx.grants.replace(counted)
        tx.audit.record(
            "terminal",
            "reader_opened",
            dossier.case_no,
            reader=grant.reader,
            grant=grant.id,
            visit=visit.id,
            views=counted.views,
        )
        return counted

    def _session(
        self, tx: Transaction, grant: ReadingGrant, dossier: Dossier, pages: tuple[int, ...]
    ) -> ReaderSession:
        settings = reading_settings(tx)
        items = tx.items.find(dossier_id=dossier.id, part=MAIN)
        return ReaderSession(
            grant=grant.id,
            reader=grant.reader,
            case_no=dossier.case_no,
            pages=pages,
            prints_left=grant.prints_left,
            valid_until=grant.valid_until,
            catalogue=tuple(
                attrs.evolve(item_row(item), reason={})
                for item in items
                if item.first_page is not None
                and any(item.first_page <= page <= (item.last_page or 0) for page in pages)
            ),
            visit=self._visit_id,
            masked=grant.masked,
            text_selection=settings.text_selection,
            printing=grant.prints_granted > 0,
            fee_cents=settings.fee_cents,
            copies_most=settings.copies_most,
        )

    def page(self, grant: str, page_number: int) -> IssuedPage:
        """See `SessionDesk.page`."""
        with self._context.storage.read() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            side = self._granted_side(tx, found, dossier, page_number)
        issue = prepare_issue(
            self._context, visit=visit, grant=found, dossier=dossier, side=side, kind=VIEW
        )
        picture = render_issue(self._context, issue)
        return IssuedPage(page_number=page_number, issue=issue.id, picture=picture)

    def thumbnail(self, grant: str, page_number: int) -> IssuedPage:
        """See `SessionDesk.thumbnail`."""
        with self._context.storage.read() as tx:
            _visit, found, dossier = self._open_grant(tx, grant)
            side = self._granted_side(tx, found, dossier, page_number)
        picture = thumbnail_picture(self._context, found, dossier, side)
        return IssuedPage(page_number=page_number, issue="", picture=picture)

    def shown(self, issue: str) -> None:
        """See `SessionDesk.shown`. Each time a page comes into sight is on record."""
        now = self._context.clock.now()
        with self._context.storage.write() as tx:
            found = self._own_issue(tx, issue)
            _visit, _grant, dossier = self._open_grant(tx, found.grant_id)
            if not found.shown_at:
                tx.page_issues.replace(attrs.evolve(found, shown_at=timestamp(now)))
            record_reading(tx, "page_read", found, dossier.case_no, side=found.side_id)
            tx.commit()
        self._in_sight[issue] = now

    def left_page(self, issue: str, seconds: float) -> None:
        """See `SessionDesk.left_page`. No more seconds are believed than the page was in sight, and
        they are also taken when the grant has just ended."""
        with self._context.storage.write() as tx:
            self._note_left(tx, self._own_issue(tx, issue), seconds)
            tx.commit()

    def leave_all_pages(self) -> None:
        """Put on record how long the pages were in sight that nobody said were left: the reader's
        process was ended."""
        with self._context.storage.write() as tx:
            for issue in tuple(self._in_sight):
                self._note_left(tx, tx.page_issues.get(issue), math.inf)
            tx.commit()

    def _note_left(self, tx: Transaction, issue: PageIssue, seconds: float) -> None:
        since = self._in_sight.pop(issue.id, None)
        if since is None:
            return
        most = max(0.0, (self._context.clock.now() - since).total_seconds())
        # Not a number and numbers below zero are nothing.
        believed = min(seconds, most) if seconds > 0 else 0.0
        tx.page_issues.replace(attrs.evolve(issue, seconds=issue.seconds + believed))
        case_no = tx.dossiers.get(issue.dossier_id).case_no
        record_reading(tx, "page_left", issue, case_no, seconds=round(believed, 1))

    def _own_issue(self, tx: Transaction, issue: str) -> PageIssue:
        """Raises Refused RDR-106 for an issue of another visit, or one for paper."""
        visit = self._open_visit(tx)
        found = tx.page_issues.first(id=issue) if isinstance(issue, str) else None
        if found is None or found.visit_id != visit.id or found.kind != VIEW:
            raise Refused("RDR-106", page="?")
        return found


def record_reading(
    tx: Transaction, action: str, issue: PageIssue, case_no: str, **details: str | float
) -> None:
    """The audit record of something that happened to an issued page."""
    tx.audit.record(
        "terminal",
        action,
        case_no,
        reader=issue.reader,
        grant=issue.grant_id,
        visit=issue.visit_id,
        page=issue.page_number,
        issue=issue.id,
        **details,
    )
