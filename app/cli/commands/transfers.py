"""`transfer`, `freeze`, `archive`: the queue into the archives, and both tracks at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.bootstrap import receive_packages
from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.cli.words import mark
from app.kernel.errors import BadInput
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.archive_views import ArchiveRow, FreezeView, TransferRow
from app.services.workstation import Workstation
from app.words.archive import (
    blocker_words,
    freeze_state_word,
    paper_standing_word,
    resolution_word,
    transfer_state_word,
    whose_turn_words,
    window_lines,
)


def run_transfer(call: Call, workstation: Workstation) -> Answer:
    """`transfer queue|list|run|pause|resume|retry|withdraw|priority|hours|windows`."""
    return {
        "queue": _queue,
        "list": _list,
        "run": _run,
        "pause": _pause,
        "resume": _resume,
        "retry": _retry,
        "withdraw": _withdraw,
        "priority": _prioritise,
        "hours": _hours,
        "windows": _windows,
    }[call.arguments.what](call, workstation)


def _queue(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    row = workstation.queue_transfer(
        call.actor, arguments.case_no, arguments.target, priority=arguments.priority
    )
    return _transfers([row])


def _list(call: Call, workstation: Workstation) -> Answer:
    rows = workstation.transfers(call.arguments.case_no, open_only=call.arguments.open)
    answer = _transfers(rows)
    settings = dict(workstation.transfer_queue())
    lines = list(answer.lines)
    if settings["paused"]:
        lines.append(_("The queue is paused."))
    if settings["begin"]:
        lines.append(_("Packages are sent from {begin} to {end}.").format(**settings))
    lines += window_lines(settings["windows"])
    return Answer(record={**answer.record, "queue": settings}, lines=lines)


def _run(call: Call, workstation: Workstation) -> Answer:
    if call.arguments.transfer:
        row = workstation.send_now(
            call.actor, call.arguments.transfer, report=call.report, cancel=call.cancel
        )
        return _transfers([row])
    rows = workstation.run_transfers(
        call.actor, report=call.report, cancel=call.cancel, once=not call.arguments.forever
    )
    return _transfers(rows, status=1 if any(row.error for row in rows) else 0)


def _pause(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if not arguments.transfer:
        return _settings(workstation.pause_queue(call.actor))
    return _transfers(
        [workstation.pause_transfer(call.actor, arguments.transfer, arguments.reason)]
    )


def _resume(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if not arguments.transfer:
        return _settings(workstation.resume_queue(call.actor))
    return _transfers(
        [workstation.resume_transfer(call.actor, arguments.transfer, arguments.reason)]
    )


def _retry(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    return _transfers(
        [workstation.retry_transfer(call.actor, arguments.transfer, arguments.reason)]
    )


def _withdraw(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    return _transfers(
        [workstation.withdraw_transfer(call.actor, arguments.transfer, arguments.reason)]
    )


def _prioritise(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    return _transfers(
        [workstation.set_priority(call.actor, arguments.transfer, arguments.priority)]
    )


def _hours(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    return _settings(workstation.set_transfer_window(call.actor, arguments.begin, arguments.end))


def _windows(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if arguments.windows or arguments.always:
        given = [_window(text) for text in arguments.windows]
        settings = workstation.set_target_windows(call.actor, arguments.target, given)
    else:
        settings = workstation.transfer_queue()
    return _settings(settings)


def _window(text: str) -> dict[str, Any]:
    """ "20:00-06:00=500" as a window. Raises BadInput SYS-203."""
    hours, _equals, kilobytes = text.partition("=")
    begin, dash, end = hours.partition("-")
    if not dash or (kilobytes and not kilobytes.isdecimal()):
        raise BadInput("SYS-203", reason=_("write a window as 20:00-06:00 or 20:00-06:00=500"))
    return {"begin": begin, "end": end, "rate": 1000 * int(kilobytes or 0)}


def _settings(settings: Any) -> Answer:
    paused = _("The queue is paused.") if settings["paused"] else _("The queue is running.")
    hours = (
        _("Packages are sent from {begin} to {end}.").format(**settings)
        if settings["begin"]
        else _("Packages are sent at any hour.")
    )
    lines = [paused, hours, *window_lines(settings["windows"])]
    return Answer(record={"queue": dict(settings)}, lines=lines)


def _transfers(rows: Sequence[TransferRow], *, status: int = 0) -> Answer:
    shown = [
        (
            row.id,
            row.case_no,
            row.version,
            row.target,
            transfer_state_word(row.state),
            f"{row.sent_bytes}/{row.total_bytes}",
            row.attempts,
            row.not_before if row.state == "waiting" else "",
            describe(row.error, current_language()).message if row.error else "",
        )
        for row in rows
    ]
    heads = (
        _("Transfer"),
        _("Case"),
        _("Version"),
        _("Archive"),
        _("State"),
        _("Bytes sent"),
        _("Attempts"),
        _("Next try"),
        _("Last fault"),
    )
    lines = table(shown, heads) if shown else [_("Nothing is queued")]
    return Answer(record={"transfers": records.plain(list(rows))}, lines=lines, status=status)


def run_freeze(call: Call, workstation: Workstation) -> Answer:
    """`freeze list|settle`."""
    arguments = call.arguments
    if arguments.what == "settle":
        view = workstation.settle_freeze(
            call.actor, arguments.freeze, arguments.resolution, arguments.reason
        )
        return Answer(record=records.plain(view), lines=_freeze_lines([view]))
    views = workstation.freezes(arguments.case_no, open_only=not arguments.all)
    # Like a comparison: 1 says that something is for a person to settle.
    waiting = any(view.state == "open" for view in views)
    return Answer(
        record={"freezes": records.plain(views)},
        lines=_freeze_lines(views),
        status=1 if waiting else 0,
    )


def _freeze_lines(views: Sequence[FreezeView]) -> list[str]:
    counted = {"pages": _("Pages"), "volumes": _("Volumes")}
    shown = [
        (
            view.id,
            view.case_no,
            freeze_state_word(view.state),
            counted.get(str(row["what"]), row["what"]),
            *("—" if row[name] is None else row[name] for name in _COUNTS),
            resolution_word(view.resolution),
            view.settled_by,
        )
        for view in views
        for row in view.differences
    ]
    heads = (
        _("Freeze"),
        _("Case"),
        _("State"),
        _("Counted"),
        _("Electronic"),
        _("Paper"),
        _("By the record"),
        _("Decision"),
        _("Signed by"),
    )
    return table(shown, heads) if shown else [_("No tracks stand still")]


_COUNTS = ("electronic", "paper", "record")


def changes_archiving(arguments: Any) -> bool:
    """Whether a call of `archive` changes something in the data folder."""
    if arguments.what == "rules":
        return any(_given_rules(arguments))
    return bool(arguments.what == "mode")


def run_archive(call: Call, workstation: Workstation) -> Answer:
    """`archive queue|rules|mode|recheck|probe|receive`."""
    arguments = call.arguments
    if arguments.what == "receive":
        return _receive(call)
    if arguments.what == "queue":
        return _archive_queue(workstation.archive_queue(open_only=not arguments.all))
    if arguments.what == "recheck":
        return _recheck(call, workstation)
    if arguments.what == "probe":
        workstation.probe_target(call.actor, arguments.target)
        line = _("{target} can be reached and written to").format(target=arguments.target)
        return Answer(record={"target": arguments.target, "reached": True}, lines=[line])
    if arguments.what == "mode":
        view = workstation.set_mode(call.actor, arguments.case_no, arguments.mode)
        record = {"case_no": view.case_no, "mode": view.mode}
        return Answer(record=record, lines=[f"{view.case_no}: {_mode_word(view.mode)}"])
    return _rules(call, workstation)


def _rules(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if not any(_given_rules(arguments)):
        rules = workstation.track_rules()
    else:
        demand = {"on": True, "off": False, None: None}[arguments.accepted_check]
        rules = workstation.set_track_rules(
            call.actor,
            mode=arguments.mode,
            paper_days=arguments.paper_days,
            accepted_check=demand,
        )
    lines = [
        _("Mode of new cases: {mode}").format(mode=_mode_word(rules["mode"])),
        _("Paper is overdue after {days} days").format(days=rules["paper_days"]),
        _("Only packages whose four-property check was accepted are sent")
        if rules["accepted_check"]
        else _("Packages are sent without an accepted four-property check too"),
    ]
    return Answer(record=rules, lines=lines)


def _given_rules(arguments: Any) -> tuple[bool, ...]:
    """Which of the rules are to be set."""
    given = (arguments.mode, arguments.paper_days, arguments.accepted_check)
    return tuple(value is not None for value in given)


def _mode_word(mode: str) -> str:
    return {
        "dual": _("paper and electronic archive"),
        "single": _("electronic archive alone"),
    }.get(mode, mode)


def _archive_queue(rows: Sequence[ArchiveRow]) -> Answer:
    shown = [
        (
            row.case_no,
            row.version or "",
            f"{transfer_state_word(row.electronic)} {row.electronic_share:.0%}",
            f"{paper_standing_word(row.paper)} {row.paper_share:.0%}",
            blocker_words(row.blocker),
            whose_turn_words(row.turn),
            row.due_on,
        )
        for row in rows
    ]
    heads = (
        _("Case"),
        _("Version"),
        _("Electronic"),
        _("Paper"),
        _("What blocks it"),
        _("Whose turn"),
        _("Due"),
    )
    lines = table(shown, heads) if shown else [_("Nothing is on its way to the archive")]
    return Answer(record={"dossiers": records.plain(list(rows))}, lines=lines)


def _recheck(call: Call, workstation: Workstation) -> Answer:
    rows = workstation.recheck_archive(
        call.actor, call.arguments.case_no, report=call.report, cancel=call.cancel
    )
    shown = [
        (
            row.case_no,
            row.target,
            row.receipt_no,
            mark(row.sound),
            describe(row.error, current_language()).message if row.error else "",
        )
        for row in rows
    ]
    heads = (_("Case"), _("Archive"), _("Receipt"), _("Sound"), _("Last fault"))
    lines = table(shown, heads) if shown else [_("No archive has confirmed anything yet")]
    sound = all(row.sound for row in rows)
    return Answer(record={"rechecked": records.plain(rows)}, lines=lines, status=0 if sound else 1)


def _receive(call: Call) -> Answer:
    found = receive_packages(call.arguments.folder, call.arguments.key, call.data, call.cancel)
    shown = [
        (
            receipt["receipt_no"],
            receipt["package"],
            _("taken over") if receipt["accepted"] else _("rejected"),
            receipt["archive_no"],
        )
        for receipt in found
    ]
    heads = (_("Receipt"), _("Package"), _("Result"), _("Archive number"))
    lines = table(shown, heads) if shown else [_("Nothing new was handed over")]
    rejected = any(not receipt["accepted"] for receipt in found)
    return Answer(record={"receipts": found}, lines=lines, status=1 if rejected else 0)
