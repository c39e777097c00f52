"""Recognition of one side: text tree, page-number candidates, fields. Runs in a worker process.

Everything comes back as plain data (`ocr.api.Recognition`), ready for JSON.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.api import NumberReading, RecognitionEngine
from ocr.confidence import calibrated
from ocr.engines.forms import ruled_cells
from ocr.engines.layout import arranged
from ocr.fields.fields import fields_of
from ocr.fields.page_number import DigitReader, page_numbers
from ocr.fields.page_number_text import numbers_in_text
from ocr.fields.printed_page import printed_page
from ocr.image.load import LoadedPage, load_page, turned
from ocr.needs_person import Doubts, needs_person
from ocr.page_kinds import is_folded_sheet, page_kinds, photographs
from ocr.small_page import small_page
from ocr.stamped_lines import with_stamps_told
from ocr.tree import Box, Character, TextTree
from ocr.turned_text import with_columns_told, with_turned_text
from ocr.unread_areas import with_marked_lines, with_unread_ink

Pixels = NDArray[np.uint8]

_ENGINES = {
    "rapidocr": "ocr.engines.rapidocr:RapidOcrEngine",
    "tesseract": "ocr.engines.tesseract:TesseractEngine",
    "replay": "ocr.engines.replay:ReplayEngine",
}

_DESKEW_FROM = {"rapidocr": 2.0, "tesseract": 0.15}
"""Degrees of tilt from which a page is levelled before reading: the first engine reads tilted
lines as they are, the second loses whole lines."""

_READS_PARTS = ("rapidocr", "tesseract")
"""Engines that take any picture; "replay" knows whole pages only."""


def engines() -> tuple[str, ...]:
    """Names that `recognise` takes. An option may follow after a colon: "rapidocr:onnxruntime"
    forces the runtime, "tesseract:chi_sim+chi_tra" sets the languages, "replay:FOLDER" the store.
    """
    return tuple(_ENGINES)


def recognise(
    path: str, frame: int, turn: int, engine: str = "rapidocr", skew_deg: float = 0.0
) -> dict[str, Any]:
    """Read one side.

    `frame` counts pages within the file from 0, `turn` is the clockwise turn in degrees that sets
    the page upright, `skew_deg` the clockwise tilt that remains. The answer has "tree" (see
    `TextTree.as_record`), "numbers", "printed_page", "fields" (see `fields_of`, and "needs_person"
    as in `ocr.needs_person`) and "seconds"; all boxes are in pixels of the upright page, never of
    a levelled copy. Of a file that is cut off, what there is of the page is read.

    Raises BadInput OCR-106 for a turn that is no quarter turn, OCR-107 for an unknown engine,
    what `load_page` raises, and Broken OCR-101 to OCR-104 from the engines.
    """
    started = time.perf_counter()
    reader = start_engine(engine)
    loaded, page = _upright(path, frame, turn)
    tree = _read(reader, page, turn, loaded.dpi, skew_deg)
    if isinstance(reader, DigitReader):
        numbers = page_numbers(page, loaded.dpi, reader, tree)
    else:
        numbers = numbers_in_text(tree, loaded.dpi)
    tree, doubts = _judged(reader, page, loaded, turn, tree)
    printed = printed_page(tree)
    fields = fields_of(tree, numbers)
    return {
        "tree": tree.as_record(),
        "numbers": [_as_record(number) for number in numbers],
        "printed_page": None if printed is None else list(printed),
        "fields": fields | {"needs_person": needs_person(tree, doubts)},
        "seconds": round(time.perf_counter() - started, 3),
    }


def _judged(
    reader: RecognitionEngine, page: Pixels, loaded: LoadedPage, turn: int, tree: TextTree
) -> tuple[TextTree, Doubts]:
    """The tree in reading order with honest confidence and with what could not be read, and what
    a person must look at besides."""
    dpi = loaded.dpi
    unsure: tuple[Box, ...] = ()
    # A stored page was judged when it was stored, and its figures are rounded.
    if reader.name in _READS_PARTS:
        tree = calibrated(tree, page)
        again = with_turned_text(page, dpi, tree, lambda part, at: reader.recognise(part, 0, at))
        told = with_columns_told(again.tree)
        tree, unsure = told.tree, again.unsure + told.unsure
    small = small_page(page, dpi)
    pictures = photographs(small)
    kinds = page_kinds(dpi, tree, pictures)
    tree = with_marked_lines(page, with_stamps_told(small, tree))
    tree = with_unread_ink(page, small, tree, pictures)
    # Red print, of which seals are made, draws no tables here.
    black = np.asarray(cv2.extractChannel(small.pixels, 2), dtype=np.uint8)
    cells = ruled_cells(black, small.per_mm * 25.4)
    frames = [small.on_page(*cell) for cell in cells]
    tree = arranged(tree, frames, folded=is_folded_sheet(tree, dpi))
    return tree, Doubts(
        unsure=unsure,
        kinds=tuple(kinds),
        decoded_share=loaded.decoded_share,
        missing=None if loaded.missing is None else _turned_box(loaded, turn),
    )


def _turned_box(loaded: LoadedPage, turn: int) -> Box:
    """What is missing of the page as it was stored, on the upright page."""
    height, width = loaded.pixels.shape[:2]
    x0, y0, x1, y1 = loaded.missing or (0.0, 0.0, float(width), float(height))
    return {
        0: (x0, y0, x1, y1),
        90: (height - y1, x0, height - y0, x1),
        180: (width - x1, height - y1, width - x0, height - y0),
        270: (y0, width - x1, y1, width - x0),
    }[turn]


def read_numbers(
    path: str, frame: int, turn: int, engine: str = "rapidocr"
) -> list[dict[str, Any]]:
    """Only the page-number candidates of one side, from its corners, without reading the text.

    Costs a tenth of `recognise`. Raises as `recognise` does, and BadInput OCR-108 for an engine
    that reads whole pages only.
    """
    reader = start_engine(engine)
    if not isinstance(reader, DigitReader):
        raise BadInput("OCR-108", engine=engine)
    loaded, page = _upright(path, frame, turn)
    return [_as_record(number) for number in page_numbers(page, loaded.dpi, reader)]


@functools.lru_cache(maxsize=4)
def start_engine(name: str) -> RecognitionEngine:
    """The engine called `name` ("engine" or "engine:option"), started once per process.

    Models take seconds to load and most of the memory of a worker, so they are kept.
    Raises BadInput OCR-107 for an unknown name and what the engine raises when it cannot start.
    """
    plain, _, option = name.partition(":")
    if plain not in _ENGINES or (plain == "replay" and not option):
        raise BadInput("OCR-107", engine=name, known="、".join(_ENGINES))
    module, _, attribute = _ENGINES[plain].partition(":")
    make = getattr(import_module(module), attribute)
    if not option:
        engine: RecognitionEngine = make()
    elif plain == "rapidocr":
        engine = make(runtimes=(option,))
    else:
        engine = make(option)
    return engine


def _upright(path: str, frame: int, turn: int) -> tuple[LoadedPage, Pixels]:
    if turn not in {0, 90, 180, 270}:
        raise BadInput("OCR-106", turn=turn)
    loaded = load_page(Path(path), frame, partial=True)
    return loaded, np.ascontiguousarray(turned(loaded.pixels, turn))


def _read(
    engine: RecognitionEngine, page: Pixels, turn: int, dpi: int, skew_deg: float
) -> TextTree:
    if abs(skew_deg) <= _DESKEW_FROM.get(engine.name, 90.0):
        return engine.recognise(page, turn, dpi)
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew_deg, 1.0)
    level = cv2.warpAffine(
        page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    tree = engine.recognise(np.asarray(level, dtype=np.uint8), turn, dpi)
    back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)

    def on_page(box: Box) -> Box:
        x0, y0, x1, y1 = box
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ back.T
        left, top = np.clip(corners.min(axis=0), 0, (width, height))
        right, bottom = np.clip(corners.max(axis=0), 0, (width, height))
        return (float(left), float(top), float(right), float(bottom))

    return _placed(tree, on_page)


def _placed(tree: TextTree, on_page: Callable[[Box], Box]) -> TextTree:
    """The tree with every box moved by `on_page`."""
    return replace(
        tree,
        lines=tuple(
            replace(
                line,
                box=on_page(line.box),
                characters=tuple(
                    Character(text=c.text, confidence=c.confidence, box=on_page(c.box))
                    for c in line.characters
                ),
            )
            for line in tree.lines
        ),
    )


def _as_record(number: NumberReading) -> dict[str, Any]:
    record = asdict(number)
    record["box"] = [round(value, 1) for value in number.box]
    return record
