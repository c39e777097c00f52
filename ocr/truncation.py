"""What is said of a side of which only a part came: that it must be scanned again, which part is
missing, and how the part that came stands, so that it can be shown and read meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ocr.api import Examination, Finding
from ocr.image.load import ReducedPage

TRUNCATED = "IMG-102"
# What is measured on the part and holds for the page: how it lies.
_KEPT_FINDINGS = frozenset({"orientation", "skew"})
_KEPT_MEASURES = ("skew_deg", "skew_contrast", "orientation", "orientation_confidence", "exif_turn")
# A strip of less than this many millimetres tells nothing about the page.
_LEAST_MILLIMETRES = 25.0
_MM_PER_INCH = 25.4
_USUAL_DPI = 150


def truncated_finding(page: ReducedPage) -> Finding:
    """`unreadable` with the share that came (limit 1) and the box of what did not."""
    return Finding(
        code="unreadable",
        severity="fail",
        value=round(page.decoded_share, 4),
        limit=1.0,
        box=page.missing,
    )


def examine_truncated(
    page: ReducedPage, examine: Callable[[ReducedPage], Examination]
) -> Examination:
    """The examination of a page that was loaded in part. It is never blank and never a twin: what
    did not come may hold anything."""
    part = _part_that_came(page)
    found = None if part is None else examine(part)
    kept = (
        ()
        if found is None
        else tuple(finding for finding in found.findings if finding.code in _KEPT_FINDINGS)
    )
    measures = {} if found is None else found.measures
    return Examination(
        width=page.width,
        height=page.height,
        dpi=page.page_dpi,
        measures={name: measures[name] for name in _KEPT_MEASURES if name in measures}
        | {"decoded_share": round(page.decoded_share, 4)},
        findings=(truncated_finding(page), *(replace(finding, box=None) for finding in kept)),
        fingerprint="",
        blank=False,
        fault=TRUNCATED,
    )


def _part_that_came(page: ReducedPage) -> ReducedPage | None:
    """As a page of its own, at the size of its pixels; None when it is too narrow."""
    pixels = page.pixels
    if page.missing is not None:
        height, width = pixels.shape[:2]
        x0, y0, x1, y1 = (value / page.scale for value in page.missing)
        # One edge of the missing part lies inside the page, the other three on its edges.
        if x1 - x0 >= width - 1:
            pixels = pixels[: int(y0)] if y0 > 0 else pixels[int(y1) + 1 :]
        else:
            pixels = pixels[:, : int(x0)] if x0 > 0 else pixels[:, int(x1) + 1 :]
    height, width = pixels.shape[:2]
    if min(height, width) * _MM_PER_INCH / (page.dpi or _USUAL_DPI) < _LEAST_MILLIMETRES:
        return None
    return ReducedPage(
        pixels=pixels,
        dpi=page.dpi,
        width=width,
        height=height,
        page_dpi=page.dpi,
        exif_turn=page.exif_turn,
    )
