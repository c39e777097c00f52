"""Applications and grants as the staff reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.domain.access import person_key
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED
from app.domain.reading import ReadingApplication, ReadingGrant
from app.services.ports import Transaction
from app.services.reading_desk_views import (
    ApplicationRow,
    GrantRow,
    PaperKindRow,
    PaperRow,
    ReaderKindRow,
)
from archive_rules.case_number import kind_of, parse
from archive_rules.reading import ReaderKind, RulesOfReading, last_working_day, load_reading_rules

TAIL = 4
LIVE = "live"
# Key in `ReadingGrant.details`: the terminal that was booked.
APPOINTED_TERMINAL = "appointed_terminal"
_TURNS: Mapping[str, str] = {"entered": "check", "checked": "decide", "returned": "applicant"}


def case_kind(dossier: Dossier) -> str:
    """The kind of case by its number, as rule sets name it."""
    return kind_of(parse(dossier.case_no)).value


def kind_row(kind: ReaderKind, rules: RulesOfReading) -> ReaderKindRow:
    """A kind of reader to choose from."""
    return ReaderKindRow(
        code=kind.code,
        name=kind.title,
        papers=tuple(
            PaperKindRow(
                code=paper,
                name=rules.papers[paper],
                needed=paper in kind.needed,
                choice=paper in kind.one_of,
            )
            for paper in kind.papers
        ),
        one_of=kind.one_of,
        needs_leave=kind.leave,
        copies=kind.copies,
        represents=kind.represents,
        note=kind.note,
        source=kind.source,
    )


def application_row(
    tx: Transaction, application: ReadingApplication, *, today: date, handling_days: int
) -> ApplicationRow:
    """One application with its papers, its term and whose turn it is."""
    kind = load_reading_rules().kind(application.reader_kind)
    dossier = tx.dossiers.get(application.dossier_id)
    turn = _TURNS.get(application.state, "")
    due = _due_on(application, handling_days)
    return ApplicationRow(
        id=application.id,
        number=application.number,
        case_no=dossier.case_no,
        cause=dossier.cause,
        state=application.state,
        turn=turn,
        reader_kind=kind.code,
        kind_name=kind.title,
        reader=application.reader,
        certificate=application.certificate,
        entered_by=application.entered_by,
        entered_at=application.entered_at,
        due_on=due.isoformat(),
        days_left=(due - today).days if turn else None,
        part=application.part,
        represents=application.represents,
        identified=bool(application.identity_hash),
        party_known=is_party(dossier, application.represents or application.reader),
        papers=_paper_rows(application, kind),
        needs_leave=kind.leave,
        reason=application.reason,
        wanted_pages=application.wanted_pages,
        wants_copies=application.wants_copies,
        checked_by=application.checked_by,
        checked_at=application.checked_at,
        remark=remark_of(application),
        decided_by=application.decided_by,
        decided_at=application.decided_at,
        decision_reason=application.decision_reason,
        grant=application.grant_id,
    )


def _due_on(application: ReadingApplication, handling_days: int) -> date:
    """The last day of the handling term."""
    entered = datetime.fromisoformat(application.entered_at).astimezone().date()
    return last_working_day(entered, handling_days)


def is_party(dossier: Dossier, name: str) -> bool:
    """Whether the case on record names this person or body as a party."""
    key = person_key(name)
    return bool(key) and any(
        key in person_key(side) for side in (dossier.plaintiff, dossier.defendant)
    )


def remark_of(application: ReadingApplication) -> str:
    """What the counter noted when it saw the papers."""
    remarks = [str(paper.get("remark", "")) for paper in application.papers]
    return next((remark for remark in remarks if remark), "")


def grant_state(grant: ReadingGrant, dossier: Dossier, now: str) -> str:
    """Whether a grant can be used now, as `GrantRow.state`."""
    if grant.revoked:
        return "revoked"
    if grant.valid_until < now:
        return "ended"
    if dossier.state not in SEALED:
        return "closed"
    if grant.tries_left <= 0:
        return "locked"
    if grant.views_limit and grant.views >= grant.views_limit:
        return "used"
    return LIVE if grant.valid_from <= now else "future"


def grant_row(tx: Transaction, grant: ReadingGrant, now: str) -> GrantRow:
    """One grant with what it opens."""
    dossier = tx.dossiers.get(grant.dossier_id)
    asked = tx.reading_applications.first(id=grant.application_id) if grant.application_id else None
    rules = load_reading_rules()
    known = {kind.code: kind.title for kind in rules.kinds}
    return GrantRow(
        id=grant.id,
        number=grant.number,
        case_no=dossier.case_no,
        cause=dossier.cause,
        state=grant_state(grant, dossier, now),
        reader=grant.reader,
        certificate_tail=grant.certificate[-TAIL:],
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        reader_kind=grant.reader_kind,
        kind_name=known.get(grant.reader_kind, grant.reader_kind),
        represents=grant.represents,
        pages=grant.pages,
        withheld=grant.withheld,
        withheld_items=grant.withheld_items,
        views=grant.views,
        views_limit=grant.views_limit,
        prints_left=grant.prints_left,
        prints_granted=grant.prints_granted,
        masked=grant.masked,
        granted_by=grant.granted_by,
        approved_by=grant.approved_by,
        reason=grant.reason,
        application=asked.number if asked is not None else "",
        tries_left=grant.tries_left,
        appointed_at=grant.appointed_at,
        appointed_until=grant.appointed_until,
        terminal=str(grant.details.get(APPOINTED_TERMINAL, "")),
    )


def _paper_rows(application: ReadingApplication, kind: ReaderKind) -> tuple[PaperRow, ...]:
    rules = load_reading_rules()
    kept: dict[str, Mapping[str, Any]] = {
        str(paper["paper"]): paper for paper in application.papers
    }
    return tuple(
        PaperRow(
            code=code,
            name=rules.papers[code],
            needed=code in kind.needed,
            choice=code in kind.one_of,
            declared=code in kept,
            number=str(kept.get(code, {}).get("number", "")),
            seen_by=str(kept.get(code, {}).get("seen_by", "")),
            seen_at=str(kept.get(code, {}).get("seen_at", "")),
        )
        for code in kind.papers
    )
