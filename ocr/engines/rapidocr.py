"""RapidOCR's models (PP-OCRv6 small, inside its wheel) on OpenVINO, else on onnxruntime.

The page is read on its red channel, so that seals vanish; red print is read in a second pass.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.metadata import version as installed_version

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import Broken
from ocr.engines.character_network import load_character_network
from ocr.engines.digits import DigitReading, digit_classes, digit_strings
from ocr.engines.empty_rows import STEP, squeezed
from ocr.engines.ink import Pixels, red_mask, red_text_only
from ocr.engines.networks import RUNTIMES
from ocr.engines.reading_order import in_reading_order
from ocr.engines.row_reading import HEIGHT, RowReader, RowText
from ocr.engines.text_network import TextNetwork, load_text_network
from ocr.engines.text_rows import Quad, find_rows
from ocr.shrinking import shrunk
from ocr.tree import Box, Line, TextTree

_LOG = logging.getLogger(__name__)

_KEEP_FROM = 0.2
"""Lines below this score are specks; all others stay, with their confidence shown."""

_RED_SHARE = 0.003
"""Share of clearly red pixels from which the red ink is read in a second pass."""

_RED_KEEP_FROM = 0.6
"""Lines of the red pass must be surer: what is left of a seal reads as weak noise."""

_FIND_DPI = 120
"""Resolution at which rows are looked for. Type of 9 points is 15 pixels high then. At 100 lone
page numbers at the foot and dates under seals begin to be missed."""

_FIND_SIDES = (1280, 2880)
"""Long side of the page looked at, in pixels: small sheets carry small type (receipts, cards),
and a resolution that the file states wrongly must neither blur the page nor fill the memory."""

_USUAL_STEPS = (1, 4, 5)
"""Heights, in steps, that most pages leave when their empty bands are out, besides a full page.
A stamped number in red leaves one step each way."""

_SMALL_SIDE = 192
"""Rows on a corner of a page are looked for on at least this many pixels."""

_A4_LONG_INCHES = 11.69


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    row: RowText
    quad: Quad


class RapidOcrEngine:
    """The default engine: simplified and traditional Chinese in one model.

    `runtimes` are tried in order; the first that starts is used for the life of the engine.
    Raises Broken OCR-101 when none starts.
    """

    name = "rapidocr"

    def __init__(self, runtimes: tuple[str, ...] = RUNTIMES) -> None:
        reasons: list[str] = []
        for runtime in runtimes:
            try:
                self._finder, self._reader = _start(runtime)
            except Exception as error:
                # A runtime may fail in any way (missing library, unknown processor, no memory);
                # whatever the reason, the next one is tried and the reason is kept.
                _LOG.warning("recognition runtime %s did not start: %r", runtime, error)
                reasons.append(f"{runtime}: {error}")
                continue
            self._digit_classes = digit_classes(self._reader.alphabet)
            self.version = f"{installed_version('rapidocr')}+{runtime}"
            return
        raise Broken("OCR-101", engine=self.name, reason="; ".join(reasons)[:500])

    def warm_up(self) -> None:
        """Lets the runtime prepare itself for the shapes of an ordinary page (a few seconds)."""
        width, height = (round(inches * _FIND_DPI) for inches in (8.27, _A4_LONG_INCHES))
        usual = [(STEP * count, width) for count in _USUAL_STEPS]
        for shape in (*usual, (height, width), (STEP, STEP)):
            find_rows(self._finder, np.full(shape, 255, dtype=np.uint8))
        self._reader.prepare()

    def recognise(self, page: Pixels, orientation: int, dpi: int = 0) -> TextTree:
        """All lines of an upright BGR page in reading order; `orientation` is only recorded.

        `dpi` 0 means unknown: the page is then taken for A4.
        """
        height, width = page.shape[:2]
        resolution = dpi if dpi > 0 else max(1, round(max(height, width) / _A4_LONG_INCHES))
        # In the red channel red seals vanish; black and blue ink stays dark.
        red = np.asarray(cv2.extractChannel(page, 2), dtype=np.uint8)
        found = self._lines(red, resolution, keep_from=_KEEP_FROM)
        found += self._red_lines(page, resolution, [line.quad for line in found])
        quads = np.array([line.quad for line in found], dtype=np.float64).reshape(-1, 4, 2)
        return TextTree(
            engine=self.name,
            engine_version=self.version,
            width=width,
            height=height,
            orientation=orientation,
            lines=tuple(
                _line(found[index].row, found[index].quad, width, height)
                for index in in_reading_order(quads)
            ),
        )

    def read_digits(self, crops: list[Pixels]) -> list[DigitReading]:
        """What each crop (BGR, one short line, dark on light) says, and as digits how likely."""
        rows = [_as_row(crop) for crop in crops]
        readings: dict[int, DigitReading] = {}
        for index, answer in self._reader.answers(rows, self._digit_classes):
            readings[index] = digit_strings(answer, self._reader.alphabet)
        return [readings[index] for index in range(len(crops))]

    def read_both(
        self, one: Pixels, other: Pixels, dpi: int, wanted: frozenset[str]
    ) -> list[tuple[Line, Line]]:
        """The rows of the grey page `one` that have a character of `wanted`, each as it is read
        there and in the same place of `other`, a grey page of the same size and resolution."""
        high, wide = one.shape
        rows = [
            found
            for found in self._lines(one, dpi, keep_from=_KEEP_FROM)
            if wanted & set(found.row.text)
        ]
        texts = self._reader.read(other, [found.quad for found in rows])
        return [
            (_line(found.row, found.quad, wide, high), _line(text, found.quad, wide, high))
            for found, text in zip(rows, texts, strict=True)
        ]

    def find_rows(self, image: Pixels) -> list[NDArray[np.float64]]:
        """Quads of the text rows on a small BGR image (a corner of a page), detection only."""
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        enlarged = max(1.0, _SMALL_SIDE / min(grey.shape))
        if enlarged > 1.0:
            grey = cv2.resize(grey, None, fx=enlarged, fy=enlarged)
        return [quad / enlarged for quad in find_rows(self._finder, np.asarray(grey, np.uint8))]

    def _lines(self, grey: Pixels, resolution: int, keep_from: float) -> list[_Found]:
        longest = max(grey.shape)
        wanted = float(np.clip(longest / resolution * _FIND_DPI, *_FIND_SIDES))
        scale = min(1.0, wanted / longest)
        height, width = grey.shape
        small = shrunk(grey, max(1, round(width * scale)), max(1, round(height * scale)))
        looked_at = squeezed(small, resolution * scale)
        if looked_at is None:
            return []
        factor = np.array([grey.shape[1] / small.shape[1], grey.shape[0] / small.shape[0]])
        quads = [
            looked_at.on_page(quad) * factor for quad in find_rows(self._finder, looked_at.image)
        ]
        return [
            _Found(row=row, quad=quad)
            for row, quad in zip(self._reader.read(grey, quads), quads, strict=True)
            if row.text.strip() and row.confidence >= keep_from
        ]

    def _red_lines(self, page: Pixels, resolution: int, covered: list[Quad]) -> list[_Found]:
        # One pixel of sixteen tells the share well enough to call for the exact count or not.
        few = red_mask(np.ascontiguousarray(page[::4, ::4]))
        if int(np.count_nonzero(few)) <= _RED_SHARE / 2 * few.size:
            return []
        mask = red_mask(page)
        if int(np.count_nonzero(mask)) <= _RED_SHARE * mask.size:
            return []
        text = red_text_only(page, mask, resolution)
        if text is None:
            return []
        known = [_bounds(quad) for quad in covered]
        return [
            line
            for line in self._lines(text, resolution, keep_from=_RED_KEEP_FROM)
            if not _overlaps_any(_bounds(line.quad), known)
        ]


def _start(runtime: str) -> tuple[TextNetwork, RowReader]:
    finder, reader = load_text_network(runtime), RowReader(load_character_network(runtime))
    # A runtime that cannot run must fail here, not at page one.
    list(reader.answers([np.full((HEIGHT, 96), 255, dtype=np.uint8)]))
    return finder, reader


def _line(row: RowText, quad: Quad, width: int, height: int) -> Line:
    return Line(
        text=row.text,
        confidence=row.confidence,
        box=_box(quad, width, height),
        characters=row.characters,
    )


def _as_row(crop: Pixels) -> Pixels:
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    size = (max(8, int(np.ceil(HEIGHT * width / height))), HEIGHT)
    return np.asarray(cv2.resize(grey, size), dtype=np.uint8)


def _bounds(quad: NDArray[np.float64]) -> Box:
    return (
        float(quad[:, 0].min()),
        float(quad[:, 1].min()),
        float(quad[:, 0].max()),
        float(quad[:, 1].max()),
    )


def _box(quad: NDArray[np.float64], width: int, height: int) -> Box:
    x0, y0, x1, y1 = _bounds(quad)
    return (max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1))


def _overlaps_any(box: Box, others: list[Box]) -> bool:
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    return any(
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        > 0.15 * area
        for other in others
    )
