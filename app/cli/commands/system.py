"""`audit`, `db`, `fixity`, `doctor`, `worker`, and commands of later versions."""

from __future__ import annotations

import contextlib
from typing import Any

from app.bootstrap import check_machine, upgrade_database
from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.cli.sending import sending
from app.cli.words import mark
from app.kernel.fault_texts import describe
from app.kernel.progress import Cancelled
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def run_audit(_call: Call, workstation: Workstation) -> Answer:
    """`audit verify`; status 1 when the chain is broken."""
    report = workstation.audit_verify()
    text = (
        _("The audit chain is intact: {rows} rows").format(rows=report.rows)
        if report.ok
        else _("The audit chain is broken at row {row}").format(row=report.broken_at)
    )
    status = 0 if report.ok else 1
    return Answer(record=records.plain(report), lines=[text, report.head], status=status)


def run_fixity(call: Call, workstation: Workstation) -> Answer:
    """`fixity`; status 1 when a master is damaged or gone."""
    result = workstation.fixity(call.actor, report=call.report, cancel=call.cancel)
    lines = [
        _("Masters: {count}, damaged: {damaged}").format(
            count=result["masters"], damaged=len(result["damaged"])
        ),
        *[
            _("damaged: {sha256} ({case_no}, side {position})").format(**row)
            for row in result["sides"]
        ],
    ]
    return Answer(record=result, lines=lines, status=1 if result["damaged"] else 0)


def run_doctor(call: Call, _none: None) -> Answer:
    """`doctor`: works on a machine where nothing else does; status 4 when something is missing."""
    checks: list[dict[str, Any]] = []
    for row in check_machine(call.data):
        text = describe({"code": row.code, "parameters": {}}, current_language())
        checks.append(
            {
                "name": row.name,
                "title": text.message,
                "ok": row.ok,
                "detail": row.detail,
                "remedy": "" if row.ok else text.remedy,
            }
        )
    shown = [(mark(row["ok"]), row["title"], row["detail"], row["remedy"]) for row in checks]
    ok = all(row["ok"] for row in checks)
    heads = ("", _("Needed"), _("Found"), _("What to do"))
    return Answer(
        record={"ok": ok, "checks": checks}, lines=table(shown, heads), status=0 if ok else 4
    )


def run_worker(call: Call, workstation: Workstation) -> Answer:
    """`worker`: works through jobs until stopped, or until none is left."""
    if call.arguments.until_idle:
        workstation.work_until_idle(call.cancel)
        workstation.run_transfers(call.actor, cancel=call.cancel)
    else:
        # Being told to stop is the ordinary end of a worker.
        with sending(workstation, call.actor, call.cancel), contextlib.suppress(Cancelled):
            workstation.work(call.cancel)
    counts = workstation.job_counts()
    line = _("Jobs done: {done}, waiting: {waiting}, failed: {failed}").format(
        done=counts.done, waiting=counts.queued + counts.running, failed=counts.failed
    )
    return Answer(record=records.plain(counts), lines=[line], status=0)


def run_upgrade(call: Call, _none: None) -> Answer:
    """`db upgrade`."""
    copy = upgrade_database(call.data)
    text = (
        _("Nothing to upgrade") if copy is None else _("Upgraded; copy: {path}").format(path=copy)
    )
    return Answer(record={"upgraded": copy is not None, "copy": str(copy or "")}, lines=[text])
