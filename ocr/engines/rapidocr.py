"""RapidOCR (PP-OCRv6 small, models inside its wheel) on OpenVINO, else on onnxruntime.

The page is read on its red channel, so that seals vanish; red print is read in a second pass.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import Broken
from ocr.engines.digits import DigitReading, digit_strings
from ocr.engines.ink import Pixels, red_channel, red_mask, red_text_only
from ocr.engines.reading_order import in_reading_order
from ocr.tree import Box, Character, Line, TextTree

_LOG = logging.getLogger(__name__)

_KEEP_FROM = 0.2
"""Lines below this score are specks; all others stay, with their confidence shown."""

_RED_SHARE = 0.003
"""Share of clearly red pixels from which the red ink is read in a second pass."""

_RED_KEEP_FROM = 0.6
"""Lines of the red pass must be surer: what is left of a seal reads as weak noise."""

_SMALLEST_HEIGHT = 736
"""The detector enlarges any image to this height; a lower crop would cost more, not less."""

_SMALL_SIDE = 192

_A4_LONG_INCHES = 11.69

_RUNTIMES = ("openvino", "onnxruntime")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    text: str
    confidence: float
    quad: NDArray[np.float64]
    characters: tuple[Character, ...]


class RapidOcrEngine:
    """The default engine: simplified and traditional Chinese in one model.

    `runtimes` are tried in order; the first that starts is used for the life of the engine.
    Raises Broken OCR-101 when none starts.
    """

    name = "rapidocr"

    def __init__(self, runtimes: tuple[str, ...] = _RUNTIMES) -> None:
        reasons: list[str] = []
        for runtime in runtimes:
            try:
                self._ocr = _start(runtime)
            except Exception as error:
                # A runtime may fail in any way (missing library, unknown processor, no memory);
                # whatever the reason, the next one is tried and the reason is kept.
                _LOG.warning("recognition runtime %s did not start: %r", runtime, error)
                reasons.append(f"{runtime}: {error}")
                continue
            self.version = f"{installed_version('rapidocr')}+{runtime}"
            return
        raise Broken("OCR-101", engine=self.name, reason="; ".join(reasons)[:500])

    def recognise(self, page: Pixels, orientation: int, dpi: int = 0) -> TextTree:
        """All lines of an upright BGR page in reading order; `orientation` is only recorded.

        `dpi` 0 means unknown: the page is then taken for A4.
        """
        height, width = page.shape[:2]
        resolution = dpi if dpi > 0 else round(max(height, width) / _A4_LONG_INCHES)
        # The page is reduced to this many pixels before reading. 2000 is the best measured value
        # for A4 in accuracy and time; a larger sheet keeps the same size of type.
        sheet = max(height, width) / resolution / _A4_LONG_INCHES
        self._ocr.max_side_len = round(2000 * min(1.5, max(1.0, sheet)))
        found = self._lines(red_channel(page), keep_from=_KEEP_FROM)
        mask = red_mask(page)
        if int(np.count_nonzero(mask)) > _RED_SHARE * mask.size:
            found += self._red_lines(page, mask, resolution, [line.quad for line in found])
        quads = np.array([line.quad for line in found], dtype=np.float64).reshape(-1, 4, 2)
        return TextTree(
            engine=self.name,
            engine_version=self.version,
            width=width,
            height=height,
            orientation=orientation,
            lines=tuple(
                Line(
                    text=found[index].text,
                    confidence=found[index].confidence,
                    box=_box(found[index].quad, width, height),
                    characters=found[index].characters,
                )
                for index in in_reading_order(quads)
            ),
        )

    def read_digits(self, crops: list[Pixels]) -> list[DigitReading]:
        """What each crop (BGR, one short line, dark on light) says, and as digits how likely."""
        if not crops:
            return []
        recogniser = self._ocr.text_rec
        _, height, least_width = recogniser.rec_image_shape
        readings: list[DigitReading] = []
        step = 8
        for start in range(0, len(crops), step):
            chunk = crops[start : start + step]
            # Crops of one number are short: the model's usual width of 320 would be four parts
            # padding, so the batch is only as wide as its widest crop needs.
            ratio = max(2.0, *(crop.shape[1] / crop.shape[0] for crop in chunk))
            # Whole steps of width: the runtime prepares itself anew for every shape it meets.
            ratio = min(2.0 * float(np.ceil(ratio / 2.0)), least_width / height)
            batch = np.concatenate(
                [recogniser.resize_norm_img(crop, ratio)[None] for crop in chunk]
            ).astype(np.float32)
            posteriors = np.asarray(recogniser.session(batch), dtype=np.float64)
            readings += [
                digit_strings(frames, recogniser.postprocess_op.character) for frames in posteriors
            ]
        return readings

    def find_rows(self, image: Pixels) -> list[NDArray[np.float64]]:
        """Quads of the text rows on a small BGR image (a corner of a page), detection only."""
        detector = self._ocr.text_det
        if detector is None:
            detector = self._ocr._load_det_model()
        usual = detector.limit_side_len
        # Enlarging a corner to the usual size would cost a quarter of a page.
        detector.limit_side_len = _SMALL_SIDE
        try:
            boxes = detector(image).boxes
        finally:
            detector.limit_side_len = usual
        return [] if boxes is None else [np.asarray(quad, dtype=np.float64) for quad in boxes]

    def _lines(self, image: Pixels, keep_from: float) -> list[_Found]:
        result = self._ocr(image)
        if result.boxes is None or result.txts is None:
            return []
        words = result.word_results or ()
        found = []
        for index, (quad, text, score) in enumerate(
            zip(result.boxes, result.txts, result.scores, strict=True)
        ):
            if score < keep_from:
                continue
            corners = np.asarray(quad, dtype=np.float64)
            word = words[index] if len(words) == len(result.txts) else ()
            found.append(
                _Found(
                    text=text,
                    confidence=float(score),
                    quad=corners,
                    characters=_characters(text, float(score), word, corners, image.shape),
                )
            )
        return found

    def _red_lines(
        self, page: Pixels, mask: Pixels, resolution: int, covered: list[NDArray[np.float64]]
    ) -> list[_Found]:
        text = red_text_only(page, mask, resolution)
        if text is None:
            return []
        image, (top, bottom) = text
        height = page.shape[0]
        missing = max(0, min(height, _SMALLEST_HEIGHT) - (bottom - top))
        top = max(0, top - missing // 2 - 20)
        bottom = min(height, max(bottom + 20, top + _SMALLEST_HEIGHT))
        top = max(0, min(top, bottom - _SMALLEST_HEIGHT))
        lines = self._lines(np.ascontiguousarray(image[top:bottom]), keep_from=_RED_KEEP_FROM)
        shift = np.array([0.0, float(top)])
        moved = [
            _Found(
                text=line.text,
                confidence=line.confidence,
                quad=line.quad + shift,
                characters=tuple(_lowered(character, top) for character in line.characters),
            )
            for line in lines
        ]
        known = [_bounds(quad) for quad in covered]
        return [line for line in moved if not _overlaps_any(_bounds(line.quad), known)]


def _start(runtime: str) -> Any:
    # Imported here: the package loads its runtimes, and a broken one must not stop the other.
    from rapidocr import EngineType, RapidOCR

    kind = EngineType(runtime)
    engine = RapidOCR(
        params={
            "Det.engine_type": kind,
            "Cls.engine_type": kind,
            "Rec.engine_type": kind,
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "EngineConfig.openvino.inference_num_threads": 1,
            # Pinned, every process would take the same core.
            "EngineConfig.openvino.enable_cpu_pinning": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    # Models load at the first use; a runtime that cannot run must fail here, not at page one.
    engine.recognize_txt([np.full((48, 96, 3), 255, dtype=np.uint8)])
    return engine


def _characters(
    text: str,
    score: float,
    word: Any,
    quad: NDArray[np.float64],
    shape: tuple[int, ...],
) -> tuple[Character, ...]:
    """Characters with boxes. The package leaves spaces out of the characters but not out of the
    scores, so scores are counted along the text and boxes along its visible characters."""
    visible = [position for position, character in enumerate(text) if not character.isspace()]
    if len(word) != len(visible):
        return _spread(text, score, quad, shape)
    return tuple(
        Character(
            text=text[position],
            confidence=float(word[position][1]) if position < len(word) else score,
            box=_box(np.asarray(word[order][2], dtype=np.float64), shape[1], shape[0]),
        )
        for order, position in enumerate(visible)
    )


def _spread(
    text: str, score: float, quad: NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[Character, ...]:
    """Characters placed evenly along the line, for lines whose own positions are unusable."""
    x0, y0, x1, y1 = _box(quad, shape[1], shape[0])
    step = (x1 - x0) / max(1, len(text))
    return tuple(
        Character(
            text=character,
            confidence=score,
            box=(x0 + step * position, y0, x0 + step * (position + 1), y1),
        )
        for position, character in enumerate(text)
        if not character.isspace()
    )


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


def _lowered(character: Character, rows: int) -> Character:
    x0, y0, x1, y1 = character.box
    return Character(
        text=character.text, confidence=character.confidence, box=(x0, y0 + rows, x1, y1 + rows)
    )


def _overlaps_any(box: Box, others: list[Box]) -> bool:
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    return any(
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        > 0.15 * area
        for other in others
    )
