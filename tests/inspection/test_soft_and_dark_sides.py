"""Blur and want of light are told from pages that are soft or dark by themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.finding_rules import blur_finding
from ocr.image.exposure import measure_exposure
from ocr.image.limits import limits_from
from ocr.image.sharpness import Sharpness, measure_sharpness
from ocr.image.view import view_of
from ocr.inspection import examine
from tests.inspection.sheets import grained

Pixels = NDArray[np.uint8]
Save = Callable[..., str]
DPI = 150
BLUR = 0.16


@pytest.fixture(scope="module")
def text(pages: Any) -> Pixels:
    """A page of text at 150 dots per inch."""
    page = pages.text(21)
    return np.asarray(cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


@pytest.fixture(scope="module")
def photograph() -> Pixels:
    """Soft clouds of all tones."""
    coarse = np.random.default_rng(3).normal(0, 1, (60, 42)).astype(np.float32)
    clouds = cv2.resize(coarse, (1240, 1754), interpolation=cv2.INTER_CUBIC)
    tones = np.clip(130 + 70 * clouds, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(tones, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _sharpness(page: Pixels, noise: float = 2.0) -> Sharpness:
    view = view_of(grained(page, 1, noise, coloured=True), DPI)
    return measure_sharpness(view, (0, 0, view.width, view.height), part_mm=BLUR)


def _moved(page: Pixels, millimetres: float, degrees: float) -> Pixels:
    length = millimetres * DPI / 25.4
    size = math.ceil(length) + 2 | 1
    kernel = np.zeros((size, size), np.float32)
    for step in np.linspace(-length / 2, length / 2, 60):
        x = size // 2 + step * math.cos(math.radians(degrees))
        y = size // 2 + step * math.sin(math.radians(degrees))
        kernel[round(y), round(x)] += 1 / 60
    return np.asarray(cv2.filter2D(page, -1, kernel), dtype=np.uint8)


def test_print_is_sharp(text: Pixels) -> None:
    found = _sharpness(text)
    assert 0 < found.spread_mm < 0.13
    assert found.box is None


@pytest.mark.parametrize("ink", [1.0, 0.35])
def test_defocus_is_measured_whatever_the_ink(text: Pixels, ink: float) -> None:
    pale = (255 - (255 - text.astype(np.float32)) * ink).astype(np.uint8)
    soft = cv2.GaussianBlur(pale, (0, 0), 0.25 * DPI / 25.4)
    assert _sharpness(pale).spread_mm < BLUR < 0.2 < _sharpness(np.asarray(soft)).spread_mm


@pytest.mark.parametrize("degrees", [0, 30, 90, 135])
def test_motion_in_any_direction(text: Pixels, degrees: float) -> None:
    assert _sharpness(_moved(text, 1.2, degrees)).spread_mm > BLUR


@pytest.mark.parametrize("edge", ["left", "top"])
def test_a_part_out_of_focus_has_a_box(text: Pixels, edge: str) -> None:
    soft = cv2.GaussianBlur(text, (0, 0), 0.4 * DPI / 25.4)
    page = text.copy()
    if edge == "left":
        page[:, :560] = soft[:, :560]
    else:
        page[:800] = soft[:800]
    found = _sharpness(page)
    assert found.spread_mm > BLUR
    assert found.box is not None
    x0, y0, x1, y1 = found.box
    assert (x1 <= 560 and y1 - y0 > 700) if edge == "left" else (y1 <= 800 and x1 - x0 > 700)


def test_a_photograph_says_nothing(photograph: Pixels) -> None:
    assert _sharpness(photograph).spread_mm == 0


def test_a_photograph_beside_text_is_no_soft_part(text: Pixels, photograph: Pixels) -> None:
    page = text.copy()
    page[:800, 100:1140] = photograph[:800, 100:1140]
    assert _sharpness(page).spread_mm < BLUR


def test_a_tilted_form_of_rules_has_not_moved() -> None:
    page = np.full((1754, 1240, 3), 250, np.uint8)
    for row in range(20):
        cv2.line(page, (100, 200 + 60 * row), (1140, 212 + 60 * row), (20, 20, 20), 2, cv2.LINE_AA)
    assert _sharpness(page).spread_mm < BLUR


def _exposed(page: Pixels) -> Any:
    view = view_of(page, DPI)
    return measure_exposure(view, (0, 0, view.width, view.height))


def test_want_of_light_is_told_from_dark_pages(text: Pixels, photograph: Pixels) -> None:
    assert not _exposed((text * 0.35).astype(np.uint8)).lit
    assert not _exposed(np.full_like(text, 90)).lit
    assert _exposed((photograph * 0.25).astype(np.uint8)).lit
    assert _exposed(255 - text).lit


def test_neither_photograph_nor_negative_is_too_dark(
    text: Pixels, photograph: Pixels, saved: Save
) -> None:
    for name, page in (("night", (photograph * 0.25).astype(np.uint8)), ("negative", 255 - text)):
        answer = examine(saved(page, f"{name}.jpg", dpi=DPI), 0)
        codes = {found["code"] for found in answer["findings"]}
        assert not codes & {"too_dark", "blur"}


@pytest.mark.parametrize("seed", [1, 2])
def test_short_lines_on_either_side_are_asked_one_by_one(
    pages: Any, saved: Save, seed: int
) -> None:
    page = pages.text(seed, lines=20)
    short = np.full_like(page, 250)
    for row in range(12):
        top, left = 430 + 99 * row, (330 if row % 2 else 1300)
        short[300 + 220 * row : 380 + 220 * row, left : left + 700] = page[top : top + 80, 330:1030]
    answer = examine(saved(pages.spoiled(short, skew=0.4)), 0)
    assert answer["measures"]["skew_deg"] == pytest.approx(0.4, abs=0.2)


@pytest.mark.parametrize(("colour", "flagged"), [((150, 150, 235), False), ((190, 190, 190), True)])
def test_a_lone_seal_is_pale_by_itself_and_gray_print_is_not(
    saved: Save, colour: tuple[int, int, int], flagged: bool
) -> None:
    page = np.full((1754, 1240, 3), 250, np.uint8)
    cv2.circle(page, (620, 700), 110, colour, 9, cv2.LINE_AA)
    for turn in np.linspace(0, 2 * np.pi, 16)[:-1]:
        place = (round(595 + 80 * math.cos(turn)), round(720 + 80 * math.sin(turn)))
        cv2.putText(page, "R", place, cv2.FONT_HERSHEY_SIMPLEX, 1.4, colour, 4, cv2.LINE_AA)
    codes = [found["code"] for found in examine(saved(page, "side.png", dpi=150), 0)["findings"]]
    assert ("low_contrast" in codes or "too_light" in codes) == flagged


def test_in_a_few_words_the_smear_must_be_sure() -> None:
    few = Sharpness(spread_mm=0.19, spread_px=1.1, places=4)
    limits = limits_from({})
    assert blur_finding(few, limits) == ()
    assert blur_finding(replace(few, places=12), limits)
    assert blur_finding(replace(few, spread_mm=0.3), limits)


def test_a_page_out_of_focus_is_blurred_though_a_few_marks_look_sharp(
    pages: Any, saved: Save
) -> None:
    page = cv2.GaussianBlur(pages.text(23, lines=12), (0, 0), 5.0)
    page = np.asarray(249 - 0.7 * (249 - page.astype(np.float32)), dtype=np.uint8)
    cv2.putText(page, "23", (2150, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (60, 60, 66), 5)
    assert "blur" in {found["code"] for found in examine(saved(pages.spoiled(page)), 0)["findings"]}
