"""`digitize`: bulk conversion of a folder of scans without a window.

What is certain is done; what needs a person is listed. The dossier is sealed only when nothing
is left for a person to decide; otherwise the package is provisional and cannot be submitted.
Handwriting, pictures and the like are listed too, but nothing hangs on them ("decisive" false).
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from app.bootstrap import DATA_ENVIRONMENT, open_workstation
from app.cli import records
from app.cli.commands.archive import package_lines
from app.cli.commands.cases import discrepancy_lines, pages_text
from app.cli.output import Answer, table
from app.cli.running import Call, read_record
from app.cli.words import verdict_word
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.views import PackageView, ReconciliationView
from app.services.workstation import Workstation
from app.words.cataloguing import reason_words
from app.words.pages import finding_word, reading_word
from app.words.templates import case_doubt_words

WORKABLE = ("registered", "scanned", "catalogued", "reconciled")


def run_digitize(call: Call, _none: None) -> Answer:
    """See the module. Without `--data` the conversion keeps its data beside its results."""
    arguments = call.arguments
    facts = read_record(arguments.facts)
    if not arguments.folder.exists():
        raise BadInput("SCN-204", folder=str(arguments.folder))
    named = arguments.data is not None or DATA_ENVIRONMENT in os.environ
    data = call.data if named else arguments.out / "data"
    _check_apart(arguments.folder, arguments.out, data)
    workstation = open_workstation(data, language=call.language, engine=arguments.engine)
    try:
        with workstation.claim("digitize"):
            return _convert(call, workstation, facts)
    finally:
        workstation.close()


def _check_apart(scans: Path, *results: Path) -> None:
    """Results inside the folder of scans would be taken for scans by the next run."""
    for folder in results:
        if folder.resolve().is_relative_to(scans.resolve()):
            raise BadInput("SYS-205", folder=str(folder), scans=str(scans))


def _convert(call: Call, workstation: Workstation, facts: dict[str, Any]) -> Answer:
    started = time.monotonic()
    arguments, actor = call.arguments, call.actor
    case_no = workstation.register_case(actor, facts).case_no
    source = f"folder:{arguments.folder}"
    if workstation.case(case_no).state in WORKABLE:
        _work(call, workstation, case_no, source, facts)
    else:
        workstation.check_same_pages(case_no, source, call.cancel)
    reconciliation = workstation.reconciliation(case_no)
    if reconciliation is None:
        raise BadInput("CAT-101", case_no=case_no)
    needs = _needs_person(workstation, case_no, reconciliation)
    open_questions = [need for need in needs if need.get("decisive", True)]
    if not open_questions and workstation.case(case_no).state == "reconciled":
        workstation.seal(actor, case_no)
    package = workstation.build_package(
        actor,
        case_no,
        arguments.out,
        provisional=bool(open_questions),
        report=call.report,
        cancel=call.cancel,
    )
    return _answer(workstation, case_no, reconciliation, package, needs, started)


def _work(
    call: Call, workstation: Workstation, case_no: str, source: str, facts: dict[str, Any]
) -> None:
    actor = call.actor
    before = workstation.case(case_no)
    result = workstation.scan_whole(
        actor, case_no, source, on_event=call.listen, cancel=call.cancel
    )
    queued = workstation.case(case_no).queued
    workstation.process(actor, case_no, report=call.report, cancel=call.cancel)
    state = workstation.case(case_no).state
    changed = result.sides > result.skipped or queued or before.state != state
    if changed or state in ("registered", "scanned"):
        workstation.catalogue(actor, case_no, report=call.report, cancel=call.cancel)
    workstation.reconcile(actor, case_no, facts)


def _needs_person(
    workstation: Workstation, case_no: str, reconciliation: ReconciliationView
) -> list[dict[str, Any]]:
    needs: list[dict[str, Any]] = [
        {
            "what": "discrepancy",
            "kind": row.kind,
            "positions": list(row.positions),
            "page_numbers": list(row.page_numbers),
            "explanation": row.explanation,
        }
        for row in reconciliation.discrepancies
        if row.verdict in ("", "ask")
    ]
    needs += [
        {
            "what": "finding",
            "code": row.code,
            "severity": row.severity,
            "positions": [row.position],
            "value": row.value,
        }
        for row in workstation.findings(case_no)
        if row.severity == "fail" and not row.verdict
    ]
    needs += [
        {
            "what": "item",
            "number": row.number,
            "title": row.title,
            "positions": [row.first_position, row.last_position],
            "confidence": row.confidence,
        }
        for row in workstation.items(case_no)
        if row.doubtful
    ]
    needs += [
        {
            "what": "page_number" if doubt.kind == "number" else "catalogue",
            "reason": doubt.reason["code"],
            "text": reason_words(doubt.reason),
            "positions": [doubt.position] if doubt.position else [],
            "page_number": doubt.value,
            # What they come to is decided by reconciliation, which has found its verdict.
            "decisive": False,
        }
        for doubt in workstation.catalogue_doubts(case_no)
        if doubt.kind != "item"
    ]
    needs += [
        {"what": "case", "code": code, "case_no": case_no}
        for code in workstation.case(case_no).doubts
    ]
    needs += [
        {
            "what": "reading",
            "reason": note.reason,
            "positions": [note.position],
            "box": list(note.box),
            "decisive": note.decisive,
        }
        for note in workstation.reading_notes(case_no)
    ]
    failed = workstation.job_counts(case_no).failed
    if failed:
        needs.append({"what": "jobs", "failed": failed})
    return needs


def _answer(
    workstation: Workstation,
    case_no: str,
    reconciliation: ReconciliationView,
    package: PackageView,
    needs: list[dict[str, Any]],
    started: float,
) -> Answer:
    sides = workstation.sides(case_no)
    findings = [records.finding_record(row) for row in workstation.findings(case_no)]
    record = {
        "case_no": case_no,
        "sides": len(sides),
        "findings": findings,
        "catalogue": records.catalogue_record(workstation.items(case_no), sides),
        "reconciliation": records.reconciliation_record(reconciliation),
        "package": records.package_record(package),
        "needs_person": needs,
        "state": workstation.case(case_no).state,
        "seconds": round(time.monotonic() - started, 2),
    }
    rows = [
        (row.number, row.title, pages_text(row.first_page, row.last_page))
        for row in workstation.items(case_no)
    ]
    lines = [
        _("{case_no}: {sides} sides, {items} items").format(
            case_no=case_no, sides=len(sides), items=len(rows)
        ),
        *table(rows, (_("No."), _("Title"), _("Pages"))),
        _("Verdict: {verdict}").format(verdict=verdict_word(reconciliation.verdict)),
        *discrepancy_lines(reconciliation.discrepancies),
        *package_lines(package),
        _("For a person: {count}").format(count=len(needs)),
        *_need_lines(needs),
    ]
    good = reconciliation.verdict == "consistent" and package.accepted
    return Answer(record=record, lines=lines, status=0 if good else 1)


def _need_lines(needs: list[dict[str, Any]]) -> list[str]:
    """What waits for a person, without the discrepancies: they are told with the verdict."""
    lines = []
    for need in needs:
        if need["what"] == "finding":
            text = _("side {position}: {finding}")
            lines.append(
                text.format(position=need["positions"][0], finding=finding_word(need["code"]))
            )
        elif need["what"] == "item":
            text = _("item {number}: {title} (doubtful)")
            lines.append(text.format(number=need["number"], title=need["title"]))
        elif need["what"] == "reading":
            text = _("side {position}: {finding}")
            word = reading_word(need["reason"])
            lines.append(text.format(position=need["positions"][0], finding=word))
        elif need["what"] == "page_number":
            text = _("side {position}: page number, {reason}")
            lines.append(text.format(position=need["positions"][0], reason=need["text"]))
        elif need["what"] == "catalogue":
            lines.append(need["text"])
        elif need["what"] == "case":
            lines.append(case_doubt_words(need["code"]))
        elif need["what"] == "jobs":
            lines.append(_("failed jobs: {count}").format(count=need["failed"]))
    return [f"- {line}" for line in lines]
