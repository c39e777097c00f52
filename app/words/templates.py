"""Words for catalogue templates: what is wrong with one, its state, and why a row should move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.translation import translate as _


def template_fault_words(code: str, parameters: Mapping[str, Any]) -> str:
    """What is wrong at one place of a template; an unknown code is shown as it is."""
    text = _sentences().get(code, code)
    words = text.format_map({name: str(value) for name, value in parameters.items()})
    nearest = str(parameters.get("nearest") or "")
    return words + (_(" Nearest: {nearest}").format(nearest=nearest) if nearest else "")


def template_key_word(key: str) -> str:
    """What a key of a template is called."""
    return {
        "schema": _("Schema"),
        "id": _("Template name"),
        "title": _("Title"),
        "version": _("Version"),
        "effective": _("In force from"),
        "source": _("Basis"),
        "part": _("Part"),
        "kinds": _("Kinds of case"),
        "type_codes": _("Type codes"),
        "rows": _("Rows"),
        "number": _("No."),
        "classes": _("Document classes"),
    }.get(key, key)


def template_state_word(state: str) -> str:
    """Where a template stands."""
    return {
        "packaged": _("with the program"),
        "published": _("published by the court"),
        "withdrawn": _("no longer given out"),
    }.get(state, state)


def case_kind_word(kind: str) -> str:
    """A kind of proceeding."""
    return {
        "civil": _("civil"),
        "criminal": _("criminal"),
        "administrative": _("administrative"),
        "enforcement": _("enforcement"),
        "enforcement_preservation": _("enforcement preservation"),
        "enforcement_resumed": _("resumed enforcement"),
        "preservation": _("preservation"),
        "jurisdiction": _("jurisdiction"),
        "compensation": _("compensation and relief"),
        "assistance": _("judicial assistance"),
        "sanction": _("judicial sanction"),
        "bankruptcy": _("liquidation and bankruptcy"),
        "mediation": _("mediation before filing"),
        "unknown": _("type not known"),
    }.get(kind, kind)


def case_doubt_words(code: str) -> str:
    """What a person should settle about a case itself."""
    return {
        "case_type_unknown": _(
            "the type code of the case number is in no table: check the number, then choose the"
            " catalogue template"
        ),
    }.get(code, code)


def order_reason_words(code: str, parameters: Mapping[str, Any]) -> str:
    """Why a document should stand elsewhere."""
    text = {
        "row_order": _("row {row} of the template comes behind row {behind}"),
        "row_first": _("row {row} of the template comes first"),
        "date_order": _("not listed: by date {date} behind {behind_date}"),
        "date_first": _("not listed: the earliest, {date}"),
        "behind_listed": _("not listed: stands behind the listed documents"),
        "paper_is_numbered": _(
            "the paper is numbered already: moving contradicts the numbers on it"
        ),
    }.get(code, code)
    return text.format_map({name: str(value) for name, value in parameters.items()})


def _sentences() -> dict[str, str]:
    return {
        "unknown_key": _("There is no field “{key}”."),
        "missing": _("This field is missing."),
        "schema": _("This program reads templates of schema 1, not “{value}”."),
        "empty": _("This must not be empty."),
        "long": _("At most {most} characters."),
        "name": _("Letters, figures, - and _ only, at most 60."),
        "name_packaged": _("A template of this name comes with the program; choose another name."),
        "version": _("Letters, figures, point, - and _ only, at most 30."),
        "version_used": _("Version {value} is published already; a change is a new version."),
        "day": _("“{value}” is no day; write it as 2026-01-31."),
        "part": _("Neither main nor restricted part."),
        "kind": _("There is no kind of case “{value}”."),
        "type_code": _("“{value}” is no type code: 1 to 4 Chinese characters."),
        "no_list": _("A list is expected here."),
        "no_row": _("A row with number, title and classes is expected here."),
        "no_rows": _("A template needs at least one row."),
        "number": _("Number {expected} is expected, not {value}."),
        "title_twice": _("Row {first} has this title already."),
        "class": _("There is no document class “{value}”."),
        "class_twice": _("“{value}” stands here twice."),
        "other_missing": _("The last row must take what is not listed (class “other”)."),
        "other_twice": _("Row {first} takes what is not listed already."),
        "other_not_last": _("The row for what is not listed must be the last one."),
    }
