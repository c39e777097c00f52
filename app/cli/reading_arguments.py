"""The command `reading`: what the counter does for readers."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.argument_words import Parser
from app.cli.reading_grant_arguments import (
    add_applications,
    add_bundles,
    add_grants,
    add_query_codes,
)
from app.cli.reading_log_arguments import add_log, add_visits
from app.cli.reading_notices_arguments import add_notices
from app.cli.reading_prints_arguments import add_prints
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_reading(add: Add, choice: Choice) -> None:
    """Add `reading` with all its actions."""
    reading_choices(choice(add("reading", _("applications, grants and records of readers"))))


def reading_choices(add: Add) -> None:
    """Add the actions of `reading`; each part of the counter adds its own."""
    add_applications(add)
    add_grants(add)
    add_query_codes(add)
    add_bundles(add)
    _settings(add("settings", _("what the court sets for reading")))
    add_log(add("log", _("what was read at the terminal")))
    add_visits(add("visits", _("visits to the terminal")))
    add_notices(add("notices", _("notices and guides at the terminal in the hall")))
    add_prints(add)


def _settings(settings: Parser) -> None:
    settings.add_argument("change", choices=("show", "set"), help=_("show, or set"))
    settings.add_argument(
        "values", nargs="*", metavar=_("NAME=VALUE"), help=_("with set: settings by name")
    )
