"""Codes on one page as plain records: what scanning asks for by name in a worker process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.codes.barcodes import Barcode, read_barcodes
from ocr.codes.loading import load_gray
from ocr.codes.patches import WORK_DPI, read_patches

# The finest print of a code that is still read has modules of 0.25 mm: three pixels.
_BARCODE_DPI = 300.0
_DAMAGED = ("IMG-101", "IMG-102", "IMG-103")


def read_codes(path: str, frame: int, *, barcodes: bool, patches: bool) -> list[dict[str, Any]]:
    """The codes on page `frame` (from 0) of the file at `path`, as `codes_on` tells them.

    Boxes are in pixels of the page as delivered (a turn in EXIF applied). A file that cannot be
    decoded has no codes. Raises BadInput IMG-104 (no such frame) and IMG-105 (no such file).
    """
    if not barcodes and not patches:
        return []
    try:
        page = load_gray(Path(path), frame, _BARCODE_DPI if barcodes else WORK_DPI)
    except BadInput as fault:
        if fault.code not in _DAMAGED:
            raise
        return []
    records = codes_on(page.pixels, page.dpi, barcodes=barcodes, patches=patches)
    for record in records:
        record["box"] = [round(value * page.scale) for value in record["box"]]
    return records


def codes_in_picture(path: str) -> list[dict[str, Any]]:
    """The barcodes on a picture of any size, such as a photo of a label, as `codes_on` tells them.

    The whole picture is gone over: nobody knows how large a label is on a photo, and on a label
    the codes stand closer together than on a page. Raises BadInput IMG-101 to IMG-105 as
    `ocr.image.load`.
    """
    page = load_gray(Path(path), 0, _BARCODE_DPI)
    return _barcode_records(read_barcodes(page.pixels, page.dpi, thorough=True))


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
        records += _barcode_records(read_barcodes(gray, dpi))
    return records


def _barcode_records(found: list[Barcode]) -> list[dict[str, Any]]:
    return [
        {
            "kind": "barcode",
            "format": code.format,
            "text": code.text,
            "box": list(code.box),
            "turn": code.turn,
        }
        for code in found
    ]
