"""What a round of the review looks like now: its sides, their verdicts, the faults by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from app.domain.dossier import Side
from app.domain.review import (
    ASK,
    DIFFERS,
    OPEN,
    SAME,
    ReviewRound,
    ReviewVerdict,
    image_of,
    latest_verdicts,
)
from app.services.review_views import RoundView, SampleRow
from app.services.reviewed import Reviewed
from archive_rules.review_rules import (
    STEPS,
    ClassLimit,
    ReviewRules,
    accepted,
    load_review_rules,
)


def round_view(now: Reviewed, entry: ReviewRound) -> RoundView:
    """A round with its rows. A closed one is told as it was, an open one goes on with what stands
    in the place of a side now."""
    rules = load_review_rules(entry.rules.partition("@")[0])
    rows = _rows(now, entry, rules)
    places = fault_places(rows, rules)
    return RoundView(
        id=entry.id,
        case_no=now.dossier.case_no,
        number=entry.number,
        plan=entry.plan,
        plan_title=rules.plan(entry.plan).title,
        severity=entry.severity,
        seed=entry.seed,
        lot=entry.lot,
        state=entry.state,
        rows=tuple(sorted(rows, key=lambda row: row.position)),
        waiting=sum(row.verdict in ("", ASK) for row in rows),
        limits={
            kind: {**limit, "found": sum(place < limit["size"] for place in places.get(kind, ()))}
            for kind, limit in entry.limits.items()
        },
        operators=entry.operators,
        opened_by=entry.opened_by,
        opened_at=entry.opened_at,
        passes=_passes(entry, rows, places),
        back=_first_step(rows, rules),
        closed_by=entry.closed_by,
        closed_at=entry.closed_at,
        sent_back_to=entry.sent_back_to,
        reason=entry.reason,
    )


def _rows(now: Reviewed, entry: ReviewRound, rules: ReviewRules) -> list[SampleRow]:
    closed = entry.state != OPEN
    given = [verdict for verdict in now.verdicts if not closed or verdict.at <= entry.closed_at]
    verdicts = latest_verdicts(given)
    present = now.present
    standing = now.everything if closed else present
    # Sides by their place in the draw; those judged beside it have none.
    shown: dict[str, tuple[Side, int | None]] = {}
    order = {side_id: place for place, side_id in enumerate(entry.sample)}
    beside = [verdict.side_id for verdict in given if verdict.round_id == entry.id]
    for side_id in (*entry.to_see, *beside):
        side = standing.get(side_id)
        if side is not None:
            shown.setdefault(side.id, (side, order.get(side_id)))
    return [
        attrs.evolve(
            _row(side, place, verdicts.get(side.id), rules, entry),
            # A side that was replaced since is found by what stands in its place.
            position=present.get(side.id, side).position,
        )
        for side, place in shown.values()
    ]


def _row(
    side: Side,
    place: int | None,
    verdict: ReviewVerdict | None,
    rules: ReviewRules,
    entry: ReviewRound,
) -> SampleRow:
    """A closed round takes the verdict as it was given; in an open one it holds for the image that
    is there now, and what differed in an earlier round is judged anew: it may have been mended
    beside the image."""
    row = SampleRow(
        side_id=side.id,
        position=side.position,
        page_number=side.page_number,
        part=side.part,
        place=place,
    )
    if verdict is None:
        return row
    holds = verdict.image == image_of(side) and (
        verdict.verdict == SAME or verdict.round_id == entry.id
    )
    if entry.state == OPEN and not holds:
        return attrs.evolve(row, seen_before=True)
    return attrs.evolve(
        row,
        verdict=verdict.verdict,
        defect=verdict.defect,
        defect_title=rules.defect(verdict.defect).title if verdict.defect else "",
        remark=verdict.remark,
        box=verdict.box,
        by=verdict.by,
        at=verdict.at,
    )


def fault_places(rows: Sequence[SampleRow], rules: ReviewRules) -> dict[str, list[int]]:
    """Where in the draw faults were found, by class."""
    places: dict[str, list[int]] = {}
    for row in rows:
        if row.verdict == DIFFERS and row.place is not None:
            kind = rules.defect(row.defect).defect_class
            places.setdefault(kind, []).append(row.place)
    return places


def _passes(
    entry: ReviewRound, rows: Sequence[SampleRow], places: Mapping[str, Sequence[int]]
) -> bool:
    """By the plan; what came back and is faulty still is never accepted."""
    limits = {kind: ClassLimit(**limit) for kind, limit in entry.limits.items()}
    again = set(entry.again)
    unmended = any(row.side_id in again and row.verdict == DIFFERS for row in rows)
    return accepted(limits, places) and not unmended


def _first_step(rows: Sequence[SampleRow], rules: ReviewRules) -> str:
    steps = [rules.defect(row.defect).back for row in rows if row.verdict == DIFFERS]
    return min(steps, key=STEPS.index, default="")
