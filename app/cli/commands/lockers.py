"""`locker` and `handoff`: cabinets, and paper on its way through them."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.commands.pickup_lists import absorb, sign_list, take_list, write_events
from app.cli.commands.which_cabinet import cabinet_of as _cabinet
from app.cli.output import Answer, table
from app.cli.running import Call, read_record
from app.cli.words import yes_no
from app.domain.access import ADMINISTRATOR, Actor
from app.kernel.translation import translate as _
from app.services.locker_views import CellRow, HandOffRow, IncidentRow
from app.services.workstation import Workstation
from app.words.locker import (
    cell_state_word,
    handoff_state_word,
    incident_state_word,
    incident_word,
    turn_word,
)

_READING_LOCKERS = ("cells", "view", "incidents", "events")
_READING_HAND_OFFS = ("list", "show")


def changes_lockers(arguments: Any) -> bool:
    """Whether a call of `locker` changes something."""
    if arguments.what == "commission":
        return arguments.record is not None
    return bool(arguments.what not in _READING_LOCKERS)


def moves_paper(arguments: Any) -> bool:
    """Whether a call of `handoff` changes something."""
    return bool(arguments.what not in _READING_HAND_OFFS)


def run_locker(call: Call, workstation: Workstation) -> Answer:
    """`locker cells|view|set|rounds|incidents|see|close|look|open-all|commission|clock`, and what
    cabinets need to go on without the server: `list|take-list|events|absorb`."""
    return {
        "cells": _cells,
        "view": _view,
        "set": _set,
        "rounds": _rounds,
        "incidents": _incidents,
        "see": _incident,
        "close": _incident,
        "look": _look,
        "open-all": _open_all,
        "commission": _commission,
        "list": sign_list,
        "take-list": take_list,
        "events": write_events,
        "absorb": absorb,
        "clock": _clock,
    }[call.arguments.what](call, workstation)


def _cells(call: Call, workstation: Workstation) -> Answer:
    cabinet = _cabinet(call, workstation)
    return _cell_answer(cabinet, workstation.cells(cabinet))


def _cell_answer(cabinet: str, cells: list[CellRow]) -> Answer:
    rows = [
        (
            cell.number,
            yes_no(cell.door_open),
            yes_no(cell.occupied),
            cell_state_word(cell.state),
            cell.handoff,
        )
        for cell in cells
    ]
    heads = (_("Cell"), _("Door open"), _("Occupied"), _("State"), _("Hand-off"))
    record = {"cabinet": cabinet, "cells": records.plain(cells)}
    return Answer(record=record, lines=table(rows, heads))


def _view(call: Call, workstation: Workstation) -> Answer:
    view = workstation.cabinet_view(_cabinet(call, workstation))
    lines = _cell_answer(view.name, list(view.cells)).lines
    silent = (
        []
        if view.answering
        else [_("The cabinet does not answer: {code}.").format(code=view.fault)]
    )
    return Answer(record=records.plain(view), lines=[*silent, *lines])


def _set(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    row = workstation.set_cell(
        call.actor,
        _cabinet(call, workstation),
        arguments.cell,
        in_service=arguments.use == "in",
        reason=arguments.reason,
        size=arguments.size,
    )
    return Answer(record=records.plain(row), lines=[f"{row.number}: {cell_state_word(row.state)}"])


def _rounds(call: Call, workstation: Workstation) -> Answer:
    report = workstation.locker_rounds(call.actor)
    heads = (
        _("New incidents"),
        _("Overdue"),
        _("Reminders"),
        _("Escalated"),
        _("Given up"),
        _("Sent"),
        _("Not sent"),
        _("Silent"),
    )
    row = (
        report.incidents,
        report.overdue,
        report.reminders,
        report.escalations,
        report.expired,
        report.sent,
        report.failed,
        "、".join(report.silent),
    )
    return Answer(record=records.plain(report), lines=table([row], heads))


def _incidents(call: Call, workstation: Workstation) -> Answer:
    rows = workstation.incidents(call.arguments.cabinet or "", open_only=not call.arguments.all)
    shown = [
        (
            row.id,
            row.cabinet,
            row.cell or "",
            incident_word(row.kind),
            incident_state_word(row.state),
            row.case_no,
            " ".join(row.resolutions),
        )
        for row in rows
    ]
    heads = (
        _("Incident"),
        _("Cabinet"),
        _("Cell"),
        _("Kind"),
        _("State"),
        _("Case"),
        _("May be settled as"),
    )
    return Answer(record={"incidents": records.plain(rows)}, lines=table(shown, heads))


def _incident(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if arguments.what == "see":
        row: IncidentRow = workstation.see_incident(call.actor, arguments.incident)
    else:
        row = workstation.close_incident(
            call.actor,
            arguments.incident,
            resolution=arguments.resolution,
            reason=arguments.reason,
        )
    line = f"{row.id}: {incident_word(row.kind)}, {incident_state_word(row.state)}"
    return Answer(record=records.plain(row), lines=[line])


def _look(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    row = workstation.look_into(
        call.actor, arguments.incident, second=_second(call), reason=arguments.reason
    )
    return _cell_answer(row.cabinet, [row])


def _open_all(call: Call, workstation: Workstation) -> Answer:
    cabinet = _cabinet(call, workstation)
    cells = workstation.open_all(
        call.actor, cabinet, second=_second(call), reason=call.arguments.reason
    )
    return _cell_answer(cabinet, cells)


def _commission(call: Call, workstation: Workstation) -> Answer:
    cabinet = _cabinet(call, workstation)
    if call.arguments.record is not None:
        workstation.commission(call.actor, cabinet, read_record(call.arguments.record))
    made = workstation.commissionings(cabinet)
    rows = [(view.made_at, view.made_by, len(view.cells), yes_no(view.passed)) for view in made]
    heads = (_("Time"), _("By"), _("Cells"), _("Passed"))
    record = {"cabinet": cabinet, "commissionings": records.plain(made)}
    return Answer(record=record, lines=table(rows, heads))


def _clock(call: Call, workstation: Workstation) -> Answer:
    workstation.accept_clock(call.actor, call.arguments.reason)
    return Answer(record={"accepted": True})


def _second(call: Call) -> Actor:
    """The other person, who has the rights of whoever holds the data folder, too."""
    return Actor(name=call.arguments.second, role=ADMINISTRATOR)


def run_handoff(call: Call, workstation: Workstation) -> Answer:
    """`handoff list|show|offer|reserve|deposit|collect|acknowledge|code|cancel|settle|retrieve|
    back`."""
    what = call.arguments.what
    if what == "list":
        return _list(call, workstation)
    if what == "offer":
        return _offer(call, workstation)
    if what == "code":
        return _code(call, workstation)
    row = _step(call, workstation)
    state = f"{row.id}: {handoff_state_word(row.state)}"
    turn = _("Next: {turn}").format(turn=turn_word(row.turn))
    return Answer(record=records.plain(row), lines=[state, turn])


def _step(call: Call, workstation: Workstation) -> HandOffRow:
    """One step of one hand-off, by the name of the action."""
    arguments, actor, which = call.arguments, call.actor, call.arguments.handoff
    if arguments.what == "show":
        return workstation.handoff(which)
    if arguments.what == "reserve":
        return workstation.reserve_cell(actor, which)
    if arguments.what == "deposit":
        return workstation.deposit(actor, which)
    if arguments.what == "collect":
        return workstation.collect(actor, which, arguments.code)
    if arguments.what == "cancel":
        return workstation.cancel_handoff(actor, which, arguments.reason)
    if arguments.what == "retrieve":
        return workstation.retrieve(actor, which, second=_second(call), reason=arguments.reason)
    return _counted(call, workstation)


def _counted(call: Call, workstation: Workstation) -> HandOffRow:
    """The steps at which paper is counted."""
    arguments, actor, which = call.arguments, call.actor, call.arguments.handoff
    counted = {"volumes": arguments.volumes, "pages": arguments.pages}
    if arguments.what == "settle":
        return workstation.settle_dispute(
            actor, which, **counted, reason=arguments.reason, second=_second(call)
        )
    if arguments.what == "back":
        return workstation.give_back(actor, which, **counted, reason=arguments.reason)
    return workstation.acknowledge(actor, which, **counted)


def _list(call: Call, workstation: Workstation) -> Answer:
    rows = workstation.handoffs(call.arguments.case_no, open_only=call.arguments.open)
    shown = [
        (
            row.id,
            row.case_no,
            handoff_state_word(row.state),
            row.receiver,
            row.cell or "",
            turn_word(row.turn),
            row.due_at,
        )
        for row in rows
    ]
    heads = (
        _("Hand-off"),
        _("Case"),
        _("State"),
        _("Receiver"),
        _("Cell"),
        _("Whose step"),
        _("To be collected by"),
    )
    return Answer(record={"handoffs": records.plain(rows)}, lines=table(shown, heads))


def _offer(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    row, code = workstation.offer(
        call.actor,
        arguments.case_no,
        arguments.to,
        _cabinet(call, workstation),
        volumes=arguments.volumes,
        pages=arguments.pages,
        task=arguments.task,
        part=arguments.part,
        receiver_kind=arguments.to_kind,
        phone=arguments.phone,
        email=arguments.email,
        identity=arguments.identity,
        giver=arguments.giver,
        giver_kind=arguments.from_kind,
        giver_phone=arguments.from_phone,
        giver_identity=arguments.from_identity,
        counts=arguments.counts,
        size=arguments.size,
        due_at=arguments.due,
        reason=arguments.reason,
    )
    lines = [_("Cell {cell}, code {code}").format(cell=row.cell, code=code), row.id]
    return Answer(record=records.plain(row) | {"code": code}, lines=lines)


def _code(call: Call, workstation: Workstation) -> Answer:
    code = workstation.renew_code(call.actor, call.arguments.handoff)
    record = {"handoff": call.arguments.handoff, "code": code}
    return Answer(record=record, lines=[_("New code: {code}").format(code=code)])
