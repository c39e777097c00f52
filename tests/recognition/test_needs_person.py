"""What is no print is named and not guessed: handwriting, pictures, cards, receipts, torn files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.recognition import recognise
from ocr.tree import TextTree
from ocr.unread_areas import straightness
from tests.recognition.conftest import LINES, PER_MM, DrawnPage


def sheet(width_mm: float = 148, height_mm: float = 210) -> DrawnPage:
    size = (round(width_mm * PER_MM), round(height_mm * PER_MM))
    return DrawnPage(Image.new("RGB", size, (250, 249, 245)))


def scrawl(page: DrawnPage, x_mm: float, y_mm: float, seed: int, ink: tuple[int, int, int]) -> None:
    """Three characters' worth of curved strokes that are no character."""
    chance = np.random.default_rng(seed)
    draw = ImageDraw.Draw(page.image)
    for place in range(3):
        for _ in range(7):
            steps = chance.normal(0, 3.0, (7, 2))
            steps[0] = (x_mm + 13 * place + 6, y_mm + 4)
            path = np.cumsum(steps, axis=0)
            path[:, 0] = np.clip(path[:, 0], x_mm + 13 * place, x_mm + 13 * place + 12)
            path[:, 1] = np.clip(path[:, 1], y_mm - 4, y_mm + 11)
            smooth = np.stack(
                [
                    np.convolve(
                        np.pad(np.interp(np.linspace(0, 6, 60), range(7), path[:, k]), 4, "edge"),
                        np.ones(9) / 9,
                        "valid",
                    )
                    for k in (0, 1)
                ],
                axis=1,
            )
            draw.line([(x * PER_MM, y * PER_MM) for x, y in smooth], fill=ink, width=5)


def needs(page: DrawnPage, folder: Path) -> tuple[TextTree, list[str]]:
    from ocr.tree import tree_from_record

    answer = recognise(page.save(folder / "p.png"), 0, 0)
    for need in answer["fields"]["needs_person"]:
        x0, y0, x1, y1 = need["box"]
        assert 0 <= x0 < x1 <= answer["tree"]["width"] and 0 <= y0 < y1 <= answer["tree"]["height"]
    return tree_from_record(answer["tree"]), [
        need["reason"] for need in answer["fields"]["needs_person"]
    ]


@pytest.mark.parametrize(("seed", "ink"), [(1, (20, 30, 90)), (2, (30, 30, 32))])
def test_a_signature_is_marked_and_has_no_text(
    seed: int, ink: tuple[int, int, int], tmp_path: Path
) -> None:
    page = sheet()
    for row, text in enumerate(("原告张某与被告李某", "买卖合同纠纷一案", "双方签字确认")):
        page.print_at(text, 20, 25 + 12 * row)
    page.print_at("签名：", 20, 80)
    scrawl(page, 55, 79, seed, ink)

    tree, reasons = needs(page, tmp_path)

    assert "handwriting" in reasons
    read = tree.text.replace(":", "：")
    assert read == "原告张某与被告李某\n买卖合同纠纷一案\n双方签字确认\n签名："
    marked = [line for line in tree.lines if line.kind == "handwriting"]
    assert marked and all(line.text == "" and not line.characters for line in marked)


def test_print_runs_level_and_plumb_and_a_hand_does_not() -> None:
    page = sheet().print_at(LINES[3][:12], 20, 20)
    scrawl(page, 55, 79, 3, (20, 30, 90))
    pixels = np.ascontiguousarray(np.asarray(page.image)[:, :, ::-1])
    millimetres = ((18, 19, 90, 29), (50, 74, 98, 92))
    print_box, hand_box = (
        (a * PER_MM, b * PER_MM, c * PER_MM, d * PER_MM) for a, b, c, d in millimetres
    )
    assert straightness(pixels, print_box) > 0.47
    assert straightness(pixels, hand_box) < 0.4


def test_a_plain_page_with_seal_and_stamp_needs_nobody(tmp_path: Path) -> None:
    page = sheet(210, 297).seal(90, 100).print_lines().stamp("12", 188, 14)
    assert needs(page, tmp_path)[1] == []


def test_a_photograph_is_named(tmp_path: Path) -> None:
    page = sheet().print_at("现场照片", 50, 15)
    chance = np.random.default_rng(4)
    size = (round(100 * PER_MM), round(70 * PER_MM))
    tones = cv2.resize(
        chance.uniform(30, 220, (8, 10, 3)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC
    )
    picture = Image.fromarray(np.clip(tones, 0, 255).astype(np.uint8))
    page.image.paste(picture, (round(24 * PER_MM), round(40 * PER_MM)))

    _tree, reasons = needs(page, tmp_path)

    assert "photograph" in reasons


def test_the_copy_of_an_identity_card_is_named(tmp_path: Path) -> None:
    page = sheet()
    for row, text in enumerate(("姓名 王某某", "性别 男 民族 汉", "住址 某某市和平路15号")):
        page.print_at(text, 30, 40 + 10 * row)
    page.print_at("公民身份号码 11010519491231002X", 30, 82)
    tree, reasons = needs(page, tmp_path)
    assert reasons == ["identity_card"]
    number = next(line for line in tree.lines if "公民身份" in line.text)
    assert number.confidence > 0.5


def test_a_till_receipt_is_named(tmp_path: Path) -> None:
    page = sheet(80, 120)
    for row, text in enumerate(("某某超市购物小票", "矿泉水 4.00", "合计 4.00元")):
        page.print_at(text, 10, 15 + 12 * row)
    assert needs(page, tmp_path)[1] == ["receipt"]


def test_a_file_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    page = sheet(210, 297).print_lines()
    whole = tmp_path / "whole.jpg"
    page.image.save(whole, quality=90, dpi=(200, 200))
    data = whole.read_bytes()
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(data[: int(len(data) * 0.6)])

    answer = recognise(str(cut), 0, 0)

    read = "".join(line["text"] for line in answer["tree"]["lines"])
    assert LINES[0] in read
    need = answer["fields"]["needs_person"][0]
    assert need["reason"] == "truncated"
    assert 0 < need["box"][1] < need["box"][3] == answer["tree"]["height"]
