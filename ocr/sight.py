"""What has been measured on one side before its faults are looked for: the ground that every
detector of `ocr.detectors` stands on, so that no measure is taken twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ocr.image.border import Border
from ocr.image.exposure import Exposure
from ocr.image.orientation import Orientation
from ocr.image.sharpness import Sharpness
from ocr.image.skew import Skew
from ocr.image.view import PageView
from ocr.image.written import Written
from ocr.tree import Box

WorkBox = tuple[int, int, int, int]

_Derived = TypeVar("_Derived")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """One side as it was loaded (not turned upright).

    `view` is the page at working resolution; `inner` bounds the page without dark edges, in
    working pixels. `orientation` and `skew` are silent (0) on a blank side. `width`, `height` and
    `dpi` (0 unknown) are of the page in full.
    """

    view: PageView
    edges: tuple[Border, ...]
    inner: WorkBox
    written: Written
    exposure: Exposure
    sharpness: Sharpness
    orientation: Orientation
    skew: Skew
    blank: bool
    width: int
    height: int
    dpi: int
    _derived: dict[Callable[[Sight], Any], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def once(self, make: Callable[[Sight], _Derived]) -> _Derived:
        """What `make` derives from this side, made when the first detector asks for it."""
        if make not in self._derived:
            self._derived[make] = make(self)
        derived: _Derived = self._derived[make]
        return derived

    def leaning(self, degrees: float) -> float:
        """By how many degrees (0 to 45) something leans from the lines of the page and from what
        is square to them; `degrees` is how it leans in the picture."""
        return abs((degrees + self.skew.degrees + 45) % 90 - 45)

    def page_box(self, box: WorkBox) -> Box:
        """A box of working pixels in pixels of the page, inside the page."""
        scale = self.view.scale
        x0, y0, x1, y1 = (value * scale for value in box)
        return (
            round(max(0.0, x0), 1),
            round(max(0.0, y0), 1),
            round(min(float(self.width), x1), 1),
            round(min(float(self.height), y1), 1),
        )
