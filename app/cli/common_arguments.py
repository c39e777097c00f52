"""Arguments that many commands have."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _


def add_case_no(parser: Parser, **options: Any) -> None:
    """The case number, in its place; `options` as of argparse."""
    parser.add_argument("case_no", metavar=_("CASE_NO"), help=_("case number"), **options)


def add_counts(
    parser: Parser, *, pages_required: bool = False, volumes_required: bool = False
) -> None:
    """How many volumes and pages somebody counted."""
    parser.add_argument(
        "--volumes",
        type=whole_number,
        default=1,
        required=volumes_required,
        metavar=_("N"),
        help=_("volumes counted"),
    )
    parser.add_argument(
        "--pages",
        type=whole_number,
        required=pages_required,
        metavar=_("N"),
        help=_("pages counted"),
    )


def whole_number(text: str) -> int:
    """A count or number of an option."""
    try:
        return int(text)
    except ValueError:
        message = _("not a whole number: {text}").format(text=text)
        raise argparse.ArgumentTypeError(message) from None
