"""Limits and the four-property check."""

from __future__ import annotations

from importlib import resources
from itertools import product

import pytest

from app.kernel.errors import BadInput
from archive_rules.four_property import CheckResult, evaluate, load_check_list
from archive_rules.rule_sets import load_rule_set, parse_rule_set, rule_set_names

DEFAULT = (resources.files("archive_rules") / "sets" / "limits" / "default.toml").read_text(
    encoding="utf-8"
)


def test_the_defaults_and_their_sources() -> None:
    rules = load_rule_set("default")
    assert rules.number("inspection.skew_warn_deg") == 1.0
    assert rules.number("inspection.skew_fail_deg") == 3.0
    assert rules.number("sampling.inner_rate") == 0.05
    assert rules.number("terms.archive_overdue_months") == 3
    assert rules.number("retention.long_years") == 60
    assert all(value.source for value in rules.values.values())
    assert rule_set_names() == ("default",)


@pytest.mark.parametrize(
    ("old", "new", "code", "parameter"),
    [
        ("skew_warn_deg", "skew_wran_deg", "ARC-204", "skew_warn_deg"),
        ("[naming]", "[nameing]", "ARC-204", "naming"),
        ("inner_rate = { value = 0.05", "inner_rate = { value = 5", "ARC-206", None),
        ("skew_fail_deg = { value = 3.0", "skew_fail_deg = { value = 0.5", "ARC-206", None),
        ('page_digits = { value = 5, unit = "",', "page_digits = { value = 5,", "ARC-205", None),
        ("schema = 1", "schema = = 1", "ARC-203", None),
        ("page_digits = { value = 5", "page_digits = { value = true", "ARC-206", None),
    ],
)
def test_a_mistake_in_a_rule_set_is_named(
    old: str, new: str, code: str, parameter: str | None
) -> None:
    assert parse_rule_set(DEFAULT, name="own").version
    assert old in DEFAULT
    with pytest.raises(BadInput) as caught:
        parse_rule_set(DEFAULT.replace(old, new, 1), name="own")
    assert caught.value.code == code
    if parameter is not None:
        assert caught.value.parameters["nearest"] == parameter


def test_unknown_names() -> None:
    with pytest.raises(BadInput) as caught:
        load_rule_set("defualt")
    assert caught.value.parameters["nearest"] == "default"
    with pytest.raises(BadInput) as caught:
        load_rule_set().number("inspection.skew_fail")
    assert caught.value.parameters["nearest"] == "inspection.skew_fail_deg"


def test_the_check_list_covers_the_four_properties_and_three_stages() -> None:
    items = load_check_list().items
    assert {item.property for item in items} == {
        "authenticity",
        "integrity",
        "usability",
        "security",
    }
    assert len({item.code for item in items}) == len(items)
    for stage in ("archiving", "transfer", "preservation"):
        assert load_check_list().of_stage(stage)


def test_outside_proofs_never_pass_by_themselves() -> None:
    items = load_check_list().items
    report = evaluate(items, [CheckResult(code=item.code, result="pass") for item in items])
    assert report.outcome == "awaiting_review"
    assert {line.item.code for line in report.manual} == {
        item.code for item in items if not item.automatic
    }
    assert "4-2" in {line.item.code for line in report.manual}


def test_what_nobody_checked_has_not_passed() -> None:
    report = evaluate(load_check_list().items, [])
    assert all(line.result == "manual" for line in report.lines)


def test_one_blocking_failure_fails_the_package() -> None:
    items = load_check_list().items
    for item, result in product(items, ("fail",)):
        report = evaluate(items, [CheckResult(code=item.code, result=result, remark="第3件")])
        assert report.outcome == ("failed" if item.blocking else "awaiting_review")
        assert [line.remark for line in report.failures] == ["第3件"]


def test_results_must_belong_to_the_list() -> None:
    items = load_check_list().items
    with pytest.raises(BadInput) as caught:
        evaluate(items, [CheckResult(code="9-9", result="pass")])
    assert caught.value.code == "ARC-301"
    twice = [CheckResult(code="1-2", result="pass"), CheckResult(code="1-2", result="fail")]
    with pytest.raises(BadInput) as caught:
        evaluate(items, twice)
    assert caught.value.code == "ARC-302"
