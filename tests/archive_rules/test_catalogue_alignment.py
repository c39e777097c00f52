"""Catalogues whose pages slipped: recognised by the order of the titles, and told."""

from __future__ import annotations

import itertools

import pytest

from archive_rules.alignment import Slip, align
from archive_rules.api import DeclaredRow, NumberCandidate, SideEvidence, TextLine
from archive_rules.cataloguing import catalogue
from archive_rules.declared import Declaration, corrected_title, read_declarations
from archive_rules.lexicon import load_lexicon
from archive_rules.rows import page_text
from archive_rules.templates import load_template
from archive_rules.titles import PageTitle, find_title

TEMPLATE = load_template("civil_first")
LEXICON = load_lexicon()
# Title and length of each document, as it lies in the dossier.
PAPERS = (
    ("立案审批表", 1),
    ("民事起诉状", 3),
    ("受理案件通知书", 1),
    ("应诉通知书", 2),
    ("举证通知书", 2),
    ("授权委托书", 1),
    ("民事答辩状", 2),
    ("开庭传票", 1),
    ("庭审笔录", 4),
    ("民事判决书", 5),
    ("送达回证", 1),
)
Rows = list[DeclaredRow]


def pages_of_papers() -> list[tuple[int, str]]:
    """For each page the place of its document and the title on it, empty on later pages."""
    return [
        (place, title if page == 0 else "")
        for place, (title, length) in enumerate(PAPERS)
        for page in range(length)
    ]


def right_rows() -> Rows:
    rows: Rows = []
    page = 1
    for title, length in PAPERS:
        rows.append(DeclaredRow(title=title, first_page=page, last_page=page + length - 1))
        page += length
    return rows


def moved(row: DeclaredRow, by: int) -> DeclaredRow:
    return DeclaredRow(
        title=row.title, first_page=(row.first_page or 0) + by, last_page=(row.last_page or 0) + by
    )


def page_lines(text: str) -> tuple[TextLine, ...]:
    lines = [TextLine(text=text, confidence=0.99, x0=0.4, y0=0.1, x1=0.6, y1=0.13)] if text else []
    for index in range(18):
        y = 0.2 + index * 0.035
        told = "双方就上述事项各自陈述了意见，并表示愿意继续协商处理本案"
        lines.append(TextLine(text=told, confidence=0.99, x0=0.12, y0=y, x1=0.86, y1=y + 0.015))
    return tuple(lines)


def title_page(text: str) -> PageTitle | None:
    return find_title(page_text(SideEvidence(position=1, lines=page_lines(text))), LEXICON)


def aligned(rows: Rows) -> tuple[tuple[Declaration, ...], tuple[Slip, ...]]:
    pages = pages_of_papers()
    return align(
        read_declarations(rows, LEXICON, recognised=True),
        list(range(1, len(pages) + 1)),
        [title_page(title) for _, title in pages],
        TEMPLATE,
    )


def pages_said(declarations: tuple[Declaration, ...]) -> list[tuple[int | None, int | None]]:
    return [(item.row.first_page, item.last_page) for item in declarations]


RIGHT = [(row.first_page, row.last_page) for row in right_rows()]


def test_a_right_catalogue_is_left_alone() -> None:
    found, slips = aligned(right_rows())
    assert slips == ()
    assert pages_said(found) == RIGHT


def test_pages_one_too_high_from_some_row_on() -> None:
    rows = right_rows()
    found, slips = aligned([*rows[:5], *(moved(row, 1) for row in rows[5:])])
    assert slips == (Slip(first_row=6, last_row=11, pages=1),)
    assert pages_said(found) == RIGHT


def test_all_pages_two_too_low() -> None:
    found, slips = aligned([moved(row, 2) for row in right_rows()])
    assert slips == (Slip(first_row=1, last_row=11, pages=2),)
    assert pages_said(found) == RIGHT


def test_pages_that_stand_a_row_too_low() -> None:
    rows = right_rows()
    slipped = [
        rows[0],
        *(
            DeclaredRow(title=row.title, first_page=above.first_page, last_page=above.last_page)
            for above, row in itertools.pairwise(rows)
        ),
    ]
    found, slips = aligned(slipped)
    assert [(slip.pages, slip.rows) for slip in slips] == [(0, 1)]
    # The pages of the last row stand nowhere.
    assert pages_said(found)[1:-1] == RIGHT[1:-1]
    assert found[-1].row.first_page is None


def test_one_misprint_is_no_slip() -> None:
    rows = right_rows()
    rows[8] = moved(rows[8], 1)
    assert aligned(rows)[1] == ()


def test_titles_of_another_case_tell_of_no_slip() -> None:
    titles = [row.title for row in right_rows()]
    foreign = [
        DeclaredRow(title=title, first_page=row.first_page, last_page=row.last_page)
        for title, row in zip(titles[::-1], right_rows(), strict=True)
    ]
    assert aligned(foreign)[1] == ()


def test_no_rows_and_no_pages() -> None:
    assert align((), (), (), TEMPLATE) == ((), ())
    assert aligned([DeclaredRow(title="民事起诉状", first_page=None)])[1] == ()


def test_a_slip_is_a_finding_and_moves_no_document() -> None:
    sides = [
        SideEvidence(
            position=page,
            lines=page_lines(title),
            numbers=(NumberCandidate(value=page, confidence=0.97, corner="top_right"),),
        )
        for page, (_, title) in enumerate(pages_of_papers(), start=1)
    ]
    rows = right_rows()
    proposal = catalogue(
        sides, TEMPLATE, [*rows[:4], *(moved(row, 1) for row in rows[4:])], "（2024）云0102民初18号"
    )
    assert [(item.first_page, item.last_page) for item in proposal.items] == RIGHT
    assert [doubt.parameters for doubt in proposal.doubts] == [
        {"from": 5, "to": 11, "title": "举证通知书", "by": 1}
    ]
    assert proposal.doubts[0].code == "catalogue_pages_slipped"


@pytest.mark.parametrize(
    ("written", "printed", "title"),
    [
        # A catalogue may have other words than the heading; those stand.
        ("审委会记录", "审判委员会讨论案件记录", "审委会记录"),
        ("银行交易明细", "账户交易明细", "银行交易明细"),
        ("谈话笔", "谈话笔录（第一次）", "谈话笔录（第一次）"),
        # Nothing on the page is surer than a row that is read exactly.
        ("民事起诉状", "", "民事起诉状"),
        # Of a title in two rows only the second was seen.
        ("告知合议庭组成人员通知书", "通知书", "告知合议庭组成人员通知书"),
    ],
)
def test_the_words_of_the_catalogue_stand_and_what_was_misread_is_mended(
    written: str, printed: str, title: str
) -> None:
    rows = read_declarations([DeclaredRow(title=written, first_page=1)], LEXICON, recognised=True)
    assert corrected_title(rows[0], title_page(printed)) == title


def test_a_row_that_was_not_read_is_no_title() -> None:
    sides = [
        SideEvidence(
            position=page,
            lines=page_lines(title),
            numbers=(NumberCandidate(value=page, confidence=0.97, corner="top_right"),),
        )
        for page, (_, title) in enumerate(pages_of_papers(), start=2)
    ]
    heads = [("卷内目录", 0.4, 0.1), ("序号", 0.1, 0.15), ("文书名称", 0.32, 0.15)]
    cells = [*heads, ("页次", 0.76, 0.15)]
    for place, row in enumerate(right_rows()):
        y = 0.2 + 0.03 * place
        shown = "一十1然" if row.title == "庭审笔录" else row.title
        span = f"{(row.first_page or 0) + 1}-{(row.last_page or 0) + 1}"
        cells += [(str(place + 1), 0.115, y), (shown, 0.2, y), (span, 0.76, y)]
    lines = tuple(
        TextLine(text=text, confidence=0.95, x0=x, y0=y, x1=x + 0.014 * len(text), y1=y + 0.014)
        for text, x, y in cells
    )
    proposal = catalogue([SideEvidence(position=1, lines=lines), *sides], TEMPLATE)
    assert [item.title for item in proposal.items] == [title for title, _ in PAPERS]
    torn = next(item for item in proposal.items if item.title == "庭审笔录")
    assert torn.reason.code == "title_differs"
    assert torn.confidence < 0.75
