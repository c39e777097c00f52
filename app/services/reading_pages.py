"""Which pages a grant opens, and how one of them is issued, on the screen or on paper.

A page leaves the service as an issue: its number is in the picture, and its row and audit record
are written before the picture is handed out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from app.domain.dossier import MAIN, Dossier, Side
from app.domain.lifecycle import SEALED
from app.domain.reading import PRINT, PageIssue, ReadingGrant, ReadingVisit
from app.kernel.clock import timestamp
from app.kernel.errors import Refused
from app.services.context import Context
from app.services.ports import Transaction
from app.services.reading_keys import mark_key, new_issue_id, page_key, trace_code
from app.services.reading_masks import page_boxes

ISSUED_PAGE = "app.adapters.reading.issued_page:issued_page"
# What the picture is made for: the screen, the list of pages, paper.
PAGE, THUMBNAIL, PAPER = "page", "thumbnail", "print"
# Key in `ReadingGrant.details`: page numbers that the approver let pass under masking although the
# machine could not read them.
CLEARED = "cleared_pages"
_SECONDS = 30


def granted_sides(tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> dict[int, Side]:
    """Numbered, written sides of the main part that the grant covers, by page number: nothing that
    is withheld, superseded or blank. The restricted part (副卷) counts its pages anew, so a number
    alone never leads there."""
    sides = tx.sides.find(dossier_id=dossier.id, superseded=False, part=MAIN)
    return _covered(tx, sides, grant, dossier)


def granted_pages(tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> tuple[int, ...]:
    """The page numbers of `granted_sides` in order, in a fraction of its time."""
    rows = tx.sides.pick(
        ("id", "page_number", "role", "blank", "picture", "item_number"),
        dossier_id=dossier.id,
        superseded=False,
        part=MAIN,
    )
    withheld = _withheld(tx, grant, dossier)
    return tuple(
        sorted(
            {
                number
                for _id, number, role, blank, picture, item in rows
                if _is_covered(grant, withheld, number, role, blank, picture, item)
            }
        )
    )


def granted_side(
    tx: Transaction, grant: ReadingGrant, dossier: Dossier, page_number: int
) -> Side | None:
    """The side that `granted_sides` has for one page number, without reading all the others."""
    sides = tx.sides.find(
        dossier_id=dossier.id, superseded=False, part=MAIN, page_number=page_number
    )
    return _covered(tx, sides, grant, dossier).get(page_number)


def _covered(
    tx: Transaction, sides: Sequence[Side], grant: ReadingGrant, dossier: Dossier
) -> dict[int, Side]:
    withheld = _withheld(tx, grant, dossier)
    covered: dict[int, Side] = {}
    for side in sides:
        facts = (side.page_number, side.role, side.blank, side.picture, side.item_number)
        if side.page_number is not None and _is_covered(grant, withheld, *facts):
            covered.setdefault(side.page_number, side)
    return covered


def _withheld(tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> set[int]:
    return set(grant.withheld) | _pages_of_items(tx, grant, dossier)


def _is_covered(
    grant: ReadingGrant,
    withheld: set[int],
    number: int | None,
    role: str,
    blank: bool,
    picture: str,
    item: int | None,
) -> bool:
    if role != "page" or blank or number is None or not picture:
        return False
    if number in withheld or (grant.pages and number not in grant.pages):
        return False
    return item not in grant.withheld_items


def is_cleared(grant: ReadingGrant, side: Side) -> bool:
    """Whether the approver let this side pass under masking although the machine could not read
    it."""
    return side.page_number in grant.details.get(CLEARED, ())


def _pages_of_items(tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> set[int]:
    """Page numbers of the documents that are withheld as a whole."""
    if not grant.withheld_items:
        return set()
    pages: set[int] = set()
    for item in tx.items.find(dossier_id=dossier.id, part=MAIN):
        if item.number in grant.withheld_items and item.first_page is not None:
            pages.update(range(item.first_page, (item.last_page or item.first_page) + 1))
    return pages


def read_permission(tx: Transaction, grant: ReadingGrant, dossier: Dossier, now: str) -> None:
    """Whether the grant holds at `now` (a timestamp), as it stands in this transaction.

    Raises Refused RDR-105 for a grant that was revoked or is not valid now, RDR-108 when the
    dossier is no longer sealed.
    """
    standing = tx.grants.get(grant.id)
    if standing.revoked or not standing.valid_from <= now <= standing.valid_until:
        raise Refused("RDR-105")
    if tx.dossiers.get(dossier.id).state not in SEALED:
        raise Refused("RDR-108", case_no=dossier.case_no)


def prepare_issue(
    context: Context,
    *,
    visit: ReadingVisit,
    grant: ReadingGrant,
    dossier: Dossier,
    side: Side,
    kind: str,
    job_id: str = "",
) -> PageIssue:
    """A new issue of a granted side, `kind` VIEW or PRINT; nothing is on record until
    `render_issue` has made its picture. Raises Refused RDR-106 for a side without a number."""
    if side.page_number is None:
        raise Refused("RDR-106", page="?")
    return PageIssue(
        id=new_issue_id(),
        visit_id=visit.id,
        grant_id=grant.id,
        dossier_id=dossier.id,
        side_id=side.id,
        page_number=side.page_number,
        kind=kind,
        picture=side.picture,
        made_at=timestamp(context.clock.now()),
        terminal=context.station,
        reader=grant.reader,
        job_id=job_id,
    )


def render_issue(context: Context, issue: PageIssue, size: str = PAGE, *, seal: str = "") -> bytes:
    """Make the picture of an issue (JPEG) and put the issue on record, in this order: a picture
    that failed is no issue, and none leaves without its row.

    `size` is PAGE or PAPER; `seal` the text of the court's copy stamp, "" for none. What was
    granted is asked once more when the picture is there, so that a grant that ended meanwhile gives
    nothing. Raises as `read_permission`, Refused RDR-106 when the page is no longer granted.
    """
    with context.storage.read() as tx:
        grant, dossier, side = _still_granted(tx, context, issue)
        stamp = _stamp(tx, context, grant, dossier, side, size)
    key = page_key(context, grant.id)
    stamp |= {"code": trace_code(key, issue.id), "mark": mark_key(key, issue.id), "seal": seal}
    picture = _drawn(context, side, stamp)
    made = attrs.evolve(issue, render_sha256=hashlib.sha256(picture).hexdigest())
    with context.storage.write() as tx:
        _still_granted(tx, context, issue)
        tx.page_issues.add(made)
        tx.audit.record(
            "terminal",
            "page_print_issued" if issue.kind == PRINT else "page_issued",
            dossier.case_no,
            reader=issue.reader,
            grant=issue.grant_id,
            page=issue.page_number,
            side=issue.side_id,
            issue=issue.id,
            visit=issue.visit_id,
            sha256=made.render_sha256,
        )
        tx.commit()
    return picture


def thumbnail_picture(context: Context, grant: ReadingGrant, dossier: Dossier, side: Side) -> bytes:
    """A small watermarked picture (JPEG) of a granted side on which no text can be read."""
    with context.storage.read() as tx:
        stamp = _stamp(tx, context, grant, dossier, side, THUMBNAIL)
    return _drawn(context, side, stamp | {"code": "", "mark": "", "seal": ""})


def _drawn(context: Context, side: Side, stamp: dict[str, Any]) -> bytes:
    path = context.blobs.path_of(side.picture)
    picture: bytes = context.pool.call(ISSUED_PAGE, (str(path), stamp), seconds=_SECONDS)
    return picture


def _still_granted(
    tx: Transaction, context: Context, issue: PageIssue
) -> tuple[ReadingGrant, Dossier, Side]:
    grant = tx.grants.get(issue.grant_id)
    dossier = tx.dossiers.get(grant.dossier_id)
    read_permission(tx, grant, dossier, timestamp(context.clock.now()))
    side = granted_side(tx, grant, dossier, issue.page_number)
    if side is None or (side.id, side.picture) != (issue.side_id, issue.picture):
        raise Refused("RDR-106", page=issue.page_number)
    return grant, dossier, side


def _stamp(
    tx: Transaction,
    context: Context,
    grant: ReadingGrant,
    dossier: Dossier,
    side: Side,
    size: str,
) -> dict[str, Any]:
    """What has to be burned into the picture, but for what belongs to one issue."""
    moment: datetime = context.clock.now().astimezone()
    lines = (
        f"仅供阅卷 {grant.reader} 证件尾号 {grant.certificate[-4:]}",
        dossier.case_no,
        f"{moment:%Y-%m-%d %H:%M} {context.station}",
    )
    cleared = is_cleared(grant, side)
    boxes = page_boxes(tx, side, cleared=cleared) if grant.masked else ()
    return {"lines": lines, "boxes": [list(box) for box in boxes], "size": size}
