"""Catalogue templates and the lexicon of titles."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from app.kernel.errors import BadInput
from archive_rules.case_number import parse
from archive_rules.lexicon import load_lexicon
from archive_rules.templates import (
    load_template,
    template_for,
    template_from_table,
    template_names,
)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("main_unified", 25),
        ("restricted_unified", 8),
        ("restricted_network", 4),
        ("civil_first", 25),
        ("criminal_first", 34),
        ("criminal_network", 44),
        ("enforcement", 31),
        ("enforcement_preservation", 12),
        ("enforcement_resumed", 30),
    ],
)
def test_templates_have_the_rows_of_their_rule(name: str, rows: int) -> None:
    template = load_template(name)
    assert len(template.rows) == rows
    assert template.source
    assert template.effective <= datetime.date(2026, 12, 31)


def test_an_unknown_template_names_the_nearest() -> None:
    with pytest.raises(BadInput) as caught:
        load_template("civil_frist")
    assert (caught.value.code, caught.value.parameters["nearest"]) == ("ARC-201", "civil_first")


@pytest.mark.parametrize(
    ("number", "part", "name"),
    [
        ("（2019）辽0882民初1号", "main", "civil_first"),
        ("（2019）辽08民终1号", "main", "main_unified"),
        ("（2019）辽0882刑初1号", "main", "criminal_network"),
        ("（2019）辽0882行初1号", "main", "main_unified"),
        ("（2019）辽0882执1号", "main", "enforcement"),
        ("（2019）辽0882执恢1号", "main", "enforcement_resumed"),
        ("（2019）辽0882执保1号", "main", "enforcement_preservation"),
        ("（2019）辽0882财保1号", "main", "enforcement_preservation"),
        ("（2019）辽0882民初1号", "restricted", "restricted_unified"),
    ],
)
def test_the_case_number_picks_the_template(number: str, part: str, name: str) -> None:
    assert template_for(parse(number), part).id == name
    assert template_for(None, part).part == part


def _table(**changes: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "id": "own",
        "title": "自定",
        "version": "1",
        "effective": datetime.date(2026, 1, 1),
        "source": "x",
        "part": "main",
        "kinds": ["civil"],
        "rows": [{"number": 1, "title": "起诉状", "classes": ["complaint"]}],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roes": []}, "ARC-204"),
        ({"part": "left"}, "ARC-206"),
        ({"kinds": ["civl"]}, "ARC-206"),
        ({"effective": "2026"}, "ARC-206"),
        ({"rows": [{"number": 2, "title": "x", "classes": []}]}, "ARC-206"),
        ({"rows": [{"number": 1, "title": "x"}]}, "ARC-205"),
    ],
)
def test_a_courts_own_template_is_checked(changes: dict[str, Any], code: str) -> None:
    assert template_from_table(_table(), name="own").rows[0].title == "起诉状"
    with pytest.raises(BadInput) as caught:
        template_from_table(_table(**changes), name="own")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("民 事 判 决 书", "民事判决书"),
        ("民事判诀书", "民事判决书"),
        ("岚川县人民法院民事判决书", "民事判决书"),
        ("送达回证（二）", "送达回证"),
        ("授权委托书（原告）", "授权委托书"),
        ("第二次庭审笔录", "庭审笔录"),
        ("民事起诉状副本", "民事起诉状"),
        ("关于延期开庭的申请书", "关于延期开庭的申请书"),
    ],
)
def test_titles_are_known_as_written_on_paper(line: str, text: str) -> None:
    match = load_lexicon().match(line)
    assert match is not None
    assert match.text == text


@pytest.mark.parametrize(
    "line",
    ["本院作出民事判决书后", "原告提交了送达地址确认书一份", "收奈", "二〇一九年五月六日", "原告"],
)
def test_a_title_within_a_sentence_is_no_title(line: str) -> None:
    assert load_lexicon().match(line) is None


def test_short_titles_must_be_read_exactly() -> None:
    lexicon = load_lexicon()
    assert lexicon.match("借条") is not None
    assert lexicon.match("借案") is None


def test_no_title_has_two_meanings() -> None:
    names = [name for title in load_lexicon().titles for name in title.names]
    assert len(names) == len(set(names))
    assert len(load_lexicon().titles) >= 100


def test_every_class_of_a_template_is_meant() -> None:
    lexicon = {name for title in load_lexicon().titles for name in title.classes}
    for name in template_names():
        template = load_template(name)
        assert all(row.classes for row in template.rows), name
        taken = sum(1 for row in template.rows if lexicon & set(row.classes))
        assert taken >= len(template.rows) - 3, name


def test_a_proof_of_service_goes_with_what_was_served() -> None:
    template = load_template("main_unified")
    first = template.row_for(("delivery",), after=4)
    last = template.row_for(("delivery",), after=18)
    assert first is not None
    assert last is not None
    assert (first.number, last.number) == (4, 18)
