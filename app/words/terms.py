"""Words for the terms of archiving, used alike by window, command line and spreadsheets."""

from __future__ import annotations

from app.kernel.translation import translate as _


def term_word(state: str) -> str:
    """The state of the term of a case."""
    return {
        "overdue": _("Overdue"),
        "remind": _("To be archived"),
        "unclosed": _("No closing date"),
        "running": _("Within the term"),
        "done": _("Archived"),
    }.get(state, state)


def days_left_words(state: str, days_left: int | None) -> str:
    """How long is left, in words; empty where nothing runs."""
    if days_left is None:
        return ""
    if state == "overdue":
        return _("{days} days overdue").format(days=-days_left)
    if days_left == 0:
        return _("last day today")
    return _("{days} days left").format(days=days_left)


def retention_words(retention: str, years: int) -> str:
    """A term of keeping with its years; the names are those of the rule."""
    return (
        _("{retention} ({years} years)").format(retention=retention, years=years)
        if years
        else retention
    )
