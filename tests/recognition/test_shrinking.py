"""Pictures made smaller: size, place and mean stay what they were."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.shrinking import halved, shrunk


@pytest.mark.parametrize("shape", [(401, 300), (400, 301, 3), (100, 80)])
@pytest.mark.parametrize("share", [0.4, 0.33, 0.12])
def test_a_mark_stays_in_its_place(shape: tuple[int, ...], share: float) -> None:
    picture = np.full(shape, 250, dtype=np.uint8)
    height, width = shape[:2]
    picture[height // 2 : 3 * height // 4, width // 4 : width // 2] = 10
    size = (round(width * share), round(height * share))

    small = shrunk(picture, *size)

    assert small.shape == (size[1], size[0], *shape[2:])
    rows, columns = np.nonzero((small if small.ndim == 2 else small[:, :, 0]) < 130)
    assert abs(rows.min() / size[1] - 0.5) < 1.5 / size[1]
    assert abs(columns.min() / size[0] - 0.25) < 1.5 / size[0]
    assert abs(float(small.mean()) - float(picture.mean())) < 4


def test_half_of_an_odd_picture_is_a_plain_mean() -> None:
    picture = np.arange(35, dtype=np.uint8).reshape(5, 7)

    half = halved(picture)

    assert half.shape == (2, 3)
    assert half[0, 0] == round((0 + 1 + 7 + 8) / 4)
    assert shrunk(picture, 7, 5) is picture
    assert halved(picture[:1]).shape == (1, 7)
