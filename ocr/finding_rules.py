"""From measures to findings: one function for each fault of a side, shared by every inspection."""

from __future__ import annotations

from ocr.api import Finding
from ocr.image.border import Border
from ocr.image.exposure import Exposure
from ocr.image.limits import Limits
from ocr.image.orientation import Orientation
from ocr.image.sharpness import Sharpness
from ocr.image.skew import Skew
from ocr.image.view import effective_dpi
from ocr.image.written import Written
from ocr.tree import Box

# Smear within this many pixels is the limit of the sampling, not a fault of the scan.
_SAMPLING_SPREAD = 0.75
# A few words may be written with a soft pen: in so few places the smear must be beyond the limit by
# so much.
_FEW_PLACES = 10
_FEW_SURELY = 1.35
# Share of the page under writing from which exposure can be judged by the ink.
_JUDGED_INK = 0.0005
# Seals and coloured pens alone are paler than print: the limit for them is so much of it.
_COLOURED = 0.6


def orientation_finding(orientation: Orientation) -> tuple[Finding, ...]:
    """The page stands turned."""
    if orientation.turn == 0:
        return ()
    return (
        Finding(
            code="orientation",
            severity="fail",
            value=float(orientation.turn),
            limit=0.0,
        ),
    )


def skew_finding(skew: Skew, limits: Limits) -> tuple[Finding, ...]:
    """The lines are surely tilted."""
    # Lines written by hand run as they like: they count as far as they are surely tilted.
    tilt = abs(skew.degrees) - (skew.tolerance if skew.tolerance > 0.1 else 0.0)
    if tilt <= limits.skew_warn:
        return ()
    fails = tilt > limits.skew_fail
    return (
        Finding(
            code="skew",
            severity="fail" if fails else "warn",
            value=round(skew.degrees, 2),
            limit=limits.skew_fail if fails else limits.skew_warn,
        ),
    )


def blank_finding(blank: bool, written: Written, limits: Limits) -> tuple[Finding, ...]:
    """The side bears no writing."""
    if not blank:
        return ()
    value = round(written.written_ratio, 6)
    return (Finding(code="blank", severity="note", value=value, limit=limits.blank_ink),)


def border_finding(
    edges: tuple[Border, ...], limits: Limits, width: int, height: int
) -> tuple[Finding, ...]:
    """The deepest black edge; `width` and `height` are of the page, the space of its box."""
    deep = [border for border in edges if border.depth > limits.black_border]
    if not deep:
        return ()
    worst = max(deep, key=lambda border: border.depth)
    return (
        Finding(
            code="black_border",
            severity="warn",
            value=round(worst.depth, 4),
            limit=limits.black_border,
            box=_strip(worst, width, height),
        ),
    )


def _strip(border: Border, width: int, height: int) -> Box:
    if border.edge == "left":
        return 0.0, 0.0, round(border.reach * width, 1), float(height)
    if border.edge == "right":
        return round((1 - border.reach) * width, 1), 0.0, float(width), float(height)
    if border.edge == "top":
        return 0.0, 0.0, float(width), round(border.reach * height, 1)
    return 0.0, round((1 - border.reach) * height, 1), float(width), float(height)


def blur_finding(
    sharpness: Sharpness, limits: Limits, box: Box | None = None
) -> tuple[Finding, ...]:
    """The ink is smeared beyond what the sampling explains, in `box` or all over the page."""
    few = 0 < sharpness.places < _FEW_PLACES
    least = limits.blur_warn * (_FEW_SURELY if few else 1.0)
    if sharpness.spread_mm <= least or sharpness.spread_px <= _SAMPLING_SPREAD:
        return ()
    fails = sharpness.spread_mm > limits.blur_fail
    return (
        Finding(
            code="blur",
            severity="fail" if fails else "warn",
            value=round(sharpness.spread_mm, 3),
            limit=limits.blur_fail if fails else limits.blur_warn,
            box=box,
        ),
    )


def exposure_findings(
    exposure: Exposure, written: Written, no_ink: bool, limits: Limits
) -> tuple[Finding, ...]:
    """At most one finding: what is too dark or burnt out has poor contrast as well. With
    `no_ink` there is no ink to judge by: the side is blank, or blur has spread its ink out."""
    if exposure.lightest < limits.too_dark and not exposure.lit:
        return (_warn("too_dark", exposure.lightest, limits.too_dark),)
    if not written.pale and (
        no_ink or written.written_ratio < _JUDGED_INK or exposure.contrast == 0
    ):
        return ()
    if exposure.burnt > 0.6 and exposure.contrast < limits.too_light:
        return (_warn("too_light", exposure.contrast, limits.too_light),)
    if exposure.contrast < limits.low_contrast * (_COLOURED if exposure.coloured else 1.0):
        return (_warn("low_contrast", exposure.contrast, limits.low_contrast),)
    return ()


def resolution_finding(
    width: int, height: int, declared_dpi: int, limits: Limits
) -> tuple[Finding, ...]:
    """Too few dots per inch on the page as it was loaded; `declared_dpi` 0 when unknown."""
    dpi = effective_dpi(width, height, declared_dpi)
    # Half a per cent is rounding between metric and inch resolutions, not a coarser scan.
    if dpi >= limits.low_resolution * 0.995:
        return ()
    return (_warn("low_resolution", dpi, limits.low_resolution),)


def _warn(code: str, value: float, limit: float) -> Finding:
    return Finding(code=code, severity="warn", value=round(value, 3), limit=limit)
