"""The order of documents by the catalogue template: the fewest moves that bring it about.

Listed documents stand in the order of their rows, those of one row as they lie; documents that
are not listed stand behind them in the order in which they were made (人民法院诉讼文书立卷归档
办法 art 14). Only a proposal: what is unknown stays where it is and moves nothing.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import Reason
from archive_rules.templates import Template


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedItem:
    """A document as it lies. `row` is the number of its template row, None when it has none;
    `date` is YYYY-MM-DD or empty; `fixed` one a person wants where it is; `sides` its length."""

    id: str
    row: int | None
    date: str = ""
    fixed: bool = False
    sides: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A document that should stand behind another one; `after` is None for the beginning."""

    item: str
    after: str | None
    reason: Reason


def row_of(template: Template, category: str) -> int | None:
    """The number of the row with this title, None when the template has none."""
    return next((row.number for row in template.rows if row.title == category), None)


def propose_moves(items: Sequence[OrderedItem], template: Template) -> tuple[Move, ...]:
    """The moves that bring `items`, which come in the order in which they lie, into the order of
    the template. As few as can be; of equally many, those that move fewer sides."""
    other = template.other
    last = other.number if other is not None else len(template.rows) + 1
    judged = [item for item in items if item.row is not None and not item.fixed]
    staying = _staying(judged, last)
    kept = [item for place, item in enumerate(judged) if place in staying]
    reached = _reached(kept, last)
    moves = [
        _move(item, kept, reached, last)
        for place, item in enumerate(judged)
        if place not in staying
    ]
    by_id = {item.id: item for item in judged}
    return tuple(sorted(moves, key=lambda move: _key(by_id[move.item], last)))


def _key(item: OrderedItem, last: int) -> tuple[int, str]:
    row = min(item.row or last, last)
    return (row, item.date if row == last else "")


def _staying(items: Sequence[OrderedItem], last: int) -> frozenset[int]:
    """The places of the documents that may stay: the heaviest run of listed documents in order up
    to some place, and behind that place the heaviest run of others by their dates. Others without
    a date fit behind any date, so all of them behind that place stay."""
    keys = [_key(item, last) for item in items]
    total = sum(item.sides for item in items) + 1
    weights = [total + item.sides for item in items]
    listed = [place for place, key in enumerate(keys) if key[0] < last]
    dated = [place for place, key in enumerate(keys) if key[0] == last and key[1]]
    undated = [place for place, key in enumerate(keys) if key[0] == last and not key[1]]
    before = _heaviest_runs(listed, [keys[place][0] for place in listed], weights)
    # From the end the dates fall; counted from the latest they rise.
    days = {day: rank for rank, day in enumerate(sorted({keys[p][1] for p in dated}, reverse=True))}
    backwards = dated[::-1]
    behind = _heaviest_runs(backwards, [days[keys[place][1]] for place in backwards], weights)
    best, weight = (-1, -1), -1
    loose, run = 0, -1  # what all undated ones behind the place weigh, where the dated run begins
    for place in range(len(items) - 1, -2, -1):
        if place < 0 or keys[place][0] < last:
            found = loose + (before[place].weight if place >= 0 else 0)
            found += behind[run].weight if run >= 0 else 0
            if found >= weight:
                best, weight = (place, run), found
        if place >= 0 and keys[place] == (last, ""):
            loose += weights[place]
        elif place in behind and (run < 0 or behind[place].weight >= behind[run].weight):
            run = place
    end, run = best
    return frozenset(
        [*_places(before, end), *_places(behind, run), *(p for p in undated if p > end)]
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """The heaviest run in order that ends with a document: its weight, the place before (or -1)."""

    weight: int
    before: int


def _heaviest_runs(
    places: Sequence[int], ranks: Sequence[int], weights: Sequence[int]
) -> dict[int, _Run]:
    """For each place the heaviest run of ranks that do not fall. A tree of the heaviest run up to
    each rank keeps a dossier of thousands of documents quick."""
    size = max(ranks, default=-1) + 1
    tree: list[tuple[int, int]] = [(0, -1)] * (size + 1)
    runs: dict[int, _Run] = {}
    for place, rank in zip(places, ranks, strict=True):
        heaviest = (0, -1)
        node = rank + 1
        while node > 0:
            heaviest = max(heaviest, tree[node], key=_weight)
            node -= node & -node
        run = _Run(weight=heaviest[0] + weights[place], before=heaviest[1])
        runs[place] = run
        node = rank + 1
        while node <= size:
            tree[node] = max(tree[node], (run.weight, place), key=_weight)
            node += node & -node
    return runs


def _weight(run: tuple[int, int]) -> int:
    return run[0]


def _places(runs: dict[int, _Run], end: int) -> list[int]:
    places = []
    while end >= 0:
        places.append(end)
        end = runs[end].before
    return places


def _reached(kept: Sequence[OrderedItem], last: int) -> list[tuple[int, str]]:
    """Row and latest date up to each of the documents that stay; they never fall."""
    reached: list[tuple[int, str]] = []
    latest = ""
    for item in kept:
        row, date = _key(item, last)
        latest = max(latest, date)
        reached.append((row, latest))
    return reached


def _move(
    item: OrderedItem,
    kept: Sequence[OrderedItem],
    reached: Sequence[tuple[int, str]],
    last: int,
) -> Move:
    row, date = _key(item, last)
    # One that is not listed and has no date goes to the end.
    place = len(kept) if row == last and not date else bisect.bisect_right(reached, (row, date))
    after = kept[place - 1] if place else None
    return Move(
        item=item.id,
        after=after.id if after is not None else None,
        reason=_reason(item, after, last),
    )


def _reason(item: OrderedItem, after: OrderedItem | None, last: int) -> Reason:
    row, date = _key(item, last)
    if row != last:
        if after is None:
            return Reason(code="row_first", parameters={"row": row})
        return Reason(code="row_order", parameters={"row": row, "behind": _key(after, last)[0]})
    if after is None:
        return Reason(code="date_first", parameters={"date": date})
    behind_row, behind_date = _key(after, last)
    if date and behind_row == last and behind_date:
        return Reason(code="date_order", parameters={"date": date, "behind_date": behind_date})
    return Reason(code="behind_listed", parameters={"date": date})
