"""The pages in a 卷内目录 that hands corrected: struck, written anew, squeezed in between."""

from __future__ import annotations

import pytest

from archive_rules.api import DeclaredRow, SideEvidence, TextLine
from archive_rules.page_cells import choose, readings
from archive_rules.paper_catalogue import read_catalogue
from archive_rules.rows import page_text


def line(text: str, x0: float, y0: float, height: float = 0.014) -> TextLine:
    right = x0 + 0.011 * len(text) * (1 if text.isascii() else 1.5)
    return TextLine(text=text, confidence=0.95, x0=x0, y0=y0, x1=right, y1=y0 + height)


def read(*lines: TextLine) -> list[tuple[str, int | None, int | None]]:
    heads = (line("序号", 0.1, 0.15), line("文书名称", 0.32, 0.15), line("页次", 0.76, 0.15))
    page = page_text(SideEvidence(position=1, lines=(*heads, *lines)))
    return [(row.title, row.first_page, row.last_page) for row in read_catalogue([page])]


def row(ordinal: int, title: str, y0: float, *cells: TextLine) -> tuple[TextLine, ...]:
    return (line(str(ordinal), 0.115, y0), line(title, 0.2, y0), *cells)


def chosen(*cells: list[str]) -> list[tuple[int | None, int | None]]:
    return [(pages.first, pages.last) for pages in choose([readings(cell) for cell in cells])]


def test_pages_written_beside_struck_ones_count() -> None:
    assert read(
        *row(1, "立案审批表", 0.2, line("1-2", 0.76, 0.2)),
        *row(2, "民事起诉状", 0.23, line("3-5", 0.735, 0.23), line("3-6", 0.8, 0.228)),
        *row(3, "应诉通知书", 0.26, line("6-7", 0.735, 0.26), line("7-8", 0.8, 0.258)),
    ) == [("立案审批表", 1, 2), ("民事起诉状", 3, 6), ("应诉通知书", 7, 8)]


def test_pages_written_above_struck_ones_count() -> None:
    assert read(
        *row(1, "立案审批表", 0.2, line("1-2", 0.76, 0.2)),
        line("3-6", 0.765, 0.2185, 0.01),
        *row(2, "民事起诉状", 0.231, line("3-5", 0.76, 0.231)),
        line("7-8", 0.765, 0.2495, 0.01),
        *row(3, "应诉通知书", 0.262, line("+-7", 0.76, 0.262)),
    ) == [("立案审批表", 1, 2), ("民事起诉状", 3, 6), ("应诉通知书", 7, 8)]


def test_a_row_squeezed_in_is_a_row() -> None:
    assert read(
        *row(1, "立案审批表", 0.2, line("1-2", 0.76, 0.2)),
        line("收条", 0.21, 0.217),
        line("3", 0.76, 0.217),
        *row(2, "应诉通知书", 0.237, line("4-5", 0.76, 0.237)),
    ) == [("立案审批表", 1, 2), ("收条", 3, None), ("应诉通知书", 4, 5)]


def test_a_row_whose_title_was_not_read_is_none() -> None:
    found = read(
        *row(1, "立案审批表", 0.2, line("1-2", 0.76, 0.2)),
        line("2", 0.115, 0.23),
        line("3-5", 0.735, 0.23),
        line("3-6", 0.8, 0.228),
    )
    assert found == [("立案审批表", 1, 2)]


def test_a_misread_ordinal_is_no_part_of_the_title() -> None:
    found = read(
        *row(1, "立案审批表", 0.2, line("1-2", 0.76, 0.2)),
        line("后1", 0.11, 0.23),
        line("民事起诉状", 0.2, 0.23),
        line("3-6", 0.76, 0.23),
    )
    assert found == [("立案审批表", 1, 2), ("民事起诉状", 3, 6)]


@pytest.mark.parametrize(
    ("cells", "pages"),
    [
        ([["1-2"], ["35-36"], ["5-6"], ["7"]], [(1, 2), (None, None), (5, 6), (7, None)]),
        ([["1-2"], ["2-34"], ["5-6"]], [(1, 2), (None, None), (5, 6)]),
        ([["1-2"], ["3-53-4"], ["5-6"]], [(1, 2), (3, 4), (5, 6)]),
        ([["8-9"], ["进-11"], ["12-13"]], [(8, 9), (10, 11), (12, 13)]),
        ([["8-9"], ["10-天"], ["12-13"]], [(8, 9), (10, None), (12, 13)]),
        ([["8-9"], [], ["12-13"]], [(8, 9), (None, None), (12, 13)]),
        ([["8"], ["9"], ["12"]], [(8, None), (9, None), (12, None)]),
        ([], []),
    ],
)
def test_of_several_readings_that_which_goes_on(
    cells: list[list[str]], pages: list[tuple[int | None, int | None]]
) -> None:
    assert chosen(*cells) == pages


def test_a_catalogue_of_first_pages_alone_is_read_as_it_stands() -> None:
    rows = [DeclaredRow(title=f"证明{n}", first_page=n) for n in (1, 4, 5, 9)]
    assert chosen(*[[str(row.first_page)] for row in rows]) == [(n, None) for n in (1, 4, 5, 9)]


def test_two_titles_without_pages_or_ordinal_are_two_rows() -> None:
    found = read(
        *row(1, "立案审批表", 0.2),
        line("应诉通知书", 0.2, 0.23),
        line("4-5", 0.76, 0.23),
    )
    assert found == [("立案审批表", None, None), ("应诉通知书", 4, 5)]


def test_a_title_in_two_lines_is_one_row() -> None:
    found = read(
        *row(1, "变更合议庭组成人员", 0.2),
        line("通知书", 0.2, 0.22),
        line("4-5", 0.76, 0.22),
    )
    assert found == [("变更合议庭组成人员通知书", 4, 5)]
