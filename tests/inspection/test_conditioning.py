"""Recipes measured by what they leave: margins, tilt, ink, and the colours of seals."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.conditioning.carrying_out import conditioned
from ocr.conditioning.cleanup import find_streaks
from ocr.conditioning.geometry import straight_point, straight_size
from ocr.conditioning.holes import find_holes
from ocr.conditioning.paper import find_paper
from ocr.conditioning.proposals import moved_crop, settle
from ocr.conditioning.recipe import checked
from ocr.image.skew import measure_skew
from ocr.image.view import view_of
from tests.inspection.sheets import grained

Pixels = NDArray[np.uint8]
DPI = 150
MM = DPI / 25.4


def settings(tilt: float = 0.0) -> dict[str, float]:
    return {"tilt": tilt, "least_tilt": 0.3, "margin_mm": 2.5}


@pytest.fixture(scope="module")
def sheet(pages: Any) -> Pixels:
    """A page with a seal, at 150 dots per inch."""
    whole = np.minimum(pages.text(3), pages.seal())
    return np.asarray(cv2.resize(whole, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def scanned(page: Pixels, noise: float = 3.0) -> Pixels:
    return grained(cv2.GaussianBlur(page, (0, 0), 0.6), 7, noise)


def on_bed(
    page: Pixels, tilt: float, bed: int, pads: tuple[int, int, int, int]
) -> tuple[Pixels, NDArray[np.float64]]:
    """The page on a bed (pads left, top, right, bottom), and its corners there."""
    height, width = page.shape[:2]
    left, top, right, bottom = pads
    size = (width + left + right, height + top + bottom)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -tilt, 1.0)
    matrix[:, 2] += (left, top)
    canvas = np.full((size[1], size[0], 3), bed, np.uint8)
    cv2.warpAffine(page, matrix, size, dst=canvas, borderMode=cv2.BORDER_TRANSPARENT)
    edge = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
    return scanned(canvas), (matrix @ edge.T).T


def ink_of(page: Pixels) -> NDArray[np.bool_]:
    gray = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    return np.asarray(gray < 120)


def red_of(page: Pixels) -> NDArray[np.bool_]:
    return np.asarray(page[:, :, 2].astype(int) - page[:, :, 1] > 80)


@pytest.mark.parametrize(
    ("bed", "tint", "tilt"),
    [(15, 1.0, 0.0), (15, 0.85, -4.0), (128, 1.0, 1.7), (170, 1.0, 0.6), (253, 0.82, -1.2)],
)
def test_deskew_and_crop_leave_two_to_three_millimetres(
    sheet: Pixels, bed: int, tint: float, tilt: float
) -> None:
    page = np.clip(sheet * tint, 0, 255).astype(np.uint8)
    scan, corners = on_bed(page, tilt, bed, (70, 60, 60, 80))
    recipe, found = settle(scan, DPI, ("deskew", "crop"), {}, settings(tilt))
    assert found == {"deskew": tilt != 0.0, "crop": True}
    height, width = scan.shape[:2]
    straight = np.array(
        [straight_point((x, y), width, height, recipe.get("deskew", 0.0)) for x, y in corners]
    )
    x0, y0, x1, y1 = recipe["crop"]
    margins = (
        straight[:, 0].min() - x0,
        straight[:, 1].min() - y0,
        x1 - straight[:, 0].max(),
        y1 - straight[:, 1].max(),
    )
    assert all(2.0 <= margin / MM <= 3.0 for margin in margins)
    done = conditioned(scan, DPI, recipe)
    assert abs(measure_skew(view_of(done, DPI).black).degrees) <= 0.2


def test_a_page_that_fills_the_picture_is_not_cropped(pages: Any, sheet: Pixels) -> None:
    small = {"form": pages.form("张某"), "blank": pages.blank(), "seal": pages.seal()}
    for page in (sheet, *(cv2.resize(p, None, fx=0.5, fy=0.5) for p in small.values())):
        scan = scanned(page)
        assert find_paper(scan, DPI) is None
        recipe, found = settle(scan, DPI, ("crop", "border", "holes"), {}, settings())
        assert recipe == {} and found == {"crop": False, "border": False, "holes": False}


def test_a_shadow_at_the_binding_is_not_the_bed(sheet: Pixels) -> None:
    shade = np.clip(0.45 + np.arange(sheet.shape[1]) / 160, 0, 1)[None, :, None]
    assert find_paper(scanned((sheet * shade).astype(np.uint8)), DPI) is None


def test_deskew_cuts_no_corner(sheet: Pixels) -> None:
    page = sheet.copy()
    for y, x in ((8, 8), (8, -14), (-14, 8), (-14, -14)):
        page[y : y + 6 or None, x : x + 6 or None] = (30, 30, 30)
    done = conditioned(page, DPI, {"deskew": 3.0})
    for x, y in ((11, 11), (1229, 11), (11, 1743), (1229, 1743)):
        across, down = straight_point((x, y), 1240, 1754, 3.0)
        assert done[round(down), round(across)].max() < 60
    assert (done.shape[1], done.shape[0]) == straight_size(page.shape[1], page.shape[0], 3.0)
    assert done[2, 2].min() > 235


@pytest.mark.parametrize(("bed", "tilt"), [(15, 0.0), (15, 2.0), (128, -1.0)])
def test_the_border_goes_and_the_page_stays(sheet: Pixels, bed: int, tilt: float) -> None:
    page = sheet.copy()
    # Text close to the edge of the paper: 1.5 mm.
    cv2.putText(page, "12", (9, 400), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30, 30, 30), 3)
    scan, corners = on_bed(page, tilt, bed, (40, 30, 50, 40))
    recipe, found = settle(scan, DPI, ("border",), {}, settings(tilt))
    assert found == {"border": True}
    done = conditioned(scan, DPI, recipe)
    inside = np.zeros(scan.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.rint(corners).astype(np.int32), 255)
    inner = cv2.erode(inside, np.ones((9, 9), np.uint8)) > 0
    assert np.array_equal(done[inner & ink_of(scan)], scan[inner & ink_of(scan)])
    outside = cv2.dilate(inside, np.ones((5, 5), np.uint8)) == 0
    assert not ink_of(done)[outside].any()
    assert (done[outside] == recipe["border"]["colour"]).all()
    # At most a thread of the bed may stay along the edge.
    assert (cv2.cvtColor(done, cv2.COLOR_BGR2GRAY)[~inner] < 90).mean() < 0.004


def test_a_wedge_of_bed_is_filled_without_touching_the_paper(sheet: Pixels) -> None:
    scan, corners = on_bed(sheet, 1.4, 20, (10, 0, 0, 10))
    recipe, _found = settle(scan, DPI, ("border",), {}, settings(1.4))
    done = conditioned(scan, DPI, recipe)
    changed = (done != scan).any(axis=2)
    inside = np.zeros(scan.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.rint(corners).astype(np.int32), 255)
    inner = cv2.erode(inside, np.ones((7, 7), np.uint8), borderValue=255) > 0
    assert changed.sum() > 3000
    assert not (changed & inner)[2:-2, 2:-2].any()


@pytest.mark.parametrize("shade", [12, 70, 120])
def test_holes_are_filled_with_the_paper_round_them(sheet: Pixels, shade: int) -> None:
    page = sheet.copy()
    places = [(55, 500), (58, 877), (55, 1254)]
    for x, y in places:
        cv2.circle(page, (x, y), 16, (shade, shade, shade), -1, cv2.LINE_AA)
    scan = scanned(page)
    found = find_holes(scan, DPI)
    assert sorted((round(hole.x / 10), round(hole.y / 10)) for hole in found) == sorted(
        (round(x / 10), round(y / 10)) for x, y in places
    )
    recipe, _found = settle(scan, DPI, ("holes",), {}, settings())
    done = conditioned(scan, DPI, recipe)
    for x, y in places:
        assert done[y - 20 : y + 20, x - 20 : x + 20].min() > 215
    away = (done != scan).any(axis=2)
    away[:, :80] = False
    assert not away.any()


def test_what_is_round_but_no_hole_stays(pages: Any, sheet: Pixels) -> None:
    page = sheet.copy()
    cv2.circle(page, (60, 600), 16, (40, 40, 205), -1)
    cv2.circle(page, (60, 1000), 16, (30, 30, 30), 3)
    cv2.circle(page, (620, 880), 16, (30, 30, 30), -1)
    cv2.circle(page, (80, 300), 4, (30, 30, 30), -1)
    assert find_holes(scanned(page), DPI) == ()


def test_archive_clean_up_takes_dust_and_streaks_alone(sheet: Pixels) -> None:
    page = cv2.resize(sheet, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    page[700:760, 300:420] = page[700:760, 300:420] * np.array([0.7, 0.85, 0.95])
    marked = page.copy()
    for x, y in ((100, 100), (2300, 3300), (180, 3000)):
        marked[y : y + 2, x : x + 2] = 40
    marked[:, 1500:1502] = (marked[:, 1500:1502] * 0.5).astype(np.uint8)
    scan = scanned(marked, noise=1.5)
    recipe, _found = settle(scan, 300, ("archive",), {}, settings())
    assert [streak[0] for streak in recipe["streaks"]] == ["x"]
    assert set(recipe) == {"specks", "streaks"}
    done = conditioned(scan, 300, recipe)
    for x, y in ((100, 100), (2300, 3300), (180, 3000)):
        assert done[y - 3 : y + 5, x - 3 : x + 5].min() > 220
    assert abs(float(done[:, 1501].mean()) - float(page[:, 1501].mean())) < 4
    changed = (done != scan).any(axis=2)
    changed[:, 1490:1512] = False
    assert changed.sum() < 600
    assert (red_of(done) & red_of(scan)).sum() > 0.995 * red_of(scan).sum()
    # Nothing of the page itself is dust.
    untouched = conditioned(scanned(page, 1.5), 300, {"specks": recipe["specks"]})
    assert (ink_of(untouched) == ink_of(scanned(page, 1.5))).all()


def test_printed_lines_are_no_streaks(pages: Any, sheet: Pixels) -> None:
    ruled = sheet.copy()
    ruled[:, 140:142] = (60, 60, 200)
    ruled[60:-60, 1100:1102] = 30
    assert find_streaks(scanned(ruled), DPI, "x") == []
    form = cv2.resize(pages.form("李某"), None, fx=0.5, fy=0.5)
    assert find_streaks(scanned(form), DPI, "x") == []
    assert find_streaks(scanned(form), DPI, "y") == []


def test_reading_clean_up_evens_the_paper_and_keeps_what_is_on_it(sheet: Pixels) -> None:
    page = sheet.astype(np.float32) * np.array([0.80, 0.92, 0.97])
    height, width = page.shape[:2]
    page *= (0.72 + 0.28 * np.arange(width) / width)[None, :, None]
    # A pencil line, a brown stain, and letters that shine through.
    cv2.line(page, (200, 150), (700, 160), (150.0, 155.0, 158.0), 2)
    stain = np.zeros((height, width), np.float32)
    cv2.circle(stain, (1000, 1500), 70, 1.0, -1)
    page *= 1 - cv2.GaussianBlur(stain, (0, 0), 8)[..., None] * np.array([0.5, 0.28, 0.12])
    ghost = np.zeros((height, width), np.float32)
    letters = np.zeros((height, width), np.uint8)
    cv2.putText(letters, "ABCDE", (300, 1650), cv2.FONT_HERSHEY_SIMPLEX, 2, 255, 6)
    ghost += letters / 255
    page *= 1 - 0.09 * cv2.GaussianBlur(ghost, (0, 0), 3)[..., None]
    scan = scanned(np.clip(page, 0, 255).astype(np.uint8), 1.5)
    recipe, _found = settle(scan, DPI, ("reading",), {}, settings())
    done = conditioned(scan, DPI, {"flatten": recipe["flatten"]})
    paper = [float(np.median(done[200:1700, x : x + 60])) for x in (40, 600, 1150)]
    assert min(paper) > 246
    plain_ink = ink_of(scanned(sheet, 1.5))
    assert (ink_of(done) & plain_ink).sum() > 0.9 * plain_ink.sum()
    seal_before, seal_after = red_of(sheet), red_of(done)
    assert (seal_before & seal_after).sum() > 0.9 * seal_before.sum()
    hue = cv2.cvtColor(done, cv2.COLOR_BGR2HSV)[..., 0][seal_before & seal_after].astype(int)
    assert np.mean((hue < 9) | (hue > 171)) > 0.97
    pencil = done[145:168, 250:650].min(axis=(0, 2))
    assert np.median(pencil) < 215
    middle = done[1480:1520, 980:1020].reshape(-1, 3).mean(axis=0)
    assert middle[2] - middle[0] > 45
    ghost_mask = cv2.GaussianBlur(ghost, (0, 0), 3) > 0.6
    assert float(255 - done[ghost_mask].mean()) < 0.6 * float(255 * 0.09 * 0.8)


def test_bitonal_keeps_thin_strokes_and_the_seal(sheet: Pixels) -> None:
    page = sheet.astype(np.float32)
    cv2.line(page, (150, 120), (1000, 170), (120.0, 120.0, 120.0), 1, cv2.LINE_AA)
    page *= (0.65 + 0.35 * np.arange(page.shape[1]) / page.shape[1])[None, :, None]
    scan = scanned(np.clip(page, 0, 255).astype(np.uint8))
    recipe, _found = settle(scan, DPI, ("bitonal",), {}, settings())
    done = conditioned(scan, DPI, recipe)
    assert done.ndim == 2 and set(np.unique(done)) == {0, 255}
    black = done == 0
    assert (black & ink_of(sheet)).sum() > 0.93 * ink_of(sheet).sum()
    assert (black & red_of(sheet)).sum() > 0.9 * red_of(sheet).sum()
    line = black[100:190, 160:990].any(axis=0)
    assert line.mean() > 0.97
    stray = black & (sheet.min(axis=2) > 225)
    stray[90:200] = False
    assert stray.mean() < 0.00005


def test_the_same_recipe_gives_the_same_picture(sheet: Pixels) -> None:
    scan, _corners = on_bed(sheet, 1.1, 20, (40, 40, 40, 40))
    asked = ("deskew", "crop", "reading", "holes", "gray")
    recipe, _found = settle(scan, DPI, asked, {}, settings(1.1))
    before = scan.copy()
    one, other = conditioned(scan, DPI, recipe), conditioned(scan, DPI, dict(recipe))
    assert np.array_equal(one, other) and np.array_equal(scan, before)
    assert settle(scan, DPI, asked, {}, settings(1.1))[0] == recipe


def test_another_tilt_takes_the_crop_along() -> None:
    width, height = 1240, 1754
    crop = [100.0, 200.0, 900.0, 1500.0]
    moved = moved_crop(crop, width, height, 0.0, 2.0)
    middle = straight_point((500, 850), width, height, 2.0)
    assert math.dist(((moved[0] + moved[2]) / 2, (moved[1] + moved[3]) / 2), middle) < 0.2
    back = moved_crop(moved, width, height, 2.0, 0.0)
    assert back == pytest.approx(crop, abs=1.0)


@pytest.mark.parametrize(
    ("recipe", "field"),
    [
        ({"deskew": 46}, "deskew"),
        ({"deskew": True}, "deskew"),
        ({"crop": [5, 5, 5, 9]}, "crop"),
        ({"crop": None}, "crop"),
        ({"holes": []}, "holes"),
        ({"holes": [[1, 2, 0]]}, "holes"),
        ({"border": {"paper": [[0, 0]] * 3, "bed": [0, 0, 0], "colour": [9, 9, 9]}}, "border"),
        ({"border": [1]}, "border"),
        ({"streaks": [["z", 1, 2]]}, "streaks"),
        ({"streaks": [["x", 3, 2]]}, "streaks"),
        ({"specks": {"size": 2}}, "specks"),
        ({"flatten": {"white": 0.2}}, "flatten"),
        ({"colour": {"mode": "sepia"}}, "colour"),
        ({"colour": {"mode": "bitonal"}}, "colour"),
        ({"colour": "gray"}, "colour"),
    ],
)
def test_steps_that_make_no_sense(recipe: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked(recipe)
    assert (caught.value.code, caught.value.parameters) == ("IMG-121", {"field": field})
