"""Paper that lies in another order, told from somebody who leafs back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.leafing import NOT_SEEN, SEEN, SideSeen
from app.domain.leafing_order import MovedLeaves, paper_order, turned_leaves
from app.domain.leafing_sides import LeafSide

LEAVES = 12


def told(*shown: int, leaves: int = LEAVES) -> list[tuple[tuple[int, ...], int]]:
    order = paper_order([{leaf} for leaf in shown], range(1, leaves + 1))
    return [(group.leaves, group.after) for group in order.moved]


def test_a_leaf_that_lies_elsewhere() -> None:
    assert told(1, 2, 3, 5, 6, 7, 4, 8, 9, 10, 11, 12) == [((4,), 7)]
    assert told(1, 2, 9, 3, 4, 5, 6, 7, 8, 10, 11, 12) == [((9,), 2)]
    assert told(5, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12) == [((5,), 0)]


def test_leaves_that_were_moved_together_are_one() -> None:
    assert told(1, 4, 5, 6, 7, 8, 2, 3, 9, 10, 11, 12) == [((2, 3), 8)]


@pytest.mark.parametrize(
    "shown",
    [
        (1, 2, 3, 5, 6, 5, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        (1, 2, 3, 5, 6, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        (1, 2, 3, 5, 6, 5, 4, 7, 8, 9, 10, 11, 12),
        (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 4),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 3, 2, 3, 10, 11, 12),
    ],
)
def test_leafing_back_is_no_fault(shown: tuple[int, ...]) -> None:
    assert told(*shown) == []


def test_a_quick_step_back_by_one_leaf_is_no_exchange() -> None:
    assert told(1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11, 12) == []
    assert told(2, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) == []
    assert told(12, 11, 10, 9, 8, 7, 5, 6, 4, 3, 2, 1) == []


def test_neighbours_that_were_turned_over_one_after_the_other_lie_exchanged() -> None:
    rests = [{leaf} for leaf in (1, 2, 4, 3, 5, 6)]
    forward = paper_order(rests, range(1, 7), {3: 1, 4: 1})
    assert [len(group.leaves) for group in forward.moved] == [1]
    # Whoever steps back shows the back first.
    assert paper_order(rests, range(1, 7), {3: -1, 4: 1}).moved == ()
    assert paper_order(rests, range(1, 7), {4: 1}).moved == ()


def test_neighbours_exchanged_in_an_open_book() -> None:
    rests = [{one, other} for one, other in pairwise([1, 2, 4, 3, 5, 6])]
    assert sum(len(group.leaves) for group in paper_order(rests, range(1, 7)).moved) == 1


def test_which_face_of_a_leaf_came_first() -> None:
    sides = [LeafSide(position=place, leaf=(place + 1) // 2) for place in range(1, 9)]
    frames = {1: 10, 2: 20, 3: 50, 4: 40, 5: 60}
    states = {
        side.position: SideSeen(
            position=side.position,
            state=SEEN if side.position in frames else NOT_SEEN,
            frame=frames.get(side.position, -1),
        )
        for side in sides
    }
    assert turned_leaves(states, sides) == {1: 1, 2: -1}


def test_nothing_follows_where_its_own_place_was_not_shown() -> None:
    assert told(1, 2, 10, 4, 11, 12) == []


def test_an_open_book_shows_two_leaves_at_a_rest() -> None:
    rests = [{leaf, leaf + 1} for leaf in range(1, LEAVES)]
    assert paper_order(rests, range(1, LEAVES + 1)).moved == ()
    lying = [1, 2, 4, 5, 6, 3, 7, 8]
    rests = [{one, other} for one, other in pairwise(lying)]
    assert paper_order(rests, range(1, 9)).moved == (MovedLeaves(leaves=(3,), after=6),)


def test_from_the_back_is_a_note_and_no_fault() -> None:
    order = paper_order([{leaf} for leaf in range(LEAVES, 0, -1)], range(1, LEAVES + 1))
    assert (order.backwards, order.moved) == (True, ())
    lying = [12, 11, 10, 4, 9, 8, 7, 6, 5, 3, 2, 1]
    order = paper_order([{leaf} for leaf in lying], range(1, LEAVES + 1))
    assert order.backwards
    assert order.moved == (MovedLeaves(leaves=(4,), after=9),)


@given(st.integers(3, 40), st.data())
def test_one_leaf_moved_is_found_wherever_it_lies(leaves: int, data: st.DataObject) -> None:
    leaf = data.draw(st.integers(1, leaves))
    lying = [other for other in range(1, leaves + 1) if other != leaf]
    # At the end nobody can tell it from a leaf that somebody went back for.
    place = data.draw(st.integers(0, leaves - 2))
    lying.insert(place, leaf)
    order = paper_order([{other} for other in lying], range(1, leaves + 1))
    if lying == sorted(lying) or leaf == leaves:
        # The place of the last one never came: it may yet be shown.
        assert order.moved == ()
    elif abs(lying.index(leaf) + 1 - leaf) > 1:
        assert [group.leaves for group in order.moved] == [(leaf,)]
    else:
        # Two neighbours exchanged: either was moved, one is told, unless it is the last shown.
        assert sum(len(group.leaves) for group in order.moved) <= 1


@settings(max_examples=300)
@given(st.integers(3, 25), st.lists(st.sampled_from(["on", "back", "skip"]), max_size=60))
def test_walking_through_paper_in_order_tells_nothing(leaves: int, steps: list[str]) -> None:
    here = furthest = 1
    shown = [here]
    for step in steps:
        if step == "back" and here > 1:
            here -= 1
        elif step == "skip" and here == furthest and here + 2 <= leaves:
            here += 2
        elif here < leaves:
            here += 1
        furthest = max(furthest, here)
        shown.append(here)
    order = paper_order([{leaf} for leaf in shown], range(1, leaves + 1))
    assert order.moved == ()


@given(st.lists(st.sets(st.integers(1, 15), min_size=1, max_size=2), max_size=30))
def test_whatever_is_shown_is_told_once(rests: list[set[int]]) -> None:
    order = paper_order(rests, range(1, 16))
    moved = [leaf for group in order.moved for leaf in group.leaves]
    assert len(moved) == len(set(moved))
    assert set(moved) <= {leaf for rest in rests for leaf in rest}
