"""`case`, `catalogue`, `reconcile`, `search`: what is known of cases."""

from __future__ import annotations

import time
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call, prepared, read_record
from app.cli.words import state_word, verdict_word
from app.domain.lifecycle import may
from app.kernel.errors import BadInput
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.views import CaseView
from app.services.workstation import Workstation
from app.words.dossiers import discrepancy_word, next_action_word
from app.words.events import event_word
from app.words.templates import case_doubt_words


def run_case(call: Call, workstation: Workstation) -> Answer:
    """`case import|show|list|history`."""
    what = {"import": _import, "show": _show, "list": _list, "history": _history}
    return what[call.arguments.what](call, workstation)


def _import(call: Call, workstation: Workstation) -> Answer:
    result = workstation.import_cases(call.actor, call.arguments.file)
    rejected = [
        {
            "row": row["row"],
            "code": row["fault"]["code"],
            "reason": describe(row["fault"], current_language()).message,
        }
        for row in result["rejected"]
    ]
    lines = [_("Registered: {count}").format(count=result["imported"])]
    lines += [
        _("Row {row} rejected: {reason}").format(row=row["row"], reason=row["reason"])
        for row in rejected
    ]
    record = {"imported": result["imported"], "rejected": rejected}
    return Answer(record=record, lines=lines, status=1 if rejected else 0)


def _show(call: Call, workstation: Workstation) -> Answer:
    view = workstation.case(call.arguments.case_no)
    return Answer(record=records.plain(view), lines=case_lines(view))


def case_lines(view: CaseView) -> list[str]:
    """One case for people."""
    facts: list[tuple[str, Any]] = [
        (_("Case"), view.case_no),
        (_("State"), state_word(view.state)),
        (_("Next step"), next_action_word(view.next_action)),
        (_("Court"), view.court),
        (_("Cause"), view.cause),
        (_("Plaintiff"), view.plaintiff),
        (_("Defendant"), view.defendant),
        (_("Judge"), view.judge),
        (_("Clerk"), view.clerk),
        (_("Filed on"), view.filed_on),
        (_("Closed on"), view.closed_on),
        (_("Paper pages stated"), view.paper_pages),
        (_("Sheets"), view.sheets),
        (_("Sides"), view.sides),
        (_("Blank sides"), view.blank_sides),
        (_("Jobs waiting"), view.queued),
        (_("Jobs failed"), view.failed),
        (_("Open findings"), view.open_findings),
        (_("Items"), view.items),
        (_("Doubtful items"), view.doubtful_items),
        (_("Open discrepancies"), view.open_discrepancies),
        (_("Package"), view.package),
        *((_("Remark"), case_doubt_words(doubt)) for doubt in view.doubts),
    ]
    return table([row for row in facts if row[1] not in ("", None)])


def _list(_call: Call, workstation: Workstation) -> Answer:
    rows = workstation.cases()
    shown = [
        (
            row.case_no,
            state_word(row.state),
            row.cause,
            row.sides,
            row.due + (" !" if row.overdue else ""),
            next_action_word(row.next_action),
        )
        for row in rows
    ]
    heads = (_("Case"), _("State"), _("Cause"), _("Sides"), _("Due"), _("Next step"))
    return Answer(record={"cases": records.plain(rows)}, lines=table(shown, heads))


def _history(call: Call, workstation: Workstation) -> Answer:
    rows = workstation.history(call.arguments.case_no)
    shown = [(row.number, row.at, row.actor, event_word(row.action)) for row in rows]
    heads = (_("No."), _("Time"), _("Who"), _("What"))
    return Answer(record={"history": records.plain(rows)}, lines=table(shown, heads))


def run_catalogue(call: Call, workstation: Workstation) -> Answer:
    """`catalogue CASE_NO`."""
    case_no = call.arguments.case_no
    prepared(call, workstation, case_no, catalogue=True)
    items, sides = workstation.items(case_no), workstation.sides(case_no)
    rows = [
        (row.number, row.title, row.category, pages_text(row.first_page, row.last_page), row.date)
        for row in items
    ]
    heads = (_("No."), _("Title"), _("Category"), _("Pages"), _("Date"))
    doubts = workstation.case(case_no).doubts
    return Answer(
        record=records.catalogue_record(items, sides) | {"case_doubts": list(doubts)},
        lines=[*table(rows, heads), *(f"- {case_doubt_words(doubt)}" for doubt in doubts)],
    )


def pages_text(first: int | None, last: int | None) -> str:
    """A range of pages for people."""
    return "" if first is None else (str(first) if first == last else f"{first}-{last}")


def run_reconcile(call: Call, workstation: Workstation) -> Answer:
    """`reconcile CASE_NO [--paper FILE]`; a sealed dossier answers what it was sealed with."""
    case_no = call.arguments.case_no
    paper = read_record(call.arguments.paper) if call.arguments.paper else None
    state = workstation.case(case_no).state
    if not may("dossier", state, "reconcile") and not may("dossier", state, "catalogue"):
        view = workstation.reconciliation(case_no)
    else:
        prepared(call, workstation, case_no, catalogue=state in ("registered", "scanned"))
        view = workstation.reconcile(call.actor, case_no, paper)
    if view is None:
        raise BadInput("CAT-101", case_no=case_no)
    lines = [
        _("Verdict: {verdict}").format(verdict=verdict_word(view.verdict)),
        *discrepancy_lines(view.discrepancies),
    ]
    status = 1 if view.verdict == "discrepant" else 0
    return Answer(record=records.reconciliation_record(view), lines=lines, status=status)


def discrepancy_lines(discrepancies: Any) -> list[str]:
    """What differs, for people."""
    return [f"- {discrepancy_word(row.kind)}: {row.explanation}" for row in discrepancies]


def run_search(call: Call, workstation: Workstation) -> Answer:
    """`search TEXT`."""
    started = time.monotonic()
    hits = workstation.search(call.arguments.text)
    record = {"hits": records.plain(hits), "seconds": round(time.monotonic() - started, 3)}
    rows = [(hit.case_no, hit.position, hit.page_number, hit.snippet) for hit in hits]
    heads = (_("Case"), _("Side"), _("Page number"), _("Found text"))
    return Answer(record=record, lines=table(rows, heads) if rows else [_("No hits")])
