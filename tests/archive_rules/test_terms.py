"""Terms of archiving: months of the calendar, extensions, states."""

from __future__ import annotations

from datetime import date

import pytest

from app.kernel.errors import BadInput
from archive_rules.rule_sets import load_rule_set
from archive_rules.terms import (
    add_months,
    load_terms,
    term_names,
    term_of,
    terms_from_table,
    with_months,
)


def test_the_default_is_that_of_the_limits_and_names_its_source() -> None:
    rules, limits = load_terms(), load_rule_set()
    assert rules.remind_months == limits.number("terms.archive_remind_months") == 1
    assert rules.overdue_months == limits.number("terms.archive_overdue_months") == 3
    assert all(load_terms(name).source for name in term_names())


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
        (date(2025, 5, 7), 0, date(2025, 5, 7)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("today", "state", "left"),
    [
        (date(2026, 4, 4), "running", 62),
        (date(2026, 4, 5), "remind", 61),
        (date(2026, 6, 5), "remind", 0),
        (date(2026, 6, 6), "overdue", -1),
    ],
)
def test_the_last_day_still_counts(today: date, state: str, left: int) -> None:
    found = term_of(load_terms(), state="sealed", closed_on="2026-03-05", today=today)
    assert (found.state, found.days_left) == (state, left)
    assert found.due_on == date(2026, 6, 5)


def test_an_extension_moves_reminder_and_last_day() -> None:
    found = term_of(
        load_terms(),
        state="scanned",
        closed_on="2026-03-05",
        today=date(2026, 6, 6),
        extended_to="2026-09-30",
    )
    assert (found.state, found.days_left) == ("running", 116)
    assert found.remind_on == date(2026, 7, 31)


def test_the_archived_and_the_unclosed() -> None:
    today = date(2030, 1, 1)
    done = term_of(load_terms(), state="accessioned", closed_on="2026-03-05", today=today)
    assert (done.state, done.days_left) == ("done", None)
    for closed in ("", "不详"):
        found = term_of(load_terms(), state="scanned", closed_on=closed, today=today)
        assert (found.state, found.due_on) == ("unclosed", None)


def test_months_that_make_no_sense_are_refused() -> None:
    for remind, overdue in ((4, 3), (-1, 3), (0, 121)):
        with pytest.raises(BadInput) as caught:
            with_months(load_terms(), remind=remind, overdue=overdue)
        assert caught.value.code == "ARC-206"
    with pytest.raises(BadInput) as caught:
        load_terms("defalt")
    assert (caught.value.code, caught.value.parameters["nearest"]) == ("ARC-207", "default")
    with pytest.raises(BadInput) as caught:
        terms_from_table({"schema": 1}, name="x")
    assert caught.value.code == "ARC-205"
