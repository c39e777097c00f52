"""Pixels: what was planted is found in its place, what a second scan does is not."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.kernel.errors import BadInput
from ocr.alteration.comparing import compare

sys.path.append(str(Path(__file__).resolve().parents[2] / "build"))

from alteration_camera import Camera, photographed


def written(path: Path, picture: np.ndarray) -> str:
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return str(path)


@pytest.fixture(scope="session")
def side(bundled_small: Path) -> Path:
    """A side full of text."""
    return sorted((bundled_small / "sides").iterdir())[2]


def rescan(picture: np.ndarray) -> np.ndarray:
    """Tilted, a little larger, softer, darker to the right, with other noise."""
    high, wide = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), 1.3, 1.01)
    seen = cv2.warpAffine(picture, matrix, (wide, high), borderValue=(236, 236, 236))
    darker = np.linspace(1, 0.85, wide, dtype=np.float32)[None, :, None]
    seen = cv2.GaussianBlur(seen, (0, 0), 0.8) * darker
    seen += noise(high, wide)
    return np.clip(seen, 0, 255, out=seen).astype(np.uint8)


@cache
def noise(high: int, wide: int) -> np.ndarray:
    """Drawn once: it is the same at every second scan."""
    return np.random.default_rng(3).normal(0, 2.5, (high, wide, 1)).astype(np.float32)


def test_a_second_scan_is_the_same(side: Path, tmp_path: Path) -> None:
    paper = written(tmp_path / "纸 页.png", rescan(cv2.imread(str(side))))
    answer = compare(str(side), 0, 0, paper, "front", str(tmp_path / "proof.jpg"))
    assert (answer["verdict"], answer["differences"]) == ("same", [])
    assert answer["confidence"] > 0.9
    assert not (tmp_path / "proof.jpg").exists()


@pytest.mark.parametrize(("kind", "order"), [("added", 1), ("missing", -1)])
def test_a_line_of_writing_is_framed(side: Path, tmp_path: Path, kind: str, order: int) -> None:
    plain = cv2.imread(str(side))
    high, wide = plain.shape[:2]
    marked = plain.copy()
    at = (int(wide * 0.3), int(high * 0.93))
    cv2.putText(marked, "Received 7 000", at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.2, (80, 40, 30), 2)
    first, second = (plain, rescan(marked))[::order] if order > 0 else (marked, rescan(plain))
    one = written(tmp_path / "side.png", first)
    other = written(tmp_path / "paper.png", second)
    answer = compare(one, 0, 0, other, "front", str(tmp_path / "proof.jpg"))
    assert answer["verdict"] == "differs"
    (place,) = answer["differences"]
    assert (place["kind"], place["ink"]) == (kind, "dark")
    x0, y0, x1, y1 = place["box"]
    assert abs(x0 - at[0]) < 20
    assert x1 > x0 + 150
    assert y0 < at[1] < y1 + 10
    assert cv2.imread(str(tmp_path / "proof.jpg")) is not None


def test_a_seal_is_told_by_its_ink(side: Path, tmp_path: Path) -> None:
    sealed = cv2.imread(str(side))
    high, wide = sealed.shape[:2]
    centre = (int(wide * 0.6), int(high * 0.6))
    cv2.circle(sealed, centre, wide // 12, (60, 50, 205), 5, cv2.LINE_AA)
    cv2.circle(sealed, (wide // 3, high // 2), wide // 30, (60, 50, 205), 4, cv2.LINE_AA)
    gone = sealed.copy()
    plain = cv2.imread(str(side))
    part = (slice(high // 2 + 60, high * 3 // 4), slice(wide // 2 - 40, wide * 3 // 4))
    gone[part] = plain[part]
    one = written(tmp_path / "side.png", sealed)
    answer = compare(one, 0, 0, written(tmp_path / "paper.png", rescan(gone)))
    assert {place["ink"] for place in answer["differences"]} == {"red"}
    assert {place["kind"] for place in answer["differences"]} == {"missing"}


def test_a_number_stamped_since_is_none(side: Path, tmp_path: Path) -> None:
    plain = cv2.imread(str(side))
    bare = plain.copy()
    high, wide = plain.shape[:2]
    corner = (slice(0, high // 9), slice(wide * 3 // 4, wide))
    bare[corner] = np.median(plain[corner], axis=(0, 1))
    stamped = bare.copy()
    place = (int(wide * 0.86), int(high * 0.06))
    cv2.putText(stamped, "0042", place, cv2.FONT_HERSHEY_SIMPLEX, 1.4, (40, 40, 40), 4)
    one = written(tmp_path / "side.png", bare)
    other = written(tmp_path / "paper.png", rescan(stamped))
    answer = compare(one, 0, 0, other, "front")
    assert answer["verdict"] == "same"
    assert len(answer["numbering"]) == 1
    assert compare(one, 0, 0, other, "back")["verdict"] == "differs"


def test_under_a_camera_upside_down(side: Path, tmp_path: Path) -> None:
    marked = cv2.imread(str(side))
    high, wide = marked.shape[:2]
    at = (int(wide * 0.3), int(high * 0.9))
    camera = Camera(width=2400, height=1800, glare=0.5, hand=0.3)
    chance = np.random.default_rng(4)
    for text, verdict in (("", "same"), ("Nothing is owed", "differs")):
        cv2.putText(marked, text, at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.5, (80, 40, 30), 3)
        still = photographed(cv2.rotate(marked, cv2.ROTATE_180), camera, chance)
        paper = written(tmp_path / "still.jpg", still)
        answer = compare(str(side), 0, 0, paper)
        assert answer["verdict"] == verdict


def test_what_cannot_be_compared_is_never_the_same(
    side: Path, bundled_small: Path, tmp_path: Path
) -> None:
    white = np.full((1700, 1200, 3), 245, np.uint8)
    blank = written(tmp_path / "blank.png", white)
    noise = np.random.default_rng(1).integers(0, 255, (1700, 1200, 3), np.uint8)
    landscape = written(tmp_path / "noise.png", cv2.GaussianBlur(noise, (0, 0), 9))
    other = str(sorted((bundled_small / "sides").iterdir())[6])
    half = written(tmp_path / "half.png", cv2.imread(str(side))[:400])
    for one, paper, reasons in (
        (blank, blank, {"blank"}),
        (str(side), blank, {"blank"}),
        (str(side), landscape, {"blank", "not_found"}),
        (str(side), other, {"not_found", "unlike"}),
        (str(side), half, {"not_found", "hidden"}),
    ):
        answer = compare(one, 0, 0, paper)
        assert answer["verdict"] == "not_comparable"
        assert answer["reason"] in reasons
        assert answer["confidence"] == 0.0


def test_bad_pictures_are_refused(side: Path, tmp_path: Path) -> None:
    tiny = written(tmp_path / "tiny.png", np.full((90, 60, 3), 200, np.uint8))
    (tmp_path / "text.jpg").write_text("no picture")
    faults = {
        tiny: "ALT-101",
        str(tmp_path / "text.jpg"): "IMG-101",
        str(tmp_path / "x"): "IMG-105",
    }
    for paper, code in faults.items():
        with pytest.raises(BadInput, match=code):
            compare(str(side), 0, 0, paper)


@pytest.mark.parametrize(
    ("kind", "gray", "ink"),
    [("missing", "paper", "red"), ("missing", "side", "unknown"), ("added", "side", "red")],
)
def test_an_ink_is_named_by_the_picture_in_colour(
    side: Path, tmp_path: Path, kind: str, gray: str, ink: str
) -> None:
    plain = cv2.imread(str(side))
    sealed = plain.copy()
    high, wide = plain.shape[:2]
    cv2.circle(sealed, (wide // 2, high * 9 // 10), wide // 20, (60, 50, 205), 5, cv2.LINE_AA)
    pictures = {
        "side": sealed if kind == "missing" else plain,
        "paper": rescan(plain if kind == "missing" else sealed),
    }
    pictures[gray] = cv2.cvtColor(pictures[gray], cv2.COLOR_BGR2GRAY)
    paths = {name: written(tmp_path / f"{name}.png", seen) for name, seen in pictures.items()}
    answer = compare(paths["side"], 0, 0, paths["paper"])
    assert [(place["kind"], place["ink"]) for place in answer["differences"]] == [(kind, ink)]


def test_grains_of_dust_beside_each_other_are_no_writing(side: Path, tmp_path: Path) -> None:
    plain = cv2.imread(str(side))
    seen = rescan(plain)
    scale = plain.shape[0] / 297
    x, y = round(90 * scale), round(285 * scale)
    for off in (0.0, 1.6):
        place = (round(x + off * scale), round(y - off * scale))
        cv2.circle(seen, place, round(0.25 * scale), (60, 60, 60), -1, cv2.LINE_AA)
    paper = written(tmp_path / "paper.png", seen)
    assert compare(str(side), 0, 0, paper)["verdict"] == "same"
    # A stroke from grain to grain is one.
    far = (round(x + 2.6 * scale), round(y - 2.6 * scale))
    cv2.line(seen, (x, y), far, (60, 60, 60), 4, cv2.LINE_AA)
    assert compare(str(side), 0, 0, written(tmp_path / "stroke.png", seen))["verdict"] == "differs"


def test_dirt_on_the_glass_is_no_writing(side: Path, tmp_path: Path) -> None:
    plain = cv2.imread(str(side))
    seen = rescan(plain)
    x = plain.shape[1] * 5 // 8
    seen[:, x : x + 2] = (80, 70, 84)
    seen[:, x + 90 : x + 92, 1] //= 2
    paper = written(tmp_path / "paper.png", seen)
    assert compare(str(side), 0, 0, paper)["verdict"] == "same"
    # A line drawn by hand does not run from edge to edge.
    seen[: plain.shape[0] // 4, x : x + 2] = rescan(plain)[: plain.shape[0] // 4, x : x + 2]
    assert compare(str(side), 0, 0, written(tmp_path / "line.png", seen))["verdict"] == "differs"


def test_frames_of_a_film_are_told_from_stills(side: Path, tmp_path: Path) -> None:
    marked = cv2.imread(str(side))
    high, wide = marked.shape[:2]
    for size, text, verdict, reason, coarse in (
        ((1920, 1080), "", "same", "", True),
        ((1920, 1080), "Nothing is owed", "differs", "", True),
        ((1280, 720), "", "not_comparable", "coarse", False),
    ):
        seen = marked.copy()
        at = (int(wide * 0.3), int(high * 0.9))
        cv2.putText(seen, text, at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.5, (80, 40, 30), 3)
        camera = Camera(width=size[0], height=size[1])
        frame = photographed(seen, camera, np.random.default_rng(5))
        answer = compare(str(side), 0, 0, written(tmp_path / "frame.png", frame))
        assert (answer["verdict"], answer["reason"]) == (verdict, reason)
        assert answer["coarse"] is coarse


def test_two_tones_are_not_compared(side: Path, tmp_path: Path) -> None:
    gray = cv2.imread(str(side), cv2.IMREAD_GRAYSCALE)
    hard = np.where(gray > 150, 255, 0).astype(np.uint8)
    two_tone = written(tmp_path / "two.png", hard)
    for one, paper in ((two_tone, str(side)), (str(side), two_tone)):
        answer = compare(one, 0, 0, paper)
        assert (answer["verdict"], answer["reason"]) == ("not_comparable", "two_tone")


def test_a_mirrored_lamp_and_the_edge_of_a_shadow_are_no_alteration(
    side: Path, tmp_path: Path
) -> None:
    seen = rescan(cv2.imread(str(side))).astype(np.float32)
    high, wide = seen.shape[:2]
    x, y = np.meshgrid(np.arange(wide), np.arange(high))
    lamp = 0.5 * np.exp(-(((x - wide / 2) / 150) ** 2) - ((y - high / 3) / 150) ** 2)
    seen += lamp[..., None] * (255 - seen)
    seen *= (1 - 0.3 / (1 + np.exp(-(x + y - wide) / 8)))[..., None]
    paper = written(tmp_path / "paper.png", np.clip(seen, 0, 255).astype(np.uint8))
    assert compare(str(side), 0, 0, paper)["verdict"] == "same"
