"""Smooth stretches along the outlines of marks: what is bent without any corner.

Writing turns round within a few millimetres; what does not is a hair, a thread, a rule, or a long
stroke of a pen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.ovals import off_circle
from ocr.image.cells import connected_marks
from ocr.sight import Sight, WorkBox

Plane = NDArray[np.uint8]
Points = NDArray[np.float32]

# Outlines are traced on a page reduced so many times.
REDUCE = 2
# Higher than the characters of a line that touch each other.
_LINE_MM = 6.5
# The share of a page that is much writing.
_MUCH = 0.04
# The direction is taken over so many millimetres on each side, and its change as well.
_CHORD_MM = 1.4
_TURN_MM = 2.0
# Radians within twice that length: a bend sharper than this ends the run.
_SHARPEST = 1.1
_DEEPEST_MM = 3.6
_LEAST_SAGITTA_MM = 1.2
_STRAIGHT = 0.035
# What runs along the page or the scanner for most of its way is a frame, a rule or a streak; it is
# looked at in steps of so many millimetres.
_ALONG_MM = 8.0
_ALONG_DEGREES = 4.0
MOST_ALONG = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A stretch of an outline without any corner. Lengths in millimetres.

    `chord` is the distance of its ends, `sagitta` how far it strays from the line between them;
    `width` the usual width of what it bounds, `uneven` how much that varies. `closed` says that it
    is the whole outline, `share` how much of the outline it is, `off_circle` its mean distance from
    the circle that fits it, `degrees` the direction of the line between its ends. `turned` is how
    many degrees it bends in all, `wound` by how many of them more to one side than to the other.
    `spots` are its places on the half-size page (x, y) in the middle of what it bounds, `norms`
    the directions across it there.
    """

    length: float
    chord: float
    sagitta: float
    width: float
    uneven: float
    closed: bool
    share: float
    off_circle: float
    degrees: float
    turned: float
    wound: float
    spots: NDArray[np.int32]
    norms: Points

    @property
    def box(self) -> WorkBox:
        """What it covers, in working pixels."""
        (x0, y0), (x1, y1) = self.spots.min(axis=0), self.spots.max(axis=0)
        x0, y0, x1, y1 = (int(value) * REDUCE for value in (x0, y0, x1 + 1, y1 + 1))
        return x0, y0, x1, y1


def runs_of(mask: Plane, pixel_mm: float, least_mm: float) -> list[Run]:
    """The smooth runs of at least `least_mm` along the outlines of a mask (1 is set)."""
    least = least_mm / pixel_mm
    # Steps along an outline are up to 1.4 pixels long, and it goes there and back.
    traced, _ = cv2.findContours(_high_marks(mask, pixel_mm), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    long = [
        np.asarray(outline[:, 0, :], dtype=np.int32)
        for outline in traced
        if len(outline) > least * 1.4 and _is_high(outline, pixel_mm)
    ]
    if not long:
        return []
    found = []
    for line, course, share in _stretches(long, pixel_mm, least / 1.4):
        run = _run(mask, line, course, share, pixel_mm)
        if run is not None and run.length >= least_mm:
            found.append(run)
    return found


def _high_marks(mask: Plane, pixel_mm: float) -> Plane:
    """The marks of a mask that are higher and wider than a line of writing. Where there is much
    writing, tracing its characters takes far longer than leaving them out."""
    if cv2.countNonZero(mask) < _MUCH * mask.size:
        return mask
    labels, stats = connected_marks(mask)
    high = stats[:, 2:4].min(axis=1) * pixel_mm > _LINE_MM
    high[0] = False
    if not high.any():
        return np.zeros((1, 1), np.uint8)
    return np.asarray(np.take(high.astype(np.uint8), labels, mode="clip"), dtype=np.uint8)


def _is_high(outline: NDArray[Any], pixel_mm: float) -> bool:
    """Whether an outline is higher and wider than a line of writing."""
    _, _, wide, high = cv2.boundingRect(outline)
    return min(wide, high) * pixel_mm > _LINE_MM


def _stretches(
    outlines: list[NDArray[np.int32]], pixel_mm: float, least: float
) -> Iterator[tuple[Points, Points, float]]:
    """The places, the direction at them, and what share of their outline they are, of each stretch
    of `least` pixels or more without a corner. All outlines are worked on at once."""
    chord, reach = max(3, round(_CHORD_MM / pixel_mm)), max(4, round(_TURN_MM / pixel_mm))
    # Every outline is closed: some of its end goes before its beginning, and the other way round.
    pad = chord + 1 + reach
    parts = [part for outline in outlines for part in (outline[-pad:], outline, outline[:pad])]
    grid = np.concatenate(parts).astype(np.float32)
    line = np.asarray(cv2.blur(grid, (1, 2 * chord - 1)), dtype=np.float32)
    soft = np.asarray(cv2.blur(grid, (1, 3)), dtype=np.float32)
    course = np.zeros_like(line)
    course[chord:-chord] = soft[2 * chord :] - soft[: -2 * chord]
    ahead, behind = course[2 * reach :], course[: -2 * reach]
    cross = ahead[:, 1] * behind[:, 0] - ahead[:, 0] * behind[:, 1]
    dot = ahead[:, 0] * behind[:, 0] + ahead[:, 1] * behind[:, 1]
    bent = np.zeros(len(line), dtype=bool)
    bent[reach:-reach] = np.abs(np.arctan2(cross, dot)) > _SHARPEST
    begin = pad
    for outline in outlines:
        count = len(outline)
        corners = np.flatnonzero(bent[begin : begin + count])
        if corners.size == 0:
            yield line[begin : begin + count], course[begin : begin + count], 1.0
        elif corners.size < count:
            # From one corner to the next, around the end of the outline as well.
            gaps = np.diff(corners, append=corners[0] + count)
            for index in np.flatnonzero(gaps > least):
                start = int(corners[index]) + 1
                places = np.arange(start, start + int(gaps[index]) - 1) % count + begin
                yield line[places], course[places], len(places) / (count + 1)
        begin += count + 2 * pad


def _run(mask: Plane, line: Points, course: Points, share: float, pixel_mm: float) -> Run | None:
    """The run along a line, None when it is as good as straight: a rule, an edge, a pen stroke.
    `share` is 1 when the line is closed."""
    closed = share == 1.0
    ends = line[-1] - line[0]
    chord = float(np.hypot(*ends))
    if closed:
        sagitta = float(np.ptp(line, axis=0).min())
    else:
        across = np.array([-ends[1], ends[0]], dtype=np.float32) / np.float32(max(1.0, chord))
        off = line @ across
        sagitta = float(off.max() - off.min())
        if sagitta < max(_LEAST_SAGITTA_MM / pixel_mm, _STRAIGHT * chord):
            return None
    length = float(np.hypot(*np.diff(line, axis=0).T).sum())
    deep = round(_DEEPEST_MM / pixel_mm)
    # Contours run with the thing on one side: the side that is set more often.
    norm = np.stack([-course[:, 1], course[:, 0]], axis=1)
    norm /= np.maximum(1e-3, np.hypot(norm[:, 0], norm[:, 1]))[:, None]
    widths, side = max(
        ((_widths(mask, line, norm * sign, deep), sign) for sign in (1.0, -1.0)),
        key=lambda pair: float(pair[0].mean()),
    )
    low, usual, high = (float(value) for value in np.percentile(widths, (12, 50, 88)))
    spots = np.round(line + norm * side * max(0.0, (usual - 1) / 2)).astype(np.int32)
    spots[:, 0] = np.clip(spots[:, 0], 0, mask.shape[1] - 1)
    spots[:, 1] = np.clip(spots[:, 1], 0, mask.shape[0] - 1)
    turned, wound = _bends(course, pixel_mm)
    return Run(
        length=length * pixel_mm,
        chord=chord * pixel_mm,
        sagitta=sagitta * pixel_mm,
        width=usual * pixel_mm,
        uneven=(high - low) * pixel_mm,
        closed=closed,
        share=share,
        off_circle=off_circle(line) * pixel_mm,
        degrees=float(np.degrees(np.arctan2(ends[1], ends[0]))),
        turned=turned,
        wound=wound,
        spots=spots,
        norms=norm * np.float32(side),
    )


def _bends(course: Points, pixel_mm: float) -> tuple[float, float]:
    """How many degrees a line turns in all, and by how many more to one side than to the other;
    steps and noise of less than some millimetres are no turns."""
    reach = max(4, round(_TURN_MM / pixel_mm))
    angle = np.unwrap(np.arctan2(course[:, 1], course[:, 0])).astype(np.float32)
    turns = np.diff(cv2.blur(angle[:, None], (1, reach)).ravel()[::reach])
    return float(np.degrees(np.abs(turns).sum())), float(np.degrees(abs(turns.sum())))


def _widths(mask: Plane, line: Points, norm: Points, deep: int) -> NDArray[np.int64]:
    """How many pixels are set one after the other from each place of the line along its normal."""
    places = line[None] + norm[None] * np.arange(1, deep + 1, dtype=np.float32)[:, None, None]
    x, y = np.rint(places).astype(np.int32).transpose(2, 0, 1)
    height, width = mask.shape
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    np.minimum(np.maximum(x, 0, out=x), width - 1, out=x)
    np.minimum(np.maximum(y, 0, out=y), height - 1, out=y)
    seen = inside & (mask[y, x] > 0)
    return np.asarray(1 + np.cumprod(seen, axis=0).sum(axis=0), dtype=np.int64)


def share_along(line: NDArray[Any], sight: Sight, pixel_mm: float) -> float:
    """The share of a line (x, y at half size) that runs along the page or along the scanner, or
    square to them."""
    steps = np.diff(line[:: max(2, round(_ALONG_MM / pixel_mm))], axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    along = 0.0
    for (x, y), length in zip(steps, lengths, strict=True):
        degrees = float(np.degrees(np.arctan2(y, x)))
        beside = abs((degrees + 45) % 90 - 45)
        if min(beside, sight.leaning(degrees)) <= _ALONG_DEGREES:
            along += float(length)
    return along / max(1.0, float(lengths.sum()))
