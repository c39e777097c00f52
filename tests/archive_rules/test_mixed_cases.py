"""Catalogues that were misread, and dossiers with sheets of another case among their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive_rules.api import DeclaredRow, SideEvidence
from archive_rules.cataloguing import catalogue
from archive_rules.declared import read_declarations
from archive_rules.lexicon import load_lexicon
from catalogue_dossiers import draw_dossier

SURE = 0.75


def row(title: str, first: int | None, last: int | None = None) -> DeclaredRow:
    return DeclaredRow(title=title, first_page=first, last_page=last)


def test_a_page_out_of_all_order_follows_from_the_row_before() -> None:
    rows = [row("起诉状", 2, 4), row("营业执照", 8), row("借条", 6), row("传票", 7)]
    read = read_declarations(rows, load_lexicon(), recognised=True)
    assert [each.row.first_page for each in read] == [2, 5, 6, 7]
    told = read_declarations(rows, load_lexicon())
    assert [each.row.first_page for each in told] == [2, 8, 6, 7]


def test_a_page_out_of_order_behind_an_open_row_is_not_known() -> None:
    rows = [row("起诉状", 2), row("营业执照", 50), row("借条", 6), row("传票", 7)]
    read = read_declarations(rows, load_lexicon(), recognised=True)
    assert [each.row.first_page for each in read] == [2, None, 6, 7]


def test_a_row_whose_end_only_follows_may_hide_another() -> None:
    rows = [row("送货单", 34), row("借条", 36, 37), row("传票", 38)]
    read = read_declarations(rows, load_lexicon(), recognised=True)
    assert [each.may_hide for each in read] == [True, False, True]
    assert not any(each.may_hide for each in read_declarations(rows, load_lexicon()))


@pytest.mark.parametrize("paper_catalogue", ["none", "right"])
@pytest.mark.parametrize("proceeding", ["civil", "criminal"])
def test_sheets_of_another_case_are_doubted_and_not_guessed(
    proceeding: str, paper_catalogue: str
) -> None:
    own = draw_dossier("check", proceeding, 1, sides=40, catalogue=paper_catalogue, noise=1.0)
    other = draw_dossier("check", proceeding, 2, sides=30, catalogue="none", noise=1.0)
    mixed: list[SideEvidence] = []
    foreign: set[int] = set()
    rest = iter(side for side in other.sides[4:] if not side.blank)
    for place, side in enumerate(own.sides):
        if place > 4 and place % 6 < 2 and (strange := next(rest, None)) is not None:
            mixed.append(strange)
            foreign.add(len(mixed))
        mixed.append(side)
    sides = [replace(side, position=place) for place, side in enumerate(mixed, start=1)]
    numbered = {place for place in foreign if sides[place - 1].numbers}

    proposal = catalogue(sides, own.template, (), own.case.case_no)

    doubted = {doubt.parameters.get("position") for doubt in proposal.doubts}
    assert len(numbered) >= 8
    by_item = {item.number: item for item in proposal.items}
    mistaken = [
        place
        for place in numbered
        if place not in doubted and (item := proposal.sides[place - 1].item) is not None
    ]
    assert len(mistaken) <= 1, mistaken
    for place in numbered & doubted:
        item = proposal.sides[place - 1].item
        assert item is None or by_item[item].confidence < SURE, place
