"""`reader`: what the review terminal would show."""

from __future__ import annotations

from pathlib import Path

from app.cli import records
from app.cli.output import Answer
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def run_reader(call: Call, workstation: Workstation) -> Answer:
    """`reader CODE [--page N --out FILE]`: what the review terminal would show."""
    arguments = call.arguments
    room = workstation.reading_room()
    visit = room.sign_in("code", arguments.code)
    try:
        desk = room.session_desk(visit.id)
        session = desk.open_case(visit.cases[0].grant)
        record = records.plain(session)
        lines = [session.case_no, _("Pages: {pages}").format(pages=len(session.pages))]
        if arguments.page is not None:
            page = desk.page(session.grant, arguments.page)
            desk.shown(page.issue)
            out = arguments.out or Path(f"page-{arguments.page}.jpg")
            out.write_bytes(page.picture)
            record["written"] = str(out)
            lines.append(str(out))
    finally:
        room.sign_out(visit.id, "reader")
    return Answer(record=record, lines=lines)
