"""The port of recognition and inspection: plain data in, plain data out, safe to run in a worker.

The functions behind this port are reached by name, because importing them
loads the pixel libraries, which must stay out of the window's process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from ocr.tree import Box, TextTree

EXAMINE = "ocr.inspection:examine"
RECOGNISE = "ocr.recognition:recognise"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A fault of one side by the codes of the contract, with what was measured and allowed."""

    code: str
    severity: str
    value: float
    limit: float
    box: Box | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Examination:
    """What the machine measured on one side.

    `orientation` is the clockwise turn in degrees that sets the page upright; `skew_deg` is the
    remaining clockwise tilt of the upright page. `fingerprint` is for `similarity` only: a string
    that changes little under rescanning. Empty measures and one `unreadable` finding when the
    bytes cannot be decoded; `fault` is the IMG code that says why. With "IMG-102" a part of the
    page may have been decoded: `width` is not 0 then.
    """

    width: int
    height: int
    dpi: int
    measures: dict[str, float]
    findings: tuple[Finding, ...]
    fingerprint: str
    blank: bool
    fault: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberReading:
    """A candidate for the number stamped on the page: `value`, where, and how sure (0 to 1).

    `corner` is "top_right", "top_left", "bottom_right", "bottom_left" or "bottom_center".
    `rewritten` says that a struck number stands beside it.
    """

    value: int
    text: str
    confidence: float
    corner: str
    box: Box
    rewritten: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognition:
    """The text tree of one side and the fields read from it and from its pixels.

    `numbers` are candidates for the dossier page number, best first; `printed_page` is (x, y) of
    a printed "第 x 页 共 y 页" or None.
    """

    tree: TextTree
    numbers: tuple[NumberReading, ...]
    printed_page: tuple[int, int] | None
    fields: dict[str, Any] = field(default_factory=dict)


class RecognitionEngine(Protocol):
    """One recognition engine. `recognise` takes an upright BGR page (height x width x 3, uint8)
    and its resolution (0 = unknown)."""

    name: str
    version: str

    def recognise(self, page: Any, orientation: int, dpi: int = 0) -> TextTree:
        """All lines of the page in reading order. Raises Broken when the engine cannot start."""
        ...
