"""The papers of reading slips (阅卷单): what stands on one, and its row, made once for each visit.

Every visit in which a page was seen or printed has its slip in the record of the dossier, also
where the reader left without signing. Drawing takes a while and is done outside of transactions.
"""

from __future__ import annotations

from typing import Any

import attrs

from app.domain.dossier import Dossier
from app.domain.reading import VIEW, ReadingGrant, ReadingSlip, ReadingVisit
from app.kernel.clock import timestamp
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.ports import Transaction
from app.services.reading_print_jobs import TERMINAL, is_slip
from archive_rules.reading import load_reading_rules

DRAW_SLIP = "app.adapters.printing.reading_slip:reading_slip"
_DRAWING_SECONDS = 60


def end_slips(context: Context, visit_id: str) -> None:
    """Make the slips that the reader did not sign, and complete those she did: when a visit is
    over, each case of which she saw a page has one in its record. Repeating it adds nothing."""
    with context.storage.read() as tx:
        visit = tx.reading_visits.first(id=visit_id)
        if visit is None:
            return
        contents = {}
        for grant_id in visit.grants:
            grant = tx.grants.get(grant_id)
            contents[grant_id] = slip_content(tx, visit, grant, tx.dossiers.get(grant.dossier_id))
    for grant_id, content in contents.items():
        if content["pages_read"] or content["pages_printed"]:
            _complete(context, slip_of(context, visit, grant_id), content)


def slip_of(context: Context, visit: ReadingVisit, grant_id: str) -> ReadingSlip:
    """The slip of a visit to one case; its row is written when there is none."""
    with context.storage.write() as tx:
        slip = tx.reading_slips.first(visit_id=visit.id, grant_id=grant_id)
        if slip is None:
            dossier = tx.dossiers.get(tx.grants.get(grant_id).dossier_id)
            slip = ReadingSlip(
                id=new_id("slip"),
                number=f"YJD{tx.reading_slips.count() + 1:06}",
                visit_id=visit.id,
                grant_id=grant_id,
                dossier_id=dossier.id,
                made_at=timestamp(context.clock.now()),
            )
            tx.reading_slips.add(slip)
            record_slip(tx, "reading_slip_made", TERMINAL, slip)
            tx.commit()
    return slip


def slip_content(
    tx: Transaction, visit: ReadingVisit, grant: ReadingGrant, dossier: Dossier
) -> dict[str, Any]:
    """What stands on the slip of a visit to one case: who read what, when and with which papers."""
    issues = tx.page_issues.find(visit_id=visit.id, grant_id=grant.id)
    seen = {issue.page_number for issue in issues if issue.kind == VIEW and issue.shown_at}
    application = tx.reading_applications.first(grant_id=grant.id)
    papers = application.papers if application is not None else ()
    rules = load_reading_rules()
    kinds = {kind.code: kind.title for kind in rules.kinds}
    return {
        "case_no": dossier.case_no,
        "cause": dossier.cause,
        "reader": grant.reader,
        "reader_kind": kinds.get(grant.reader_kind, ""),
        "represents": grant.represents,
        "certificate_tail": grant.certificate[-4:],
        "papers": [
            rules.papers.get(paper["paper"], paper["paper"])
            for paper in papers
            if paper.get("seen_by")
        ],
        "proof": visit.proof,
        "terminal": visit.terminal,
        "started_at": visit.started_at,
        "ended_at": visit.ended_at,
        "pages_read": sorted(seen),
        "pages_printed": _printed(tx, visit, grant),
        "approved_by": grant.approved_by,
        "masked": grant.masked,
    }


def slip_document(context: Context, content: dict[str, Any], signature: bytes) -> bytes:
    """The slip as PDF; `signature` is a PNG, empty for none. Raises Broken SYS-403."""
    document: bytes = context.pool.call(DRAW_SLIP, (content, signature), seconds=_DRAWING_SECONDS)
    return document


def record_slip(tx: Transaction, action: str, actor: str, slip: ReadingSlip) -> None:
    """Put on record what happened to a slip."""
    tx.audit.record(
        actor,
        action,
        tx.dossiers.get(slip.dossier_id).case_no,
        slip=slip.number,
        reader=slip.content.get("reader", ""),
        visit=slip.visit_id,
        pages=slip.content.get("pages_read", []),
        sha256=slip.pdf_sha256,
        signature=slip.signature_sha256,
        remark=slip.remark,
    )


def _complete(context: Context, slip: ReadingSlip, content: dict[str, Any]) -> None:
    if slip.signed_at:
        # What she signed stays as it is; what came later is told beside it.
        later = sorted(set(content["pages_read"]) - set(slip.content["pages_read"]))
        now = {name: content[name] for name in ("ended_at", "pages_printed")}
        completed = attrs.evolve(slip, content={**slip.content, **now, "pages_later": later})
    elif not slip.pdf_sha256:
        whole = content | {"number": slip.number, "signed_at": ""}
        stored = context.blobs.put_bytes(slip_document(context, whole, b""))
        completed = attrs.evolve(slip, content=whole, pdf_sha256=stored.sha256)
    else:
        return
    if completed == slip:
        return
    with context.storage.write() as tx:
        tx.reading_slips.replace(completed)
        record_slip(tx, "reading_slip_completed", TERMINAL, completed)
        tx.commit()


def _printed(tx: Transaction, visit: ReadingVisit, grant: ReadingGrant) -> list[int]:
    """Pages of jobs that came out, or of which something did."""
    pages: set[int] = set()
    for job in tx.print_jobs.find(visit_id=visit.id, grant_id=grant.id):
        if not is_slip(job) and (job.state == "printed" or job.printed_sheets):
            pages.update(job.pages)
    return sorted(pages)
