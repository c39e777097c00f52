"""Terminals that reach no database: the secret that station and terminal share."""

from __future__ import annotations

import hashlib

from app.kernel.errors import Refused
from app.services.context import Context

# A bundle holds a whole dossier.
SECONDS = 1800.0


def terminal_secret(context: Context, terminal: str) -> str:
    """Raises Refused RDR-148 for a terminal that was not enrolled."""
    try:
        return context.secrets.secret(secret_name(terminal))
    except Refused as error:
        raise Refused("RDR-148", terminal=terminal) from error


def secret_name(terminal: str) -> str:
    """The name of a terminal's secret: names of secrets are of plain letters."""
    return f"reading-terminal-{hashlib.sha256(terminal.encode()).hexdigest()[:16]}"
