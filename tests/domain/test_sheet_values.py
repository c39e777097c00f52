"""What people write into a catalogue sheet."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sheet_values import day, pages, pages_of_day, text, whole


@pytest.mark.parametrize(
    "value",
    [
        "3-5",
        "3－5",
        "3—5",
        "3～5",
        "3 - 5",
        "３－５",
        "第3至5页",
        "第3页至第5页",
        "003-005",
        "3、5",
    ],
)
def test_ranges_of_pages(value: str) -> None:
    assert pages(value) == (3, 5)


@pytest.mark.parametrize(("value", "expected"), [(7, 7), (7.0, 7), ("７", 7), ("第7页", 7)])
def test_single_pages(value: object, expected: int) -> None:
    assert pages(value) == (expected, expected)


@pytest.mark.parametrize(
    "value", ["", "5-3", "0", "0-3", "三", "3-", "-3", "1-2-3", "=3-5", True, None, 2.5, -1]
)
def test_what_is_no_page(value: object) -> None:
    assert pages(value) is None


def test_pages_that_a_spreadsheet_made_a_day_of() -> None:
    assert pages_of_day(datetime(2026, 3, 5)) == (3, 5)  # noqa: DTZ001
    assert pages_of_day("3-5") is None


@pytest.mark.parametrize(
    "value",
    [
        "2019-03-05",
        "2019/3/5",
        "2019.3.5",
        "2019年3月5日",
        "２０１９年３月５日",
        "20190305",
        20190305,
        43529,
        43529.0,
        "2019-03-05 00:00:00",
        date(2019, 3, 5),
        datetime(2019, 3, 5),  # noqa: DTZ001
    ],
)
def test_days_in_all_their_forms(value: object) -> None:
    assert day(value) == "2019-03-05"


@pytest.mark.parametrize("value", ["2019-13-01", "2019-02-30", "不详", "3", 5, True])
def test_what_is_no_day(value: object) -> None:
    assert day(value) is None


def test_empty_cells() -> None:
    assert (day(None), day(" "), text(None), text(3.0), text(" a \n b ")) == (
        "",
        "",
        "",
        "3",
        "a b",
    )


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), ("03", 3), ("３", 3), (3.0, 3), ("3.0", 3), ("", None), ("0", None), (0, None)],
)
def test_whole_numbers(value: object, number: int | None) -> None:
    assert whole(value) == number


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none()))
def test_nothing_a_cell_can_hold_ends_the_program(value: object) -> None:
    found = pages(value)
    assert found is None or 1 <= found[0] <= found[1]
    assert day(value) is None or isinstance(day(value), str)
    assert whole(value) is None or isinstance(whole(value), int)
    assert isinstance(text(value), str)
