"""Leaves out the empty bands of a page, so that no time goes into looking for text there.

A page of a dossier is half margins; the last page of a document often holds three lines. Only
whole bands from edge to edge are taken out: no row of text can cross one. Where all that is left
stands in a narrow strip, such as a stamped number, only the strip is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.ink import Pixels

_INK = 12
"""Grey levels by which a fine mark stands out from the paper around it. Faint pencil has 20; a
page whose paper is rougher than this is looked at as a whole."""

_STROKE_MM = 2.0
"""Marks up to this wide stand out; wider shades are paper, and a band with a shade alone is
empty."""

_KEPT_MM = 5.0
"""What stays of an empty band on each side of ink: a row must keep room around it."""

STEP = 256
"""The rows kept are filled up to whole steps, because the runtime prepares itself for every new
size it meets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Squeezed:
    """A grey page without its empty bands. `bands` are (first row here, rows of the page taken
    out above it), from top to bottom; `left` columns were taken out on the left."""

    image: Pixels
    bands: tuple[tuple[int, int], ...]
    left: int = 0

    def on_page(self, quad: NDArray[np.float64]) -> NDArray[np.float64]:
        """The quad (4 x 2, pixels of `image`) in pixels of the whole page."""
        middle = float(quad[:, 1].mean())
        taken = [out for first, out in self.bands if first <= middle] or [self.bands[0][1]]
        moved = quad.copy()
        moved[:, 0] += self.left
        moved[:, 1] += taken[-1]
        return moved


def squeezed(page: Pixels, dpi: float) -> Squeezed | None:
    """The grey page (height x width, at `dpi`) without empty bands; None when all is empty."""
    height, width = page.shape
    marks = _marks(page, dpi)
    kept = _near(marks.sum(axis=1), height, dpi)
    if not kept.any():
        return None
    missing = -int(kept.sum()) % STEP
    # Rows of the page itself fill the last step up, so that no edge appears which is not there.
    kept[np.flatnonzero(~kept)[:missing]] = True
    borders = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    starts, ends = borders[::2], borders[1::2]
    bands, first = [], 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        bands.append((first, start - first))
        first += end - start
    left, right = _strip(np.flatnonzero(_near(marks.sum(axis=0), width, dpi)), width)
    image = page if first == height else page[kept]
    return Squeezed(image=np.ascontiguousarray(image[:, left:right]), bands=tuple(bands), left=left)


def _strip(inked: NDArray[np.intp], width: int) -> tuple[int, int]:
    """First and last column, in whole steps, of a strip that holds all columns `inked`; the whole
    width where the strip is no narrower than half of it."""
    if len(inked) == 0:
        return 0, width
    across = int(inked[-1]) + 1 - int(inked[0])
    across += -across % STEP
    if across > width / 2:
        return 0, width
    left = min(int(inked[0]), width - across)
    return left, left + across


def _marks(page: Pixels, dpi: float) -> NDArray[np.bool_]:
    """The marks on the page, at half its size."""
    # At half size two dots of grain are one, and the measure costs a quarter.
    half = cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    stroke = max(3, round(_STROKE_MM * dpi / 25.4 / 2))
    marks = cv2.morphologyEx(half, cv2.MORPH_BLACKHAT, np.ones((stroke, stroke), np.uint8))
    return np.asarray(marks > _INK)


def _near(marked: NDArray[np.int64], count: int, dpi: float) -> NDArray[np.bool_]:
    """Which of `count` rows (or columns) of the page hold marks or lie near some; `marked` are
    the numbers of marks at half size."""
    reach = 2 * max(1, round(_KEPT_MM * dpi / 25.4 / 2)) + 1
    inked = (marked >= 2).astype(np.uint8)[:, None]
    near = cv2.dilate(inked, np.ones((reach, 1), np.uint8))
    places = np.minimum(np.arange(count) // 2, len(near) - 1)
    return np.asarray(near[places, 0] > 0)
