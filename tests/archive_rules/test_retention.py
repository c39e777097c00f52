"""Terms of keeping: the longest that applies, with its reason; the words people write."""

from __future__ import annotations

from typing import Any

import pytest

from app.kernel.errors import BadInput
from archive_rules.retention import (
    RetentionFacts,
    load_retention,
    propose_retention,
    retention_from_table,
)
from archive_rules.rule_sets import load_rule_set

RULES = load_retention()


@pytest.mark.parametrize(
    ("facts", "retention", "rule"),
    [
        ({"kind": "civil", "cause": "买卖合同纠纷"}, "长期", "otherwise"),
        ({"kind": "civil", "cause": "离婚纠纷", "titles": ("民事判决书",)}, "短期", "family"),
        ({"kind": "civil", "cause": "房屋租赁合同纠纷"}, "短期", "rent"),
        ({"kind": "civil", "cause": "买卖合同纠纷", "titles": ("民事调解书",)}, "短期", "mediated"),
        # Mediated in part, judged in part: the longer one.
        (
            {"kind": "civil", "cause": "借款", "titles": ("民事调解书", "民事判决书")},
            "长期",
            "judged",
        ),
        ({"kind": "civil", "cause": "借款", "titles": ("调解笔录",)}, "长期", "otherwise"),
        (
            {"kind": "civil", "cause": "借款", "titles": ("准许撤诉民事裁定书",)},
            "短期",
            "withdrawn",
        ),
        (
            {"kind": "criminal", "cause": "盗窃罪", "texts": ("判处有期徒刑三年",)},
            "长期",
            "fixed_term",
        ),
        (
            {"kind": "criminal", "cause": "杀人", "texts": ("判处 有期徒刑二年；判处\n无期徒刑",)},
            "永久",
            "death_or_life",
        ),
        (
            {"kind": "criminal", "cause": "盗窃罪", "titles": ("准许撤诉刑事裁定书",)},
            "短期",
            "criminal_ended",
        ),
        ({"kind": "enforcement", "cause": "离婚纠纷"}, "长期", "otherwise"),
    ],
)
def test_the_longest_that_applies(facts: dict[str, Any], retention: str, rule: str) -> None:
    proposal = propose_retention(RULES, RetentionFacts(**facts))
    assert (proposal.retention, proposal.applied[0].id) == (retention, rule)
    assert proposal.applied[0].reason and proposal.applied[0].source


def test_what_it_was_found_in_is_told() -> None:
    text = "本院认为" * 30 + "判处无期徒刑" + "，剥夺政治权利终身"
    proposal = propose_retention(RULES, RetentionFacts(kind="criminal", cause="", texts=(text,)))
    assert proposal.applied[0].found == "判处无期徒刑"


def test_years_are_those_of_the_limits() -> None:
    years = {entry.name: entry.years for entry in RULES.retentions}
    limits = load_rule_set()
    assert years["长期"] == limits.number("retention.long_years")
    assert years["短期"] == limits.number("retention.short_years")
    assert RULES.names == ("短期", "长期", "永久")


@pytest.mark.parametrize(
    ("word", "name"),
    [("永久", "永久"), (" 60 年", "长期"), ("长期（60年）", "长期"), ("三十年", "短期")],
)
def test_words_people_write(word: str, name: str) -> None:
    assert RULES.name_of(word) == name


@pytest.mark.parametrize("word", ["", "10年", "定期", "forever", "=永久"])
def test_other_words_are_named(word: str) -> None:
    with pytest.raises(BadInput) as caught:
        RULES.name_of(word)
    assert caught.value.code == "RET-101"
    assert "永久" in caught.value.parameters["known"]


def table(**rule: Any) -> dict[str, Any]:
    head = dict.fromkeys(("schema", "id", "title", "version", "effective", "source"), "x")
    entry = {"id": "a", "retention": "短期", "reason": "r", "source": "s", "kinds": ["civil"]}
    return head | {
        "retentions": [{"name": "短期", "years": 30, "words": []}],
        "otherwise": {"retention": "短期", "reason": "r"},
        "rules": [entry | rule],
    }


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"retention": "长期"}, "ARC-206"),
        ({"cause": ["("]}, "ARC-206"),
        ({"kinds": []}, "ARC-206"),
        ({"causes": []}, "ARC-204"),
    ],
)
def test_rules_that_cannot_work_are_refused(rule: dict[str, Any], code: str) -> None:
    assert retention_from_table(table(), name="x").rules[0].id == "a"
    with pytest.raises(BadInput) as caught:
        retention_from_table(table(**rule), name="x")
    assert caught.value.code == code
