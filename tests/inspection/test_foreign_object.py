"""Foreign objects: fingers, clips, notes, scraps, hairs, bands; not seals, stamps or pictures."""

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


def _bent(points: list[tuple[float, float]]) -> np.ndarray:
    """A smooth line through points given in millimetres."""
    places = np.array(points)
    rows = np.linspace(0, len(points) - 1, 400)
    smooth = np.stack([np.interp(rows, range(len(points)), column) for column in places.T], 1)
    kernel = np.ones(81) / 81
    return np.stack([np.convolve(column, kernel, "valid") for column in smooth.T], 1) * MM


def _drawn(page: Pixels, line: np.ndarray, width: int, colour: tuple[int, int, int]) -> Pixels:
    places = np.round(line * 16).astype(np.int32)
    cv2.polylines(page, [places], False, colour, width, cv2.LINE_AA, shift=4)
    return page


HAIR = [(60.0, 190.0), (80, 196), (95, 220), (118, 226), (130, 250), (150, 255)]


@pytest.mark.parametrize(
    ("width", "colour"), [(2, (40, 42, 46)), (6, (60, 60, 62)), (8, (40, 30, 150))]
)
def test_a_hair_and_a_thread_are_found(
    pages: Any, saved: Save, width: int, colour: tuple[int, int, int]
) -> None:
    page = _drawn(pages.text(74, lines=12), _bent(HAIR), width, colour)
    (finding,) = _seen(pages.spoiled(page), saved)
    x0, y0, x1, y1 = (value / MM for value in finding["box"])
    assert 60 < x0 < x1 < 152
    assert 185 < y0 < y1 < 258
    assert finding["value"] > 60


def test_a_thread_is_found_where_it_crosses_text(pages: Any, saved: Save) -> None:
    line = _bent([(x, y - 110) for x, y in HAIR])
    page = _drawn(pages.text(75), line, 8, (150, 70, 30))
    assert len(_seen(pages.spoiled(page), saved)) == 1


def test_a_rubber_band_is_found(pages: Any, saved: Save) -> None:
    page = pages.text(76)
    turn = np.linspace(0, 2 * np.pi, 200)
    reach = 24 * (1 + 0.08 * np.cos(3 * turn))
    line = np.stack([100 + reach * np.cos(turn), 150 + 0.7 * reach * np.sin(turn)], 1) * MM
    (finding,) = _seen(pages.spoiled(_drawn(page, line, 20, (90, 150, 200))), saved)
    x0, _, x1, _ = (value / MM for value in finding["box"])
    assert (x0, x1) == pytest.approx((74, 124), abs=6)


def test_a_scrap_of_other_paper_is_found(pages: Any, saved: Save) -> None:
    page = pages.text(77)
    chance = np.random.default_rng(5)
    corners = np.array([(700, 900), (1300, 1050), (1200, 1500), (610, 1340)], np.float64)
    sides = [
        corners[place] + (corners[(place + 1) % 4] - corners[place]) * share
        for place in range(4)
        for share in np.arange(0, 1, 0.05)
    ]
    outline = np.round(np.array(sides) + chance.normal(0, 6, (len(sides), 2))).astype(np.int32)
    cv2.fillPoly(page, [outline], (216, 237, 245), cv2.LINE_AA)
    for step in range(3):
        place = (780, 1080 + 110 * step)
        cv2.putText(page, "received 17", place, 0, 1.5, (50, 50, 50), 4, cv2.LINE_AA)
    (finding,) = _seen(pages.spoiled(page), saved)
    assert finding["value"] == pytest.approx(55, abs=8)


def test_lines_and_rings_that_belong_to_the_page_are_left_alone(pages: Any, saved: Save) -> None:
    page = np.minimum(pages.text(78, lines=14), pages.seal())
    # A stroke that voids the rest of the page, a signature, a warped rule, a stain.
    _drawn(page, _bent([(150, 240), (90, 268), (30, 290)]), 6, (150, 60, 40))
    flourish = [(120, 200), (140, 190), (133, 206), (150, 192), (146, 208), (166, 194), (160, 204)]
    _drawn(page, _bent([(float(x), float(y)) for x, y in flourish]), 5, (40, 40, 44))
    _drawn(page, _bent([(20, 215), (60, 215.6), (110, 216), (190, 215)]), 4, (60, 60, 60))
    stain = np.zeros(page.shape[:2], np.float32)
    cv2.ellipse(stain, (500, 2900), (260, 220), 15, 0, 360, 0.06, -1, cv2.LINE_AA)
    cv2.ellipse(stain, (500, 2900), (260, 220), 15, 0, 360, 0.25, 24, cv2.LINE_AA)
    stain = cv2.GaussianBlur(stain, (0, 0), 7)[:, :, None] * np.array([1.0, 0.7, 0.45])
    assert _seen(pages.spoiled((page * (1 - stain)).astype(np.uint8)), saved) == []


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
