"""`secret`: what keys and passwords this station has."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def run_secret(call: Call, workstation: Workstation) -> Answer:
    """`secret list|set|remove`. A value comes from the terminal or from standard input, never from
    the command line, where others could read it, and is never shown."""
    arguments = call.arguments
    if arguments.what == "set":
        workstation.keep_secret(call.actor, arguments.name, _value())
    elif arguments.what == "remove":
        workstation.remove_secret(call.actor, arguments.name)
    secrets = workstation.secrets()
    places = {"environment": _("environment"), "file": _("data folder")}
    rows = [(secret.name, places[secret.place]) for secret in secrets]
    lines = table(rows, (_("Name"), _("Kept in"))) if rows else [_("No secret is kept")]
    return Answer(record={"secrets": records.plain(secrets)}, lines=lines)


def changes_secrets(arguments: Any) -> bool:
    """Whether a call of `secret` changes something."""
    return bool(arguments.what != "list")


def _value() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(_("Secret (not shown): "))
    # Only the end of the line goes: blanks may belong to a password.
    return sys.stdin.readline().rstrip("\r\n")
