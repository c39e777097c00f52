"""Words for what is wrong in a catalogue sheet and for what it changes."""

from __future__ import annotations

from app.kernel.translation import translate as _


def problem_word(code: str, value: str) -> str:
    """Why a row cannot be taken over."""
    text = {
        "formula": _("a formula without a result stands in column {value}"),
        "merged": _("number, title or pages are in merged cells: {value}"),
        "number": _("not a number of a row: {value}"),
        "pages": _("not a range of pages: {value}"),
        "pages_became_day": _("the pages have become a day: {value}"),
        "no_title": _("the title is missing"),
        "day": _("not a day: {value}"),
        "category": _("not a row of the catalogue template: {value}"),
        "no_place": _("neither number nor pages say which document this is: {value}"),
        "no_such_page": _("no side bears this page number: {value}"),
        "overlap": _("this page stands in another row, too: {value}"),
        "gap": _("these pages stand in no row: {value}"),
    }.get(code, code)
    return text.format(value=value)


def change_word(kind: str) -> str:
    """What happens to a document."""
    return {
        "changed": _("changed"),
        "added": _("new document"),
        "removed": _("joined to the one before"),
    }.get(kind, kind)
