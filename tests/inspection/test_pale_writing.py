"""Writing that has paled is never taken for an empty side; what shines through is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from ocr.inspection import examine

Save = Callable[..., str]
Pixels = np.ndarray


def _paled(page: Pixels, strength: float, paper: int = 255) -> Pixels:
    ink = 255 - page.astype(np.float32)
    return np.clip(paper - ink * strength, 0, 255).astype(np.uint8)


def _through(page: Pixels, strength: float, smear: float) -> Pixels:
    return _paled(cv2.GaussianBlur(cv2.flip(page, 1), (0, 0), smear * 300 / 25.4), strength)


@pytest.mark.parametrize(
    ("strength", "paper"), [(0.08, 255), (0.12, 255), (0.16, 255), (0.08, 170), (0.12, 150)]
)
def test_a_page_that_paled_is_written_on_and_told(
    pages: Any, saved: Save, strength: float, paper: int
) -> None:
    seen = examine(saved(pages.spoiled(_paled(pages.text(71), strength, paper))), 0)
    codes = {finding["code"] for finding in seen["findings"]}
    assert not seen["blank"]
    assert codes & {"low_contrast", "too_light"}
    assert not codes & {"blank", "bleed_through"}


@pytest.mark.parametrize(("strength", "smear"), [(0.09, 0.2), (0.16, 0.2), (0.3, 0.24)])
def test_a_side_that_the_other_face_shines_through_stays_blank(
    pages: Any, saved: Save, strength: float, smear: float
) -> None:
    seen = examine(saved(pages.spoiled(_through(pages.text(72), strength, smear))), 0)
    assert seen["blank"]
    assert "low_contrast" not in {finding["code"] for finding in seen["findings"]}


def test_specks_on_what_shines_through_make_no_writing(pages: Any, saved: Save) -> None:
    page = _through(pages.text(73), 0.14, 0.2)
    chance = np.random.default_rng(5)
    for x, y in chance.integers(100, 2300, (250, 2)):
        cv2.circle(page, (int(x), int(y)), int(chance.integers(1, 4)), (150, 150, 150), -1)
    assert examine(saved(pages.spoiled(page)), 0)["blank"]
