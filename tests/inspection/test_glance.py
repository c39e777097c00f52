"""The first look at a side: gross faults, a picture, and silence where it cannot be sure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ocr.glance import glance
from ocr.image.load import load_reduced

Pixels = NDArray[np.uint8]
LIMITS = {"skew_warn": 1.0, "skew_fail": 3.0, "low_resolution": 200.0}


def lines_of_text(width: int = 2480, height: int = 3508) -> Pixels:
    """Rows of dark bars like lines of characters, on white paper."""
    page = np.full((height, width, 3), 255, np.uint8)
    chance = np.random.default_rng(7)
    for top in range(400, height - 400, 100):
        left = 300
        while left < width - 400:
            stroke = int(chance.integers(18, 52))
            cv2.rectangle(page, (left, top), (left + stroke, top + 50), (30, 30, 34), -1)
            left += stroke + int(chance.integers(10, 26))
    return page


def tilted(page: Pixels, degrees: float) -> Pixels:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=(255,) * 3))


def darkened(page: Pixels) -> Pixels:
    return (page * 0.35).astype(np.uint8)


def with_dark_edge(page: Pixels) -> Pixels:
    page[:, :80] = 12
    return page


def blurred(page: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), 12))


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Saves a page and looks at it."""

    def run(page: Pixels, suffix: str = ".jpg", dpi: int = 300, **options: Any) -> dict[str, Any]:
        path = tmp_path / f"page{suffix}"
        Image.fromarray(page[:, :, ::-1]).save(path, dpi=(dpi, dpi), **options)
        return glance(str(path), 0, str(tmp_path), "side", LIMITS, False)

    return run


def codes_in(found: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in found["findings"]}


def test_a_good_page_has_a_picture_and_no_fault(look: Callable[..., dict[str, Any]]) -> None:
    found = look(lines_of_text())
    assert codes_in(found) == set()
    assert (found["width"], found["height"], found["dpi"]) == (2480, 3508, 300)
    assert (found["blank"], found["fault"], found["codes"]) == (False, "", [])
    with Image.open(found["thumbnail"]) as picture:
        assert max(picture.size) == 256


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda page: np.full_like(page, 250), "blank"),
        (lambda page: tilted(page, 4.0), "skew"),
        (darkened, "too_dark"),
        (with_dark_edge, "black_border"),
        (blurred, "blur"),
    ],
)
def test_gross_faults_are_seen(
    look: Callable[..., dict[str, Any]], spoil: Callable[[Pixels], Pixels], code: str
) -> None:
    found = look(spoil(lines_of_text()))
    assert codes_in(found) == {code}
    assert found["blank"] == (code == "blank")


def test_boxes_are_in_pixels_of_the_page(look: Callable[..., dict[str, Any]]) -> None:
    (edge,) = look(with_dark_edge(lines_of_text()))["findings"]
    left, top, right, bottom = edge["box"]
    assert (left, top, bottom) == (0.0, 0.0, 3508.0)
    assert right == pytest.approx(80, abs=16)


def test_too_few_dots_are_told_by_the_file(look: Callable[..., dict[str, Any]]) -> None:
    small = np.asarray(cv2.resize(lines_of_text(), (1240, 1754), interpolation=cv2.INTER_AREA))
    assert codes_in(look(small, dpi=150)) == {"low_resolution"}


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_files_without_loss_are_reduced_too(
    look: Callable[..., dict[str, Any]], suffix: str
) -> None:
    found = look(tilted(lines_of_text(), 4.0), suffix)
    assert codes_in(found) == {"skew"}
    assert found["skew_deg"] == pytest.approx(4.0, abs=0.3)


@pytest.mark.parametrize(
    ("mode", "suffix"), [("1", ".tif"), ("I;16", ".png"), ("CMYK", ".jpg"), ("L", ".jpg")]
)
def test_every_depth_is_taken(tmp_path: Path, mode: str, suffix: str) -> None:
    gray = Image.fromarray(lines_of_text()).convert("L")
    if mode == "I;16":
        deep = np.asarray(gray).astype(np.uint16) << 8
        image = Image.fromarray(deep)
    else:
        image = gray.convert(mode)
    path = tmp_path / f"deep{suffix}"
    image.save(path, dpi=(300, 300))
    found = glance(str(path), 0, str(tmp_path), "side", LIMITS, False)
    assert (codes_in(found), found["width"]) == (set(), 2480)


def test_a_page_of_ten_thousand_pixels_is_looked_at_small(tmp_path: Path) -> None:
    path = tmp_path / "wide.jpg"
    Image.new("RGB", (10_000, 7_000), "white").save(path, dpi=(600, 600))
    page = load_reduced(path, 0, 75)
    assert page.pixels.shape == (875, 1250, 3)
    assert (page.width, page.dpi, page.scale) == (10_000, 75, 8.0)
    assert codes_in(glance(str(path), 0, str(tmp_path), "s", LIMITS, False)) == {"blank"}


def test_a_turn_recorded_in_the_file_is_applied(look: Callable[..., dict[str, Any]]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = look(lines_of_text(), exif=exif)
    assert (found["width"], found["height"]) == (3508, 2480)
    with Image.open(found["thumbnail"]) as picture:
        assert picture.width > picture.height


@pytest.mark.parametrize(
    ("cut", "fault"), [(lambda data: data[: len(data) // 2], "IMG-102"), (lambda _: b"", "IMG-101")]
)
def test_a_damaged_file_is_a_finding(
    look: Callable[..., dict[str, Any]],
    tmp_path: Path,
    cut: Callable[[bytes], bytes],
    fault: str,
) -> None:
    look(lines_of_text())
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(cut((tmp_path / "page.jpg").read_bytes()))
    found = glance(str(broken), 0, str(tmp_path), "broken", LIMITS, False)
    assert (codes_in(found), found["fault"]) == ({"unreadable"}, fault)
    # What came of a page that breaks off is shown.
    assert bool(found["thumbnail"]) == (fault == "IMG-102")
    value = found["findings"][0]["value"]
    # The share that came, or why nothing did.
    assert 0 < value < 1 if fault == "IMG-102" else value == float(fault[-3:])


@pytest.mark.parametrize("spoil", [lambda page: page, lambda page: tilted(page, 4.0), darkened])
def test_a_preview_shows_what_the_page_shows(
    look: Callable[..., dict[str, Any]], tmp_path: Path, spoil: Callable[[Pixels], Pixels]
) -> None:
    page = spoil(lines_of_text())
    whole = look(page, ".png")
    file, preview = tmp_path / "page.png", tmp_path / "preview"
    Image.fromarray(page[:, :, ::-1]).reduce(2).save(preview, "PPM")
    # The file itself gives its head alone.
    file.write_bytes(file.read_bytes()[:2000])
    seen = glance(str(file), 0, str(tmp_path), "side", LIMITS, False, str(preview))
    assert codes_in(seen) == codes_in(whole)
    assert (seen["width"], seen["height"], seen["dpi"]) == (2480, 3508, 300)
    assert seen["skew_deg"] == pytest.approx(whole["skew_deg"], abs=0.1)


@pytest.mark.parametrize("content", [None, b"", b"P6 620 877 255\nhalf"])
def test_without_its_preview_the_page_itself_is_seen(
    look: Callable[..., dict[str, Any]], tmp_path: Path, content: bytes | None
) -> None:
    whole = look(lines_of_text(), ".png")
    preview = tmp_path / "preview"
    if content is not None:
        preview.write_bytes(content)
    found = glance(
        str(tmp_path / "page.png"), 0, str(tmp_path), "side", LIMITS, False, str(preview)
    )
    assert found == whole
