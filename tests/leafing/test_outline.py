"""Where a leaf lies and whether it bears anything, told by light, colour and marks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.leafing.outline import outline, tone_of

WOOD = (60, 76, 92)


def lying(words: int = 0) -> NDArray[np.uint8]:
    """A leaf on a wooden table, lit from the left so that its right edge is as dark as the table
    at its left; so many words stand near its lower edge."""
    picture = np.full((720, 1280, 3), WOOD, np.uint8)
    cv2.rectangle(picture, (420, 30), (880, 690), (225, 225, 225), -1)
    for word in range(words):
        start = (460 + 95 * word, 630)
        cv2.putText(picture, "N A", start, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (40, 40, 40), 2)
    light = np.clip(1.6 - np.arange(1280) / 1280 * 1.7, 0.25, None)
    return np.clip(picture * light[None, :, None], 0, 255).astype(np.uint8)


def test_a_leaf_keeps_its_colour_where_its_light_is_that_of_the_table() -> None:
    pixels = lying()
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    found = outline(gray, tone_of(pixels))
    assert found is not None
    expected = np.array([[420, 30], [880, 30], [880, 690], [420, 690]])
    assert np.abs(found.corners - expected).max() < 25


@pytest.mark.parametrize(("words", "blank"), [(0, True), (4, False)])
def test_signatures_alone_make_a_leaf_that_is_not_blank(words: int, *, blank: bool) -> None:
    pixels = lying(words)
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    found = outline(gray, tone_of(pixels))
    assert found is not None
    assert found.blank == blank
    # The other face may shine through: that is no leaf which the file lacks.
    assert not found.lettered
