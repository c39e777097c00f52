"""Words for why the rules of cataloguing propose or doubt something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.translation import translate as _


def field_word(field: str) -> str:
    """The name of a field of the catalogue."""
    return {
        "title": _("Title"),
        "category": _("Category"),
        "date": _("Date"),
        "author": _("Author"),
        "pages": _("Pages"),
        "begins": _("Beginning"),
    }.get(field, field)


def reason_words(reason: Mapping[str, Any]) -> str:
    """A reason as a sentence, without its full stop; an unknown code is shown as it is."""
    code = str(reason.get("code", ""))
    parameters = dict(reason.get("parameters", {}))
    text = _sentences().get(code, code)
    try:
        told = text.format(**parameters)
    except (KeyError, IndexError):
        told = text
    row = parameters.get("row")
    if code in _WITH_ROW and row:
        told = _("{reason}; goes with row {row} of the template").format(reason=told, row=row)
    return told


_WITH_ROW = ("title_line", "declared_and_title", "declared", "title_differs")


def _sentences() -> dict[str, str]:
    return {
        # Where a document begins.
        "title_line": _("title line “{title}” on the page"),
        "declared_and_title": _("“{title}” in the catalogue sheet and on the page"),
        "declared": _("“{title}” in the catalogue sheet; no title on the page"),
        "title_differs": _("the page says “{title}”, the catalogue sheet “{declared}”"),
        "no_title": _("no title found on the page"),
        "split": _("begun here by a person"),
        # Where category, date and author come from.
        "category_of_title": _("by the title, row {row} of the template"),
        "category_other": _("the template has no row for it; put among the rest"),
        "category_neighbour": _("no title; taken from the document before it"),
        "date_signed": _("“{line}” at the end of the document"),
        "date_label": _("“{line}” on the form"),
        "date_mended": _("“{line}”, one character misread"),
        "author_heading": _("“{line}” above the title"),
        "author_seal": _("“{line}” where it is signed and sealed"),
        "author_signature": _("signed “{line}”"),
        "author_first_party": _("“{line}” named first as the party"),
        "author_place": _("taken at “{line}”"),
        # The catalogue sheet as a whole.
        "catalogue_pages_slipped": _(
            "rows {from} to {to} of the catalogue sheet (from “{title}”): pages are off by {by}"
        ),
        "catalogue_rows_slipped": _(
            "rows {from} to {to} of the catalogue sheet (from “{title}”): "
            "pages stand in the wrong row"
        ),
        # Page numbers.
        "number_read": _("read on the page"),
        "number_look_alike": _("read as {read}; {value} fits the run"),
        "number_sequence": _("read as {read}; by the run it would be {value}"),
        "number_unread": _("a number stands here but could not be read"),
        "number_absent": _("no number found on the page"),
        "number_unreadable": _("the image cannot be opened"),
        "number_out_of_sequence": _("{value} is read clearly and stands out of the run"),
        "number_unsure": _("{value} is not read for sure"),
        "number_rewritten": _("a number is struck out here; read as {value}"),
        "number_elsewhere": _("{value} stands at another edge than the others and fits the run"),
        "number_repeated": _("{value} stands here once more"),
        "number_restarted": _("after {before} the numbers go on from {value}"),
        "number_not_due": _("this side bears no number"),
        # What the whole proposal leaves open.
        "item_unsure": _("document {item} at side {position} is unsure"),
        "catalogue_of_other_papers": _("the catalogue names other papers than the pages show"),
        "item_count_differs": _("the catalogue names {declared} documents, {found} were found"),
    }
