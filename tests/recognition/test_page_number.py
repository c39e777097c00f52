"""The stamped number, read from the pixels of the corners."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageDraw

from ocr.fields import page_number
from ocr.fields.paper import Corner
from ocr.recognition import read_numbers, recognise
from tests.recognition.conftest import LINES, PER_MM, DrawnPage

Blank = Callable[[], DrawnPage]

RED, BLUE, VIOLET, FAINT = (200, 45, 48), (40, 52, 145), (100, 48, 136), (205, 205, 202)


@pytest.mark.parametrize(
    ("text", "x_mm", "y_mm", "ink", "tilt", "corner"),
    [
        ("7", 190, 12, (34, 34, 38), 0, "top_right"),
        ("017", 188, 14, RED, 4, "top_right"),
        ("103", 20, 13, BLUE, -13, "top_left"),
        ("0248", 183, 16, VIOLET, 13, "top_right"),
        ("56", 186, 12, FAINT, 2, "top_right"),
        ("31", 189, 285, RED, 0, "bottom_right"),
    ],
)
def test_stamps_of_any_colour_and_tilt(
    text: str,
    x_mm: float,
    y_mm: float,
    ink: tuple[int, int, int],
    tilt: float,
    corner: str,
    blank_page: Blank,
    tmp_path: Path,
) -> None:
    page = blank_page().print_lines().stamp(text, x_mm, y_mm, ink, tilt)

    best = read_numbers(page.save(tmp_path / "p.png"), 0, 0)[0]

    assert (best["value"], best["text"], best["corner"]) == (int(text), text, corner)
    assert best["confidence"] >= 0.5
    x0, y0, x1, y1 = best["box"]
    assert x0 < x_mm * 200 / 25.4 < x1 and y0 < y_mm * 200 / 25.4 < y1
    assert x1 - x0 < 180 and y1 - y0 < 120


def test_lower_corners_are_looked_at_in_doubt_only(
    blank_page: Blank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def counted(corners: Iterable[Corner], *rest: Any) -> tuple[list[Any], list[Any]]:
        there = list(corners)
        looked.extend(corner.name.partition("_")[0] for corner in there)
        return drawn(there, *rest)

    drawn = page_number.drawn_corners
    monkeypatch.setattr(page_number, "drawn_corners", counted)
    clear = blank_page().print_lines().stamp("27", 186, 13).stamp("31", 189, 285)
    low = blank_page().print_lines().stamp("31", 189, 285)

    assert read_numbers(clear.save(tmp_path / "a.png"), 0, 0)[0]["value"] == 27
    assert looked == ["top"] * 2
    looked.clear()
    assert read_numbers(low.save(tmp_path / "b.png"), 0, 0)[0]["value"] == 31
    assert looked == ["top"] * 2 + ["bottom"] * 3


def test_a_red_stamp_over_a_printed_heading(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_at("某某市人民法院案卷材料专用纸", 120, 10)
    page.stamp("045", 186, 12, RED)

    best = read_numbers(page.save(tmp_path / "p.png"), 0, 0)[0]

    assert best["value"] == 45


def test_a_stamp_crossed_by_a_ruled_line(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().stamp("38", 185, 14)
    pixels = page.image.load()
    assert pixels is not None
    for x in range(900, 1600):
        for y in (112, 113):
            pixels[x, y] = (40, 40, 40)

    best = read_numbers(page.save(tmp_path / "p.png"), 0, 0)[0]

    assert best["value"] == 38


def test_a_scan_with_a_black_border(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines().stamp("64", 180, 20)
    page.image.paste((12, 12, 12), (1590, 0, 1654, 2339))
    page.image.paste((12, 12, 12), (0, 0, 1654, 55))

    best = read_numbers(page.save(tmp_path / "p.png"), 0, 0)[0]

    assert (best["value"], best["corner"]) == (64, "top_right")


@pytest.mark.parametrize("words", ["- 128 -", "第 128 页"])
def test_signs_around_a_number_keep_it_no_company(
    words: str, blank_page: Blank, tmp_path: Path
) -> None:
    page = blank_page().print_lines(LINES[3:]).print_at(words, 170, 10)

    best = recognise(page.save(tmp_path / "p.png"), 0, 0)["numbers"][0]

    assert (best["value"], best["corner"]) == (128, "top_right")
    assert best["confidence"] >= 0.5


def test_a_number_hardly_darker_than_the_paper(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines().stamp("64", 186, 13, (233, 232, 228))

    numbers = read_numbers(page.save(tmp_path / "p.png"), 0, 0)

    assert numbers[0]["value"] == 64
    assert numbers[0]["confidence"] < 0.9


@pytest.mark.parametrize(
    ("words", "x_mm", "y_mm"),
    [
        ("（2023）辽0882民初1234号", 130, 14),
        ("2023年5月6日", 165, 14),
        ("第3页 共12页", 160, 284),
        ("第3页", 98, 284),
        ("- 3 -", 98, 284),
        ("第3页", 170, 284),
        ("52500.00元", 160, 16),
    ],
)
def test_digits_in_print_are_no_stamp(
    words: str, x_mm: float, y_mm: float, blank_page: Blank, tmp_path: Path
) -> None:
    page = blank_page().print_lines(LINES[3:]).print_at(words, x_mm, y_mm)

    numbers = recognise(page.save(tmp_path / "p.png"), 0, 0)["numbers"]

    assert all(number["confidence"] < 0.5 for number in numbers)


@pytest.mark.parametrize(
    ("words", "x_mm", "y_mm", "digits", "ink"),
    [
        ("证据", 163, 9, "3", BLUE),
        ("收据号", 150, 9, "0034", RED),
        ("2023年5月", 172, 4, "17", RED),
        ("出生1985年", 150, 9, "8", (25, 25, 28)),
    ],
)
def test_a_figure_in_company_of_its_own_ink_is_doubtful(
    words: str,
    x_mm: float,
    y_mm: float,
    digits: str,
    ink: tuple[int, int, int],
    blank_page: Blank,
    tmp_path: Path,
) -> None:
    page = blank_page().print_lines(LINES[3:]).print_at(words, x_mm, y_mm, ink)
    page.stamp(digits, 187, 13, ink)

    numbers = read_numbers(page.save(tmp_path / "p.png"), 0, 0)

    assert all(number["confidence"] < 0.7 for number in numbers)


def test_the_stamp_wins_beside_a_case_number(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines(LINES[3:]).print_at("（2023）辽0882民初1234号", 105, 10)
    page.stamp("9", 192, 12)

    numbers = recognise(page.save(tmp_path / "p.png"), 0, 0)["numbers"]

    assert numbers[0]["value"] == 9
    assert numbers[0]["confidence"] >= 0.5


def test_a_doubtful_digit_offers_its_rival_with_less_confidence(
    blank_page: Blank, tmp_path: Path
) -> None:
    page = blank_page().stamp("17", 188, 14)
    page.image.paste((250, 249, 245), (1488, 104, 1510, 118))

    numbers = read_numbers(page.save(tmp_path / "p.png"), 0, 0)

    confidences = [number["confidence"] for number in numbers]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 < confidence <= 1 for confidence in confidences)
    assert len({(number["value"], tuple(number["box"])) for number in numbers}) == len(numbers)


def test_the_text_alone_gives_weaker_candidates(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines(LINES[3:6]).stamp("23", 188, 14)

    numbers = recognise(page.save(tmp_path / "p.png"), 0, 0, "tesseract")["numbers"]

    assert numbers[0]["value"] == 23
    assert numbers[0]["confidence"] <= 0.8


@pytest.mark.parametrize(("old", "x_mm"), [("46", 174), ("4", 177)])
def test_a_struck_number_gives_way_to_the_one_beside_it(
    old: str, x_mm: float, blank_page: Blank, tmp_path: Path
) -> None:
    page = blank_page().print_lines().stamp(old, x_mm, 14).stamp("51", 187, 14)
    wide = 5 * len(old)
    ImageDraw.Draw(page.image).line(
        [((x_mm + side * wide / 2) * PER_MM, (14 - side * 0.5) * PER_MM) for side in (-1, 1)],
        fill=(30, 30, 34),
        width=4,
    )

    best = read_numbers(page.save(tmp_path / "p.png"), 0, 0)[0]

    assert (best["value"], best["rewritten"]) == (51, True)
    assert best["confidence"] <= 0.9


def test_a_narrow_struck_figure_beside_the_new_one(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines().stamp("4", 180.5, 14).stamp("2", 184.5, 14)
    ImageDraw.Draw(page.image).line(
        [(178.2 * PER_MM, 14.6 * PER_MM), (182.8 * PER_MM, 13.4 * PER_MM)],
        fill=(30, 30, 34),
        width=3,
    )

    numbers = read_numbers(page.save(tmp_path / "p.png"), 0, 0)

    assert 2 in {number["value"] for number in numbers}
    assert all(number["confidence"] <= 0.9 for number in numbers)


@pytest.mark.parametrize("ink", [BLUE, (34, 34, 38)])
def test_a_number_under_a_seal_in_a_scan_without_colours(
    ink: tuple[int, int, int], blank_page: Blank, tmp_path: Path
) -> None:
    page = blank_page().print_lines(LINES[3:]).stamp("137", 186, 13, ink)
    middle, radius = (176 * PER_MM, 26 * PER_MM), 17 * PER_MM
    box = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
    ImageDraw.Draw(page.image).ellipse(box, outline=(120, 120, 120), width=9)

    numbers = read_numbers(page.save(tmp_path / "p.png"), 0, 0)

    assert numbers[0]["value"] == 137


def test_the_bar_of_a_four_strikes_nothing_out(blank_page: Blank, tmp_path: Path) -> None:
    page = blank_page().print_lines().stamp("4147", 183, 14)

    best = read_numbers(page.save(tmp_path / "p.png"), 0, 0)[0]

    assert (best["value"], best["rewritten"]) == (4147, False)
