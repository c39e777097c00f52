"""Arguments of applications to read, grants, passes and query codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, whole_number
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]


def add_grant(add: Add) -> None:
    """Add `grant`: application, check and approval in one step."""
    grant = add("grant", _("let a reader see pages of a sealed main part"))
    add_case_no(grant)
    _reader(grant)
    grant.add_argument("--pages", default="", metavar="1-5,9", help=_("pages, all without it"))
    grant.add_argument(
        "--days", type=whole_number, default=1, metavar=_("N"), help=_("days it is valid")
    )
    _terms(grant)
    grant.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))


def add_applications(add: Add) -> None:
    """Add the actions of `reading` about applications."""
    add("rules", _("who may ask to read, and with which papers"))
    apply = add("apply", _("enter an application to read"))
    add_case_no(apply)
    _reader(apply)
    apply.add_argument(
        "--paper",
        action="append",
        default=[],
        metavar=_("PAPER[=NUMBER]"),
        help=_("a paper that the applicant has, by its code; again for more"),
    )
    apply.add_argument("--pages", default="", metavar="1-5,9", help=_("pages wanted"))
    apply.add_argument("--items", default="", metavar="1-5,9", help=_("documents wanted"))
    apply.add_argument("--copies", action="store_true", help=_("copies are wanted"))
    apply.add_argument("--part", choices=("main", "restricted"), default="main", help=_("part"))
    apply.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))
    check = add("check", _("the papers of an application were seen"))
    _application(check)
    check.add_argument("papers", nargs="*", metavar=_("PAPER"), help=_("papers that were seen"))
    check.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark"))
    for name, text in (
        ("return", _("give an application back to be completed")),
        ("withdraw", _("the applicant does not want it any more")),
        ("reject", _("refuse an application")),
    ):
        ended = add(name, text)
        _application(ended)
        _reason(ended)
    listed = add("applications", _("list applications to read"))
    listed.add_argument("--state", default="", metavar=_("STATE"), help=_("of one state"))
    _of_case(listed)


def add_grants(add: Add) -> None:
    """Add the actions of `reading` about grants and appointments."""
    preview = add("preview", _("what a grant would show"))
    add_case_no(preview)
    preview.add_argument("--pages", default="", metavar="1-5,9", help=_("pages, all without it"))
    _terms(preview)
    approve = add("approve", _("grant what was applied for"))
    _application(approve)
    approve.add_argument("--pages", default="", metavar="1-5,9", help=_("pages, all without it"))
    approve.add_argument(
        "--days", type=whole_number, default=0, metavar=_("N"), help=_("days it is valid")
    )
    approve.add_argument("--from", dest="begins", default="", metavar=_("TIME"), help=_("from"))
    approve.add_argument("--until", dest="ends", default="", metavar=_("TIME"), help=_("until"))
    _terms(approve)
    _reason(approve)
    grants = add("grants", _("list grants"))
    grants.add_argument("--live", action="store_true", help=_("only those that are not over"))
    _of_case(grants)
    revoke = add("revoke", _("end a grant at once"))
    _grant(revoke)
    _reason(revoke)
    change = add("change", _("give a grant another end or quota"))
    _grant(change)
    change.add_argument("--until", dest="ends", metavar=_("TIME"), help=_("until"))
    _count(change, "--prints", _("pages that may be printed"), default=None)
    _count(change, "--views", _("visits in all, 0 for any number"), default=None)
    _reason(change)
    _grant(add("renew", _("a new code; the one before ends")))
    _appointments(add)


def add_query_codes(add: Add) -> None:
    """Add the action of `reading` about query codes."""
    query = add("query-code", _("codes by which a party asks how far a case is"))
    query.add_argument("step", choices=("issue", "list", "revoke"), help=_("issue, list or revoke"))
    query.add_argument(
        "subject", nargs="?", default="", metavar=_("CASE_NO|CODE"), help=_("case, or code")
    )
    query.add_argument("--holder", default="", metavar=_("NAME"), help=_("who gets the code"))
    query.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))


def _appointments(add: Add) -> None:
    appoint = add("appoint", _("book the terminal for the holder of a grant"))
    _grant(appoint)
    appoint.add_argument("at", metavar=_("TIME"), help=_("when she comes, 2026-11-25T14:00"))
    _count(appoint, "--minutes", _("how long"), default=60)
    appoint.add_argument("--terminal", default="", metavar=_("NAME"), help=_("which terminal"))
    listed = add("appointments", _("who comes when"))
    listed.add_argument("--day", default="", metavar=_("DAY"), help=_("of one day"))
    printed = add("pass", _("write the pass of a grant as PDF"))
    _grant(printed)
    printed.add_argument("path", type=Path, metavar=_("FILE"), help=_("where to write it"))


def _reader(parser: Parser) -> None:
    parser.add_argument("--reader", required=True, metavar=_("NAME"), help=_("name of the reader"))
    parser.add_argument("--certificate", required=True, metavar=_("NUMBER"), help=_("certificate"))
    parser.add_argument("--kind", default="lawyer", metavar=_("KIND"), help=_("kind of reader"))
    parser.add_argument(
        "--id-number", default="", metavar=_("NUMBER"), help=_("ID number, kept as a digest only")
    )
    parser.add_argument(
        "--represents", default="", metavar=_("NAME"), help=_("for whom the reader acts")
    )


def _terms(parser: Parser) -> None:
    parser.add_argument("--withhold", default="", metavar="3-5", help=_("pages kept back"))
    parser.add_argument("--withhold-items", default="", metavar="2", help=_("documents kept back"))
    parser.add_argument(
        "--release-items",
        default="",
        metavar="2",
        help=_("documents shown although the rules keep them back"),
    )
    parser.add_argument("--masked", action="store_true", help=_("cover numbers and addresses"))
    parser.add_argument(
        "--clear", default="", metavar="7", help=_("with --masked: unread pages shown all the same")
    )
    parser.add_argument("--leave", action="store_true", help=_("the court gives leave"))
    _count(parser, "--prints", _("pages that may be printed"), default=0)
    _count(parser, "--views", _("visits in all, 0 for any number"), default=0)


def _application(parser: Parser) -> None:
    parser.add_argument("application", metavar=_("NUMBER"), help=_("number of the application"))


def _grant(parser: Parser) -> None:
    parser.add_argument("grant", metavar=_("NUMBER"), help=_("number of the grant"))


def _reason(parser: Parser) -> None:
    parser.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("reason"))


def _of_case(parser: Parser) -> None:
    parser.add_argument(
        "--case", dest="case_no", default="", metavar=_("CASE_NO"), help=_("of one case")
    )


def _count(parser: Parser, name: str, text: str, *, default: int | None) -> None:
    parser.add_argument(name, type=whole_number, default=default, metavar=_("N"), help=text)


def add_bundles(add: Add) -> None:
    """Add the actions of `reading` about terminals without the database."""
    terminal = add("terminal", _("set up a terminal for bundles"))
    terminal.add_argument("name", metavar=_("NAME"), help=_("name of the terminal"))
    terminal.add_argument("path", type=Path, metavar=_("FILE"), help=_("where to write it"))
    bundle = add("bundle", _("write what a grant shows as a file for a terminal"))
    _grant(bundle)
    bundle.add_argument("path", type=Path, metavar=_("FILE"), help=_("where to write it"))
    bundle.add_argument(
        "--terminal",
        default="",
        metavar=_("NAME"),
        help=_("terminal it is for, the booked one without it"),
    )
    bundle.add_argument(
        "--closing-code",
        action="store_true",
        help=_("ask for a code with which staff closes the terminal"),
    )
    _of_case(add("bundles", _("list bundles")))
    carry = add("carry", _("take over the log of a terminal"))
    carry.add_argument(
        "path", type=Path, metavar=_("PATH"), help=_("the log that came back, or a folder of logs")
    )
