"""What lies at the edges of sound sheets and is neither bed, fold nor cut: and a sheet that was
stamped between two scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from ocr.inspection import examine
from ocr.similarity import similarity

Save = Callable[..., str]
_EDGE = {"cut_off", "folded_corner", "black_border"}


def _coarse(page: np.ndarray) -> np.ndarray:
    """The page at 150 dots per inch."""
    return cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def _codes(page: np.ndarray, saved: Save) -> set[str]:
    return {finding["code"] for finding in examine(saved(page, dpi=150), 0)["findings"]} & _EDGE


def test_a_band_of_colour_printed_to_the_edge_is_no_bed(pages: Any, saved: Save) -> None:
    page = _coarse(pages.text(41))
    page[:110] = (40, 30, 170)
    cv2.putText(page, "LETTERHEAD", (150, 80), 0, 2.0, (255, 255, 255), 5)
    assert _codes(pages.spoiled(page), saved) == set()
    page[:110] = (14, 14, 14)
    assert "black_border" in _codes(pages.spoiled(page), saved)


def test_a_line_of_a_fax_machine_stands_alone(pages: Any, saved: Save) -> None:
    page = _coarse(pages.text(42))
    fax = page.copy()
    cv2.putText(fax, "2023-05-06 14:22 FROM 0571-88001122 P.03/07", (80, 17), 0, 0.5, (20,) * 3, 1)
    assert _codes(pages.spoiled(fax), saved) == set()
    top = int(np.flatnonzero((page.min(axis=2) < 120).any(axis=1))[0])
    assert "cut_off" in _codes(pages.spoiled(np.ascontiguousarray(page[top + 12 :])), saved)


def test_a_shadow_that_fades_over_the_corners_is_no_bed(pages: Any, saved: Save) -> None:
    page = _coarse(pages.text(43))
    height, width = page.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot((x - width / 2) / width, (y - height / 2) / height)
    light = 1 - 0.45 * np.clip(away - 0.25, 0, 1) ** 1.5 / 0.6
    dim = np.clip(page * light[:, :, None], 0, 255).astype(np.uint8)
    assert _codes(pages.spoiled(dim), saved) == set()


def test_a_sheet_that_was_stamped_between_two_scans_is_a_twin(pages: Any, saved: Save) -> None:
    page = _coarse(pages.text(44))
    stamped = page.copy()
    cv2.circle(stamped, (860, 1230), 110, (40, 40, 200), 6)
    cv2.putText(stamped, "COURT", (790, 1245), 0, 1.4, (40, 40, 200), 4)
    other = _coarse(pages.text(45))
    prints = [
        str(examine(saved(pages.spoiled(each, seed=seed), dpi=150), 0)["fingerprint"])
        for seed, each in enumerate((page, stamped, other))
    ]
    assert similarity(prints[0], prints[1]) > 0.75
    assert similarity(prints[1], prints[0]) > 0.75
    assert similarity(prints[1], prints[2]) < 0.5
