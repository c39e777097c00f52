"""What lies over the edge of a page hides what is below it; a shadow does not."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.alteration.places import usable_places


def pages_of_strokes() -> tuple[np.ndarray, np.ndarray]:
    """The same rows of upright strokes on both pages."""
    page = np.zeros((700, 500), np.float32)
    for top in range(60, 660, 40):
        for left in range(60, 440, 9):
            page[top : top + 18, left : left + 3] = 80
    return page, page.copy()


@pytest.mark.parametrize("which", [0, 1])
def test_the_edge_of_a_shadow_hides_nothing(which: int) -> None:
    pages = pages_of_strokes()
    dark = [np.zeros((700, 500), np.uint8) for _ in pages]
    dark[which][200:330, :] = 1
    # A character below the shadow was erased.
    pages[which][260:278, 204:222] = 0
    usable = usable_places(np.ones((700, 500), np.bool_), dark, pages)
    assert usable[220:310, 60:440].all()


def test_a_finger_hides_what_is_below_it() -> None:
    pages = pages_of_strokes()
    dark = [np.zeros((700, 500), np.uint8) for _ in pages]
    dark[1][480:, 200:300] = 1
    pages[1][480:, 200:300] = 0
    usable = usable_places(np.ones((700, 500), np.bool_), dark, pages)
    assert not usable[480:, 200:300].any()
    assert usable[100:400, 60:440].all()


def test_a_dark_lid_over_a_hole_shows_nothing() -> None:
    pages = pages_of_strokes()
    dark = [np.zeros((700, 500), np.uint8) for _ in pages]
    dark[0][300:330, 35:65] = dark[1][:, :50] = 1
    pages[0][300:330, 35:65] = 60
    pages[1][:, 40:50] = 60
    usable = usable_places(np.ones((700, 500), np.bool_), dark, pages)
    assert not usable[:, :50].any()


def test_below_what_covers_blank_paper_nothing_is_known() -> None:
    pages = (np.zeros((700, 500), np.float32), np.zeros((700, 500), np.float32))
    dark = [np.zeros((700, 500), np.uint8) for _ in pages]
    dark[1][500:, 100:200] = 1
    usable = usable_places(np.ones((700, 500), np.bool_), dark, pages)
    assert not usable[500:, 100:200].any()
