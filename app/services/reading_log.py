"""The reading log: what readers did at the terminal, as the chain of audit records has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from app.domain.reading import PRINT, PageIssue, ReadingVisit
from app.services.context import Service
from app.services.ports import AuditRow, Transaction
from app.services.reading_desk_views import ReadingLogRow, VisitRow

_SHOWN, _LEFT, _SEARCHED = "page_read", "page_left", "reader_searched"
# What of a visit is told row by row; `page_left` only says how long the page before was in sight,
# and pages made ahead that nobody saw are no reading.
LOGGED = (
    "reader_signed_in",
    "reader_refused",
    "reader_opened",
    _SHOWN,
    "page_text_read",
    _SEARCHED,
    "page_print_issued",
    "reader_signed_out",
)


class ReadingLog(Service):
    """Use cases of the staff: what was read, by whom and for how long."""

    def reading_log(
        self, *, case_no: str = "", grant: str = "", visit: str = ""
    ) -> tuple[ReadingLogRow, ...]:
        """What was done at the terminal, in order: of one case, grant or visit, or all of it.

        `grant` and `visit` are ids. Raises BadInput CASE-101 for a case that is not here.
        """
        with self._context.storage.read() as tx:
            subject = self._dossier(tx, case_no).case_no if case_no else None
            rows = [
                row
                for row in tx.audit.rows(subject)
                if row.action in (*LOGGED, _LEFT)
                and (not grant or row.details.get("grant") == grant)
                and (not visit or row.details.get("visit") == visit)
            ]
        return tuple(_log_rows(rows))

    def visits(self, *, case_no: str = "", day: str = "") -> tuple[VisitRow, ...]:
        """The visits to the terminal, the newest first: of one case, and of one `day` (YYYY-MM-DD)
        of this station's calendar. Raises BadInput CASE-101."""
        with self._context.storage.read() as tx:
            wanted = self._dossier(tx, case_no).id if case_no else ""
            dossiers = {grant.id: grant.dossier_id for grant in tx.grants.find()}
            found = [
                visit
                for visit in tx.reading_visits.find()
                if (not day or _local_day(visit.started_at) == day)
                and (not wanted or wanted in {dossiers.get(grant) for grant in visit.grants})
            ]
            cases = {
                visit.id: {tx.dossiers.get(dossiers[grant]).case_no for grant in visit.grants}
                for visit in found
            }
            searches = _searches(tx, set().union(*cases.values()))
            return tuple(
                _visit_row(tx, visit, cases[visit.id], searches.get(visit.id, 0))
                for visit in reversed(found)
            )


def _log_rows(rows: Sequence[AuditRow]) -> Iterable[ReadingLogRow]:
    lasted: dict[int, float] = {}
    in_sight: dict[str, int] = {}
    for row in rows:
        issue = str(row.details.get("issue", ""))
        if row.action == _SHOWN:
            in_sight[issue] = row.number
        elif row.action == _LEFT and issue in in_sight:
            lasted[in_sight.pop(issue)] = float(row.details.get("seconds", 0.0))
    for row in rows:
        if row.action != _LEFT:
            yield _log_row(row, lasted.get(row.number, 0.0))


def _log_row(row: AuditRow, seconds: float) -> ReadingLogRow:
    details = row.details
    text = details.get("words") or details.get("why") or details.get("proof") or ""
    return ReadingLogRow(
        at=row.at,
        action=row.action,
        visit=str(details.get("visit", "")),
        reader=str(details.get("reader", "")),
        case_no=row.subject,
        terminal=row.station,
        page_number=details.get("page"),
        issue=str(details.get("issue", "")),
        seconds=seconds,
        text=str(text),
    )


def _searches(tx: Transaction, cases: Iterable[str]) -> dict[str, int]:
    """How often was searched in each visit, in these cases."""
    counted: dict[str, int] = defaultdict(int)
    for case_no in cases:
        for row in tx.audit.rows(case_no):
            if row.action == _SEARCHED:
                counted[str(row.details.get("visit", ""))] += 1
    return counted


def _visit_row(tx: Transaction, visit: ReadingVisit, cases: set[str], searches: int) -> VisitRow:
    issues = tx.page_issues.find(visit_id=visit.id)
    return VisitRow(
        id=visit.id,
        terminal=visit.terminal,
        reader=visit.reader,
        proof=visit.proof,
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        ended_by=visit.ended_by,
        case_numbers=tuple(sorted(cases)),
        pages=len({_page(issue) for issue in issues if issue.shown_at}),
        printed=len({_page(issue) for issue in issues if issue.kind == PRINT}),
        searches=searches,
        seconds=round(sum(issue.seconds for issue in issues), 1),
    )


def _page(issue: PageIssue) -> tuple[str, int]:
    return issue.dossier_id, issue.page_number


def _local_day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().date().isoformat()
