"""Whether the pale marks between the writing of a face are the other face of its sheet.

The ink of this face is taken off with all that lies next to it; what is left either follows the
mirrored other face, and is that face seen through the paper, or it does not: a watermark, a note
in pencil, a carbon copy.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.bleed_through import front_level
from ocr.faces import Box, at_scale
from ocr.faces_registration import PIXEL_MM, Overlay, laid_over
from ocr.image.border import borders, inner_box
from ocr.image.limits import Limits
from ocr.image.view import Gray, PageView

_EDGE_MM = 4.0
_HALO_MM = 0.7
# Of a pixel at the scale of comparison so much must be free of the ink of this face.
_FREE = 250
# The other face as dark as this tells how much of it comes through.
_CORE = 0.35
_CORE_OF_THIN = 0.6
_EMPTY = 12
_FEWEST = 60
# The marks follow the other face so well where it shines through.
_FOLLOWS = 0.3
# The least share of the darkness of the other face, against the limit, and the darkness its ink
# reaches on this face, against the limit: what comes through sound paper is neither.
_SHARE = 1.3
_DARKNESS = 0.75
# Where the other face shines through it does so nearly everywhere: what one look found stands if
# so much of the limit is reached over three quarters of its ink.
_CONFIRMED = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Between:
    """What the other face explains of the pale marks of this one.

    `likeness` tells how well the marks follow it (-1 to 1), `share` how much of its darkness comes
    through (`least` over three quarters of its ink), `darkness` how dark the darkest sixth of
    that is (shares of full ink); `box` bounds it in working pixels, None where nothing can be said.
    """

    likeness: float
    share: float
    least: float
    darkness: float
    box: Box | None

    def shines_through(self, limits: Limits) -> bool:
        """The other face comes through, so that it disturbs."""
        return (
            self.likeness > _FOLLOWS
            and self.share > _SHARE * limits.bleed_through
            and self.darkness > _DARKNESS * limits.bleed_through
        )

    def is_strange(self, limits: Limits) -> bool:
        """Whatever the marks are, they are not this face."""
        return self.box is not None and self.least < _CONFIRMED * limits.bleed_through


def seen_between(view: PageView, other: PageView) -> Between:
    """The pale marks of a written face against the `other` one of its sheet; both as they were
    scanned."""
    inner = inner_box(view, borders(view))
    marks, free = _pale_at_scale(view, inner)
    overlay = laid_over(marks, at_scale(other, inner_box(other, borders(other))))
    return _between(marks, free, overlay, view)


def _pale_at_scale(view: PageView, inner: Box) -> tuple[Gray, NDArray[np.bool_]]:
    """The pale marks in pixels of `PIXEL_MM`, bare paper where there is ink of this face, and
    where none of it is near."""
    x0, y0, x1, y1 = inner
    edge = round(view.millimetres(_EDGE_MM))
    part = (slice(y0 + edge, y1 - edge), slice(x0 + edge, x1 - edge))
    own = view.ink[part]
    dark = cv2.threshold(own, front_level(own), 255, cv2.THRESH_BINARY)[1]
    side = 2 * round(view.millimetres(_HALO_MM)) + 1
    near = np.asarray(cv2.dilate(dark, np.ones((side, side), np.uint8)), dtype=np.uint8)
    bare = own[::4, ::4][near[::4, ::4] == 0]
    kept = own.copy()
    kept[near > 0] = int(np.median(bare)) if bare.size else 0
    pale, free = np.zeros_like(view.ink), np.zeros_like(view.ink)
    pale[part], free[part] = kept, cv2.bitwise_not(near)
    factor = 25.4 / (view.dpi * PIXEL_MM)
    size = (max(32, round(view.width * factor)), max(32, round(view.height * factor)))
    small = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (pale, free)]
    return np.asarray(small[0], dtype=np.uint8), np.asarray(small[1] > _FREE, dtype=np.bool_)


def _between(marks: Gray, free: NDArray[np.bool_], overlay: Overlay, view: PageView) -> Between:
    face = cv2.GaussianBlur(overlay.face, (0, 0), 0.7).astype(np.float32) / 255
    around = cv2.dilate(overlay.face, np.ones((5, 5), np.uint8))
    inked = face[face > _CORE / 4]
    # Thin print fills no pixel.
    most = float(np.percentile(inked, 95)) if inked.size else 0.0
    core = free & (face > min(_CORE, _CORE_OF_THIN * most))
    empty = marks[free & (around < _EMPTY)]
    if int(np.count_nonzero(core)) < _FEWEST:
        return Between(likeness=overlay.likeness, share=0.0, least=0.0, darkness=0.0, box=None)
    paper = float(np.median(empty if empty.size >= _FEWEST else marks))
    darkness = (marks[core].astype(np.float32) - paper) / 255
    y, x = np.nonzero(core)
    scale = view.dpi * PIXEL_MM / 25.4
    left, right = (round(float(value) * scale) for value in np.percentile(x, (1, 99)))
    top, bottom = (round(float(value) * scale) for value in np.percentile(y, (1, 99)))
    return Between(
        likeness=overlay.likeness,
        share=float(np.median(darkness / face[core])),
        least=float(np.percentile(darkness / face[core], 25)),
        darkness=float(np.percentile(darkness, 85)),
        box=(left, top, right, bottom),
    )
