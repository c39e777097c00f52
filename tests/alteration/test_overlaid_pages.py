"""Two pictures of one leaf over each other: what only one has is told by its colour."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.kernel.errors import BadInput
from ocr.alteration.overlaying import OTHER_COLOUR, SIDE_COLOUR, overlay
from tests.alteration.test_compared_pages import rescan, side, written

__all__ = ["side"]


def share(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Where a picture is near a colour."""
    return np.asarray((np.abs(picture.astype(int) - colour) < 60).all(axis=2))


@pytest.mark.parametrize("name", ["overlay.png", "叠 图.jpg"])
def test_what_one_has_alone_is_coloured(side: Path, tmp_path: Path, name: str) -> None:
    plain = cv2.imread(str(side))
    high, wide = plain.shape[:2]
    first, second = plain.copy(), plain.copy()
    places = {}
    for picture, height, colour in ((first, 0.93, SIDE_COLOUR), (second, 0.96, OTHER_COLOUR)):
        at = (int(wide * 0.3), int(high * height))
        cv2.putText(picture, "Received 7", at, cv2.FONT_HERSHEY_SIMPLEX, 1.2, (40, 40, 40), 4)
        places[colour] = at
    master = written(tmp_path / "side.png", cv2.rotate(first, cv2.ROTATE_90_COUNTERCLOCKWISE))
    other = written(tmp_path / "rescan.png", cv2.rotate(rescan(second), cv2.ROTATE_180))
    out = tmp_path / name
    answer = overlay(master, 0, 90, other, 0, 180, str(out))
    assert (answer["done"], answer["reason"]) == (True, "")
    drawn = cv2.imdecode(np.fromfile(out, np.uint8), cv2.IMREAD_COLOR)
    assert drawn.shape[:2] == (answer["height"], answer["width"])
    assert max(drawn.shape[:2]) <= 1800
    scale = drawn.shape[1] / wide
    for colour, (x, y) in places.items():
        box = (
            slice(int((y - 34) * scale), int((y + 4) * scale)),
            slice(int(x * scale), int((x + 200) * scale)),
        )
        inside = share(drawn[box], colour).sum()
        assert inside > 150
        assert inside > 0.9 * share(drawn, colour).sum()
    shared = share(drawn, (0x5C, 0x5C, 0x5C)).sum()
    assert shared > 10 * sum(share(drawn, colour).sum() for colour in places)


def test_what_cannot_be_laid_over_says_why(side: Path, bundled_small: Path, tmp_path: Path) -> None:
    blank = written(tmp_path / "blank.png", np.full((1700, 1200, 3), 245, np.uint8))
    foreign = str(sorted((bundled_small / "sides").iterdir())[6])
    out = tmp_path / "overlay.png"
    for other, reasons in ((blank, {"blank"}), (foreign, {"not_found", "unlike"})):
        answer = overlay(str(side), 0, 0, other, 0, 0, str(out))
        assert answer["done"] is False
        assert answer["reason"] in reasons
        assert (answer["width"], answer["height"]) == (0, 0)
    assert not out.exists()
    tiny = written(tmp_path / "tiny.png", np.full((90, 60, 3), 200, np.uint8))
    with pytest.raises(BadInput, match="ALT-101"):
        overlay(str(side), 0, 0, tiny, 0, 0, str(out))
