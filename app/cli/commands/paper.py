"""`grant` and `reader`: who may read what."""

from __future__ import annotations

from pathlib import Path

from app.cli import records
from app.cli.output import Answer
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.workstation import Workstation

MOST_PAGES = 99_999


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
