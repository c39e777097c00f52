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
    """Indices that stand out of order, one group for each cause.

    A block that was moved is one group. Two blocks that were exchanged are one group that holds
    both, also when they are neighbours: nobody can tell then which of the two was moved.
    """
    chain = set(longest_increasing(values))
    displaced = [index for index in range(len(values)) if index not in chain]
    if not displaced:
        return []
    groups = _union(displaced, _related(values, displaced))
    return [sorted(_with_partner(values, group, chain)) for group in groups]


def _related(values: Sequence[int], displaced: list[int]) -> list[tuple[int, int]]:
    ranks = {
        index: rank
        for rank, index in enumerate(sorted(range(len(values)), key=lambda i: values[i]))
    }
    members = set(displaced)
    pairs = []
    for index in displaced:
        if index + 1 in members and abs(values[index] - values[index + 1]) <= 2:
            pairs.append((index, index + 1))
        if ranks[index] in members:
            pairs.append((index, ranks[index]))
    return pairs


def _union(members: list[int], pairs: list[tuple[int, int]]) -> list[list[int]]:
    leader = {member: member for member in members}

    def find(member: int) -> int:
        while leader[member] != member:
            member = leader[member]
        return member

    for first, second in pairs:
        leader[find(first)] = find(second)
    groups: dict[int, list[int]] = {}
    for member in members:
        groups.setdefault(find(member), []).append(member)
    return list(groups.values())


def _with_partner(values: Sequence[int], group: list[int], chain: set[int]) -> list[int]:
    """The group and, where it just changed places with a neighbour of its length, that too."""
    first, last = min(group), max(group)
    length = last - first + 1
    if length != len(group):
        return group
    low, high = min(values[i] for i in group), max(values[i] for i in group)
    following = [index for index in range(last + 1, len(values)) if values[index] < low]
    preceding = [index for index in range(first) if values[index] > high]
    for jumped in (following, preceding):
        if len(jumped) == length and set(jumped) <= chain:
            adjacent = abs(min(jumped) - last) == 1 or abs(first - max(jumped)) == 1
            if adjacent:
                return group + jumped
    return group
