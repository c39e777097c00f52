"""Two pages made as soft and as dark as each other, and how much alike they are then."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.alteration.planes import PIXELS_MM, Mask, Reals

_SPREADS = (0.5, 0.8, 1.1, 1.5, 2.0)
_ROWS = 3
# Hundredths from which darkness is ink.
INK = 25.0
# With fewer pixels of ink in common a page's own ink is not known, and is taken to be so dark.
_FEWEST_SHARED = 200
_USUAL_INK = 45.0
# What one page shows so dark where the other has ink is taken for the same ink, paled.
_FAINT = 5.0
_PALEST = 10.0
# How far light changes over a page, and how much the whole page weighs against a place with ink of
# its usual density.
_LIGHT_MM = 6.0
_PRIOR = 0.15
_COARSE = 16
# Likeness of the marks around a place, over a word.
_LIKE_MM = 6.0
_ALIKE = 0.5
_STRUCTURE = 5.0


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
    inked = (np.maximum(one, other) > INK) & usable
    plain = _likeness(one, other, inked)
    best, pair = plain, (one, other)
    for which in (0, 1):
        for spread in _SPREADS:
            planes = [one, other]
            planes[which] = np.asarray(cv2.GaussianBlur(planes[which], (0, 0), spread), np.float32)
            likeness = _likeness(planes[0], planes[1], inked)
            if likeness <= best:
                break
            best, pair = likeness, (planes[0], planes[1])
        if best > plain:
            break
    return gained(pair[0], pair[1], usable)


def _likeness(one: Reals, other: Reals, inked: Mask) -> float:
    """Correlation of two planes where `inked`; a part of the rows tells as much."""
    where = inked[::_ROWS]
    if int(where.sum()) < _FEWEST_SHARED:
        return 0.0
    return float(np.corrcoef(one[::_ROWS][where], other[::_ROWS][where])[0, 1])


def gained(one: Reals, other: Reals, usable: Mask) -> tuple[Reals, Reals]:
    """Both with the same darkness of the ink they share, place by place: lamps are mirrored in a
    part of a page and make its ink pale. Full ink is 100."""
    least, most = np.minimum(one, other), np.maximum(one, other)
    both = (least > _FAINT) & (most > INK) & usable
    if int(both.sum()) < _FEWEST_SHARED:
        full = np.float32(_USUAL_INK)
        return _levelled(one, full), _levelled(other, full)
    usual, another = (_around_ink(plane, both) for plane in (one, other))
    # The darker page is made as pale as the other, so that limits mean the same. Ink is ink: how
    # dark the broad strokes of a heading come out differs with the scanner.
    return _levelled(one, usual), _levelled(other, another)


def _around_ink(plane: Reals, inked: Mask) -> Reals:
    """How dark the ink of a page is around each pixel, where `inked`."""
    ink = plane * inked
    weights, sums = (
        cv2.resize(values, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)
        for values in (ink, ink * ink)
    )
    # Broad strokes tell more than their edges.
    whole = float(sums.mean()) / float(weights.mean())
    prior = _PRIOR * float(weights.mean())
    spread = _LIGHT_MM * PIXELS_MM / _COARSE
    weights, sums = (cv2.GaussianBlur(values, (0, 0), spread) for values in (weights, sums))
    around = (sums + prior * whole) / (weights + prior)
    full = cv2.resize(around, plane.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, np.float32)


def _levelled(plane: Reals, full: Reals | np.float32) -> Reals:
    """With ink of at least `full` as 100."""
    scale = 100 / np.maximum(full, _PALEST)
    return np.asarray(np.minimum(plane * scale, 100), np.float32)
