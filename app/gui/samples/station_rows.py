"""Invented rows of the scanning station."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from app.kernel.errors import Fault
from app.services.station_views import (
    HeldBatch,
    HeldPair,
    OperatorFigures,
    ProfileRow,
    Resumption,
    SheetSum,
)
from app.services.views import SideRow

SHEET_OF_FAULT = 37
DECLARED = 11
DRAWINGS = {
    "SCN-101": "feeder",
    "SCN-102": "power",
    "SCN-104": "jam",
    "SCN-105": "cover",
    "SCN-106": "double_feed",
    "SCN-108": "lock",
    "SCN-118": "disk",
    "SCN-122": "cable",
}


def sample_sum(
    sides: Sequence[SideRow], *, declared: int | None = DECLARED, missed: int = 0
) -> SheetSum:
    """The sum of some sides, every sheet of them with its back."""
    blank = sum(side.blank for side in sides)
    expected = None if declared is None else declared * 2
    difference = None if expected is None else expected - len(sides) - missed
    reasons: tuple[dict[str, Any], ...] = ()
    if difference:
        code = "sides_missing" if difference > 0 else "sides_too_many"
        reasons = ({"code": code, "count": abs(difference)},)
    return SheetSum(
        part="main",
        declared_sheets=declared,
        sheets=(len(sides) + 1) // 2,
        expected=expected,
        captured=len(sides) - blank,
        blank=blank,
        inserted=0,
        missed=missed,
        single_backs=0,
        difference=difference,
        balanced=not difference,
        reasons=reasons,
    )


def sample_resumption(
    fault: Fault, sides: Sequence[SideRow], source: str, profile: str
) -> Resumption:
    """Where a batch stopped."""
    return Resumption(
        batch="batch-1",
        source=source,
        profile=profile,
        part="main",
        volume=1,
        purpose="append",
        sheet=int(fault.parameters.get("sheet", SHEET_OF_FAULT)),
        certain=fault.code not in ("SCN-112", "SCN-113", "SCN-122"),
        code=fault.code,
        parameters=dict(fault.parameters),
        drawing=DRAWINGS.get(fault.code, "wait"),
        last=sides[-1] if sides else None,
    )


def sample_held(
    purpose: str, sides: Sequence[SideRow], positions: Sequence[int], verdict: str
) -> HeldBatch:
    """New pages that wait for a word; a different page is the one four further on."""
    pairs = []
    for number, position in enumerate(positions, 1):
        old = next((side for side in sides if side.position == position), None)
        if old is None:
            continue
        model = old
        if verdict == "different":
            model = sides[(position + 4) % len(sides)]
        new = evolve(
            model,
            id=f"held-{number}-{position}",
            position=0,
            batch="batch-held",
            replaces="" if purpose == "insert" else old.id,
            findings=(),
        )
        pairs.append(
            HeldPair(
                old=None if purpose == "insert" else old,
                new=new,
                verdict="unsure" if purpose == "insert" else verdict,
                likeness={"same": 0.97, "different": 0.31}.get(verdict, 0.6),
                reasons=_reasons(old, new, verdict),
            )
        )
    return HeldBatch(
        batch="batch-held",
        case_no="",
        purpose=purpose,
        source="simulated:demo",
        operator="沈若溪",
        started_at="2026-11-22T03:00:00.000Z",
        after_position=positions[0] if purpose == "insert" and positions else 0,
        pairs=tuple(pairs),
        verdict=verdict,
    )


def _reasons(old: SideRow, new: SideRow, verdict: str) -> tuple[dict[str, Any], ...]:
    if verdict == "same":
        return ({"code": "number_equal"}, {"code": "picture_alike"}, {"code": "text_alike"})
    if verdict == "different":
        return (
            {"code": "number_differs", "old": old.page_number, "new": new.page_number},
            {"code": "text_differs"},
        )
    return ()


def sample_profiles() -> tuple[ProfileRow, ...]:
    """The built-in profiles."""
    return tuple(
        ProfileRow(
            name=name,
            settings={},
            options={},
            locked=False,
            built_in=True,
            changed_at="",
            changed_by="",
        )
        for name in ("standard", "gray", "simplex", "fine")
    )


def sample_figures(day: str) -> tuple[OperatorFigures, ...]:
    """Figures of three operators."""
    said = (
        ("沈若溪", 6, 1284, 401, 14, 5, 5.5),
        ("顾明远", 4, 812, 233, 31, 12, 6.0),
        ("欧阳完颜若溪·买买提江", 1, 96, 12, 0, 0, 0.4),
    )
    return tuple(
        OperatorFigures(
            operator=operator,
            day=day,
            dossiers=dossiers,
            batches=dossiers + 2,
            sheets=sheets,
            sides=2 * sheets,
            blanks=blanks,
            rescans=rescans,
            inserts=4,
            rejects=rejects,
            hours=hours,
            sheets_per_hour=sheets / hours,
            rescans_per_hour=rescans / hours,
            rejects_per_hour=rejects / hours,
        )
        for operator, dossiers, sheets, blanks, rescans, rejects, hours in said
    )
