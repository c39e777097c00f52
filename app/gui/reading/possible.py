"""Which step makes sense with a row as it stands; the service decides it again."""

from __future__ import annotations

from typing import Any

from app.services.reading_desk_views import ApplicationRow, GrantRow, PrintJobRow
from app.services.reading_views import SlipRow

# Grants that open the terminal now, later, or once somebody has mended what is in the way.
USABLE = ("live", "future", "locked", "closed")
_APPLICATION: dict[str, tuple[str, ...]] = {
    "check": ("entered", "returned"),
    "decide": ("checked",),
    "send_back": ("entered", "checked"),
    "refuse": ("checked",),
    "withdraw": ("entered", "returned", "checked"),
}
_GRANT: dict[str, tuple[str, ...]] = {
    "appoint": USABLE,
    "print_pass": USABLE,
    "renew": USABLE,
    "change": (*USABLE, "ended", "used"),
    "revoke": (*USABLE, "used"),
    "make_bundle": ("live", "future"),
}
_PRINT: dict[str, tuple[str, ...]] = {
    "decide": ("asked",),
    "refuse": ("asked",),
    "settle": ("doubtful",),
}
_STATES: tuple[tuple[type[Any], dict[str, tuple[str, ...]]], ...] = (
    (ApplicationRow, _APPLICATION),
    (GrantRow, _GRANT),
    (PrintJobRow, _PRINT),
)


def possible(step: str, row: object) -> bool:
    """Whether `step` (a command of the page) makes sense with `row`; never without one, but for
    steps that need none."""
    if step in ("put_up", "carry"):
        return True
    if isinstance(row, SlipRow):
        return step != "receive" or not row.received_by
    for kind, steps in _STATES:
        if isinstance(row, kind):
            return row.state in steps.get(step, ())
    return row is not None
