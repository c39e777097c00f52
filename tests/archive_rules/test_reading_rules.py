"""Rules of reading: who needs which papers, and which documents are kept back."""

from __future__ import annotations

from datetime import date

import pytest

from app.kernel.errors import BadInput
from archive_rules.data import load_table
from archive_rules.reading import (
    last_working_day,
    load_reading_rules,
    reading_rule_names,
    reading_rules_from_table,
)


def test_every_set_names_its_sources() -> None:
    for name in reading_rule_names():
        rules = load_reading_rules(name)
        assert rules.source
        assert all(kind.source and kind.title and kind.needed for kind in rules.kinds)
        assert all(rule.source and rule.reason for rule in rules.withheld)


def test_a_lawyer_needs_licence_authority_and_letter() -> None:
    lawyer = load_reading_rules().kind("lawyer")
    assert lawyer.missing(("lawyer_licence", "id_card")) == ("power_of_attorney", "firm_letter")
    assert lawyer.missing(("lawyer_licence", "power_of_attorney", "firm_letter")) == ()


def test_of_two_papers_one_is_enough() -> None:
    defender = load_reading_rules().kind("defender_lawyer")
    assert defender.missing(("lawyer_licence",)) == ("power_of_attorney", "legal_aid_letter")
    assert defender.missing(("lawyer_licence", "legal_aid_letter")) == ()
    assert defender.reads("criminal")
    assert not defender.reads("civil")


@pytest.mark.parametrize(
    ("title", "kind", "kept_back"),
    [
        ("合议庭评议笔录", "civil", True),
        ("审委会记录", "criminal", True),
        ("合议笔录（二）", "civil", True),
        ("告知合议庭组成人员通知书", "criminal", False),
        ("民事判决书", "civil", False),
        ("案件线索移送函", "criminal", True),
        ("案件线索移送函", "civil", False),
        ("商业秘密鉴定意见", "civil", False),
    ],
)
def test_documents_are_kept_back_by_their_titles(title: str, kind: str, kept_back: bool) -> None:
    assert bool(load_reading_rules().withheld_for(title, kind)) is kept_back


@pytest.mark.parametrize(
    ("begins", "days", "last"),
    [
        (date(2026, 11, 23), 3, date(2026, 11, 26)),
        (date(2026, 11, 26), 3, date(2026, 12, 1)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 27), 0, date(2026, 11, 27)),
    ],
)
def test_weekends_are_no_working_days(begins: date, days: int, last: date) -> None:
    assert last_working_day(begins, days) == last


def test_an_unknown_kind_or_paper_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        load_reading_rules().kind("lawer")
    assert (refused.value.code, refused.value.parameters["nearest"]) == ("ARC-207", "lawyer")
    table = load_table("reading", "default.toml")
    table["kinds"][0]["needed"] = ["no_such_paper"]
    with pytest.raises(BadInput) as refused:
        reading_rules_from_table(table, name="default")
    assert refused.value.code == "ARC-206"
