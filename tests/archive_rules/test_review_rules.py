"""Sampling of dossiers: draws that anybody can repeat, acceptance, switching."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import BadInput
from archive_rules.attribute_sampling import NORMAL, TIGHTENED
from archive_rules.data import load_table
from archive_rules.review_rules import (
    CRITICAL,
    MAJOR,
    MINOR,
    accepted,
    drawn,
    load_review_rules,
    review_rules_from_table,
)

RULES = load_review_rules()


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


def test_a_draw_is_as_strict_as_another_when_no_class_is_let_off() -> None:
    rules = {plan.name: plan.draw(400, NORMAL) for plan in RULES.plans}
    assert rules["all"].as_strict_as(rules["rate20"])
    assert rules["rate20"].as_strict_as(rules["rate5"])
    assert not rules["rate5"].as_strict_as(rules["rate20"])
    # 80 sides and none tolerated against 50 sides and two of the smaller faults.
    assert rules["rate20"].as_strict_as(rules["gbt2828"])
    assert not rules["gbt2828"].as_strict_as(rules["rate20"])
    assert not rules["none"].as_strict_as(rules["rate5"])
    assert rules["rate5"].as_strict_as(rules["none"])


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


def test_whether_a_lot_had_passed_one_limit_stricter() -> None:
    plan = RULES.plan("gbt2828")
    assert plan.would_pass_stricter(2000, {}) is True
    assert plan.would_pass_stricter(2000, {MAJOR: [0, 1, 2]}) is False
    assert plan.would_pass_stricter(10, {}) is None
    # Letter G: one fault of the larger class is tolerated, which counts by acceptance alone; of
    # the smaller one three are.
    assert plan.draw(200, NORMAL).limits[MAJOR].accept == 1
    assert plan.would_pass_stricter(200, {MAJOR: [0]}) is None
    assert plan.would_pass_stricter(200, {MINOR: [0, 1]}) is None
    assert plan.would_pass_stricter(200, {MINOR: [0, 1, 2]}) is False
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
