"""`bind`: volumes and page numbers of the paper, and the papers that are bound in."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.domain.binding import DIFFERS, MISSING, BindingPlan
from app.domain.dossier import MAIN
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def run_bind(call: Call, workstation: Workstation) -> Answer:
    """`bind CASE_NO [--anew] [--record] [--numbered] [--papers DIR [--copies]]`."""
    arguments = call.arguments
    number = arguments.case_no
    if arguments.record or arguments.numbered:
        plans = workstation.bind(
            call.actor, number, anew=arguments.anew, numbered=arguments.numbered
        )
    else:
        plans = workstation.binding(number, anew=arguments.anew)
    record = {"parts": [records.plain(plan) for plan in plans], "files": []}
    lines = [line for plan in plans for line in _part(plan)]
    if arguments.papers is not None:
        written = workstation.write_binding_papers(
            call.actor,
            number,
            arguments.papers,
            copies=arguments.copies,
            report=call.report,
            cancel=call.cancel,
        )
        record["files"] = [str(path) for path in written]
        lines += [_("Written: {path}").format(path=path) for path in written]
    return Answer(record=record, lines=lines)


def writes_binding(arguments: object) -> bool:
    """Whether these arguments change anything in the data folder."""
    return any(getattr(arguments, name) for name in ("record", "numbered", "papers"))


def _part(plan: BindingPlan) -> list[str]:
    rows = [
        (
            volume.number,
            f"{volume.first_page}–{volume.last_page}" if volume.pages else "",
            volume.pages,
            volume.sheets,
            f"{volume.millimetres:g} mm",
            _("over the limit") if volume.over_limit else "",
        )
        for volume in plan.volumes
    ]
    heads = (
        _("Volume"),
        _("Pages"),
        _("Page count"),
        _("Sheets"),
        _("Thickness"),
        _("Remark"),
    )
    missing = sum(side.state == MISSING for side in plan.sides)
    differing = sum(side.state == DIFFERS for side in plan.sides)
    return [
        _("Main part") if plan.part == MAIN else _("Restricted part"),
        *table(rows, heads),
        _("Numbers to be stamped: {missing}; numbers that differ on the paper: {differing}").format(
            missing=missing, differing=differing
        ),
    ]
