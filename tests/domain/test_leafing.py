"""What follows from looks at leaves: ticks, leaves turned together, strangers, nothing made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.leafing import (
    BLANK,
    DIFFERS,
    NOT_SEEN,
    OPEN,
    OTHER_DOSSIER,
    SEEN,
    SIDE,
    SIDE_MISSED,
    TWO_AT_ONCE,
    UNKNOWN,
    UNKNOWN_LEAF,
    WENT_BACK,
    LeafEvent,
    Leafing,
    Look,
)
from app.domain.leafing_answer import discrepancies_of
from app.domain.leafing_sides import LeafSide

# Ten leaves with a written front; the backs of odd leaves are blank.
SIDES = [
    LeafSide(position=2 * leaf - 1 + back, leaf=leaf, blank=bool(back and leaf % 2))
    for leaf in range(1, 11)
    for back in (0, 1)
]


def watched(looks: list[Look]) -> tuple[Leafing, list[LeafEvent]]:
    leafing = Leafing(SIDES)
    events = [event for look in looks for event in leafing.observe(look)]
    return leafing, events + leafing.finish()


def rests(*kinds: int | str) -> list[Look]:
    """Two looks at each: a position is a side that was recognised, a text another kind."""
    looks = []
    for rest, kind in enumerate(kinds):
        for _ in range(2):
            if isinstance(kind, int):
                looks.append(Look(kind=SIDE, position=kind, rest=rest))
            else:
                looks.append(Look(kind=kind, rest=rest))
    return looks


def seen(leafing: Leafing) -> list[int]:
    return [position for position, side in leafing.states.items() if side.state == SEEN]


def test_one_after_the_other_is_seen_without_a_word() -> None:
    shown = [BLANK if side.blank else side.position for side in SIDES]
    leafing, events = watched(rests(*shown))
    assert seen(leafing) == [side.position for side in SIDES]
    assert {event.kind for event in events} == {SEEN}
    assert discrepancies_of(SIDES, leafing.states, leafing.unknown, leafing.missed, {}) == []


def test_two_leaves_at_once() -> None:
    leafing, events = watched(rests(3, 4, 7))
    (together,) = [event for event in events if event.kind == TWO_AT_ONCE]
    assert together.positions == (5, 6)
    assert seen(leafing) == [3, 4, 7]


def test_a_later_volume_and_leafing_from_the_back_are_no_noise() -> None:
    _, events = watched(rests(15, 16, 17))
    assert {event.kind for event in events} == {SEEN}
    _, events = watched(rests(20, 18, 16, 14, 12))
    assert [event.kind for event in events].count(WENT_BACK) == 1
    _, events = watched(rests(3, 7, 3, 7, 3))
    assert [event.kind for event in events].count(WENT_BACK) == 2


def test_a_leaf_between_that_was_not_recognised_was_not_turned_with_another() -> None:
    _, events = watched(rests(3, 4, UNKNOWN, "nothing", 7))
    kinds = [event.kind for event in events]
    assert TWO_AT_ONCE not in kinds
    assert kinds.count(UNKNOWN_LEAF) == 1


def test_a_single_look_calls_nothing_unknown() -> None:
    leafing, events = watched([Look(kind=UNKNOWN, rest=1), Look(kind=SIDE, position=1, rest=2)])
    assert not leafing.unknown
    assert UNKNOWN_LEAF not in [event.kind for event in events]


def test_a_stranger_is_said_while_it_lies_there() -> None:
    leafing = Leafing(SIDES)
    looks = [Look(kind=UNKNOWN, rest=1, frame=frame) for frame in range(3)]
    said = [[event.kind for event in leafing.observe(look)] for look in looks]
    assert said == [[], [UNKNOWN_LEAF], []]
    assert leafing.finish() == [] and len(leafing.unknown) == leafing.leaves_shown == 1


def spread(rest: int, position: int, beside: str) -> list[Look]:
    """Two frames of an open book: a side of the file, and what lies beside it."""
    return [
        look
        for frame in (10 * rest, 10 * rest + 1)
        for look in (
            Look(kind=SIDE, position=position, rest=rest, frame=frame),
            Look(kind=beside, rest=rest, frame=frame),
        )
    ]


def test_a_blank_back_in_an_open_book_is_seen_beside_the_next_front() -> None:
    leafing, events = watched([*spread(1, 5, BLANK), *spread(2, 7, BLANK)])
    assert leafing.states[6].state == SEEN
    assert not [event for event in events if event.kind in (TWO_AT_ONCE, SIDE_MISSED)]


def test_one_smeared_frame_makes_no_blank_back() -> None:
    leafing, events = watched([*spread(1, 5, BLANK), *spread(2, 7, BLANK)[:2]])
    assert leafing.states[6].state == NOT_SEEN
    assert [event.positions for event in events if event.kind == SIDE_MISSED] == [(6,)]


def test_a_blank_back_of_a_leaf_that_no_camera_can_tell_raises_nothing() -> None:
    # The front of the third leaf is not in the file; the blank one could be another, too.
    written = [side for side in SIDES if side.position not in (5, 9)]
    leafing = Leafing(written)
    for look in [*rests(4), *spread(1, 7, BLANK)]:
        leafing.observe(look)
    leafing.finish()
    assert leafing.states[6].state == NOT_SEEN
    assert not leafing.missed


def test_a_blank_that_is_not_in_the_file_ticks_no_back_of_a_leaf_passed_over() -> None:
    # The back of the fourth leaf is blank on paper and missing in the file.
    sides = [side for side in SIDES if side.position != 8]
    leafing = Leafing(sides)
    for look in [*rests(7), *spread(1, 11, BLANK)]:
        leafing.observe(look)
    leafing.finish()
    assert [p for p, side in leafing.states.items() if side.state == SEEN] == [7, 11]


def test_which_of_two_blank_backs_lies_there_stays_open() -> None:
    sides = [LeafSide(position=p, leaf=(p + 1) // 2, blank=p % 2 == 0) for p in (1, 2, 4, 5, 6)]
    leafing = Leafing(sides)
    for look in [*rests(1), *spread(1, 5, BLANK)]:
        leafing.observe(look)
    leafing.finish()
    assert [p for p, side in leafing.states.items() if side.state == SEEN] == [1, 5]


def test_blank_sides_scanned_as_sheets_of_their_own_are_not_said_to_be_turned_together() -> None:
    sides = [LeafSide(position=p, leaf=p, blank=p % 2 == 0) for p in range(1, 9)]
    leafing = Leafing(sides)
    for rest, position in enumerate((1, 3, 5, 7), start=1):
        for look in spread(rest, position, BLANK):
            leafing.observe(look)
    leafing.finish()
    assert not leafing.missed
    assert [p for p, side in leafing.states.items() if side.state == SEEN] == [1, 3, 5, 7]


def test_a_blank_behind_a_side_that_differs_is_not_ticked() -> None:
    looks = [Look(kind=DIFFERS, position=5, rest=1, frame=at) for at in range(2)]
    looks += [Look(kind=BLANK, rest=2, frame=20 + at) for at in range(2)]
    assert seen(watched(looks)[0]) == []


def test_a_blank_beside_a_stranger_is_not_said_to_be_missed() -> None:
    leafing, _ = watched(rests(5, UNKNOWN, 7))
    assert [event.kind for event in leafing.missed] == []


def test_a_blank_beside_proves_nothing_of_a_leaf_that_was_never_shown() -> None:
    leafing, events = watched([*spread(1, 5, BLANK), *spread(2, 11, BLANK)])
    assert [leafing.states[position].state for position in (9, 10)] == [NOT_SEEN, NOT_SEEN]
    (together,) = [event for event in events if event.kind == TWO_AT_ONCE]
    assert {9, 10} <= set(together.positions)


def test_a_blank_back_that_was_not_shown_is_told_when_the_leaf_goes() -> None:
    leafing, events = watched(rests(5, 7, 8))
    assert leafing.states[6].state == NOT_SEEN
    assert [event.positions for event in events if event.kind == SIDE_MISSED] == [(6,)]


def test_a_stranger_beside_a_side_of_the_file_is_told_while_it_lies_there() -> None:
    leafing = Leafing(SIDES)
    said = [[event.kind for event in leafing.observe(look)] for look in spread(1, 5, UNKNOWN)]
    assert said == [[SEEN], [], [], [UNKNOWN_LEAF]]
    assert leafing.finish() == []
    assert [event.after for event in leafing.unknown] == [5]


def test_a_second_side_takes_back_the_stranger_beside_the_first() -> None:
    looks = [*spread(1, 5, UNKNOWN), Look(kind=SIDE, position=8, rest=1, frame=12)]
    leafing, _ = watched(looks)
    assert not leafing.unknown
    assert seen(leafing) == [5, 8]


def test_a_rest_that_is_recognised_late_is_no_stranger() -> None:
    looks = [Look(kind=UNKNOWN, rest=1, frame=frame) for frame in range(3)]
    looks.append(Look(kind=SIDE, position=1, rest=1, frame=3))
    assert not watched(looks)[0].unknown


def left_open(position: int, rest: int, similarity: float, boxes: int) -> list[Look]:
    return [
        Look(
            kind=OPEN,
            position=position,
            candidates=(position,),
            rest=rest,
            frame=10 * rest + at,
            similarity=similarity,
            boxes=((0.1, 0.1, 0.2, 0.2),) * boxes,
        )
        for at in range(2)
    ]


def test_what_differs_from_a_side_that_was_proved_elsewhere_is_not_in_the_file() -> None:
    leafing, events = watched([*rests(1, 3, 4), *left_open(3, 7, 0.92, 2)])
    assert [event.kind for event in events].count(UNKNOWN_LEAF) == 1
    # The leaf that was just looked at has moved a little, or a hand lies on it.
    leafing, _ = watched([*rests(1, 3), *left_open(3, 7, 0.92, 2)])
    assert not leafing.unknown
    leafing, _ = watched([*rests(1, 3), *left_open(3, 7, 0.7, 0)])
    assert len(leafing.unknown) == 1
    # What was not proved may lie here.
    leafing, _ = watched([*rests(1), *left_open(3, 7, 0.7, 0)])
    assert not leafing.unknown


def test_open_ticks_nothing_and_proof_ends_it() -> None:
    leafing, _ = watched([Look(kind=OPEN, position=3, candidates=(3, 5), rest=1)])
    assert seen(leafing) == []
    found = discrepancies_of(SIDES, leafing.states, [], [], {})
    assert ("not_told_apart", (3, 5)) in [(entry.kind, entry.positions) for entry in found]
    leafing.observe(Look(kind=SIDE, position=3, rest=2))
    leafing.observe(Look(kind=DIFFERS, position=3, rest=3))
    assert seen(leafing) == [3]


def test_another_dossier_is_one_cause_and_said_once() -> None:
    leafing, events = watched(rests(*[UNKNOWN] * 9))
    assert [event.kind for event in events] == [UNKNOWN_LEAF] * 3 + [OTHER_DOSSIER]
    assert len(leafing.unknown) == 9
    found = discrepancies_of(SIDES, leafing.states, leafing.unknown, leafing.missed, {})
    assert [entry.code for entry in found if entry.kind == "unmatched_paper"] == ["FLP-206"]


def test_a_few_strangers_among_many_leaves_are_said_one_by_one() -> None:
    _, events = watched(rests(1, 3, 4, UNKNOWN, 5, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN))
    assert [event.kind for event in events].count(UNKNOWN_LEAF) == 5


LOOKS = st.lists(
    st.builds(
        Look,
        kind=st.sampled_from([SIDE, OPEN, DIFFERS, BLANK, UNKNOWN, "nothing"]),
        position=st.integers(0, 22),
        candidates=st.lists(st.integers(1, 20), max_size=3).map(tuple),
        rest=st.integers(0, 30),
        still=st.booleans(),
    ),
    max_size=40,
).map(lambda looks: sorted(looks, key=lambda look: look.rest))


@given(LOOKS)
def test_only_proof_ticks(looks: list[Look]) -> None:
    leafing, events = watched(looks)
    proved = {look.position for look in looks if look.kind == SIDE}
    blank = {side.position for side in SIDES if side.blank}
    assert set(seen(leafing)) - proved <= blank
    blanks_shown = len({look.rest for look in looks if look.kind == BLANK})
    assert len(set(seen(leafing)) - proved) <= blanks_shown
    told = [p for event in leafing.missed for p in event.positions]
    assert len(told) == len(set(told))
    known = {event.positions for event in events if event.kind == SEEN}
    assert {p for positions in known for p in positions} == set(seen(leafing))
    discrepancies_of(SIDES, leafing.states, leafing.unknown, leafing.missed, {})
