"""Amounts, parties and the honest confidence of lines with figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from ocr.confidence import calibrated, grammar_of_figures, line_confidence
from ocr.fields.amounts import amounts
from ocr.fields.chinese_amounts import chinese_amount
from ocr.fields.fields import fields_of
from ocr.fields.identity_numbers import credit_code_holds, identity_number_holds
from ocr.fields.parties import parties
from ocr.tree import Box, Character, Line, TextTree


def line(text: str, top: float = 100.0, left: float = 100.0, weak: str = "") -> Line:
    """A line of characters 20 wide and 30 high; the first of `weak` is read at 0.6."""
    characters = [
        Character(text=c, confidence=0.99, box=(left + 20 * i, top, left + 20 * i + 20, top + 30))
        for i, c in enumerate(text)
        if not c.isspace()
    ]
    if weak:
        place = next(i for i, c in enumerate(characters) if c.text == weak)
        characters[place] = replace(characters[place], confidence=0.6)
    box: Box = (left, top, left + 20 * len(text), top + 30)
    return Line(text=text, confidence=0.98, box=box, characters=tuple(characters))


def page(*lines: Line | str) -> TextTree:
    placed = tuple(
        line(item, 100.0 + 50 * index) if isinstance(item, str) else item
        for index, item in enumerate(lines)
    )
    return TextTree(
        engine="t", engine_version="1", width=1200, height=1600, orientation=0, lines=placed
    )


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("叁拾万元整", "300000"),
        ("伍万贰仟伍佰元整", "52500"),
        ("壹佰贰拾叁元肆角伍分", "123.45"),
        ("壹仟零伍元整", "1005"),
        ("壹亿零叁佰万元正", "103000000"),
        ("拾万元", "100000"),
        ("三万五千元", "35000"),
        ("贰拾圆零伍分", "20.05"),
        ("伍角", None),
        ("佰叁元", None),
        ("叁伍元整", None),
        ("叁拾仟元整", None),
        ("万元", None),
    ],
)
def test_sums_in_characters(text: str, yuan: str | None) -> None:
    assert chinese_amount(text) == (None if yuan is None else Decimal(yuan))


def test_figures_and_characters_that_agree_are_surer() -> None:
    found = amounts(page("借款人民币300000元（大写：叁拾万", "元整），另付利息¥1,250.50。"))
    assert [(entry["value"], entry["check"]) for entry in found] == [
        ("300000.00", "agrees"),
        ("300000.00", "agrees"),
        ("1250.50", ""),
    ]
    assert found[0]["confidence"] > 0.99 >= found[2]["confidence"]
    assert found[1]["line"] == 0 and found[2]["line"] == 1
    assert found[0]["box"][0] < found[1]["box"][0]


def test_figures_and_characters_that_contradict_are_marked_and_doubtful() -> None:
    found = amounts(page("货款人民币伍万贰仟伍佰元整（小写：¥52800.00）"))
    assert [(entry["value"], entry["check"]) for entry in found] == [
        ("52500.00", "contradicts"),
        ("52800.00", "contradicts"),
    ]
    assert all(entry["confidence"] < 0.5 for entry in found)


def test_sums_that_only_stand_near_are_not_compared() -> None:
    found = amounts(page("支付300元；利息叁拾元整", "本金2.5万元，共计3件"))
    assert [(entry["value"], entry["check"]) for entry in found] == [
        ("300.00", ""),
        ("30.00", ""),
        ("25000.00", ""),
    ]


def test_parties_by_role() -> None:
    found = parties(
        page(
            "原告：张某某，男，1980年2月3日出生，住某某市。",
            "法定代表人：李某，该公司总经理。",
            "委托诉讼代理人：王某，某某律师事务所律师。",
            "被告（反诉原告）：某某市纺织品有限公司，住所地某某市",
            "公诉机关：某某市人民检察院。",
            "被告人：赵某，无业。",
            "原告与被告系同村邻居。",
        )
    )
    assert [(entry["role"], entry["value"]) for entry in found] == [
        ("原告", "张某某"),
        ("法定代表人", "李某"),
        ("委托诉讼代理人", "王某"),
        ("被告", "某某市纺织品有限公司"),
        ("公诉机关", "某某市人民检察院"),
        ("被告人", "赵某"),
    ]
    first = found[0]
    assert first["line"] == 0 and first["box"] == [160.0, 100.0, 220.0, 130.0]
    assert set(first) >= {"value", "text", "confidence", "box", "line"}


def test_a_name_in_the_cell_beside_its_role() -> None:
    found = parties(
        page(line("原告", 100), line("纪某丽", 102, 300), line("案由", 200), line("被告", 300))
    )
    assert [(entry["role"], entry["value"]) for entry in found] == [("原告", "纪某丽")]
    assert 0.85 < found[0]["confidence"] < 0.99


def test_every_field_tells_value_place_and_confidence() -> None:
    fields = fields_of(
        page("（2023）辽0882民初1234号", "原告：张某，2023年5月6日借款52500元。"), ()
    )
    assert [len(fields[name]) for name in ("case_numbers", "dates", "amounts", "parties")] == [
        1,
        1,
        1,
        1,
    ]
    for entries in fields.values():
        for entry in entries:
            assert {"value", "text", "confidence", "box", "line"} <= set(entry)


def test_a_line_is_no_surer_than_its_weakest_figure() -> None:
    # Doubt about a figure counts twice.
    assert line_confidence(line("支付货款52500元", weak="5")) == pytest.approx(0.2)
    assert line_confidence(line("支付货款52500元", weak="货")) == pytest.approx(0.98)
    assert line_confidence(line("双方签字确认", weak="字")) == 1.0


def test_a_sign_beside_a_figure_may_be_a_digit_read_wrong() -> None:
    assert line_confidence(line("年利率14.4T%", weak="T")) == pytest.approx(0.2)
    assert line_confidence(line("共计T228.80元", weak="T")) == pytest.approx(0.2)


def test_a_number_broken_over_two_lines_is_checked_as_one() -> None:
    above = line("公民身份号码1101051949", 100, left=500)
    below = line("1231002X，住本市", 140, left=100)
    wrong = line("1231003X，住本市", 140, left=100)

    def sure(*lines: Line) -> list[bool]:
        blank = np.full((300, 1200, 3), 250, dtype=np.uint8)
        return [found.confidence > 0.95 for found in calibrated(page(*lines), blank).lines]

    assert sure(above, below) == [True, True]
    assert sure(above, wrong)[0] is False
    assert sure(above)[0] is False
    # What stands in another column is not the rest of it.
    assert sure(above, line("1231002X，住本市", 140, left=900))[0] is False


def test_a_day_broken_over_two_lines_is_a_day() -> None:
    lines = (line("于1", 100, left=800), line("963年9月28日立案", 140, left=100))
    assert line_confidence(lines[1]) < 0.6
    assert line_confidence(lines[1], before=lines[0]) > 0.95


@pytest.mark.parametrize(
    ("text", "believed"),
    [
        ("公民身份号码11010519491231002X", True),
        ("公民身份号码110105194912310021", False),
        ("公民身份号码1101051949123100", False),
        ("账号6222021234567890123", True),
        ("统一社会信用代码：91350100M000100Y43", True),
        ("统一社会信用代码：91350100M000100Y44", False),
        ("统一社会信用代码：91350100M000I00Y43", False),
        ("统一社会信用代码91350100M000100Y4", False),
        ("于2023年2月28日立案", True),
        ("于2023年2月30日立案", False),
        ("于203年2月3日立案", False),
        ("2021-13-03转出", False),
        ("账户于2019-06转出3509元", False),
        ("共计11,511.00元", True),
        ("共计11,51.00元", False),
        ("电话13901234567", True),
        ("电话1390123456", False),
        ("（2023）辽0882民初1234号", True),
        ("（2024+输1746初)民初4073号", False),
        ("房号5O2室", False),
        ("公民身份号码45372±2009T1062177", False),
        ("2单元26+室", False),
        ("共3x5米", True),
        ("高速公路K1629+150米处", True),
        ("20号楼↑单元1655室", False),
    ],
)
def test_figures_that_contradict_themselves_are_not_believed(text: str, believed: bool) -> None:
    from ocr.confidence import half_width

    assert (grammar_of_figures(half_width(text)) > 0.95) is believed


def test_ink_between_figures_that_was_not_read_is_noticed() -> None:
    pixels = np.full((300, 800, 3), 250, dtype=np.uint8)
    short = line("12345678")
    gapped = replace(
        short,
        characters=tuple(c for i, c in enumerate(short.characters) if i not in (3, 4)),
        text="125678",
    )
    clean = calibrated(page(gapped), pixels).lines[0].confidence
    pixels[104:126, 165:195] = 30
    inked = calibrated(page(gapped), pixels).lines[0].confidence
    assert clean > 0.95
    assert inked < 0.7


def test_check_digits_of_numbers() -> None:
    assert identity_number_holds("11010519491231002X")
    assert not identity_number_holds("110105194912310021")
    assert not identity_number_holds("11010519491331002X")
    assert credit_code_holds("91350100M000100Y43")
    assert not credit_code_holds("91350100M000100Y44")
