"""The command `register`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_registers(add: Add, choice: Choice) -> None:
    """Add `register`."""
    register = choice(add("register", _("registers of what was handed over")))
    handover = register("handover", _("write the hand-over register"))
    form = register("form", _("write the hand-over and receipt form"))
    for command in (handover, form):
        _common(command)
        command.add_argument("--since", default="", metavar="2026-01-01", help=_("from this day"))
        command.add_argument("--until", default="", metavar="2026-12-31", help=_("up to this day"))
    form.add_argument("--name", default="", metavar=_("TEXT"), help=_("name of the hand-over"))
    form.add_argument(
        "--description",
        default="",
        metavar=_("TEXT"),
        help=_("description of what is handed over"),
    )
    _common(register("additions", _("write the register of later material")))


def _common(command: Parser) -> None:
    command.add_argument(
        "--out", type=Path, required=True, metavar=_("FILE"), help=_("the file, .pdf or .xlsx")
    )
    command.add_argument(
        "--case",
        action="append",
        metavar=_("CASE_NO"),
        help=_("only this case; may be given again"),
    )
