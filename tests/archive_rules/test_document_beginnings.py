"""Where documents begin when titles repeat, are missing, or a catalogue tells otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive_rules.api import DeclaredRow, NumberCandidate, SideEvidence, TextLine
from archive_rules.cataloguing import catalogue
from archive_rules.continuation import own_number
from archive_rules.lexicon import load_lexicon
from archive_rules.templates import load_template

CIVIL = load_template("civil_first")
SENTENCE = "双方签订合同后被告一直没有按照约定支付货款经原告多次催要"


def text(words: str, y: float, *, x: float = 0.12, end: float | None = None) -> TextLine:
    right = end if end is not None else min(0.88, x + 0.022 * len(words))
    return TextLine(text=words, confidence=0.98, x0=x, y0=y, x1=right, y1=y + 0.016)


def heading(words: str, y: float = 0.1, size: float = 0.026) -> TextLine:
    half = min(0.42, 0.65 * size * len(words))
    return TextLine(text=words, confidence=0.98, x0=0.5 - half, y0=y, x1=0.5 + half, y1=y + size)


def full_page(*first: TextLine) -> SideEvidence:
    """A page filled to its foot with a sentence that goes on overleaf."""
    rows = [text(SENTENCE, 0.2 + 0.03 * index, end=0.88) for index in range(24)]
    return SideEvidence(position=1, lines=(*first, *rows))


def closing_page(*first: TextLine) -> SideEvidence:
    return SideEvidence(
        position=1,
        lines=(
            *first,
            text("综上请求依法判决。", 0.2),
            text("具状人：周明远", 0.25, x=0.6),
            text("2021年3月4日", 0.29, x=0.6),
        ),
    )


def stack(*sides: SideEvidence) -> tuple[SideEvidence, ...]:
    return tuple(replace(side, position=place) for place, side in enumerate(sides, start=1))


def found(*sides: SideEvidence) -> list[tuple[str, int, int]]:
    items = catalogue(stack(*sides), CIVIL).items
    return [(item.title, item.first_position, item.last_position) for item in items]


def test_the_same_title_twice_is_two_documents() -> None:
    assert found(
        full_page(heading("民事裁定书")),
        closing_page(),
        full_page(heading("民事裁定书")),
        closing_page(),
    ) == [("民事裁定书", 1, 2), ("民事裁定书", 3, 4)]


def test_a_near_empty_tail_belongs_to_the_document_before_it() -> None:
    tail = SideEvidence(
        position=1,
        lines=(text("具状人：周明远", 0.1, x=0.6), text("2021年3月4日", 0.14, x=0.6)),
    )
    assert found(full_page(heading("民事起诉状")), tail) == [("民事起诉状", 1, 2)]


def test_a_table_prints_its_head_on_every_page() -> None:
    head = (
        heading("个人账户交易明细"),
        text("户名：周明远 账号：6222020123456789", 0.14),
        text("日期 摘要 金额 余额", 0.17),
    )
    assert found(*[full_page(*head)] * 3) == [("个人账户交易明细", 1, 3)]


def test_an_annex_stays_with_its_judgment() -> None:
    annex = SideEvidence(
        position=1,
        lines=(
            text("附：本案适用的法律条文", 0.1),
            text("第五百七十七条当事人一方不履行。", 0.14),
            text("应当承担违约责任。", 0.18),
        ),
    )
    assert found(full_page(heading("民事判决书")), closing_page(), annex) == [("民事判决书", 1, 3)]


def test_cards_of_two_persons_are_two_documents_and_two_faces_one() -> None:
    def front(name: str) -> SideEvidence:
        return SideEvidence(
            position=1,
            lines=(
                text(f"姓名 {name}", 0.3, x=0.3),
                text("出生 1980年1月1日", 0.34, x=0.3),
                text("公民身份号码 510100198001010011", 0.38, x=0.3),
            ),
        )

    back = SideEvidence(
        position=1,
        lines=(
            heading("居民身份证", 0.3),
            text("签发机关 岚川县公安局", 0.36, x=0.3),
            text("有效期限 2012.05.24-2032.05.24", 0.4, x=0.3),
        ),
    )
    spans = [(first, last) for _, first, last in found(front("周明远"), back, front("何平"), back)]
    assert spans == [(1, 2), (3, 4)]


def test_an_untitled_page_behind_a_closed_document_is_doubtful() -> None:
    loose = SideEvidence(
        position=1, lines=tuple(text("在吗下个月一定还钱", 0.2 + 0.05 * i) for i in range(6))
    )
    items = catalogue(stack(closing_page(heading("情况说明")), loose), CIVIL).items
    assert [item.first_position for item in items] == [1, 2]
    assert items[1].confidence < 0.5
    assert items[1].reason.code == "no_title"


@pytest.mark.parametrize(
    ("foot", "number"), [("- 2 -", 2), ("第3页", 3), ("2/5", 2), ("12", None), ("共9页", None)]
)
def test_the_number_a_document_prints_on_its_own_foot(foot: str, number: int | None) -> None:
    side = SideEvidence(position=1, lines=(text(foot, 0.94, x=0.48),))
    assert own_number(side) == number


def test_numbers_at_the_foot_that_run_through_the_dossier_join_nothing() -> None:
    sides = []
    for page in range(1, 31):
        side = closing_page(heading("情况说明" if page % 2 else "民事裁定书"))
        foot = text(f"- {page} -", 0.94, x=0.48)
        number = NumberCandidate(value=page, confidence=0.97, corner="bottom_center")
        sides.append(replace(side, lines=(*side.lines, foot), numbers=(number,)))
    assert len(found(*sides)) == 30


def numbered(titles: list[str]) -> tuple[SideEvidence, ...]:
    return stack(
        *[
            replace(
                closing_page(heading(title)),
                numbers=(NumberCandidate(value=page, confidence=0.97, corner="top_right"),),
            )
            for page, title in enumerate(titles, start=1)
        ]
    )


TITLES = ["立案审批表", "民事起诉状", "受理案件通知书", "传票", "借条", "民事判决书", "宣判笔录"]


def test_the_catalogue_of_another_case_is_not_believed() -> None:
    other = [
        DeclaredRow(title=title, first_page=first, last_page=first)
        for first, title in enumerate(reversed(TITLES), start=1)
        if title != "传票"
    ]
    proposal = catalogue(numbered(TITLES), CIVIL, other)
    assert [item.title for item in proposal.items] == TITLES
    assert "catalogue_of_other_papers" in {doubt.code for doubt in proposal.doubts}


def test_rows_without_pages_move_nothing() -> None:
    rows = [DeclaredRow(title=title, first_page=None) for title in TITLES]
    assert [item.title for item in catalogue(numbered(TITLES), CIVIL, rows).items] == TITLES


def test_a_title_of_two_rows_and_one_with_the_court_before_it() -> None:
    broken = closing_page(heading("告知合议庭组成", 0.08), heading("人员通知书", 0.115))
    glued = closing_page(heading("岚川县人民法院诉讼费用交纳通知书", 0.1, 0.02))
    assert [title for title, _, _ in found(broken, glued)] == [
        "告知合议庭组成人员通知书",
        "诉讼费用交纳通知书",
    ]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("退费申请表", "退费申请表"),
        ("民事利决书", "民事判决书"),
        ("营执照", "营业执照"),
        ("岚川县公安局行政处罚决定书", "行政处罚决定书"),
        ("送达回证存根", "送达回证"),
    ],
)
def test_titles_near_a_known_one(line: str, shown: str) -> None:
    match = load_lexicon().match(line)
    assert match is not None
    assert match.text == shown


def card(*texts: str) -> SideEvidence:
    lines = [
        TextLine(
            text=text, confidence=0.98, x0=0.3, y0=0.1 + 0.04 * at, x1=0.6, y1=0.12 + 0.04 * at
        )
        for at, text in enumerate(texts)
    ]
    return SideEvidence(position=1, lines=tuple(lines))


FRONT = ("姓名 李建国", "性别 男 民族 汉", "出生 1983年5月6日", "住址 云州市", "公民号码 320138")
BACK = ("中华人民共和国", "居民身份证", "签发机关 云州市公安局", "有效期限 2012.05.24-2032.05.24")


def test_a_card_on_two_pages_is_one_document_though_its_number_is_misread() -> None:
    sides = stack(closing_page(heading("授权委托书")), card(*FRONT), card(*BACK), card(*FRONT))
    proposal = catalogue(sides, CIVIL)
    assert [(item.title, item.first_position) for item in proposal.items] == [
        ("授权委托书", 1),
        ("身份证", 2),
        ("身份证", 4),
    ]


def test_a_row_of_the_catalogue_does_not_tear_a_card() -> None:
    rows = [
        DeclaredRow(title="授权委托书", first_page=1),
        DeclaredRow(title="居民身份证", first_page=None),
    ]
    sides = stack(closing_page(heading("授权委托书")), card(*FRONT), card(*BACK))
    assert len(catalogue(sides, CIVIL, rows).items) == 2


def statement_page(*heads: str) -> SideEvidence:
    rows = ("消费35400元余额26088元", "转账890元余额79964元", "现金存入七百元", "结息")
    texts = ("个人账户交易明细", *heads, *rows)
    lines = tuple(
        TextLine(
            text=text,
            confidence=0.98,
            x0=0.3,
            y0=0.1 + 0.04 * at,
            x1=0.7,
            y1=0.1 + 0.04 * at + (0.03 if at == 0 else 0.014),
        )
        for at, text in enumerate(texts)
    )
    return SideEvidence(position=1, lines=lines)


def test_a_statement_goes_on_though_a_line_of_its_head_was_not_read() -> None:
    account, columns = "户名：李建国账号：6222188330420", "日期摘要金额余额对方户名"
    proposal = catalogue(
        stack(
            statement_page(account, columns),
            statement_page(columns),
            statement_page(account, columns),
        ),
        CIVIL,
    )
    assert [item.first_position for item in proposal.items] == [1]
    other = statement_page("户名：王芳账号：4367745120998", columns, "网上支付水费一笔")
    proposal = catalogue(stack(statement_page(account, columns), other), CIVIL)
    assert [item.first_position for item in proposal.items] == [1, 2]


def test_a_card_back_is_known_by_its_title_alone() -> None:
    back = card("中华人民共和国", "居民身份证", "签机关 云州市公安局", "有效分限 2012.05.24")
    proposal = catalogue(stack(card(*FRONT), back), CIVIL)
    assert [item.first_position for item in proposal.items] == [1]


def list_page(last: str) -> SideEvidence:
    texts = ("扣押清单", "序号名称数量备注", "一借条复印件壹份", "二录音光盘壹份", last)
    lines = [
        TextLine(
            text=text,
            confidence=0.98,
            x0=0.3,
            y0=0.1 + 0.04 * at,
            x1=0.7,
            y1=0.1 + 0.04 * at + (0.03 if at == 0 else 0.014),
        )
        for at, text in enumerate(texts)
    ]
    return SideEvidence(position=1, lines=tuple(lines))


def test_a_list_that_was_signed_is_over_though_the_next_has_the_same_heads() -> None:
    signed = catalogue(stack(list_page("2021年3月4日"), list_page("2021年3月9日")), CIVIL)
    assert [item.first_position for item in signed.items] == [1, 2]
    running = catalogue(stack(list_page("三合同壹份"), list_page("2021年3月9日")), CIVIL)
    assert [item.first_position for item in running.items] == [1]


def test_a_title_in_two_rows_of_uneven_boxes() -> None:
    heights = (("法定代表", 0.1, 0.019), ("人身份证明书", 0.135, 0.0255))
    lines = [
        TextLine(text=text, confidence=0.98, x0=0.42, y0=y, x1=0.58, y1=y + height)
        for text, y, height in heights
    ]
    side = closing_page(heading("授权委托书"))
    torn = replace(side, lines=(*lines, *side.lines[1:]))
    assert [item.title for item in catalogue(stack(torn), CIVIL).items] == ["法定代表人身份证明书"]
