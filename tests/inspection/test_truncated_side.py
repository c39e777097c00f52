"""A side of which only a part came: marked with the missing part, shown, and its turn found."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ocr.glance import glance
from ocr.inspection import examine
from ocr.study import study
from tests.inspection.damaged_files import drawn_page, encoded

WIDTH, HEIGHT = 1654, 2339


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """The upper half of an A4 page of 200 dpi."""
    whole = encoded(Image.fromarray(drawn_page(WIDTH, HEIGHT)), "JPEG", quality=80, dpi=(200, 200))
    path = tmp_path / "half.jpg"
    path.write_bytes(whole[: len(whole) // 2])
    return path


def test_the_finding_has_the_share_and_the_box_of_what_is_missing(half: Path) -> None:
    found = examine(str(half), 0)
    assert (found["width"], found["height"], found["dpi"]) == (WIDTH, HEIGHT, 200)
    assert (found["fault"], found["blank"], found["fingerprint"]) == ("IMG-102", False, "")
    first = found["findings"][0]
    assert (first["code"], first["severity"], first["limit"]) == ("unreadable", "fail", 1.0)
    assert first["value"] == pytest.approx(0.5, abs=0.06)
    left, top, right, bottom = first["box"]
    assert (left, right, bottom) == (0.0, WIDTH, HEIGHT)
    assert top == pytest.approx(first["value"] * HEIGHT, abs=2)
    assert {finding["code"] for finding in found["findings"]} <= {
        "unreadable",
        "orientation",
        "skew",
    }


def test_the_part_that_came_is_shown(half: Path, tmp_path: Path) -> None:
    pictures = study(str(half), 0, {}, str(tmp_path), "side")["pictures"]
    with Image.open(pictures["picture"]) as picture:
        assert picture.height == 2200
        assert picture.convert("L").getpixel((700, 2100)) == 128
        assert picture.convert("L").getpixel((20, 20)) > 220
    seen = glance(str(half), 0, str(tmp_path), "glanced", {}, True)
    assert [finding["code"] for finding in seen["findings"]] == ["unreadable"]
    assert (seen["fault"], seen["blank"]) == ("IMG-102", False)
    with Image.open(seen["thumbnail"]) as picture:
        assert max(picture.size) == 256


def test_of_nothing_there_is_no_picture(half: Path, tmp_path: Path) -> None:
    half.write_bytes(encoded(Image.fromarray(drawn_page(WIDTH, HEIGHT)), "PNG")[:120])
    found = study(str(half), 0, {}, str(tmp_path), "side")
    assert found["pictures"] == {}
    assert [finding["value"] for finding in found["examination"]["findings"]] == [102.0]
    assert found["examination"]["fault"] == "IMG-102"
