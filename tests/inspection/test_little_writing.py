"""Nearly empty sides: what the paper, the scanner and the other face left there is no writing, and
the least thing written is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.inspection import examine

Save = Callable[..., str]
Pixels = NDArray[np.uint8]
BED = (24, 22, 22)
LEGS = 420, 300


def _without_corner(page: Pixels, *, flap: bool) -> Pixels:
    """The page without its lower right corner, torn off or folded over the front."""
    marked = page.copy()
    height, width = page.shape[:2]
    wide, high = LEGS
    corner = np.array([(width, height), (width - wide, height), (width, height - high)])
    if flap:
        away = 2 * wide * high / (wide**2 + high**2)
        tip = (width - round(away * high), height - round(away * wide))
        outline = np.array([corner[1], tip, corner[2]])
        cv2.fillPoly(marked, [outline], (236, 236, 234))
        cv2.polylines(marked, [outline], True, (150, 150, 150), 3, cv2.LINE_AA)
    cv2.fillPoly(marked, [corner], BED)
    return marked


@pytest.mark.parametrize("flap", [False, True])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_the_bed_in_a_corner_is_not_writing(pages: Any, saved: Save, flap: bool, turn: int) -> None:
    page = np.rot90(_without_corner(pages.blank(), flap=flap), turn)
    assert examine(saved(pages.spoiled(page)), 0)["blank"]


def test_a_number_beside_a_torn_corner_is_writing(pages: Any, saved: Save) -> None:
    page = _without_corner(pages.blank(), flap=False)
    cv2.putText(page, "7", (2200, 3180), cv2.FONT_HERSHEY_SIMPLEX, 2.2, (60, 60, 66), 6)
    assert not examine(saved(pages.spoiled(page)), 0)["blank"]


def test_a_picture_in_a_corner_is_content(pages: Any, saved: Save) -> None:
    page = pages.blank()
    page[-300:, -420:] = BED
    assert not examine(saved(pages.spoiled(page)), 0)["blank"]


def test_holes_that_tore_out_are_no_writing(pages: Any, saved: Save) -> None:
    page = pages.blank()
    for down in (700, 1700, 2700):
        cv2.circle(page, (130, down), 31, BED, -1, cv2.LINE_AA)
        cv2.line(page, (130, down), (56, down + 22), BED, 16, cv2.LINE_AA)
    assert examine(saved(pages.spoiled(page)), 0)["blank"]


@pytest.mark.parametrize("figure", ["1", "8", "9"])
def test_a_bold_figure_at_the_edge_is_writing(pages: Any, saved: Save, figure: str) -> None:
    page = pages.blank()
    cv2.putText(page, figure, (70, 1700), cv2.FONT_HERSHEY_SIMPLEX, 2.6, (40, 40, 44), 15)
    assert not examine(saved(pages.spoiled(page)), 0)["blank"]


@pytest.mark.parametrize(("shade", "blank"), [(140, True), (45, False)])
def test_wire_at_the_edge_is_told_from_a_stroke_of_a_pen(
    pages: Any, saved: Save, shade: int, blank: bool
) -> None:
    page = pages.blank()
    cv2.line(page, (150, 900), (270, 903), (shade, shade, shade), 6, cv2.LINE_AA)
    assert examine(saved(pages.spoiled(page)), 0)["blank"] is blank


def _shining_through(pages: Any, share: float) -> Pixels:
    other = cv2.resize(pages.form("钱示例"), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    other = cv2.resize(other, (pages.width, pages.height), interpolation=cv2.INTER_LINEAR)[:, ::-1]
    through = pages.blank().astype(np.float32) * (1 - share * (255 - other.astype("f4")) / 255)
    return np.asarray(through, dtype=np.uint8)


def test_thin_strokes_of_the_other_face_are_not_writing(pages: Any, saved: Save) -> None:
    answer = examine(saved(pages.spoiled(_shining_through(pages, 0.3))), 0)
    assert answer["blank"]
    assert answer["measures"]["through_ratio"] > 0.001
    assert not {found["code"] for found in answer["findings"]} & {"low_contrast", "too_light"}


@pytest.mark.parametrize("shade", [40, 120, 165])
def test_writing_on_a_side_that_shines_through_is_writing(
    pages: Any, saved: Save, shade: int
) -> None:
    page = _shining_through(pages, 0.3)
    cv2.putText(page, "23", (2150, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (shade,) * 3, 5)
    assert not examine(saved(pages.spoiled(page)), 0)["blank"]


@pytest.mark.parametrize("tilt", [-0.6, 0.45, 1.4])
@pytest.mark.parametrize("lines", [2, 4])
def test_the_tilt_of_a_few_lines_is_measured(
    pages: Any, saved: Save, tilt: float, lines: int
) -> None:
    page = pages.blank()
    text = pages.text(5, lines=lines)
    # Three pieces that do not line up with each other, as in the end of a letter.
    page[400:900, 300:1100] = text[400:900, 300:1100]
    page[930:1430, 1200:2200] = text[400:900, 330:1330]
    answer = examine(saved(pages.spoiled(page, skew=tilt)), 0)
    assert answer["measures"]["skew_deg"] == pytest.approx(tilt, abs=0.2)


@pytest.mark.parametrize("angle", [45, 135])
def test_motion_along_a_diagonal_is_blur(pages: Any, saved: Save, angle: int) -> None:
    kernel = np.zeros((17, 17), np.float32)
    for place in range(2, 15):
        kernel[place, place if angle == 135 else 16 - place] = 1 / 13
    page = cv2.filter2D(pages.text(7), -1, kernel)
    assert {f["code"] for f in examine(saved(pages.spoiled(page)), 0)["findings"]} == {"blur"}


HOLES = (700, 1700, 2700)


def test_holes_beside_a_dark_edge_are_no_writing(pages: Any, saved: Save) -> None:
    page = pages.blank()
    for down in HOLES:
        cv2.circle(page, (2430, down), 32, (150, 150, 150), -1, cv2.LINE_AA)
    page[:, 2440:] = BED
    assert examine(saved(pages.spoiled(page)), 0)["blank"]


def _bitonal_holes(figure: str) -> Pixels:
    page = np.full((3508, 2480, 3), 255, np.uint8)
    for down in HOLES:
        cv2.circle(page, (2350, down), 31, (0, 0, 0), 8)
        cv2.putText(page, figure, (2336, down + 14), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 4)
    return page


@pytest.mark.parametrize(("figure", "blank"), [("", True), ("7", False), ("3", False)])
def test_the_rim_of_a_hole_is_no_writing_and_a_circled_figure_is(
    saved: Save, figure: str, blank: bool
) -> None:
    assert examine(saved(_bitonal_holes(figure)), 0)["blank"] is blank


def _stained(page: Pixels, tone: tuple[int, int, int]) -> Pixels:
    """A ring that dried round a tinted area, ragged as spilt drops are; `tone` (BGR) is that of
    the paper under it."""
    height, width = page.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = np.arctan2(ys - 1500, xs - 1200)
    away = np.hypot(ys - 1500, xs - 1200) / (330 * (1 + 0.08 * np.sin(3 * angle)))
    share = 0.55 * np.exp(-(((away - 1) / 0.05) ** 2)) + 0.16 * np.clip((1 - away) * 8, 0, 1)
    factor = 1 - share[:, :, None] * (1 - np.array(tone, np.float32) / 255)
    return np.asarray(page * factor, dtype=np.uint8)


@pytest.mark.parametrize(
    ("tone", "blank"), [((66, 108, 150), True), ((40, 90, 120), True), ((70, 60, 220), False)]
)
def test_a_brown_stain_is_no_writing_and_a_red_blot_is_content(
    pages: Any, saved: Save, tone: tuple[int, int, int], blank: bool
) -> None:
    assert examine(saved(pages.spoiled(_stained(pages.blank(), tone))), 0)["blank"] is blank


def test_a_signature_in_brown_ink_is_writing(pages: Any, saved: Save) -> None:
    page = pages.blank()
    points = [(900 + 9 * step, round(1500 + 90 * np.sin(step / 5))) for step in range(80)]
    cv2.polylines(page, [np.array(points)], False, (120, 160, 190), 7, cv2.LINE_AA)
    assert not examine(saved(pages.spoiled(page)), 0)["blank"]


def _faded_seal(page: Pixels, share: float) -> Pixels:
    seal = np.zeros(page.shape[:2], np.float32)
    cv2.circle(seal, (1200, 1700), 240, 1.0, 14, cv2.LINE_AA)
    cv2.circle(seal, (1200, 1700), 60, 1.0, -1, cv2.LINE_AA)
    seal = cv2.GaussianBlur(seal, (0, 0), 3.0)[:, :, None]
    red = np.array([60, 60, 205], np.float32) / 255
    return np.asarray(page * (1 - share * seal * (1 - red)), dtype=np.uint8)


def test_a_faded_seal_alone_is_content_and_one_that_shines_through_is_not(
    pages: Any, saved: Save
) -> None:
    assert not examine(saved(pages.spoiled(_faded_seal(pages.blank(), 0.42))), 0)["blank"]
    through = _faded_seal(_shining_through(pages, 0.3), 0.15)
    assert examine(saved(pages.spoiled(through)), 0)["blank"]


def test_specks_and_holes_do_not_make_a_lone_number_blurred(pages: Any, saved: Save) -> None:
    page = pages.blank()
    for down in HOLES:
        cv2.circle(page, (100, down), 32, (140, 140, 140), -1, cv2.LINE_AA)
    page = cv2.GaussianBlur(page, (0, 0), 4.0)
    cv2.putText(page, "150", (2150, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (60, 60, 66), 5)
    answer = examine(saved(pages.spoiled(page)), 0)
    assert not answer["blank"]
    assert not answer["findings"]


def test_short_rows_that_stand_below_each_other_tell_the_tilt_both_ways(
    pages: Any, saved: Save
) -> None:
    for tilt in (-0.5, 0.4):
        receipt = np.full((1500, 690, 3), 250, np.uint8)
        text = pages.text(9, lines=24, size=40)
        for row in range(14):
            piece = text[428 + 70 * row : 480 + 70 * row, 330:490]
            receipt[120 + 90 * row : 172 + 90 * row, 40:200] = piece
            receipt[120 + 90 * row : 172 + 90 * row, 480:640] = piece[:, ::-1]
        answer = examine(saved(pages.spoiled(receipt, skew=tilt)), 0)
        assert answer["measures"]["skew_deg"] == pytest.approx(tilt, abs=0.2)


def _arcs(pages: Any, places: list[tuple[int, int]], degrees: tuple[int, int]) -> Pixels:
    """Arcs of shadow, as holes over a white lid show them, at `places` (x, y)."""
    page = pages.blank()
    for place in places:
        cv2.ellipse(page, place, (32, 32), 0, *degrees, (188, 188, 190), 5, cv2.LINE_AA)
    return np.asarray(page)


@pytest.mark.parametrize("degrees", [(150, 290), (20, 300)])
def test_the_pale_rims_of_holes_in_a_row_are_no_writing(
    pages: Any, saved: Save, degrees: tuple[int, int]
) -> None:
    page = _arcs(pages, [(110, 700), (104, 1650), (98, 2600)], degrees)
    assert examine(saved(pages.spoiled(page)), 0)["blank"]


def test_a_pale_curve_alone_or_inside_the_page_is_writing(pages: Any, saved: Save) -> None:
    for places in ([(110, 700)], [(900, 700), (900, 1700)]):
        page = _arcs(pages, places, (150, 290))
        assert not examine(saved(pages.spoiled(page)), 0)["blank"]


@pytest.mark.parametrize("figure", ["6", "9", "12", "5"])
def test_a_pale_number_at_the_edge_is_writing(pages: Any, saved: Save, figure: str) -> None:
    page = pages.blank()
    cv2.putText(
        page, figure, (2330, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.2, (188, 188, 190), 5, cv2.LINE_AA
    )
    assert not examine(saved(pages.spoiled(page)), 0)["blank"]
