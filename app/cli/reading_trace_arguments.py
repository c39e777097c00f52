"""The command `trace`: whose copy a picture shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _


def add_trace(add: Callable[[str, str], Parser]) -> None:
    """Add `trace`."""
    trace = add("trace", _("whose copy of an issued page a picture shows"))
    trace.add_argument("file", type=Path, metavar=_("FILE"), help=_("photograph, scan or copy"))
    trace.add_argument(
        "--case", default="", metavar=_("CASE_NO"), help=_("look among the pages of this case only")
    )
