"""Sheet arithmetic: the paper sheets that were declared against the sides that are there.

Every sheet has two sides. Each is either captured, marked blank, inserted later, recorded as
missed or left out by a one-sided scan; what is left over is the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

# Why a part may not be handed over, in the order in which a person should look at it. A sheet
# whose back was never delivered counts only where somebody declared the sheets.
BATCH_PAUSED = "batch_paused"
BATCH_HELD = "batch_held"
RESCAN_ASKED = "rescan_asked"
SIDES_MISSING = "sides_missing"
SIDES_TOO_MANY = "sides_too_many"
SHEET_WITHOUT_BACK = "sheet_without_back"

# How the sheets of a batch were delivered.
DUPLEX = "duplex"  # front and back of every sheet
ONE_SIDED = "one_sided"  # the fronts alone: the backs are left out
LOOSE = "loose"  # sides of which nobody knows the sheets, such as single files


@frozen(kw_only=True)
class CountedSide:
    """One active side. `sheet` names the paper sheet, whatever batch the side was scanned in
    last; `delivery` is DUPLEX, ONE_SIDED or LOOSE."""

    position: int
    part: str
    sheet: tuple[str, int]
    delivery: str = DUPLEX
    blank: bool = False
    inserted: bool = False
    separator: bool = False


@frozen(kw_only=True)
class PartSum:
    """The arithmetic of one part; see `app.services.station_views.SheetSum` for the terms."""

    part: str
    declared_sheets: int | None
    sheets: int
    expected: int | None
    captured: int
    blank: int
    inserted: int
    missed: int
    single_backs: int
    difference: int | None
    balanced: bool
    reasons: tuple[dict[str, Any], ...] = ()


@frozen(kw_only=True)
class OpenWork:
    """What is unfinished in one part: interrupted batches, batches that wait for a person's word,
    sides somebody wants scanned again."""

    paused: int = 0
    held: int = 0
    rescans: int = 0


@frozen(kw_only=True)
class _Sheets:
    """The sheets of one part as far as they count. `single_backs` are backs left out."""

    sides: tuple[CountedSide, ...] = ()
    sheets: int = 0
    single_backs: int = 0
    without_back: tuple[int, ...] = field(factory=tuple)


def sum_part(
    part: str,
    sides: Iterable[CountedSide],
    *,
    declared: int | None,
    missed_sheets: int,
    work: OpenWork,
) -> PartSum:
    """The sum of one part over its active sides (those of other parts are passed over)."""
    counted = _sheets([side for side in sides if side.part == part])
    blank = sum(side.blank for side in counted.sides)
    inserted = sum(side.inserted and not side.blank for side in counted.sides)
    captured = len(counted.sides) - blank - inserted
    missed = 2 * missed_sheets
    expected = None if declared is None else 2 * declared
    accounted = captured + blank + inserted + missed + counted.single_backs
    difference = None if expected is None else expected - accounted
    reasons = _reasons(difference, counted.without_back, work)
    return PartSum(
        part=part,
        declared_sheets=declared,
        sheets=counted.sheets,
        expected=expected,
        captured=captured,
        blank=blank,
        inserted=inserted,
        missed=missed,
        single_backs=counted.single_backs,
        difference=difference,
        balanced=not blocking(reasons, declared),
        reasons=reasons,
    )


def blocking(reasons: Sequence[dict[str, Any]], declared: int | None) -> tuple[dict[str, Any], ...]:
    """The reasons that keep a part from being handed over."""
    return tuple(
        reason for reason in reasons if declared is not None or reason["code"] != SHEET_WITHOUT_BACK
    )


def _sheets(sides: Sequence[CountedSide]) -> _Sheets:
    """Group by sheet; separator sheets count nowhere, nor do their blank backs."""
    sheets: dict[tuple[str, int], list[CountedSide]] = {}
    for side in sides:
        sheets.setdefault(side.sheet, []).append(side)
    counted: list[CountedSide] = []
    whole = single_backs = loose = 0
    without_back: list[int] = []
    for members in sheets.values():
        if any(side.separator for side in members):
            # Something written on the back of a separator sheet counts, though nobody declared it.
            counted += [side for side in members if not side.separator and not side.blank]
            continue
        counted += members
        if all(side.delivery == LOOSE for side in members):
            loose += len(members)
            continue
        whole += 1
        if len(members) == 1:
            if members[0].delivery == DUPLEX:
                without_back.append(members[0].position)
            else:
                single_backs += 1
    return _Sheets(
        sides=tuple(counted),
        sheets=whole + (loose + 1) // 2,
        single_backs=single_backs,
        without_back=tuple(without_back),
    )


def _reasons(
    difference: int | None, without_back: Sequence[int], work: OpenWork
) -> tuple[dict[str, Any], ...]:
    reasons: list[dict[str, Any]] = []
    if work.paused:
        reasons.append({"code": BATCH_PAUSED, "count": work.paused})
    if work.held:
        reasons.append({"code": BATCH_HELD, "count": work.held})
    if work.rescans:
        reasons.append({"code": RESCAN_ASKED, "count": work.rescans})
    if difference is not None and difference > 0:
        reasons.append({"code": SIDES_MISSING, "count": difference})
    if difference is not None and difference < 0:
        reasons.append({"code": SIDES_TOO_MANY, "count": -difference})
    reasons += [
        {"code": SHEET_WITHOUT_BACK, "position": position} for position in sorted(without_back)
    ]
    return tuple(reasons)
