"""`seal`, `return`, `package`, `submit`, `tracks`, `shelve`: the way into the archive."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.cli.words import state_word, track_word, verdict_word
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.views import PackageView, TracksView
from app.services.workstation import Workstation
from app.words.dossiers import result_word


def run_seal(call: Call, workstation: Workstation) -> Answer:
    """`seal CASE_NO`."""
    workstation.seal(call.actor, call.arguments.case_no)
    return _state(workstation, call.arguments.case_no)


def run_return(call: Call, workstation: Workstation) -> Answer:
    """`return CASE_NO --reason TEXT`."""
    workstation.return_dossier(call.actor, call.arguments.case_no, call.arguments.reason)
    return _state(workstation, call.arguments.case_no)


def _state(workstation: Workstation, case_no: str) -> Answer:
    view = workstation.case(case_no)
    return Answer(record=records.plain(view), lines=[f"{view.case_no}: {state_word(view.state)}"])


def run_package(call: Call, workstation: Workstation) -> Answer:
    """`package CASE_NO [--out DIR]` and `package check PATH`; status 1 when a check failed."""
    arguments = call.arguments
    if arguments.what == "check":
        if arguments.path is None:
            raise BadInput("SYS-203", reason=_("name the package folder"))
        view = workstation.check_package(arguments.path, report=call.report, cancel=call.cancel)
    elif arguments.path is not None:
        raise BadInput("SYS-203", reason=_("name the folder of the results with --out"))
    else:
        view = workstation.build_package(
            call.actor,
            arguments.what,
            arguments.out,
            provisional=arguments.provisional,
            report=call.report,
            cancel=call.cancel,
        )
    rows = [(row.code, row.name, result_word(row.result), row.remark) for row in view.checks]
    heads = (_("Code"), _("Check"), _("Result"), _("Remark"))
    lines = [*package_lines(view), *table(rows, heads)]
    return Answer(
        record=records.package_record(view), lines=lines, status=0 if view.accepted else 1
    )


def package_lines(view: PackageView) -> list[str]:
    """A package for people."""
    kind = _("Package (provisional): {path}") if view.provisional else _("Package: {path}")
    return [kind.format(path=view.package), f"SHA-256 {view.sha256}", f"SM3 {view.sm3}"]


def run_submit(call: Call, workstation: Workstation) -> Answer:
    """`submit CASE_NO --target NAME`."""
    view = workstation.submit(
        call.actor,
        call.arguments.case_no,
        call.arguments.target,
        report=call.report,
        cancel=call.cancel,
    )
    return _tracks(view)


def run_tracks(call: Call, workstation: Workstation) -> Answer:
    """`tracks CASE_NO`."""
    return _tracks(workstation.tracks(call.arguments.case_no))


def run_shelve(call: Call, workstation: Workstation) -> Answer:
    """`shelve CASE_NO --location PLACE --pages N`."""
    arguments = call.arguments
    view = workstation.shelve(
        call.actor, arguments.case_no, arguments.location, arguments.volumes, arguments.pages
    )
    return _tracks(view)


def _tracks(view: TracksView) -> Answer:
    place = view.paper["location"] or view.paper["with"]
    lines = [
        f"{view.case_no}: {state_word(view.state)}",
        _("Electronic: {state}").format(state=track_word(view.electronic["state"])),
        _("Paper: {state} ({place})").format(state=track_word(view.paper["state"]), place=place),
        _("Verdict: {verdict}").format(verdict=verdict_word(view.verdict)),
    ]
    return Answer(record=records.plain(view), lines=lines)
