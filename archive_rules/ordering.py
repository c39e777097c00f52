"""The order of documents by the catalogue template: the fewest moves that bring it about.

Listed documents stand in the order of their rows, those of one row as they lie; documents that
are not listed stand behind them in the order in which they were made (人民法院诉讼文书立卷归档
办法 art 14). Only a proposal: what is unknown stays where it is and moves nothing.
"""

from __future__ import annotations

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chain:
    """A row of documents that may stay: how many, how many sides, and the last date in it."""

    weight: tuple[int, int]
    date: str
    item: int
    before: _Chain | None


def row_of(template: Template, category: str) -> int | None:
    """The number of the row with this title, None when the template has none."""
    return next((row.number for row in template.rows if row.title == category), None)


def propose_moves(items: Sequence[OrderedItem], template: Template) -> tuple[Move, ...]:
    """The moves that bring `items`, which come in the order in which they lie, into the order of
    the template. As few as can be; of equally many, those that move fewer sides."""
    other = template.other
    last = other.number if other is not None else len(template.rows) + 1
    judged = [item for item in items if item.row is not None and not item.fixed]
    staying = _longest_chain(judged, last)
    kept = [item for place, item in enumerate(judged) if place in staying]
    moves = [_move(item, kept, last) for place, item in enumerate(judged) if place not in staying]
    by_id = {item.id: item for item in judged}
    return tuple(sorted(moves, key=lambda move: _key(by_id[move.item], last)))


def _key(item: OrderedItem, last: int) -> tuple[int, str]:
    row = item.row or last
    return (row, item.date if row == last else "")


def _longest_chain(items: Sequence[OrderedItem], last: int) -> frozenset[int]:
    """The places of the documents that may stay. A document without a date among those that are
    not listed fits behind any date, and hands the date before it on."""
    ends: list[list[_Chain]] = []
    for place, item in enumerate(items):
        own: dict[str, _Chain] = {}
        row, date = _key(item, last)
        fitting: list[_Chain | None] = [None]
        for earlier in range(place):
            if _key(items[earlier], last)[0] <= row:
                fitting += ends[earlier]
        for chain in fitting:
            before = chain.date if chain is not None else ""
            if date and before > date:
                continue
            carried = date or before
            weight = chain.weight if chain is not None else (0, 0)
            longer = _Chain(
                weight=(weight[0] + 1, weight[1] + item.sides),
                date=carried,
                item=place,
                before=chain,
            )
            if carried not in own or own[carried].weight < longer.weight:
                own[carried] = longer
        ends.append(_worth_keeping(own))
    best = max((chain for chains in ends for chain in chains), key=_weight, default=None)
    found = set()
    while best is not None:
        found.add(best.item)
        best = best.before
    return frozenset(found)


def _weight(chain: _Chain) -> tuple[int, int]:
    return chain.weight


def _worth_keeping(chains: dict[str, _Chain]) -> list[_Chain]:
    """Without those that are no longer than one that ends in an earlier date."""
    kept: list[_Chain] = []
    for date in sorted(chains):
        if not kept or chains[date].weight > kept[-1].weight:
            kept.append(chains[date])
    return kept


def _move(item: OrderedItem, kept: Sequence[OrderedItem], last: int) -> Move:
    row, date = _key(item, last)
    after: OrderedItem | None = None
    latest = ""
    for other in kept:
        other_row, other_date = _key(other, last)
        if other_row > row:
            break
        if other_row == last:
            latest = max(latest, other_date)
            if date and latest > date:
                break
        after = other
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
