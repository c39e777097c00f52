"""Sampling plans against the printed tables of GB/T 2828.1-2012 (ISO 2859-1:1999)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import BadInput
from archive_rules.attribute_sampling import (
    LETTERS,
    LEVELS,
    LIMITS,
    NORMAL,
    REDUCED,
    TIGHTENED,
    Severity,
    code_letter,
    sampling_plan,
    stricter,
)

# Table 1: the largest lot of each row, and its letters for the levels in the order of LEVELS.
TABLE_1 = (
    (8, "AAAAAAB"),
    (15, "AAAAABC"),
    (25, "AABBBCD"),
    (50, "ABBCCDE"),
    (90, "BBCCCEF"),
    (150, "BBCDDFG"),
    (280, "BCDEEGH"),
    (500, "BCDEFHJ"),
    (1200, "CCEFGJK"),
    (3200, "CDEGHKL"),
    (10000, "CDFGJLM"),
    (35000, "CDFHKMN"),
    (150000, "DEGJLNP"),
    (500000, "DEGJMPQ"),
    (10**9, "DEHKNQR"),
)


def printed_plans() -> dict[tuple[str, str], list[str]]:
    """The rows of the printed tables by severity and letter."""
    path = Path(__file__).with_name("gbt_2828_plans.txt")
    rows: dict[tuple[str, str], list[str]] = {}
    severity = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            severity = line.strip("[]")
        elif line and not line.startswith("#"):
            letter, *cells = line.split()
            rows[severity, letter] = cells
    return rows


@pytest.mark.parametrize("severity", [NORMAL, TIGHTENED, REDUCED])
def test_every_cell_of_the_master_tables_is_the_printed_one(severity: Severity) -> None:
    printed = printed_plans()
    compared = 0
    smallest = 2
    for largest, letters in TABLE_1:
        for level, letter in zip(LEVELS, letters, strict=True):
            assert code_letter(smallest, level) == code_letter(largest, level) == letter
            row = printed[severity, letter]
            assert len(row) == len(LIMITS)
            for limit, cell in zip(LIMITS, row, strict=True):
                plan = sampling_plan(largest, limit, level=level, severity=severity)
                # A sample as large as the lot is the whole lot.
                size = min(largest, int(cell[1:].partition("/")[0]))
                assert f"{plan.letter}{plan.size}/{plan.accept}" == (
                    f"{cell[0]}{size}/{cell.partition('/')[2]}"
                ), (severity, letter, limit)
                compared += 1
        smallest = largest + 1
    assert compared == 15 * 7 * 15
    assert {letter for _, letters in TABLE_1 for letter in letters} == set(LETTERS) - {"S"}


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (2, "II", "A"),
        (8, "III", "B"),
        (90, "II", "E"),
        (91, "II", "F"),
        (200, "II", "G"),
        (280, "S-3", "D"),
        (500, "II", "H"),
        (1200, "II", "J"),
        (1201, "II", "K"),
        (3200, "I", "H"),
        (35000, "III", "N"),
        (600000, "II", "Q"),
    ],
)
def test_code_letters_of_table_1(lot: int, level: str, letter: str) -> None:
    assert code_letter(lot, level) == letter


@pytest.mark.parametrize(
    ("lot", "limit", "severity", "plan"),
    [
        # Table 2-A.
        (1000, 1.0, NORMAL, ("J", 80, 2)),
        (2000, 1.0, NORMAL, ("K", 125, 3)),
        (2000, 2.5, NORMAL, ("K", 125, 7)),
        (2000, 4.0, NORMAL, ("K", 125, 10)),
        (100, 1.5, NORMAL, ("G", 32, 1)),
        (400, 0.65, NORMAL, ("J", 80, 1)),
        (60, 1.0, NORMAL, ("E", 13, 0)),
        (120, 1.0, NORMAL, ("E", 13, 0)),
        (200, 1.0, NORMAL, ("H", 50, 1)),
        (5, 1.0, NORMAL, ("E", 5, 0)),
        (600000, 6.5, NORMAL, ("L", 200, 21)),
        # Table 2-B.
        (2000, 1.0, TIGHTENED, ("K", 125, 2)),
        (2000, 2.5, TIGHTENED, ("K", 125, 5)),
        (60, 1.0, TIGHTENED, ("F", 20, 0)),
        (600000, 1.0, TIGHTENED, ("Q", 1250, 18)),
        # Table 2-C.
        (2000, 1.0, REDUCED, ("K", 50, 2)),
        (60, 1.0, REDUCED, ("E", 5, 0)),
    ],
)
def test_plans_of_the_master_tables(
    lot: int, limit: float, severity: Severity, plan: tuple[str, int, int]
) -> None:
    found = sampling_plan(lot, limit, level="II", severity=severity)
    assert (found.letter, found.size, found.accept) == plan


@given(
    st.integers(min_value=1, max_value=10**6),
    st.sampled_from(LIMITS),
    st.sampled_from(LEVELS),
    st.sampled_from((NORMAL, TIGHTENED, REDUCED)),
)
def test_every_plan_can_be_carried_out(
    lot: int, limit: float, level: str, severity: Severity
) -> None:
    plan = sampling_plan(lot, limit, level=level, severity=severity)
    assert 1 <= plan.size <= lot
    assert plan.accept >= 0


@given(st.integers(min_value=1, max_value=10**6), st.sampled_from(LIMITS), st.sampled_from(LEVELS))
def test_tightened_inspection_tolerates_no_larger_share(lot: int, limit: float, level: str) -> None:
    normal = sampling_plan(lot, limit, level=level, severity=NORMAL)
    tightened = sampling_plan(lot, limit, level=level, severity=TIGHTENED)
    assert tightened.size >= normal.size
    assert tightened.accept * normal.size <= normal.accept * tightened.size


def test_the_stricter_limit_ends_with_the_smallest() -> None:
    assert stricter(1.0) == 0.65
    assert stricter(LIMITS[0]) == LIMITS[0]


def test_levels_and_limits_that_are_none_are_named() -> None:
    with pytest.raises(BadInput) as level:
        code_letter(10, "IV")
    assert level.value.code == "ARC-209"
    with pytest.raises(BadInput) as limit:
        sampling_plan(10, 1.1, level="II", severity=NORMAL)
    assert limit.value.code == "ARC-210"
