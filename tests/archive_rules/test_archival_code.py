"""Archival codes: patterns, numbers, what is no code; terms of keeping: proposals and words."""

from __future__ import annotations

import pytest

from app.kernel.errors import BadInput, Refused
from archive_rules.archival_code import (
    checked_setting,
    field_values,
    load_pattern,
    parse_pattern,
    pattern_names,
    plain_code,
)

OWN = """
schema = 1
id = "own"
title = "全宗号-年度-号"
version = "1"
effective = 2026-01-01
source = "own"
pattern = "{fonds}/{year}/{number}"
number_digits = 5
year = "case"
[fields]
fonds = { title = "全宗号", form = "[0-9]{3}", default = "107" }
[retention]
[parts]
fonds = "{fonds}"
catalogue = "{year}"
number = "{number}"
"""


def test_the_code_of_the_field_is_read_and_written() -> None:
    pattern = load_pattern("piece")
    code = "J380-ZY·2021-Y-FGC-0001"
    values = pattern.read(code)
    assert (values["fonds"], values["year"], values["number"]) == ("J380", "2021", "0001")
    assert pattern.write(values, 1) == code
    assert pattern.parts_of(values)["catalogue"] == "ZY·2021-Y-FGC"
    for name in pattern_names():
        packaged = load_pattern(name)
        assert packaged.read(packaged.example)["fonds"] == "J380"


@pytest.mark.parametrize(
    "text",
    ["J380-ZY·2021-Y-FGC-1", "J380-ZY·2021-X-FGC-0001", "", "J380-ZY·1821-Y-FGC-0001", "=1+1"],
)
def test_what_is_no_code_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_pattern("piece").read(text)
    assert caught.value.code == "ACD-101"
    assert caught.value.parameters["example"] == "J380-ZY·2021-Y-FGC-0001"


def test_signs_that_are_typed_for_one_another() -> None:
    assert plain_code(" ｊ380－ZY•2021—Y-FGC - ０001") == "J380-ZY·2021-Y-FGC-0001"


def test_the_next_number_counts_its_own_row_only() -> None:
    pattern = load_pattern("piece")
    values = pattern.read("J380-ZY·2021-Y-FGC-0001")
    codes = [
        "J380-ZY·2021-Y-FGC-0007",
        "J380-ZY·2021-Y-FGC-10000",
        "J380-ZY·2022-Y-FGC-99999",
        "J380-ZY·2021-D60-FGC-0500",
        "old 17",
    ]
    assert pattern.next_number(values, codes[:1], first=1) == 8
    assert pattern.next_number(values, codes, first=1) == 10001
    assert pattern.next_number(values, codes[2:], first=300) == 300
    assert pattern.write(values, 10001).endswith("-10001")


def test_what_the_court_has_not_set_is_named() -> None:
    pattern = load_pattern("piece")
    known = {"kind": "civil", "year": "2021", "retention": "长期"}
    with pytest.raises(Refused) as caught:
        field_values(pattern, {}, **known)
    assert (caught.value.code, caught.value.parameters["field"]) == ("ACD-102", "全宗号")
    settings = {"fonds": "J380", "unit.civil": "MS"}
    assert field_values(pattern, settings, **known)["unit"] == "MS"
    assert field_values(pattern, settings, **known | {"kind": "criminal"})["unit"] == "FGC"
    for wrong, code in (({"retention": "十年"}, "ACD-103"), ({"year": ""}, "ACD-104")):
        with pytest.raises(Refused) as caught:
            field_values(pattern, settings, **known | wrong)
        assert caught.value.code == code


def test_settings_have_their_form() -> None:
    pattern = load_pattern("piece")
    assert checked_setting(pattern, "fonds", " ｊ３８０ ") == "J380"
    assert checked_setting(pattern, "unit.civil", "") == ""
    for name, value, code in (("funds", "J1", "ACD-105"), ("fonds", "J-1", "ACD-106")):
        with pytest.raises(BadInput) as caught:
            checked_setting(pattern, name, value)
        assert caught.value.code == code


def test_a_court_brings_its_own_pattern() -> None:
    pattern, _table = parse_pattern(OWN, name="own.toml")
    values = field_values(pattern, {}, kind="civil", year="2021", retention="长期")
    assert pattern.write(values, 12) == "107/2021/00012"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{fonds}/{year}", "{founds}/{year}", "ARC-206"),
        ("/{number}", "/{number", "ARC-206"),
        ("/{number}", "", "ARC-206"),
        ("[0-9]{3}", "[0-9", "ARC-206"),
        ('default = "107"', 'default = "x"', "ARC-206"),
        ("number_digits = 5", "number_digits = 0", "ARC-206"),
        ('year = "case"', 'year = "next"', "ARC-206"),
        ("schema = 1", "scheme = 1", "ARC-204"),
        ("[retention]", "", "ARC-205"),
        ("schema = 1", "schema = ", "ARC-203"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_pattern(OWN.replace(old, new), name="own.toml")
    assert caught.value.code == code
