"""Codes on one page as plain records: what scanning asks for by name in a worker process."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.codes.barcodes import read_barcodes
from ocr.codes.patches import read_patches


def codes_on(
    gray: NDArray[np.uint8], dpi: float, *, barcodes: bool = True, patches: bool = True
) -> list[dict[str, Any]]:
    """The codes on a decoded page, patch codes first, then barcodes from top to bottom.

    `gray` is height x width, uint8, at `dpi` dots per inch (0: unknown, an A4 page is assumed).
    Each record is `{"kind": "patch" | "barcode", "format", "text", "box": [x0, y0, x1, y1],
    "turn"}`: the box in pixels of `gray`, the turn the clockwise one (0, 90, 180, 270) that sets
    the code upright. A patch code is named as read from the nearer edge of the page and has
    "other", its name the other way round: T and 3 are one code until it is known how the sheet
    was fed. Nothing on a page makes this raise.
    """
    records: list[dict[str, Any]] = []
    if patches:
        records += [
            {
                "kind": "patch",
                "format": "patch",
                "text": patch.text,
                "other": patch.other,
                "box": list(patch.box),
                "turn": patch.turn,
            }
            for patch in read_patches(gray, dpi)
        ]
    if barcodes:
        records += [
            {
                "kind": "barcode",
                "format": code.format,
                "text": code.text,
                "box": list(code.box),
                "turn": code.turn,
            }
            for code in read_barcodes(gray, dpi)
        ]
    return records
