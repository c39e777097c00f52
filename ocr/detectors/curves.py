"""Long bent things of even width that lie on the page: hairs, threads and rubber bands.

What is bent smoothly over a length at which every stroke of writing has long turned round, and
is as wide at its end as at its beginning, was not written and not printed: only seals and drawings
come near, and are told by their colour, their circles and their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.sight import Sight, WorkBox

Plane = NDArray[np.uint8]
Points = NDArray[np.float32]

_REDUCE = 2
# Higher than the characters of a line that touch each other.
_LINE_MM = 6.5
# The direction is taken over so many millimetres on each side, and its change as well.
_CHORD_MM = 1.4
_TURN_MM = 2.0
# Radians within twice that length: a bend sharper than this ends the run.
_SHARPEST = 1.1
_DEEPEST_MM = 3.6
_LEAST_SAGITTA_MM = 1.2
_STRAIGHT = 0.035


# Coloured ink: as much more in the darkest channel than in the lightest.
_COLOURED = 44
_DARK = 52
# Pencil, creases and the edges of stains are paler than a hair.
_DARK_USUALLY = 80
_COLOURED_MM = 35.0
_THREAD_WIDTH_MM = (0.6, 3.3)
_DARK_MM = 25.0
_HAIR_WIDTH_MM = 1.4
_EVEN_MM = 0.7
_EVEN_SHARE = 0.5
# Round seals keep to their circle to within a tenth of a millimetre.
_OFF_CIRCLE_MM = 0.25
_HAIR_OFF_CIRCLE_MM = 0.15
_COLOURED_SAGITTA_MM = 3.0
# What runs along or down the page must bend more: rules and folds may be warped.
_AXIS_DEGREES = 5.0
_AXIS_SAGITTA_MM = 2.5
_AXIS_BENT = 0.1
# More of them (a hair has two sides) are a drawing, a chart or a photograph.
_MOST_RUNS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A stretch of an outline without any corner. Lengths in millimetres.

    `chord` is the distance of its ends, `sagitta` how far it strays from the line between them;
    `width` the usual width of what it bounds, `uneven` how much that varies. `closed` says that it
    is the whole outline, `off_circle` is its mean distance from the circle that fits it, `degrees`
    the direction of the line between its ends. `spots` are its places on the half-size page (x, y)
    in the middle of what it bounds.
    """

    length: float
    chord: float
    sagitta: float
    width: float
    uneven: float
    closed: bool
    off_circle: float
    degrees: float
    spots: NDArray[np.int32]

    @property
    def box(self) -> WorkBox:
        """What it covers, in working pixels."""
        (x0, y0), (x1, y1) = self.spots.min(axis=0), self.spots.max(axis=0)
        x0, y0, x1, y1 = (int(value) * _REDUCE for value in (x0, y0, x1 + 1, y1 + 1))
        return x0, y0, x1, y1


def curves_of(sight: Sight, ink: Plane, black: Plane) -> list[Run]:
    """The sides of all hairs, threads and bands, the longest first; `ink` and `black` are those of
    the view at half size."""
    pixel_mm = _REDUCE * 25.4 / sight.view.dpi
    colour = cv2.threshold(cv2.subtract(ink, black), _COLOURED, 1, cv2.THRESH_BINARY)[1]
    found: list[Run] = []
    if cv2.countNonZero(colour) * pixel_mm**2 > _COLOURED_MM * _THREAD_WIDTH_MM[0]:
        runs = runs_of(np.asarray(colour, dtype=np.uint8), pixel_mm, _COLOURED_MM)
        found += [run for run in runs if _is_thread(run)]
    dark = cv2.threshold(black, _DARK, 1, cv2.THRESH_BINARY)[1]
    for run in runs_of(np.asarray(dark, dtype=np.uint8), pixel_mm, _DARK_MM):
        if _is_hair(run, sight) and _tone(run, black) >= _DARK_USUALLY:
            found.append(run)
    if len(found) > _MOST_RUNS:
        return []
    return sorted(found, key=lambda run: -run.length)


def _is_thread(run: Run) -> bool:
    narrow, wide = _THREAD_WIDTH_MM
    return (
        _is_even(run)
        and narrow < run.width < wide
        and run.sagitta > _COLOURED_SAGITTA_MM
        and run.off_circle > _OFF_CIRCLE_MM
    )


def _is_hair(run: Run, sight: Sight) -> bool:
    if not _is_even(run) or run.width > _HAIR_WIDTH_MM or run.off_circle < _HAIR_OFF_CIRCLE_MM:
        return False
    off_axis = abs((run.degrees + sight.skew.degrees + 45) % 90 - 45)
    if run.closed or off_axis > _AXIS_DEGREES:
        return True
    return run.sagitta > max(_AXIS_SAGITTA_MM, _AXIS_BENT * run.chord)


def _is_even(run: Run) -> bool:
    return run.uneven < max(_EVEN_MM, _EVEN_SHARE * run.width)


def _tone(run: Run, black: Plane) -> float:
    return float(np.median(black[run.spots[:, 1], run.spots[:, 0]]))


def runs_of(mask: Plane, pixel_mm: float, least_mm: float) -> list[Run]:
    """The smooth runs of at least `least_mm` along the outlines of a mask (1 is set)."""
    traced, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    least = least_mm / pixel_mm
    # Steps along an outline are up to 1.4 pixels long, and it goes there and back.
    long = [
        np.asarray(outline[:, 0, :], dtype=np.int32)
        for outline in traced
        if len(outline) > least * 1.4 and _is_high(outline, pixel_mm)
    ]
    if not long:
        return []
    found = []
    for line, course, closed in _stretches(long, pixel_mm, least / 1.4):
        run = _run(mask, line, course, closed, pixel_mm)
        if run is not None and run.length >= least_mm:
            found.append(run)
    return found


def _is_high(outline: NDArray[Any], pixel_mm: float) -> bool:
    """Whether an outline is higher and wider than a line of writing."""
    _, _, wide, high = cv2.boundingRect(outline)
    return min(wide, high) * pixel_mm > _LINE_MM


def _stretches(
    outlines: list[NDArray[np.int32]], pixel_mm: float, least: float
) -> Iterator[tuple[Points, Points, bool]]:
    """The places, the direction at them, and whether they are the whole outline, of each stretch
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
            yield line[begin : begin + count], course[begin : begin + count], True
        elif corners.size < count:
            # From one corner to the next, around the end of the outline as well.
            gaps = np.diff(corners, append=corners[0] + count)
            for index in np.flatnonzero(gaps > least):
                start = int(corners[index]) + 1
                places = np.arange(start, start + int(gaps[index]) - 1) % count + begin
                yield line[places], course[places], False
        begin += count + 2 * pad


def _run(mask: Plane, line: Points, course: Points, closed: bool, pixel_mm: float) -> Run | None:
    """The run along a line, None when it is as good as straight: a rule, an edge, a pen stroke."""
    ends = line[-1] - line[0]
    chord = float(np.hypot(*ends))
    sagitta = float(np.ptp(line, axis=0).min())
    if not closed:
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
    return Run(
        length=length * pixel_mm,
        chord=chord * pixel_mm,
        sagitta=sagitta * pixel_mm,
        width=usual * pixel_mm,
        uneven=(high - low) * pixel_mm,
        closed=closed,
        off_circle=_off_circle(line) * pixel_mm,
        degrees=float(np.degrees(np.arctan2(ends[1], ends[0]))),
        spots=spots,
    )


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


def _off_circle(line: Points) -> float:
    """The mean distance of a line from the circle nearest to it (least squares)."""
    x, y = (line[::3] - line.mean(axis=0)).astype(np.float64).T
    system = np.stack([x, y, np.ones_like(x)], axis=1)
    (a, b, c), *_ = np.linalg.lstsq(system, -(x**2 + y**2), rcond=None)
    radius = float(np.sqrt(max(0.0, (a**2 + b**2) / 4 - c)))
    return float(np.abs(np.hypot(x + a / 2, y + b / 2) - radius).mean())
