"""`seal`, `return`, `package`, `submit`, `tracks`, `shelve`: the way into the archive."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli import records
from app.cli.commands.custody import volume_lines
from app.cli.output import Answer, table
from app.cli.running import Call
from app.cli.words import state_word, track_word
from app.kernel.errors import BadInput
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.archive_views import AttemptRow
from app.services.views import PackageView, TracksView
from app.services.workstation import Workstation
from app.words.archive import attempt_state_word, blocker_words, track_verdict_word
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
    """`tracks CASE_NO [--attempts] [--originals]`."""
    arguments = call.arguments
    answer = _tracks(workstation.tracks(arguments.case_no))
    record, lines = dict(answer.record), list(answer.lines)
    if arguments.attempts:
        attempts = workstation.attempts(arguments.case_no)
        record["attempts"] = records.plain(attempts)
        lines += _attempt_lines(attempts)
    if arguments.originals:
        originals = workstation.paper_originals(arguments.case_no)
        record["originals"] = records.plain(originals)
        lines += volume_lines(originals)
    return Answer(record=record, lines=lines)


def run_shelve(call: Call, workstation: Workstation) -> Answer:
    """`shelve CASE_NO --location PLACE --pages N`, or the two scans: `shelve CASE_NO --volume CODE
    --shelf CODE --pages N`."""
    arguments = call.arguments
    scanned = (arguments.volume is not None, arguments.shelf is not None)
    if arguments.location is not None and not any(scanned):
        view = workstation.shelve(
            call.actor, arguments.case_no, arguments.location, arguments.volumes, arguments.pages
        )
    elif arguments.location is None and all(scanned):
        view = workstation.shelve_volume(
            call.actor,
            arguments.volume,
            arguments.shelf,
            pages=arguments.pages,
            case_no=arguments.case_no,
        )
    else:
        raise BadInput("SYS-203", reason=_("give --location, or --volume and --shelf"))
    return _tracks(view)


def _tracks(view: TracksView) -> Answer:
    place = view.paper["location"] or view.paper["with"]
    lines = [
        f"{view.case_no}: {state_word(view.state)}",
        _("Electronic: {state}").format(state=track_word(view.electronic["state"])),
        _("Paper: {state} ({place})").format(state=track_word(view.paper["state"]), place=place),
        _("Verdict: {verdict}").format(verdict=track_verdict_word(view.verdict)),
        *(f"- {blocker_words({'person': entry.get('with', ''), **entry})}" for entry in view.open),
    ]
    return Answer(record=records.plain(view), lines=lines)


def _attempt_lines(attempts: Sequence[AttemptRow]) -> list[str]:
    tracks = {"electronic": _("Electronic"), "paper": _("Paper")}
    shown = [
        (
            tracks.get(row.track, row.track),
            row.target,
            attempt_state_word(row.state),
            row.started_at,
            row.ended_at,
            f"{row.sent_bytes}/{row.total_bytes}" if row.total_bytes else "",
            row.receipt_no,
            describe(row.error, current_language()).message if row.error else "",
        )
        for row in attempts
    ]
    heads = (
        _("Track"),
        _("Target"),
        _("State"),
        _("Begun"),
        _("Ended"),
        _("Bytes sent"),
        _("Receipt"),
        _("Last fault"),
    )
    return table(shown, heads)
