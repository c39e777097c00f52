"""The order of the paper (纸页顺序): which leaves lay elsewhere than their sides in the file.

A rest shows one leaf or two (an open book). Whoever leafs back shows again what she passed; a leaf
that really lies elsewhere is shown there alone, between leaves that come for the first time. A
quick step back by one leaf looks the same as two leaves exchanged: those need more proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import frozen

from app.domain.leafing import DIFFERS, NOT_SEEN, SIDE, Look, SideSeen
from app.domain.leafing_sides import LeafSide
from app.domain.sequence import longest_increasing

# Fewer leaves do not tell whether somebody leafs from the back.
_FEWEST_BACKWARDS = 3


@frozen(kw_only=True)
class MovedLeaves:
    """Leaves that lay elsewhere, together: `after` is the leaf that lay before them (0: none)."""

    leaves: tuple[int, ...]
    after: int


@frozen(kw_only=True)
class PaperOrder:
    """What the order of first looks tells. `backwards`: leafed from the back to the front."""

    backwards: bool = False
    moved: tuple[MovedLeaves, ...] = ()


def rests_of(looks: Iterable[Look], sides: Sequence[LeafSide]) -> list[frozenset[int]]:
    """The leaves that were recognised in each rest, rests without one left out."""
    leaves = {side.position: side.leaf for side in sides}
    rests: dict[int, set[int]] = {}
    for look in looks:
        if look.kind in (SIDE, DIFFERS) and look.position in leaves:
            rests.setdefault(look.rest, set()).add(leaves[look.position])
    return [frozenset(shown) for shown in rests.values()]


def turned_leaves(states: Mapping[int, SideSeen], sides: Sequence[LeafSide]) -> dict[int, int]:
    """The leaves of which more than one side was shown: 1 where the front came first, -1 where the
    back did."""
    frames: dict[int, list[int]] = {}
    for side in sides:
        if states[side.position].state != NOT_SEEN:
            frames.setdefault(side.leaf, []).append(states[side.position].frame)
    return {
        leaf: 1 if shown[0] < shown[-1] else -1
        for leaf, shown in frames.items()
        if shown[0] != shown[-1]
    }


def paper_order(
    rests: Sequence[Collection[int]],
    written: Collection[int],
    turned: Mapping[int, int] | None = None,
) -> PaperOrder:
    """Which leaves lay elsewhere, by the fewest moves.

    `rests` are the leaves shown at each rest as they came, `written` those that bear something: a
    leaf is called moved only where its neighbours in the file were all shown without it. Of two
    neighbours exchanged one is, where each lay in an open book beside a leaf that is no neighbour,
    or both were turned over as one leafs on (`turned`, see `turned_leaves`).
    """
    ways = turned or {}
    moved, kept = _read(rests, written, {leaf for leaf, way in ways.items() if way > 0})
    # From the back, all is as from the front with the leaves counted the other way.
    reverse, falling = _read(
        [[-leaf for leaf in shown] for shown in rests],
        [-w for w in written],
        {-leaf for leaf, way in ways.items() if way < 0},
    )
    if falling <= kept or falling < _FEWEST_BACKWARDS:
        return PaperOrder(
            moved=tuple(MovedLeaves(leaves=tuple(m), after=around[0]) for m, around in moved)
        )
    return PaperOrder(
        backwards=True,
        moved=tuple(
            MovedLeaves(leaves=tuple(-leaf for leaf in reversed(m)), after=-around[1])
            for m, around in reverse
        ),
    )


def _read(
    rests: Sequence[Collection[int]], written: Collection[int], turned: Collection[int]
) -> tuple[list[tuple[list[int], tuple[int, int]]], int]:
    """Groups of leaves that lay elsewhere, each with the leaves shown before and behind it (0:
    none), and how many leaves lay in order."""
    first: dict[int, int] = {}
    for place, shown in enumerate(rests):
        for leaf in shown:
            first.setdefault(leaf, place)
    order = sorted(first, key=lambda leaf: (first[leaf], leaf))
    kept = {order[index] for index in longest_increasing(order)}
    unseen = set(written) - set(first)
    moved = {
        leaf
        for leaf in set(order) - kept
        if _passed_by(leaf, kept, unseen)
        and _shown_there_alone(leaf, rests, first)
        and _no_step_back(leaf, order, rests, turned)
    }
    groups = _together(moved, order)
    framed = [0, *order, 0]
    place_of = {leaf: place for place, leaf in enumerate(order)}
    placed = [(g, (framed[place_of[g[0]]], framed[place_of[g[-1]] + 2])) for g in groups]
    return placed, len(kept)


def _passed_by(leaf: int, kept: set[int], unseen: set[int]) -> bool:
    """Whether its place in the file was passed without it: a leaf behind was shown, and none
    around it is missing. What was shown too early and whose place never came may yet be shown."""
    behind = min((other for other in kept if other > leaf), default=None)
    if behind is None:
        return False
    ahead = max((other for other in kept if other < leaf), default=None)
    return not any((ahead is None or ahead < other) and other < behind for other in unseen)


def _shown_there_alone(leaf: int, rests: Sequence[Collection[int]], first: dict[int, int]) -> bool:
    """Whether a leaf was shown in one stretch, between leaves that came for the first time. At the
    end nothing came behind it: there somebody may have gone back for it."""
    at = [place for place, shown in enumerate(rests) if leaf in shown]
    start, end = at[0], at[-1]
    if end - start + 1 != len(at) or end + 1 >= len(rests):
        return False
    ahead = rests[start - 1] if start else ()
    came_first = all(_stretch(other, rests, start - 1) == first[other] for other in ahead)
    goes_on = all(_stretch(other, rests, end + 1) == first[other] for other in rests[end + 1])
    return came_first and goes_on


def _no_step_back(
    leaf: int, order: Sequence[int], rests: Sequence[Collection[int]], turned: Collection[int]
) -> bool:
    """Whether a leaf came before or behind more than one other, or lay between others indeed."""
    place = order.index(leaf)
    passed = [other for other in order[:place] if other > leaf]
    passed += [other for other in order[place + 1 :] if other < leaf]
    if len(passed) != 1:
        return True
    rank = {other: place for place, other in enumerate(sorted(order))}
    beside = any(
        abs(rank[other] - rank[leaf]) > 1 for shown in rests if leaf in shown for other in shown
    )
    return beside or {leaf, *passed} <= set(turned)


def _stretch(leaf: int, rests: Sequence[Collection[int]], place: int) -> int:
    """Where the stretch of rests begins in which `leaf` is shown at `place`."""
    while place and leaf in rests[place - 1]:
        place -= 1
    return place


def _together(moved: Collection[int], order: Sequence[int]) -> list[list[int]]:
    """Neighbours in the file that lay together elsewhere are one."""
    rank = {leaf: place for place, leaf in enumerate(sorted(order))}
    groups: list[list[int]] = []
    last = None
    for leaf in order:
        if leaf in moved:
            if groups and groups[-1][-1] == last and rank[last] + 1 == rank[leaf]:
                groups[-1].append(leaf)
            else:
                groups.append([leaf])
        last = leaf
    return groups
