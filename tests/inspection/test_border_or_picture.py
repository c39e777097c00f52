"""The bed of the scanner beside a sheet, told from what is printed or glued on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.image.border import Border, borders
from ocr.image.view import view_of
from tests.inspection.sheets import grained

Pixels = np.ndarray
MM = 150 / 25.4


def _sheet(tone: int = 248) -> Pixels:
    page = np.full((1754, 1240, 3), tone, np.uint8)
    for y in range(250, 1500, 42):
        for x in range(200, 1000, 26):
            cv2.putText(page, "8", (x, y), 0, 0.7, (40, 40, 40), 2)
    return page


def _found(page: Pixels) -> tuple[Border, ...]:
    return borders(view_of(grained(page, 3, 2.0), 150))


@pytest.mark.parametrize("tone", [10, 60, 115])
def test_a_strip_of_bed_is_found(tone: int) -> None:
    page = _sheet()
    page[:, -24:] = tone
    (border,) = _found(page)
    assert border.edge == "right"
    assert border.depth * 1240 == pytest.approx(24, abs=3)


def test_a_black_bar_with_small_light_letters_is_print() -> None:
    page = _sheet()
    page[:, -50:] = 22
    for y in range(150, 1600, 70):
        cv2.putText(page, "E", (1203, y), 0, 0.9, (235, 235, 235), 1, cv2.LINE_AA)
    assert _found(page) == ()


def test_a_dark_photograph_at_the_edge_is_no_bed() -> None:
    page = _sheet()
    chance = np.random.default_rng(6)
    clouds = cv2.resize(chance.uniform(10, 75, (6, 14)), (1240, 330), interpolation=cv2.INTER_CUBIC)
    page[:330] = np.clip(clouds, 2, 255).astype(np.uint8)[..., None]
    assert _found(page) == ()


def test_the_ground_between_glued_slips_is_no_bed() -> None:
    page = np.full((1754, 1240, 3), 200, np.uint8)
    for left, top, wide, high in ((70, 120, 420, 560), (640, 150, 430, 470), (90, 960, 340, 560)):
        page[top : top + high, left : left + wide] = 252
    assert _found(page) == ()
