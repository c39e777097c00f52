"""Finds corners of the sheet that are folded over or torn off.

Whatever lies there (black, gray or white lid, a flap of any colour), such a corner is cut off by
one straight or ragged line that runs slantwise from one edge of the sheet to the other, and what
is left between it and the corner of the image is the bare lid: one tone without any ink. A crease
beside a staple has paper on both sides, a rounded corner is no line, the wedge of bed beside a
tilted sheet runs along the whole edge and is nowhere near slantwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.api import Finding
from ocr.detectors.bed import bed_of
from ocr.detectors.corner_patch import (
    WINDOW_MM,
    Corner,
    corner_of,
    ink_runs_under,
    on_page,
    placed,
)
from ocr.detectors.edges import EDGES
from ocr.detectors.reduced import shrink_factor, shrunk_work
from ocr.detectors.slanting_edges import LEAST_GRADIENT, refined, sampled, slants
from ocr.detectors.slanting_edges import points as points_of
from ocr.detectors.torn_corner import TornCorner, torn_corner
from ocr.detectors.torn_edge import sheet_edge
from ocr.image.limits import Limits
from ocr.sight import Sight

Pixels = NDArray[np.uint8]
Reals = NDArray[np.float32]

# Pixels per millimetre that are asked of a corner.
_PACE = 3.0
# Spread of the smoothing, in pixels.
_BLUR = 0.9
_COARSE_BLUR = 1.8
# Levels by which lid and paper differ, at least; and how dark the shadow in a fold is.
_LEAST_STEP = 5.5
_SHADOW = 11.0
# A crease has one paper on both sides; the whitest lid differs from it by so many levels.
_LID_STEP = 2.0
_DEEP_SHADOW = 40.0
_CREASE_MM = 14.0
_SHADOW_COLOUR = 0.16
# The channels of a lid differ by less; another colour is that of a mat all over, or of print.
_LID_COLOUR = 45.0
# The sheet beside a missing corner looks like its paper elsewhere; a photograph does not.
_PAPER_LEVELS = 45.0
_ODD_LEVELS = 8.0
_COVERED = 0.8
_FLAP_COVERED = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fold:
    """The two ends of the line of a fold and the tip of the flap (None: no flap lies on this
    face), in pixels of the corner; `missing` (255) is what is torn off along no straight line."""

    ends: tuple[tuple[float, float], tuple[float, float]]
    tip: tuple[float, float] | None
    missing: Pixels | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoldedCorner:
    """One folded or torn corner: what is told of it, and the outline of what is missing and of the
    flap ((x, y) in pixels of the view)."""

    finding: Finding
    outline: tuple[tuple[float, float], ...]


def find(sight: Sight, limits: Limits) -> tuple[Finding, ...]:
    """One finding for each folded or torn corner; it fails when writing runs under it.

    The value is the shorter side of what is missing, in millimetres.
    """
    return tuple(corner.finding for corner in folded_corners(sight, limits))


def folded_corners(sight: Sight, limits: Limits) -> tuple[FoldedCorner, ...]:
    """Each folded or torn corner."""
    factor = shrink_factor(sight.view, _PACE)
    page, pace = shrunk_work(sight.view, factor), sight.view.millimetres(1.0) / factor
    small = shrunk_work(sight.view, 2 * factor)
    bed = sight.once(bed_of)
    sides = {edge: sheet_edge(bed, edge) for edge in EDGES}
    found = []
    for right in (False, True):
        for low in (False, True):
            # Torn paper is ragged: in the small copy, smoothed, its edge becomes one slope.
            bare = bool(bed.mask[:: -1 if low else 1, :: -1 if right else 1][1:6, 1:6].all())
            corner = corner_of(small, pace / 2, _COARSE_BLUR, right, low, bare)
            fold = None
            # Most corners are empty, and a look at a quarter of the pixels is enough to see it.
            if slants(_smooth(corner.tones, _BLUR), corner.pace):
                close = corner_of(page, pace, _BLUR, right, low, bare)
                fold = _fold(close, sight.view.paper, limits)
                corner = corner if fold is None else close
            if fold is None:
                fold = _fold(corner, sight.view.paper, limits)
            if fold is None:
                torn = torn_corner(bed, sides, right, low, limits.folded_corner)
                fold = None if torn is None else _torn(corner, torn)
            if fold is not None:
                found.append(_told(sight, corner, fold, limits))
    return tuple(found)


def _smooth(tones: Reals, blur: float) -> Reals:
    return np.asarray(cv2.GaussianBlur(tones, (0, 0), blur), dtype=np.float32)


def _torn(corner: Corner, torn: TornCorner) -> _Fold:
    """The missing corner in pixels of the corner."""
    high, wide = corner.tones.shape
    a, b = ((x * corner.pace, y * corner.pace) for x, y in torn.ends)
    scale = corner.pace / torn.pace
    matrix = np.array([[scale, 0, 0], [0, scale, 0]], np.float32)
    bed = np.where(torn.bed, np.uint8(255), np.uint8(0))
    missing = cv2.warpAffine(bed, matrix, (wide, high), flags=cv2.INTER_NEAREST)
    return _Fold(ends=(a, b), tip=None, missing=np.asarray(missing, dtype=np.uint8))


def _fold(corner: Corner, paper: tuple[float, float, float], limits: Limits) -> _Fold | None:
    smooth = _smooth(corner.tones, corner.blur)
    for angle, rho in slants(smooth, corner.pace):
        fold = _judge(corner, smooth, (angle, rho), paper, limits)
        if fold is not None:
            return fold
    return None


def _judge(
    corner: Corner,
    smooth: Reals,
    line: tuple[float, float],
    paper_tone: tuple[float, float, float],
    limits: Limits,
) -> _Fold | None:
    """The fold along a line, None when it is something else."""
    angle, rho = line
    for _ in range(2):
        points = points_of(smooth, angle, rho)
        if len(points) < 5 * corner.pace:
            return None
        closer = refined(smooth, points, angle, corner.pace)
        if closer is None:
            return None
        angle, rho = closer
    normal = np.array([math.cos(angle), math.sin(angle)], np.float32)
    points = points_of(smooth, angle, rho)
    if len(points) < 5 * corner.pace:
        return None
    reach = round(3.2 * corner.pace)
    offsets = np.arange(-reach, reach + 1, dtype=np.float32)
    profile = sampled(corner.tones, points, normal, offsets)
    near = max(2, round(0.8 * corner.pace))
    outer = _evened(np.median(profile[:, : reach - near], axis=1))
    inner = _evened(np.median(profile[:, reach + near + 1 :], axis=1))
    shadow = np.minimum(outer, inner) - profile[:, reach - near : reach + near + 1].min(axis=1)
    rise = inner - outer
    lid = float(np.median(outer))
    there = (np.abs(rise) > 0.6 * _LEAST_STEP) | (shadow > 0.6 * _SHADOW)
    ends = _run(there, corner.pace)
    if ends is None:
        return None
    first, last = ends
    # The line ends at the edges of the sheet: beyond is nothing, or bed on both sides of it.
    margin = 3.0 * corner.pace
    if first > margin or len(points) - 1 - last > margin:
        facing = float(np.median(inner[first : last + 1]))
        beyond = np.concatenate([inner[: max(0, first - 2)], inner[last + 3 :]])
        like_lid = np.abs(beyond - lid) < np.abs(beyond - facing)
        if abs(facing - lid) < _LEAST_STEP or float(like_lid.mean()) < 0.6:
            return None
    legs = np.abs(points[last] - points[first]) / corner.pace
    if float(legs.min()) < limits.folded_corner or float(legs.max()) > 0.93 * WINDOW_MM:
        return None
    if not _bare(corner, angle, rho, points[[first, last]]):
        return None
    a, b = points[first], points[last]
    tip = _tip(corner, smooth, a, b)
    colours = np.stack(
        [
            sampled(corner.colours[:, :, channel].astype(np.float32), points, normal, offsets)[
                first : last + 1
            ]
            for channel in range(3)
        ]
    )
    inside = np.median(colours[:, :, reach + near + 1 :], axis=(1, 2))
    outside = np.median(colours[:, :, : reach - near], axis=(1, 2))
    step = float(np.abs(inside - outside).max())
    if tip is None and _is_odd(inside, outside, paper_tone):
        return None
    if outside.max() - outside.min() > _LID_COLOUR and not corner.bed:
        return None
    sharp = _sharp(colours, reach, near)
    dark = 0.0 if _is_coloured(colours, reach, near) else float(np.median(shadow[first : last + 1]))
    strange = np.abs(inner[first : last + 1] - sum(paper_tone) / 3) > _PAPER_LEVELS
    if tip is None and float(strange.mean()) > 0.5:
        return None
    # The crease round a staple lies farther in; a small corner needs no more proof than its line.
    small = float(legs.max()) < _CREASE_MM
    if not (
        (step >= _LEAST_STEP and sharp)
        or (dark >= _SHADOW and (tip is not None or (small and step >= _LID_STEP)))
        or (dark >= _DEEP_SHADOW and step >= _LID_STEP)
    ):
        return None
    return _Fold(ends=((float(a[0]), float(a[1])), (float(b[0]), float(b[1]))), tip=tip)


def _is_odd(inside: Reals, outside: Reals, paper: tuple[float, float, float]) -> bool:
    """Whether what lies towards the corner looks like the paper and what lies beyond the line does
    not: pale print, and no sheet on a lid."""
    own = np.array(paper, np.float32)
    lid, sheet = float(np.abs(outside - own).max()), float(np.abs(inside - own).max())
    return sheet > _ODD_LEVELS and lid < 0.5 * sheet


def _is_coloured(colours: Reals, reach: int, near: int) -> bool:
    """Whether the dark line has a colour: a shadow takes a like share of every channel, a rubber
    band does not."""
    line = colours[:, :, reach - near : reach + near + 1].min(axis=2)
    beside = np.minimum(colours[:, :, 0], colours[:, :, -1])
    share = np.median(line / np.maximum(beside, 1.0), axis=1)
    return bool(share.max() - share.min() > _SHADOW_COLOUR)


def _evened(tones: Reals) -> Reals:
    """The tones along the line without their grain."""
    row = np.ascontiguousarray(tones[None, :], dtype=np.float32)
    return np.asarray(cv2.blur(row, (5, 1))[0], dtype=np.float32)


def _run(there: NDArray[np.bool_], pace: float) -> tuple[int, int] | None:
    """First and last point of the stretch over which the line is there."""
    places = np.flatnonzero(there)
    if places.size < 5 * pace:
        return None
    # A few stray places at the ends must not stretch the run.
    first, last = int(places[0]), int(places[-1])
    span = max(4, round(2 * pace))
    while last - first > 5 * pace and there[first : first + span].mean() < 0.6:
        first += 1
    while last - first > 5 * pace and there[last - span + 1 : last + 1].mean() < 0.6:
        last -= 1
    if float(there[first : last + 1].mean()) < _COVERED:
        return None
    return first, last


def _bare(corner: Corner, angle: float, rho: float, ends: Reals) -> bool:
    """Whether nothing but one even tone lies between the line and the corner."""
    high, wide = corner.tones.shape
    right = min(wide, int(ends[:, 0].max()) + 1)
    low = min(high, int(ends[:, 1].max()) + 1)
    ys, xs = np.mgrid[0:low, 0:right]
    mask = xs * math.cos(angle) + ys * math.sin(angle) < rho - 1.3 * corner.pace
    # Along the edges of a tilted scan there may be a sliver of something else.
    sliver = max(1, round(min(1.5 * corner.pace, 0.14 * min(right, low))))
    mask[:sliver] = False
    mask[:, :sliver] = False
    tones = corner.tones[:low, :right][mask]
    if tones.size < 4 * corner.pace**2:
        return False
    off = np.abs(tones - float(np.median(tones)))
    return float((off > 16).mean()) < 0.2 and float((off > 45).mean()) < 0.012


def _sharp(colours: Reals, reach: int, near: int) -> bool:
    """Whether the tone jumps at the line and does not slope through it, as shadows do."""
    profile = np.median(colours, axis=1)
    before, after = reach - near - 1, reach + near + 1
    jump = profile[:, after] - profile[:, before]
    slope = (profile[:, before] - profile[:, 0]) / max(1, before)
    slope = (slope + (profile[:, -1] - profile[:, after]) / max(1, before)) / 2
    excess = np.abs(jump - slope * (after - before))
    best = int(np.argmax(excess))
    return bool(excess[best] >= 0.7 * _LEAST_STEP and excess[best] >= 0.55 * abs(float(jump[best])))


def _tip(corner: Corner, smooth: Reals, a: Reals, b: Reals) -> tuple[float, float] | None:
    """Where the corner of the sheet lies now: mirrored at the fold, with both edges in sight."""
    along = b - a
    # The corner of the sheet before it was folded: its edges run along those of the image.
    sheet = np.array([b[0], a[1]], np.float32)
    share = float((sheet - a) @ along) / float(along @ along)
    foot = a + along * share
    tip = 2 * foot - sheet
    high, wide = smooth.shape
    if not (0 <= tip[0] < wide and 0 <= tip[1] < high):
        return None
    for end in (a, b):
        edge = tip - end
        length = float(np.hypot(*edge))
        if length < 4 * corner.pace:
            return None
        share_ = np.linspace(0.08, 0.92, max(4, round(length)))[:, None]
        points = (end + edge * share_).astype(np.float32)
        normal = np.array([-edge[1], edge[0]], np.float32) / length
        reach = max(2, round(1.0 * corner.pace))
        profile = sampled(smooth, points, normal, np.arange(-reach, reach + 1, dtype=np.float32))
        steep = np.abs(profile[:, 1:] - profile[:, :-1]).max(axis=1)
        if float((steep > 1.5 * LEAST_GRADIENT).mean()) < _FLAP_COVERED:
            return None
    return float(tip[0]), float(tip[1])


def _told(sight: Sight, corner: Corner, fold: _Fold, limits: Limits) -> FoldedCorner:
    (ax, ay), (bx, by) = fold.ends
    legs = (abs(ax - bx) / corner.pace, abs(ay - by) / corner.pace)
    outline = [(0.0, 0.0), (ax, 0.0), (ax, ay)]
    if fold.tip is not None:
        outline.append(fold.tip)
    outline += [(bx, by), (0.0, by)]
    hidden = fold.missing
    if hidden is None:
        hidden = np.zeros(corner.tones.shape, np.uint8)
        cv2.fillPoly(hidden, [np.round(np.array(outline)).astype(np.int32)], 255)
    covered = ink_runs_under(sight, corner, hidden)
    right = max(x for x, _ in outline)
    low = max(y for _, y in outline)
    finding = Finding(
        code="folded_corner",
        severity="fail" if covered else "warn",
        value=round(min(legs), 1),
        limit=limits.folded_corner,
        box=sight.page_box(placed(sight, corner, right, low)),
    )
    return FoldedCorner(finding=finding, outline=on_page(sight, corner, outline))
