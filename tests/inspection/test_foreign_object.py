"""Foreign objects: fingers, clips, notes and coins; not seals, stamps, holes or photographs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from ocr.inspection import examine

Save = Callable[..., str]
Pixels = np.ndarray
MM = 300 / 25.4


def _seen(page: Pixels, saved: Save) -> list[dict[str, Any]]:
    findings = examine(saved(page), 0)["findings"]
    return [finding for finding in findings if finding["code"] == "foreign_object"]


def _points(values: list[tuple[float, float]]) -> np.ndarray:
    return np.round(np.array(values) * MM).astype(np.int32)


def _loop(x: float, y0: float, y1: float, radius: float) -> list[tuple[float, float]]:
    turn = np.radians(np.arange(0, 181, 10))
    lower = [(x + radius * np.cos(t), y1 - radius + radius * np.sin(t)) for t in turn]
    upper = [(x - radius * np.cos(t), y0 + radius - radius * np.sin(t)) for t in turn]
    return [*lower, *upper, lower[0]]


def _clip(page: Pixels, tone: int) -> Pixels:
    for shape in (_loop(90, 3, 36, 4.2), _loop(90, 8, 30, 2.6)):
        cv2.polylines(page, [_points(shape)], False, (tone, tone, tone + 4), 12, cv2.LINE_AA)
    return page


def _finger(page: Pixels, colour: tuple[int, int, int]) -> Pixels:
    cv2.ellipse(page, (0, 2000), (330, 110), 8, 0, 360, colour, -1, cv2.LINE_AA)
    return page


def _note(page: Pixels) -> Pixels:
    corners = cv2.boxPoints(((1300.0, 1500.0), (600.0, 450.0), 4.0))
    cv2.fillPoly(page, [corners.astype(np.int32)], (120, 235, 250), cv2.LINE_AA)
    return page


@pytest.mark.parametrize("tone", [80, 130, 175])
def test_a_paper_clip_is_found_where_it_lies(pages: Any, saved: Save, tone: int) -> None:
    (finding,) = _seen(pages.spoiled(_clip(pages.text(71), tone)), saved)
    assert finding["severity"] == "warn"
    assert finding["value"] == pytest.approx(34, abs=7)
    x0, y0, x1, y1 = (value / MM for value in finding["box"])
    assert (x0, y0, x1, y1) == pytest.approx((85.5, 3, 94.5, 36), abs=7)


@pytest.mark.parametrize("colour", [(140, 170, 225), (85, 115, 165), (150, 150, 150)])
def test_a_finger_is_found_in_colour_and_gray(
    pages: Any, saved: Save, colour: tuple[int, int, int]
) -> None:
    (finding,) = _seen(pages.spoiled(_finger(pages.text(72), colour)), saved)
    x0, y0, x1, y1 = finding["box"]
    assert x0 < 12
    assert 1850 < y0 < 2000 < y1 < 2150
    assert 260 < x1 < 360


def test_a_note_is_found_and_a_blank_side_is_searched(pages: Any, saved: Save) -> None:
    (finding,) = _seen(pages.spoiled(_note(pages.blank())), saved)
    assert finding["value"] == pytest.approx(600 / MM, abs=3)


def test_what_belongs_to_the_page_is_left_alone(pages: Any, saved: Save) -> None:
    page = np.minimum(pages.text(73, lines=20), pages.seal())
    cv2.rectangle(page, (1500, 200), (2000, 400), (170, 60, 60), 8)
    cv2.putText(page, "RECEIVED", (1530, 330), 0, 2.4, (170, 60, 60), 8)
    for y in (1000, 1750, 2500):
        cv2.circle(page, (110, y), 32, (168, 166, 162), -1, cv2.LINE_AA)
    for step in range(0, 300, 9):
        cv2.rectangle(page, (200 + step, 100), (204 + step % 3 + step, 200), (20, 20, 20), -1)
    photograph = cv2.resize(
        np.random.default_rng(3).uniform(30, 230, (7, 9, 3)).astype(np.uint8), (900, 600)
    )
    page[2700:3300, 1400:2300] = photograph
    assert _seen(pages.spoiled(page), saved) == []
    assert _seen(pages.spoiled(pages.form("孙某")), saved) == []
