"""`number`, `keying`: what a person knows better than the rules of cataloguing."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.workstation import Workstation
from app.words.cataloguing import field_word

OFF = "off"


def run_number(call: Call, workstation: Workstation) -> Answer:
    """`number CASE_NO POSITION NUMBER`: the page number that stands on a side, "-" for none."""
    arguments = call.arguments
    text = arguments.number.strip()
    if text != "-" and not text.isdecimal():
        raise BadInput("CAT-106", number=text)
    side = next(
        (s for s in workstation.sides(arguments.case_no) if s.position == arguments.position), None
    )
    if side is None:
        raise BadInput("CAT-112", position=arguments.position)
    number = None if text == "-" else int(text)
    workstation.set_page_number(call.actor, side.id, number)
    record = {"position": side.position, "page_number": number}
    shown = _("none") if number is None else str(number)
    line = _("Side {position}: page number {number}").format(position=side.position, number=shown)
    return Answer(record=record, lines=[line])


def run_keying(call: Call, workstation: Workstation) -> Answer:
    """`keying [CASE_NO] [--fields title,date|off] [--item N --title T … [--settle]]`."""
    arguments, actor = call.arguments, call.actor
    if arguments.fields is not None:
        names = [] if arguments.fields == OFF else arguments.fields.split(",")
        workstation.set_double_keying(actor, [name.strip() for name in names])
    fields = workstation.double_keying()
    if arguments.case_no is None:
        shown = "、".join(field_word(field) for field in fields) or _("none")
        line = _("Typed twice: {fields}").format(fields=shown)
        return Answer(record={"fields": list(fields), "rows": []}, lines=[line])
    if arguments.item is not None:
        _type(call, workstation)
    rows = workstation.keying(actor, arguments.case_no)
    shown_rows = [
        (row.number, field_word(field.field), state_word(field.state), field.mine or "")
        for row in rows
        for field in row.fields
    ]
    heads = (_("No."), _("Field"), _("State"), _("Typed by me"))
    record = {"fields": list(fields), "rows": records.plain(rows)}
    return Answer(record=record, lines=table(shown_rows, heads))


def _type(call: Call, workstation: Workstation) -> None:
    arguments, actor = call.arguments, call.actor
    rows = workstation.keying(actor, arguments.case_no)
    row = next((r for r in rows if r.number == arguments.item and r.part == arguments.part), None)
    if row is None:
        raise BadInput("CAT-108")
    given = {"title": arguments.title, "date": arguments.date, "author": arguments.author}
    values = {field: value for field, value in given.items() if value is not None}
    if arguments.settle:
        for field, value in values.items():
            workstation.arbitrate(actor, row.item_id, field, value)
    else:
        workstation.key_fields(actor, row.item_id, values)


def writes_keying(arguments: object) -> bool:
    """Whether these arguments change anything in the data folder."""
    return any(getattr(arguments, name) is not None for name in ("fields", "item"))


def state_word(state: str) -> str:
    """How far double keying of a field is."""
    return {
        "open": _("not typed"),
        "once": _("typed once"),
        "agreed": _("both alike"),
        "differs": _("they differ"),
        "settled": _("settled"),
    }.get(state, state)
