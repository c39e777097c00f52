"""Rows of the record that contradict each other (登记的目录自相矛盾), whatever the paper says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Any

from app.domain.ledger import Expected, Report, Row, joined

# Two short documents may share a page; more shared pages are a slip of whoever typed them.
MOST_SHARED = 1
# Fewer rows are no catalogue that could lack one.
FEWEST_ROWS = 3


def report_contradictions(
    expected: Expected, present: Collection[int], named: Collection[str], report: Report
) -> None:
    """Report rows that run backwards, stand twice or cut into each other, and documents that the
    record leaves out. Rows of the titles `named` have been reported already; `present` are the
    numbers that stand on pages."""
    rows = [row for row in expected.stated_rows if row.title not in named]
    _report_doubled(rows, report)
    single = list(dict.fromkeys(rows))
    for row in single:
        if row.first_page is not None and (row.last_page or row.first_page) < row.first_page:
            ends = (row.last_page or 0, row.first_page)
            _add(report, ends, "REC-222", title=row.title, stated=f"{ends[1]}-{ends[0]}")
    for row, other in combinations(single, 2):
        shared = _pages(row) & _pages(other)
        if len(shared) > MOST_SHARED and not _holds_the_other(row, other):
            titles = {"title": row.title, "other": other.title}
            _add(report, sorted(shared), "REC-223", **titles, shared=joined(sorted(shared)))
    _report_left_out(expected, present, report)


def _report_doubled(rows: Sequence[Row], report: Report) -> None:
    """One cause, however many rows were typed or pasted twice."""
    doubled = [row for row, count in Counter(rows).items() if count > 1 and row.last_page]
    if doubled:
        _add(report, (), "REC-221", count=len(doubled), title=doubled[0].title)


def _report_left_out(expected: Expected, present: Collection[int], report: Report) -> None:
    """A document that the paper catalogue has, or whose title stands on its page, where the record
    has no row at all."""
    stated = expected.stated_rows
    if len(stated) < FEWEST_ROWS or any(row.last_page is None for row in stated):
        return  # a row without its last page covers what follows it
    covered = set().union(*(_pages(row) for row in stated))
    disturbed = report.disturbed()
    for row in expected.paper_rows or [row for row in expected.found_rows if row.certain]:
        pages = _pages(row) or {row.first_page or 0}
        if pages <= set(present) and not pages & (covered | disturbed):
            _add(report, sorted(pages), "REC-224", title=row.title, pages=joined(sorted(pages)))
            covered |= pages


def _pages(row: Row) -> set[int]:
    if row.first_page is None or row.last_page is None:
        return set()
    return set(range(row.first_page, row.last_page + 1))


def _holds_the_other(row: Row, other: Row) -> bool:
    """Catalogues have rows for a whole and for its parts: 证据 5-9, 合同 5-7."""
    pages, others = _pages(row), _pages(other)
    return pages <= others or others <= pages


def _add(report: Report, numbers: Sequence[int], code: str, **parameters: Any) -> None:
    report.add("catalogue_mismatch", [], numbers, 0.8, code, **parameters)
