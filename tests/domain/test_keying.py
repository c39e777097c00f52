"""Double keying: two persons type blind, a third settles what differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.keying import (
    AGREED,
    DIFFERS,
    ONCE,
    OPEN,
    SETTLED,
    Entry,
    alike,
    is_done,
    settled,
    state_of,
    typed,
    value_of,
)
from app.kernel.errors import Refused


def entry(by: str, value: str) -> Entry:
    return Entry(by=by, value=value, at="2026-01-01T00:00:00Z")


def test_a_field_goes_from_open_to_agreed() -> None:
    keyed: dict[str, Any] = {}
    assert state_of(keyed, "title") == OPEN
    keyed = typed(keyed, "title", entry("甲", "民事判决书"))
    assert (state_of(keyed, "title"), value_of(keyed, "title")) == (ONCE, None)
    keyed = typed(keyed, "title", entry("乙", "民事 判决书"))
    assert (state_of(keyed, "title"), value_of(keyed, "title")) == (AGREED, "民事判决书")
    assert is_done(keyed, ("title",))
    assert not is_done(keyed, ("title", "date"))


def test_a_person_corrects_herself_until_somebody_else_typed() -> None:
    keyed = typed({}, "date", entry("甲", "2019-01-01"))
    keyed = typed(keyed, "date", entry("甲", "2019-01-02"))
    assert state_of(keyed, "date") == ONCE
    keyed = typed(keyed, "date", entry("乙", "2019-01-03"))
    with pytest.raises(Refused, match="KEY-101"):
        typed(keyed, "date", entry("甲", "2019-01-03"))
    with pytest.raises(Refused, match="KEY-101"):
        typed(keyed, "date", entry("丙", "2019-01-03"))


def test_only_a_third_person_settles_what_differs() -> None:
    keyed = typed({}, "title", entry("甲", "起诉状"))
    with pytest.raises(Refused, match="KEY-102"):
        settled(keyed, "title", entry("丙", "起诉状"))
    keyed = typed(keyed, "title", entry("乙", "起诉书"))
    assert state_of(keyed, "title") == DIFFERS
    with pytest.raises(Refused, match="KEY-103"):
        settled(keyed, "title", entry("乙", "起诉书"))
    keyed = settled(keyed, "title", entry("丙", "民事起诉状"))
    assert (state_of(keyed, "title"), value_of(keyed, "title")) == (SETTLED, "民事起诉状")


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from(["一", "二"])), max_size=8))
def test_no_order_of_typing_lets_one_person_decide_alone(moves: list[tuple[str, str]]) -> None:
    keyed: dict[str, Any] = {}
    for by, value in moves:
        try:
            keyed = typed(keyed, "title", entry(by, value))
        except Refused:
            continue
    names = {one["by"] for one in keyed.get("title", {}).get("entries", [])}
    assert len(names) == len(keyed.get("title", {}).get("entries", []))
    if value_of(keyed, "title") is not None:
        assert len(names) == 2


@given(st.text(max_size=12))
def test_blanks_and_width_are_no_difference(text: str) -> None:
    assert alike(text, f" {text} ")
    assert alike("（2019）ＡＢ", "(2019) AB")
    assert not alike("甲", "乙")
