"""Whole pages through `recognise`: text, boxes, turns, engines and their faults."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageDraw

from app.kernel.errors import BadInput, Broken
from ocr.engines.rapidocr import RapidOcrEngine
from ocr.engines.replay import ReplayEngine
from ocr.engines.tesseract import TesseractEngine
from ocr.image.load import load_page
from ocr.recognition import engines, read_numbers, recognise, start_engine
from ocr.tree import tree_from_record
from tests.recognition.conftest import LINES, PER_MM, DrawnPage

Blank = Callable[[], DrawnPage]


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def error_rate(read: str, true: str) -> float:
    row = list(range(len(true) + 1))
    for i, a in enumerate(read, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(true, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1] / len(true)


@pytest.mark.parametrize(("engine", "bound"), [("rapidocr", 0.01), ("tesseract", 0.12)])
def test_text_of_a_page_with_a_seal(
    engine: str, bound: float, blank_page: Blank, tmp_path: Path
) -> None:
    page = blank_page().seal(60, 110).print_lines()
    path = page.save(tmp_path / "一页.png")

    answer = recognise(path, 0, 0, engine)

    tree = tree_from_record(answer["tree"])
    assert error_rate(plain(tree.text), plain("".join(LINES))) <= bound
    assert json.loads(json.dumps(answer)) == answer
    assert answer["fields"]["dates"][0]["date"] == "2023-05-06"
    for line in tree.lines:
        assert [c.text for c in line.characters] == list("".join(line.text.split()))
        assert all(0 <= c.confidence <= 1 for c in line.characters)
        for x0, y0, x1, y1 in (line.box, *(c.box for c in line.characters)):
            assert 0 <= x0 <= x1 <= tree.width and 0 <= y0 <= y1 <= tree.height


@pytest.mark.parametrize("engine", ["rapidocr", "tesseract"])
def test_boxes_lie_on_the_words(engine: str, blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines()
    tree = tree_from_record(recognise(page.save(tmp_path / "p.png"), 0, 0, engine)["tree"])

    text, true = page.boxes[3]
    line = max(tree.lines, key=lambda item: shared(item.box, true))

    assert shared(line.box, true) > 0.7
    character = next(c for c in line.characters if c.text == "被")
    step = (true[2] - true[0]) / len(text)
    middle = true[0] + step * (text.index("被") + 0.5)
    # Half-width digits later in the line make the step uneven: one character is the tolerance.
    assert abs((character.box[0] + character.box[2]) / 2 - middle) < 1.6 * step


def test_tesseract_reads_a_form_cell_by_cell(blank_page: Blank, tmp_path: Path) -> None:
    rows = (
        ("案由", "买卖合同纠纷"),
        ("受送达人", "某某市纺织品有限公司"),
        ("送达地点", "渡口街95号"),
    )
    page = blank_page().print_at("送达回证", 90, 30)
    draw = ImageDraw.Draw(page.image)
    for index, (name, value) in enumerate(rows):
        top = 50 + 14 * index
        for left, right in ((25, 60), (60, 185)):
            frame = [side * PER_MM for side in (left, top, right, top + 14)]
            draw.rectangle(frame, outline=(30, 30, 30), width=2)
        page.print_at(name, 28, top + 4).print_at(value, 90, top + 4)
    page.print_at("注：送达诉讼文书应当在送达回证上记明情况。", 28, 105)

    tree = tree_from_record(recognise(page.save(tmp_path / "p.png"), 0, 0, "tesseract")["tree"])

    true = "".join(text for text, _ in page.boxes)
    assert error_rate(plain(tree.text), plain(true)) <= 0.08
    for text, box in page.boxes[2:7:2]:
        line = max(tree.lines, key=lambda item: shared(item.box, box))
        assert shared(line.box, box) > 0.5, text


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_with_its_turn(turn: int, blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines(LINES[:3]).stamp("27", 188, 14)
    path = page.save(tmp_path / "p.png", turn)

    answer = recognise(path, 0, turn)

    assert plain("".join(line["text"] for line in answer["tree"]["lines"][-3:])) == plain(
        "".join(LINES[:3])
    )
    assert answer["tree"]["orientation"] == turn
    assert (answer["tree"]["width"], answer["tree"]["height"]) == page.image.size
    assert answer["numbers"][0]["value"] == 27
    assert answer["numbers"][0]["corner"] == "top_right"


def test_a_tilted_page_keeps_boxes_of_the_upright_page(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines(LINES[3:6])
    page.image = page.image.rotate(-4.0, fillcolor=(250, 249, 245))
    path = page.save(tmp_path / "p.png")

    straight = tree_from_record(recognise(path, 0, 0, skew_deg=0.0)["tree"])
    levelled = tree_from_record(recognise(path, 0, 0, skew_deg=4.0)["tree"])

    assert plain(levelled.text) == plain("".join(LINES[3:6]))
    for left, right in zip(straight.lines, levelled.lines, strict=True):
        assert shared(left.box, right.box) > 0.5


def test_red_print_is_read_though_the_red_channel_hides_it(
    blank_page: Blank, tmp_path: Path
) -> None:
    page = blank_page().print_lines(LINES[3:6])
    for row in range(6):
        page.print_at("某某市中级人民法院文件红头", 30, 110 + 11 * row, ink=(250, 60, 60))

    tree = tree_from_record(recognise(page.save(tmp_path / "p.png"), 0, 0)["tree"])

    assert plain(tree.text).count("中级人民法院文件") == 6
    assert plain(tree.text).count("公开开庭") == 1
    red = [line for line in tree.lines if "文件红头" in line.text]
    assert all(len(line.characters) == len(line.text) for line in red)
    assert {line.kind for line in red} == {"print"}


@pytest.mark.parametrize("engine", ["rapidocr", "tesseract"])
def test_a_blank_page_has_no_text_and_no_number(
    engine: str, blank_page: Blank, tmp_path: Path
) -> None:
    answer = recognise(blank_page().save(tmp_path / "p.png"), 0, 0, engine)

    assert answer["tree"]["lines"] == []
    assert answer["numbers"] == []
    assert answer["printed_page"] is None


def test_table_cells_come_row_by_row(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page()
    for row in range(4):
        for column, text in enumerate((f"{row + 1}", "民事起诉状", f"{row * 3 + 2}")):
            page.print_at(text, 30 + 50 * column, 60 + 12 * row)
    page.image = page.image.rotate(-1.5, fillcolor=(250, 249, 245))

    tree = tree_from_record(recognise(page.save(tmp_path / "p.png"), 0, 0)["tree"])

    assert [line.text for line in tree.lines] == [
        cell for row in range(4) for cell in (f"{row + 1}", "民事起诉状", f"{row * 3 + 2}")
    ]


def test_a_missing_language_pack_is_a_broken_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))

    with pytest.raises(Broken) as fault:
        TesseractEngine()

    assert fault.value.code == "OCR-103"
    assert fault.value.parameters["package"] == "tesseract-ocr-chi-sim"


def test_a_missing_program_is_a_broken_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Broken) as fault:
        TesseractEngine()

    assert fault.value.code == "OCR-102"


def test_the_next_runtime_is_tried_and_reads_alike(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_at(LINES[1], 5, 5)
    page.image = page.image.crop((0, 0, 600, 150))
    pixels = load_page(Path(page.save(tmp_path / "p.png")), 0).pixels

    engine = RapidOcrEngine(runtimes=("no-such-runtime", "onnxruntime"))

    assert engine.version.endswith("onnxruntime")
    assert engine.recognise(pixels, 0).text == LINES[1]


def test_no_runtime_left_is_a_broken_set_up() -> None:
    with pytest.raises(Broken) as fault:
        RapidOcrEngine(runtimes=("no-such-runtime",))
    assert fault.value.code == "OCR-101"


def test_replay_answers_what_was_stored(blank_page: Blank, tmp_path: Path) -> None:
    path = blank_page().print_lines(LINES[:2]).stamp("12", 188, 14).save(tmp_path / "p.png")
    tree = tree_from_record(recognise(path, 0, 0)["tree"])
    ReplayEngine(str(tmp_path / "store")).store(load_page(Path(path), 0).pixels, tree)

    answer = recognise(path, 0, 0, f"replay:{tmp_path / 'store'}")

    assert tree_from_record(answer["tree"]) == tree
    assert answer["numbers"][0]["value"] == 12


def test_replay_of_an_unknown_page_is_bad_input(blank_page: Blank, tmp_path: Path) -> None:
    path = blank_page().save(tmp_path / "p.png")

    with pytest.raises(BadInput) as fault:
        recognise(path, 0, 0, f"replay:{tmp_path}")

    assert fault.value.code == "OCR-105"


@pytest.mark.parametrize("name", ["no-such-engine", "replay", ""])
def test_an_unknown_engine_is_bad_input(name: str) -> None:
    with pytest.raises(BadInput) as fault:
        start_engine(name)
    assert fault.value.code == "OCR-107"
    assert engines() == ("rapidocr", "tesseract", "replay")


def test_a_turn_that_is_no_quarter_is_bad_input(blank_page: Blank, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as fault:
        recognise(blank_page().save(tmp_path / "p.png"), 0, 45)
    assert fault.value.code == "OCR-106"


def test_numbers_alone_need_an_engine_that_reads_crops(blank_page: Blank, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as fault:
        read_numbers(blank_page().save(tmp_path / "p.png"), 0, 0, "tesseract")
    assert fault.value.code == "OCR-108"


def test_the_turn_of_a_page_is_lossless(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines(LINES[:2])
    upright = load_page(Path(page.save(tmp_path / "a.png")), 0).pixels
    turned = load_page(Path(page.save(tmp_path / "b.png", 90)), 0).pixels
    assert np.array_equal(np.rot90(turned, -1), upright)


def shared(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    return across * down / (sum(areas) - across * down)
