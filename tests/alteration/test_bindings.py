"""Holes, staples and threads are known by their shape and place; writing in the margin is not one
of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.alteration.bindings import bound
from ocr.alteration.planes import PIXELS_MM, Inks

SHAPE = (1754, 1240)


def place(x: float, y: float) -> tuple[int, int]:
    """Pixels of a place in millimetres."""
    return round(x * PIXELS_MM), round(y * PIXELS_MM)


def empty() -> np.ndarray:
    return np.zeros(SHAPE, np.float32)


def seen(plane: np.ndarray, red: np.ndarray | None = None) -> Inks:
    return Inks(dark=plane, red=red)


def hole(plane: np.ndarray, x: float, y: float) -> None:
    """A hole through which something light is seen: its rim alone is dark."""
    cv2.circle(plane, place(x, y), round(2.2 * PIXELS_MM), 45.0, 2)


def staple(plane: np.ndarray, x: float, y: float) -> None:
    cv2.line(plane, place(x, y), place(x + 8, y + 8), 50.0, 4)


def torn(plane: np.ndarray, x: float, y: float) -> None:
    """A staple was taken out."""
    for off in (0, 8):
        cv2.circle(plane, place(x + off, y + off), 4, 40.0, -1)


def thread(plane: np.ndarray, x: float, y: float) -> None:
    cv2.line(plane, place(x, y), place(x + 1, y + 120), 60.0, 6)


def shadow_of_white_thread(plane: np.ndarray, x: float, y: float) -> None:
    """Hardly seen but for its shadow and the hole it runs through."""
    cv2.line(plane, place(x, y), place(x + 1, y + 120), 30.0, 2)
    hole(plane, x + 0.5, y + 60)


@pytest.mark.parametrize("thing", [hole, staple, torn, thread, shadow_of_white_thread])
@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("back", [False, True])
def test_what_binding_leaves_is_known(thing: object, which: int, back: bool) -> None:
    planes = [empty(), empty()]
    thing(planes[which], 10.0, 12.0)  # type: ignore[operator]
    if back:
        planes[which] = np.ascontiguousarray(planes[which][:, ::-1])
    found = bound(seen(planes[0]), seen(planes[1]))
    assert found[planes[which] > 0].all()
    assert float(found.mean()) < 0.02


def test_the_same_things_elsewhere_are_marks() -> None:
    plane = empty()
    hole(plane, 60, 100)
    staple(plane, 60, 150)
    staple(plane, 8, 150)
    torn(plane, 8, 180)
    thread(plane, 100, 60)
    assert not bound(seen(empty()), seen(plane)).any()


def test_writing_in_the_margin_is_no_hole() -> None:
    writing = np.zeros(SHAPE, np.uint8)
    for row in range(8):
        at = place(8, 60 + 8 * row)
        cv2.putText(writing, "M5k", at, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 70, 3)
    plane = writing.astype(np.float32)
    # A line that a pen drew down the margin.
    cv2.line(plane, place(20, 60), place(20.5, 150), 70.0, 2)
    assert not bound(seen(empty()), seen(plane)).any()


def test_a_red_print_of_a_finger_is_no_hole() -> None:
    plane, red = empty(), empty()
    cv2.circle(red, place(12, 90), round(3 * PIXELS_MM), 60.0, -1)
    assert not bound(seen(empty(), empty()), seen(plane, red)).any()


def test_what_both_have_is_left_to_the_comparison() -> None:
    plane = empty()
    thread(plane, 12, 80)
    assert not bound(seen(plane), seen(plane.copy())).any()
