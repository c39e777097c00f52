"""Finds pieces torn out of an edge of the sheet: bed that reaches in deeper than the edge does."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ocr.detectors.bed import Bed
from ocr.detectors.edges import inwards, runs

Reals = NDArray[np.float32]

# How deep and how long a bite is at least, in millimetres.
_DEPTH_MM = 5.5
_LENGTH_MM = 11.0
_MOST_LEAN = math.tan(math.radians(12))


def bed_depth(bed: Bed, edge: str) -> Reals:
    """How deep the bed reaches in, for each place along the edge, in millimetres."""
    # The outermost line may be lighter: scanners draw a pale rim.
    plane = inwards(bed.mask, edge)[:, 1:]
    if not bed.shows:
        return np.zeros(plane.shape[0], np.float32)
    free = ~plane
    run = np.where(free.any(axis=1), np.argmax(free, axis=1), plane.shape[1])
    return np.asarray(np.where(run > 0, run + 1, 0) / bed.pace, dtype=np.float32)


def torn_piece(depth: Reals, bed: Bed, across: float) -> tuple[float, float] | None:
    """Where a piece is missing: from and to, in millimetres along the edge.

    `depth` as `bed_depth` gives it; `across` is how far the page reaches away from that edge, in
    millimetres.
    """
    if not bed.shows or float(depth.max()) < _DEPTH_MM:
        return None
    over = depth - _edge_line(depth)
    for start, end in runs(over > 0.35 * _DEPTH_MM):
        length = (end - start) / bed.pace
        peak = float(np.percentile(over[start:end], 90))
        if length < _LENGTH_MM or peak < _DEPTH_MM or peak > 0.45 * across:
            continue
        # A missing corner is no bite, and what ends square is printed there or laid on.
        slack = round(3 * bed.pace)
        if start < slack or end > depth.size - slack:
            continue
        if float(over[start:end].mean()) > 0.93 * peak:
            continue
        return start / bed.pace, end / bed.pace
    return None


def _edge_line(depth: Reals) -> Reals:
    """The straight edge of the sheet below all bites: depth for each place along it."""
    along = np.arange(depth.size, dtype=np.float32)
    inner = slice(depth.size // 20, depth.size - depth.size // 20)
    xs, ys = along[inner], depth[inner]
    keep = np.ones(xs.size, dtype=np.bool_)
    line = np.full(depth.size, float(np.median(ys)), np.float32)
    for _ in range(4):
        slope, base = np.polyfit(xs[keep], ys[keep], 1)
        if abs(slope) > _MOST_LEAN:
            break
        line = np.asarray(slope * along + base, dtype=np.float32)
        over = ys - line[inner]
        # Bites only add depth: what lies above the line is left out step by step.
        fresh = over <= max(0.7, float(np.percentile(over, 60)))
        if np.count_nonzero(fresh) < xs.size // 4:
            break
        keep = fresh
    return line
