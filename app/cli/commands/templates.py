"""`template` and `order`: catalogue templates, and documents out of their order."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput, Refused
from app.kernel.translation import translate as _
from app.services.case_list import text_of
from app.services.catalogue_templates import TemplateView
from app.services.paper_files import write_whole
from app.services.workstation import Workstation
from app.words.templates import (
    case_kind_word,
    order_reason_words,
    template_fault_words,
    template_key_word,
    template_state_word,
)
from archive_rules.template_editing import TemplateFault, toml_of


def run_template(call: Call, workstation: Workstation) -> Answer:
    """`template list|show|check|publish|withdraw|export|use`."""
    what = {
        "list": _list,
        "show": _show,
        "check": _check,
        "publish": _publish,
        "withdraw": _withdraw,
        "export": _export,
        "use": _use,
    }
    return what[call.arguments.what](call, workstation)


def changes_templates(arguments: Any) -> bool:
    """Whether these arguments change anything in the data folder."""
    return bool(arguments.what in ("publish", "withdraw", "use"))


def run_order(call: Call, workstation: Workstation) -> Answer:
    """`order CASE_NO [--accept ITEM [--after ITEM] [--remark TEXT]] [--dismiss ITEM]`. Items are
    named by their id or by their number in the main part."""
    arguments = call.arguments
    case_no = arguments.case_no
    if arguments.accept is not None:
        item = _item(workstation, case_no, arguments.accept)
        after = _behind(workstation, case_no, item, arguments.after)
        workstation.accept_move(call.actor, item, after, remark=arguments.remark)
    if arguments.dismiss is not None:
        item = _item(workstation, case_no, arguments.dismiss)
        workstation.dismiss_move(call.actor, case_no, item)
    moves = workstation.order_proposals(case_no)
    rows = [
        (
            move.number,
            move.title,
            move.after_title or _("the beginning"),
            "; ".join(
                order_reason_words(reason["code"], reason["parameters"]) for reason in move.reasons
            ),
        )
        for move in moves
    ]
    heads = (_("No."), _("Title"), _("Behind"), _("Reason"))
    lines = table(rows, heads) if rows else [_("The documents stand in the order of the template.")]
    return Answer(record={"case_no": case_no, "moves": records.plain(moves)}, lines=lines)


def changes_order(arguments: Any) -> bool:
    """Whether these arguments change anything in the data folder."""
    return arguments.accept is not None or arguments.dismiss is not None


def _behind(workstation: Workstation, case_no: str, item: str, named: str | None) -> str | None:
    """The item behind which to move: as named (0 is the beginning), else as proposed.

    Raises Refused ORD-104 when no move of the item is proposed.
    """
    if named is not None:
        return None if named == "0" else _item(workstation, case_no, named)
    for move in workstation.order_proposals(case_no):
        if move.item_id == item:
            return move.after_item
    raise Refused("ORD-104")


def _item(workstation: Workstation, case_no: str, named: str) -> str:
    """The id of an item named by its id or its number."""
    for row in workstation.items(case_no):
        if named == row.id or (row.part == "main" and named == str(row.number)):
            return row.id
    return named


def _list(_call: Call, workstation: Workstation) -> Answer:
    views = workstation.catalogue_templates()
    return Answer(record={"templates": records.plain(views)}, lines=_views(views))


def _views(views: Sequence[TemplateView]) -> list[str]:
    rows = [
        (
            view.name,
            view.version,
            view.title,
            _("Main part") if view.part == "main" else _("Restricted part"),
            "、".join(view.type_codes or [case_kind_word(kind) for kind in view.kinds]),
            view.rows,
            view.effective,
            template_state_word(view.state),
        )
        for view in views
    ]
    heads = (
        template_key_word("id"),
        template_key_word("version"),
        template_key_word("title"),
        template_key_word("part"),
        template_key_word("kinds"),
        template_key_word("rows"),
        template_key_word("effective"),
        _("State"),
    )
    return table(rows, heads)


def _show(call: Call, workstation: Workstation) -> Answer:
    detail = workstation.catalogue_template(call.arguments.name)
    rows = [(row["number"], row["title"], " ".join(row["classes"])) for row in detail.table["rows"]]
    heads = tuple(template_key_word(key) for key in ("number", "title", "classes"))
    return Answer(
        record={"template": records.plain(detail.view), "table": detail.table},
        lines=[*_views([detail.view]), "", *table(rows, heads)],
    )


def _check(call: Call, workstation: Workstation) -> Answer:
    return _checked(workstation, read_template(call.arguments.file))


def _checked(workstation: Workstation, read: dict[str, Any]) -> Answer:
    faults = workstation.check_template(read)
    record = {
        "faults": [
            {
                "code": fault.code,
                "row": fault.row,
                "key": fault.key,
                "parameters": fault.parameters,
                "text": template_fault_words(fault.code, fault.parameters),
            }
            for fault in faults
        ]
    }
    lines = [fault_line(fault) for fault in faults]
    return Answer(
        record=record, lines=lines or [_("The template has no faults.")], status=1 if faults else 0
    )


def fault_line(fault: TemplateFault) -> str:
    """A fault of a template with its place."""
    place = _("row {row}, {key}") if fault.row else "{key}"
    where = place.format(row=fault.row, key=template_key_word(fault.key))
    return f"- {where}: {template_fault_words(fault.code, fault.parameters)}"


def _publish(call: Call, workstation: Workstation) -> Answer:
    read = read_template(call.arguments.file)
    checked = _checked(workstation, read)
    if checked.status:
        return checked
    view = workstation.publish_template(call.actor, read)
    return Answer(record={"template": records.plain(view)}, lines=_views([view]))


def _withdraw(call: Call, workstation: Workstation) -> Answer:
    workstation.withdraw_template(call.actor, call.arguments.name, call.arguments.version)
    return _list(call, workstation)


def _export(call: Call, workstation: Workstation) -> Answer:
    detail = workstation.catalogue_template(call.arguments.name)
    path: Path = call.arguments.out

    def write(place: Path) -> None:
        place.write_text(toml_of(detail.table), encoding="utf-8")

    write_whole(path, write, code="TPL-106")
    return Answer(
        record={"template": records.plain(detail.view), "file": str(path)},
        lines=[_("Written: {path}").format(path=path)],
    )


def _use(call: Call, workstation: Workstation) -> Answer:
    view = workstation.set_template(call.actor, call.arguments.case_no, call.arguments.name)
    case_no = workstation.case(call.arguments.case_no).case_no
    return Answer(
        record={"case_no": case_no, "template": records.plain(view)},
        lines=[case_no, *_views([view])],
    )


def read_template(path: Path) -> dict[str, Any]:
    """The table of a TOML file. Raises BadInput SYS-201 when it cannot be read, TPL-105 when it
    is no TOML."""
    try:
        return tomllib.loads(text_of(path))
    except OSError as error:
        raise BadInput("SYS-201", path=str(path), reason=error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise BadInput("TPL-105", path=str(path), reason=str(error)) from error
