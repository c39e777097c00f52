"""Sampling of dossiers: draws that anybody can repeat, acceptance, switching."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import BadInput
from archive_rules.attribute_sampling import NORMAL, REDUCED, TIGHTENED
from archive_rules.data import load_table
from archive_rules.review_rules import (
    CRITICAL,
    MAJOR,
    MINOR,
    LotResult,
    accepted,
    drawn,
    load_review_rules,
    review_rules_from_table,
    standing_after,
)

RULES = load_review_rules()
GOOD, BAD = LotResult(accepted=True), LotResult(accepted=False)
VERY_GOOD = LotResult(accepted=True, passes_stricter=True)


@pytest.mark.parametrize(
    ("plan", "lot", "severity", "size", "major"),
    [
        ("rate5", 100, NORMAL, 5, 0),
        ("rate5", 400, NORMAL, 20, 1),
        ("rate5", 400, TIGHTENED, 80, 4),
        ("rate5", 3, NORMAL, 3, 0),
        ("rate20", 400, NORMAL, 80, 0),
        ("rate20", 400, TIGHTENED, 400, 0),
        ("all", 37, NORMAL, 37, 0),
        ("gbt2828", 1000, NORMAL, 80, 2),
        ("gbt2828", 1000, TIGHTENED, 80, 1),
    ],
)
def test_how_much_is_drawn(plan: str, lot: int, severity: Any, size: int, major: int) -> None:
    draw = RULES.plan(plan).draw(lot, severity)
    assert draw.size == size
    assert draw.limits[MAJOR].accept == major
    assert draw.limits[CRITICAL].accept == 0
    assert draw.limits[CRITICAL].size == size


def test_no_plan_draws_nothing() -> None:
    assert RULES.plan("none").draw(100, NORMAL).size == 0
    assert RULES.plan("all").draw(0, NORMAL).size == 0


@given(
    st.lists(st.text(min_size=1), unique=True),
    st.integers(min_value=0, max_value=50),
    st.text(),
    st.randoms(use_true_random=False),
)
def test_a_draw_can_be_repeated_whatever_the_order(
    units: list[str], size: int, seed: str, chance: Any
) -> None:
    first = drawn(units, size, seed)
    shuffled = list(units)
    chance.shuffle(shuffled)
    assert drawn(shuffled, size, seed) == first
    assert len(set(first)) == len(first) == min(size, len(units))
    assert drawn(units, len(units), seed)[: len(first)] == first


def test_every_unit_has_about_the_same_chance() -> None:
    units = [f"side-{number}" for number in range(20)]
    times = dict.fromkeys(units, 0)
    for seed in range(2000):
        for unit in drawn(units, 5, str(seed)):
            times[unit] += 1
    # 500 expected, standard deviation 19: five of them.
    assert all(400 < count < 600 for count in times.values())


def test_critical_faults_are_never_tolerated_and_late_ones_count_for_the_larger_sample() -> None:
    draw = RULES.plan("gbt2828").draw(60, NORMAL)
    assert (draw.limits[MAJOR].size, draw.limits[MINOR].size) == (13, 13)
    assert accepted(draw.limits, {})
    assert not accepted(draw.limits, {CRITICAL: [12]})
    assert not accepted(draw.limits, {MAJOR: [0]})
    assert accepted(draw.limits, {MINOR: [5]})
    assert not accepted(draw.limits, {MINOR: [5, 6]})


def test_a_fault_beyond_the_sample_of_its_class_does_not_count() -> None:
    draw = RULES.plan("gbt2828").draw(200, NORMAL)
    assert draw.limits[MAJOR].size > draw.limits[MINOR].size
    late = draw.limits[MINOR].size
    faults = [late + step for step in range(10)]
    assert accepted(draw.limits, {MINOR: faults})


def test_two_rejected_of_five_tighten_and_five_accepted_loosen() -> None:
    assert standing_after([BAD, GOOD, GOOD, GOOD, GOOD, BAD], reduce_allowed=False).severity == (
        NORMAL
    )
    tightened = [GOOD, BAD, GOOD, GOOD, BAD]
    assert standing_after(tightened, reduce_allowed=False).severity == TIGHTENED
    assert standing_after([*tightened, *[GOOD] * 4], reduce_allowed=False).severity == TIGHTENED
    assert standing_after([*tightened, *[GOOD] * 5], reduce_allowed=False).severity == NORMAL


def test_five_rejected_under_tightened_inspection_stop_sampling() -> None:
    results = [BAD, BAD, BAD, GOOD, BAD, BAD, BAD]
    assert not standing_after([*results[:-1]], reduce_allowed=False).stopped
    assert standing_after([*results, BAD], reduce_allowed=False).stopped


def test_reduced_inspection_needs_the_score_and_a_person_and_ends_with_a_rejection() -> None:
    ten = [VERY_GOOD] * 10
    assert standing_after(ten, reduce_allowed=False).severity == NORMAL
    assert standing_after(ten, reduce_allowed=False).may_reduce
    assert standing_after(ten, reduce_allowed=True).severity == REDUCED
    assert standing_after([GOOD] * 14, reduce_allowed=True).severity == NORMAL
    assert standing_after([GOOD] * 15, reduce_allowed=True).severity == REDUCED
    assert standing_after([*ten, BAD], reduce_allowed=True).severity == NORMAL
    hardly = LotResult(accepted=True, passes_stricter=False)
    assert standing_after([*[VERY_GOOD] * 9, hardly], reduce_allowed=True).score == 0


def test_whether_a_lot_had_passed_one_limit_stricter() -> None:
    plan = RULES.plan("gbt2828")
    assert plan.would_pass_stricter(2000, {}) is True
    assert plan.would_pass_stricter(2000, {MAJOR: [0, 1, 2]}) is False
    assert plan.would_pass_stricter(10, {}) is None
    assert RULES.plan("rate5").would_pass_stricter(2000, {}) is None


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(BadInput) as plan:
        RULES.plan("rate7")
    assert plan.value.code == "ARC-211"
    with pytest.raises(BadInput) as defect:
        RULES.defect("misssing")
    assert (defect.value.code, defect.value.parameters["nearest"]) == ("ARC-212", "missing")
    with pytest.raises(BadInput) as rules:
        load_review_rules("court")
    assert rules.value.code == "ARC-207"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"plans": [{"name": "x", "title": "x", "kind": "half"}]}, "ARC-206"),
        ({"plans": [{"name": "x", "title": "x", "kind": "none", "rate": 1}]}, "ARC-204"),
        ({"plans": [{"name": "x", "title": "x", "kind": "rate"}]}, "ARC-205"),
        (
            {
                "plans": [
                    {
                        "name": "x",
                        "title": "x",
                        "kind": "rate",
                        "rate": {"normal": 5, "tightened": 1, "reduced": 1},
                        "pass": {"major": 1, "minor": 1},
                        "fewest": 1,
                    }
                ]
            },
            "ARC-206",
        ),
    ],
)
def test_faulty_rules_are_refused(change: dict[str, Any], code: str) -> None:
    table = load_table("review", "courts.toml") | change
    with pytest.raises(BadInput) as refused:
        review_rules_from_table(table, name="court")
    assert refused.value.code == code


def test_every_fault_goes_back_to_a_step_and_names_its_source() -> None:
    assert {kind.back for kind in RULES.defects} == {"scan", "inspect", "catalogue"}
    assert all(kind.source and kind.title for kind in RULES.defects)
