"""The picture that one reader gets."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from app.adapters.reading.issued_page import PAGE, PRINT, THUMBNAIL, issued_page
from app.services.reading_keys import mark_key, new_issue_id, trace_code
from ocr.tracing.pattern import REACH, nodes_of, signs_of
from tests.reading_trace.drawn import page

KEY = b"k" * 32


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stored") / "页.jpg"
    path.write_bytes(page(1))
    return path


def stamp(**more: Any) -> dict[str, Any]:
    issue = new_issue_id()
    base = {
        "lines": ["仅供阅卷 欧阳若溪 证件尾号 021X", "（2023）辽0899民初100号"],
        "code": trace_code(KEY, issue),
        "mark": mark_key(KEY, issue),
        "boxes": [],
        "size": PAGE,
        "seal": "",
    }
    return base | more


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


def test_the_code_on_the_page_says_which_issue_it_is(stored: Path) -> None:
    facts = stamp()
    read = zxingcpp.read_barcodes(opened(issued_page(str(stored), facts)))
    assert [code.text for code in read] == [facts["code"]]


def test_a_covered_box_is_black_on_page_print_and_thumbnail(stored: Path) -> None:
    box = [0.3, 0.3, 0.6, 0.4]
    for size in (PAGE, PRINT, THUMBNAIL):
        shown = opened(issued_page(str(stored), stamp(boxes=[box], size=size)))
        inside = shown.crop(
            tuple(
                round(share * edge)
                for share, edge in zip((0.32, 0.31, 0.58, 0.39), shown.size * 2, strict=True)
            )
        )
        # The watermark is drawn over it, as over everything else.
        assert np.asarray(inside.convert("L")).max() < 90, size


def test_a_thumbnail_is_small_and_bears_no_code(stored: Path) -> None:
    shown = opened(issued_page(str(stored), stamp(size=THUMBNAIL)))
    assert max(shown.size) == 240
    assert zxingcpp.read_barcodes(shown) == []


def test_two_issues_of_a_page_differ_by_less_than_a_tenth_of_a_millimetre(stored: Path) -> None:
    assert REACH * 210 < 0.1
    first, second = (
        opened(issued_page(str(stored), stamp(code="", mark=mark))).convert("L")
        for mark in ("11" * 32, "22" * 32)
    )
    assert first.tobytes() != second.tobytes()
    # What is dark in one is dark in the other within a pixel, which is 0.17 mm here.
    near = np.asarray(second.filter(ImageFilter.MinFilter(3)), int)
    dark = np.asarray(first, int) < 90
    assert dark.sum() > 10_000
    assert (near[dark] < 170).mean() > 0.999


def test_the_copy_stamp_is_red_and_only_where_it_is_asked_for(stored: Path) -> None:
    def red(seal: str) -> int:
        shown = np.asarray(opened(issued_page(str(stored), stamp(size=PRINT, seal=seal))), int)
        return int(((shown[..., 0] - shown[..., 1]) > 110).sum())

    assert red("") == 0
    assert red("与原件核对无异") > 1000


def test_signs_of_a_mark_come_from_its_key_alone_and_are_even() -> None:
    rows, columns = nodes_of(1240, 1754)
    signs = signs_of("ab" * 32, rows, columns)
    assert (signs == signs_of("ab" * 32, rows, columns)).all()
    assert set(np.unique(signs)) == {-1, 1}
    assert abs(float(signs.mean())) < 0.06
    other = signs_of("cd" * 32, rows, columns)
    assert abs(float((signs * other).mean())) < 0.06
