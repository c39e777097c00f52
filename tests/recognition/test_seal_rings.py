"""Rings of seals found and taken out of an ink separation."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.fields.seal_rings import darker_than, seal_rings, without_rings

PER_MM = 200 / 25.4


def paper() -> NDArray[np.uint8]:
    return np.full((340, 600), 255, np.uint8)


@pytest.mark.parametrize(("x", "y"), [(300, 160), (560, 250), (40, 120)])
def test_a_ring_is_found_even_where_the_rim_cuts_it(x: int, y: int) -> None:
    page = paper()
    cv2.circle(page, (x, y), 130, (100,), 9)
    cv2.putText(page, "186", (x - 30, y - 105), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20,), 4)

    (ring,) = seal_rings(page, PER_MM)

    assert abs(ring.x - x) < 3 and abs(ring.y - y) < 3
    assert ring.inner < 130 < ring.outer
    assert ring.outer - ring.inner < 18
    cleared = without_rings(page, [ring])
    assert np.count_nonzero(cleared == 100) < 0.1 * np.count_nonzero(page == 100)
    assert np.count_nonzero(cleared == 20) == np.count_nonzero(page == 20)
    darker = darker_than(page, [ring])
    assert darker is not None
    assert (darker[page == 20] < 60).all() and (darker[page >= 100] > 250).all()


def test_text_and_rules_are_no_rings() -> None:
    page = paper()
    cv2.rectangle(page, (20, 20), (500, 300), (30,), 3)
    cv2.putText(page, "2023 MAY 186", (60, 120), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (20,), 5)
    cv2.circle(page, (400, 220), 30, (30,), 3)

    assert seal_rings(page, PER_MM) == []
    assert seal_rings(paper(), PER_MM) == []


def test_nothing_is_darker_than_a_black_ring() -> None:
    page = paper()
    cv2.circle(page, (300, 160), 130, (0,), 9)

    assert darker_than(page, seal_rings(page, PER_MM)) is None
