"""The commands `terms` and `archival`."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.argument_words import Parser, whole_number
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_archival(add: Add, choice: Choice) -> None:
    """Add `terms` and `archival`."""
    terms = add("terms", _("cases to be archived soon, overdue, or without a closing date"))
    terms.add_argument("--overdue", action="store_true", help=_("only what is overdue"))
    archival = choice(add("archival", _("terms of archiving, retention, archival codes")))
    _case_no(archival("term", _("the term of one case")))
    extend = archival("extend", _("extend the term of a case"))
    _case_no(extend)
    extend.add_argument("--until", required=True, metavar="2026-12-31", help=_("the new last day"))
    extend.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("reason"))
    extend.add_argument("--approver", required=True, metavar=_("NAME"), help=_("who approved it"))
    rules = archival("term-rules", _("show or set the terms of this court"))
    rules.add_argument("--set", metavar=_("NAME"), help=_("a set of terms that comes along"))
    for option, text in (
        ("--remind", _("months after closing at which to remind")),
        ("--overdue", _("months after closing at which a case is overdue")),
    ):
        rules.add_argument(option, type=whole_number, metavar=_("N"), help=text)


def _case_no(parser: Parser) -> None:
    parser.add_argument("case_no", metavar=_("CASE_NO"), help=_("case number"))
