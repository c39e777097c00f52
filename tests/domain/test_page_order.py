"""Which pages stand out of order: one cause, one group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sequence import displaced_groups, longest_increasing


def values_of(values: list[int], groups: list[list[int]]) -> list[list[int]]:
    return [sorted(values[index] for index in group) for group in groups]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 5], []),
        ([1, 3, 7, 9], []),
        ([], []),
        # two sheets of one page, near and far
        ([1, 2, 4, 3, 5, 6], [[3, 4]]),
        ([1, 6, 3, 4, 5, 2, 7], [[2, 6]]),
        ([7, 2, 3, 4, 5, 6, 1], [[1, 7]]),
        # two sheets of two pages, neighbours and apart
        ([1, 4, 5, 2, 3, 6], [[2, 3, 4, 5]]),
        ([1, 7, 8, 4, 5, 6, 2, 3, 9], [[2, 3, 7, 8]]),
        # sheets of unequal length
        ([1, 2, 7, 5, 6, 3, 4, 8], [[3, 4, 7]]),
        ([1, 2, 7, 8, 5, 3, 4, 9], [[3, 4, 7, 8]]),
        # one sheet put elsewhere
        ([1, 2, 9, 3, 4, 5, 6, 7, 8, 10], [[9]]),
        ([1, 2, 4, 5, 6, 7, 3, 8], [[3]]),
        ([1, 2, 6, 7, 8, 9, 3, 4, 5, 10], [[3, 4, 5]]),
        # with numbers left out
        ([1, 2, 9, 5, 7, 4, 11], [[4, 9]]),
        # two causes
        ([2, 1, 3, 4, 6, 5], [[1, 2], [5, 6]]),
        ([9, 2, 4, 3, 5, 6, 7, 8, 1], [[1, 9], [3, 4]]),
    ],
)
def test_one_cause_is_one_group(values: list[int], expected: list[list[int]]) -> None:
    assert values_of(values, displaced_groups(values)) == expected


def test_equal_numbers_are_in_order() -> None:
    assert displaced_groups([1, 2, 2, 3]) == []


@given(st.permutations(range(9)))
def test_what_is_left_is_in_order(values: list[int]) -> None:
    displaced = {index for group in displaced_groups(values) for index in group}
    left = [value for index, value in enumerate(values) if index not in displaced]
    assert left == sorted(left)
    assert bool(displaced) == (values != sorted(values))


@given(st.permutations(range(9)))
def test_groups_never_share_a_page(values: list[int]) -> None:
    indexes = [index for group in displaced_groups(values) for index in group]
    assert len(indexes) == len(set(indexes))


@given(st.integers(5, 60), st.data())
def test_any_two_blocks_that_changed_places_are_one_group(count: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, count), min_size=4, max_size=4)))
    one, two, three, four = cuts
    values = list(range(count))
    first, middle, last = values[one:two], values[two:three], values[three:four]
    changed = values[:one] + last + middle + first + values[four:]
    groups = displaced_groups(changed)
    if not first or not last:
        assert len(groups) <= 1
    elif middle or len(first) == len(last):
        assert values_of(changed, groups) == [first + last]
    else:
        assert values_of(changed, groups) == [min(last, first, key=len)]


@given(st.lists(st.integers(0, 30), max_size=12))
def test_longest_run_rises(values: list[int]) -> None:
    run = [values[index] for index in longest_increasing(values)]
    assert run == sorted(set(run))
    assert bool(run) == bool(values)
