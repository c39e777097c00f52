"""What lies on a page, told from what was written, pressed, glued or printed on it."""

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


def _paper() -> Pixels:
    return np.full((1754, 1240, 3), 250, np.uint8)


def _scanned(page: Pixels, saved: Save, name: str = "side.jpg") -> list[dict[str, Any]]:
    soft = cv2.GaussianBlur(page, (0, 0), 0.6)
    path = saved(grained(soft, 4, 2.5), name, dpi=150)
    return [found for found in examine(path, 0)["findings"] if found["code"] == "foreign_object"]


def _lines(page: Pixels) -> Pixels:
    """Rows of short strokes, as dense as text."""
    chance = np.random.default_rng(8)
    for y in range(200, 900, 42):
        for x in range(170, 1060, 24):
            for _ in range(4):
                ends = chance.integers(0, 18, 4)
                start, end = (
                    (x + int(ends[0]), y + int(ends[1])),
                    (x + int(ends[2]), y + int(ends[3])),
                )
                cv2.line(page, start, end, (40, 38, 36), 2, cv2.LINE_AA)
    return page


def _curve(
    page: Pixels, points: list[tuple[float, float]], width: int, colour: tuple[int, int, int]
) -> Pixels:
    rows = np.linspace(0, len(points) - 1, 300)
    smooth = np.stack([np.interp(rows, range(len(points)), c) for c in np.array(points).T], 1)
    line = np.stack([np.convolve(c, np.ones(41) / 41, "valid") for c in smooth.T], 1)
    cv2.polylines(page, [np.round(line * 16).astype(np.int32)], False, colour, width, 16, 4)
    return page


def test_strokes_of_a_pen_are_no_threads(saved: Save) -> None:
    page = _lines(_paper())
    turn = np.linspace(0, 2.15 * np.pi, 40)
    around = [(400 + 170 * np.cos(t), 300 + 48 * np.sin(t) + 4 * t) for t in turn]
    _curve(page, around, 3, (45, 40, 200))
    _curve(page, [(1000, 950), (700, 1150), (480, 1250), (200, 1600)], 3, (130, 35, 25))
    wave = [(200 + 12 * step, 1000 + (7 if step % 2 else -7)) for step in range(30)]
    _curve(page, [(float(x), float(y)) for x, y in wave], 3, (45, 40, 200))
    assert _scanned(page, saved) == []


def test_the_curves_of_a_chart_are_no_bands(saved: Save) -> None:
    page = _paper()
    cv2.polylines(page, [np.array([(200, 400), (200, 1300), (1050, 1300)])], False, (0, 0, 0), 3)
    for colour, phase in (((180, 119, 31), 0.0), ((44, 160, 44), 1.2)):
        curve = [(210 + 8 * s, 850 + 300 * np.sin(phase + s / 22)) for s in range(100)]
        _curve(page, curve, 7, colour)
    assert _scanned(page, saved) == []


def test_bars_of_a_chart_are_no_notes(saved: Save) -> None:
    page = _lines(_paper())
    for place, height in enumerate((110, 190, 150, 240)):
        left = 250 + 150 * place
        page[1400 - height : 1400, left : left + 95] = (80, 200, 255)
    assert _scanned(page, saved) == []


def test_a_slip_that_is_glued_on_is_no_scrap_and_a_leaning_strip_of_tape_is_found(
    saved: Save,
) -> None:
    page = _lines(_paper())
    slip = cv2.boxPoints(((600.0, 1200.0), (520.0, 260.0), 1.6)).astype(np.int32)
    cv2.fillPoly(page, [slip], (212, 238, 246), cv2.LINE_AA)
    for row in range(4):
        cv2.putText(page, "RECEIPT 0123456", (390, 1130 + 44 * row), 0, 0.9, (60, 60, 64), 2)
    assert _scanned(page, saved) == []
    tape = cv2.boxPoints(((640.0, 560.0), (420.0, 106.0), 31.0))
    cv2.fillPoly(page, [tape.astype(np.int32)], (85, 140, 190), cv2.LINE_AA)
    (finding,) = _scanned(page, saved)
    x0, y0, x1, y1 = finding["box"]
    low, high = tape.min(axis=0), tape.max(axis=0)
    assert (x0, y0, x1, y1) == pytest.approx((*low, *high), abs=4 * MM)


def test_a_lump_of_dirt_is_found_and_a_round_emblem_is_left_alone(saved: Save) -> None:
    page = _lines(_paper())
    cv2.circle(page, (620, 110), 72, (45, 45, 205), -1, cv2.LINE_AA)
    cv2.circle(page, (620, 110), 34, (60, 200, 240), -1, cv2.LINE_AA)
    assert _scanned(page, saved) == []
    turn = np.linspace(0, 2 * np.pi, 80)
    reach = 48 * (
        1 + 0.2 * np.cos(2 * turn + 1) + 0.12 * np.cos(3 * turn) + 0.08 * np.sin(5 * turn)
    )
    lump = np.stack([500 + reach * np.cos(turn), 1300 + reach * np.sin(turn)], 1)
    cv2.fillPoly(page, [np.round(lump).astype(np.int32)], (50, 70, 90), cv2.LINE_AA)
    (finding,) = _scanned(page, saved)
    x0, y0, x1, y1 = finding["box"]
    assert x0 < 500 < x1
    assert y0 < 1300 < y1


def test_a_finger_on_tinted_paper_is_found_and_its_red_print_is_left_alone(saved: Save) -> None:
    page = np.full((1754, 1240, 3), (222, 246, 224), np.uint8)
    y, x = np.mgrid[0:130, 0:100].astype(np.float32)
    across, down = x / 50 - 1, y / 65 - 1
    ridges = 0.5 + 0.5 * np.cos(np.hypot(across, 1.2 * (down + 0.2)) * 60)
    inked = np.clip((1 - across**2 - down**2) * 6, 0, 1) * (0.3 + 0.6 * ridges)
    part = page[900:1030, 300:400]
    part[:] = (part * (1 - inked[..., None]) + np.array([50, 45, 205]) * inked[..., None]).round()
    assert _scanned(page, saved) == []
    cv2.ellipse(page, (0, 500), (150, 58), 12, 0, 360, (135, 160, 205), -1, cv2.LINE_AA)
    (finding,) = _scanned(page, saved)
    assert finding["box"][0] < 12
    assert 420 < finding["box"][1] < 500 < finding["box"][3] < 600


def _torn(rng: np.random.Generator, lean: float) -> Pixels:
    """The corners of a scrap of 270 x 130 pixels whose sides are torn to and fro."""
    width, height = 270.0, 130.0
    along, down = np.arange(0, width, 18.0), np.arange(0, height, 18.0)
    sides = [
        np.stack([along, rng.uniform(-7, 7, along.size)], 1),
        np.stack([width + rng.uniform(-7, 7, down.size), down], 1),
        np.stack([along[::-1], height + rng.uniform(-7, 7, along.size)], 1),
        np.stack([rng.uniform(-7, 7, down.size), down[::-1]], 1),
    ]
    turn = np.radians(lean)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    outline = (np.concatenate(sides) - (width / 2, height / 2)) @ rotation
    return np.round(outline + np.array([560.0, 1220.0])).astype(np.int32)


def test_a_torn_scrap_is_found_that_lies_nearly_as_straight_as_a_slip(saved: Save) -> None:
    page = _lines(_paper())
    outline = _torn(np.random.default_rng(3), 2.5)
    cv2.fillPoly(page, [outline], (222, 228, 247), cv2.LINE_AA)
    for row in range(3):
        cv2.putText(page, "01234567", (480, 1192 + 34 * row), 0, 0.7, (60, 60, 64), 2)
    (finding,) = _scanned(page, saved, "side.png")
    bounds = (*outline.min(axis=0), *outline.max(axis=0))
    assert finding["box"] == pytest.approx(bounds, abs=4 * MM)


def test_receipts_of_nearly_the_dye_of_coloured_paper_are_no_scraps(saved: Save) -> None:
    page = np.full((1754, 1240, 3), (152, 211, 226), np.uint8)
    shade = np.random.default_rng(5).normal(0, 1, (1754, 1240)).astype(np.float32)
    page[..., 0] = np.clip(152 + 40 * cv2.GaussianBlur(shade, (0, 0), 9), 140, 164)
    page[260:820, 180:560] = (145, 206, 226)
    cv2.rectangle(page, (180, 260), (560, 820), (120, 170, 190), 1)
    for row in range(10):
        cv2.putText(page, "ITEM 12 34.50", (200, 330 + 44 * row), 0, 0.8, (50, 60, 62), 2)
    assert _scanned(page, saved) == []


def test_a_note_that_lies_askew_over_an_edge_and_text_is_found(saved: Save) -> None:
    page = _lines(_paper())
    note = cv2.boxPoints(((1190.0, 640.0), (330.0, 108.0), 11.0)).astype(np.int32)
    cv2.fillPoly(page, [note], (125, 215, 150), cv2.LINE_AA)
    (finding,) = _scanned(page, saved)
    x0, y0, x1, y1 = finding["box"]
    low, high = note.min(axis=0), note.max(axis=0)
    assert (x0, y0) == pytest.approx(tuple(low), abs=4 * MM)
    assert (x1, y1) == pytest.approx((1240, high[1]), abs=4 * MM)


@pytest.mark.parametrize(("lean", "found"), [(14.0, 1), (0.0, 0)])
def test_a_broad_rubber_band_over_text_is_told_from_a_printed_oval(
    saved: Save, lean: float, found: int
) -> None:
    page = _lines(_paper())
    cv2.ellipse(page, (700, 500), (105, 48), lean, 0, 360, (60, 195, 220), 18, cv2.LINE_AA)
    assert len(_scanned(page, saved)) == found


@pytest.mark.parametrize(("shadow", "found"), [(0.4, 1), (0.0, 0)])
def test_a_thread_that_turns_like_a_pen_stroke_is_told_by_its_shadow(
    saved: Save, shadow: float, found: int
) -> None:
    turn = np.linspace(0, 1.2 * np.pi, 40)
    bow = [(600 + 170 * np.cos(t), 1250 + 150 * np.sin(t)) for t in turn]
    bow = [(x + 0.35 * y - 400, y) for x, y in bow] + [(500.0, 1010.0), (680.0, 900.0)]
    cast = _curve(np.zeros((1754, 1240, 3), np.uint8), bow, 4, (255, 255, 255))
    cast = np.roll(cast, (3, 3), (0, 1))
    share = shadow * cv2.GaussianBlur(cast, (0, 0), 1.6).astype(np.float32) / 255
    page = np.round(_paper() * (1 - share)).astype(np.uint8)
    things = _scanned(_curve(page, bow, 4, (45, 40, 150)), saved)
    assert bool(things) == bool(found)


def test_a_glued_receipt_is_no_scrap_where_uneven_light_deepens_its_tint(saved: Save) -> None:
    page = _paper()
    y, x = np.mgrid[0:1754, 0:1240].astype(np.float32)
    deeper = np.exp(-(((x - 480) / 120) ** 2 + ((y - 620) / 150) ** 2))
    receipt = (slice(300, 1150), slice(200, 800))
    page[receipt][..., 0] = np.round(240.0 - 4.0 * deeper[receipt])
    assert _scanned(page, saved, "side.png") == []


def _kraft(page: Pixels) -> Pixels:
    return np.asarray(page * (np.array([165, 205, 225], np.float32) / 249), dtype=np.uint8)


def test_a_shadow_in_the_corner_of_tinted_paper_is_no_finger(pages: Any, saved: Save) -> None:
    page = _kraft(pages.blank())
    height, width = page.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    light = 1 - 0.34 * np.clip(1 - np.hypot(xs / 1100, (height - ys) / 1500), 0, 1)
    shaded = np.asarray(page * light[:, :, None], dtype=np.uint8)
    found = examine(saved(pages.spoiled(shaded)), 0)["findings"]
    assert not [finding for finding in found if finding["code"] == "foreign_object"]
