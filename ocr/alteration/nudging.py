"""Ink that is unexplained, and whether it is so only because paper did not lie flat there, or was
not lit evenly.

What is left after the registration of a whole page is a pixel or two beside a fold, or where a row
of print ends. A place is believed when it stays with its surroundings laid exactly over each other
and made as dark.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.lighting import lit_alike
from ocr.alteration.planes import PIXELS_MM, Mask, Reals
from ocr.laying.curl import nearness, sought

Part = tuple[slice, slice]

# Places are weighed in windows of this width, about one figure of a text.
WINDOW = round(4.0 * PIXELS_MM)
_AROUND = round(7.0 * PIXELS_MM)
# A lone number in a corner of a bent sheet lies a millimetre off.
_FARTHEST = 9
_LEAST_LIKENESS = 0.5
# A lone line is as like all along itself: the nearest place counts.
_NEAR = nearness(_FARTHEST, 0.1)
# A group is believed when so many of its strongest windows were asked in vain: more than a line
# across a sheet has.
_MOST_LOOKS = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """What one page has and the other has not: `over` where it is more than `least` (hundredths of
    full ink), `weight` in the window around each pixel (square millimetres of full ink), `limit`
    how much of that scanning explains on this page."""

    over: Reals
    weight: Reals
    least: float
    limit: float

    def ratio(self, part: Part, here: Mask) -> float:
        """How many times the limit the strongest window of a group is; 1 is the limit."""
        inside = here & (self.over[part] > 0)
        return float(self.weight[part][inside].max()) / self.limit if inside.any() else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudged:
    """Two pages that are laid over each other once more, place by place."""

    one: Reals
    other: Reals
    usable: Mask
    kernel: NDArray[np.uint8]

    def ratio(self, part: Part, here: Mask, weighed: Weighed, which: int) -> float:
        """As `Weighed.ratio`, without the windows that a shift explains. `which` is 0 for what
        the other page has more, 1 for what it has less."""
        strength = np.where(here & (weighed.over[part] > 0), weighed.weight[part], 0.0)
        top, left = part[0].start, part[1].start
        most = float(strength.max()) / weighed.limit
        for _ in range(_MOST_LOOKS):
            y, x = (int(value) for value in np.unravel_index(strength.argmax(), strength.shape))
            most = float(strength[y, x]) / weighed.limit
            if most < 1.0:
                return most
            left_over = self._left_over(top + y, left + x, weighed.least, which)
            if left_over is None or left_over >= weighed.limit:
                return most
            half = WINDOW // 2
            strength[max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1] = 0
        return most

    def _left_over(self, y: int, x: int, least: float, which: int) -> float | None:
        """What stays unexplained in the window around a pixel, the surroundings laid exactly; None
        where there is nothing to lay them by."""
        high, wide = self.one.shape
        y0, y1 = max(0, y - _AROUND), min(high, y + _AROUND)
        x0, x1 = max(0, x - _AROUND), min(wide, x + _AROUND)
        one, other = self.one[y0:y1, x0:x1], self.other[y0:y1, x0:x1]
        inner = one[_FARTHEST:-_FARTHEST, _FARTHEST:-_FARTHEST]
        found = sought(np.ascontiguousarray(inner), np.ascontiguousarray(other), _NEAR)
        if found.likeness < _LEAST_LIKENESS or found.at_edge:
            return None
        matrix = np.array([[1, 0, found.x - _FARTHEST], [0, 1, found.y - _FARTHEST]], np.float64)
        laid = cv2.warpAffine(
            other,
            matrix,
            other.shape[1::-1],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        usable = self.usable[y0:y1, x0:x1]
        lit = lit_alike(one, np.asarray(laid, np.float32), usable)
        plane = unexplained(one, lit, self.kernel)[which]
        plane[~usable] = 0
        over = np.asarray(np.where(plane > least, plane, 0), np.float32)
        return float(weights(over)[y - y0, x - x0])


def unexplained(one: Reals, other: Reals, kernel: NDArray[np.uint8]) -> tuple[Reals, Reals]:
    """What the other page has more, and less, than the one has near by."""
    more, less = other - cv2.dilate(one, kernel), one - cv2.dilate(other, kernel)
    return np.asarray(more, np.float32), np.asarray(less, np.float32)


def weights(over: Reals) -> Reals:
    """Square millimetres of full ink in the window around each pixel."""
    area = WINDOW**2 / 100 / PIXELS_MM**2
    return np.asarray(cv2.blur(over, (WINDOW, WINDOW)) * np.float32(area), np.float32)
