"""On which terms somebody may read: pages, documents kept back, times; and what that would show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

import attrs
from attrs import frozen

from app.domain.access import person_key
from app.domain.dossier import MAIN, Dossier, Item, Side
from app.domain.reading import ReadingGrant
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.services.item_rows import catalogue_items
from app.services.ports import Transaction
from app.services.reading_desk_views import GrantPreview, GrantTerms, PreviewItem, PreviewPage
from app.services.reading_masks import unread
from app.services.reading_pages import granted_sides
from app.services.reading_rows import case_kind, grant_state
from archive_rules.reading import ReaderKind, load_reading_rules

MOST_DAYS = 366
MOST_COUNT = 9_999
# States of grants that somebody may still use, or will.
OPEN_STATES = ("live", "future", "locked", "closed")
_DAY_ENDS = time(23, 59, 59, 999_000)


@frozen(kw_only=True)
class MainPart:
    """The sealed main part as grants see it: written sides by page number, all page numbers that
    stand in it, its documents, and why the rules would keep some of them back (by number)."""

    sides: Mapping[int, Side]
    numbers: frozenset[int]
    items: tuple[Item, ...]
    proposed: Mapping[int, str]


def main_part(tx: Transaction, dossier: Dossier) -> MainPart:
    """What there is to grant."""
    items = tuple(item for item in catalogue_items(tx, dossier.id) if item.part == MAIN)
    rules, kind = load_reading_rules(), case_kind(dossier)
    found = {item.number: rules.withheld_for(item.title, kind) for item in items}
    rows = tx.sides.pick(("page_number",), dossier_id=dossier.id, part=MAIN, superseded=False)
    return MainPart(
        sides=granted_sides(tx, _candidate(dossier, GrantTerms()), dossier),
        numbers=frozenset(number for (number,) in rows if number is not None),
        items=items,
        proposed={number: why for number, why in found.items() if why},
    )


def require_pages(part: MainPart, pages: Iterable[int]) -> None:
    """Raises BadInput RDR-128 naming page numbers that the main part has not."""
    unknown = sorted(set(pages) - part.numbers)
    if unknown:
        raise BadInput("RDR-128", pages=_listed(unknown))


def require_items(part: MainPart, numbers: Iterable[int]) -> None:
    """Raises BadInput RDR-139 naming documents that the main part has not."""
    unknown = sorted(set(numbers) - {item.number for item in part.items})
    if unknown:
        raise BadInput("RDR-139", items=_listed(unknown))


def pages_of_items(part: MainPart, numbers: Iterable[int]) -> set[int]:
    """The page numbers of documents, as far as they have any."""
    chosen = set(numbers)
    pages: set[int] = set()
    for item in part.items:
        if item.number in chosen and item.first_page is not None:
            pages.update(range(item.first_page, (item.last_page or item.first_page) + 1))
    return pages


def settled_terms(
    tx: Transaction, dossier: Dossier, terms: GrantTerms, kind: ReaderKind
) -> GrantTerms:
    """The terms with pages in order, and with the pages of withheld documents among the withheld
    ones: a catalogue that is numbered anew later must not open them.

    Raises BadInput RDR-128, RDR-139 (pages, documents that do not exist), RDR-132 (a number that
    cannot be), Refused RDR-129 (nothing left to show), RDR-130 (leave is needed), RDR-131 (no
    copies for this kind), RDR-133 (a document that the rules keep back was neither withheld nor
    released).
    """
    if not all(0 <= count <= MOST_COUNT for count in (terms.prints, terms.views_limit)):
        raise BadInput("RDR-132", what="prints")
    if kind.leave and not terms.leave:
        raise Refused("RDR-130", kind=kind.title)
    if terms.prints and not kind.copies:
        raise Refused("RDR-131", kind=kind.title)
    part = main_part(tx, dossier)
    require_pages(part, (*terms.pages, *terms.withheld, *terms.cleared_pages))
    require_items(part, (*terms.withheld_items, *terms.released_items))
    _require_decided(tx, dossier, part, terms)
    settled = attrs.evolve(
        terms,
        pages=tuple(sorted(set(terms.pages))),
        withheld=tuple(sorted({*terms.withheld, *pages_of_items(part, terms.withheld_items)})),
        withheld_items=tuple(sorted(set(terms.withheld_items))),
        cleared_pages=tuple(sorted(set(terms.cleared_pages))),
    )
    if not granted_sides(tx, _candidate(dossier, settled), dossier):
        raise Refused("RDR-129", case_no=dossier.case_no)
    return settled


def preview_of(tx: Transaction, dossier: Dossier, terms: GrantTerms, now: str) -> GrantPreview:
    """What these terms would show. Raises BadInput RDR-128, RDR-139."""
    part = main_part(tx, dossier)
    require_pages(part, (*terms.pages, *terms.withheld))
    require_items(part, terms.withheld_items)
    pages = tuple(
        _preview_page(tx, part, terms, number, side) for number, side in sorted(part.sides.items())
    )
    shown = sum(not page.why for page in pages)
    return GrantPreview(
        case_no=dossier.case_no,
        pages=pages,
        items=tuple(
            PreviewItem(
                number=item.number,
                title=item.title,
                first_page=item.first_page,
                last_page=item.last_page,
                withheld=item.number in terms.withheld_items,
                proposed=part.proposed.get(item.number, ""),
            )
            for item in part.items
        ),
        shown=shown,
        withheld=len(pages) - shown,
        overlaps=tuple(grant.number for grant in open_grants(tx, dossier, now)),
    )


def open_grants(
    tx: Transaction, dossier: Dossier, now: str, reader: str = ""
) -> list[ReadingGrant]:
    """The grants of a case that may still be used, those of `reader` first."""
    found = [
        grant
        for grant in tx.grants.find(dossier_id=dossier.id, revoked=False)
        if grant_state(grant, dossier, now) in OPEN_STATES
    ]
    return sorted(found, key=lambda grant: person_key(grant.reader) != person_key(reader))


def times_of(terms: GrantTerms, now: datetime, valid_days: int) -> tuple[str, str]:
    """(from, until) of a grant. Raises BadInput RDR-132 for times that cannot be: ended already,
    the wrong way round, longer than a year."""
    begins = moment_of(terms.valid_from) if terms.valid_from else now
    days = terms.valid_days or valid_days
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("RDR-132", what="valid_days")
    ends = moment_of(terms.valid_until, ends=True) if terms.valid_until else None
    if ends is None:
        ends = begins + timedelta(days=days)
    if not (begins < ends and now < ends <= now + timedelta(days=2 * MOST_DAYS)):
        raise BadInput("RDR-132", what="valid_until")
    return timestamp(begins), timestamp(ends)


def moment_of(text: str, *, ends: bool = False) -> datetime:
    """A moment, or a day (its beginning, with `ends` its end) of this station's calendar. Raises
    BadInput RDR-132."""
    try:
        if len(text.strip()) == len("2026-01-01"):
            day = date.fromisoformat(text.strip())
            return datetime.combine(day, _DAY_ENDS if ends else time.min).astimezone()
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError) as error:
        raise BadInput("RDR-132", what=text[:40]) from error


def _require_decided(tx: Transaction, dossier: Dossier, part: MainPart, terms: GrantTerms) -> None:
    """Raises Refused RDR-133 when a document that the rules keep back would be shown in passing."""
    shown = set(granted_sides(tx, _candidate(dossier, terms), dossier))
    for number, why in part.proposed.items():
        if number not in terms.released_items and shown & pages_of_items(part, (number,)):
            title = next(item.title for item in part.items if item.number == number)
            raise Refused("RDR-133", item=number, title=title, why=why)


def _preview_page(
    tx: Transaction, part: MainPart, terms: GrantTerms, number: int, side: Side
) -> PreviewPage:
    item = next((item for item in part.items if _covers(item, number)), None)
    why = ""
    if terms.pages and number not in terms.pages:
        why = "not_granted"
    elif number in terms.withheld:
        why = "withheld"
    elif number in pages_of_items(part, terms.withheld_items):
        why = "withheld_item"
    elif terms.masked and number not in terms.cleared_pages and unread(tx, side):
        why = "unread"
    return PreviewPage(
        page_number=number,
        side_id=side.id,
        item_number=item.number if item is not None else None,
        item_title=item.title if item is not None else "",
        why=why,
    )


def _covers(item: Item, number: int) -> bool:
    if item.first_page is None:
        return False
    return item.first_page <= number <= (item.last_page or item.first_page)


def _candidate(dossier: Dossier, terms: GrantTerms) -> ReadingGrant:
    """A grant that nobody has, to ask what it would open."""
    return ReadingGrant(
        id="",
        dossier_id=dossier.id,
        reader="",
        certificate="",
        code_hash="",
        code_salt="",
        pages=tuple(terms.pages),
        withheld=tuple(terms.withheld),
        withheld_items=tuple(terms.withheld_items),
    )


def _listed(numbers: Iterable[int]) -> str:
    return "、".join(str(number) for number in numbers)
