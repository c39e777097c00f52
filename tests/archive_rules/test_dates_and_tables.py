"""Dates of documents and the 卷内目录 read as a table."""

from __future__ import annotations

import datetime

import pytest

from archive_rules.api import DeclaredRow, SideEvidence, TextLine
from archive_rules.dates import FoundDate, find_dates, find_document_date, years_of
from archive_rules.paper_catalogue import find_columns, read_catalogue
from archive_rules.roles import declared_count
from archive_rules.rows import PageText, page_text


def line(text: str, x0: float, y0: float, x1: float | None = None) -> TextLine:
    right = x1 if x1 is not None else min(1.0, x0 + 0.02 * len(text))
    return TextLine(text=text, confidence=0.98, x0=x0, y0=y0, x1=right, y1=y0 + 0.016)


def page(*lines: TextLine) -> PageText:
    return page_text(SideEvidence(position=1, lines=lines))


def document_date(pages: list[PageText], *, record: bool = False) -> datetime.date | None:
    found = find_document_date(pages, record=record)
    return found.date if found is not None else None


def find_dates_of_record(text: str) -> FoundDate | None:
    return find_document_date([page(line(text, 0.12, 0.2))], record=True)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("二〇一九年五月六日", (2019, 5, 6)),
        ("二○二〇年十二月三十一日", (2020, 12, 31)),
        ("2019年5月6日", (2019, 5, 6)),
        ("2019-05-06", (2019, 5, 6)),
        ("2019年13月6日", None),
    ],
)
def test_ways_of_writing_a_date(text: str, date: tuple[int, int, int] | None) -> None:
    found = find_dates(text)
    assert [item[0] for item in found] == ([datetime.date(*date)] if date else [])


def test_the_date_that_signs_counts_not_one_that_is_told() -> None:
    told = page(
        line(
            "被告于2018年3月4日向原告借款，双方约定还款期限为一年，至今尚未归还借款。",
            0.12,
            0.2,
            0.88,
        ),
        line("具状人：某某", 0.6, 0.5),
        line("2019年5月6日", 0.62, 0.55),
    )
    assert document_date([told]) == datetime.date(2019, 5, 6)


def test_the_end_of_a_sentence_is_no_signature() -> None:
    wrapped = page(
        line("原告与被告签订的房屋租赁合同约定租赁期限五年，起算之日为", 0.12, 0.2, 0.88),
        line("2017年10月31日", 0.12, 0.23),
    )
    assert document_date([wrapped]) is None


def test_a_record_has_the_time_at_its_head() -> None:
    record = page(line("时间：2019年5月6日上午九时", 0.12, 0.2), line("2019年5月8日", 0.6, 0.8))
    assert document_date([record], record=True) == datetime.date(2019, 5, 6)
    assert document_date([record]) == datetime.date(2019, 5, 8)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("时间：2025年10法19日上午9时", (2025, 10, 19)),
        ("时间：2军19年3月8日上午9时", (2019, 3, 8)),
        ("间：2020年4月12日下午", (2020, 4, 12)),
    ],
)
def test_a_character_of_the_time_of_a_record_misread(text: str, date: tuple[int, int, int]) -> None:
    found = find_dates_of_record(text)
    assert found is not None
    assert (found.date, found.code) == (datetime.date(*date), "date_mended")
    assert found.confidence < 0.75


@pytest.mark.parametrize("text", ["2020年说2月26日", "二〇一九年三月去七日", "2023年10月1个日"])
def test_a_character_that_may_have_been_a_figure_makes_no_date(text: str) -> None:
    assert document_date([page(line("特此证明。", 0.12, 0.5), line(text, 0.6, 0.6))]) is None


def test_a_figure_of_the_century_misread() -> None:
    assert document_date([page(line("同025年6月7日", 0.6, 0.6))]) == datetime.date(2025, 6, 7)
    assert document_date([page(line("二生二〇年六月七日", 0.6, 0.6))]) == datetime.date(2020, 6, 7)


def test_when_a_case_was_filed_is_no_date_of_its_form() -> None:
    form = page(line("收案日期", 0.12, 0.3), line("2019年5月6日", 0.36, 0.3))
    assert document_date([form]) is None


def test_a_day_told_in_a_sentence_signs_nothing() -> None:
    told = "当事人应当如实陈述，不得隐匿证据，该公司于2024年12月28日办"
    assert document_date([page(line(told, 0.12, 0.5), line("理注销登记。", 0.12, 0.53))]) is None


def test_the_validity_of_a_card_is_not_its_date() -> None:
    card = page(line("有效期限", 0.12, 0.3), line("2017.05.24-2037.05.24", 0.3, 0.3))
    assert document_date([card]) is None


def test_a_cell_of_a_form_behind_its_label() -> None:
    form = page(
        line("某某", 0.38, 0.48), line("收到时间", 0.55, 0.48), line("2022年12月9日", 0.7, 0.48)
    )
    assert document_date([form]) == datetime.date(2022, 12, 9)


def table(*rows: tuple[str, str, str]) -> tuple[TextLine, ...]:
    lines = [line("序号", 0.12, 0.2), line("文书名称", 0.35, 0.2), line("页次", 0.75, 0.2)]
    for index, (ordinal, title, pages) in enumerate(rows, start=1):
        y0 = 0.2 + 0.04 * index
        lines += [
            line(text, x0, y0)
            for text, x0 in ((ordinal, 0.13), (title, 0.3), (pages, 0.75))
            if text
        ]
    return tuple(lines)


def test_rows_of_the_paper_catalogue() -> None:
    read = read_catalogue(
        [
            page(
                *table(
                    ("1", "立案审批表", "1"),
                    ("2", "民事起诉状", "2-3"),
                    ("3", "受理案件通知书、应诉通知书", "4—6"),
                    ("", "及送达回证", ""),
                    ("4", "民事判决书(正本)", "7至9"),
                )
            )
        ]
    )
    assert read == (
        DeclaredRow(title="立案审批表", first_page=1),
        DeclaredRow(title="民事起诉状", first_page=2, last_page=3),
        DeclaredRow(title="受理案件通知书、应诉通知书及送达回证", first_page=4, last_page=6),
        DeclaredRow(title="民事判决书（正本）", first_page=7, last_page=9),
    )


def test_a_last_page_that_cannot_be_read() -> None:
    rows = (("1", "立案审批表", "1"), ("2", "民事调解书", "95-天9"), ("3", "送达回证", "100"))
    read = read_catalogue([page(*table(*rows))])
    assert read[1] == DeclaredRow(title="民事调解书", first_page=95)


def test_rows_read_as_one_line() -> None:
    read = read_catalogue(
        [page(line("1 立案审批表 1-1", 0.1, 0.2), line("2民事起诉状2-3", 0.1, 0.25))]
    )
    assert [(row.title, row.first_page, row.last_page) for row in read] == [
        ("立案审批表", 1, 1),
        ("民事起诉状", 2, 3),
    ]


def test_a_list_of_evidence_is_no_dossier_catalogue() -> None:
    listing = page(line("序号", 0.12, 0.2), line("证据名称", 0.3, 0.2), line("页码", 0.8, 0.2))
    assert find_columns(listing) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("本卷共36页。", 36),
        ("本卷宗共计三十六页", 36),
        ("本卷内共有文书材料二十件，叁拾陆页", 36),
        ("本案卷共 1 册 36 页", 36),
        ("共三十六页", 36),
        ("卷内文书齐全", None),
    ],
)
def test_the_count_on_the_remarks(text: str, count: int | None) -> None:
    assert declared_count(page(line(text, 0.2, 0.3))) == count


@pytest.mark.parametrize(
    ("text", "years", "date"),
    [
        ("20下3年6月21日", {2022, 2023}, (2023, 6, 21)),
        ("〇一八年九月二十六日", {2018}, (2018, 9, 26)),
        ("203年12月28日", {2023}, (2023, 12, 28)),
        # Two years fit, or none does: no guess.
        ("202前年8月20日", {2022, 2023}, None),
        ("20下3年6月21日", {2018}, None),
        ("20下3年6月21日", set(), None),
        # A year that can be read is never changed; a month that cannot is never guessed.
        ("2019年6月21日", {2018}, (2019, 6, 21)),
        ("2023年起月5日", {2023}, None),
    ],
)
def test_a_misread_year_is_that_of_the_dossier_which_fits(
    text: str, years: set[int], date: tuple[int, int, int] | None
) -> None:
    found = find_document_date(
        [page(line("特此证明。", 0.12, 0.5), line(text, 0.6, 0.6))], years=years
    )
    assert (found.date if found else None) == (datetime.date(*date) if date else None)
    if found is not None and "2019" not in text:
        assert (found.code, found.confidence) == ("date_mended", 0.6)


def test_the_misread_year_of_a_record() -> None:
    head = page(line("时间：202下年8月18日上午9时", 0.12, 0.2))
    found = find_document_date([head], record=True, years={2020})
    assert found is not None
    assert (found.date, found.code) == (datetime.date(2020, 8, 18), "date_mended")


def test_years_of_a_dossier_are_those_of_several_papers() -> None:
    sure = FoundDate(date=datetime.date(2020, 1, 2), confidence=0.95, code="date_signed", line="")
    once = FoundDate(date=datetime.date(2017, 1, 2), confidence=0.95, code="date_signed", line="")
    unsure = FoundDate(date=datetime.date(2018, 1, 2), confidence=0.6, code="date_mended", line="")
    assert years_of([sure, None, sure, once, unsure, unsure]) == {2020}


def test_a_year_without_its_word_is_read() -> None:
    assert document_date([page(line("20197月11日", 0.6, 0.6))]) == datetime.date(2019, 7, 11)
    assert document_date([page(line("二〇二〇四月三日", 0.6, 0.6))]) == datetime.date(2020, 4, 3)


@pytest.mark.parametrize("text", ["2022年三月26日", "二〇一九年二月一十三日"])
def test_a_day_as_nobody_writes_it_is_unsure(text: str) -> None:
    found = find_document_date([page(line("特此证明。", 0.12, 0.5), line(text, 0.6, 0.6))])
    assert found is not None
    assert found.confidence < 0.75


def test_a_cut_sentence_in_a_form_signs_nothing() -> None:
    assert (
        document_date([page(line("电话", 0.12, 0.5), line("吕海佳陈述称其于2021年8月1", 0.3, 0.5))])
        is None
    )
