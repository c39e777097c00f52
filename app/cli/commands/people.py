"""`person`: who works here."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.workstation import Workstation
from app.words.people import person_role_word


def run_person(call: Call, workstation: Workstation) -> Answer:
    """`person list|add|role|pin|retire`. A PIN is read from the terminal or from standard input,
    never from the command line, where others could read it."""
    arguments = call.arguments
    if arguments.what == "add":
        workstation.add_person(call.actor, arguments.name, arguments.role, read_pin())
    elif arguments.what == "role":
        workstation.change_role(call.actor, arguments.name, arguments.role)
    elif arguments.what == "pin":
        workstation.reset_pin(call.actor, arguments.name, read_pin())
    elif arguments.what == "retire":
        workstation.retire_person(call.actor, arguments.name)
    people = workstation.people()
    return Answer(
        record={"people": [{"name": name, "role": role} for name, role in people]},
        lines=table([(name, person_role_word(role)) for name, role in people])
        if people
        else [_("Nobody works here yet")],
    )


def changes_people(arguments: Any) -> bool:
    """Whether these arguments change anything in the data folder."""
    return bool(arguments.what != "list")


def read_pin() -> str:
    """A PIN from the terminal without echo, or from standard input. Raises BadInput ACC-110."""
    if sys.stdin.isatty():
        return getpass.getpass(_("PIN: "))
    pin = sys.stdin.readline().strip()
    if not pin:
        raise BadInput("ACC-110")
    return pin
