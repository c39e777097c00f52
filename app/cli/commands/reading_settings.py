"""`reading settings`: what the court sets for reading."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.reading_settings import ReadingSettings, setting_from_text
from app.services.workstation import Workstation


def run_settings(call: Call, workstation: Workstation) -> Answer:
    """`reading settings show` and `reading settings set NAME=VALUE…`."""
    if call.arguments.change == "show":
        return _answer(workstation.reading_settings())
    changes: dict[str, Any] = {}
    for each in call.arguments.values:
        name, equals, text = each.partition("=")
        if not equals:
            raise BadInput("RDR-120", name=each, value="")
        changes[name] = setting_from_text(name, text)
    return _answer(workstation.set_reading_settings(call.actor, **changes))


def sets_something(arguments: Any) -> bool:
    """Whether these arguments change a setting."""
    return bool(arguments.change == "set")


def _answer(settings: ReadingSettings) -> Answer:
    record = records.plain(settings)
    rows = [(name, _as_typed(value)) for name, value in record.items()]
    return Answer(record=record, lines=table(rows, (_("Setting"), _("Value"))))


def _as_typed(value: bool | int | str) -> str:
    """A value in the form in which it may be set."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
