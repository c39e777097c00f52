"""Case numbers: one normal form, old styles kept, refusals that say what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import BadInput
from archive_rules.case_codes import codes_from_toml, packaged_codes
from archive_rules.case_number import (
    CaseKind,
    CaseNumber,
    find_all,
    kind_of,
    parse,
    search_form,
    use_codes,
)

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
        "【2019】辽0882民初4866号",
        "［2019］辽0882民初第4866号",
        "《2019》辽0882民初4866號",
        "(2019年)辽0882民初4866号",
        "（2019）辽0882民初字第4866号",
        "(2O19)辽O882民初4866号",
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
        ("（2019）辽0882第4866号", "类型代字"),
        ("（2019）辽0882民事初审案4866号", "案件编号"),
        ("（00）经字第5号", "年份"),
        ("（2019）辽0882执4866-1号之二", "号"),
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


@pytest.mark.parametrize(
    ("text", "normal", "court", "kind"),
    [
        ("(2009)浙杭商初字第12号", "（2009）浙杭商初字第12号", "浙杭", CaseKind.CIVIL),
        ("（2011）执字第00012号", "（2011）执字第12号", "", CaseKind.ENFORCEMENT),
        ("（98）经字第5号", "（1998）经字第5号", "", CaseKind.CIVIL),
        ("〔87〕刑字第 9 号", "（1987）刑字第9号", "", CaseKind.CRIMINAL),
        ("(2008)商民终字第12号", "（2008）商民终字第12号", "商", CaseKind.CIVIL),
        ("(2008)行唐民初字第3号", "（2008）行唐民初字第3号", "行唐", CaseKind.CIVIL),
        ("(2009)保民一终字第3号", "（2009）保民一终字第3号", "保", CaseKind.CIVIL),
        ("(2010)知行字第53号", "（2010）知行字第53号", "", CaseKind.ADMINISTRATIVE),
        (
            "(2010)深中法执恢字笫5号",
            "（2010）深中法执恢字第5号",
            "深中法",
            CaseKind.ENFORCEMENT_RESUMED,
        ),
        (
            "(2012)沪一中民四(商)终字第123号",
            "（2012）沪一中民四（商）终字第123号",
            "沪一中",
            CaseKind.CIVIL,
        ),
        ("(2001)浙立字第5号", "（2001）浙立字第5号", "浙", CaseKind.UNKNOWN),
        ("(2001)某某字第5号", "（2001）某某字第5号", "", CaseKind.UNKNOWN),
    ],
)
def test_older_ways_of_numbering(text: str, normal: str, court: str, kind: CaseKind) -> None:
    number = parse(text)
    assert (number.normal, number.court, kind_of(number)) == (normal, court, kind)
    assert parse(normal) == number


@pytest.mark.parametrize(
    "text",
    [
        "（2019）辽0882执4866号之一",
        "（2019）辽0882执4866之一号",
        "（2019）辽0882执4866-1号",
        "（2019）辽0882执4866号—1",
        "（2019）辽0882执4866号之１",
    ],
)
def test_every_way_of_writing_a_further_ruling_is_one(text: str) -> None:
    assert parse(text).normal == "（2019）辽0882执4866号之一"


def test_an_unknown_type_is_accepted_where_a_number_is_stated_and_nowhere_else() -> None:
    text = "（2026）辽0882民快31号"
    number = parse(text)
    assert (number.type_code, number.normal, kind_of(number)) == ("民快", text, CaseKind.UNKNOWN)
    assert find_all(f"见{text}，（2010）京证字第8号") == []
    with pytest.raises(BadInput) as caught:
        parse(text, known_types=True)
    assert caught.value.code == "ARC-101"


def test_a_court_adds_codes_of_its_own() -> None:
    own = codes_from_toml(
        """
        schema = 1
        specialised = ["海"]
        [[type]]
        code = "民快"
        kind = "civil"
        name = "民事速裁"
        [[court]]
        code = "辽铁"
        """,
        name="own",
    )
    text = "（2026）辽铁海民快31号"
    try:
        use_codes(own)
        number = parse(text, known_types=True)
        assert (number.court, number.specialised, number.type_code) == ("辽铁", "海", "民快")
        assert kind_of(number) is CaseKind.CIVIL
        assert [found.case_number for found in find_all(f"见{text}")] == [number]
        assert parse(NORMAL).normal == NORMAL
    finally:
        use_codes(None)
    assert find_all(f"见{text}") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("schema = = 1", "ARC-203"),
        ("schema = 1\ntypes = []", "ARC-204"),
        ("[[type]]\ncode = '民快'\nkind = 'civil'", "ARC-205"),
        ("schema = 1\n[[type]]\ncode = '民快'", "ARC-205"),
        ("schema = 1\n[[type]]\ncode = '民快'\nkind = 'civl'", "ARC-206"),
        ("schema = 1\n[[type]]\ncode = '民初'\nkind = 'criminal'", "ARC-206"),
        ("schema = 1\n[[type]]\ncode = '民快字第'\nkind = 'civil'", "ARC-206"),
        ("schema = 1\n[[type]]\ncode = 7\nkind = 'civil'", "ARC-206"),
        ("schema = 1\n[[court]]\ncode = '12'", "ARC-206"),
        ("schema = 1\nspecialised = '海'", "ARC-206"),
        ("schema = 1\nspecialised = ['海事']", "ARC-206"),
        ("schema = 1\ntype = 'x'", "ARC-206"),
    ],
)
def test_a_mistake_in_the_codes_of_a_court_is_named(text: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        codes_from_toml(text, name="own")
    assert caught.value.code == code


def test_the_table_holds_the_codes_of_the_rule() -> None:
    codes = packaged_codes()
    later = {"强清", "破", "清申", "破申", "清终", "破终", "清监", "破监", "诉前调", "民诉前调"}
    assert len(set(codes.kinds) - later) == 115
    assert later <= set(codes.kinds)


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("(2019)辽0882民初4866号", NORMAL),
        (" 〔2019〕辽08 ", "（2019）辽08"),
        ("(20", "（20"),
        ("4866", "4866"),
        (" 北岭机械 ", "北岭机械"),
        ("（2019）辽0882民初4866号-1", f"{NORMAL}之一"),
    ],
)
def test_what_is_sought_when_somebody_types(typed: str, sought: str) -> None:
    assert search_form(typed) == sought


COURTS = st.one_of(
    st.sampled_from(["最高法", *packaged_codes().provinces]),
    st.builds(
        "{}{}".format,
        st.sampled_from(packaged_codes().provinces),
        st.one_of(st.integers(0, 99).map("{:02}".format), st.integers(0, 9999).map("{:04}".format)),
    ),
)
MODERN = st.builds(
    CaseNumber,
    year=st.integers(1949, 2099),
    court=COURTS,
    specialised=st.sampled_from(["", "知"]),
    type_code=st.sampled_from(sorted(packaged_codes().kinds)),
    number=st.integers(1, 999_999_999),
    suffix=st.sampled_from(["", "之一", "之二", "之十", "之十二", "之九十九"]),
)
OLD = st.builds(
    "（{}）{}{}{}{}字第{}号{}".format,
    st.integers(1949, 2020),
    st.sampled_from(["", "浙", "浙杭", "沪一中", "商", "行唐", "保", "深中法", "渝北"]),
    st.sampled_from(["民", "刑", "行", "执", "经", "商", "知", "赔", "破", "少刑", "非执"]),
    st.sampled_from(["", "一", "二", "四（商）"]),
    st.sampled_from(["", "初", "终", "再", "监", "保", "特监"]),
    st.integers(1, 999_999_999),
    st.sampled_from(["", "之一", "之二十一"]),
)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@given(number=MODERN)
def test_the_normal_form_reads_back_as_itself(number: CaseNumber) -> None:
    assert parse(number.normal, known_types=True) == number
    assert kind_of(number) is not CaseKind.UNKNOWN
    assert find_all(f"见{number.normal}。")[0].case_number == number


@given(text=OLD)
def test_old_numbers_read_back_as_themselves(text: str) -> None:
    number = parse(text, known_types=True)
    assert number.normal == text
    assert parse(number.normal) == number
    assert [found.case_number for found in find_all(f"，{text}。")] == [number]


@given(
    text=st.one_of(MODERN.map(str), OLD),
    brackets=st.sampled_from(
        ["()", "（）", "[]", "［］", "〔〕", "【】", "{}", "｛｝", "（)", "〖〗"]
    ),
    wide=st.booleans(),
    blank=st.sampled_from(["", " ", "\u3000", "\n", "\u00a0"]),
    places=st.sets(st.integers(0, 30), max_size=6),
)
def test_every_way_of_writing_a_number_is_one(
    text: str, brackets: str, wide: bool, blank: str, places: set[int]
) -> None:
    written = text.replace("（", brackets[0], 1).replace("）", brackets[1], 1)
    if wide:
        written = written.translate(WIDE)
    written = "".join(
        f"{blank}{sign}" if place in places else sign for place, sign in enumerate(written)
    )
    assert parse(written).normal == text


ALPHABET = st.sampled_from("（()〔】）2019辽0882最高法知民初执甲快字第号之一十-—O〇 \n①")


@given(text=st.one_of(st.text(max_size=60), st.text(ALPHABET, max_size=40)))
def test_no_text_does_harm(text: str) -> None:
    for known_types in (False, True):
        try:
            number = parse(text, known_types=known_types)
        except BadInput as fault:
            assert fault.code == "ARC-101"
        else:
            assert parse(number.normal) == number
            assert kind_of(number) in CaseKind
    for found in find_all(text):
        assert text[found.start : found.end] == found.text
        assert parse(found.case_number.normal, known_types=True) == found.case_number
    assert isinstance(search_form(text), str)
