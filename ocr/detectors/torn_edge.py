"""Where the edges of the sheet lie in the bed, and what is torn out of them: bed that reaches in
deeper than the straight edge does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.bed import Bed
from ocr.detectors.edges import inwards, runs

Reals = NDArray[np.float32]

# How deep and how long a bite is at least, in millimetres.
_DEPTH_MM = 5.5
_LENGTH_MM = 11.0
_MOST_LEAN = math.tan(math.radians(12))
# What is printed or laid at an edge ends square and straight; torn paper is ragged (spread of its
# edge about a straight line, in millimetres).
_SQUARE = 0.93
_RAGGED_MM = 0.45
# The edge of a gap that is none is straighter than so much and rises by so much of its depth.
_WEDGE_MM = 0.35
_WEDGE_RISE = 0.4
# Over most of so many millimetres beside a bite, and at least so many, the edge is where it should
# be, nearer than so much.
_FLANK_MM = 25.0
_FLANK_AWAY_MM = 4.0
_FLANK_NEAR_MM = 1.6
# Where more than this share of a sheet lies outside of a line, that line is none of its edges.
_OUTSIDE_SHARE = 0.05
# No sheet leans so far beside what is torn off; a line from it to a slip that sticks out does.
_OUTLINE_LEAN = math.tan(math.radians(3))
# A piece as long as this along the edge that reaches a corner is more than the corner.
_SIDE_MM = 90.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetEdge:
    """One edge of the sheet, in millimetres for each place along the edge of the image (`pace`
    places a millimetre): `depth` is how deep the bed reaches in, `line` where the sheet would begin
    if nothing of it were missing."""

    edge: str
    depth: Reals
    line: Reals
    pace: float

    @property
    def over(self) -> Reals:
        """How deep something is missing of the sheet."""
        return np.asarray(self.depth - self.line, dtype=np.float32)

    @property
    def inset(self) -> float:
        """How far inside the image this edge of the sheet lies for the most part."""
        return float(np.median(self.depth))


def sheet_edge(bed: Bed, edge: str) -> SheetEdge:
    """One edge of the sheet by the bed beside it."""
    # The outermost line may be lighter: scanners draw a pale rim.
    plane = inwards(bed.mask, edge)[:, 1:]
    nothing = np.zeros(plane.shape[0], np.float32)
    if not bed.shows or not plane[:, 0].any():
        return SheetEdge(edge=edge, depth=nothing, line=nothing, pace=bed.pace)
    free = ~plane
    run = np.where(free.any(axis=1), np.argmax(free, axis=1), plane.shape[1])
    depth = np.asarray(np.where(run > 0, run + 1, 0) / bed.pace, dtype=np.float32)
    return SheetEdge(edge=edge, depth=depth, line=_edge_line(depth, bed.pace), pace=bed.pace)


def torn_piece(side: SheetEdge, across: float) -> tuple[float, float] | None:
    """Where a piece is missing: from and to, in millimetres along the edge. `across` is how far
    the page reaches away from that edge, in millimetres."""
    if float(side.depth.max()) < _DEPTH_MM:
        return None
    pace = side.pace
    over = side.over
    for start, end in runs(over > 0.35 * _DEPTH_MM):
        length = (end - start) / pace
        peak = float(np.percentile(over[start:end], 90))
        if length < _LENGTH_MM or peak < _DEPTH_MM or peak > 0.45 * across:
            continue
        piece = over[start:end]
        flanks = _flanks(over, start, end, pace)
        # Torn along the side up to a corner, a sheet has its edge on one side of the bite only.
        if flanks < 2 and not (flanks == 1 and length >= _SIDE_MM and _is_ragged(piece)):
            continue
        # A missing corner is no bite.
        slack = round(3 * pace)
        if (start < slack or end > over.size - slack) and length < _SIDE_MM:
            continue
        if float(piece.mean()) > _SQUARE * peak and not _is_ragged(piece):
            continue
        if _is_wedge(piece, peak):
            continue
        return start / pace, end / pace
    return None


def _flanks(over: Reals, start: int, end: int, pace: float) -> int:
    """On how many sides of a bite the sheet lies where its straight edge runs; 0 when it does not
    on either side, or lies elsewhere on one of them: a slip that is glued on or a line that fits
    nothing leaves a gap beside it as well."""
    reach, slack = round(_FLANK_MM * pace), round(_FLANK_AWAY_MM * pace)
    parts = (over[max(0, start - reach) : start], over[end : end + reach])
    long = [part for part in parts if part.size > slack]
    fits = all(float((np.abs(part) < _FLANK_NEAR_MM).mean()) > 0.5 for part in long)
    return len(long) if fits else 0


def _is_ragged(piece: Reals) -> bool:
    """Whether the inner edge of a bite wanders, corners left out."""
    rim = max(1, piece.size // 10)
    inner = piece[rim:-rim].astype(np.float64)
    along = np.arange(inner.size)
    rest = inner - np.polyval(np.polyfit(along, inner, 1), along)
    return bool(np.std(rest) > _RAGGED_MM)


def _is_wedge(piece: Reals, peak: float) -> bool:
    """Whether a gap grows steadily from one end to the other: a straight edge of the sheet and a
    line that leans against what sticks out of it. A bite has its deepest place between its ends."""
    rim = max(1, piece.size // 10)
    inner = piece[rim:-rim].astype(np.float64)
    along = np.arange(inner.size)
    keep = np.ones(inner.size, dtype=np.bool_)
    for _ in range(3):
        slope, base = np.polyfit(along[keep], inner[keep], 1)
        rest = np.abs(inner - (slope * along + base))
        keep = rest <= np.percentile(rest, 70)
    return bool(np.median(rest) < _WEDGE_MM and abs(slope) * inner.size > _WEDGE_RISE * peak)


def _edge_line(depth: Reals, pace: float) -> Reals:
    """The straight edge of the sheet below all bites: depth for each place along it."""
    along = np.arange(depth.size, dtype=np.float32)
    inner = slice(depth.size // 20, depth.size - depth.size // 20)
    xs, ys = along[inner], depth[inner]
    keep = np.ones(xs.size, dtype=np.bool_)
    line = np.full(depth.size, float(np.median(ys)), np.float32)
    for _ in range(7):
        slope, base = np.polyfit(xs[keep], ys[keep], 1)
        if abs(slope) > _MOST_LEAN:
            break
        line = np.asarray(slope * along + base, dtype=np.float32)
        over = ys - line[inner]
        # Bites only add depth: what lies above the line is left out step by step.
        fresh = over <= max(0.7, float(np.percentile(over, 45)))
        if np.count_nonzero(fresh) < xs.size // 4:
            break
        keep = fresh
    if float((ys - line[inner] < -_FLANK_NEAR_MM).mean()) > _OUTSIDE_SHARE:
        outline = _outline(depth)
        if abs(float(outline[-1] - outline[0])) * pace < _OUTLINE_LEAN * depth.size:
            return outline
    return line


def _outline(depth: Reals) -> Reals:
    """The line that the sheet lies against, whatever is missing of it: where most of an edge is
    torn off, the little that is left of it lies farther out than all the rest."""
    rim = depth.size // 100
    # Single rows are those of dust on the bed.
    outer = cv2.medianBlur(depth[:, None], 5)[rim : depth.size - rim, 0]
    points = np.column_stack((np.arange(outer.size, dtype=np.float32) + rim, outer))
    # The two ends, far inside, close the hull there.
    inside = np.array([[points[-1, 0], 1e4], [points[0, 0], 1e4]], np.float32)
    hull = cv2.convexHull(np.concatenate((points, inside)).astype(np.float32))[:, 0]
    hull = hull[hull[:, 1] < 1e4]
    hull = hull[np.argsort(hull[:, 0])]
    longest = int(np.argmax(np.diff(hull[:, 0])))
    (x0, y0), (x1, y1) = hull[longest : longest + 2].astype(np.float64)
    slope = (y1 - y0) / max(1.0, x1 - x0)
    along = np.arange(depth.size, dtype=np.float64)
    return np.asarray(slope * (along - x0) + y0, dtype=np.float32)
