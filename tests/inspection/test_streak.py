"""Streaks of a dirty glass: lines of any colour that stand still; not what is printed or folded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from ocr.inspection import examine

Save = Callable[..., str]
Pixels = np.ndarray


def _seen(page: Pixels, saved: Save) -> list[dict[str, Any]]:
    findings = examine(saved(page), 0)["findings"]
    return [finding for finding in findings if finding["code"] == "streak"]


def _streaked(
    page: Pixels, x: int, width: int, colour: tuple[int, int, int], share: float = 0.9
) -> Pixels:
    result = page.copy()
    band = result[:, x : x + width].astype(np.float32)
    result[:, x : x + width] = band * (1 - share) + np.array(colour, np.float32) * share
    return result


@pytest.mark.parametrize(
    ("x", "width", "colour", "share"),
    [
        (1200, 1, (40, 40, 44), 0.9),
        (700, 12, (120, 120, 120), 0.8),
        (1900, 3, (60, 60, 60), 0.12),
        (420, 2, (60, 200, 90), 0.6),
        (900, 4, (255, 255, 255), 1.0),
    ],
)
def test_a_line_of_any_colour_is_found(
    pages: Any, saved: Save, x: int, width: int, colour: tuple[int, int, int], share: float
) -> None:
    paper = np.minimum(pages.text(31), np.full(3, 236, np.uint8))
    page = pages.spoiled(paper, skew=0.5)
    (finding,) = _seen(_streaked(page, x, width, colour, share), saved)
    x0, y0, x1, y1 = finding["box"]
    assert x - 8 <= x0 <= x + width / 2 <= x1 <= x + width + 8
    assert (y0, y1) == (0.0, 3508.0)
    assert finding["severity"] == "warn"
    assert finding["value"] > finding["limit"]


def test_several_lines_on_a_blank_side_and_one_in_a_turned_scan(pages: Any, saved: Save) -> None:
    page = _streaked(pages.spoiled(pages.blank()), 600, 3, (70, 66, 84))
    page = _streaked(page, 1800, 2, (200, 60, 60))
    assert len(_seen(page, saved)) == 2
    turned = np.ascontiguousarray(
        np.rot90(_streaked(pages.spoiled(pages.text(32)), 800, 3, (9, 9, 9)))
    )
    (finding,) = _seen(turned, saved)
    assert finding["box"][0] == 0.0
    assert finding["box"][2] == 3508.0


def test_a_line_that_starts_late_and_is_hidden_by_a_dark_area_is_found(
    pages: Any, saved: Save
) -> None:
    page = pages.spoiled(pages.text(33), skew=-0.4)
    lined = _streaked(page, 1500, 4, (50, 50, 50))
    lined[:120] = page[:120]
    lined[2000:2500, 1200:1900] = 30
    assert len(_seen(lined, saved)) == 1


def test_rules_creases_and_edges_are_no_streaks(pages: Any, saved: Save) -> None:
    straight = pages.form("李某")
    assert _seen(pages.spoiled(straight), saved) == []
    tilted = pages.text(34)
    for x in (250, 2230):
        cv2.line(tilted, (x - 6, 0), (x + 6, 3508), (70, 70, 210), 3, cv2.LINE_AA)
    assert _seen(pages.spoiled(tilted), saved) == []
    creased = pages.text(35)
    cv2.line(creased, (1225, 0), (1240, 3508), (215, 215, 215), 5, cv2.LINE_AA)
    assert _seen(pages.spoiled(creased), saved) == []
    edged = pages.spoiled(pages.text(36))
    edged[:, 2400:] = (200, 200, 200)
    edged[:, 2396:2404] = (150, 150, 150)
    assert _seen(edged, saved) == []


def test_columns_of_characters_below_each_other_are_no_light_streaks(
    pages: Any, saved: Save
) -> None:
    page = pages.text(37, lines=30, size=48)
    assert _seen(np.where(page > 235, 255, page).astype(np.uint8), saved) == []


def test_the_columns_of_a_rough_sensor_are_no_streaks_but_dirt_on_it_is_one(
    pages: Any, saved: Save
) -> None:
    chance = np.random.default_rng(6)
    columns = chance.normal(0, 4.5, (1, 2480, 1))
    page = np.clip(pages.spoiled(pages.text(38)) + columns, 0, 255).astype(np.uint8)
    assert _seen(page, saved) == []
    assert len(_seen(_streaked(page, 1400, 6, (90, 90, 90)), saved)) == 1


def test_the_rules_of_a_long_table_are_no_streaks(pages: Any, saved: Save) -> None:
    page = pages.text(39, lines=4)
    for x in range(300, 2200, 380):
        cv2.line(page, (x, 300), (x, 3260), (30, 30, 30), 4)
    for y in range(300, 3300, 370):
        cv2.line(page, (300, y), (2200, y), (30, 30, 30), 4)
    assert _seen(pages.spoiled(page), saved) == []
