"""Things on a page that are faint, small or far from its edges; and what looks like them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from ocr.inspection import examine
from tests.inspection.sheets import grained

Save = Callable[..., str]
Pixels = np.ndarray
MM = 150 / 25.4


def _seen(page: Pixels, saved: Save) -> list[dict[str, Any]]:
    path = saved(grained(page, 5, 1.5), "side.jpg", dpi=150)
    return [found for found in examine(path, 0)["findings"] if found["code"] == "foreign_object"]


def _form(rules: bool = True) -> Pixels:
    """White paper with rules and some short strokes on them."""
    page = np.full((1754, 1240, 3), 250, np.uint8)
    chance = np.random.default_rng(8)
    for y in range(250, 1500, 110):
        if rules:
            cv2.line(page, (180, y), (1060, y), (60, 60, 60), 2)
        for x in range(190, 500, 26):
            for _ in range(4):
                ends = chance.integers(0, 18, 4)
                start = (x + int(ends[0]), y - 24 + int(ends[1]))
                end = (x + int(ends[2]), y - 24 + int(ends[3]))
                cv2.line(page, start, end, (40, 38, 36), 2, cv2.LINE_AA)
    return page


def _drawn(
    page: Pixels, points: list[tuple[float, float]], width_mm: float, colour: tuple[int, int, int]
) -> Pixels:
    """A line through places in millimetres, as a scanner at 150 dpi shows it."""
    fine = 8
    cover = np.zeros((page.shape[0] * fine // 2, page.shape[1] * fine // 2), np.uint8)
    scale = MM * fine / 2
    places = np.round(np.array(points) * scale).astype(np.int32)
    cv2.polylines(cover, [places], False, 255, max(1, round(width_mm * scale)), cv2.LINE_AA)
    share = cv2.resize(cover, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_AREA)
    share = cv2.GaussianBlur(share, (0, 0), 0.45)[..., None].astype(np.float32) / 255
    page[:] = np.round(page * (1 - share) + np.array(colour) * share).astype(np.uint8)
    return page


def _bow(wobble: float) -> list[tuple[float, float]]:
    turn = np.linspace(0, 1.9, 120)
    return [(95 + 52 * np.cos(t) + wobble * np.sin(4 * t), 80 + 60 * np.sin(t)) for t in turn]


def test_a_hair_thinner_than_a_pixel_is_found_across_the_rules_of_a_form(saved: Save) -> None:
    (finding,) = _seen(_drawn(_form(), _bow(3), 0.1, (30, 28, 25)), saved)
    x0, y0, x1, y1 = (value / MM for value in finding["box"])
    assert 70 < x0 < x1 < 150
    assert 75 < y0 < y1 < 145
    assert finding["value"] > 50


@pytest.mark.parametrize(
    ("width_mm", "colour"), [(0.9, (205, 205, 205)), (0.25, (60, 60, 235)), (0.25, (225, 120, 60))]
)
def test_a_crease_and_a_line_in_colour_are_no_hairs(
    saved: Save, width_mm: float, colour: tuple[int, int, int]
) -> None:
    assert _seen(_drawn(_form(), _bow(3), width_mm, colour), saved) == []


def _clip(page: Pixels, x: float, y: float, tone: int) -> Pixels:
    """One wire bent round three times."""
    wire = [(2.0, 9.0)]
    for middle, radius, turned, at in ((-0.3, 2.3, 1, 25), (0.8, 3.4, -1, 5), (0.0, 4.2, 1, 29)):
        for turn in np.linspace(0, np.pi, 15):
            wire.append(
                (middle + turned * radius * np.cos(turn), at + turned * radius * np.sin(turn))
            )
    wire.append((-4.2, 9.0))
    points = np.round((np.array(wire) + np.array((x, y))) * MM * 16).astype(np.int32)
    cv2.polylines(page, [points], False, (tone, tone, tone + 3), 6, cv2.LINE_AA, 4)
    return page


def test_a_clip_far_from_every_edge_is_found(saved: Save) -> None:
    (finding,) = _seen(_clip(_form(rules=False), 130, 130, 125), saved)
    x0, y0, x1, y1 = (value / MM for value in finding["box"])
    assert (x0, y0, x1, y1) == pytest.approx((125.3, 130, 134.7, 163), abs=3)


@pytest.mark.parametrize("colour", [(24, 22, 22), (110, 50, 30)])
def test_the_body_of_a_small_binder_clip_is_found(
    saved: Save, colour: tuple[int, int, int]
) -> None:
    page = _form()
    cv2.rectangle(page, (600, 0), (712, 42), colour, -1)
    _drawn(page, [(106, 5), (104, 14), (107, 17), (116, 17), (118, 14), (117, 5)], 1.2, (165,) * 3)
    (finding,) = _seen(page, saved)
    assert finding["box"][1] < 2 * MM
    assert finding["box"][0] == pytest.approx(600, abs=6 * MM)


def test_a_printed_square_at_the_edge_is_no_clip(saved: Save) -> None:
    page = _form()
    cv2.rectangle(page, (990, 0), (1150, 150), (30, 25, 180), -1)
    assert _seen(page, saved) == []


def test_a_pointed_clip_of_plastic_is_found(saved: Save) -> None:
    page = _form()
    shape = np.array([(560, 1754), (640, 1754), (632, 1680), (600, 1620), (568, 1680)])
    cv2.fillPoly(page, [shape], (200, 105, 50), cv2.LINE_AA)
    (finding,) = _seen(page, saved)
    assert finding["box"][3] > 1740


@pytest.mark.parametrize(("width_mm", "tone"), [(0.12, 30), (0.15, 90)])
@pytest.mark.parametrize("degrees", [0.0, 2.0])
def test_the_frame_of_a_copied_card_is_no_hair(
    saved: Save, width_mm: float, tone: int, degrees: float
) -> None:
    corner = np.linspace(0, np.pi / 2, 12)
    frame: list[tuple[float, float]] = []
    corners = ((35, -23, -0.5), (35, 23, 0.0), (-35, 23, 0.5), (-35, -23, 1.0))
    for x, y, half_turns in corners:
        begin = half_turns * np.pi
        frame += [(x + 4 * np.cos(begin + t), y + 4 * np.sin(begin + t)) for t in corner]
    turn = np.exp(1j * np.radians(degrees))
    turned = [complex(x, y) * turn + complex(100, 90) for x, y in [*frame, frame[0]]]
    page = np.full((1754, 1240, 3), 250, np.uint8)
    _drawn(page, [(place.real, place.imag) for place in turned], width_mm, (tone,) * 3)
    assert _seen(page, saved) == []
