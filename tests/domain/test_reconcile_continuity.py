"""How texts go on across a page break, where numbers alone do not tell."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from app.domain.reconciliation import CapturedSide
from tests.domain.ledger_builder import LAST, NOTHING, at, knowing, only, page, pages, reconcile

# Page 7 stands inside of 证据 (5-9), page 5 begins it.
INSIDE, BEGINNING = 7, 5


def with_stray(number: int, stray: dict[str, Any], **before: Any) -> list[CapturedSide]:
    """The dossier with an unnumbered side in the place of a page; `before` is said of the page
    before it."""
    sides = pages()
    sides[number - 1] = page(None, own_party=True, **stray)
    sides[number - 2] = attrs.evolve(sides[number - 2], **before)
    return sides


@pytest.mark.parametrize(
    ("stray", "before"),
    [
        ({"title": "电话记录"}, {"open_end": True}),
        ({"printed_page": (5, 5)}, {"printed_page": (2, 5)}),
        ({"printed_page": (2, 5)}, {"printed_page": (2, 5)}),
    ],
)
def test_a_stray_sheet_does_not_hide_a_lost_page(
    stray: dict[str, Any], before: dict[str, Any]
) -> None:
    result = reconcile(with_stray(INSIDE, stray, **before))
    assert [
        (found.kind, found.positions, found.page_numbers) for found in result.discrepancies
    ] == [
        ("extra_page", at(INSIDE - 1), ()),
        ("missing_page", (), (INSIDE,)),
    ]


@pytest.mark.parametrize(
    ("number", "stray", "before"),
    [
        (INSIDE, {}, {}),
        (INSIDE, {"title": "电话记录"}, {}),
        (INSIDE, {}, {"open_end": True}),
        (INSIDE, {"printed_page": (3, 5)}, {"printed_page": (2, 5)}),
        (INSIDE, {"printed_page": (1, 2)}, {"printed_page": (2, 5)}),
        (BEGINNING, {"title": "电话记录"}, {"open_end": True}),
    ],
)
def test_a_page_that_may_go_on_is_the_page_without_its_number(
    number: int, stray: dict[str, Any], before: dict[str, Any]
) -> None:
    found = only(reconcile(with_stray(number, stray, **before)))
    assert (found.kind, found.page_numbers) == ("unnumbered_page", (number,))


@pytest.mark.parametrize(("title", "code"), [("电话记录", "REC-227"), ("证据（一）", "REC-210")])
def test_a_title_that_the_catalogue_has_not_there_is_told(title: str, code: str) -> None:
    found = only(reconcile(with_stray(BEGINNING, {"title": title})))
    assert (found.kind, found.page_numbers, found.code) == ("unnumbered_page", (BEGINNING,), code)


def test_of_two_sides_the_one_whose_text_goes_on_is_the_page() -> None:
    sides = pages()
    sides[INSIDE - 2] = attrs.evolve(sides[INSIDE - 2], printed_page=(2, 5))
    sides[INSIDE - 1] = page(None, own_party=True, printed_page=(5, 5))
    sides.insert(INSIDE, page(None, own_party=True, printed_page=(3, 5)))
    found = {f.kind: (f.positions, f.page_numbers) for f in reconcile(sides).discrepancies}
    assert found == {
        "extra_page": (at(INSIDE - 1), ()),
        "unnumbered_page": (at(INSIDE), (INSIDE,)),
    }


def test_a_loss_in_a_dossier_without_numbers_is_told_by_the_documents_own() -> None:
    own = [(1, 3), (2, 3), (3, 3), (1, 4), (4, 4), None, None, None]
    sides = [page(None, own_party=True, printed_page=printed) for printed in own]
    for stated, lost in ((10, ()), (LAST, ("count_mismatch",))):
        result = reconcile(sides, attrs.evolve(NOTHING, stated_pages=stated))
        kinds = [found.kind for found in result.discrepancies]
        assert kinds == ["unnumbered_page", "missing_page", *lost]
        missing = result.discrepancies[1]
        assert (missing.positions, missing.parameters["own"]) == (at(3, 4), "2、3")


def test_where_nothing_is_lost_the_own_numbers_say_nothing() -> None:
    own = [(1, 3), (2, 3), (3, 3), (1, 2), (2, 2), (1, 2)]
    sides = [page(None, own_party=True, printed_page=printed) for printed in own]
    assert only(reconcile(sides, NOTHING)).kind == "unnumbered_page"
    numbered = [
        attrs.evolve(side, printed_page=(number, LAST + 3))
        for number, side in enumerate(pages(), start=1)
    ]
    assert reconcile(numbered, knowing()).consistent
