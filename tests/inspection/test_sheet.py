"""A tilted sheet is seen to its edges before it is called empty."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ocr.inspection import examine
from tests.inspection.sheets import grained

DPI = 150
Pixels = NDArray[np.uint8]


def on_bed(sheet: Pixels, tilt: float, bed: int) -> Pixels:
    """The sheet laid on a bed of that shade, tilted clockwise, with sensor noise."""
    wide = cv2.copyMakeBorder(sheet, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(bed,) * 3)
    height, width = wide.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -tilt, 1.0)
    page = cv2.warpAffine(wide, matrix, (width, height), borderValue=(bed,) * 3)
    return grained(page, 5, 3.0, coloured=True)


@pytest.mark.parametrize("bed", [12, 70, 150])
@pytest.mark.parametrize("tilt", [-4.0, -1.5, 2.5])
@pytest.mark.parametrize("number", ["", "17"])
def test_a_number_in_the_corner_of_a_tilted_sheet_is_writing(
    tmp_path: Path, bed: int, tilt: float, number: str
) -> None:
    sheet = np.full((1754, 1240, 3), (238, 243, 246), np.uint8)
    if number:
        cv2.putText(sheet, number, (1165, 62), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (40, 40, 44), 2)
    path = tmp_path / "page.png"
    Image.fromarray(on_bed(sheet, tilt, bed)[:, :, ::-1]).save(path, dpi=(DPI, DPI))
    assert examine(str(path), 0)["blank"] is not bool(number)
