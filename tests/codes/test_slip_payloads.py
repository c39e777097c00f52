"""What the codes of work slips and separator sheets say, and that a misread says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.slips import (
    SEPARATORS,
    Separator,
    Slip,
    parse_code,
    separator_text,
    slip_matches,
    slip_text,
    ticket_of,
)
from app.kernel.errors import BadInput

CASE = "（2019）辽0882民初4866号"
case_numbers = st.builds(
    "（{}）{}{}{}号{}".format,
    st.integers(1990, 2099),
    st.sampled_from(["辽0882", "京0105", "最高法", "沪01", "粤"]),
    st.sampled_from(["民初", "刑终", "执恢", "知民终", "行赔监"]),
    st.integers(1, 999_999),
    st.sampled_from(["", "之一", "之二"]),
)
parts = st.sampled_from(["main", "restricted"])
whole_texts = st.one_of(
    st.builds(slip_text, case_numbers),
    st.builds(lambda case_no, part: slip_text(case_no, part=part), case_numbers, parts),
    st.builds(
        lambda case_no, part, volume: slip_text(case_no, part=part, volume=volume),
        case_numbers,
        parts,
        st.integers(1, 999),
    ),
    st.builds(ticket_of, case_numbers),
    st.builds(separator_text, st.sampled_from(SEPARATORS)),
)
NEAR_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:：（）()〔〕 \t 一二之民刑辽é١abcz"


@given(case_numbers, parts, st.integers(1, 999))
def test_a_slip_says_what_was_put_into_it(case_no: str, part: str, volume: int) -> None:
    ticket = ticket_of(case_no)
    assert parse_code(slip_text(case_no)) == Slip(case_no=case_no, ticket=ticket)
    assert parse_code(slip_text(case_no, part=part, volume=volume)) == Slip(
        case_no=case_no, ticket=ticket, part=part, volume=volume
    )
    assert parse_code(ticket) == Slip(ticket=ticket)
    assert slip_matches(ticket, case_no)


@given(whole_texts, st.data())
def test_one_wrong_character_never_says_something_else(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.one_of(st.sampled_from(NEAR_SIGNS), st.characters()))
    spoilt = text[:place] + sign + text[place + 1 :]
    assert parse_code(spoilt) in (None, parse_code(text))


@given(whole_texts, st.data())
def test_swapped_neighbours_never_say_something_else(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 2))
    spoilt = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert parse_code(spoilt) in (None, parse_code(text))


@given(whole_texts, st.data())
def test_a_lost_character_is_noticed(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    assert parse_code(text[:place] + text[place + 1 :]) is None


@given(case_numbers, case_numbers)
def test_a_ticket_fits_its_own_case_only(one: str, other: str) -> None:
    assert slip_matches(ticket_of(one), other) == (one == other)


@given(st.text(max_size=60))
def test_any_other_text_says_nothing(text: str) -> None:
    assert parse_code(text) is None


def test_every_single_misread_of_a_ticket_is_noticed() -> None:
    ticket = ticket_of(CASE)
    for place in range(len(ticket)):
        for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -$":
            if sign != ticket[place]:
                assert parse_code(ticket[:place] + sign + ticket[place + 1 :]) is None


def test_ways_to_write_the_same_are_taken_alike() -> None:
    text = slip_text(CASE, part="main", volume=2)
    whole = parse_code(text)
    for written in (
        text.replace("（", "(").replace("）", ")"),
        text.replace("（", "〔").replace("）", "〕"),
        text.replace(":", "："),
        text.lower(),
        f" {text}\r\n",
        "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text),
    ):
        assert parse_code(written) == whole
    assert slip_text("(2019) 辽0882 民初4866号") == slip_text(CASE)
    assert ticket_of("〔2019〕辽0882民初4866号") == ticket_of(CASE)
    assert parse_code(ticket_of(CASE).lower() + "\n") == Slip(ticket=ticket_of(CASE))
    assert slip_matches(ticket_of(CASE).lower(), " (2019)辽0882民初4866号")


def test_a_keyboard_scanner_that_loses_chinese_opens_no_case() -> None:
    text = slip_text(CASE, part="main", volume=1)
    assert parse_code("".join(sign for sign in text if sign.isascii())) is None


def test_the_ticket_is_plain_and_stays_the_same() -> None:
    ticket = ticket_of(CASE)
    assert ticket.isascii() and ticket.isalnum() and ticket == ticket.upper()
    assert len(ticket) == 16
    # Printed slips lie in dossiers for years: neither form may ever change.
    assert ticket == "JZ1CLKAXV6OTIYMY"
    assert slip_text(CASE, part="main", volume=1) == "JZ1:C:（2019）辽0882民初4866号:main:1:NH5AE"


def test_separators_say_what_begins() -> None:
    assert [parse_code(separator_text(begins)) for begins in SEPARATORS] == [
        Separator(begins=begins) for begins in SEPARATORS
    ]
    assert separator_text("part:restricted") == "JZ1:S:part:restricted"
    assert parse_code("JZ1:S:other") is None


def test_a_volume_alone_is_one_of_the_main_part() -> None:
    slip = parse_code(slip_text(CASE, volume=3))
    assert isinstance(slip, Slip)
    assert (slip.part, slip.volume) == ("main", 3)


@pytest.mark.parametrize("case_no", ["", "  ", "（2019）:辽0882民初1号", "民" * 61, "民\x00初"])
def test_a_case_number_that_fits_no_code_is_refused(case_no: str) -> None:
    for function in (slip_text, ticket_of):
        with pytest.raises(BadInput) as caught:
            function(case_no)
        assert caught.value.code == "COD-101"


@pytest.mark.parametrize(("part", "volume"), [("third", None), ("", 0), ("main", 1000), ("", -1)])
def test_a_part_or_volume_that_does_not_exist_is_refused(part: str, volume: int | None) -> None:
    with pytest.raises(BadInput) as caught:
        slip_text(CASE, part=part, volume=volume)
    assert caught.value.code == "COD-102"


def test_an_unknown_separator_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        separator_text("chapter")
    assert caught.value.code == "COD-103"
    assert "part:restricted" in str(caught.value.parameters["known"])
