"""Where the inks of two pages that lie on each other differ more than scanning explains.

Ink is unexplained where the other page has none within a pixel. A second scan leaves some of that
along every stroke, more of it the more it is blurred, thinned or shifted; how much is asked of the
page itself, by all places that have ink on both, of which an alteration is a small part.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.planes import PIXELS_MM, Inks, Mask, Reals

Box = tuple[int, int, int, int]

ADDED, MISSING, CHANGED = "added", "missing", "changed"
DARK, RED, UNKNOWN = "dark", "red", "unknown"

_SPREADS = (0.5, 0.8, 1.1, 1.5, 2.0)
_INK = 25.0
# Unexplained ink (hundredths of full ink) below this is noise on any page; a page's own limit is
# so many times what nine of ten of its inked pixels leave unexplained.
_LEAST_EXCESS = {DARK: 30.0, RED: 35.0}
_EXCESS_TIMES = 1.6
_MOST_EXCESS = 70.0
# With fewer pixels of ink in common a page's own ink is not known, and is taken to be so dark.
_FEWEST_SHARED = 200
_USUAL_INK = 45.0
_FEWEST_INKED = 400
# Places are weighed in windows of this width, about one figure of a text.
_WINDOW_MM = 4.0
# Square millimetres of full ink in a window: no alteration that can be seen is less, and how far
# above the windows of its page a window must lie.
_LEAST_AREA = {DARK: 0.12, RED: 1.5}
_SPREAD_TIMES = 6.0
_GROUP_MM = {DARK: 2.4, RED: 4.0}
# Less than this is dust, more so where no other ink is near.
_SMALLEST_MM = 0.95
_SMALLEST_ALONE_MM = 1.5
_NEAR_MM = 0.8
# Likeness of the marks around a place, over a word.
_LIKE_MM = 6.0
_ALIKE = 0.5
_STRUCTURE = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place that differs. `box` in pixels of the raster (x0, y0, x1, y1), `kind` added (the
    paper has more), missing (the side has more) or changed, `score` how many times the limit of
    the page its unexplained ink is."""

    box: Box
    kind: str
    ink: str
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """All differences of a page; `agreement` is the share of its inked places that look alike."""

    differences: tuple[Difference, ...]
    agreement: float


def differences_of(side: Inks, paper: Inks, usable: Mask) -> Compared:
    """What the paper has more and less than the side, where `usable`."""
    one, other = matched(side.dark, paper.dark, usable)
    found = _found(one, other, usable, DARK)
    if side.red is not None and paper.red is not None:
        # Scanners smear colour: it is looked at more coarsely.
        soft = [
            np.asarray(cv2.GaussianBlur(plane, (0, 0), 1.5), np.float32)
            for plane in (side.red, paper.red)
        ]
        found += _found(*_gained(soft[0], soft[1], usable), usable, RED)
    return Compared(differences=tuple(found), agreement=agreement(one, other, usable))


def agreement(one: Reals, other: Reals, usable: Mask) -> float:
    """Share of the places with ink on either page that look alike (0 to 1)."""
    small = [
        np.asarray(
            cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32
        )
        for plane in (one, other)
    ]
    size = (round(_LIKE_MM * PIXELS_MM / 2),) * 2
    mean = [cv2.blur(plane, size) for plane in small]
    spread = [
        np.maximum(cv2.blur(plane * plane, size) - middle**2, 0)
        for plane, middle in zip(small, mean, strict=True)
    ]
    common = cv2.blur(small[0] * small[1], size) - mean[0] * mean[1]
    likeness = common / np.sqrt((spread[0] + 4.0) * (spread[1] + 4.0))
    seen = cv2.resize(usable.astype(np.uint8), small[0].shape[1::-1]) > 0
    inked = (np.maximum(spread[0], spread[1]) > _STRUCTURE**2) & seen
    return float((likeness[inked] > _ALIKE).mean()) if inked.any() else 0.0


def matched(one: Reals, other: Reals, usable: Mask) -> tuple[Reals, Reals]:
    """The dark ink of both, as soft as that of the softer one and of one darkness (0 to 100)."""
    sharp = [_sharpness(plane) for plane in (one, other)]
    planes = [one, other]
    crisp = 0 if sharp[0] > sharp[1] else 1
    plain, wanted = planes[crisp], sharp[1 - crisp]
    for spread in _SPREADS:
        if _sharpness(planes[crisp]) <= wanted * 1.05:
            break
        planes[crisp] = np.asarray(cv2.GaussianBlur(plain, (0, 0), spread), np.float32)
    return _gained(planes[0], planes[1], usable)


def _sharpness(plane: Reals) -> float:
    change = cv2.Laplacian(plane, cv2.CV_32F)
    return (
        float(change[plane > _INK].std() + 1e-3) / float(plane[plane > _INK].mean() + 1.0)
        if (plane > _INK).any()
        else 0.0
    )


def _gained(one: Reals, other: Reals, usable: Mask) -> tuple[Reals, Reals]:
    both = (one > _INK) & (other > _INK) & usable
    if int(both.sum()) < _FEWEST_SHARED:
        return _levelled(one, other, _USUAL_INK)
    gain = float(np.median(other[both]) / np.median(one[both]))
    # The darker page is made as pale as the other, so that limits mean the same.
    if gain > 1:
        other = np.asarray(other / min(gain, 2.0), np.float32)
    else:
        one = np.asarray(one * max(gain, 0.5), np.float32)
    # Ink is ink: how dark the broad strokes of a heading come out differs with the scanner.
    return _levelled(one, other, min(float(np.median(p[both])) for p in (one, other)))


def _levelled(one: Reals, other: Reals, full: float) -> tuple[Reals, Reals]:
    """Both with ink of at least `full` as 100."""
    scale = np.float32(100 / full)
    planes = (np.minimum(plane * scale, np.float32(100)) for plane in (one, other))
    first, second = (np.asarray(plane, np.float32) for plane in planes)
    return first, second


def _found(one: Reals, other: Reals, usable: Mask, ink: str) -> list[Difference]:
    kernel = np.ones((3, 3) if ink == DARK else (7, 7), np.uint8)
    more = np.where(usable, other - cv2.dilate(one, kernel), -100).astype(np.float32)
    less = np.where(usable, one - cv2.dilate(other, kernel), -100).astype(np.float32)
    inked = _shared(one, other, kernel) & usable
    over = [_over(plane, inked, ink) for plane in (more, less)]
    window = round(_WINDOW_MM * PIXELS_MM)
    # Square millimetres of full ink in the window.
    area = window**2 / 100 / PIXELS_MM**2
    weights = [cv2.blur(plane, (window, window)) * np.float32(area) for plane in over]
    limits = [_limit(weight, one, other, usable, window, ink) for weight in weights]
    return _groups((one, other), over, weights, limits, ink)


def _shared(one: Reals, other: Reals, kernel: NDArray[np.uint8]) -> Mask:
    """On and next to the ink that both pages have."""
    near = [cv2.dilate(plane, kernel, iterations=2) > _INK for plane in (one, other)]
    return np.asarray(near[0] & near[1], np.bool_)


def _over(plane: Reals, inked: Mask, ink: str) -> Reals:
    limit = _LEAST_EXCESS[ink]
    if int(inked.sum()) > _FEWEST_INKED:
        limit = max(limit, _EXCESS_TIMES * float(np.percentile(plane[inked], 90)))
    limit = min(limit, _MOST_EXCESS)
    return np.asarray(np.where(plane > limit, plane, 0), np.float32)


def _limit(weight: Reals, one: Reals, other: Reals, usable: Mask, window: int, ink: str) -> float:
    """What the windows of this page that have ink on both sides leave unexplained at most."""
    shared = cv2.blur(np.minimum(one, other), (window, window))[::window, ::window]
    values = weight[::window, ::window][(shared > 2.0) & usable[::window, ::window]]
    if values.size < 12:
        return _LEAST_AREA[ink]
    middle = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - middle)))
    return max(_LEAST_AREA[ink], middle + _SPREAD_TIMES * spread)


def _groups(
    planes: tuple[Reals, Reals],
    over: list[Reals],
    weights: list[Reals],
    limits: list[float],
    ink: str,
) -> list[Difference]:
    """Neighbouring unexplained ink as one place, where it is above the limit."""
    one, other = planes
    reach = 2 * round(_GROUP_MM[ink] * PIXELS_MM / 2) + 1
    marked = ((over[0] > 0) | (over[1] > 0)).astype(np.uint8)
    spread = cv2.dilate(marked, np.ones((reach, reach), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(spread)
    found = []
    for label in range(1, count):
        x, y, wide, high, _ = (int(value) for value in boxes[label])
        part = (slice(y, y + high), slice(x, x + wide))
        here = labels[part] == label
        ratios = []
        for plane, weight, limit in zip(over, weights, limits, strict=True):
            inside = here & (plane[part] > 0)
            ratios.append(float(weight[part][inside].max()) / limit if inside.any() else 0.0)
        if max(ratios) < 1.0:
            continue
        strong = here & (marked[part] > 0)
        rows, columns = np.nonzero(strong)
        box = (
            x + int(columns.min()),
            y + int(rows.min()),
            x + int(columns.max()) + 1,
            y + int(rows.max()) + 1,
        )
        if _is_speck(box, one, other):
            continue
        kind = CHANGED if min(ratios) > 0.5 else ADDED if ratios[0] > ratios[1] else MISSING
        found.append(Difference(box=box, kind=kind, ink=ink, score=round(max(ratios), 2)))
    return found


def _is_speck(box: Box, one: Reals, other: Reals) -> bool:
    """Whether a place is as small as dust; what stands alone may be a little larger."""
    x0, y0, x1, y1 = box
    extent = max(x1 - x0, y1 - y0) / PIXELS_MM
    if extent < _SMALLEST_MM or extent >= _SMALLEST_ALONE_MM:
        return extent < _SMALLEST_MM
    near = round(_NEAR_MM * PIXELS_MM)
    part = (slice(max(0, y0 - near), y1 + near), slice(max(0, x0 - near), x1 + near))
    return float(np.minimum(one[part], other[part]).max()) < _INK


def solid(dark: Reals, millimetres: float, level: float) -> NDArray[np.uint8]:
    """Where there are dark areas wider than `millimetres`."""
    size = 2 * round(millimetres * PIXELS_MM / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(
        cv2.morphologyEx((dark > level).astype(np.uint8), cv2.MORPH_OPEN, kernel), np.uint8
    )
