"""Batches of the TWAIN driver through the real host, compared pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from PIL import Image

from tests.scanner_twain.scanned import Batch, expected_pixels, pixels

Scan = Callable[..., Batch]
SIMPLEX = {"duplex": False}


def places(batch: Batch) -> list[tuple[int, str]]:
    return [(side.sheet, side.face) for side in batch.sides]


def check_pixels(batch: Batch, kind: str, bits: int = 8, width: int = 61) -> None:
    for index, side in enumerate(batch.sides):
        wanted = expected_pixels(index, kind, (width, 23), bits)
        assert (side.width, side.height) == (width, 23)
        assert numpy.array_equal(pixels(side.path), wanted)


def test_a_duplex_batch_until_the_feeder_is_empty(scan: Scan) -> None:
    batch = scan(sheets=3)
    assert batch.error is None
    assert batch.warnings == []
    faces = [(sheet, face) for sheet in (1, 2, 3) for face in ("front", "back")]
    assert places(batch) == faces
    assert {side.media_type for side in batch.sides} == {"image/png"}
    assert {side.dpi for side in batch.sides} == {300}
    with Image.open(batch.sides[0].path) as image:
        assert round(image.info["dpi"][0]) == 300
    check_pixels(batch, "color")


@pytest.mark.parametrize("mode", ["color", "gray", "lineart"])
@pytest.mark.parametrize(
    ("transfer", "settings"),
    [
        ("memory", {}),
        ("memory", {"tiles": 1, "strip_rows": 0}),
        ("native", {}),
        ("native", {"native": "bitmap"}),
        ("file", {}),
        ("file", {"ending": ".tif"}),
    ],
)
def test_every_way_of_transfer_gives_the_same_pixels(
    scan: Scan, transfer: str, settings: dict[str, Any], mode: str
) -> None:
    if "tiles" in settings and mode == "lineart":
        settings = {"padding": 32}  # tiles of whole bytes only; rows with much padding instead
    request = SIMPLEX | {"mode": mode, "options": {"transfer": transfer}}
    batch = scan(request, sheets=2, **settings)
    assert batch.error is None
    assert batch.codes == []
    assert places(batch) == [(1, "front"), (2, "front")]
    check_pixels(batch, mode)
