"""The command `check`: the four-property check by people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_check(add: Add, choice: Choice) -> None:
    """Add `check`."""
    check = choice(add("check", _("four-property checks and what people decide about them")))
    run = check("run", _("check the newest package of a case, or any package, and keep the report"))
    run.add_argument("package", metavar=_("PACKAGE"), help=_("case number, folder or ZIP"))
    run.add_argument(
        "--stage",
        choices=("archiving", "transfer", "preservation"),
        default="archiving",
        help=_("the stage whose items are checked"),
    )
    listed = check("list", _("show the checks of a case"))
    listed.add_argument("case_no", metavar=_("CASE_NO"), help=_("case number"))
    shown = check("show", _("show one check with all its items"))
    shown.add_argument("check", metavar=_("CHECK"), help=_("id of the check"))
    decided = check("decide", _("decide an item that waits for a person"))
    decided.add_argument("check", metavar=_("CHECK"), help=_("id of the check"))
    decided.add_argument("code", metavar=_("ITEM"), help=_("code of the item"))
    decided.add_argument("decision", choices=("pass", "fail"), help=_("whether it holds"))
    decided.add_argument("--remark", default="", help=_("what was seen"))
    ended = check("conclude", _("accept the package, or return it"))
    ended.add_argument("check", metavar=_("CHECK"), help=_("id of the check"))
    ended.add_argument(
        "decision", choices=("accepted", "returned"), help=_("what becomes of the package")
    )
    ended.add_argument("--remark", default="", help=_("the reason"))
    report = check("report", _("write the report of a check"))
    report.add_argument("check", metavar=_("CHECK"), help=_("id of the check"))
    report.add_argument(
        "--out", type=Path, required=True, metavar=_("FILE"), help=_("a .pdf or .json file")
    )
