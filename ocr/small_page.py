"""A page made small once, for everything that looks at it as a whole after reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.shrinking import shrunk
from ocr.tree import Box

Pixels = NDArray[np.uint8]

_LEAST_DPI = 100
"""A hairline of a table, a tenth of a millimetre, is still seen at this resolution."""

_A4_LONG_INCHES = 11.69


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallPage:
    """`pixels` are BGR; `step` of the page's pixels went into one, of which `per_mm` are a
    millimetre. `width` and `height` are those of the page itself."""

    pixels: Pixels
    step: int
    per_mm: float
    width: int
    height: int

    def on_page(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box in small pixels as one in the page's pixels."""
        return (
            float(x0 * self.step),
            float(y0 * self.step),
            min(float(x1 * self.step), float(self.width)),
            min(float(y1 * self.step), float(self.height)),
        )

    def rows_and_columns(self, box: Box, reach: float = 0.0) -> tuple[slice, slice]:
        """The part of `pixels` that a box of the page, grown by `reach`, covers."""
        x0, y0, x1, y1 = box
        return (
            slice(max(0, int((y0 - reach) / self.step)), int((y1 + reach) / self.step) + 1),
            slice(max(0, int((x0 - reach) / self.step)), int((x1 + reach) / self.step) + 1),
        )


def small_page(page: Pixels, dpi: int) -> SmallPage:
    """The upright BGR page at 100 to 200 dpi; `dpi` 0 means unknown: taken for A4."""
    height, width = page.shape[:2]
    resolution = dpi if dpi > 0 else max(height, width) / _A4_LONG_INCHES
    step = max(1, int(resolution // _LEAST_DPI))
    whole = page[: max(step, height - height % step), : max(step, width - width % step)]
    size = (max(1, whole.shape[1] // step), max(1, whole.shape[0] // step))
    return SmallPage(
        pixels=shrunk(np.asarray(whole, dtype=np.uint8), *size),
        step=step,
        per_mm=resolution / step / 25.4,
        width=width,
        height=height,
    )
