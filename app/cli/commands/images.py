"""`scan`, `inspect`, `ocr`: sides and images."""

from __future__ import annotations

import time
from typing import Any

from app.bootstrap import open_bench
from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call, warning_lines, with_message
from app.cli.words import finding_value, yes_no
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.workstation import Workstation
from app.words.pages import finding_word, severity_word


def run_scan(call: Call, workstation: Workstation) -> Answer:
    """`scan CASE_NO --source SOURCE`, `scan --by-slips --source SOURCE`, `scan --list-sources`."""
    arguments = call.arguments
    if arguments.list_sources:
        return _sources(workstation)
    if arguments.by_slips:
        return _scan_by_slips(call, workstation)
    if not arguments.case_no:
        raise BadInput("SYS-203", reason=_("name a case, or --list-sources"))
    if not arguments.source:
        raise BadInput("SYS-203", reason=_("name a source with --source"))
    result = workstation.scan(
        call.actor,
        arguments.case_no,
        arguments.source,
        profile=arguments.profile,
        part=arguments.part,
        volume=arguments.volume,
        on_event=call.listen,
        cancel=call.cancel,
    )
    record = records.plain(result)
    record["warnings"] = [with_message(warning) for warning in record["warnings"]]
    lines = [
        _("Sheets: {sheets}, sides: {sides}, stored before: {skipped}").format(
            sheets=result.sheets, sides=result.sides, skipped=result.skipped
        )
    ]
    return Answer(record=record, lines=lines + warning_lines(list(result.warnings)))


def _scan_by_slips(call: Call, workstation: Workstation) -> Answer:
    """A stack in which every dossier lies under its work slip."""
    arguments = call.arguments
    if arguments.case_no:
        raise BadInput("SYS-203", reason=_("with --by-slips the slips name the cases"))
    if not arguments.source:
        raise BadInput("SYS-203", reason=_("name a source with --source"))
    results = workstation.scan_by_slips(
        call.actor,
        arguments.source,
        profile=arguments.profile,
        on_event=call.listen,
        cancel=call.cancel,
    )
    batches: list[dict[str, Any]] = []
    lines: list[str] = []
    for case_no, result in results:
        record = {"case_no": case_no} | records.plain(result)
        record["warnings"] = [with_message(warning) for warning in record["warnings"]]
        batches.append(record)
        counted = _("Sheets: {sheets}, sides: {sides}, stored before: {skipped}").format(
            sheets=result.sheets, sides=result.sides, skipped=result.skipped
        )
        lines += [f"{case_no}  {counted}", *warning_lines(list(result.warnings))]
    return Answer(record={"batches": batches}, lines=lines)


def _sources(workstation: Workstation) -> Answer:
    devices, warnings = workstation.sources()
    rows = [
        (row.source, row.maker, row.model, yes_no(row.feeder), yes_no(row.duplex))
        for row in devices
    ]
    heads = (_("Source"), _("Maker"), _("Model"), _("Feeder"), _("Duplex"))
    record = {
        "sources": records.plain(devices),
        "warnings": [with_message(warning) for warning in warnings],
    }
    return Answer(record=record, lines=table(rows, heads) + warning_lines(warnings))


def run_inspect(call: Call, _none: None) -> Answer:
    """`inspect PATH…` without a database, or `inspect --case CASE_NO`."""
    started = time.monotonic()
    arguments = call.arguments
    if arguments.case_no and arguments.paths:
        raise BadInput("SYS-203", reason=_("name either files or --case"))
    if arguments.case_no:
        with call.open() as workstation:
            files = _inspect_case(call, workstation)
    elif arguments.paths:
        with open_bench(call.data) as bench:
            files = bench.inspect(arguments.paths, report=call.report, cancel=call.cancel)
    else:
        raise BadInput("SYS-203", reason=_("name files or --case"))
    if arguments.order == "deviation":
        files = sorted(files, key=lambda entry: (-entry["deviation"], entry["position"]))
    record = {"files": files, "seconds": round(time.monotonic() - started, 3)}
    rows = [
        (
            entry["position"],
            entry["file"],
            finding_word(finding["code"]),
            severity_word(finding["severity"]),
            finding_value(finding["code"], finding["value"]),
        )
        for entry in files
        for finding in entry["findings"]
    ]
    heads = (_("Side"), _("File"), _("Finding"), _("Severity"), _("Value"))
    total = _("Sides: {sides}, findings: {findings}").format(sides=len(files), findings=len(rows))
    return Answer(record=record, lines=[*(table(rows, heads) if rows else []), total])


def _inspect_case(call: Call, workstation: Workstation) -> list[dict[str, Any]]:
    case_no = call.arguments.case_no
    if call.arguments.again:
        workstation.retry_failed(call.actor, case_no)
    workstation.process(call.actor, case_no, report=call.report, cancel=call.cancel)
    workstation.find_duplicates(call.actor, case_no)
    workstation.find_size_outliers(call.actor, case_no)
    return records.inspection_records(workstation.sides(case_no))


def run_ocr(call: Call, _none: None) -> Answer:
    """`ocr PATH… [--engine NAME]`, without a database."""
    started = time.monotonic()
    with open_bench(call.data) as bench:
        files = bench.recognise(
            call.arguments.paths, call.arguments.engine, report=call.report, cancel=call.cancel
        )
    record = {"files": files, "seconds": round(time.monotonic() - started, 3)}
    several = len(files) > 1
    lines = []
    for entry in files:
        lines += [f"== {entry['file']}"] if several else []
        lines.append(_("(cannot be read)") if entry.get("error") else entry["text"])
    return Answer(record=record, lines=lines)
