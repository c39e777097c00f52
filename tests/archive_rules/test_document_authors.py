"""Who made a document, and how sure each field of it is."""

from __future__ import annotations

from typing import Any

import pytest

from archive_rules.api import SideEvidence, TextLine
from archive_rules.cataloguing import catalogue
from archive_rules.lexicon import load_lexicon, load_makers
from archive_rules.templates import load_template

CIVIL = load_template("civil_first")
COURT = "岚川县人民法院"
PARTIES = ("周明远", "岚川远航物流有限公司")


def row(text: str, y: float, *, x: float = 0.14, size: float = 0.016) -> TextLine:
    right = min(0.95, x + 1.3 * size * len(text))
    return TextLine(text=text, confidence=0.98, x0=x, y0=y, x1=right, y1=y + size)


def centred(text: str, y: float, size: float = 0.026) -> TextLine:
    half = min(0.42, 0.65 * size * len(text))
    return TextLine(text=text, confidence=0.98, x0=0.5 - half, y0=y, x1=0.5 + half, y1=y + size)


def paper(position: int, title: str, *rows: str, above: str = "") -> SideEvidence:
    lines = [centred(above, 0.08, 0.022)] if above else []
    lines.append(centred(title, 0.12))
    lines += [row(text, 0.2 + 0.03 * index) for index, text in enumerate(rows)]
    return SideEvidence(position=position, lines=tuple(lines))


def only(*sides: SideEvidence) -> Any:
    (item,) = catalogue(sides, CIVIL, parties=PARTIES).items
    return item


def test_the_court_above_the_title_made_its_ruling() -> None:
    item = only(paper(1, "民 事 裁 定 书", "本院认为申请有理。", "二〇二一年三月四日", above=COURT))
    assert (item.title, item.author, item.date) == ("民事裁定书", COURT, "2021-03-04")
    assert item.fields["author"].reason.code == "author_heading"
    assert set(item.fields) == {"title", "category", "date", "author"}
    assert min(field.confidence for field in item.fields.values()) >= 0.75


def test_the_court_by_its_seal_line() -> None:
    item = only(paper(1, "举证通知书", "周明远：", "请在期限内举证。", COURT, "2021年3月4日"))
    assert (item.author, item.fields["author"].reason.code) == (COURT, "author_seal")


@pytest.mark.parametrize(
    ("title", "rows", "author"),
    [
        ("民事起诉状", ("原告：周明远，男，汉族。", "此致", COURT, "具状人：周明远"), "周明远"),
        ("民事起诉状", ("原告：周明运，男，汉族。", "此致", COURT, "具状人："), "周明远"),
        (
            "民事答辩状",
            ("答辩人：岚川远航物流有限公司，住所地本县。", "此致", COURT, "答辩人："),
            "岚川远航物流有限公司",
        ),
        ("授权委托书", ("委托人：周明远", "受托人：何平", "2021年3月4日"), "周明远"),
        ("律师事务所函", (f"{COURT}：", "指派何平律师。", "川江律师事务所"), "川江律师事务所"),
        ("代理词", ("审判长：", "现发表意见如下。", "代理人：何平", "2021年3月4日"), "何平"),
        ("起诉书", ("此致", COURT, "岚川县人民检察院"), "岚川县人民检察院"),
        ("房屋租赁合同", ("甲方：周明远", "乙方：何平", "2021年3月4日"), ""),
        ("身份证", ("姓名 周明远", "公民身份号码 510100198001010011"), ""),
        ("民事起诉状", ("诉讼请求如下。", "此致", COURT), ""),
    ],
)
def test_parties_firms_and_offices(title: str, rows: tuple[str, ...], author: str) -> None:
    item = only(paper(1, title, *rows))
    assert item.author == author
    assert ("author" in item.fields) == bool(author)


def test_a_record_taken_in_this_court() -> None:
    ruling = paper(1, "民事裁定书", "本院认为。", COURT, "二〇二一年三月四日", above=COURT)
    record = paper(2, "询问笔录", "时间：2021年3月9日上午", "地点：本院第二法庭", "问：姓名？")
    items = catalogue([ruling, record], CIVIL).items
    assert [(item.author, item.date) for item in items] == [
        (COURT, "2021-03-04"),
        (COURT, "2021-03-09"),
    ]


def test_a_title_read_with_a_slip_is_less_sure_than_a_clear_one() -> None:
    clear = only(paper(1, "民事判决书", "本院认为。"))
    mended = only(paper(1, "民事利决书", "本院认为。"))
    unknown = only(paper(1, "厂房拆建交底书", "本院认为。"))
    assert clear.title == mended.title == "民事判决书"
    sure = [item.fields["title"].confidence for item in (clear, mended, unknown)]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > 0.95
    assert sure[2] < 0.75


def test_every_class_of_the_lexicon_has_one_maker_at_most() -> None:
    makers = load_makers()
    assert set(makers.values()) <= {"court", "signer", "office", "nobody"}
    classes = {name for title in load_lexicon().titles for name in title.classes}
    assert set(makers) <= classes | {"indictment_delivery"}
