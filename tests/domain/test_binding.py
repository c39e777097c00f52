"""Numbers and volumes of a dossier as it is bound."""

from __future__ import annotations

import itertools

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from app.domain.binding import (
    BY_VOLUME,
    DIFFERS,
    MISSING,
    STANDS,
    THROUGH,
    BindingPlan,
    BindingRules,
    numbering_of,
    plan_binding,
)
from app.domain.dossier import Side
from app.domain.placing_volumes import Block, Limits, cut_into_volumes

RULES = BindingRules(most_millimetres=2.0, papers_millimetres=1.0, most_pages=200)  # ten sheets


def sheet(number: int, item: int | None, *, back: str = "blank", role: str = "page") -> list[Side]:
    """Front and back of one sheet; `back` is "blank", "page" or "" for one-sided feeding."""
    front = Side(
        id=f"{number}-front",
        dossier_id="d",
        batch_id="b",
        master="m",
        frame=0,
        position=2 * number - 1,
        sheet=number,
        face="front",
        role=role,
        item_number=item,
    )
    if not back:
        return [front]
    return [
        front,
        evolve(
            front,
            id=f"{number}-back",
            position=2 * number,
            face="back",
            role=back,
            blank=back == "blank",
        ),
    ]


def dossier(*lengths: int, back: str = "blank") -> list[Side]:
    """Documents of so many sheets each."""
    sides: list[Side] = []
    number = 0
    for item, length in enumerate(lengths, start=1):
        for _ in range(length):
            number += 1
            sides += sheet(number, item, back=back)
    return sides


def items_of(plan: BindingPlan) -> list[tuple[int, ...]]:
    return [volume.items for volume in plan.volumes]


def test_numbers_stand_in_the_outer_corner_of_what_is_written() -> None:
    sides = [
        *sheet(1, None, role="cover"),
        *sheet(2, None, role="catalogue"),
        *sheet(3, 1, back="page"),
        *sheet(4, 1),
        *sheet(5, None, role="remarks"),
    ]
    plan = plan_binding("main", sides, BindingRules())
    numbered = [(s.position, s.number, s.corner) for s in plan.sides if s.number]
    assert numbered == [(5, 1, "upper_right"), (6, 2, "upper_left"), (7, 3, "upper_right")]
    (volume,) = plan.volumes
    assert (volume.pages, volume.sheets, volume.first_page, volume.last_page) == (3, 5, 1, 3)
    assert not plan.changed and not volume.over_limit


def test_what_is_on_the_paper_is_told_from_what_is_due() -> None:
    sides = dossier(5)
    sides[0] = evolve(sides[0], page_number=1)
    sides[4] = evolve(sides[4], page_number=2)
    sides[7] = evolve(sides[7], page_number=9)
    states = {s.position: s.state for s in plan_binding("main", sides, RULES).sides if s.state}
    assert states == {1: STANDS, 3: MISSING, 5: DIFFERS, 7: MISSING, 8: DIFFERS, 9: MISSING}


def test_documents_stay_whole_and_volumes_are_even() -> None:
    plan = plan_binding("main", dossier(4, 4, 4, 4), RULES)
    assert items_of(plan) == [(1, 2), (3, 4)]
    assert [volume.sheets for volume in plan.volumes] == [8, 8]
    assert plan.changed
    # Filled as far as it goes, the last volume would hold one sheet.
    plan = plan_binding("main", dossier(3, 3, 4, 1), RULES)
    assert [volume.sheets for volume in plan.volumes] == [6, 5]


def test_a_document_longer_than_a_volume_is_cut_evenly_and_told() -> None:
    plan = plan_binding("main", dossier(1, 22), RULES)
    assert [volume.sheets for volume in plan.volumes] == [9, 8, 6]
    assert [volume.cut_items for volume in plan.volumes] == [(2,), (2,), (2,)]
    assert not any(volume.over_limit for volume in plan.volumes)


def test_a_leaf_that_ends_one_document_and_begins_another_holds_them_together() -> None:
    sides = dossier(6, 6, back="page")
    sides[11] = evolve(sides[11], item_number=2)
    plan = plan_binding("main", sides, RULES)
    assert [volume.cut_items for volume in plan.volumes] == [(2,), (2,)]
    assert [volume.sheets for volume in plan.volumes] == [6, 6]


def test_pages_limit_a_volume_too() -> None:
    rules = evolve(RULES, most_pages=8)
    plan = plan_binding("main", dossier(3, 3, back="page"), rules)
    assert [volume.pages for volume in plan.volumes] == [6, 6]


@pytest.mark.parametrize(
    ("numbering", "expected"), [(BY_VOLUME, [(1, 8), (1, 8)]), (THROUGH, [(1, 8), (9, 16)])]
)
def test_numbers_begin_anew_or_go_on(numbering: str, expected: list[tuple[int, int]]) -> None:
    plan = plan_binding("main", dossier(4, 4, 4, 4), evolve(RULES, numbering=numbering))
    assert [(volume.first_page, volume.last_page) for volume in plan.volumes] == expected


def test_volumes_in_which_the_paper_came_are_kept_and_judged() -> None:
    sides = [evolve(side, volume=1 if side.position <= 24 else 3) for side in dossier(6, 6, 3)]
    plan = plan_binding("main", sides, RULES)
    assert [(volume.sheets, volume.over_limit) for volume in plan.volumes] == [
        (12, True),
        (3, False),
    ]
    assert plan.changed  # the second volume is called 3
    again = plan_binding("main", sides, RULES, anew=True)
    assert [volume.sheets for volume in again.volumes] == [6, 9]


def test_how_the_paper_is_numbered_is_seen() -> None:
    sides = dossier(2, 2)
    for place, (number, volume) in enumerate([(1, 1), (2, 1), (3, 2), (4, 2)]):
        sides[2 * place] = evolve(sides[2 * place], page_number=number, volume=volume)
    assert numbering_of(sides) == THROUGH
    assert numbering_of(dossier(2)) == BY_VOLUME
    sides[4] = evolve(sides[4], page_number=1)
    assert numbering_of(sides) == BY_VOLUME


def test_nothing_to_bind() -> None:
    plan = plan_binding("main", [], RULES)
    assert plan == BindingPlan(part="main", volumes=(), sides=(), changed=False)


blocks = st.lists(
    st.lists(st.integers(0, 2), min_size=1, max_size=30).map(lambda pages: Block(tuple(pages))),
    max_size=30,
)


@given(blocks, st.integers(1, 40), st.integers(2, 80))
def test_volumes_keep_the_limits_and_the_documents(
    row: list[Block], most_leaves: int, most_pages: int
) -> None:
    limits = Limits(leaves=most_leaves, pages=most_pages)
    counts = cut_into_volumes(row, limits)
    leaves = [pages for block in row for pages in block.pages]
    assert sum(counts) == len(leaves)
    cuts = set(itertools.accumulate(counts))
    place = 0
    for count in counts:
        assert 0 < count <= most_leaves
        assert sum(leaves[place : place + count]) <= most_pages
        place += count
    place = 0
    for block in row:
        inside = set(range(place + 1, place + len(block.pages))) & cuts
        fits = len(block.pages) <= most_leaves and sum(block.pages) <= most_pages
        assert not (fits and inside)
        place += len(block.pages)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.integers(9, 20))
def test_no_other_way_needs_fewer_volumes_or_is_more_even(lengths: list[int], most: int) -> None:
    counts = cut_into_volumes(
        [Block((1,) * length) for length in lengths], Limits(leaves=most, pages=1000)
    )
    ways = []
    for ends in itertools.product([False, True], repeat=len(lengths) - 1):
        groups = [0]
        for length, end in zip(lengths, [*ends, False], strict=True):
            groups[-1] += length
            if end:
                groups.append(0)
        if max(groups) <= most:
            ways.append((len(groups), max(groups)))
    assert (len(counts), max(counts)) == min(ways)
