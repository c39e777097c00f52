"""Patch codes on drawn pages: found however they lie, and never where there is none."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.codes.patches import NAMES, read_patches
from ocr.codes.reading import codes_on
from ocr.image.load import load_page
from scanner.paper.build import build_dossier
from scanner.paper.spec import FAMILIES, DossierSpec

Gray = NDArray[np.uint8]
PATTERNS = {name: pattern for pattern, name in NAMES.items()}
UPSIDE_DOWN = {"1": "6", "2": "2", "3": "T", "4": "4", "6": "1", "T": "3"}


def bars(widths: list[float], dpi: int, inches: float) -> Gray:
    """Level bars and spaces in turn, in inches, as long as asked for."""
    picture = np.full((round(sum(widths) * dpi), round(inches * dpi)), 245, dtype=np.uint8)
    place = 0.0
    for index, width in enumerate(widths):
        if index % 2 == 0:
            picture[round(place * dpi) : round((place + width) * dpi)] = 25
        place += width
    return picture


def patch(name: str, dpi: int, inches: float, scale: float = 1.0) -> Gray:
    widths: list[float] = []
    for letter in PATTERNS[name]:
        widths += [0.20 * scale if letter == "W" else 0.08 * scale, 0.08 * scale]
    return bars(widths[:-1], dpi, inches)


def page_with(picture: Gray, dpi: int, *, top: float = 0.5, left: float = 1.0) -> Gray:
    page = np.full((round(11.69 * dpi), round(8.27 * dpi)), 245, dtype=np.uint8)
    y, x = round(top * dpi), round(left * dpi)
    page[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return page


def tilted(page: Gray, degrees: float) -> Gray:
    height, width = page.shape
    about = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page, about, (width, height), borderValue=245), np.uint8)


@pytest.mark.parametrize("name", sorted(PATTERNS))
@pytest.mark.parametrize(("dpi", "inches", "tilt"), [(300, 2.0, 5.0), (200, 6.0, -5.0)])
def test_every_code_is_named_whichever_edge_leads(
    name: str, dpi: int, inches: float, tilt: float
) -> None:
    page = tilted(page_with(patch(name, dpi, inches), dpi), tilt)
    for turn in (0, 90, 180, 270):
        turned = np.ascontiguousarray(np.rot90(page, -turn // 90))
        (found,) = read_patches(turned, dpi)
        assert (found.text, found.other) == (name, UPSIDE_DOWN[name])
        assert found.turn == (360 - turn) % 360
        x0, y0, x1, y1 = found.box
        rest = turned.copy()
        rest[y0:y1, x0:x1] = 245
        assert np.count_nonzero(rest < 100) < 0.03 * np.count_nonzero(turned < 100)


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_code_nearer_the_far_edge_is_told_both_ways(name: str) -> None:
    (found,) = read_patches(page_with(patch(name, 300, 3), 300, top=9.5), 300)
    assert (found.text, found.other) == (UPSIDE_DOWN[name], name)
    assert found.separates == (name in ("T", "3"))


def test_codes_survive_grain_paleness_fax_and_printing_to_fit() -> None:
    chance = np.random.default_rng(3)
    for scale in (0.94, 1.0, 1.06):
        page = page_with(patch("T", 200, 5 * scale, scale), 200)
        pale = np.asarray(255 - (255 - page.astype(np.float32)) * 0.35, dtype=np.uint8)
        grain = np.clip(page + chance.normal(0, 40, page.shape), 0, 255).astype(np.uint8)
        specks = np.where(chance.random(page.shape) < 0.03, 255 - page, page)
        fax = cv2.resize(cv2.resize(page, None, fx=0.5, fy=0.49), page.shape[::-1])
        fax = np.where(fax < 128, 0, 255).astype(np.uint8)
        for spoilt in (pale, grain, specks, fax):
            assert [found.text for found in read_patches(spoilt, 200)] == ["T"]


def test_a_page_of_unknown_resolution_is_taken_for_a4() -> None:
    assert [found.text for found in read_patches(page_with(patch("2", 150, 4), 150))] == ["2"]


def test_a_small_code_is_none() -> None:
    assert read_patches(page_with(patch("T", 300, 0.7), 300), 300) == []
    assert read_patches(page_with(patch("T", 300, 4, 0.5), 300), 300) == []


@pytest.mark.parametrize(
    "widths",
    [
        [0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08],
        [0.20, 0.08, 0.20, 0.08, 0.20, 0.08, 0.20],
        [0.08, 0.08, 0.20, 0.08, 0.08, 0.08, 0.20, 0.08, 0.20],
        [0.02, 0.25, 0.02, 0.25, 0.02, 0.25, 0.02],
        [0.20, 0.20, 0.20, 0.20, 0.08, 0.20, 0.08],
    ],
)
def test_ruled_forms_and_other_bars_are_no_patch_codes(widths: list[float]) -> None:
    page = page_with(bars(widths, 300, 6), 300, top=3)
    assert read_patches(page, 300) == []
    assert read_patches(np.ascontiguousarray(page.T), 300) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (40, 40)])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_tiny_and_plain_pictures_have_no_codes(shape: tuple[int, int], shade: int) -> None:
    assert codes_on(np.full(shape, shade, dtype=np.uint8), 300) == []
    assert codes_on(np.full(shape, shade, dtype=np.uint8), 0) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_papers_of_a_dossier_have_no_codes(family: str, tmp_path: Path) -> None:
    spec = DossierSpec(name="plain", seed=97, family=family, sides=10, dpi=200, mode="gray")
    sides = sorted((build_dossier(spec, tmp_path) / "sides").glob("*.jpg"))
    assert len(sides) >= 10
    for side in sides:
        page = load_page(side)
        gray = np.ascontiguousarray(page.pixels[:, :, 1])
        assert codes_on(gray, page.dpi) == []
