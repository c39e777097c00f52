"""The cabinet that a command is about."""

from __future__ import annotations

from app.cli.running import Call
from app.kernel.errors import BadInput
from app.services.workstation import Workstation


def cabinet_of(call: Call, workstation: Workstation) -> str:
    """The one that was named, else the first of the settings. Raises BadInput HND-108 when there
    is none."""
    known = workstation.cabinets()
    if not call.arguments.cabinet and not known:
        raise BadInput("HND-108", cabinet="", known="")
    return str(call.arguments.cabinet or known[0])
