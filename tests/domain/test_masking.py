"""What of a page's text is covered, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.masking import COVER, hidden_characters, masked


def covered(*lines: str) -> list[str]:
    """The lines as a reader under masking gets them."""
    return [
        masked(text, hidden) for text, hidden in zip(lines, hidden_characters(lines), strict=True)
    ]


SECRETS = (
    ("公民身份号码321498196606208542。", "321498196606208542"),
    ("身份证号：32149819660620854X，", "32149819660620854X"),
    ("身份证号码 321498 19660620 8542", "321498 19660620 8542"),
    ("身份证 321O98l96606208542 复印", "321O98l96606208542"),
    ("证号321498660620854，男", "321498660620854"),
    ("联系电话：13812345678。", "13812345678"),
    ("手机138 1234 5678", "138 1234 5678"),
    ("(13812345678)", "13812345678"),
    ("+86 13812345678", "13812345678"),
    ("电话025-84123456转801", "025-84123456转801"),
    ("电话：84123456，", "84123456"),
    ("账号：6222081200001234567", "6222081200001234567"),
    ("卡号6222 0812 0000 1234 567，", "6222 0812 0000 1234 567"),
    ("开户行及账号：中国银行南京分行 477558001234", "477558001234"),
    ("6222081200001234568", "6222081200001234568"),
    ("邮箱：zhang.san-1@example.com，", "zhang.san-1@example.com"),
    ("微信号：wx_zhang88，", "wx_zhang88"),
    ("驾驶苏A·F3K29小型轿车", "苏A·F3K29"),
    ("车牌号苏AD12345。", "苏AD12345"),
    ("住江苏省宁浦市南屏区南塘巷263号东篱苑24号楼302室，", "南塘巷263号东篱苑24号楼302室"),
    ("家庭住址：南塘村12组8号", "南塘村12组8号"),
    ("现租住于宁浦市南屏区柳泉路102号5幢302室。", "柳泉路102号5幢302室"),
    ("户籍地江苏省宁浦县大桥镇新河村6组，", "大桥镇新河村6组"),
    ("双方在南塘巷263号东篱苑24号楼302室发生争执", "263号东篱苑24号楼302室"),
)


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_what_leads_to_a_person_is_covered(line: str, secret: str) -> None:
    begin = line.index(secret)
    shown = covered(line)[0]
    assert set(shown[begin : begin + len(secret)]) == {COVER}


@pytest.mark.parametrize(
    "line",
    [
        "原告毛飞兰，男，1966年6月20日出生，满族，",
        "（2023）苏0102民初1234号民事判决书",
        "被告返还借款1380000.00元及利息",
        "金额：¥1,234,567.00，大写壹佰贰拾叁万元",
        "统一社会信用代码91320102MA1ABCDE3X",
        "律师执业证号13201198510123456",
        "发票号码：96987710，发票代码032001900111",
        "被告：宁浦锦渡电子科技有限公司，住所地江苏省宁浦市南屏区北仓路166号。",
        "因病住院治疗36天，住宿费2400元",
        "2019-05-11 410000.00 123456.00",
        "第12条第3款，共1024页",
        "住址 江苏省宁浦市南屏区",
        "交易流水号20190511000012345678901",
    ],
)
def test_dates_amounts_and_companies_stay(line: str) -> None:
    assert covered(line) == [line]


def test_what_crosses_a_line_is_covered_on_both() -> None:
    lines = covered(
        "男，住江苏省宁浦市南屏区南塘巷26",
        "3号东篱苑302室，公民身份号码3214981966",
        "06208542，电话138123",
        "45678。",
    )
    assert lines == [
        "男，住江苏省宁浦市南屏区×××××",
        "×××××××××，公民身份号码××××××××××",
        "××××××××，电话××××××",
        "×××××。",
    ]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["宁浦市南屏区渡口街206号槐香园20号", "楼1401室勘验"], "宁浦市南屏区" + "×" * 19 + "勘验"),
        (["某某有限公司", "送达地址", "渡口街6号2幢"], "某某有限公司送达地址×××××××"),
        (["公民身份号", "码", "422997199005", "111536"], "公民身份号码××××××××××××××××××"),
        (["手机", "13450.32724"], "手机×××××××××××"),
        (["车牌号", "苏E·191F"], "车牌号×××××××"),
        (["苏A88", "11F号小型轿车"], "×××××××号小型轿车"),
        (["邮箱：wang", "com。"], "邮箱：×××××××。"),
    ],
)
def test_what_a_line_or_a_speck_broke_is_covered(lines: list[str], shown: str) -> None:
    assert "".join(covered(*lines)) == shown


def test_a_number_without_all_its_figures_is_known_by_its_column() -> None:
    lines = ["姓名", "电话", "备注", "薛某", "156281231", "1500元", "陈某", "16156845", "26000元"]
    boxes = [
        (200 * (place % 3), 50 * (place // 3), 200 * (place % 3) + 120, 50 * (place // 3) + 20)
        for place in range(len(lines))
    ]
    hidden = hidden_characters(lines, boxes)
    assert [place for place, found in enumerate(hidden) if found] == [4, 7]
    assert hidden[4] == frozenset(range(9))


def test_a_number_without_all_its_figures_is_known_by_the_cell_before_it() -> None:
    lines, boxes = (
        ["手机号码", "标的额", "1368", "26000"],
        [
            (0, 0, 100, 20),
            (0, 60, 100, 80),
            (200, 2, 320, 22),
            (200, 62, 300, 82),
        ],
    )
    hidden = hidden_characters(lines, boxes)
    assert hidden[2] == frozenset(range(4))
    assert not hidden[3]


@given(st.lists(st.text(max_size=40), max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_text_keeps_its_form(lines: list[str]) -> None:
    shown = [
        masked(text, hidden) for text, hidden in zip(lines, hidden_characters(lines), strict=True)
    ]
    for before, after in zip(lines, shown, strict=True):
        assert len(before) == len(after)
        assert all(new in (old, COVER) for old, new in zip(before, after, strict=True))


@given(
    area=st.integers(110000, 659999),
    day=st.dates(),
    tail=st.integers(0, 999),
    check=st.sampled_from("0123456789X"),
    cut=st.integers(0, 18),
    before=st.sampled_from(["公民身份号码", "身份证号：", "张三，", ""]),
    gap=st.sampled_from(["", " "]),
)
@settings(max_examples=150, deadline=None)
def test_no_identity_number_gets_through(
    area: int, day: object, tail: int, check: str, cut: int, before: str, gap: str
) -> None:
    year = 1930 + day.toordinal() % 90  # type: ignore[attr-defined]
    number = f"{area}{year}{day:%m%d}{tail:03}{check}"
    first, second = f"{before}{number[:cut]}", f"{gap}{number[cut:]}，男"
    shown = "".join(covered(first, second))
    assert not set(shown) & set("0123456789X")


@given(st.integers(0, 10**9 - 1), st.sampled_from("3456789"), st.sampled_from(["", " ", "-"]))
@settings(max_examples=100, deadline=None)
def test_no_mobile_number_gets_through(rest: int, second: str, gap: str) -> None:
    number = f"1{second}{rest:09}"
    text = gap.join((number[:3], number[3:7], number[7:]))
    assert not set(covered(f"原告的号码是{text}，请联系")[0]) & set("0123456789")
