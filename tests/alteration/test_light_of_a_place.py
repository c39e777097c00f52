"""Light and bends of a place are told from what was altered there."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.alteration.lighting import lit_alike
from ocr.alteration.nudging import Nudged, Weighed, unexplained, weights

_KERNEL = np.ones((3, 3), np.uint8)


def row_of_marks(wide: int = 84, high: int = 84) -> np.ndarray:
    """Eight upright strokes beside each other, each with a foot."""
    plane = np.zeros((high, wide), np.float32)
    for x in range(6, wide - 6, 10):
        plane[32:52, x : x + 3] = 90
        plane[50:53, x : x + 7] = 90
    return plane


def test_ink_that_pales_along_a_row_is_the_same() -> None:
    one = row_of_marks()
    other = one * np.linspace(1.0, 0.3, one.shape[1], dtype=np.float32)
    lit = lit_alike(one, other, np.ones(one.shape, np.bool_))
    assert float(np.abs(lit - one).max()) < 8


def test_a_stroke_that_is_gone_stays_gone() -> None:
    one = row_of_marks()
    other = one * np.linspace(1.0, 0.5, one.shape[1], dtype=np.float32)
    other[:, 44:55] = 0
    lit = lit_alike(one, other, np.ones(one.shape, np.bool_))
    assert float(lit[:, 44:55].max()) == 0
    assert float(np.abs(lit - one)[:, :44].max()) < 8


def test_a_page_without_common_ink_is_left_as_it_is() -> None:
    one = row_of_marks()
    other = np.zeros_like(one)
    assert lit_alike(one, other, np.ones(one.shape, np.bool_)) is other


@pytest.mark.parametrize("long", [240, 1000])
@pytest.mark.parametrize("erased", [False, True])
def test_a_line_of_a_table_that_pales_is_no_alteration(erased: bool, long: int) -> None:
    one = np.zeros((long, 120), np.float32)
    one[:, 59:62] = 90
    grain = np.random.default_rng(2).uniform(0, 3, one.shape).astype(np.float32)
    light = 1 - 0.65 * np.exp(-(((np.arange(long) - long / 2) / (long / 4)) ** 2))
    other = (one * light[:, None]).astype(np.float32) + grain
    if erased:
        other[105:135] = 0
    usable = np.ones(one.shape, np.bool_)
    over = np.maximum(unexplained(one, other, _KERNEL)[1] - 30, 0) + 30
    over[over <= 30] = 0
    weighed = Weighed(over=over, weight=weights(over), least=30.0, limit=0.12)
    nudged = Nudged(one=one, other=other, usable=usable, kernel=_KERNEL)
    part = (slice(0, long), slice(0, 120))
    here = np.ones(one.shape, np.bool_)
    assert weighed.ratio(part, here) > 1
    assert (nudged.ratio(part, here, weighed, 1) >= 1) is erased
