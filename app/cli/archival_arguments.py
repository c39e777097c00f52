"""The commands `terms`, `archival` and `spreadsheet`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, whole_number
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_archival(add: Add, choice: Choice) -> None:
    """Add `terms`, `archival` and `spreadsheet`."""
    _spreadsheet(choice(add("spreadsheet", _("catalogue and register as .xlsx, out and in"))))
    terms = add("terms", _("cases to be archived soon, overdue, or without a closing date"))
    terms.add_argument("--overdue", action="store_true", help=_("only what is overdue"))
    _xlsx(terms, required=False)
    archival = choice(add("archival", _("terms of archiving, retention, archival codes")))
    add_case_no(archival("term", _("the term of one case")))
    extend = archival("extend", _("extend the term of a case"))
    add_case_no(extend)
    extend.add_argument("--until", required=True, metavar="2026-12-31", help=_("the new last day"))
    extend.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("reason"))
    extend.add_argument("--approver", required=True, metavar=_("NAME"), help=_("who approved it"))
    code = archival("code", _("the archival code of a case; give it one"))
    add_case_no(code)
    code.add_argument("--next", action="store_true", help=_("give the next code of the court"))
    code.add_argument("--code", metavar=_("CODE"), help=_("give this code"))
    kept = archival("retention", _("the term of keeping of a case; settle it"))
    add_case_no(kept)
    kept.add_argument("--set", metavar=_("RETENTION"), help="永久, 长期, 短期")
    kept.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark"))
    settings = archival("settings", _("show or set how archival codes are made in this court"))
    settings.add_argument("--pattern", metavar=_("NAME"), help=_("a pattern that comes along"))
    settings.add_argument(
        "--file", type=Path, metavar=_("FILE"), help=_("a pattern of the court's own (TOML)")
    )
    settings.add_argument(
        "--set",
        dest="values",
        type=field_value,
        action="append",
        default=[],
        metavar=_("NAME=VALUE"),
        help=_("a field, such as fonds=J380, or unit.criminal=XS for one kind of case"),
    )
    settings.add_argument(
        "--first", type=whole_number, metavar=_("N"), help=_("first running number")
    )
    rules = archival("term-rules", _("show or set the terms of this court"))
    rules.add_argument("--set", metavar=_("NAME"), help=_("a set of terms that comes along"))
    for option, text in (
        ("--remind", _("months after closing at which to remind")),
        ("--overdue", _("months after closing at which a case is overdue")),
    ):
        rules.add_argument(option, type=whole_number, metavar=_("N"), help=text)


def _spreadsheet(spreadsheet: Add) -> None:
    catalogue = spreadsheet("catalogue", _("write the catalogue of a case"))
    add_case_no(catalogue)
    _xlsx(catalogue)
    _xlsx(spreadsheet("register", _("write all cases with their facts")))
    read = spreadsheet("read", _("what a corrected catalogue would change; take it over"))
    add_case_no(read)
    read.add_argument("file", type=Path, metavar=_("FILE"), help=_("the corrected .xlsx file"))
    read.add_argument("--apply", action="store_true", help=_("take the differences over"))


def _xlsx(parser: Parser, *, required: bool = True) -> None:
    parser.add_argument(
        "--out", type=Path, required=required, metavar=_("FILE"), help=_(".xlsx file to write")
    )


def field_value(text: str) -> tuple[str, str]:
    """`name=value`; what looks like a number keeps its zeros."""
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise argparse.ArgumentTypeError(_("not NAME=VALUE: {text}").format(text=text))
    return name.strip(), value.strip()
