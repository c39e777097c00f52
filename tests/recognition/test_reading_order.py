"""Reading order of drawn pages: tables, columns, vertical and turned text, folded sheets."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.engines.layout import arranged
from ocr.engines.reading_order import in_reading_order, order_of_cells
from ocr.recognition import recognise
from ocr.tree import DOWN, STAMP, TURNED, Box, Line, TextTree
from scanner.paper.fonts import load_font
from tests.recognition.conftest import DPI, PER_MM, DrawnPage

SENTENCES = (
    "原告张某与被告李某买卖合同纠纷一案",
    "本院立案后依法适用简易程序公开审理",
    "委托诉讼代理人到庭参加诉讼被告经本",
    "院传票传唤无正当理由拒不到庭参加诉",
)


def sheet(width_mm: float, height_mm: float) -> DrawnPage:
    size = (round(width_mm * PER_MM), round(height_mm * PER_MM))
    return DrawnPage(Image.new("RGB", size, (250, 249, 245)))


def line(text: str, box: Box, kind: str = "print", direction: str = "across") -> Line:
    return Line(text=text, confidence=0.9, box=box, kind=kind, direction=direction)


def texts(*lines: Line, cells: tuple[Box, ...] = (), folded: bool = False) -> list[str]:
    tree = TextTree(
        engine="t",
        engine_version="1",
        width=1000,
        height=1400,
        orientation=0,
        lines=lines,
    )
    return [found.text for found in arranged(tree, cells, folded=folded).lines]


def quads(boxes: list[Box]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(
        [[(x0, y0), (x1, y0), (x1, y1), (x0, y1)] for x0, y0, x1, y1 in boxes], dtype=np.float64
    )


def test_two_columns_are_read_one_after_the_other() -> None:
    boxes: list[Box] = [(100, 40, 900, 70)]
    boxes += [(80, 100 + 40 * row, 480, 125 + 40 * row) for row in range(6)]
    boxes += [(540, 103 + 40 * row, 940, 128 + 40 * row) for row in range(6)]
    boxes.append((80, 400, 900, 425))
    mixed = [0, 7, 1, 8, 2, 9, 3, 10, 4, 11, 5, 12, 6, 13]
    order = in_reading_order(quads([boxes[i] for i in mixed]))
    assert [mixed[i] for i in order] == list(range(14))


def test_names_and_values_without_rules_are_read_row_by_row() -> None:
    boxes: list[Box] = []
    for row in range(8):
        boxes += [(80, 100 + 50 * row, 180, 130 + 50 * row)]
        boxes += [(300, 102 + 50 * row, 420 + 40 * (row % 3), 132 + 50 * row)]
    assert in_reading_order(quads(boxes)) == list(range(16))


def test_a_cell_over_several_rows_comes_with_its_first() -> None:
    frames: list[Box] = [(0, 0, 50, 100), (50, 0, 200, 30), (50, 30, 200, 100), (0, 100, 200, 130)]
    assert order_of_cells([frames[i] for i in (3, 2, 0, 1)]) == [2, 3, 1, 0]


def test_lines_of_one_cell_stay_together() -> None:
    cells: tuple[Box, ...] = tuple(
        (100 + 300 * c, 200 + 100 * r, 400 + 300 * c, 300 + 100 * r)
        for r in range(2)
        for c in range(2)
    )
    found = texts(
        line("标题", (300, 100, 500, 130)),
        line("甲上", (120, 210, 300, 240)),
        line("乙上", (420, 215, 600, 245)),
        line("甲下", (120, 255, 300, 285)),
        line("乙下", (420, 258, 600, 288)),
        line("丙", (120, 330, 300, 360)),
        line("丁", (420, 330, 600, 360)),
        line("落款", (420, 500, 600, 530)),
        cells=cells,
    )
    assert found == ["标题", "甲上", "甲下", "乙上", "乙下", "丙", "丁", "落款"]


def test_stamps_columns_and_turned_lines_keep_to_themselves() -> None:
    found = texts(
        line("已归档", (300, 160, 420, 190), kind=STAMP),
        line("左列", (700, 300, 730, 600), direction=DOWN),
        line("右列", (750, 300, 780, 600), direction=DOWN),
        line("一行", (100, 150, 600, 180)),
        line("二行", (100, 250, 600, 280)),
        line("侧三", (100, 800, 130, 1000), direction=TURNED),
        line("侧一", (160, 800, 190, 1000), direction=TURNED),
    )
    assert found == ["一行", "二行", "右列", "左列", "侧三", "侧一", "已归档"]


def test_the_left_page_of_a_folded_sheet_comes_first() -> None:
    lines = [
        line(f"{side}{row}", (left, 100.0 + 60 * row, left + 380, 130.0 + 60 * row))
        for row in range(3)
        for side, left in (("左", 60.0), ("右", 560.0))
    ]
    assert texts(*lines, folded=True) == ["左0", "左1", "左2", "右0", "右1", "右2"]


def test_columns_of_upright_characters_are_read_from_the_right(tmp_path: Path) -> None:
    page = sheet(150, 130)
    for column, text in enumerate(SENTENCES[:3]):
        for row, character in enumerate(text):
            page.print_at(character, 120 - 13 * column, 12 + 6.2 * row)

    answer = recognise(page.save(tmp_path / "p.png"), 0, 0)

    lines = answer["tree"]["lines"]
    assert [found["text"] for found in lines] == list(SENTENCES[:3])
    assert {found["direction"] for found in lines} == {DOWN}
    boxes = [character[2] for character in lines[0]["characters"]]
    assert all(low[1] < high[1] for low, high in pairwise(boxes))
    assert answer["fields"]["needs_person"] == []


@pytest.mark.parametrize("turn", [90, 270])
def test_a_landscape_table_on_an_upright_page(turn: int, tmp_path: Path) -> None:
    rows = (("序号", "财产名称", "所在位置"), ("1", "奔驰牌轿车", "和平路15号"))
    table = Image.new("RGB", (round(120 * PER_MM), round(40 * PER_MM)), (250, 249, 245))
    draw = ImageDraw.Draw(table)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            x = (6 + 40 * column) * PER_MM
            frame = (
                x - 20,
                (5 + 14 * row) * PER_MM,
                x + 40 * PER_MM - 20,
                (19 + 14 * row) * PER_MM,
            )
            draw.rectangle(frame, outline=(20, 20, 20), width=2)
            font = load_font("serif", round(4.8 * PER_MM))
            draw.text((x, (9 + 14 * row) * PER_MM), text, font=font, fill=(20, 20, 20))
    page = sheet(120, 180).print_at("附件财产清单", 30, 10)
    page.image.paste(table.rotate(turn, expand=True), (round(30 * PER_MM), round(30 * PER_MM)))

    lines = recognise(page.save(tmp_path / "p.png"), 0, 0)["tree"]["lines"]

    assert [found["text"] for found in lines] == ["附件财产清单", *rows[0], *rows[1]]


def test_a_folded_sheet_is_read_page_by_page(tmp_path: Path) -> None:
    page = sheet(420, 297)
    for row, text in enumerate(SENTENCES):
        page.print_at("左" + text, 25, 40 + 14 * row)
        page.print_at("右" + text, 235, 43 + 14 * row)

    answer = recognise(page.save(tmp_path / "p.png"), 0, 0)

    read = [found["text"] for found in answer["tree"]["lines"]]
    assert read == [side + text for side in "左右" for text in SENTENCES]
    assert [need["reason"] for need in answer["fields"]["needs_person"]] == ["folded_sheet"]
    assert DPI == 200
