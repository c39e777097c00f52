"""`reading notices`: list, put up and take down what the terminal shows to everybody."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.hall_notices import GUIDE, NOTICE
from app.services.reading_views import NoticeRow
from app.services.workstation import Workstation


def run_notices(call: Call, workstation: Workstation) -> Answer:
    """`reading notices list`, `put --title … --text …` and `withdraw NOTICE`."""
    asked = call.arguments
    if asked.change == "put":
        kept = workstation.keep_hall_notice(
            call.actor,
            GUIDE if asked.guide else NOTICE,
            asked.title,
            _text(asked),
            asked.shown_from,
            asked.shown_until,
        )
        return _answer((kept,))
    if asked.change == "withdraw":
        workstation.withdraw_hall_notice(call.actor, asked.notice)
    return _answer(workstation.hall_notices())


def changes_notices(arguments: Any) -> bool:
    """Whether these arguments put something up or take it down."""
    return bool(arguments.change != "list")


def _text(asked: Any) -> str:
    if asked.text_file is None:
        return str(asked.text)
    try:
        return str(asked.text_file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise BadInput("RDR-167", path=str(asked.text_file)) from None


def _answer(notices: tuple[NoticeRow, ...]) -> Answer:
    kinds = {NOTICE: _("Notice"), GUIDE: _("Guide")}
    rows = [
        (row.id, kinds[row.kind], row.title, row.shown_from, row.shown_until) for row in notices
    ]
    heads = (_("Number"), _("Kind"), _("Title"), _("From"), _("Until"))
    return Answer(
        record={"notices": [records.plain(row) for row in notices]}, lines=table(rows, heads)
    )
