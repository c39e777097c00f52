"""`terms` and `archival`: what is due, retention, archival codes."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.commands.archival import run_code, run_retention, run_settings
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.register_views import TermRow, TermSettings
from app.services.terms import OVERDUE, WAITING
from app.services.workstation import Workstation
from app.words.terms import days_left_words, term_word


def run_terms(call: Call, workstation: Workstation) -> Answer:
    """`terms [--overdue] [--out FILE]`: status 1 while something is overdue."""
    states = (OVERDUE,) if call.arguments.overdue else WAITING
    rows = workstation.terms(states)
    late = sum(row.state == OVERDUE for row in rows)
    heads = (
        _("Case"),
        _("Term"),
        _("Days left"),
        _("Due"),
        _("Closed on"),
        _("Extended to"),
        _("Clerk"),
    )
    lines = [*table([_cells(row) for row in rows], heads)] if rows else [_("Nothing is due")]
    record: dict[str, Any] = {"terms": records.plain(rows), "overdue": late}
    if call.arguments.out is not None:
        workstation.write_terms(call.actor, call.arguments.out, states)
        record["out"] = str(call.arguments.out)
        lines.append(_("Written: {path}").format(path=record["out"]))
    return Answer(record=record, lines=lines, status=1 if late else 0)


def writes_terms(arguments: Any) -> bool:
    """Whether these arguments write anything; a list that leaves the house is on record."""
    return arguments.out is not None


def _cells(row: TermRow) -> tuple[str, ...]:
    return (
        row.case_no,
        term_word(row.state),
        days_left_words(row.state, row.days_left),
        row.due_on,
        row.closed_on,
        row.extended_to,
        row.clerk,
    )


def run_archival(call: Call, workstation: Workstation) -> Answer:
    """`archival term|extend|term-rules|code|retention|settings`."""
    what = {
        "term": _term,
        "extend": _extend,
        "term-rules": _term_rules,
        "code": run_code,
        "retention": run_retention,
        "settings": run_settings,
    }
    return what[call.arguments.what](call, workstation)


def changes_archival(arguments: Any) -> bool:
    """Whether these arguments change anything in the data folder."""
    named = {
        "term": (),
        "term-rules": ("set", "remind", "overdue"),
        "code": ("next", "code"),
        "retention": ("set",),
        "settings": ("pattern", "file", "values", "first"),
    }
    options = named.get(arguments.what)
    return options is None or any(
        getattr(arguments, name) not in (None, False, []) for name in options
    )


def _term(call: Call, workstation: Workstation) -> Answer:
    return _term_answer(workstation.term(call.arguments.case_no))


def _extend(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    return _term_answer(
        workstation.extend_term(
            call.actor, arguments.case_no, arguments.until, arguments.reason, arguments.approver
        )
    )


def _term_answer(row: TermRow) -> Answer:
    facts = (
        (_("Case"), row.case_no),
        (_("Closed on"), row.closed_on),
        (_("Term"), term_word(row.state)),
        (_("Remind from"), row.remind_on),
        (_("Due"), row.due_on),
        (_("Days left"), days_left_words(row.state, row.days_left)),
        (_("Extended to"), row.extended_to),
        (_("Reason"), row.reason),
        (_("Approved by"), row.approver),
    )
    lines = table([fact for fact in facts if fact[1]])
    return Answer(record=records.plain(row), lines=lines)


def _term_rules(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if changes_archival(arguments):
        view = workstation.save_term_settings(
            call.actor,
            name=arguments.set,
            remind_months=arguments.remind,
            overdue_months=arguments.overdue,
        )
    else:
        view = workstation.term_settings()
    return Answer(record=records.plain(view), lines=_settings_lines(view))


def _settings_lines(view: TermSettings) -> list[str]:
    facts = (
        (_("Terms"), f"{view.title} ({view.id})"),
        (_("Remind after, in months"), view.remind_months),
        (_("Overdue after, in months"), view.overdue_months),
        (_("Known"), ", ".join(view.known)),
    )
    return table(facts)
