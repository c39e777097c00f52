"""Case numbers, dates and printed page numbers in a text tree."""

from __future__ import annotations

import pytest

from ocr.engines.digits import digit_classes, digit_strings
from ocr.engines.row_reading import RowAnswer
from ocr.fields.case_numbers import case_numbers
from ocr.fields.dates import dates
from ocr.fields.page_number_text import numbers_in_text
from ocr.fields.printed_page import printed_page
from ocr.tree import Box, Character, Line, TextTree


def tree(*lines: str | tuple[str, float]) -> TextTree:
    """A page 1000 x 1400; a line is its text, or its text and the top of its box."""
    placed = []
    for index, item in enumerate(lines):
        text, top = (item, 300.0 + 40 * index) if isinstance(item, str) else item
        step = 20.0
        placed.append(
            Line(
                text=text,
                confidence=0.95,
                box=(100.0, top, 100.0 + step * len(text), top + 30),
                characters=tuple(
                    Character(
                        text=c, confidence=0.9, box=(100 + step * i, top, 120 + step * i, top + 30)
                    )
                    for i, c in enumerate(text)
                    if not c.isspace()
                ),
            )
        )
    return TextTree(
        engine="t",
        engine_version="1",
        width=1000,
        height=1400,
        orientation=0,
        lines=tuple(placed),
    )


@pytest.mark.parametrize(
    ("line", "normal"),
    [
        ("案号：（2019）辽0882民初4866号", "（2019）辽0882民初4866号"),
        ("(2019)辽0882民初4866号民事判决", "（2019）辽0882民初4866号"),
        ("〔2019〕辽0882民 初 4866 号", "（2019）辽0882民初4866号"),
        ("（2O19）辽O882民初48l6号", "（2019）辽0882民初4816号"),
        ("(2017)沪01认台3号之一", "（2017）沪01认台3号之一"),
        ("（2020）最高法知民终12号", "（2020）最高法知民终12号"),
        ("（2014）民一终字第174号", "（2014）民一终字第174号"),
        ("（2015）沪一中民保字第7号", "（2015）沪一中民保字第7号"),
        ("(2021)京73民初15号", "（2021）京73民初15号"),
    ],
)
def test_case_numbers_in_one_form(line: str, normal: str) -> None:
    found = case_numbers(tree(line))
    assert [entry["text"] for entry in found] == [normal]
    assert 0 < found[0]["confidence"] <= 0.9


@pytest.mark.parametrize("line", ["（2019）财会5号", "（1203）辽0882民初1号", "2019年第4866号", ""])
def test_other_numbers_are_no_case_numbers(line: str) -> None:
    assert case_numbers(tree(line)) == []


def test_a_case_number_over_two_lines_and_two_on_one_line() -> None:
    found = case_numbers(
        tree("不服（2019）辽0882民", "初4866号判决", "(2020)辽08民终1号、(2020)辽08民终2号")
    )
    assert [entry["text"] for entry in found] == [
        "（2019）辽0882民初4866号",
        "（2020）辽08民终1号",
        "（2020）辽08民终2号",
    ]


def test_the_box_is_that_of_the_number_not_of_the_line() -> None:
    box: Box = tuple(case_numbers(tree("案号：（2019）辽0882民初4866号"))[0]["box"])
    assert box == (160.0, 300.0, 520.0, 330.0)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("本院于2023年5月6日立案", "2023-05-06"),
        ("二〇二三年十一月二十日", "2023-11-20"),
        ("二○二三年五月三十一日", "2023-05-31"),
        ("日期：2021-12-03", "2021-12-03"),
        ("2021.1.3", "2021-01-03"),
        ("２０２３年５月６日", "2023-05-06"),
    ],
)
def test_dates(line: str, day: str) -> None:
    assert [entry["date"] for entry in dates(tree(line))] == [day]


@pytest.mark.parametrize("line", ["2023年13月6日", "2023年2月30日", "2023年5月", "12345年6月7日"])
def test_days_of_no_calendar_are_left_out(line: str) -> None:
    assert dates(tree(line)) == []


@pytest.mark.parametrize(
    ("line", "pages"),
    [
        ("第3页 共12页", (3, 12)),
        ("第 3 页，共 12 页", (3, 12)),
        ("共12页 第3页", (3, 12)),
        ("第三页共十二页", (3, 12)),
        ("3/12", (3, 12)),
        ("- 3 -", (3, 0)),
        ("—3—", (3, 0)),
        ("第3页", (3, 0)),
        ("13/12", None),
        ("付款3/12", None),
    ],
)
def test_printed_pages(line: str, pages: tuple[int, int] | None) -> None:
    assert printed_page(tree("正文", (line, 1340.0))) == pages


def test_pages_named_in_the_text_are_not_printed_pages() -> None:
    assert printed_page(tree("见卷宗", "第3页")) is None


def test_digits_of_a_corner_count_and_those_of_the_text_do_not() -> None:
    page = tree(("12", 60.0), ("345", 700.0), ("案号12", 100.0))
    assert [number.value for number in numbers_in_text(page, 150)] == [12]


def test_rival_digits_share_the_chance() -> None:
    import numpy as np

    alphabet = ["blank", *"0123456789", "民", " "]
    frames = np.full((5, 13), 1e-6)
    frames[[0, 2, 4], 0] = 1.0
    frames[1, [2, 8]] = 0.6, 0.4
    frames[3, [4, 11]] = 0.7, 0.3

    best = frames.argmax(axis=1)
    answer = RowAnswer(
        best=best,
        chance=frames.max(axis=1).astype(np.float32),
        picked=frames[:, list(digit_classes(alphabet))].astype(np.float32),
    )
    reading = digit_strings(answer, alphabet)

    strings = dict(reading.digits)
    assert reading.text == "13"
    assert strings["13"] == pytest.approx(0.42, abs=0.01)
    assert strings["73"] == pytest.approx(0.28, abs=0.01)
    assert reading.digits[0][0] == "13"
