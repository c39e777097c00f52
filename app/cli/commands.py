"""The commands: each calls the services and gives its answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

from app.bootstrap import upgrade_database
from app.cli import records
from app.cli.demo import run_demo
from app.cli.digitize import run_digitize
from app.cli.output import Answer, table
from app.cli.running import Call, prepared, read_record
from app.domain.lifecycle import may
from app.kernel.errors import BadInput
from app.kernel.fault_texts import describe
from app.kernel.progress import Cancelled, Progress
from app.kernel.translation import translate as _
from app.services.views import ScanEventView
from app.services.workstation import Workstation

__all__ = ["COMMANDS", "READ_ONLY", "Call"]


@frozen(kw_only=True)
class Command:
    """One command; `run` gets None for the workstation when it needs none."""

    run: Callable[[Call, Any], Answer]
    needs_workstation: bool = True


def _case(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if arguments.what == "import":
        result = workstation.import_cases(call.actor, arguments.file)
        rejected = [
            {
                "row": row["row"],
                "code": row["fault"]["code"],
                "reason": describe(row["fault"], workstation.language).message,
            }
            for row in result["rejected"]
        ]
        lines = [_("Registered: {count}").format(count=result["imported"])]
        lines += [f"{row['row']}: {row['reason']}" for row in rejected]
        record = {"imported": result["imported"], "rejected": rejected}
        return Answer(record=record, lines=lines, status=1 if rejected else 0)
    if arguments.what == "show":
        view = workstation.case(arguments.case_no)
        record = records.case_record(view)
        return Answer(record=record, lines=[f"{key}: {value}" for key, value in record.items()])
    rows = workstation.cases()
    shown = [
        (row.case_no, row.state, row.cause, row.sides, row.due, row.next_action) for row in rows
    ]
    heads = (_("Case"), _("State"), _("Cause"), _("Sides"), _("Due"), _("Next"))
    return Answer(record={"cases": records.plain(rows)}, lines=table(shown, heads))


def _scan(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if arguments.list_sources:
        devices, warnings = workstation.sources()
        rows = [(row.source, row.maker, row.model, row.feeder, row.duplex) for row in devices]
        heads = (_("Source"), _("Maker"), _("Model"), _("Feeder"), _("Duplex"))
        record = {"sources": records.plain(devices), "warnings": warnings}
        return Answer(record=record, lines=table(rows, heads) + _warnings(call, warnings))
    if not arguments.case_no or not arguments.source:
        raise BadInput("SCN-203", source=arguments.source or "", known="folder, sane, simulated")

    def listen(event: ScanEventView) -> None:
        call.report(Progress(step="scan", done=event.sides, total=0))

    result = workstation.scan(
        call.actor,
        arguments.case_no,
        arguments.source,
        profile=arguments.profile,
        part=arguments.part,
        volume=arguments.volume,
        on_event=listen,
        cancel=call.cancel,
    )
    record = records.plain(result)
    lines = [
        _("Sheets: {sheets}, sides: {sides}, stored before: {skipped}").format(
            sheets=result.sheets, sides=result.sides, skipped=result.skipped
        )
    ]
    record["warnings"] = [_with_text(call, warning) for warning in result.warnings]
    return Answer(record=record, lines=lines + _warnings(call, list(result.warnings)))


def _with_text(call: Call, warning: dict[str, Any]) -> dict[str, Any]:
    return warning | {"message": describe(warning, call.shown_language).message}


def _warnings(call: Call, warnings: list[dict[str, Any]]) -> list[str]:
    return [f"! {describe(warning, call.shown_language).message}" for warning in warnings]


def _inspect(call: Call, workstation: Workstation) -> Answer:
    started = time.monotonic()
    if call.arguments.case_no:
        workstation.process(
            call.actor, call.arguments.case_no, report=call.report, cancel=call.cancel
        )
        workstation.find_duplicates(call.actor, call.arguments.case_no)
        files = records.inspection_records(workstation.sides(call.arguments.case_no))
    elif call.arguments.paths:
        files = workstation.inspect_paths(call.arguments.paths, cancel=call.cancel)
    else:
        raise BadInput("SYS-201", path="", reason=_("name files or --case"))
    record = {"files": files, "seconds": round(time.monotonic() - started, 3)}
    rows = [
        (entry["position"], entry["file"], finding["code"], finding["severity"], finding["value"])
        for entry in files
        for finding in entry["findings"]
    ]
    heads = (_("Side"), _("File"), _("Finding"), _("Severity"), _("Value"))
    return Answer(record=record, lines=table(rows, heads))


def _ocr(call: Call, workstation: Workstation) -> Answer:
    started = time.monotonic()
    files = workstation.recognise_paths(
        call.arguments.paths, call.arguments.engine, cancel=call.cancel
    )
    record = {"files": files, "seconds": round(time.monotonic() - started, 3)}
    return Answer(record=record, lines=[entry["text"] for entry in files])


def _catalogue(call: Call, workstation: Workstation) -> Answer:
    case_no = call.arguments.case_no
    prepared(call, workstation, case_no, catalogue=True)
    items, sides = workstation.items(case_no), workstation.sides(case_no)
    rows = [
        (row.number, row.title, row.category, _pages(row.first_page, row.last_page), row.date)
        for row in items
    ]
    heads = (_("No."), _("Title"), _("Category"), _("Pages"), _("Date"))
    return Answer(record=records.catalogue_record(items, sides), lines=table(rows, heads))


def _pages(first: int | None, last: int | None) -> str:
    return "" if first is None else (str(first) if first == last else f"{first}-{last}")


def _reconcile(call: Call, workstation: Workstation) -> Answer:
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
    lines = [_("Verdict: {verdict}").format(verdict=view.verdict)]
    lines += [f"- {row.explanation}" for row in view.discrepancies]
    status = 1 if view.verdict == "discrepant" else 0
    return Answer(record=records.reconciliation_record(view), lines=lines, status=status)


def _seal(call: Call, workstation: Workstation) -> Answer:
    workstation.seal(call.actor, call.arguments.case_no)
    view = workstation.case(call.arguments.case_no)
    return Answer(record=records.case_record(view), lines=[f"{view.case_no}: {view.state}"])


def _return(call: Call, workstation: Workstation) -> Answer:
    workstation.return_dossier(call.actor, call.arguments.case_no, call.arguments.reason)
    view = workstation.case(call.arguments.case_no)
    return Answer(record=records.case_record(view), lines=[f"{view.case_no}: {view.state}"])


def _package(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if arguments.what == "check":
        if arguments.path is None:
            raise BadInput("SYS-201", path="", reason=_("name the package folder"))
        view = workstation.check_package(arguments.path, report=call.report, cancel=call.cancel)
    else:
        with workstation.claim("package"):
            view = workstation.build_package(
                call.actor,
                arguments.what,
                arguments.out,
                provisional=arguments.provisional,
                report=call.report,
                cancel=call.cancel,
            )
    rows = [(row.code, row.name, row.result, row.remark) for row in view.checks]
    heads = (_("Code"), _("Check"), _("Result"), _("Remark"))
    lines = [view.package, f"SHA-256 {view.sha256}", f"SM3 {view.sm3}", *table(rows, heads)]
    status = 0 if view.accepted else 1
    return Answer(record=records.package_record(view), lines=lines, status=status)


def _submit(call: Call, workstation: Workstation) -> Answer:
    view = workstation.submit(
        call.actor,
        call.arguments.case_no,
        call.arguments.target,
        report=call.report,
        cancel=call.cancel,
    )
    return _tracks_answer(view)


def _tracks(call: Call, workstation: Workstation) -> Answer:
    return _tracks_answer(workstation.tracks(call.arguments.case_no))


def _tracks_answer(view: Any) -> Answer:
    lines = [
        f"{view.case_no}: {view.state}",
        _("Electronic: {state}").format(state=view.electronic["state"]),
        _("Paper: {state} ({place})").format(
            state=view.paper["state"], place=view.paper["location"] or view.paper["with"]
        ),
        _("Verdict: {verdict}").format(verdict=view.verdict),
    ]
    return Answer(record=records.tracks_record(view), lines=lines)


def _shelve(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    view = workstation.shelve(
        call.actor, arguments.case_no, arguments.location, arguments.volumes, arguments.pages
    )
    return _tracks_answer(view)


def _locker(call: Call, workstation: Workstation) -> Answer:
    cabinet = call.arguments.cabinet or workstation.cabinets()[0]
    cells = workstation.cells(cabinet)
    rows = [(cell.number, cell.door_open, cell.occupied, cell.handoff) for cell in cells]
    heads = (_("Cell"), _("Open"), _("Occupied"), _("Hand-off"))
    record = {"cabinet": cabinet, "cells": records.plain(cells)}
    return Answer(record=record, lines=table(rows, heads))


def _handoff(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if arguments.what == "list":
        rows = workstation.handoffs(arguments.case_no)
        shown = [(row.id, row.case_no, row.state, row.receiver, row.cell) for row in rows]
        heads = (_("Hand-off"), _("Case"), _("State"), _("Receiver"), _("Cell"))
        return Answer(record={"handoffs": records.plain(rows)}, lines=table(shown, heads))
    if arguments.what == "offer":
        row, code = workstation.offer(
            call.actor,
            arguments.case_no,
            arguments.to,
            arguments.cabinet or workstation.cabinets()[0],
            volumes=arguments.volumes,
            pages=arguments.pages,
        )
        lines = [_("Cell {cell}, code {code}").format(cell=row.cell, code=code), row.id]
        return Answer(record=records.plain(row) | {"code": code}, lines=lines)
    if arguments.what == "deposit":
        row = workstation.deposit(call.actor, arguments.handoff)
    elif arguments.what == "collect":
        row = workstation.collect(call.actor, arguments.handoff, arguments.code)
    else:
        row = workstation.acknowledge(
            call.actor, arguments.handoff, volumes=arguments.volumes, pages=arguments.pages
        )
    return Answer(record=records.plain(row), lines=[f"{row.id}: {row.state}"])


def _grant(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    code = workstation.grant(
        call.actor,
        arguments.case_no,
        reader=arguments.reader,
        certificate=arguments.certificate,
        pages=page_ranges(arguments.pages),
        valid_days=arguments.days,
        prints=arguments.prints,
    )
    return Answer(record={"code": code}, lines=[_("Reading code: {code}").format(code=code)])


def page_ranges(text: str) -> tuple[int, ...]:
    """ "1-3,7" as page numbers, empty for all. Raises BadInput RDR-107."""
    pages: set[int] = set()
    for part in text.replace("，", ",").split(","):
        if not part.strip():
            continue
        first, _dash, last = part.partition("-")
        try:
            pages.update(range(int(first), int(last or first) + 1))
        except ValueError:
            raise BadInput("RDR-107", text=part) from None
    return tuple(sorted(pages))


def _reader(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    room = workstation.reading_room()
    session = room.sign_in(arguments.code)
    record = records.plain(session)
    lines = [session.case_no, _("Pages: {pages}").format(pages=len(session.pages))]
    if arguments.page is not None:
        out = arguments.out or Path(f"page-{arguments.page}.jpg")
        out.write_bytes(room.page(session, arguments.page))
        record["written"] = str(out)
        lines.append(str(out))
    room.sign_out(session)
    return Answer(record=record, lines=lines)


def _audit(_call: Call, workstation: Workstation) -> Answer:
    report = workstation.audit_verify()
    text = (
        _("The audit chain is intact: {rows} rows").format(rows=report.rows)
        if report.ok
        else _("The audit chain is broken at row {row}").format(row=report.broken_at)
    )
    record = records.plain(report)
    return Answer(record=record, lines=[text, report.head], status=0 if report.ok else 1)


def _fixity(call: Call, workstation: Workstation) -> Answer:
    result = workstation.fixity(call.actor, report=call.report, cancel=call.cancel)
    lines = [
        _("Masters: {count}, damaged: {damaged}").format(
            count=result["masters"], damaged=len(result["damaged"])
        ),
        *result["damaged"],
    ]
    return Answer(record=result, lines=lines, status=1 if result["damaged"] else 0)


def _doctor(call: Call, workstation: Workstation) -> Answer:
    rows = []
    for row in workstation.doctor():
        text = describe({"code": row.code, "parameters": {}}, call.shown_language)
        rows.append(
            {
                "name": text.message,
                "ok": row.ok,
                "detail": row.detail,
                "remedy": "" if row.ok else text.remedy,
            }
        )
    shown = [("✓" if row["ok"] else "✗", row["name"], row["detail"], row["remedy"]) for row in rows]
    ok = all(row["ok"] for row in rows)
    heads = ("", _("Needed"), _("Found"), _("What to do"))
    return Answer(
        record={"ok": ok, "checks": rows}, lines=table(shown, heads), status=0 if ok else 4
    )


def _search(call: Call, workstation: Workstation) -> Answer:
    started = time.monotonic()
    hits = workstation.search(call.arguments.text)
    record = {
        "hits": records.plain(hits),
        "seconds": round(time.monotonic() - started, 3),
    }
    rows = [(hit.case_no, hit.position, hit.page_number, hit.snippet) for hit in hits]
    return Answer(record=record, lines=table(rows, (_("Case"), _("Side"), _("Page"), _("Text"))))


def _worker(call: Call, workstation: Workstation) -> Answer:
    if call.arguments.until_idle:
        workstation.work_until_idle(call.cancel)
    else:
        try:
            workstation.work(call.cancel)
        except Cancelled:
            # Being told to stop is the ordinary end of a worker.
            call.report(Progress(step="process", done=0, total=0))
    counts = workstation.job_counts()
    return Answer(record=records.plain(counts), lines=[json.dumps(records.plain(counts))])


def _upgrade(call: Call, _none: None) -> Answer:
    copy = upgrade_database(call.data)
    text = (
        _("Nothing to upgrade") if copy is None else _("Upgraded; copy: {path}").format(path=copy)
    )
    return Answer(record={"upgraded": copy is not None, "copy": str(copy or "")}, lines=[text])


def _later(call: Call, _none: None) -> Answer:
    raise BadInput("SYS-202", command=call.arguments.command)


COMMANDS: dict[str, Command] = {
    "demo": Command(run=run_demo, needs_workstation=False),
    "digitize": Command(run=run_digitize, needs_workstation=False),
    "case": Command(run=_case),
    "scan": Command(run=_scan),
    "inspect": Command(run=_inspect),
    "ocr": Command(run=_ocr),
    "catalogue": Command(run=_catalogue),
    "reconcile": Command(run=_reconcile),
    "flip": Command(run=_later, needs_workstation=False),
    "seal": Command(run=_seal),
    "return": Command(run=_return),
    "package": Command(run=_package),
    "submit": Command(run=_submit),
    "tracks": Command(run=_tracks),
    "shelve": Command(run=_shelve),
    "locker": Command(run=_locker),
    "handoff": Command(run=_handoff),
    "grant": Command(run=_grant),
    "reader": Command(run=_reader),
    "audit": Command(run=_audit),
    "db": Command(run=_upgrade, needs_workstation=False),
    "fixity": Command(run=_fixity),
    "doctor": Command(run=_doctor),
    "search": Command(run=_search),
    "worker": Command(run=_worker),
    "work": Command(run=_worker),
}


def READ_ONLY(arguments: Any) -> bool:  # noqa: N802 - reads as the set it stands for
    """Whether a command changes nothing of a case, so that it may run beside another program.

    The worker has its own lock; the reader and the locker change only their own records.
    """
    if arguments.command in (
        "tracks",
        "audit",
        "search",
        "doctor",
        "ocr",
        "locker",
        "reader",
        "worker",
        "work",
        "package",
    ):
        return True
    if arguments.command == "case":
        return bool(arguments.what != "import")
    if arguments.command == "inspect":
        return not arguments.case_no
    return bool(arguments.command == "scan" and arguments.list_sources)
