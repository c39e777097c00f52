"""Finds the scanner bed, black or gray, that shows round a page, and the edge of the sheet."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import Gray, PageView

# A bed is at least so much darker than the paper, as a share of the paper.
_LEAST_GAP = 0.12
_OWN_SHARE = 0.3
_LEAST_COVERAGE = 0.2
# The first pixels may be light: scanners draw a thin pale line at the very edge.
_START_SLACK = 3
_STRIP = 6
# A bed is even; a photograph or a pattern is not.
_DARK_LEVEL = 95
_EVEN_DARK = 45.0
_EVEN_SHARE = 0.35
_LEAST_GRAY_MM = 3.0
# A lid is black, gray or white: its channels differ by less. Light letters take up this share of
# the length of a band of print, at least.
_COLOURED = 40
_LETTERED_SHARE = 0.04
# A strip that is thinner (pixels) or shorter is not asked for a picture in it. The tone of a bed
# strays from its course along the edge by fewer levels than that of a photograph; light letters
# stand out by so many levels, in such a share of its length.
_LEAST_DEEP = 6
_LEAST_ROWS = 60
_UNEVEN_LEVELS = 7.0
_LIGHTER_LEVELS = 45.0
_LETTERED_ROWS = 0.08
_LETTER_MM = 6.0
# So much of a gray strip lies open to the other side between what ends it: the ground between
# slips that are glued on.
_OPEN_SHARE = 0.03
_DEEP_SHARE = 0.15
# A strip deeper than this ends at a straight edge, or is as even as a bed.
_RAGGED_MM = 5.0
_EVEN_BED = 12.0
# Paper begins within this many millimetres, a shadow does not end so soon.
_STEP_MM = 1.4
_STEP_SHARE = 0.55
# An edge of the paper is straight over this many millimetres.
_STRAIGHT_MM = 60.0
_INLIER_MM = 0.5
_STRAIGHT_SHARE = 0.6
_STEEPEST = 12.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Border:
    """A dark edge: `depth` is the share of the page it reaches inwards (median over its run),
    `reach` the share at its deepest, `coverage` the share of the edge it runs along. `tilt` is
    the clockwise tilt in degrees of the edge of the paper, None where it is not straight, and
    `straight` its length in millimetres."""

    edge: str
    depth: float
    reach: float
    coverage: float
    tilt: float | None = None
    straight: float = 0.0


def borders(view: PageView) -> tuple[Border, ...]:
    """The edges of the page with bed beyond, none when the page itself is as dark.

    Depth is measured per row or column as the dark run from the edge inwards, so the wedge of a
    tilted sheet counts as well as an even strip.
    """
    gray = np.asarray(cv2.cvtColor(view.half, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    paper = max(255 * view.brightness, 51.0)
    millimetre = view.millimetres(1.0) * gray.shape[1] / view.width
    found = []
    colours = view.half.transpose(1, 0, 2)
    for edge, values, seen in (
        ("left", gray, view.half),
        ("right", gray[:, ::-1], view.half[:, ::-1]),
        ("top", gray.T, colours),
        ("bottom", gray.T[:, ::-1], colours[:, ::-1]),
    ):
        border = _edge(edge, values, seen, paper, millimetre)
        if border is not None:
            found.append(border)
    return tuple(found)


def inner_box(view: PageView, found: tuple[Border, ...]) -> tuple[int, int, int, int]:
    """The page without its dark edges: (x0, y0, x1, y1) in working pixels."""
    reach = {border.edge: border.reach for border in found}
    x0 = round(reach.get("left", 0.0) * view.width)
    x1 = round((1 - reach.get("right", 0.0)) * view.width)
    y0 = round(reach.get("top", 0.0) * view.height)
    y1 = round((1 - reach.get("bottom", 0.0)) * view.height)
    if x1 - x0 < view.width // 4 or y1 - y0 < view.height // 4:
        return 0, 0, view.width, view.height
    return x0, y0, x1, y1


def edge_tilt(found: tuple[Border, ...]) -> float | None:
    """The clockwise tilt of the sheet by its edges: of those that agree with the longest one, by
    their length; None without a straight edge."""
    straight = [border for border in found if border.tilt is not None]
    if not straight:
        return None
    longest = max(straight, key=lambda border: border.straight)
    agreeing = [
        (border.tilt, border.straight)
        for border in straight
        if border.tilt is not None and abs(border.tilt - (longest.tilt or 0.0)) < 0.4
    ]
    whole = sum(length for _, length in agreeing)
    return sum(tilt * length for tilt, length in agreeing) / whole


def _edge(
    edge: str, gray: Gray, colours: NDArray[np.uint8], paper: float, millimetre: float
) -> Border | None:
    """The bed along the left edge of `gray`; `colours` are the same pixels in BGR."""
    length = gray.shape[1]
    limit = _bed_limit(gray, paper)
    if limit is None:
        return None
    dark = gray[:, : max(_STRIP, round(_OWN_SHARE * length) + 2)] < limit
    depth = _runs(dark)
    covered = depth >= 2
    coverage = float(covered.mean())
    if coverage < _LEAST_COVERAGE:
        return None
    # A table or a photograph that touches the edge has light rows between; a bed has not. Rows
    # that run along the dark edge at right angles are dark from side to side.
    own = covered & (depth < _OWN_SHARE * length)
    if np.count_nonzero(own) < 0.15 * depth.size:
        return None
    runs = depth[own]
    middle = max(2, int(np.median(runs)))
    band = gray[:, :middle][own]
    spread = float(np.percentile(band, 75) - np.percentile(band, 25))
    level = float(np.median(band))
    allowed = _EVEN_DARK if level <= _DARK_LEVEL else min(30.0, _EVEN_SHARE * (paper - level))
    if spread > allowed or (
        level > _DARK_LEVEL and not _steps(gray, depth, own, level, millimetre)
    ):
        return None
    if level > _DARK_LEVEL and _is_ground(gray, covered & ~own, own, limit):
        return None
    if level > _DARK_LEVEL and float(np.percentile(runs, 98)) < _LEAST_GRAY_MM * millimetre:
        # So narrow a strip is the shadow beside the sheet.
        return None
    if _is_printed(dark, depth, own, colours[:, :middle]) or _is_pictured(
        gray, depth, own, millimetre
    ):
        return None
    tilt, straight = _line(edge, gray, depth, own, limit, millimetre)
    ragged = tilt is None and middle > _RAGGED_MM * millimetre
    if ragged and (level > _DARK_LEVEL or spread > _EVEN_BED):
        # The ground between slips that are glued on, a photograph: a sheet has straight edges.
        return None
    return Border(
        edge=edge,
        depth=float(np.median(runs)) / length,
        reach=min(0.5, (float(np.percentile(runs, 98)) + 1) / length),
        coverage=coverage,
        tilt=tilt,
        straight=straight,
    )


def _is_printed(
    dark: NDArray[np.bool_],
    depth: NDArray[np.int64],
    own: NDArray[np.bool_],
    colours: NDArray[np.uint8],
) -> bool:
    """Whether a dark strip is a band of print: it has a colour, or light writing inside it,
    behind which it goes on. Beside a lid, black, gray or white, there is paper to the end."""
    rows = np.flatnonzero(own)
    tone = np.median(colours[rows[:: max(1, rows.size // 200)]].reshape(-1, 3), axis=0)
    if tone.max() - tone.min() > _COLOURED:
        return True
    whole = int(np.percentile(depth[rows], 90))
    short = rows[depth[rows] < 0.75 * whole]
    if short.size < _LETTERED_SHARE * depth.size:
        return False
    # Between the ends of the strokes and the end of the band.
    behind = dark[short, round(0.85 * whole) : max(1, round(0.97 * whole))]
    return behind.size > 0 and float(behind.all(axis=1).mean()) > 0.7


def _is_pictured(
    gray: Gray, depth: NDArray[np.int64], own: NDArray[np.bool_], millimetre: float
) -> bool:
    """Whether a dark strip is part of a photograph or bears light writing: a bed has one tone,
    which changes along the edge by and by if at all."""
    rows = np.flatnonzero(own)
    deep = np.percentile(depth[rows], 60)
    if deep < _LEAST_DEEP:
        return False
    band = gray[rows, round(0.15 * deep) : round(0.8 * deep)]
    # What ends earlier is the wedge beside a tilted sheet, but for where letters end the dark.
    reach = np.zeros((1, depth.size), np.float32)
    reach[0, rows] = depth[rows]
    widest = cv2.dilate(reach, np.ones((1, round(_LETTER_MM * millimetre)), np.uint8))
    deeper = band[depth[rows] >= deep]
    band = band[widest[0, rows] >= deep]
    if len(deeper) < _LEAST_ROWS:
        return False
    places = np.linspace(-1.0, 1.0, len(deeper))
    for part in np.array_split(deeper, 3, axis=1):
        tones = np.asarray(cv2.blur(np.median(part, axis=1).astype(np.float32), (1, 9))).ravel()
        off = np.abs(tones - np.polyval(np.polyfit(places, tones, 2), places))
        if float(np.percentile(off, 60)) > _UNEVEN_LEVELS:
            return True
    tones = np.median(band, axis=1)
    lighter = band.max(axis=1) > tones + _LIGHTER_LEVELS
    return float(lighter.mean()) > _LETTERED_ROWS


def _is_ground(
    gray: Gray, through: NDArray[np.bool_], own: NDArray[np.bool_], limit: float
) -> bool:
    """Whether a strip is the ground on which several slips are glued: it goes on between them,
    and ends at some of them far inside. Beside one sheet it goes from side to side or ends at
    once."""
    rows = np.flatnonzero(own)
    if float(through[rows[0] : rows[-1]].sum()) > _OPEN_SHARE * own.size:
        return True
    beyond = gray[through, 2 * _STRIP : -2 * _STRIP]
    ending = (beyond >= limit).mean(axis=1) > _OPEN_SHARE
    return float(ending.sum()) > _DEEP_SHARE * own.size


def _bed_limit(gray: Gray, paper: float) -> float | None:
    """Half way between the bed along the left edge and the paper; None without a bed."""
    strip = gray[:, 1:_STRIP]
    if strip.size == 0:
        return None
    darker = strip[strip < (1 - _LEAST_GAP) * paper]
    if darker.size < _LEAST_COVERAGE * 0.5 * strip.size:
        return None
    return (float(np.median(darker)) + paper) / 2


def _runs(dark: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How far the dark reaches in each row; 0 where the edge is light."""
    start = dark[:, : _START_SLACK + 1]
    begins = np.argmax(start, axis=1)
    touches = start.any(axis=1)
    depth = np.zeros(dark.shape[0], dtype=np.int64)
    # Where the light begins again after the dark has begun.
    light = ~dark
    for offset in range(_START_SLACK + 1):
        rows = touches & (begins == offset)
        if rows.any():
            tail = light[rows, offset:]
            run = np.where(tail.any(axis=1), np.argmax(tail, axis=1), tail.shape[1])
            depth[rows] = run + offset
    return depth


def _steps(
    gray: Gray, depth: NDArray[np.int64], own: NDArray[np.bool_], level: float, millimetre: float
) -> bool:
    """Whether the bed ends at once, as beside an edge of paper, and not by and by."""
    rows = np.flatnonzero(own)
    reach = max(2, round(_STEP_MM * millimetre))
    beyond = np.minimum(depth[rows] + reach, gray.shape[1] - 1)
    before = np.maximum(depth[rows] - 1 - reach, 0)
    inside = np.minimum(beyond + 3 * reach, gray.shape[1] - 1)
    rise = gray[rows, beyond].astype(np.int16) - gray[rows, before]
    whole = np.maximum(gray[rows, inside].astype(np.int16), gray[rows, beyond]) - round(level)
    return float(np.mean(rise > _STEP_SHARE * np.maximum(whole, 16))) > 0.6


def _line(
    edge: str,
    gray: Gray,
    depth: NDArray[np.int64],
    own: NDArray[np.bool_],
    limit: float,
    millimetre: float,
) -> tuple[float | None, float]:
    """The tilt of the edge of the paper and how long it runs straight."""
    rows = np.flatnonzero(own & (depth > _START_SLACK))
    if rows.size < _STRAIGHT_MM * millimetre:
        return None, 0.0
    at = depth[rows]
    before, after = gray[rows, at - 1].astype(np.float64), gray[rows, at].astype(np.float64)
    # Between two pixels, where the brightness passes the limit.
    places = at - 1 + np.clip((limit - before) / np.maximum(after - before, 1.0), 0.0, 1.0)
    thin = max(1, rows.size // 120)
    x, y = rows[::thin].astype(np.float64), places[::thin]
    apart = x[None, :] - x[:, None]
    far = apart > 0.25 * (x[-1] - x[0])
    # The median of many slopes holds against marks along the edge and a corner of the sheet.
    slope = float(np.median((y[None, :] - y[:, None])[far] / apart[far]))
    rest = places - slope * rows
    near = np.abs(rest - np.median(rest)) < _INLIER_MM * millimetre
    if np.count_nonzero(near) < max(_STRAIGHT_MM * millimetre, _STRAIGHT_SHARE * rows.size):
        return None, 0.0
    slope = float(np.polyfit(rows[near], places[near], 1)[0])
    tilt = float(np.degrees(np.arctan(slope)))
    if abs(tilt) > _STEEPEST:
        return None, 0.0
    # Left and bottom run the other way round the sheet.
    clockwise = -tilt if edge in ("left", "bottom") else tilt
    return clockwise, float(np.count_nonzero(near)) / millimetre
