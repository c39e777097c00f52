"""`reading prints` and what belongs to it: copies of readers, and their slips."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _

STATES = ("asked", "approved", "spooled", "printed", "refused", "aborted", "cancelled", "doubtful")


def add_prints(add: Callable[[str, str], Parser]) -> None:
    """Add the actions for copies and slips."""
    prints = add("prints", _("what readers asked to have printed"))
    prints.add_argument("--state", choices=STATES, default="", help=_("only jobs in this state"))
    for name, help_text in (
        ("approve-print", _("let a job of a reader be printed")),
        ("refuse-print", _("refuse a job and give its pages back")),
        ("settle-print", _("say what came out of a job in doubt")),
    ):
        action = add(name, help_text)
        action.add_argument("job", metavar=_("JOB"), help=_("number of the print job"))
        if name == "refuse-print":
            action.add_argument("reason", metavar=_("REASON"), help=_("why it is refused"))
        if name == "settle-print":
            action.add_argument("outcome", choices=("printed", "lost"), help=_("what came out"))
            action.add_argument(
                "--sheets", type=int, metavar=_("N"), help=_("how many pages came out")
            )
    slips = add("slips", _("reading slips of a case, or of all"))
    slips.add_argument("case", nargs="?", default="", metavar=_("CASE_NO"), help=_("the case"))
    slips.add_argument("--open", action="store_true", help=_("only those nobody has received"))
    slips.add_argument("--slip", default="", metavar=_("SLIP"), help=_("number of one slip"))
    slips.add_argument("--pdf", type=Path, metavar=_("FILE"), help=_("write this slip as PDF"))
    receive = add("receive-slip", _("put on record that a slip was received"))
    receive.add_argument("slip", metavar=_("SLIP"), help=_("number of the slip"))
    receive.add_argument("--remark", default="", metavar=_("TEXT"), help=_("what was noticed"))
