"""Tells which way up a page stands, and holds back when the page does not say.

The page classifier looks at windows of 224 x 224 pixels at 110 dots per inch, where it can see
single characters: the windows of the page that have most fine edges. On most pages the first few
agree that the page stands upright. Otherwise every window is looked at in all its four positions
and has a vote only if it says the same in each: a guess on a stamp, a scribble or a photograph
does not survive that.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import cell_shares
from ocr.image.classifier import WINDOW, page_classifier
from ocr.image.view import Gray, PageView

_LOOK_DPI = 110
# Normalisation the classifier was trained with (ImageNet mean and deviation, RGB).
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_FIRST = 2
_WINDOWS = 10
# The classifier answers 0.26 on a window without any content and 0.92 when it is certain.
_SURE_AT_ONCE = 0.88
_SILENT = 0.6
_CERTAIN = 0.92
# Votes that make the answer as sure as it gets.
_PLENTY = 2.0
_FINE_STEP = 40
_STEEPEST_SHARE = 0.995
_LEAST_SIDE = 48
# Share of a window under steep edges below which it has nothing to say: a word has more.
_LEAST_EDGES = 0.002
# Coloured ink is left out where enough is black: seals are pressed at any angle.
_BLACK_SHARE = 0.3
_FULL_INK = 215.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Orientation:
    """`turn` is the clockwise turn in degrees that sets the page upright (0, 90, 180, 270);
    `confidence` runs from 0 (the page does not say) to 1."""

    turn: int
    confidence: float


def detect_orientation(view: PageView, inner: tuple[int, int, int, int]) -> Orientation:
    """The orientation of the page inside `inner` (x0, y0, x1, y1 in working pixels).

    Raises Broken IMG-132 when the classifier is not installed.
    """
    ink, places, side = _places(view, inner)
    if not places:
        return Orientation(turn=0, confidence=0.0)
    classify = page_classifier()
    windows = [_window(ink, place, side) for place in places[:_FIRST]]
    if len(windows) == _FIRST:
        first = classify(np.stack([_prepared(window) for window in windows]))
        if float(first[:, 0].min()) >= _SURE_AT_ONCE:
            return Orientation(turn=0, confidence=1.0)
    windows += [_window(ink, place, side) for place in places[_FIRST:]]
    beliefs = np.zeros((len(windows), 4), dtype=np.float64)
    for quarter in range(4):
        # Each of the four positions must tell the same story about how the page stands now.
        turned = [np.rot90(window, -quarter) for window in windows]
        seen = classify(np.stack([_prepared(window) for window in turned]))
        beliefs += np.roll(seen, -quarter, axis=1) / 4
    votes = np.zeros(4)
    for belief in beliefs:
        strength = (float(belief.max()) - _SILENT) / (_CERTAIN - _SILENT)
        votes[int(np.argmax(belief))] += min(1.0, max(0.0, strength))
    # The classifier names how far the page stands turned clockwise: turn it back.
    standing = int(np.argmax(votes)) * 90
    return Orientation(turn=(360 - standing) % 360, confidence=_belief(votes))


def _belief(votes: NDArray[np.float64]) -> float:
    """How sure the strongest vote is: enough of it, and hardly any against it."""
    strongest, whole = float(votes.max()), float(votes.sum())
    if whole == 0:
        return 0.0
    dissent = (whole - strongest) / whole
    return max(0.0, 1.0 - 2.0 * dissent) * min(1.0, strongest / _PLENTY)


def _places(
    view: PageView, inner: tuple[int, int, int, int]
) -> tuple[Gray, list[tuple[int, int]], int]:
    """The ink to look at, and the upper left corners of its windows of `side` x `side` pixels,
    richest in fine edges first."""
    x0, y0, x1, y1 = inner
    ink, black = view.ink[y0:y1, x0:x1], view.black[y0:y1, x0:x1]
    side = min(round(WINDOW * view.dpi / _LOOK_DPI), x1 - x0, y1 - y0)
    if side < _LEAST_SIDE:
        return ink, [], side
    # Even, so that every second row of a cell can be left out.
    step = side // 4 * 2
    worth, worth_black = _edges(ink, step), _edges(black, step)
    if worth_black.sum() > _BLACK_SHARE * worth.sum():
        ink, worth = black, worth_black
    # A window spans two by two cells of the grid.
    worth = np.asarray(
        cv2.boxFilter(worth, -1, (2, 2), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT),
        dtype=np.float32,
    )
    height, width = ink.shape
    places: list[tuple[int, int]] = []
    for index in np.argsort(worth, axis=None)[::-1]:
        row, column = divmod(int(index), worth.shape[1])
        if worth[row, column] < _LEAST_EDGES or len(places) == _WINDOWS:
            break
        top, left = min(row * step, height - side), min(column * step, width - side)
        if all(abs(top - other) + abs(left - beside) >= step for other, beside in places):
            places.append((top, left))
    return ink, places, side


def _edges(ink: Gray, step: int) -> NDArray[np.float32]:
    """The share of each cell of `step` x `step` pixels that lies under steep edges. Every second
    row says the same."""
    rows, columns = max(1, ink.shape[0] // step), max(1, ink.shape[1] // step)
    thinned = np.ascontiguousarray(ink[: rows * step : 2])
    slopes = cv2.absdiff(thinned[:, 1:], thinned[:, :-1])
    counts = np.cumsum(cv2.calcHist([slopes[::4]], [0], None, [256], [0, 256]).reshape(-1))
    usual = int(np.searchsorted(counts, _STEEPEST_SHARE * counts[-1]))
    least = min(_FINE_STEP, max(12, int(0.3 * usual)))
    _, steep = cv2.threshold(slopes, least, 1, cv2.THRESH_BINARY)
    return cell_shares(np.asarray(steep[:, : columns * step], dtype=np.uint8), step // 2, step)


def _window(ink: Gray, place: tuple[int, int], side: int) -> Gray:
    """A square piece of the page as the classifier looks at it, dark on light."""
    top, left = place
    piece = cv2.resize(
        ink[top : top + side, left : left + side], (WINDOW, WINDOW), interpolation=cv2.INTER_AREA
    )
    counts = np.cumsum(cv2.calcHist([piece], [0], None, [256], [0, 256]).reshape(-1))
    full = float(np.searchsorted(counts, 0.99 * counts[-1]))
    # Faint type becomes as dark as any other.
    gain = max(1.0, min(6.0, _FULL_INK / max(1.0, full)))
    return np.asarray(cv2.bitwise_not(cv2.convertScaleAbs(piece, alpha=gain)), dtype=np.uint8)


def _prepared(window: Gray) -> NDArray[np.float32]:
    ready = np.empty((3, WINDOW, WINDOW), dtype=np.float32)
    for place, (mean, deviation) in enumerate(zip(_MEAN, _DEVIATION, strict=True)):
        np.multiply(window, np.float32(1 / (255 * deviation)), out=ready[place])
        ready[place] -= np.float32(mean / deviation)
    return ready
