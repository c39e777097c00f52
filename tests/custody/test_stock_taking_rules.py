"""What a stock-take calls missing, astray, unexpected, twice or unreadable."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.stock_taking import Counted, discrepancies, is_within, place_of_count

SCOPE = "A库-03列"
HERE, THERE = "A库-03列-01节-2层-03盒-01", "A库-03列-01节-2层-03盒-02"
FAR = "A库-09列-01节-1层-01盒-01"


def line(volume: int = 1, place: str = HERE, kind: str = "volume", **told: Any) -> dict[str, Any]:
    values = {"case_no": "（2026）甲1号", "part": "main", "code": f"V{volume}", "by": "甲"}
    return values | {"kind": kind, "volume": volume, "place": place, "at": ""} | told


def kinds(
    expected: list[dict[str, Any]], *counted: tuple[dict[str, Any], str]
) -> list[tuple[str, str, str]]:
    rows = discrepancies(
        expected, [Counted(line=one, by_ledger=place) for one, place in counted], SCOPE
    )
    return [(row["kind"], row["place"], row["expected_place"]) for row in rows]


def test_what_lies_where_it_should_is_no_discrepancy() -> None:
    assert kinds([line()], (line(), HERE)) == []


def test_a_volume_counted_on_the_shelf_that_holds_its_place_is_right() -> None:
    assert kinds([line()], (line(place="A库-03列-01节"), HERE)) == []
    assert kinds([line()], (line(place=SCOPE), HERE)) == []


def test_what_nobody_met_is_missing() -> None:
    assert kinds([line(1), line(2)], (line(1), HERE)) == [("missing", "", HERE)]


def test_a_volume_in_another_place_of_the_count_is_misplaced() -> None:
    assert kinds([line()], (line(place=THERE), HERE)) == [("misplaced", THERE, HERE)]


def test_a_volume_from_elsewhere_is_not_expected() -> None:
    assert kinds([], (line(), FAR)) == [("unexpected", HERE, FAR)]
    assert kinds([], (line(), "")) == [("unexpected", HERE, "")]
    assert kinds([], (line(), "吴书记")) == [("unexpected", HERE, "吴书记")]


def test_one_label_in_two_places_is_told() -> None:
    assert kinds([line()], (line(), HERE), (line(place=THERE), HERE)) == [("twice", THERE, HERE)]
    # The second place only holds the first.
    assert kinds([line()], (line(), HERE), (line(place=SCOPE), HERE)) == []
    found = kinds([line()], (line(place=THERE), HERE), (line(place=SCOPE + "-05节"), HERE))
    assert [kind for kind, _, _ in found] == ["misplaced", "twice"]


def test_a_label_that_cannot_be_read_is_kept_with_its_place() -> None:
    torn = line(0, kind="unreadable", case_no="", code="封面撕破")
    assert kinds([], (torn, "")) == [("unreadable", HERE, "")]


def test_volumes_of_unknown_cases_are_told_apart_by_their_codes() -> None:
    strange = [line(0, case_no="", code=code) for code in ("JZ1VA", "JZ1VB")]
    assert len(kinds([], *((one, "") for one in strange))) == 2


@pytest.mark.parametrize(
    ("place", "wider", "within"),
    [
        (HERE, SCOPE, True),
        (HERE, HERE, True),
        ("a库-03列-01节", "A库-03列", True),
        ("A库-030列", "A库-03列", False),
        (SCOPE, HERE, False),
        ("simulated:hall#3", "simulated:hall", True),
        ("simulated:hall2#3", "simulated:hall", False),
        ("simulated:hall#12", "simulated:hall#1", False),
        ("", SCOPE, False),
    ],
)
def test_a_place_lies_within_whole_steps_only(place: str, wider: str, within: bool) -> None:
    assert is_within(place, wider) is within


def test_everybody_goes_on_at_the_place_she_scanned_last() -> None:
    lines = [
        line(0, kind="place", place=HERE, by="甲"),
        line(0, kind="place", place=THERE, by="乙"),
        line(1, place=HERE, by="甲"),
    ]
    assert place_of_count(lines, "甲") == HERE
    assert place_of_count(lines, "乙") == THERE
    assert place_of_count(lines, "丙") == ""
