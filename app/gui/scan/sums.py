"""The sheet arithmetic in words."""

from __future__ import annotations

from typing import Any

from app.gui.i18n import _, number
from app.services.station_views import SheetSum


def part_word(part: str) -> str:
    """A part of a dossier as people call it."""
    return {"main": _("Main part"), "restricted": _("Restricted part")}.get(part, part)


def sides_as_sheets(sides: int) -> str:
    """A count of sides as sheets when it comes out even, else as sides."""
    count = abs(sides)
    if count % 2 == 0:
        return _("{count} sheets").format(count=number(count // 2))
    return _("{count} sides").format(count=number(count))


def difference_text(sums: SheetSum) -> str:
    """What is missing or too many, or that the sum balances; empty while nobody declared."""
    if sums.difference is None:
        return ""
    if sums.difference > 0:
        return _("{count} missing").format(count=sides_as_sheets(sums.difference))
    if sums.difference < 0:
        return _("{count} too many").format(count=sides_as_sheets(sums.difference))
    return _("balances")


def sum_sentence(sums: SheetSum | None) -> str:
    """The whole sum of one part in one line."""
    if sums is None:
        return _("Sheets not declared yet")
    stored = sums.captured + sums.blank + sums.inserted
    parts = [
        _("{count} sheets declared").format(count=number(sums.declared_sheets))
        if sums.declared_sheets is not None
        else _("Sheets not declared yet"),
        _("{sheets} sheets, {sides} sides scanned").format(
            sheets=number(sums.sheets), sides=number(stored)
        ),
    ]
    if sums.blank:
        parts.append(_("{count} blank").format(count=number(sums.blank)))
    if sums.inserted:
        parts.append(_("{count} inserted").format(count=number(sums.inserted)))
    if sums.single_backs:
        parts.append(_("{count} backs left out").format(count=number(sums.single_backs)))
    if sums.missed:
        parts.append(_("{count} recorded as missing").format(count=sides_as_sheets(sums.missed)))
    parts.append(difference_text(sums))
    return " · ".join(part for part in parts if part)


def sum_tone(sums: SheetSum | None) -> str:
    """The tone of the sum."""
    if sums is None or sums.difference is None:
        return "note"
    return "good" if sums.balanced else "warn"


def reason_text(reason: dict[str, Any], sums: SheetSum) -> str:
    """What keeps the sum from balancing, as the big button says it."""
    count = int(reason.get("count", abs(sums.difference or 0)))
    said = {
        "sides_missing": _("{count} missing").format(count=sides_as_sheets(count)),
        "sides_too_many": _("{count} too many").format(count=sides_as_sheets(count)),
        "sheet_without_back": _("Side {position} has no back").format(
            position=reason.get("position", "")
        ),
        "batch_paused": _("A batch was interrupted"),
        "batch_held": _("New pages wait for your word"),
        "rescan_asked": _("{count} sides are to be scanned again").format(count=count),
    }
    return said.get(str(reason.get("code")), str(reason.get("code")))


def reason_advice(reason: dict[str, Any]) -> str:
    """What mends it, in a sentence."""
    return {
        "sides_missing": _("Scan the rest, record the missing sheets, or correct the count."),
        "sides_too_many": _("Look for sheets scanned twice, or correct the declared count."),
        "sheet_without_back": _("Scan this sheet again, both sides."),
        "batch_paused": _("Go on where it stopped, or take it as complete."),
        "batch_held": _("Compare old and new, then accept or reject."),
        "rescan_asked": _("Somebody sent these sides back; scan their sheets again."),
    }.get(str(reason.get("code")), "")
