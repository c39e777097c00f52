"""`reading notices`: what the terminal in the hall shows to everybody."""

from __future__ import annotations

from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _


def add_notices(notices: Parser) -> None:
    """The arguments of `reading notices`."""
    notices.add_argument(
        "change", choices=("list", "put", "withdraw"), help=_("list, put up, or take down")
    )
    notices.add_argument(
        "notice", nargs="?", default="", metavar=_("NOTICE"), help=_("with withdraw: which one")
    )
    notices.add_argument(
        "--guide", action="store_true", help=_("a guide, which stands below the notices")
    )
    notices.add_argument("--title", default="", metavar=_("TITLE"), help=_("its title"))
    notices.add_argument("--text", default="", metavar=_("TEXT"), help=_("what it says"))
    notices.add_argument(
        "--text-file", type=Path, metavar=_("FILE"), help=_("what it says, from a text file")
    )
    notices.add_argument(
        "--from",
        dest="shown_from",
        default="",
        metavar=_("DAY"),
        help=_("first day on which it is shown"),
    )
    notices.add_argument(
        "--until",
        dest="shown_until",
        default="",
        metavar=_("DAY"),
        help=_("last day on which it is shown"),
    )
