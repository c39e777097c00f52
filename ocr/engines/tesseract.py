"""Tesseract through its command line (pytesseract): the second engine, light on memory.

It is fed the flattened red channel at about 200 dpi, at which it is both faster and more
accurate than at 300.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import cv2
import numpy as np
import pytesseract
from pytesseract import TesseractError, TesseractNotFoundError

from app.kernel.errors import Broken
from ocr.engines.ink import Pixels, flattened
from ocr.tree import Box, Character, Line, TextTree

_TARGET_DPI = 200
_A4_INCHES = 8.27 * 11.69
_KEEP_FROM = 0.2
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
        """All lines of an upright BGR page, in the engine's own reading order.

        `dpi` 0 means unknown: the page is then taken for A4. Raises Broken OCR-104 when the
        program fails on the page.
        """
        height, width = page.shape[:2]
        grey, scale = _prepared(np.ascontiguousarray(page[:, :, 2]), dpi)
        config = f"--oem 1 --psm {self._segmentation} --dpi {_TARGET_DPI} -c hocr_char_boxes=1"
        try:
            # hOCR and not TSV: one call gives lines and characters, both with their confidence.
            page_markup = pytesseract.image_to_pdf_or_hocr(
                grey, lang=self._languages, extension="hocr", config=config
            )
        except TesseractNotFoundError as error:
            raise Broken("OCR-102", program=pytesseract.pytesseract.tesseract_cmd) from error
        except TesseractError as error:
            raise Broken(
                "OCR-104", status=error.status, reason=str(error.message)[-300:]
            ) from error
        return TextTree(
            engine=self.name,
            engine_version=self.version,
            width=width,
            height=height,
            orientation=orientation,
            lines=tuple(_lines(page_markup, scale, width, height)),
        )


def _packaged(language: str) -> str:
    return language.replace("_", "-")


def _prepared(red: Pixels, dpi: int) -> tuple[Pixels, float]:
    """The grey page at the target resolution, and the factor from it back to the page."""
    resolution = dpi if dpi > 0 else float(np.sqrt(red.size / _A4_INCHES))
    scale = min(1.0, _TARGET_DPI / resolution)
    if scale < 1.0:
        red = np.asarray(
            cv2.resize(red, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    return flattened(red), 1.0 / scale


def _lines(markup: bytes, scale: float, width: int, height: int) -> Iterator[Line]:
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
                    box=_scaled(_numbers(glyph), scale, width, height),
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
                box=_scaled(_numbers(element), scale, width, height),
                characters=tuple(characters),
            )


def _numbers(element: ElementTree.Element) -> list[float]:
    """Box and, for characters, confidence: the numbers of a title such as "bbox 1 2 3 4; …"."""
    return [float(number) for number in _NUMBERS.findall(element.get("title", ""))]


def _scaled(numbers: list[float], scale: float, width: int, height: int) -> Box:
    x0, y0, x1, y1 = (number * scale for number in numbers[:4])
    return (max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1))
