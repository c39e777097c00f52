"""Case numbers: one normal form, old styles kept, refusals that say what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import BadInput
from archive_rules.case_number import CaseKind, CaseNumber, find_all, kind_of, parse

NORMAL = "（2019）辽0882民初4866号"


@pytest.mark.parametrize(
    "text",
    [
        NORMAL,
        "(2019)辽0882民初4866号",
        "（2019)辽0882民初4866号",
        "〔2019〕辽0882民初4866号",
        "（２０１９）辽０８８２民初４８６６号",
        " (2019) 辽 0882 民初 4866 号 ",
        "[2019]辽0882民初4866号",
    ],
)
def test_every_way_of_writing_has_one_normal_form(text: str) -> None:
    assert parse(text).normal == NORMAL


def test_parts_of_a_number() -> None:
    number = parse("（2020）最高法知民终1234号之一")
    assert (number.year, number.court, number.specialised) == (2020, "最高法", "知")
    assert (number.type_code, number.number, number.suffix) == ("民终", 1234, "之一")
    assert parse("（2020）最高法知民终1234号之1") == number


@pytest.mark.parametrize(
    ("text", "court", "kind"),
    [
        ("（2014）民一终字第174号", "", CaseKind.CIVIL),
        ("（2015）沪一中民保字第7号", "沪一中", CaseKind.PRESERVATION),
        ("（2010）大刑初字第12号", "大", CaseKind.CRIMINAL),
        ("（2008）海执字第3号", "海", CaseKind.ENFORCEMENT),
    ],
)
def test_old_numbers_are_read_and_kept(text: str, court: str, kind: CaseKind) -> None:
    number = parse(text)
    assert number.old_style
    assert number.normal == text
    assert number.court == court
    assert kind_of(number) is kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("辽0882民初4866号", "年份"),
        ("（1019）辽0882民初4866号", "年份"),
        ("（2019）燕0882民初4866号", "法院代字"),
        ("（2019）辽0882民甲4866号", "类型代字"),
        ("（2019）辽0882民初0486号", "案件编号"),
        ("（2019）辽0882民初4866", "号"),
        ("（2019）辽0882民初4866号等", "号"),
        ("", "年份"),
    ],
)
def test_a_refusal_names_the_part_that_is_wrong(text: str, expected: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert caught.value.code == "ARC-101"
    assert caught.value.parameters["expected"] == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("（2019）辽0882刑初1号", CaseKind.CRIMINAL),
        ("（2019）辽08行终1号", CaseKind.ADMINISTRATIVE),
        ("（2019）辽0882执1号", CaseKind.ENFORCEMENT),
        ("（2019）辽0882执恢1号", CaseKind.ENFORCEMENT_RESUMED),
        ("（2019）辽0882执保1号", CaseKind.ENFORCEMENT_PRESERVATION),
        ("（2019）辽0882财保1号", CaseKind.PRESERVATION),
        ("（2019）辽0882行保1号", CaseKind.PRESERVATION),
        ("（2019）辽08民辖终1号", CaseKind.JURISDICTION),
    ],
)
def test_kinds(text: str, kind: CaseKind) -> None:
    assert kind_of(parse(text)) is kind


def test_numbers_in_running_text_with_their_places() -> None:
    text = "本院受理（2019）辽0882\n民初4866号一案，另见（2014）民一终字第174号，2019年5月6日。"
    found = find_all(text)
    assert [item.case_number.normal for item in found] == [NORMAL, "（2014）民一终字第174号"]
    assert all(text[item.start : item.end] == item.text for item in found)
    assert find_all("（2019）号的规定第3条") == []


@given(
    year=st.integers(2016, 2030),
    court=st.sampled_from(["辽0882", "京", "最高法", "沪01", "兵0701"]),
    code=st.sampled_from(["民初", "刑终", "执", "执恢", "行赔初", "民辖终", "协外认"]),
    number=st.integers(1, 99999999),
)
def test_the_normal_form_reads_back_as_itself(
    year: int, court: str, code: str, number: int
) -> None:
    made = CaseNumber(
        year=year, court=court, specialised="", type_code=code, number=number, suffix=""
    )
    assert parse(made.normal) == made
    assert find_all(f"见{made.normal}。")[0].case_number == made
