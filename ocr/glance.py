"""The first look at a side while its paper is still at the scanner: picture and gross faults.

A full examination follows and replaces what is found here. So this look decodes at a fraction of
the size and keeps silent where that leaves doubt: a missed fault is found a little later, a false
alarm sends somebody to the scanner for nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.api import Finding
from ocr.codes.reading import codes_on
from ocr.finding_rules import (
    blank_finding,
    blur_finding,
    border_finding,
    exposure_findings,
    resolution_finding,
    skew_finding,
)
from ocr.image.border import borders, edge_tilt, inner_box
from ocr.image.exposure import measure_exposure
from ocr.image.limits import Limits, limits_from
from ocr.image.load import ReducedPage, load_reduced
from ocr.image.preview import load_preview
from ocr.image.sharpness import measure_sharpness
from ocr.image.sheet import written_on_sheet
from ocr.image.skew import Skew
from ocr.image.view import view_of
from ocr.inspection import lined_skew, sheet_skew
from ocr.rendering import write_picture
from ocr.study import THUMBNAIL_LONGEST
from ocr.truncation import TRUNCATED, truncated_finding

# What the measures need, and what the finest bars of a code need (dots per inch).
_MEASURE_DPI = 75
_CODE_DPI = 150
_UNREADABLE = ("IMG-101", "IMG-102", "IMG-103")
# Shrinking thins the ink: only what is clearly below the limit is called pale.
_CLEARLY_PALE = 0.85
# Faint marks in so many squares of 6 mm are no specks.
_FAINT_CELLS = 40
# Where this share of all steps between neighbours reaches this share of the darkness of the ink,
# along and across the page, no smear counts as blur (a smear of a pixel allows 0.4).
_STEP_PERCENTILE = 99.9
_SHARP_STEP = 0.4


def ready() -> bool:
    """Nothing but having loaded all that `glance` needs: called while the scanner warms up."""
    return True


def glance(
    path: str,
    frame: int,
    folder: str,
    side_id: str,
    limits: dict[str, float],
    codes: bool,
    preview: str = "",
) -> dict[str, Any]:
    """Look at page `frame` (from 0) of the file at `path`. `preview` is the path of a smaller
    picture of it without turn or loss, which saves decoding the file; it may be missing.

    Gives `{"width", "height", "dpi", "blank", "skew_deg", "findings", "codes", "fault",
    "thumbnail"}`: findings as in `ocr.api.Finding` out of "blank", "skew", "black_border",
    "blur", "too_dark", "too_light", "low_contrast" and "low_resolution"; codes as in
    `ocr.codes.reading.codes_on` (only when `codes`), both with boxes in pixels of the page; the
    path of a picture of 256 pixels in `folder`. A damaged file has one finding "unreadable", its
    IMG code as `fault`, and no picture, or one of the part that came.

    Raises as `ocr.inspection.examine`.
    """
    allowed = limits_from(limits)
    try:
        page = _loaded(Path(path), frame, _CODE_DPI if codes else _MEASURE_DPI, preview)
    except BadInput as fault:
        if fault.code not in _UNREADABLE:
            raise
        return _unreadable(fault.code)
    target = Path(folder) / f"{side_id}-glance.jpg"
    write_picture(page.pixels, target, THUMBNAIL_LONGEST)
    if page.decoded_share < 1:
        found = _record(page=page, findings=(truncated_finding(page),), fault=TRUNCATED)
    else:
        found = _measured(page, allowed)
    if codes:
        found["codes"] = _codes(page)
    return found | {"thumbnail": str(target)}


def _loaded(path: Path, frame: int, least_dpi: int, preview: str) -> ReducedPage:
    seen = load_preview(path, Path(preview)) if preview else None
    return seen or load_reduced(path, frame, least_dpi, partial=True)


def _unreadable(code: str) -> dict[str, Any]:
    finding = Finding(code="unreadable", severity="fail", value=float(code[-3:]), limit=0.0)
    return _record(findings=(finding,), fault=code)


def _record(
    *,
    page: ReducedPage | None = None,
    blank: bool = False,
    skew_deg: float = 0.0,
    findings: tuple[Finding, ...] = (),
    fault: str = "",
) -> dict[str, Any]:
    return {
        "width": page.width if page else 0,
        "height": page.height if page else 0,
        "dpi": page.page_dpi if page else 0,
        "blank": blank,
        "skew_deg": skew_deg,
        "findings": [asdict(finding) for finding in findings],
        "codes": [],
        "fault": fault,
        "thumbnail": "",
    }


def _measured(page: ReducedPage, limits: Limits) -> dict[str, Any]:
    pixels, dpi = _at_measure_size(page)
    view = view_of(pixels, dpi)
    edges = borders(view)
    inner = inner_box(view, edges)
    written = written_on_sheet(view, edges, inner, limits.blank_ink)
    exposure = measure_exposure(view, inner)
    blank = written.written_ratio < limits.blank_ink
    # Faint marks may be the other face or writing that paled: at this size nobody can tell.
    surely = blank and not written.letters and written.faint_cells < _FAINT_CELLS
    skew = Skew(degrees=0.0, contrast=1.0)
    smeared: tuple[Finding, ...] = ()
    if not blank:
        skew = sheet_skew(lined_skew(view, inner, exposure.contrast), edge_tilt(edges))
        if not _surely_sharp(view.ink, exposure.contrast):
            sharpness = measure_sharpness(view, inner)
            smeared = blur_finding(sharpness, limits)
    findings = (
        *skew_finding(skew, limits),
        *blank_finding(surely, written, limits),
        *border_finding(edges, limits, page.width, page.height),
        *smeared,
        *(
            finding
            for finding in exposure_findings(exposure, written, blank or bool(smeared), limits)
            if finding.code == "too_dark" or finding.value < _CLEARLY_PALE * finding.limit
        ),
        *resolution_finding(page.width, page.height, page.page_dpi, limits),
    )
    return _record(page=page, blank=surely, skew_deg=round(skew.degrees, 2), findings=findings)


def _surely_sharp(ink: NDArray[np.uint8], contrast: float) -> bool:
    """Saves measuring the edges one by one, which costs as much as everything else."""
    least = _SHARP_STEP * 255 * contrast
    return all(
        float(np.count_nonzero(steps > least)) > steps.size * (1 - _STEP_PERCENTILE / 100)
        for steps in (cv2.absdiff(ink[:, 1:], ink[:, :-1]), cv2.absdiff(ink[1:], ink[:-1]))
    )


def _at_measure_size(page: ReducedPage) -> tuple[NDArray[np.uint8], int]:
    factor = page.dpi // _MEASURE_DPI
    if factor < 2:
        return page.pixels, page.dpi
    height, width = page.pixels.shape[:2]
    size = (-(-width // factor), -(-height // factor))
    small = cv2.resize(page.pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), round(page.dpi / factor)


def _codes(page: ReducedPage) -> list[dict[str, Any]]:
    gray = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    found = codes_on(gray, float(page.dpi))
    return [code | {"box": [round(value * page.scale) for value in code["box"]]} for code in found]
