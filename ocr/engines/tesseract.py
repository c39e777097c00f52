"""Tesseract through its command line (pytesseract): the second engine, light on memory.

It is fed the flattened red channel at about 200 dpi, at which it is both faster and more
accurate than at 300.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray
from pytesseract import TesseractError, TesseractNotFoundError

from app.kernel.errors import Broken
from ocr.engines.forms import Cell, Rectangle, taken_apart
from ocr.engines.ink import Pixels, flattened, without_red
from ocr.engines.reading_order import in_reading_order
from ocr.tree import Box, Character, Line, TextTree

_TARGET_DPI = 200
_A4_INCHES = 8.27 * 11.69
_KEEP_FROM = 0.2

_FAINTEST = 200
"""Grey level (paper is 255) above which nothing is ink: a sheet without any is not read."""

_HTML = "{http://www.w3.org/1999/xhtml}"
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_LATIN = re.compile(r"[0-9A-Za-z]")


class TesseractEngine:
    """Tesseract with the language packs `languages` ("chi_sim" or "chi_sim+chi_tra").

    `segmentation` is Tesseract's page segmentation mode: 6 (one block) loses the fewest lines on
    court pages, 3 (automatic) suits pages in columns.

    Raises Broken OCR-102 when the program is missing and OCR-103 when a language pack is.
    """

    name = "tesseract"

    def __init__(self, languages: str = "chi_sim", segmentation: int = 6) -> None:
        # Read by the child when it starts: two OpenMP threads gain 5 % and burn a second core.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        try:
            program = str(pytesseract.get_tesseract_version())
            installed = pytesseract.get_languages()
        except TesseractNotFoundError as error:
            raise Broken("OCR-102", program=pytesseract.pytesseract.tesseract_cmd) from error
        for language in languages.split("+"):
            if language not in installed:
                raise Broken(
                    "OCR-103", language=language, package=f"tesseract-ocr-{_packaged(language)}"
                )
        self._languages = languages
        self._segmentation = segmentation
        self.version = f"{program}+{languages}"

    def recognise(self, page: Pixels, orientation: int, dpi: int = 0) -> TextTree:
        """All lines of an upright BGR page in reading order, the lines of a cell together.

        `dpi` 0 means unknown: the page is then taken for A4. Raises Broken OCR-104 when the
        program fails on the page.
        """
        height, width = page.shape[:2]
        grey, scale = _prepared(without_red(page), dpi)
        form = taken_apart(grey, _TARGET_DPI)
        running = [[line] for line in self._read(form.running)]
        cells: list[list[Line]] = [[] for _ in form.cells]
        if form.sheet is not None:
            for line in self._read(form.sheet):
                index = _cell_of(line, form.cells)
                cell = form.cells[index]
                cells[index].append(_moved(line, cell.ink[0] - cell.left, cell.ink[1] - cell.top))
        blocks = running + [lines for lines in cells if lines]
        frames: list[Box] = [lines[0].box for lines in running]
        frames += [
            _as_box(cell.frame) for cell, lines in zip(form.cells, cells, strict=True) if lines
        ]
        return TextTree(
            engine=self.name,
            engine_version=self.version,
            width=width,
            height=height,
            orientation=orientation,
            lines=tuple(
                _scaled(line, scale, width, height)
                for index in in_reading_order(_quads(frames))
                for line in blocks[index]
            ),
        )

    def _read(self, grey: Pixels) -> list[Line]:
        """The lines of a grey image from top to bottom, boxes in its pixels."""
        if int(grey.min()) > _FAINTEST:
            return []
        config = f"--oem 1 --psm {self._segmentation} --dpi {_TARGET_DPI} -c hocr_char_boxes=1"
        try:
            # hOCR and not TSV: one call gives lines and characters, both with their confidence.
            markup = pytesseract.image_to_pdf_or_hocr(
                grey, lang=self._languages, extension="hocr", config=config
            )
        except TesseractNotFoundError as error:
            raise Broken("OCR-102", program=pytesseract.pytesseract.tesseract_cmd) from error
        except TesseractError as error:
            raise Broken(
                "OCR-104", status=error.status, reason=str(error.message)[-300:]
            ) from error
        return list(_lines(markup))


def _packaged(language: str) -> str:
    return language.replace("_", "-")


def _prepared(grey: Pixels, dpi: int) -> tuple[Pixels, float]:
    """The grey page at the target resolution, and the factor from it back to the page."""
    resolution = dpi if dpi > 0 else float(np.sqrt(grey.size / _A4_INCHES))
    scale = min(1.0, _TARGET_DPI / resolution)
    if scale < 1.0:
        grey = np.asarray(
            cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    return flattened(grey), 1.0 / scale


def _lines(markup: bytes) -> Iterator[Line]:
    for element in ElementTree.fromstring(markup).iter(f"{_HTML}span"):
        if element.get("class") not in {
            "ocr_line",
            "ocr_header",
            "ocr_caption",
            "ocr_textfloat",
        }:
            continue
        text = ""
        characters: list[Character] = []
        for word in element.iter(f"{_HTML}span"):
            if word.get("class") != "ocrx_word":
                continue
            added = [
                Character(
                    text=glyph.text or "",
                    confidence=_numbers(glyph)[4] / 100.0,
                    box=_box(_numbers(glyph)),
                )
                for glyph in word.iter(f"{_HTML}span")
                if glyph.get("class") == "ocrx_cinfo" and (glyph.text or "").strip()
            ]
            if not added:
                continue
            # Only words of the Latin script stand apart; the engine also parts Chinese words.
            if text and _LATIN.match(text[-1]) and _LATIN.match(added[0].text):
                text += " "
            text += "".join(character.text for character in added)
            characters += added
        if not characters:
            continue
        confidence = float(np.mean([character.confidence for character in characters]))
        if confidence >= _KEEP_FROM:
            yield Line(
                text=text,
                confidence=confidence,
                box=_box(_numbers(element)),
                characters=tuple(characters),
            )


def _numbers(element: ElementTree.Element) -> list[float]:
    """Box and, for characters, confidence: the numbers of a title such as "bbox 1 2 3 4; …"."""
    return [float(number) for number in _NUMBERS.findall(element.get("title", ""))]


def _box(numbers: list[float]) -> Box:
    return (numbers[0], numbers[1], numbers[2], numbers[3])


def _as_box(frame: Rectangle) -> Box:
    return (float(frame[0]), float(frame[1]), float(frame[2]), float(frame[3]))


def _cell_of(line: Line, cells: tuple[Cell, ...]) -> int:
    """Which cell's place on the sheet the line lies in, by the nearest middle of its height."""
    middle = (line.box[1] + line.box[3]) / 2
    outside = [
        max(cell.top - middle, middle - (cell.top + cell.ink[3] - cell.ink[1]), 0.0)
        for cell in cells
    ]
    return int(np.argmin(outside))


def _quads(boxes: list[Box]) -> NDArray[np.float64]:
    return np.array(
        [[(x0, y0), (x1, y0), (x1, y1), (x0, y1)] for x0, y0, x1, y1 in boxes], dtype=np.float64
    ).reshape(-1, 4, 2)


def _moved(line: Line, across: float, down: float) -> Line:
    def moved(box: Box) -> Box:
        return (box[0] + across, box[1] + down, box[2] + across, box[3] + down)

    return _with_boxes(line, moved)


def _scaled(line: Line, scale: float, width: int, height: int) -> Line:
    def scaled(box: Box) -> Box:
        x0, y0, x1, y1 = (min(max(0.0, value * scale), float(max(width, height))) for value in box)
        return (min(x0, width), min(y0, height), min(x1, width), min(y1, height))

    return _with_boxes(line, scaled)


def _with_boxes(line: Line, placed: Callable[[Box], Box]) -> Line:
    return Line(
        text=line.text,
        confidence=line.confidence,
        box=placed(line.box),
        characters=tuple(
            Character(text=c.text, confidence=c.confidence, box=placed(c.box))
            for c in line.characters
        ),
    )
