"""Order of page numbers: which sides stand out of order, grouped by cause."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Indices of a longest strictly increasing subsequence, in order."""
    tails: list[int] = []
    tail_values: list[int] = []
    before: list[int] = [-1] * len(values)
    for index, value in enumerate(values):
        place = bisect_left(tail_values, value)
        before[index] = tails[place - 1] if place else -1
        if place == len(tails):
            tails.append(index)
            tail_values.append(value)
        else:
            tails[place] = index
            tail_values[place] = value
    chain: list[int] = []
    index = tails[-1] if tails else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def displaced_groups(values: Sequence[int]) -> list[list[int]]:
    """Indices that stand out of order, one group for each cause, in order.

    A block that was moved is one group. Two blocks that were exchanged are one group that holds
    both, also when they are neighbours of one length: nobody can tell then which of the two was
    moved. Equal values count as in order.
    """
    by_value = sorted(range(len(values)), key=lambda index: (values[index], index))
    ranks = [0] * len(values)
    for rank, index in enumerate(by_value):
        ranks[index] = rank
    return sorted(_groups(ranks, 0))


def _groups(ranks: Sequence[int], offset: int) -> list[list[int]]:
    """Groups of a permutation that takes the places from `offset` on."""
    groups: list[list[int]] = []
    begin, highest = 0, -1
    for place, rank in enumerate(ranks):
        highest = max(highest, rank)
        # Everything up to here stands in its own stretch: what follows is another cause.
        if highest == place:
            if place > begin:
                part = [value - begin for value in ranks[begin : place + 1]]
                groups += _stretch(part, offset + begin)
            begin = place + 1
    return groups


def _stretch(ranks: Sequence[int], offset: int) -> list[list[int]]:
    """Groups of a stretch that cannot be divided: a move, an exchange, or several causes."""
    length = len(ranks)
    upper, lower = length - ranks[0], ranks[-1] + 1
    ends_hold = (
        upper + lower <= length
        and list(ranks[:upper]) == list(range(length - upper, length))
        and list(ranks[length - lower :]) == list(range(lower))
    )
    if not ends_hold:
        return _tangled(ranks, offset)
    first = list(range(offset, offset + upper))
    last = list(range(offset + length - lower, offset + length))
    between = [rank - lower for rank in ranks[upper : length - lower]]
    if between:
        return [first + last, *_groups(between, offset + upper)]
    if upper == lower:
        return [first + last]
    return [min(first, last, key=len)]


def _tangled(ranks: Sequence[int], offset: int) -> list[list[int]]:
    """Several causes in one stretch: what is outside the longest run, joined where it belongs
    together (neighbours of consecutive rank, or two that took each other's place)."""
    chain = set(longest_increasing(ranks))
    displaced = [index for index in range(len(ranks)) if index not in chain]
    members = set(displaced)
    leader = {member: member for member in displaced}

    def find(member: int) -> int:
        while leader[member] != member:
            member = leader[member]
        return member

    for index in displaced:
        if index + 1 in members and ranks[index + 1] == ranks[index] + 1:
            leader[find(index)] = find(index + 1)
        if ranks[index] in members:
            leader[find(index)] = find(ranks[index])
    groups: dict[int, list[int]] = {}
    for member in displaced:
        groups.setdefault(find(member), []).append(member + offset)
    return list(groups.values())
