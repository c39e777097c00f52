"""What is taken from a frame before any side is thought of."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.leafing.view import halves

WIDE = np.array([[0, 0], [280, 10], [280, 210], [0, 200]], np.float32)


@pytest.mark.parametrize("turned", range(4))
def test_an_open_book_is_cut_into_its_pages(turned: int) -> None:
    """Wherever the corners begin: sideways the pages lie one above the other."""
    pages = halves(np.roll(WIDE, turned, axis=0))

    middles = sorted(np.mean(page, axis=0).tolist() for page in pages)
    assert middles == [[70.0, 102.5], [210.0, 107.5]]
    assert all(len(page) == 4 for page in pages)
