"""Choosing sides by what is known of them: odd ones, backs, blanks, those with a defect.

Works on the rows of the screen, so that the window chooses without asking the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.kernel.errors import BadInput
from app.services.findings import INSPECTED
from app.services.views import SideRow

INVERTED = "not:"


def _is_open(side: SideRow) -> bool:
    return any(row.verdict == "" and row.severity in ("fail", "warn") for row in side.findings)


def _is_unnumbered(side: SideRow) -> bool:
    return side.page_number is None and not side.blank and side.role in ("", "page")


SELECTIONS: Mapping[str, Callable[[SideRow], bool]] = {
    "all": lambda _side: True,
    "odd": lambda side: side.position % 2 == 1,
    "even": lambda side: side.position % 2 == 0,
    "front": lambda side: side.face == "front",
    "back": lambda side: side.face == "back",
    "blank": lambda side: side.blank,
    "unread": lambda side: not side.recognised or bool(side.fault),
    "unnumbered": _is_unnumbered,
    "open": _is_open,
}
# Findings of inspection, and what people asked for.
DEFECTS = (
    *(code for code in INSPECTED if code != "blank"),
    "size_outlier",
    "duplicate",
    "unreadable",
    "rescan",
)


def select(sides: Iterable[SideRow], what: str) -> list[str]:
    """The ids of the sides that `what` names, in their order.

    `what` is a key of SELECTIONS, a code of DEFECTS (accepted findings do not count; "rescan" are
    sides that somebody wants scanned again), or one of them behind "not:". Raises BadInput
    INS-106 for anything else.
    """
    inverted = what.startswith(INVERTED)
    chosen = _rule(what.removeprefix(INVERTED), what)
    return [side.id for side in sides if chosen(side) is not inverted]


def _rule(name: str, what: str) -> Callable[[SideRow], bool]:
    if name in SELECTIONS:
        return SELECTIONS[name]
    if name == "rescan":
        return lambda side: any(row.verdict == "rescan" for row in side.findings)
    if name in DEFECTS:
        return lambda side: any(
            row.code == name and row.verdict != "accepted" for row in side.findings
        )
    raise BadInput("INS-106", what=what, known=", ".join([*SELECTIONS, *DEFECTS]))
