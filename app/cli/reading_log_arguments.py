"""`reading log` and `reading visits`: what was read at the terminal."""

from __future__ import annotations

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _


def add_log(log: Parser) -> None:
    """The arguments of `reading log`."""
    log.add_argument("--case", default="", metavar=_("CASE_NO"), help=_("of one case"))
    log.add_argument("--grant", default="", metavar=_("GRANT"), help=_("of one grant"))
    log.add_argument("--visit", default="", metavar=_("VISIT"), help=_("of one visit"))


def add_visits(visits: Parser) -> None:
    """The arguments of `reading visits`."""
    visits.add_argument("--case", default="", metavar=_("CASE_NO"), help=_("of one case"))
    visits.add_argument("--day", default="", metavar=_("DAY"), help=_("of one day (YYYY-MM-DD)"))
