"""What is stamped is told from what is printed: over print, and within the ring of a seal."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.small_page import small_page
from ocr.stamped_lines import with_stamps_told
from ocr.tree import PRINT, STAMP, Box, Line, TextTree

RED = (45, 40, 205)
LETTERING: Box = (700.0, 505.0, 750.0, 555.0)
"""Where the last character of a seal's lettering stands: within the ring, apart from it."""


def page(ring: tuple[int, int] | None) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A grey page of 200 dpi with a red character and, of these half axes, a ring around it that
    a black rule cuts."""
    pixels = np.full((1100, 1100, 3), 240, dtype=np.uint8)
    x0, y0, x1, y1 = (int(value) for value in LETTERING)
    for y in range(y0, y1, 12):
        pixels[y : y + 6, x0:x1] = RED
    if ring is not None:
        cv2.ellipse(pixels, (600, 500), ring, 0, 0, 360, RED, 8)
    pixels[498:502, 200:1000] = (30, 30, 30)
    return pixels


def kinds(ring: tuple[int, int] | None) -> list[str]:
    line = Line(text="院", confidence=0.3, box=LETTERING)
    return [
        told.kind for told in with_stamps_told(small_page(page(ring), 200), tree_of(line)).lines
    ]


def tree_of(*lines: Line) -> TextTree:
    return TextTree(
        engine="drawn", engine_version="1", width=1100, height=1100, orientation=0, lines=lines
    )


@pytest.mark.parametrize("ring", [(165, 165), (180, 130)])
def test_the_lettering_of_a_seal_is_a_stamp_and_no_line_of_the_page(ring: tuple[int, int]) -> None:
    assert kinds(ring) == [STAMP]


@pytest.mark.parametrize("ring", [None, (400, 165), (300, 300)])
def test_red_print_outside_a_seal_stays_print(ring: tuple[int, int] | None) -> None:
    assert kinds(ring) == [PRINT]


def test_print_beside_the_lettering_belongs_to_its_own_line() -> None:
    pixels = page((165, 165))
    pixels[505:555, 640:690] = (30, 30, 30)
    lettering = Line(text="院书", confidence=0.3, box=(640.0, 500.0, 750.0, 560.0))
    printed = Line(text="书记员", confidence=0.99, box=(400.0, 503.0, 692.0, 557.0))
    tree = tree_of(lettering, printed)

    told = with_stamps_told(small_page(pixels, 200), tree).lines

    assert [line.kind for line in told] == [STAMP, PRINT]
    assert with_stamps_told(small_page(pixels, 200), tree_of(lettering)).lines[0].kind == PRINT
