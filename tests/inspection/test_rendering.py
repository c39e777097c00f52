"""Derivatives: the recipe is followed, the file is whole or absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.kernel.errors import BadInput, Broken
from ocr.inspection import examine
from ocr.rendering import render, render_many

Save = Callable[..., str]


def test_turn_and_deskew_give_a_page_without_findings(
    pages: Any, saved: Save, tmp_path: Path
) -> None:
    crooked = np.rot90(pages.spoiled(pages.text(51), skew=2.3), 1)
    path = saved(crooked)
    seen = examine(path, 0)
    recipe = {
        "turn": int(seen["measures"]["orientation"]),
        "steps": {"deskew": seen["measures"]["skew_deg"]},
        "quality": 90,
    }
    out = str(tmp_path / "straight.jpg")
    answer = render(path, 0, recipe, out)
    assert answer["media_type"] == "image/jpeg"
    # No corner is cut: the page grows.
    assert 2580 < answer["width"] < 2640 and 3580 < answer["height"] < 3630
    again = examine(out, 0)
    assert again["findings"] == ()
    assert abs(again["measures"]["skew_deg"]) < 0.1
    corner = np.asarray(Image.open(out))[3:40, 3:40]
    assert corner.min() > 215


def test_thumbnail_and_screen_from_one_decoding(pages: Any, saved: Save, tmp_path: Path) -> None:
    path = saved(pages.text(52))
    outs = [str(tmp_path / "deep" / "small.jpg"), str(tmp_path / "deep" / "screen.png")]
    answers = render_many(
        path,
        0,
        [({"longest": 256, "turn": 90}, outs[0]), ({"longest": 2200, "format": "png"}, outs[1])],
    )
    assert answers[0] == {"width": 256, "height": 181, "media_type": "image/jpeg"}
    assert answers[1] == {"width": 1555, "height": 2200, "media_type": "image/png"}
    for answer, out in zip(answers, outs, strict=True):
        with Image.open(out) as image:
            assert image.size == (answer["width"], answer["height"])
    assert sorted(item.name for item in (tmp_path / "deep").iterdir()) == [
        "screen.png",
        "small.jpg",
    ]


def test_crop_is_in_pixels_of_the_turned_page(saved: Save, tmp_path: Path) -> None:
    page = np.full((400, 300, 3), 250, np.uint8)
    page[300:400, 0:100] = (0, 0, 200)
    out = str(tmp_path / "part.png")
    answer = render(
        saved(page), 0, {"turn": 90, "steps": {"crop": [0, 0, 100, 100]}, "format": "png"}, out
    )
    assert (answer["width"], answer["height"]) == (100, 100)
    red, green, _ = (int(value) for value in np.asarray(Image.open(out))[50, 50])
    assert red > 150 and green < 80


def test_never_enlarged(saved: Save, tmp_path: Path) -> None:
    page = np.full((40, 30, 3), 250, np.uint8)
    answer = render(saved(page), 0, {"longest": 256}, str(tmp_path / "a.jpg"))
    assert (answer["width"], answer["height"]) == (30, 40)


@pytest.mark.parametrize(
    ("recipe", "field"),
    [
        ({"turn": 45}, "turn"),
        ({"steps": {"deskew": float("nan")}}, "deskew"),
        ({"steps": 5}, "steps"),
        ({"longest": 0}, "longest"),
        ({"format": "gif"}, "format"),
        ({"quality": 101}, "quality"),
        ({"steps": {"crop": [1, 2, 3]}}, "crop"),
        ({"steps": {"crop": [500, 500, 600, 600]}}, "crop"),
        ({"sharpen": 1}, "sharpen"),
        ({"steps": {"sharpen": 1}}, "sharpen"),
    ],
)
def test_recipes_that_make_no_sense(
    saved: Save, tmp_path: Path, recipe: dict[str, Any], field: str
) -> None:
    out = tmp_path / "out" / "a.jpg"
    with pytest.raises(BadInput) as caught:
        render(saved(np.full((40, 30, 3), 250, np.uint8)), 0, recipe, str(out))
    assert (caught.value.code, caught.value.parameters) == ("IMG-121", {"field": field})
    assert not out.exists()


def test_a_place_that_cannot_be_written(saved: Save, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Broken) as caught:
        render(saved(np.full((40, 30, 3), 250, np.uint8)), 0, {}, str(tmp_path / "file" / "a.jpg"))
    assert caught.value.code == "IMG-122"
