"""Candidates of the on-screen keyboard: the granted text first, then words of the courts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.pinyin_candidates import MOST_CANDIDATES, candidates

TEXTS = (
    "原告欧阳若溪诉被告辽宁鲸海装备有限公司买卖合同纠纷一案",
    "被告鲸海公司辩称：货款已付清，吕某某收到银行行长转账。",
)


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("ouyangruoxi", "欧阳若溪"),
        ("ouyangr", "欧阳若"),
        ("jinghai", "鲸海"),
        ("yinhang", "银行"),
        ("hangzhang", "行长"),
        ("lv", "吕"),
    ],
)
def test_names_of_the_granted_text_come_first(letters: str, first: str) -> None:
    found = candidates(letters, (*TEXTS, *TEXTS))
    assert found[0] == first


@pytest.mark.parametrize(
    ("letters", "word"),
    [
        ("yuangao", "原告"),
        ("yuang", "原告"),
        ("yg", "原告"),
        ("YuanGao", "原告"),
        ("yuan'gao", "原告"),
        ("jiekuanhetong", "借款合同"),
        ("shoutiao", "收条"),
        ("de", "的"),
        ("lvshi", "律师"),
        ("lüshi", "律师"),
        ("chongxin", "重新"),
        ("zhongguo", "中国"),
    ],
)
def test_words_and_characters_are_there_without_any_text(letters: str, word: str) -> None:
    assert word in candidates(letters, ())[:6]


def test_a_name_that_stands_nowhere_is_typed_syllable_by_syllable_or_guessed_whole() -> None:
    assert "溪" in candidates("xi", ())
    guess = candidates("zhuangzhouhuoban", ())
    assert len(guess) == 1
    assert len(guess[0]) == 4


@pytest.mark.parametrize("letters", ["", "123", "xyzq", "v", "'", "a" * 41, "原告"])
def test_what_is_no_pinyin_has_no_candidates(letters: str) -> None:
    assert candidates(letters, TEXTS) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz' ", max_size=12))
def test_whatever_is_typed_gives_few_words_and_each_once(letters: str) -> None:
    found = candidates(letters, TEXTS)
    assert len(found) <= MOST_CANDIDATES
    assert len(set(found)) == len(found)
    assert all("\u4e00" <= character <= "\u9fff" for word in found for character in word)
