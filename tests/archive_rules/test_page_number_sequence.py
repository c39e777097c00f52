"""Settling of page numbers: the sequence helps weak readings and never overrules clear ones."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_rules.api import NumberCandidate, SideEvidence
from archive_rules.number_run import look_alike, partly_alike
from archive_rules.page_numbers import settle_numbers


def side(position: int, *readings: tuple[int, float], corner: str = "top_right") -> SideEvidence:
    return SideEvidence(
        position=position,
        numbers=tuple(
            NumberCandidate(value=value, confidence=confidence, corner=corner)
            for value, confidence in readings
        ),
    )


def settled(*readings: tuple[tuple[int, float], ...]) -> list[int | None]:
    sides = [side(position, *found) for position, found in enumerate(readings, start=1)]
    return [number.value for number in settle_numbers(sides)]


def clear(*values: int) -> list[tuple[tuple[int, float], ...]]:
    return [((value, 0.97),) for value in values]


def test_weak_look_alikes_are_mended_from_the_sequence() -> None:
    readings = clear(*range(1, 41))
    readings[6] = ((1, 0.6),)  # 7 read as 1
    readings[35] = ((86, 0.7),)  # 36 read as 86
    readings[20] = ((2, 0.5),)  # 21 read as 2
    assert settled(*readings) == list(range(1, 41))


def test_a_clear_contradiction_stays_as_read() -> None:
    assert settled(*clear(1, 2, 3, 77, 5, 6)) == [1, 2, 3, 77, 5, 6]


def test_a_missing_page_is_not_closed() -> None:
    assert settled(*clear(7, 8, 10, 11)) == [7, 8, 10, 11]
    weak = [((7, 0.97),), ((8, 0.6),), ((10, 0.6),), ((11, 0.97),)]
    assert settled(*weak) == [7, 8, 10, 11]


def test_exchanged_doubled_and_foreign_pages_stay() -> None:
    assert settled(*clear(1, 2, 5, 6, 3, 4, 7, 8)) == [1, 2, 5, 6, 3, 4, 7, 8]
    assert settled(*clear(1, 2, 3, 3, 4, 5)) == [1, 2, 3, 3, 4, 5]
    numbers = settle_numbers(
        [side(i, *found) for i, found in enumerate(clear(1, 2, 3, 57, 4, 5, 6), start=1)]
    )
    assert [number.in_sequence for number in numbers] == [True] * 3 + [False] + [True] * 3


def test_a_sheet_scanned_twice_keeps_its_fair_readings() -> None:
    readings = clear(19, 20, 21, 20, 21, 22, 23)
    readings[2] = ((21, 0.81),)
    readings[4] = ((21, 0.81),)
    readings[5] = ((22, 0.81), (3, 0.19))
    assert settled(*readings) == [19, 20, 21, 20, 21, 22, 23]


def test_no_stamp_at_all_is_a_finding_not_a_gap_to_fill() -> None:
    numbers = settle_numbers([side(1, (1, 0.97)), side(2), side(3, (3, 0.97)), side(4, (4, 0.97))])
    assert [number.value for number in numbers] == [1, None, 3, 4]
    assert numbers[1].confidence == 0.0
    assert numbers[1].reason.code == "number_absent"


def test_an_unnumbered_page_between_running_numbers_stays_unnumbered() -> None:
    assert settled((((1), 0.97),), ((2, 0.97),), (), ((3, 0.97),)) == [1, 2, None, 3]


def test_a_printed_number_at_the_foot_is_no_stamp() -> None:
    sides = [side(i, (i, 0.97)) for i in range(1, 9)]
    sides.insert(4, side(99, (1, 0.98), corner="bottom_center"))
    assert settle_numbers(sides)[4].value is None


def test_weak_readings_count_only_where_their_neighbours_agree() -> None:
    assert settled(*clear(1, 2, 3), ((45, 0.2),), *clear(9, 10)) == [1, 2, 3, None, 9, 10]


def test_figures_that_look_alike() -> None:
    assert look_alike(1, 7)
    assert look_alike(36, 86)
    assert look_alike(13, 3)
    assert not look_alike(12, 45)
    assert not look_alike(36, 63)


def test_a_number_at_the_other_edge_counts_only_where_the_run_expects_it() -> None:
    sides = [side(i, (i, 0.97)) for i in range(1, 10)]
    sides[4] = side(5, (5, 0.6), corner="bottom_right")
    found = settle_numbers(sides)[4]
    assert (found.value, found.reason.code) == (5, "number_elsewhere")
    assert found.confidence < 0.9
    first = [side(1, (970, 0.6), corner="bottom_right")]
    first += [side(i, (969 + i, 0.97)) for i in range(2, 9)]
    assert settle_numbers(first)[0].value == 970
    first[0] = side(1, (3, 0.6), corner="bottom_right")
    assert settle_numbers(first)[0].value is None
    sides[4] = side(5, (6, 0.6), corner="bottom_right")
    assert settle_numbers(sides)[4].value is None
    sides[4:5] = [side(5, (5, 0.97)), side(6, (5, 0.9), corner="bottom_center")]
    assert settle_numbers(sides)[5].value is None


def test_a_figure_misread_for_sure_stays_as_read_and_is_doubtful() -> None:
    for values, place in ((47, 98, 49), 1), ((41, 2, 3), 0), ((7, 8, 89), 2):
        found = settle_numbers([side(i, (v, 0.97)) for i, v in enumerate(values, start=1)])[place]
        assert found.value == values[place]
        assert found.reason.code == "number_out_of_sequence"
        assert found.confidence < 0.9


def test_repeated_and_restarted_numbers_are_told() -> None:
    values = [*range(1, 41), *range(1, 31)]
    numbers = settle_numbers([side(i, (v, 0.97)) for i, v in enumerate(values, start=1)])
    assert [number.value for number in numbers] == values
    assert [i for i, n in enumerate(numbers) if n.reason.code != "number_read"] == [40]
    assert numbers[40].reason.code == "number_restarted"
    again = settle_numbers([side(i, (v, 0.97)) for i, v in enumerate((1, 2, 2, 3), start=1)])
    assert [number.reason.code for number in again][1:3] == ["number_read", "number_repeated"]


def test_a_fair_reading_is_not_given_up_for_an_unlike_number() -> None:
    readings = clear(*range(1, 9))
    readings[4] = ((62, 0.53),)
    found = settle_numbers([side(i, *r) for i, r in enumerate(readings, start=1)])[4]
    assert (found.value, found.reason.code) == (62, "number_out_of_sequence")


def test_weak_readings_that_agree_grow_sure_and_others_do_not() -> None:
    agreed = settle_numbers([side(i, (i, 0.6)) for i in range(1, 6)])
    assert all(number.confidence >= 0.9 for number in agreed)
    alone = settle_numbers([side(1, (13, 0.97)), side(2, (14, 0.6)), side(3, (30, 0.97))])[1]
    assert (alone.value, alone.reason.code) == (14, "number_unsure")
    assert alone.confidence < 0.9


def test_a_weak_reading_that_fits_is_shown_to_a_person() -> None:
    readings = clear(*range(201, 211))
    readings[4] = ((1, 0.2), (205, 0.05))
    found = settle_numbers([side(i, *r) for i, r in enumerate(readings, start=1)])[4]
    assert (found.value, found.reason.code) == (205, "number_unsure")
    assert found.confidence < 0.7
    readings[4] = ((205, 0.4),)
    found = settle_numbers([side(i, *r) for i, r in enumerate(readings, start=1)])[4]
    assert (found.value, found.reason.code) == (205, "number_read")
    assert found.confidence < 0.9


def test_traces_without_a_reading_that_fits_are_no_number() -> None:
    readings = clear(1, 2, 3, 4, 5, 6)
    readings[3] = ((71, 0.02),)
    found = settle_numbers([side(i, *r) for i, r in enumerate(readings, start=1)])[3]
    assert (found.value, found.reason.code) == (None, "number_absent")


def test_a_stroke_that_is_hardly_seen_is_no_part_of_the_number_that_is_due() -> None:
    for last, value in ((0.032, None), (0.4, 21)):
        assert settled(*clear(18, 19, 20), ((1, last),))[-1] == value


def test_fair_readings_in_a_row_are_not_given_up_for_look_alikes() -> None:
    sides = [side(i, (1027 + i, 0.97)) for i in range(1, 9)]
    sides += [side(9, (1037, 0.6), corner="bottom_left")]
    sides += [side(10, (1038, 0.27)), side(11, (1039, 0.84))]
    assert [n.value for n in settle_numbers(sides)[8:]] == [1037, 1038, 1039]


def test_what_cannot_be_read_is_told_with_the_number_it_should_be() -> None:
    readings = clear(201, 202, 203, 204, 205)
    readings[2] = ((7, 0.2), (9, 0.15))
    found = settle_numbers([side(i, *r) for i, r in enumerate(readings, start=1)])[2]
    assert (found.value, found.reason.code) == (None, "number_unread")
    assert found.reason.parameters == {"expected": 203}


def test_parts_of_a_number() -> None:
    assert partly_alike(10, 1000)
    assert partly_alike(2919, 19)
    assert partly_alike(185, 125)
    assert not partly_alike(1, 1001)
    assert not partly_alike(45, 12)


def test_figures_run_together_are_never_sure() -> None:
    readings = clear(17, 18, 2919, 20, 21)
    found = settle_numbers([side(i, *r) for i, r in enumerate(readings, start=1)])[2]
    assert (found.value, found.reason.code) == (2919, "number_out_of_sequence")
    assert found.confidence < 0.9


def test_nothing_to_settle() -> None:
    assert settle_numbers([]) == ()


READINGS = st.lists(
    st.lists(st.tuples(st.integers(1, 60), st.floats(0.05, 1.0)), max_size=3), max_size=40
)


@settings(max_examples=150, deadline=None)
@given(READINGS)
def test_clear_readings_are_never_changed(readings: list[list[tuple[int, float]]]) -> None:
    sides = [
        side(position, *sorted(found, key=lambda item: -item[1]))
        for position, found in enumerate(readings, start=1)
    ]
    for evidence, number in zip(sides, settle_numbers(sides), strict=True):
        sure = {n.value for n in evidence.numbers if n.confidence >= 0.9}
        if sure:
            assert number.value in sure
        if not evidence.numbers:
            assert (number.value, number.confidence) == (None, 0.0)
        assert 0.0 <= number.confidence <= 1.0


@settings(max_examples=80, deadline=None)
@given(st.integers(3, 60), st.integers(0, 10**6), st.integers(1, 300))
def test_a_sound_run_with_one_weak_reading_in_five_is_settled(
    count: int, seed: int, first: int
) -> None:
    chance = random.Random(seed)
    readings = [
        ((first + i, chance.uniform(0.3, 0.85) if chance.random() < 0.2 else 0.97),)
        for i in range(count)
    ]
    assert settled(*readings) == [first + i for i in range(count)]


@settings(max_examples=80, deadline=None)
@given(st.integers(5, 40), st.data())
def test_taking_out_or_exchanging_pages_changes_no_other_number(
    count: int, data: st.DataObject
) -> None:
    values = list(range(1, count + 1))
    if data.draw(st.booleans()):
        del values[data.draw(st.integers(0, count - 1))]
    first = data.draw(st.integers(0, len(values) - 1))
    second = data.draw(st.integers(0, len(values) - 1))
    values[first], values[second] = values[second], values[first]
    assert settled(*clear(*values)) == values


def test_a_number_beside_a_struck_one_is_looked_at_however_well_it_fits() -> None:
    sides = [side(position, (position, 0.97)) for position in range(1, 6)]
    rewritten = NumberCandidate(value=3, confidence=0.85, corner="top_right", rewritten=True)
    sides[2] = SideEvidence(position=3, numbers=(rewritten,))

    third = settle_numbers(sides)[2]

    assert (third.value, third.reason.code) == (3, "number_rewritten")
    assert third.reason.parameters["value"] == 3
    assert third.confidence <= 0.9
