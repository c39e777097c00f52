"""The command around dossiers that go from court to court: `court`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]
PURPOSES = ("appeal", "return", "other")
DIRECTIONS = ("out", "in")


def add_court(add: Add, choice: Choice) -> None:
    """Add `court`."""
    court = choice(add("court", _("dossiers that go to other courts and come from them")))
    sent = court("send", _("write the newest sealed package as one file for another court"))
    sent.add_argument("case_no", metavar=_("CASE_NO"), help=_("case number"))
    sent.add_argument("--to", required=True, metavar=_("COURT"), help=_("the receiving court"))
    sent.add_argument("--purpose", choices=PURPOSES, default="appeal", help=_("why it goes there"))
    sent.add_argument("--out", type=Path, required=True, metavar=_("FILE"), help=_("the ZIP"))
    received = court("receive", _("check a package of another court and take it in as a case"))
    received.add_argument(
        "package", type=Path, metavar=_("PACKAGE"), help=_("folder of a package, or its ZIP")
    )
    received.add_argument(
        "--sha256",
        default="",
        metavar=_("DIGEST"),
        help=_("digest of the package as the letter of the sending court names it"),
    )
    received.add_argument(
        "--receipt",
        type=Path,
        metavar=_("FILE"),
        help=_("write the receipt there and not beside the package"),
    )
    noted = court("receipt", _("note what the receiving court answered"))
    noted.add_argument("transfer", metavar=_("ID"), help=_("id of the transfer"))
    noted.add_argument(
        "receipt", type=Path, metavar=_("FILE"), help=_("receipt of the receiving court")
    )
    listed = court("list", _("show the dossiers sent and received"))
    listed.add_argument("--case", default="", metavar=_("CASE_NO"), help=_("of this case only"))
    listed.add_argument(
        "--direction", choices=DIRECTIONS, default="", help=_("of this direction only")
    )
