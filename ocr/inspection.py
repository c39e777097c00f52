"""Inspects one side: measures its pixels and names what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.api import Examination, Finding
from ocr.detectors import bleed_through, cut_off, folded_corner, foreign_object, streak
from ocr.detectors.lying import without_bed, without_folds, work_box, written_besides
from ocr.finding_rules import (
    blank_finding,
    blur_finding,
    border_finding,
    exposure_findings,
    orientation_finding,
    resolution_finding,
    skew_finding,
)
from ocr.image.border import Border, borders, edge_tilt, inner_box
from ocr.image.exposure import Exposure, measure_exposure
from ocr.image.fingerprint import draw_fingerprint
from ocr.image.limits import Limits, limits_from
from ocr.image.load import LoadedPage, ReducedPage, load_reduced
from ocr.image.orientation import Orientation, detect_orientation
from ocr.image.sharpness import Sharpness, measure_sharpness
from ocr.image.sheet import written_on_sheet
from ocr.image.skew import MAX_DEGREES, Skew, measure_lines_apart, measure_skew
from ocr.image.view import WORK_DPI, PageView, effective_dpi, view_of
from ocr.image.written import Written
from ocr.sight import Sight
from ocr.truncation import examine_truncated

# One for each further fault, in `ocr.detectors`.
_DETECTORS: tuple[Callable[[Sight, Limits], tuple[Finding, ...]], ...] = (
    cut_off.find,
    streak.find,
)
_LEAST_SHEET_MM = 20.0
_LEAST_PIXELS = 60
_PALE = ("too_light", "low_contrast")
_SHARP_MM = 0.1
# Below this the ink does not line up along any one direction: a seal, a signature, a photograph.
_LINED = 1.4
_SURELY_LINED = 1.6
_LINED_APART = 1.18
# Rows and columns that agree within so many degrees need less to be believed.
_LINED_BOTH_WAYS = 1.15
_BOTH_WAYS_WITHIN = 1.0
# So few points of ink are a line here and there, whose distances say nothing.
_SPARSE = 10_000
_UNLINED = 1.39
_EDGE_TOLERANCE = 0.1
# Smeared marks over more than this share of a page may be writing that is out of focus.
_SMEARED = 0.0002


def examine(path: str, frame: int, limits: dict[str, float] | None = None) -> dict[str, Any]:
    """Inspect page `frame` (from 0) of the file at `path`; the plain form of `Examination`.

    `limits` overrides single limits by their names in `ocr.image.limits.Limits`. A file that
    cannot be decoded gives one finding `unreadable`, whose value is the number of the IMG code
    that says why (101 damaged, 102 truncated, 103 too large); nothing is raised for it. Of a file
    that can be decoded in part the value is the share that came (limit 1), the box what did not.

    Raises BadInput IMG-104 (no such frame), IMG-105 (no such file), IMG-131 (unknown limit) and
    Broken IMG-132 (orientation classifier missing).
    """
    return asdict(examine_file(path, frame, limits_from(limits))[0])


def examine_file(
    path: str, frame: int, limits: Limits
) -> tuple[Examination, tuple[NDArray[np.uint8], ...]]:
    """As `examine`, and the page at the sizes it was measured at, largest first; none when
    nothing of it came."""
    try:
        page = load_reduced(Path(path), frame, WORK_DPI, partial=True)
    except BadInput as fault:
        if fault.code not in ("IMG-101", "IMG-102", "IMG-103"):
            raise
        return _unreadable(fault.code), ()
    if page.decoded_share < 1:
        examination = examine_truncated(page, lambda part: examine_reduced(part, limits))
        return examination, (page.pixels,)
    view = view_of(page.pixels, page.dpi, page.scale)
    return _examine_view(page, view, limits), (view.work, view.half, view.quarter)


def examine_page(page: LoadedPage, limits: Limits) -> Examination:
    """Measure a page decoded in full. Boxes are in pixels of the page as it was loaded."""
    height, width = page.pixels.shape[:2]
    whole = ReducedPage(
        pixels=page.pixels,
        dpi=page.dpi,
        width=width,
        height=height,
        page_dpi=page.dpi,
        exif_turn=page.exif_turn,
    )
    return examine_reduced(whole, limits)


def examine_reduced(page: ReducedPage, limits: Limits, blank: bool | None = None) -> Examination:
    """Measure a page by its reduced pixels (at least `WORK_DPI`). `blank` is known by the other
    face of the sheet (`ocr.faces`), None when not. Boxes are in pixels of the page."""
    return _examine_view(page, view_of(page.pixels, page.dpi, page.scale), limits, blank)


def _examine_view(
    page: ReducedPage, view: PageView, limits: Limits, told_blank: bool | None = None
) -> Examination:
    edges = borders(view)
    inner = inner_box(view, edges)
    written = written_on_sheet(view, edges, inner, limits.blank_ink)
    exposure = measure_exposure(view, inner)
    blank = written.written_ratio < limits.blank_ink if told_blank is None else told_blank
    sight = _sight(page, view, limits, (edges, inner, written, exposure, blank))
    lying: tuple[Finding, ...] = ()
    if _is_sheet(view):
        folds = folded_corner.folded_corners(sight, limits)
        things = foreign_object.find(sight, limits)
        lying = (*things, *(fold.finding for fold in folds))
        if told_blank is None and not blank and lying:
            besides = written_besides(sight, folds, things, limits.blank_ink)
            if besides is not None:
                # Tilt, sharpness and contrast would be those of what lies there.
                sight = _sight(page, view, limits, (edges, inner, besides, exposure, True))
                # Under a thing may be anything: only a fold leaves a side known to be blank.
                blank = not things
        if sight.sharpness.box is not None and things:
            # A finger is softer than the writing beside it.
            boxes = [work_box(sight, thing) for thing in things]
            sight = replace(
                sight,
                sharpness=measure_sharpness(
                    view, inner, limits.blur_warn, _alone(sight.written), things=boxes
                ),
            )
    through = bleed_through.look(sight, limits) if _is_sheet(view) else bleed_through.Look()
    found = _findings(sight, limits, lying, through.findings)
    return Examination(
        width=page.width,
        height=page.height,
        dpi=page.page_dpi,
        measures=_measures(sight, page.exif_turn) | {"pale_marks": round(through.suspicion, 3)},
        findings=tuple(finding for finding in found if blank or finding.code != "blank"),
        fingerprint="" if sight.blank else _fingerprint(sight),
        blank=blank,
    )


def without_folded_corners(page: ReducedPage, view: PageView, limits: Limits) -> PageView:
    """The view of a page with bare paper in place of its folded corners."""
    if not _is_sheet(view):
        return view
    edges = borders(view)
    inner = inner_box(view, edges)
    written = written_on_sheet(view, edges, inner, limits.blank_ink)
    sight = _sight(page, view, limits, (edges, inner, written, measure_exposure(view, inner), True))
    return without_folds(sight, folded_corner.folded_corners(sight, limits))


def _sight(
    page: ReducedPage,
    view: PageView,
    limits: Limits,
    seen: tuple[tuple[Border, ...], tuple[int, int, int, int], Written, Exposure, bool],
) -> Sight:
    """What is measured of a side that is `seen`: its dark edges, its box inside them, what is
    written on it, its exposure and whether it is taken for blank."""
    edges, inner, written, exposure, blank = seen
    orientation = Orientation(turn=0, confidence=0.0)
    skew = Skew(degrees=0.0, contrast=1.0)
    sharpness = Sharpness(spread_mm=0.0, spread_px=0.0)
    if not blank:
        stands = detect_orientation(view, inner)
        if stands.confidence >= limits.orientation:
            orientation = stands
        upright, content = view.turned(orientation.turn), _turned_box(inner, view, orientation.turn)
        skew = sheet_skew(lined_skew(upright, content, exposure.contrast), edge_tilt(edges))
        sharpness = measure_sharpness(
            view, inner, part_mm=limits.blur_warn, writing=_alone(written)
        )
    return Sight(
        view=view,
        edges=edges,
        inner=inner,
        written=written,
        exposure=exposure,
        sharpness=sharpness,
        orientation=orientation,
        skew=skew,
        blank=blank,
        width=page.width,
        height=page.height,
        dpi=page.page_dpi,
    )


def _alone(written: Written) -> tuple[int, int, int, int] | None:
    """Where the writing of a side is that bears nothing else; None where smeared marks may be
    writing, too, as on a page out of focus."""
    smeared = written.letters > 0 or written.through_ratio > _SMEARED
    return None if smeared else written.box


def _fingerprint(sight: Sight) -> str:
    turn, view = sight.orientation.turn, sight.view
    return draw_fingerprint(
        view.turned(turn), _turned_box(sight.inner, view, turn), sight.skew.degrees
    )


def _is_sheet(view: PageView) -> bool:
    """Nothing smaller is a sheet with corners, edges and things on it."""
    return min(view.width, view.height) >= max(_LEAST_PIXELS, view.millimetres(_LEAST_SHEET_MM))


def _findings(
    sight: Sight, limits: Limits, lying: tuple[Finding, ...], through: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """All findings of a side; `lying` are those of what lies on it and of its corners, `through` is
    what `bleed_through` tells."""
    soft = sight.sharpness.box
    smeared = blur_finding(sight.sharpness, limits, sight.page_box(soft) if soft else None)
    exposed = exposure_findings(sight.exposure, sight.written, sight.blank or bool(smeared), limits)
    further: list[Finding] = []
    if _is_sheet(sight.view):
        further = [finding for find in _DETECTORS for finding in find(sight, limits)]
    if smeared or any(finding.code in _PALE for finding in exposed):
        # Pale ink without sharp edges is how the other face would look: only that face tells.
        through = ()
    return (
        *orientation_finding(sight.orientation),
        *skew_finding(sight.skew, limits),
        *blank_finding(sight.blank, sight.written, limits),
        *border_finding(sight.edges, limits, sight.width, sight.height),
        *smeared,
        *exposed,
        *resolution_finding(sight.width, sight.height, sight.dpi, limits),
        *without_bed(lying),
        *further,
        *through,
    )


def _unreadable(fault: str) -> Examination:
    finding = Finding(code="unreadable", severity="fail", value=float(fault[-3:]), limit=0.0)
    return Examination(
        width=0,
        height=0,
        dpi=0,
        measures={},
        findings=(finding,),
        fingerprint="",
        blank=False,
        fault=fault,
    )


def lined_skew(upright: PageView, content: tuple[int, int, int, int], contrast: float) -> Skew:
    """The tilt inside `content` of an upright page, 0 when its ink does not line up; `contrast`
    as in `Exposure`."""
    x0, y0, x1, y1 = content
    margin = round(upright.millimetres(3.0))
    # A seal is pressed at any angle, so only black ink is asked.
    inside: NDArray[np.uint8] = upright.black[y0 + margin : y1 - margin, x0 + margin : x1 - margin]
    if min(inside.shape) < 50:
        return Skew(degrees=0.0, contrast=1.0)
    skew = measure_skew(inside, contrast)
    if skew.contrast < _SURELY_LINED:
        # Columns of vertical writing, of figures or of receipts line up as rows do.
        columns = measure_skew(np.ascontiguousarray(inside.T), contrast)
        columns = replace(columns, degrees=-columns.degrees)
        if _agree(skew, columns):
            return _between(skew, columns)
        if columns.contrast > max(_LINED, skew.contrast):
            skew = columns
    doubtful = skew.contrast < _SURELY_LINED
    sparse = skew.points < _SPARSE and (doubtful or skew.tolerance > _EDGE_TOLERANCE)
    if skew.contrast < _LINED or sparse:
        apart = measure_lines_apart(inside, contrast, upright.millimetres(1.0))
        # Both edges of its lines are asked: with fewer points, most of the ink is in no line.
        enough = apart.points >= skew.points
        if enough and apart.contrast >= (_LINED_APART if doubtful else skew.contrast):
            skew = replace(apart, contrast=max(_LINED, apart.contrast))
    if skew.contrast < _LINED or abs(skew.degrees) >= MAX_DEGREES:
        return Skew(degrees=0.0, contrast=min(skew.contrast, _UNLINED))
    return skew


def _agree(rows: Skew, columns: Skew) -> bool:
    """Whether short rows that stand below each other, as on a receipt, line up both ways."""
    lined = min(rows.contrast, columns.contrast) >= _LINED_BOTH_WAYS
    return lined and abs(rows.degrees - columns.degrees) <= _BOTH_WAYS_WITHIN


def _between(rows: Skew, columns: Skew) -> Skew:
    """The tilt that rows and columns tell together; each of them adds to what the other proves."""
    return Skew(
        degrees=(rows.degrees + columns.degrees) / 2,
        contrast=rows.contrast + columns.contrast - 1,
        tolerance=min(rows.tolerance, columns.tolerance),
        points=rows.points + columns.points,
    )


def sheet_skew(lined: Skew, edge: float | None) -> Skew:
    """The tilt by printed lines of text or rules where there are any, else by the edge of the
    sheet, else by lines written by hand."""
    if edge is None or (lined.contrast >= _LINED and lined.tolerance <= _EDGE_TOLERANCE):
        return lined
    return Skew(degrees=edge, contrast=lined.contrast, tolerance=_EDGE_TOLERANCE)


def _turned_box(
    box: tuple[int, int, int, int], view: PageView, turn: int
) -> tuple[int, int, int, int]:
    """Where a box of the page lies after the page is turned clockwise."""
    x0, y0, x1, y1 = box
    width, height = view.width, view.height
    if turn == 90:
        return height - y1, x0, height - y0, x1
    if turn == 180:
        return width - x1, height - y1, width - x0, height - y0
    if turn == 270:
        return y0, width - x1, y1, width - x0
    return box


def _measures(sight: Sight, exif_turn: int) -> dict[str, float]:
    depth = {border.edge: border.depth for border in sight.edges}
    written, sharpness, exposure = sight.written, sight.sharpness, sight.exposure
    measures = {
        "skew_deg": round(sight.skew.degrees, 2),
        "skew_contrast": round(sight.skew.contrast, 2),
        "orientation": float(sight.orientation.turn),
        "orientation_confidence": round(sight.orientation.confidence, 3),
        "ink_ratio": round(written.ink_ratio, 6),
        "written_ratio": round(written.written_ratio, 6),
        "through_ratio": round(written.through_ratio, 6),
        "smeared_letters": float(written.letters),
        "faint_cells": float(written.faint_cells),
        "dark_ratio": round(written.dark_ratio, 6),
        # 1 is as sharp as good print; 0 when there is nothing to judge by.
        "sharpness": round(min(1.0, _SHARP_MM / sharpness.spread_mm), 3)
        if sharpness.spread_mm
        else 0.0,
        "edge_spread_mm": round(sharpness.spread_mm, 3),
        "brightness": round(exposure.brightness, 3),
        "contrast": round(exposure.contrast, 3),
        "burnt_ratio": round(exposure.burnt, 3),
        "effective_dpi": round(effective_dpi(sight.width, sight.height, sight.dpi), 1),
        "exif_turn": float(exif_turn),
    }
    for edge in ("left", "right", "top", "bottom"):
        measures[f"border_{edge}"] = round(depth.get(edge, 0.0), 4)
    if written.box is not None:
        for name, value in zip(("x0", "y0", "x1", "y1"), written.box, strict=True):
            measures[f"content_{name}"] = round(value * sight.view.scale, 1)
    return measures
