"""Inspection of one side: the planted fault is named, a clean side is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from app.kernel.errors import BadInput
from ocr.inspection import examine

Save = Callable[..., str]


def _codes(answer: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in answer["findings"]}


def _finding(answer: dict[str, Any], code: str) -> dict[str, Any]:
    return next(finding for finding in answer["findings"] if finding["code"] == code)


@pytest.mark.parametrize("kind", ["text", "few lines", "form", "small type"])
def test_clean_sides_have_no_finding(pages: Any, saved: Save, kind: str) -> None:
    page = {
        "text": lambda: pages.text(11),
        "few lines": lambda: pages.text(12, lines=5),
        "form": lambda: pages.form("赵示例"),
        "small type": lambda: pages.text(13, lines=42, size=40),
    }[kind]()
    answer = examine(saved(pages.spoiled(page, seed=3, skew=0.3)), 0)
    assert answer["findings"] == ()
    assert not answer["blank"]
    assert answer["fingerprint"]
    assert answer["measures"]["skew_deg"] == pytest.approx(0.3, abs=0.1)
    assert answer["dpi"] == 300


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_orientation_is_the_turn_that_sets_upright(pages: Any, saved: Save, turn: int) -> None:
    page = pages.spoiled(pages.form("赵示例"), skew=0.5)
    answer = examine(saved(np.rot90(page, turn // 90)), 0)
    assert _codes(answer) == {"orientation"}
    assert _finding(answer, "orientation")["value"] == turn
    assert answer["measures"]["skew_deg"] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("tilt", "severity"), [(1.6, "warn"), (-2.4, "warn"), (4.5, "fail"), (-8, "fail")]
)
def test_skew(pages: Any, saved: Save, tilt: float, severity: str) -> None:
    answer = examine(saved(pages.spoiled(pages.text(4), skew=tilt)), 0)
    assert _codes(answer) == {"skew"}
    found = _finding(answer, "skew")
    assert found["severity"] == severity
    assert found["value"] == pytest.approx(tilt, abs=0.1)
    assert found["limit"] == (1.0 if severity == "warn" else 3.0)


def test_a_court_may_set_its_own_limit(pages: Any, saved: Save) -> None:
    path = saved(pages.spoiled(pages.text(4), skew=1.6))
    assert _codes(examine(path, 0, {"skew_warn": 2.0})) == set()
    with pytest.raises(BadInput) as caught:
        examine(path, 0, {"skewness": 2.0})
    assert caught.value.code == "IMG-131"


def _with_holes_and_dust(page: np.ndarray) -> np.ndarray:
    marked = page.copy()
    for y in (980, 1750, 2520):
        cv2.circle(marked, (110, y), 30, (60, 60, 60), -1)
    for x, y in ((900, 700), (1500, 2000), (700, 3000)):
        cv2.circle(marked, (x, y), 4, (40, 40, 40), -1)
    marked[:, :25] = (marked[:, :25] * 0.6).astype(np.uint8)
    return marked


@pytest.mark.parametrize("paper", [(250, 249, 246), (215, 190, 150), (200, 215, 235)])
def test_empty_sides_are_blank(pages: Any, saved: Save, paper: tuple[int, int, int]) -> None:
    page = _with_holes_and_dust(pages.blank(paper))
    answer = examine(saved(pages.spoiled(page)), 0)
    assert _codes(answer) == {"blank"}
    assert answer["blank"]
    assert _finding(answer, "blank")["severity"] == "note"
    assert answer["fingerprint"] == ""


def test_a_staple_is_not_writing(pages: Any, saved: Save) -> None:
    page = pages.blank()
    cv2.line(page, (150, 170), (240, 110), (120, 120, 124), 7)
    assert examine(saved(pages.spoiled(page)), 0)["blank"]
    cv2.line(page, (1500, 1700), (1590, 1640), (120, 120, 124), 7)
    assert not examine(saved(pages.spoiled(page)), 0)["blank"]


def test_a_gray_bed_is_a_border_and_its_edge_tells_the_tilt(pages: Any, saved: Save) -> None:
    page = cv2.copyMakeBorder(pages.seal(), 90, 90, 90, 90, cv2.BORDER_CONSTANT, value=(125,) * 3)
    answer = examine(saved(pages.spoiled(page, skew=2.4)), 0)
    assert {"skew", "black_border"} <= _codes(answer)
    assert _finding(answer, "skew")["value"] == pytest.approx(2.4, abs=0.15)
    assert _finding(answer, "black_border")["box"] is not None


def test_what_shines_through_is_not_writing(pages: Any, saved: Save) -> None:
    front = cv2.GaussianBlur(pages.form("钱示例"), (0, 0), 3.0)[:, ::-1].astype(np.float32)
    back = pages.blank().astype(np.float32) * (1 - 0.25 * (255 - front) / 255)
    assert examine(saved(pages.spoiled(back.astype(np.uint8))), 0)["blank"]


@pytest.mark.parametrize("kind", ["digit", "seal", "line", "faint text"])
def test_little_writing_is_writing(pages: Any, saved: Save, kind: str) -> None:
    page = {
        "digit": lambda: pages.lone_number("1"),
        "seal": pages.seal,
        "line": lambda: pages.text(3, lines=1),
        "faint text": lambda: (255 - (255 - pages.text(3).astype(np.float32)) * 0.3).astype("u1"),
    }[kind]()
    answer = examine(saved(pages.spoiled(_with_holes_and_dust(page))), 0)
    assert not answer["blank"]
    assert not _codes(answer) & {"orientation", "skew", "blur"}


def test_black_border_and_its_place(pages: Any, saved: Save) -> None:
    page = pages.text(6)
    page[:, :90] = 15
    answer = examine(saved(pages.spoiled(page)), 0)
    assert _codes(answer) == {"black_border"}
    x0, y0, x1, y1 = _finding(answer, "black_border")["box"]
    assert (x0, y0, y1) == (0, 0, 3508)
    assert x1 == pytest.approx(90, abs=12)


@pytest.mark.parametrize("kind", ["defocus", "motion"])
@pytest.mark.parametrize("dpi", [300, 200])
def test_blur(pages: Any, saved: Save, kind: str, dpi: int) -> None:
    page = pages.text(7)
    if kind == "defocus":
        page = cv2.GaussianBlur(page, (0, 0), 4.0)
    else:
        kernel = np.zeros((17, 17), np.float32)
        kernel[8] = 1 / 17
        page = cv2.filter2D(page, -1, kernel)
    if dpi == 200:
        page = cv2.resize(page, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    assert _codes(examine(saved(pages.spoiled(page), dpi=dpi), 0)) == {"blur"}


@pytest.mark.parametrize(
    ("gain", "lift", "code"),
    [(0.36, 4, "too_dark"), (0.24, 205, "too_light"), (0.24, 120, "low_contrast")],
)
def test_exposure(pages: Any, saved: Save, gain: float, lift: float, code: str) -> None:
    page = np.clip(pages.text(8).astype(np.float32) * gain + lift, 0, 255).astype(np.uint8)
    answer = examine(saved(pages.spoiled(page)), 0)
    assert _codes(answer) == {code}
    assert _finding(answer, code)["value"] < _finding(answer, code)["limit"]


@pytest.mark.parametrize("dpi", [150, 0])
def test_low_resolution_declared_or_by_size(pages: Any, saved: Save, dpi: int) -> None:
    page = cv2.resize(pages.text(9), (1240, 1754), interpolation=cv2.INTER_AREA)
    answer = examine(saved(page, dpi=dpi or 1), 0)
    assert _codes(answer) == {"low_resolution"}
    assert _finding(answer, "low_resolution")["value"] == pytest.approx(150, abs=1)


def test_a_damaged_file_is_a_finding(pages: Any, saved: Save) -> None:
    path = saved(pages.text(10))
    data = Path(path).read_bytes()
    Path(path).write_bytes(b"")
    answer = examine(path, 0)
    assert answer["findings"] == (
        {"code": "unreadable", "severity": "fail", "value": 101, "limit": 0.0, "box": None},
    )
    assert answer["measures"] == {}
    Path(path).write_bytes(data[: len(data) // 2])
    found = _finding(examine(path, 0), "unreadable")
    assert (found["severity"], found["limit"]) == ("fail", 1.0)
    assert found["box"][1] == pytest.approx(found["value"] * 3508, abs=20)
    Path(path).unlink()
    with pytest.raises(BadInput) as caught:
        examine(path, 0)
    assert caught.value.code == "IMG-105"


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 4000, 3), (40, 30, 3), (5000, 20, 3)])
@pytest.mark.parametrize("value", [0, 255])
def test_odd_pictures_are_inspected(saved: Save, shape: tuple[int, int, int], value: int) -> None:
    answer = examine(saved(np.full(shape, value, np.uint8)), 0)
    assert (answer["height"], answer["width"]) == shape[:2]
    assert not _codes(answer) & {"orientation", "skew", "blur", "black_border"}
