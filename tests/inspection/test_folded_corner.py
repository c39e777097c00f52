"""Folded and torn corners over any bed; not staples, rounded or shaded corners, seals, frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from ocr.inspection import examine

Save = Callable[..., str]
Pixels = np.ndarray
MM = 300 / 25.4
CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")


def _seen(page: Pixels, saved: Save, **how: Any) -> list[dict[str, Any]]:
    findings = examine(saved(page, **how), 0)["findings"]
    return [finding for finding in findings if finding["code"] == "folded_corner"]


def _turned(page: Pixels, corner: str) -> Pixels:
    """The page with the corner at the top left; the same again turns it back."""
    across = 1 if corner.endswith("right") else None
    both = (-1 if across else 0) if corner.startswith("bottom") else across
    return page.copy() if both is None else cv2.flip(page, both)


def _folded(
    page: Pixels,
    corner: str,
    legs: tuple[float, float],
    bed: tuple[int, int, int],
    flap: tuple[int, int, int] | None,
) -> Pixels:
    """The corner folded over: to the back when there is no colour of the flap."""
    result = _turned(page, corner)
    a, b = (leg * MM for leg in legs)
    cv2.fillPoly(result, [np.array([(0, 0), (a, 0), (0, b)], dtype=np.int32)], bed)
    if flap is None:
        cv2.line(result, (round(a), 0), (0, round(b)), tuple(v * 0.8 for v in bed), 2, cv2.LINE_AA)
    else:
        share = 2 * a * b / (a * a + b * b)
        outline = np.array([(a, 0), (b * share, a * share), (0, b)], dtype=np.int32)
        cv2.fillPoly(result, [outline], flap)
        cv2.polylines(result, [outline], True, tuple(v * 0.75 for v in flap), 3, cv2.LINE_AA)
    return _turned(result, corner)


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize(
    ("legs", "bed", "flap"),
    [
        ((8.5, 9.0), (20, 20, 20), (240, 238, 232)),
        ((30.0, 22.0), (160, 160, 160), (170, 200, 230)),
        ((14.0, 18.0), (253, 253, 253), (226, 222, 214)),
        ((12.0, 11.0), (60, 60, 62), None),
    ],
)
def test_a_folded_corner_is_found(
    pages: Any,
    saved: Save,
    corner: str,
    legs: tuple[float, float],
    bed: tuple[int, int, int],
    flap: tuple[int, int, int] | None,
) -> None:
    page = np.minimum(pages.text(51, lines=20), np.array((232, 238, 240), np.uint8))
    (finding,) = _seen(pages.spoiled(_folded(page, corner, legs, bed, flap), skew=0.3), saved)
    x0, y0, x1, y1 = finding["box"]
    assert finding["severity"] == "warn"
    assert finding["value"] == pytest.approx(min(legs), abs=2.0)
    assert (x0 == 0.0) == corner.endswith("left")
    assert (y0 == 0.0) == corner.startswith("top")
    assert x1 - x0 >= 0.8 * legs[0] * MM
    assert y1 - y0 >= 0.8 * legs[1] * MM


def test_it_fails_when_writing_runs_under_it(pages: Any, saved: Save) -> None:
    page = pages.text(52, lines=30)
    cv2.putText(page, "ABCDEFGHIJKLMNOPQRSTUVWX", (60, 380), 0, 3.0, (30, 30, 30), 7)
    (finding,) = _seen(
        pages.spoiled(_folded(page, "top_left", (40.0, 40.0), (30, 30, 30), (225, 225, 220))), saved
    )
    assert finding["severity"] == "fail"


def test_a_torn_corner_and_a_tilted_page_in_its_bed(pages: Any, saved: Save) -> None:
    chance = np.random.default_rng(5)
    page = pages.text(53, lines=20)
    ragged = [
        (20 * MM * (1 - t) + chance.normal(0, 5), 26 * MM * t + chance.normal(0, 5))
        for t in np.linspace(0, 1, 24)
    ]
    torn = page.copy()
    cv2.fillPoly(torn, [np.array([(0, 0), *ragged], dtype=np.int32)], (90, 90, 90))
    assert len(_seen(pages.spoiled(torn), saved)) == 1
    folded = _folded(page, "bottom_right", (15.0, 13.0), (18, 18, 18), None)
    bedded = cv2.copyMakeBorder(folded, 70, 70, 70, 70, cv2.BORDER_CONSTANT, value=(18, 18, 18))
    matrix = cv2.getRotationMatrix2D((1310, 1824), 1.5, 1.0)
    tilted = cv2.warpAffine(bedded, matrix, (2620, 3648), borderValue=(18, 18, 18))
    assert len(_seen(pages.spoiled(tilted), saved)) == 1


def test_what_is_no_fold_is_left_alone(pages: Any, saved: Save) -> None:
    page = pages.text(54, lines=20)
    # A staple with its crease, a rounded corner, a shadow, a frame, a number and a seal.
    cv2.line(page, (120, 190), (190, 120), (90, 90, 90), 6)
    creased = page.astype(np.float32)
    line = np.zeros(page.shape[:2], np.uint8)
    cv2.line(line, (400, 0), (0, 330), 255, 3)
    creased *= 1 - 0.07 * cv2.GaussianBlur(line, (0, 0), 2)[:, :, None] / 255
    page = creased.astype(np.uint8)
    cv2.rectangle(page, (2200, 60), (2420, 300), (20, 20, 20), 4)
    cv2.putText(page, "128", (2230, 220), 0, 3.0, (40, 40, 160), 6)
    cv2.circle(page, (330, 3180), 240, (50, 45, 205), 14)
    mask = np.zeros(page.shape[:2], np.uint8)
    mask[3508 - 70 :, 2480 - 70 :] = 255
    cv2.circle(mask, (2480 - 70, 3508 - 70), 70, 0, -1)
    page[mask > 0] = (15, 15, 15)
    assert _seen(pages.spoiled(page), saved) == []
    ys, xs = np.mgrid[0:3508, 0:2480]
    shade = 1 - 0.45 * np.exp(-((xs / 260.0) ** 2) - (ys / 260.0) ** 2)
    shaded = (pages.blank() * shade[:, :, None]).astype(np.uint8)
    assert _seen(pages.spoiled(shaded), saved) == []


def test_the_bed_beside_a_tilted_sheet_is_no_fold(pages: Any, saved: Save) -> None:
    page = pages.text(55)
    matrix = cv2.getRotationMatrix2D((1240, 1754), 3.0, 1.0)
    for bed in (15, 140, 255):
        tilted = cv2.warpAffine(page, matrix, (2480, 3508), borderValue=(bed, bed, bed))
        assert _seen(pages.spoiled(tilted), saved) == []


@pytest.mark.parametrize("corner", CORNERS)
def test_a_corner_torn_off_along_a_curve(pages: Any, saved: Save, corner: str) -> None:
    chance = np.random.default_rng(56)
    page = _turned(pages.text(56, lines=20), corner)
    edge = [
        (17 * MM * np.sin(t) ** 0.6 + chance.normal(0, 4), 15 * MM * np.cos(t) ** 0.6)
        for t in np.linspace(0, np.pi / 2, 30)
    ]
    cv2.fillPoly(page, [np.array([(0, 0), *edge[::-1]], dtype=np.int32)], (40, 42, 44))
    (finding,) = _seen(pages.spoiled(_turned(page, corner)), saved)
    assert finding["severity"] == "warn"
    assert finding["value"] == pytest.approx(15.0, abs=3.0)


def test_a_rubber_band_across_a_corner_is_no_fold(pages: Any, saved: Save) -> None:
    page = pages.blank()
    cv2.line(page, (2480, 2600), (2150, 3508), (60, 90, 190), 26, cv2.LINE_AA)
    assert _seen(pages.spoiled(page), saved) == []
