"""The commands of catalogue templates and of the order of documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_templates(add: Add, choice: Choice) -> None:
    """Add `template` and `order`."""
    template = choice(add("template", _("catalogue templates: show, check, publish, choose")))
    template("list", _("show all catalogue templates"))
    _name(template("show", _("show the rows of a template")))
    _file(template("check", _("say what is wrong with a template")))
    _file(template("publish", _("publish a template of the court")))
    withdrawn = template("withdraw", _("give a version to no new case any more"))
    _name(withdrawn)
    withdrawn.add_argument("version", metavar=_("VERSION"), help=_("Version"))
    exported = template("export", _("write a template as a file, to change it"))
    _name(exported)
    exported.add_argument(
        "--out", type=Path, required=True, metavar=_("FILE"), help=_("TOML file to write")
    )
    used = template("use", _("let a case have another template"))
    add_case_no(used)
    _name(used)
    order = add("order", _("documents that stand out of the order of the template"))
    add_case_no(order)
    order.add_argument(
        "--accept", metavar=_("ITEM"), help=_("move this document, named by number or id")
    )
    order.add_argument(
        "--after",
        metavar=_("ITEM"),
        help=_("the document to put it behind, 0 for the beginning; without it as proposed"),
    )
    order.add_argument("--remark", default="", metavar=_("TEXT"), help=_("reason"))
    order.add_argument(
        "--dismiss", metavar=_("ITEM"), help=_("leave this document where it is for good")
    )


def _name(parser: Parser) -> None:
    parser.add_argument("name", metavar=_("NAME"), help=_("name of the template, or NAME@VERSION"))


def _file(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FILE"), help=_("template (TOML)"))
