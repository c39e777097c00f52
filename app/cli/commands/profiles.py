"""`profile`, `device`, `figures`, `slip`: the scanning station's settings and figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.station_views import DeviceView, OptionRow
from app.services.workstation import Workstation


def run_profile(call: Call, workstation: Workstation) -> Answer:
    """`profile list|save|lock|unlock|retire`; all answer with the profiles as they are now."""
    arguments = call.arguments
    if arguments.what == "save":
        _save(call, workstation)
    elif arguments.what in ("lock", "unlock"):
        workstation.lock_profile(call.actor, arguments.name, arguments.what == "lock")
    elif arguments.what == "retire":
        workstation.retire_profile(call.actor, arguments.name)
    rows = workstation.profile_rows()
    shown = [
        (
            row.name,
            _("locked") if row.locked else "",
            row.settings["resolution"],
            row.settings["mode"],
            _("both sides") if row.settings["duplex"] else _("one side"),
            row.settings["paper"],
            row.settings["separators"],
        )
        for row in rows
    ]
    heads = (
        _("Profile"),
        "",
        _("Resolution"),
        _("Mode"),
        _("Faces"),
        _("Paper"),
        _("Separators"),
    )
    return Answer(record={"profiles": records.plain(rows)}, lines=table(shown, heads))


def _save(call: Call, workstation: Workstation) -> None:
    """What is not named keeps its value."""
    arguments = call.arguments
    known = {row.name: row for row in workstation.profile_rows()}
    earlier = known.get(arguments.name.strip())
    settings = dict(earlier.settings) if earlier else {}
    options = dict(earlier.options) if earlier else {}
    options |= dict(arguments.options)
    workstation.save_profile(
        call.actor,
        arguments.name,
        settings | dict(arguments.settings),
        {name: value for name, value in options.items() if value is not None},
    )


def run_device(call: Call, workstation: Workstation) -> Answer:
    """`device SOURCE`: what it can do; `--set` keeps values of its own options."""
    arguments = call.arguments
    view = workstation.device(arguments.source, refresh=arguments.refresh)
    if arguments.options:
        view = workstation.save_device_options(
            call.actor, arguments.source, dict(arguments.options)
        )
    return Answer(record=records.plain(view), lines=_device_lines(view))


def _device_lines(view: DeviceView) -> list[str]:
    rows = [
        (row.name, row.title, _shown(row.value, row.unit), _allowed(row), _shown(row.stored, ""))
        for row in view.options
        if row.active
    ]
    heads = (_("Option"), _("Title"), _("Value"), _("Allowed"), _("Kept"))
    return [view.source, *table(rows, heads)]


def _shown(value: Any, unit: str) -> str:
    return "" if value is None else f"{value} {unit}".strip()


def _allowed(row: OptionRow) -> str:
    if not row.settable:
        return "—"
    if row.choices:
        return ", ".join(str(choice) for choice in row.choices)
    if row.minimum is not None and row.maximum is not None:
        return f"{row.minimum:g} – {row.maximum:g}"
    return ""


def run_figures(call: Call, workstation: Workstation) -> Answer:
    """`figures [--from DAY] [--to DAY]`: today without days."""
    # The day of the station's own calendar.
    today = date.today().isoformat()  # noqa: DTZ011
    first = _day(call.arguments.first or call.arguments.last or today)
    last = _day(call.arguments.last or today)
    rows = workstation.operator_figures(first, last)
    shown = [
        (
            row.day,
            row.operator,
            row.dossiers,
            row.sheets,
            row.sides,
            row.rescans,
            row.rejects,
            f"{row.hours:.2f}",
            f"{row.sheets_per_hour:.0f}",
        )
        for row in rows
    ]
    heads = (
        _("Day"),
        _("Operator"),
        _("Dossiers"),
        _("Sheets"),
        _("Sides"),
        _("Rescans"),
        _("Rejects"),
        _("Hours"),
        _("Sheets per hour"),
    )
    lines = table(shown, heads) if shown else [_("Nothing was scanned in these days")]
    return Answer(record={"figures": records.plain(rows)}, lines=lines)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput("CASE-102", field="day", value=text[:40]) from None
