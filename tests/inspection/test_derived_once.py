"""What several parts of an inspection need of one side is derived once, and in small memory."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.detectors.reduced import shrunk, shrunk_work
from ocr.image import pale_writing
from ocr.image.heap import keep_freed_memory
from ocr.image.levels import median_of
from ocr.image.view import view_of
from ocr.shrinking import halved
from ocr.study import THUMBNAIL_LONGEST, examine_with_thumbnail


def _page(height: int = 1401, width: int = 1003) -> np.ndarray:
    grains = np.random.default_rng(3).integers(225, 240, (height, width, 3), dtype=np.uint8)
    for row in range(120, height - 120, 40):
        cv2.putText(grains, "0412 x 77", (90, row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (40, 30, 50), 2)
    return grains


def test_halves_of_a_view_are_those_of_its_planes() -> None:
    view = view_of(_page(), 150)

    assert np.array_equal(view.half_ink, halved(view.ink))
    assert np.array_equal(view.half_black, halved(view.black))
    for factor in (1, 2, 3, 4, 8):
        assert np.array_equal(shrunk_work(view, factor), shrunk(view.work, factor))


def test_halves_turn_with_the_view() -> None:
    view = view_of(_page(), 150)

    turned = view.turned(90)

    assert np.array_equal(turned.quarter, cv2.rotate(view.quarter, cv2.ROTATE_90_CLOCKWISE))
    assert np.array_equal(turned.half_ink, cv2.rotate(view.half_ink, cv2.ROTATE_90_CLOCKWISE))


@pytest.mark.parametrize("count", [1, 2, 7, 8, 301])
def test_median_is_the_median(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count).astype(np.float32)

    assert median_of(values) == pytest.approx(float(np.median(values)))


def test_energy_by_rows_of_cells_is_that_of_the_whole() -> None:
    tones = np.ascontiguousarray(_page()[:, :, 1])
    grid = (35, 39, 28)

    banded = pale_writing._energy(tones, 5.9, (0.2, 0.51), grid)

    real = tones.astype(np.float32)
    band = pale_writing._smooth(real, 0.2 * 5.9) - pale_writing._smooth(real, 0.51 * 5.9)
    squares = np.square(band[: 39 * 35, : 28 * 35])
    whole = squares.reshape(39, 35, 28, 35).mean(axis=(1, 3))
    assert np.allclose(banded, whole, rtol=1e-3)


@pytest.mark.parametrize("size", [(1240, 1754), (300, 200), (90, 700)])
def test_thumbnail_comes_of_the_smallest_picture_that_is_large_enough(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    wide, high = size
    file, target = tmp_path / "page.png", tmp_path / "thumbnail.jpg"
    Image.fromarray(_page(high, wide)).save(file, dpi=(150, 150))

    examine_with_thumbnail(str(file), 0, {}, str(target))

    with Image.open(target) as picture:
        assert max(picture.size) == min(THUMBNAIL_LONGEST, max(size))
        assert picture.width / picture.height == pytest.approx(wide / high, rel=0.03)


def test_setting_of_the_c_library_does_no_harm() -> None:
    assert keep_freed_memory() in (True, False)
    assert int(np.ones((3000, 3000), np.uint8).sum()) == 9_000_000
