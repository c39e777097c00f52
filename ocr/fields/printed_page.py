"""Page numbers printed by whoever wrote the document: 第 x 页 共 y 页, x/y, - 3 -.

They count pages of one document and never stand for the number of the dossier.
"""

from __future__ import annotations

import re

from ocr.fields.chinese_digits import NUMBER_CHARACTERS, counted
from ocr.fields.plain_text import searchable
from ocr.tree import Line, TextTree

_N = rf"([0-9]{{1,4}}|[{NUMBER_CHARACTERS}]{{1,4}})"
_WITH_TOTAL = (
    re.compile(rf"第\s*{_N}\s*[页頁][\s,,、/(]*(?:共|总计|计)\s*{_N}\s*[页頁]"),
    re.compile(r"^\s*(?:第)?\s*([0-9]{1,4})\s*[页頁]?\s*/\s*(?:共)?\s*([0-9]{1,4})\s*[页頁]?\s*$"),
)
_TOTAL_FIRST = re.compile(rf"共\s*{_N}\s*[页頁][\s,,、/(]*第\s*{_N}\s*[页頁]")
_ALONE = (
    re.compile(rf"^\s*第\s*{_N}\s*[页頁]\s*$"),
    re.compile(r"^\s*[-—–一~]\s*([0-9]{1,4})\s*[-—–一~]\s*$"),
)
_EDGE = 0.12


def printed_page(tree: TextTree) -> tuple[int, int] | None:
    """(page, total) as printed on the page, total 0 when only the page is printed; else None.

    Looked for in the upper and lower eighth only, because a text may speak of pages.
    """
    for line in _at_the_edges(tree):
        text = searchable(line.text)
        match = _WITH_TOTAL[0].search(text)
        if match:
            return _pair(match[1], match[2])
        match = _TOTAL_FIRST.search(text)
        if match:
            return _pair(match[2], match[1])
        match = _WITH_TOTAL[1].match(text)
        if match:
            return _pair(match[1], match[2])
    for line in _at_the_edges(tree):
        text = searchable(line.text)
        for pattern in _ALONE:
            match = pattern.match(text)
            if match:
                page = counted(match[1])
                return None if not page else (page, 0)
    return None


def _at_the_edges(tree: TextTree) -> list[Line]:
    low, high = tree.height * _EDGE, tree.height * (1 - _EDGE)
    return [line for line in tree.lines if line.box[1] > high or line.box[3] < low]


def _pair(page: str, total: str) -> tuple[int, int] | None:
    first, last = counted(page), counted(total)
    if first is None or last is None or not 1 <= first <= last:
        return None
    return (first, last)
