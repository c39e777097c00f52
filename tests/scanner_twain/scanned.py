"""What a batch of the test scanner delivered, and what its pages look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy
from PIL import Image

from app.kernel.errors import Fault
from app.kernel.progress import Cancelled
from scanner.api import ScanEvent, ScannedSide, ScanWarning


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What came of one batch, and what the manager wrote down about it."""

    events: list[ScanEvent] = field(default_factory=list)
    error: Fault | Cancelled | None = None
    trace: list[str] = field(default_factory=list)

    @property
    def sides(self) -> list[ScannedSide]:
        return [event for event in self.events if isinstance(event, ScannedSide)]

    @property
    def warnings(self) -> list[tuple[str, dict[str, Any]]]:
        found = [event for event in self.events if isinstance(event, ScanWarning)]
        return [(warning.code, warning.parameters) for warning in found]

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.warnings]

    def value_set(self, capability: int) -> str:
        """The last value that the source was given for a capability."""
        lines = [line for line in self.trace if line.startswith(f"SET 0x{capability:04X} = ")]
        return lines[-1].split(" = ")[1].split(":")[0].strip()


def expected_pixels(page: int, kind: str, size: tuple[int, int] = (61, 23), bits: int = 8) -> Any:
    """The pixels that the source draws for `page`, as dsm/pages.c computes them."""
    x = numpy.arange(size[0])[None, :]
    y = numpy.arange(size[1])[:, None]
    if kind == "lineart":
        return ((x // 3 + y // 2 + page) & 1) == 0
    channels = range(3) if kind == "color" else range(1)
    if bits == 16:
        planes = [(x * 257 + y * 31 + page * 1009 + c * 4099) & 0xFFFF for c in channels]
    else:
        planes = [(x * 3 + y * 5 + page * 37 + c * 61) & 0xFF for c in channels]
    stacked = numpy.stack(planes, axis=-1)
    return stacked if kind == "color" else stacked[:, :, 0]


def pixels(path: Path) -> Any:
    """The pixels of a file, 16-bit ones unreduced."""
    with Image.open(path) as image:
        if image.mode == "1":
            return numpy.asarray(image)
    found = cv2.imdecode(numpy.fromfile(path, numpy.uint8), cv2.IMREAD_UNCHANGED)
    return found[:, :, ::-1] if found.ndim == 3 else found
