"""Streaks that come and go, or lie close together; ruled paper has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ocr.inspection import examine
from tests.inspection.sheets import grained

Save = Callable[..., str]
Pixels = np.ndarray


def _seen(page: Pixels, saved: Save) -> list[dict[str, Any]]:
    path = saved(grained(page, 5, 2.0), dpi=150)
    return [found for found in examine(path, 0)["findings"] if found["code"] == "streak"]


def _paper() -> Pixels:
    return np.full((1754, 1240, 3), 246, np.uint8)


def test_two_lines_close_together_are_found(saved: Save) -> None:
    page = _paper()
    page[:, 700:702] = 90
    page[:, 706:707] = 70
    found = _seen(page, saved)
    assert found
    assert all(690 < finding["box"][0] < finding["box"][2] < 716 for finding in found)


def test_a_line_that_ends_in_the_middle_of_the_sheet_is_found(saved: Save) -> None:
    page = _paper()
    page[:1050, 430:432] = 60
    (finding,) = _seen(page, saved)
    assert finding["box"][0] <= 430
    assert finding["box"][2] >= 432


def test_ruled_paper_that_stands_straight_has_no_streaks(saved: Save) -> None:
    page = _paper()
    for y in range(150, 1700, 47):
        page[y : y + 2] = (200, 160, 130)
    assert _seen(page, saved) == []
