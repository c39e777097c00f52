"""Bleed-through: the other face disturbs, and what only looks like it does not."""

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
    return [finding for finding in findings if finding["code"] == "bleed_through"]


def _through(page: Pixels, back: Pixels, strength: float, smear: float) -> Pixels:
    """`back` seen through the paper of `page`; `smear` in millimetres."""
    mirrored = cv2.GaussianBlur(cv2.flip(back, 1), (0, 0), smear * 300 / 25.4)
    share = 1 - strength * (255 - mirrored.astype(np.float32)) / 255
    return np.clip(page * share, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("strength", "smear"), [(0.22, 0.15), (0.32, 0.2), (0.42, 0.35)])
def test_text_that_shines_through_is_found(
    pages: Any, saved: Save, strength: float, smear: float
) -> None:
    front, back = pages.text(61), pages.text(62, size=56)
    (finding,) = _seen(pages.spoiled(_through(front, back, strength, smear)), saved)
    assert finding["severity"] == "warn"
    assert finding["limit"] < finding["value"] < strength
    x0, y0, x1, y1 = finding["box"]
    assert x1 - x0 > 1000
    assert y1 - y0 > 1500


def test_it_is_found_on_a_side_without_writing(pages: Any, saved: Save) -> None:
    page = pages.spoiled(_through(pages.blank(), pages.text(63), 0.3, 0.2))
    assert len(_seen(page, saved)) == 1


def test_what_sound_paper_lets_through_is_left_alone(pages: Any, saved: Save) -> None:
    assert _seen(pages.spoiled(_through(pages.text(64), pages.text(65), 0.05, 0.2)), saved) == []


def test_gray_print_beside_black_is_of_this_face(pages: Any, saved: Save) -> None:
    page = pages.text(66, lines=12)
    gray = pages.text(67, lines=28).astype(np.float32)
    page[1700:] = (255 - (255 - gray[1700:]) * 0.4).astype(np.uint8)
    assert _seen(pages.spoiled(page), saved) == []


def test_dirt_stands_in_no_rows(pages: Any, saved: Save) -> None:
    chance = np.random.default_rng(4)
    clouds = cv2.resize(chance.normal(0, 1, (220, 155)), (2480, 3508)).astype(np.float32)
    page = pages.text(68, lines=10) * (1 - np.clip((clouds - 1.2) * 0.2, 0, 0.4))[:, :, None]
    assert _seen(pages.spoiled(page.astype(np.uint8)), saved) == []


def test_a_few_lines_of_the_other_face_are_found(pages: Any, saved: Save) -> None:
    page = pages.spoiled(_through(pages.text(69), pages.text(70, lines=6, size=56), 0.35, 0.2))
    assert len(_seen(page, saved)) == 1


def test_few_words_over_much_that_shines_through_are_not_pale(pages: Any, saved: Save) -> None:
    page = pages.spoiled(_through(pages.text(72, lines=3), pages.text(73), 0.27, 0.08))
    assert examine(saved(page), 0)["measures"]["contrast"] > 0.5


def test_large_pale_letters_are_no_bleed_through(pages: Any, saved: Save) -> None:
    page = pages.text(71, lines=18)
    letters = np.full(page.shape, 255, np.uint8)
    for row in range(5):
        place = (200, 700 + 600 * row)
        cv2.putText(letters, "ARCHIVE", place, cv2.FONT_HERSHEY_SIMPLEX, 15, (0, 0, 0), 90)
    assert _seen(pages.spoiled(_through(page, cv2.flip(letters, 1), 0.16, 0.1)), saved) == []
