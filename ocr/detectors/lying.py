"""What lies on a side or is folded over: what is written besides, and what of it is bare bed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.api import Finding
from ocr.detectors.bed import bed_of
from ocr.detectors.folded_corner import FoldedCorner
from ocr.image.sheet import written_on_sheet
from ocr.image.view import PageView
from ocr.image.written import Written
from ocr.shrinking import halved
from ocr.sight import Sight, WorkBox
from ocr.tree import Box

Outline = tuple[tuple[float, float], ...]

# A thing covers most of its box; a thread runs round what is written.
_SOLID = 0.5
_INKED = 20
# A thing that shares so much of its place with a missing corner is the bed.
_SAME_PLACE = 0.4
# Shadows and edges of a thing reach so far beyond its outline.
_SHADOW_MM = 2.0


def written_besides(
    sight: Sight, folds: Sequence[FoldedCorner], things: Sequence[Finding], least: float
) -> Written | None:
    """What is written beside folded corners and things; None when that is as much as `least` of
    the side, or cannot be told: writing runs under a fold, a thing is a mere line."""
    view = sight.view
    boxes = [work_box(sight, thing) for thing in things]
    if any(fold.finding.severity == "fail" for fold in folds) or not all(
        _is_solid(view, box) for box in boxes
    ):
        return None
    outlines: list[Outline] = [fold.outline for fold in folds]
    outlines += [((x0, y0), (x1, y0), (x1, y1), (x0, y1)) for x0, y0, x1, y1 in boxes]
    bare = _without(view, _hidden(sight, outlines, bed=bool(folds)))
    besides = written_on_sheet(bare, sight.edges, sight.inner, least)
    return besides if besides.written_ratio < least else None


def without_folds(sight: Sight, folds: Sequence[FoldedCorner]) -> PageView:
    """The view with bare paper in place of folded corners, but for those under which writing
    runs."""
    outlines = [fold.outline for fold in folds if fold.finding.severity != "fail"]
    if not outlines:
        return sight.view
    return _without(sight.view, _hidden(sight, outlines, bed=True))


def _hidden(sight: Sight, outlines: Sequence[Outline], *, bed: bool) -> NDArray[np.uint8]:
    """255 inside the outlines, where the bed shows if that is asked, and in their shadows."""
    view = sight.view
    hidden = np.zeros((view.height, view.width), np.uint8)
    reach = 2 * max(1, round(view.millimetres(_SHADOW_MM))) + 1
    for outline in outlines:
        points = np.round(np.array(outline)).astype(np.int32)
        cv2.fillPoly(hidden, [points], 255)
    if bed:
        mask = sight.once(bed_of).mask.astype(np.uint8)
        large = cv2.resize(mask, (view.width, view.height), interpolation=cv2.INTER_NEAREST)
        hidden[large > 0] = 255
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.dilate(hidden, around), dtype=np.uint8)


def without_bed(lying: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of what lies on a side, without things that are the bed seen where a corner is
    folded or torn off."""
    gaps = [finding.box for finding in lying if finding.code == "folded_corner" and finding.box]
    return tuple(
        finding
        for finding in lying
        if finding.code != "foreign_object"
        or not any(_shared(finding.box, gap) > _SAME_PLACE for gap in gaps)
    )


def _shared(one: Box | None, other: Box) -> float:
    """The area two boxes share, as a share of the one they cover together."""
    if one is None:
        return 0.0
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return across * down / (areas - across * down)


def work_box(sight: Sight, thing: Finding) -> WorkBox:
    """The box of a finding in pixels of the view."""
    scale = sight.view.scale
    x0, y0, x1, y1 = (round(value / scale) for value in thing.box or (0.0, 0.0, 0.0, 0.0))
    return x0, y0, x1, y1


def _is_solid(view: PageView, box: WorkBox) -> bool:
    x0, y0, x1, y1 = box
    part = view.ink[y0:y1, x0:x1]
    return bool(part.size and np.count_nonzero(part > _INKED) >= _SOLID * part.size)


def _without(view: PageView, hidden: NDArray[np.uint8]) -> PageView:
    """The view with bare paper where `hidden` is set (255)."""
    clear = np.asarray(hidden == 0)
    ink = np.where(clear, view.ink, np.uint8(0))
    black = np.where(clear, view.black, np.uint8(0))
    paper = np.round(np.array(view.paper)).astype(np.uint8)
    work = np.where(clear[:, :, None], view.work, paper)
    half = halved(work)
    return replace(
        view,
        work=work,
        half=half,
        quarter=halved(half),
        ink=ink,
        black=black,
        half_ink=halved(ink),
        half_black=halved(black),
    )
