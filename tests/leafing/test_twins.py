"""Fillings of one form are told apart by what is filled in, and by a number alone in a corner."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ocr.leafing.recogniser import SIDE, Recogniser, Sighting
from ocr.leafing.side_index import SideIndex, prepare
from ocr.leafing.view import View
from scanner.paper.fonts import load_font

DPI = 150
LABELS = ("案号", "案由", "送达文书", "受送达人", "送达地点", "受送达人签名", "备注", "送达人")
FILLINGS = (
    ("起诉状副本、应诉通知书", "许娟娜", "人民路12号", "2022年5月4日"),
    ("开庭传票、举证通知书", "褚建波", "解放街210号", "2022年5月9日"),
    ("开庭传票、举证通知书", "许娟娜", "人民路12号", "2022年5月9日"),
    ("民事判决书", "许娟娜", "人民路12号", "2022年9月18日"),
    ("民事判决书", "褚建波", "解放街210号", "2022年9月21日"),
)
STRANGER = ("民事判决书", "孙文", "新华大道8号", "2022年9月18日")

Pixels = NDArray[np.uint8]


def form(filling: tuple[str, ...], number: str) -> Image.Image:
    page = Image.new("L", (round(8.27 * DPI), round(11.69 * DPI)), 248)
    draw = ImageDraw.Draw(page)
    title, plain, figures = (load_font("song", size) for size in (46, 26, 30))
    draw.text((page.width / 2, 1.3 * DPI), "送达回证", font=title, fill=25, anchor="mm")
    draw.text((page.width - 1.0 * DPI, 0.5 * DPI), number, font=figures, fill=60)
    document, person, place, day = filling
    texts = ("（2022）辽2390民初2870号", "房屋租赁合同纠纷", document, person, place)
    filled = (*texts, person + "　" + day, "", "孙文")
    for row, (label, text) in enumerate(zip(LABELS, filled, strict=True)):
        top = 1.9 * DPI + row * 0.95 * DPI
        draw.rectangle((DPI, top, page.width - DPI, top + 0.95 * DPI), outline=20, width=3)
        draw.line((2.6 * DPI, top, 2.6 * DPI, top + 0.95 * DPI), fill=20, width=3)
        draw.text((1.15 * DPI, top + 45), label, font=plain, fill=20)
        draw.text((2.75 * DPI, top + 45), text, font=plain, fill=30)
    return page


def frame(page: Image.Image, seed: int) -> Pixels:
    """The page under a camera that stands a little aslant: 720 lines, about 57 dpi."""
    chance = np.random.default_rng(seed)
    corners = np.array([[400, 30], [850, 38], [868, 695], [385, 690]], np.float32)
    corners += chance.normal(0, 4, corners.shape).astype(np.float32)
    wide, high = page.size
    flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners)
    desk = np.full((720, 1280), 95, np.uint8)
    soft = cv2.GaussianBlur(np.asarray(page), (0, 0), 1.2)
    cv2.warpPerspective(
        soft, matrix, (1280, 720), dst=desk, borderMode=cv2.BORDER_TRANSPARENT, flags=cv2.INTER_AREA
    )
    seen = desk * np.linspace(0.8, 1.02, 1280) + chance.normal(0, 3, desk.shape)
    gray = np.clip(seen, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Recogniser:
    folder, sides = tmp_path_factory.mktemp("fillings"), []
    for position, filling in enumerate(FILLINGS, 1):
        file = folder / f"{position}.png"
        form(filling, str(position + 14)).save(file, dpi=(DPI, DPI))
        sides.append((str(position), str(file), 0, 0))
    prepare(sides, str(folder))
    return Recogniser(SideIndex([(int(name), folder / f"{name}.npz") for name, *_ in sides]))


def look(recogniser: Recogniser, pixels: Pixels) -> Sighting:
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    (sighting,) = recogniser.look(View(pixels, gray), 0)
    return sighting


@pytest.mark.parametrize("position", range(1, 6))
def test_a_filling_is_found_among_many_of_its_form(recogniser: Recogniser, position: int) -> None:
    page = form(FILLINGS[position - 1], str(position + 14))

    seen = look(recogniser, frame(page, position))

    assert (seen.kind, seen.position) == (SIDE, position)


@pytest.mark.parametrize("seed", range(3))
def test_another_filling_is_no_side(recogniser: Recogniser, seed: int) -> None:
    assert look(recogniser, frame(form(STRANGER, "21"), seed)).kind != SIDE


@pytest.mark.parametrize(("position", "number"), [(2, "17"), (5, "25")])
def test_the_number_of_another_page_ticks_nothing_else(
    recogniser: Recogniser, position: int, number: str
) -> None:
    """The same filling with another number: it may stay open, but is no other side."""
    seen = look(recogniser, frame(form(FILLINGS[position - 1], number), position))

    assert seen.kind != SIDE or seen.position == position
