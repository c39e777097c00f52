"""Separator sheets and counts cut a stack where the operator wanted it cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from archive_rules.api import SideEvidence
from archive_rules.cataloguing import catalogue
from archive_rules.templates import load_template

UNIFIED = load_template("main_unified")
Make = Callable[..., Any]


def cut_before(sides: list[SideEvidence], places: list[int]) -> tuple[SideEvidence, ...]:
    """The sides with a separator sheet before each of `places` (indexes), in new positions."""
    made: list[SideEvidence] = []
    for index, side in enumerate(sides):
        if index in places:
            made.append(SideEvidence(position=0, marker="separator"))
            made.append(SideEvidence(position=0, blank=True, marker="separator"))
        made.append(side)
    return tuple(replace(side, position=n) for n, side in enumerate(made, start=1))


def test_a_separator_begins_a_document_and_is_none_itself(dossier: Make) -> None:
    whole = dossier(31, sides=60)
    sides = [replace(side, numbers=()) for side in whole.sides]
    plain = catalogue(sides, UNIFIED)
    middle = next(
        index
        for index, side in enumerate(sides)
        if plain.sides[index].role == "page"
        and index > 20
        and plain.sides[index].item == plain.sides[index - 1].item
    )
    cut = catalogue(cut_before(sides, [middle]), UNIFIED)
    roles = [side.role for side in cut.sides]
    assert roles[middle : middle + 2] == ["separator", "separator"]
    assert roles.count("separator") == 2
    first = cut.sides[middle + 2]
    assert first.item is not None
    begun = next(item for item in cut.items if item.number == first.item)
    assert begun.first_position == first.position
    assert all(cut.sides[place].item is None for place in (middle, middle + 1))


def test_a_stack_is_cut_by_count(dossier: Make) -> None:
    whole = dossier(32, sides=40)
    pages = [
        side
        for side, planned in zip(whole.sides, whole.planned, strict=True)
        if planned.role == "page"
    ]
    sides = tuple(
        replace(side, position=n, numbers=(), marker="starts_item" if n % 4 == 1 else "")
        for n, side in enumerate(pages, start=1)
    )
    proposal = catalogue(sides, UNIFIED)
    starts = {item.first_position for item in proposal.items}
    assert {side.position for side in sides if side.marker} <= starts
