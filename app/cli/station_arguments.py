"""The commands of the scanning station: profiles, devices, figures, slips."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no
from app.domain.slips import SEPARATORS
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def setting(text: str) -> tuple[str, Any]:
    """`name=value`; the value is JSON where it is valid JSON (300, true), else plain text."""
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise argparse.ArgumentTypeError(_("not NAME=VALUE: {text}").format(text=text))
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = value
    return name.strip(), parsed if not isinstance(parsed, dict | list) else value


def add_station(add: Add, choice: Choice) -> None:
    """Add `profile`, `device`, `figures` and `slip`."""
    profile = choice(add("profile", _("scan profiles: show, change, lock")))
    profile("list", _("show all scan profiles"))
    saved = profile("save", _("make or change a scan profile"))
    _name(saved)
    _settings(saved, "--set", "settings", _("a setting, such as resolution=300"))
    _settings(saved, "--option", "options", _("an option of the driver by its name"))
    _name(profile("lock", _("let only administrators change it")))
    _name(profile("unlock", _("let everybody change it again")))
    _name(profile("retire", _("take it out of use; a built-in one gets its first settings")))
    device = add("device", _("what a scanner can do, and its own options"))
    device.add_argument("source", metavar=_("SOURCE"), help=_("source as scan takes it"))
    device.add_argument("--refresh", action="store_true", help=_("ask the device again"))
    _settings(device, "--set", "options", _("keep a value for every batch; null takes it away"))
    figures = add("figures", _("sheets, rescans and rejects of the operators by day"))
    figures.add_argument("--from", dest="first", metavar="2026-11-01", help=_("first day"))
    figures.add_argument("--to", dest="last", metavar="2026-11-30", help=_("last day"))
    slip = choice(add("slip", _("work slips and separator sheets")))
    work = slip("work", _("print the work slip of a case"))
    add_case_no(work)
    _out(work)
    separator = slip("separator", _("print a separator sheet"))
    separator.add_argument("kind", metavar=_("KIND"), help=", ".join(SEPARATORS))
    _out(separator)
    read = slip("read", _("the case behind the code of a work slip"))
    read.add_argument("code", metavar=_("CODE"), help=_("code as a reader types it"))


def _name(parser: Parser) -> None:
    parser.add_argument("name", metavar=_("NAME"), help=_("scan profile"))


def _out(parser: Parser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, metavar=_("FILE"), help=_("PDF file to write")
    )


def _settings(parser: Parser, option: str, target: str, text: str) -> None:
    parser.add_argument(
        option,
        dest=target,
        type=setting,
        action="append",
        default=[],
        metavar=_("NAME=VALUE"),
        help=text,
    )
