"""Writing that runs into an edge and torn edges; not rules, seals, holes, pictures or numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from ocr.inspection import examine

Save = Callable[..., str]
Pixels = np.ndarray
KAI = "/usr/share/fonts/truetype/arphic/ukai.ttc"


def _seen(page: Pixels, saved: Save, **how: Any) -> list[dict[str, Any]]:
    findings = examine(saved(page, **how), 0)["findings"]
    return [finding for finding in findings if finding["code"] == "cut_off"]


def _shifted(page: Pixels, right: int, down: int, fill: int = 249) -> Pixels:
    matrix = np.array([[1, 0, right], [0, 1, down]], dtype=np.float32)
    return cv2.warpAffine(page, matrix, (2480, 3508), borderValue=(fill, fill, fill))


@pytest.mark.parametrize("fill", [249, 20])
@pytest.mark.parametrize(("right", "edge"), [(-430, "left"), (450, "right")])
def test_lines_cut_at_a_side(pages: Any, saved: Save, right: int, edge: str, fill: int) -> None:
    page = pages.spoiled(_shifted(pages.text(61), right, 0, fill), skew=0.4)
    (finding,) = _seen(page, saved)
    x0, y0, x1, _ = finding["box"]
    assert finding["severity"] == "fail"
    assert x0 == 0.0 if edge == "left" else x1 == 2480.0
    assert y0 > 300
    assert finding["value"] > 30


@pytest.mark.parametrize(("keep", "edge"), [((460, 3508), "top"), ((0, 2158), "bottom")])
def test_a_line_cut_lengthwise(pages: Any, saved: Save, keep: tuple[int, int], edge: str) -> None:
    page = pages.spoiled(pages.text(62))[keep[0] : keep[1]]
    (finding,) = _seen(np.ascontiguousarray(page), saved)
    height = page.shape[0]
    assert finding["box"][1] == 0.0 if edge == "top" else finding["box"][3] == height


def test_lines_cut_in_a_scan_that_lies_on_its_side(pages: Any, saved: Save) -> None:
    page = pages.spoiled(_shifted(pages.text(63), -430, 0))
    (finding,) = _seen(np.ascontiguousarray(np.rot90(page)), saved)
    assert finding["box"][3] == 2480.0


@pytest.mark.parametrize("bed", [15, 130, 215])
def test_a_piece_torn_out_of_an_edge(pages: Any, saved: Save, bed: int) -> None:
    chance = np.random.default_rng(bed)
    page = pages.text(64)
    outline = [
        (220 * np.sin(np.pi * t) ** 0.7 + chance.normal(0, 6), 1500 + 520 * t)
        for t in np.linspace(0, 1, 40)
    ]
    cv2.fillPoly(page, [np.array([(-5, 1500), *outline, (-5, 2020)], np.int32)], (bed, bed, bed))
    (finding,) = _seen(pages.spoiled(page), saved)
    x0, y0, x1, y1 = finding["box"]
    assert x0 == 0.0
    assert 180 < x1 < 300
    assert 1440 < y0 < 1560
    assert 1960 < y1 < 2080


def test_what_may_stand_at_an_edge_is_left_alone(pages: Any, saved: Save) -> None:
    page = pages.text(65, lines=16)
    for step in range(12):
        cv2.line(page, (0, 2200 + 60 * step), (2480, 2200 + 60 * step), (30, 30, 30), 3)
    for x in (200, 1200, 2300):
        cv2.line(page, (x, 2200), (x, 3508), (30, 30, 30), 3)
    cv2.circle(page, (2480, 900), 240, (50, 45, 205), 14)
    for y in (1000, 1750):
        cv2.circle(page, (20, y), 34, (20, 20, 20), -1)
    cv2.putText(page, "37", (2380, 60), 0, 1.8, (30, 30, 30), 5)
    assert _seen(pages.spoiled(page), saved) == []
    shaded = pages.text(66).astype(np.float32)
    shaded[:, :220] *= np.linspace(0.35, 1, 220)[None, :, None]
    assert _seen(pages.spoiled(shaded.astype(np.uint8)), saved) == []


def test_a_gray_seal_across_the_joint_of_two_sheets_is_left_alone(pages: Any, saved: Save) -> None:
    page = pages.text(67)
    cv2.circle(page, (0, 1700), 240, (110, 110, 110), 14)
    cv2.putText(page, "EXAMPLE", (-60, 1650), 0, 2.0, (110, 110, 110), 6)
    cv2.putText(page, "COURT", (-60, 1780), 0, 2.0, (110, 110, 110), 6)
    assert _seen(pages.spoiled(page), saved) == []


def test_a_dark_border_and_a_full_photograph_are_left_alone(pages: Any, saved: Save) -> None:
    bordered = pages.text(68)
    bordered[:, :60] = bordered[:90] = 18
    assert _seen(pages.spoiled(bordered), saved) == []
    tones = np.random.default_rng(2).uniform(20, 235, (12, 9, 3)).astype(np.float32)
    photograph = np.clip(cv2.resize(tones, (2480, 3508), interpolation=cv2.INTER_CUBIC), 0, 255)
    assert _seen(pages.spoiled(photograph.astype(np.uint8)), saved) == []


@pytest.mark.parametrize("bed", [25, 140, 225])
def test_a_seal_that_runs_out_of_the_image_when_the_sheet_lies_too_low(
    pages: Any, saved: Save, bed: int
) -> None:
    page = _shifted(pages.text(69, lines=12), 0, 400, bed)
    cv2.circle(page, (1500, 3440), 236, (50, 45, 205), 14)
    (finding,) = _seen(pages.spoiled(page), saved)
    assert finding["box"][3] == 3508.0
    assert 1200 < finding["box"][0] < 1800


def test_a_seal_at_the_edge_of_a_sheet_that_lies_well_is_left_alone(
    pages: Any, saved: Save
) -> None:
    page = pages.text(70, lines=12)
    cv2.circle(page, (1500, 3440), 236, (50, 45, 205), 14)
    assert _seen(pages.spoiled(page), saved) == []


def test_a_finger_and_dirt_at_the_edges_are_no_torn_paper(pages: Any, saved: Save) -> None:
    page = pages.text(71, lines=20)
    cv2.ellipse(page, (1300, 3508), (110, 330), 8, 0, 360, (120, 150, 205), -1, cv2.LINE_AA)
    chance = np.random.default_rng(71)
    for _ in range(60):
        place = (int(chance.uniform(0, 40)), int(chance.uniform(0, 3508)))
        cv2.circle(page, place, int(chance.uniform(2, 9)), (70, 70, 70), -1, cv2.LINE_AA)
    assert _seen(pages.spoiled(page), saved) == []


def test_an_edge_that_runs_between_the_characters_of_every_line(pages: Any, saved: Save) -> None:
    page = pages.text(72)
    inked = page.min(axis=2) < 120
    # The widest gap between two columns of characters far to the right.
    empty = np.flatnonzero(~inked[:, 1700:2000].any(axis=0)) + 1700
    right = int(empty[len(empty) // 2]) + 4
    lay = np.full_like(page, 250)
    lay[:, 2480 - right :] = page[:, :right]
    sound = pages.spoiled(lay)
    lay[:, : 2480 - right] = 60
    (finding,) = _seen(pages.spoiled(lay), saved)
    assert finding["box"][2] == 2480.0
    assert finding["value"] > 30
    # Without a bed on the other side nothing says that the sheet goes on.
    assert _seen(sound, saved) == []


@pytest.mark.parametrize("top", [-40, 20, 90])
def test_a_whole_side_torn_off(pages: Any, saved: Save, top: int) -> None:
    chance = np.random.default_rng(73)
    page = pages.text(73, lines=14)
    bed = (122, 116, 120)
    outline = [(2490, top)]
    for t in np.linspace(0, 1, 60):
        deep = 380 * min(1.0, t / 0.16, (1 - t) / 0.2)
        outline.append((2480 - deep + chance.normal(0, 9), top + 2700 * t))
    outline.append((2490, top + 2700))
    cv2.fillPoly(page, [np.array(outline, np.int32)], bed)
    (finding,) = _seen(pages.spoiled(page, skew=0.3), saved)
    x0, _, x1, y1 = finding["box"]
    assert x1 == 2480.0
    assert 1950 < x0 < 2200
    assert 2450 < y1 < 2800
    assert finding["value"] > 180


def test_a_corner_that_is_missing_along_much_of_a_side_is_no_tear(pages: Any, saved: Save) -> None:
    page = pages.text(74, lines=12)
    cv2.fillPoly(page, [np.array([(2490, 2150), (2130, 3520), (2490, 3520)], np.int32)], (30,) * 3)
    assert _seen(pages.spoiled(page), saved) == []


def test_a_slip_that_sticks_out_of_the_sheet_leaves_no_bite(pages: Any, saved: Save) -> None:
    page = pages.text(75, lines=12)
    page[:, 2330:] = (16, 16, 16)
    cv2.rectangle(page, (1500, 1900), (2479, 2900), (214, 232, 240), -1)
    assert _seen(pages.spoiled(page), saved) == []


def _table(left: int, right: int, *, closed_right: bool, frame: bool = True) -> Pixels:
    """Rules from `left` to `right` of the page, every tenth millimetre or so; the sheet is bare
    paper up to its edges."""
    page = np.full((3508, 2480, 3), 249, np.uint8)
    rows = range(900, 2300, 130)
    for row in rows:
        cv2.line(page, (left, row), (right, row), (40, 40, 40), 4)
    columns = [left, (left + 2 * right) // 3] if frame else []
    for column in [*columns, *([right] if closed_right else [])]:
        cv2.line(page, (column, rows[0]), (column, rows[-1]), (40, 40, 40), 4)
    return page


@pytest.mark.parametrize("skew", [-3.0, 0.3, 2.5])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_table_that_runs_off_a_side_is_cut(
    pages: Any, saved: Save, skew: float, mirrored: bool
) -> None:
    # Wider than the page, so that the rules go on beyond its edge however it is turned.
    large = cv2.copyMakeBorder(
        _table(300, 2479, closed_right=False), 0, 0, 0, 300, cv2.BORDER_REPLICATE
    )
    turn = cv2.getRotationMatrix2D((1240, 1754), skew, 1.0)
    page = cv2.warpAffine(large, turn, (2480, 3508), borderValue=(249, 249, 249))
    if mirrored:
        page = np.ascontiguousarray(page[:, ::-1])
    (finding,) = _seen(pages.spoiled(page), saved)
    assert finding["value"] == pytest.approx(1300 / 11.81, abs=12)
    assert (finding["box"][0] == 0.0) is mirrored


@pytest.mark.parametrize(
    "page",
    [
        _table(300, 2180, closed_right=True),
        _table(300, 2479, closed_right=True),
        _table(0, 2479, closed_right=False, frame=False),
        _table(300, 2479, closed_right=False, frame=False),
    ],
    ids=["inside", "closed at the edge", "ruled paper", "ruled paper with a margin"],
)
def test_rules_that_end_as_they_should_are_not_cut(pages: Any, saved: Save, page: Pixels) -> None:
    assert not _seen(pages.spoiled(page), saved)


def test_a_single_line_that_the_edge_cuts_through_is_cut(pages: Any, saved: Save) -> None:
    page = np.full((3508, 2480, 3), 249, np.uint8)
    text = pages.text(65, font=KAI, size=88)
    # Through a character where most of its strokes are.
    inked = (text[430:530, 1440:1540].max(axis=2) < 128).astype(np.int8)
    cut = 1441 + int(np.argmax((np.diff(inked, axis=0) > 0).sum(axis=0)))
    page[1500:1600, 1330:] = text[430:530, cut - 1150 : cut]
    (finding,) = _seen(pages.spoiled(page), saved)
    assert finding["box"][2] == 2480.0
    whole = np.full_like(page, 249)
    whole[1500:1600, 1230:2380] = page[1500:1600, 1330:]
    assert not _seen(pages.spoiled(whole), saved)


def test_a_title_that_the_top_edge_cuts_through_is_cut(pages: Any, saved: Save) -> None:
    page = np.full((3508, 2480, 3), 249, np.uint8)
    text = pages.text(66, lines=1, size=110)
    page[:60, 300:1600] = text[480:540, 330:1630]
    (finding,) = _seen(pages.spoiled(page), saved)
    assert finding["box"][1] == 0.0


@pytest.mark.parametrize("lid", [238, 241])
def test_a_sheet_on_a_nearly_white_lid_that_lay_too_far_out(
    pages: Any, saved: Save, lid: int
) -> None:
    page = _shifted(pages.text(62), 0, 1350, lid)
    (finding,) = _seen(pages.spoiled(page), saved)
    assert finding["box"][3] == 3508.0
