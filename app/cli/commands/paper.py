"""`locker`, `handoff`, `grant`, `reader`: the paper's way, and who may read."""

from __future__ import annotations

from pathlib import Path

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.cli.words import state_word, yes_no
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.workstation import Workstation

MOST_PAGES = 99_999


def run_locker(call: Call, workstation: Workstation) -> Answer:
    """`locker cells [--cabinet NAME]`."""
    cabinet = _cabinet(call, workstation)
    cells = workstation.cells(cabinet)
    rows = [
        (cell.number, yes_no(cell.door_open), yes_no(cell.occupied), cell.handoff) for cell in cells
    ]
    heads = (_("Cell"), _("Door open"), _("Occupied"), _("Hand-off"))
    record = {"cabinet": cabinet, "cells": records.plain(cells)}
    return Answer(record=record, lines=table(rows, heads))


def _cabinet(call: Call, workstation: Workstation) -> str:
    known = workstation.cabinets()
    if not call.arguments.cabinet and not known:
        raise BadInput("HND-108", cabinet="", known="")
    return str(call.arguments.cabinet or known[0])


def run_handoff(call: Call, workstation: Workstation) -> Answer:
    """`handoff list|offer|deposit|collect|acknowledge`."""
    arguments, actor = call.arguments, call.actor
    if arguments.what == "list":
        return _list(call, workstation)
    if arguments.what == "offer":
        return _offer(call, workstation)
    if arguments.what == "deposit":
        row = workstation.deposit(actor, arguments.handoff)
    elif arguments.what == "collect":
        row = workstation.collect(actor, arguments.handoff, arguments.code)
    else:
        row = workstation.acknowledge(
            actor, arguments.handoff, volumes=arguments.volumes, pages=arguments.pages
        )
    return Answer(record=records.plain(row), lines=[f"{row.id}: {state_word(row.state)}"])


def _list(call: Call, workstation: Workstation) -> Answer:
    rows = workstation.handoffs(call.arguments.case_no)
    shown = [(row.id, row.case_no, state_word(row.state), row.receiver, row.cell) for row in rows]
    heads = (_("Hand-off"), _("Case"), _("State"), _("Receiver"), _("Cell"))
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
    )
    lines = [_("Cell {cell}, code {code}").format(cell=row.cell, code=code), row.id]
    return Answer(record=records.plain(row) | {"code": code}, lines=lines)


def run_grant(call: Call, workstation: Workstation) -> Answer:
    """`grant CASE_NO --reader NAME --certificate NUMBER [--pages 1-5,9]`."""
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
    """ "1-3,7" as page numbers; an empty text is all pages and gives none.

    Raises BadInput RDR-107 for anything that names no page: it must never open the whole dossier.
    """
    if not text.strip():
        return ()
    pages: set[int] = set()
    for part in text.replace("，", ",").replace("、", ",").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        last = last if dash else first
        if not (first.isdecimal() and last.isdecimal()):
            raise BadInput("RDR-107", text=text)
        if not 1 <= int(first) <= int(last) <= MOST_PAGES:
            raise BadInput("RDR-107", text=text)
        pages.update(range(int(first), int(last) + 1))
    return tuple(sorted(pages))


def run_reader(call: Call, workstation: Workstation) -> Answer:
    """`reader CODE [--page N --out FILE]`: what the review terminal would show."""
    arguments = call.arguments
    room = workstation.reading_room()
    session = room.sign_in(arguments.code)
    try:
        record = records.plain(session)
        lines = [session.case_no, _("Pages: {pages}").format(pages=len(session.pages))]
        if arguments.page is not None:
            picture = room.page(session, arguments.page)
            out = arguments.out or Path(f"page-{arguments.page}.jpg")
            out.write_bytes(picture)
            record["written"] = str(out)
            lines.append(str(out))
    finally:
        room.sign_out(session)
    return Answer(record=record, lines=lines)
