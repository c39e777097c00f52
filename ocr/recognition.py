"""Recognition of one side: text tree, page-number candidates, fields. Runs in a worker process.

Everything comes back as plain data (`ocr.api.Recognition`), ready for JSON.
"""

from __future__ import annotations

import functools
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.api import NumberReading, RecognitionEngine
from ocr.fields.case_numbers import case_numbers
from ocr.fields.dates import dates
from ocr.fields.page_number import DigitReader, page_numbers
from ocr.fields.page_number_text import numbers_in_text
from ocr.fields.printed_page import printed_page
from ocr.image.load import LoadedPage, load_page, turned
from ocr.tree import Box, Character, Line, TextTree

Pixels = NDArray[np.uint8]

_ENGINES = {
    "rapidocr": "ocr.engines.rapidocr:RapidOcrEngine",
    "tesseract": "ocr.engines.tesseract:TesseractEngine",
    "replay": "ocr.engines.replay:ReplayEngine",
}

_DESKEW_FROM = {"rapidocr": 2.0, "tesseract": 0.15}
"""Degrees of tilt from which a page is levelled before reading: the first engine reads tilted
lines as they are, the second loses whole lines."""


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
    `TextTree.as_record`), "numbers", "printed_page", "fields" and "seconds"; all boxes are in
    pixels of the upright page, never of a levelled copy.

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
    printed = printed_page(tree)
    return {
        "tree": tree.as_record(),
        "numbers": [_as_record(number) for number in numbers],
        "printed_page": None if printed is None else list(printed),
        "fields": {"case_numbers": case_numbers(tree), "dates": dates(tree)},
        "seconds": round(time.perf_counter() - started, 3),
    }


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
    loaded = load_page(Path(path), frame)
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

    return TextTree(
        engine=tree.engine,
        engine_version=tree.engine_version,
        width=width,
        height=height,
        orientation=turn,
        lines=tuple(
            Line(
                text=line.text,
                confidence=line.confidence,
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
