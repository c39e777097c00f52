"""Ink that was not read: handwriting and unreadable places, marked as such and never guessed.

Two things lead here: a line the engine itself holds for doubtful, and ink as large as writing
where no line was found at all. What tells handwriting from damaged print is the direction of its
strokes: printed characters stand on level and plumb strokes, a hand slants and curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.small_page import SmallPage
from ocr.tree import HANDWRITING, PRINT, UNREADABLE, Box, Line, TextTree

Pixels = NDArray[np.uint8]

WEAK = {"rapidocr": 0.6, "tesseract": 0.45}
"""Mean confidence of a line's characters below which its text is a guess, by engine: the second
one is as right at lower figures."""

_WEAK_ELSE = 0.5
_INK = 0.72
_RED_EXCESS = 40
_WRITING_MM = (3.0, 60.0)
"""Least and largest height of an area of writing; a lone page number or tick is smaller in
area, a photograph larger."""

_LEAST_WIDTH_MM = 7.0
_LEAST_INK_MM2 = 6.0
_RULE_MM = 12.0
_RIM_MM = 6.0
_BINDING_MM = 20.0
_STRAIGHT = 0.42
"""Share of edges within a sixth of a right angle of level or plumb, from which strokes are
those of print: 宋 and 黑 have 0.51 to 0.66, 楷 0.46 to 0.54, curved strokes 0.33 to 0.38."""

_MOST_AREAS = 12


def with_marked_lines(page: Pixels, tree: TextTree) -> TextTree:
    """Lines too weak to be text become "handwriting" or "unreadable": no text, only an attempt."""
    weak = WEAK.get(tree.engine, _WEAK_ELSE)
    if all(_mean(line) >= weak for line in tree.lines):
        return tree
    return replace(
        tree,
        lines=tuple(
            line if line.kind != PRINT or _mean(line) >= weak else _marked(line, page)
            for line in tree.lines
        ),
    )


def with_unread_ink(
    page: Pixels, small: SmallPage, tree: TextTree, aside: Sequence[Box]
) -> TextTree:
    """The tree with a textless line for every area of writing in which no line was read.

    `aside` are places that hold no writing: photographs.
    """
    found = [
        Line(text="", confidence=0.0, box=box, kind=kind_of_ink(page, box))
        for box in unread_ink(small, [*(line.box for line in tree.lines), *aside])
    ]
    if not found:
        return tree
    lines = list(tree.lines)
    for line in found:
        # Before the first line that lies wholly below it.
        below = next((i for i, other in enumerate(lines) if other.box[1] >= line.box[3]), None)
        lines.insert(len(lines) if below is None else below, line)
    return replace(tree, lines=tuple(lines))


def unread_ink(small: SmallPage, read: Sequence[Box]) -> list[Box]:
    """Boxes of ink that could be writing and lies outside the boxes `read`, in page pixels."""
    per_mm = small.per_mm
    ink = _black_ink(small.pixels)
    for box in read:
        ink[small.rows_and_columns(box, 0.35 * min(box[2] - box[0], box[3] - box[1]))] = 0
    if cv2.countNonZero(ink) < _LEAST_INK_MM2 * per_mm**2:
        return []
    ink = _strokes_only(ink, per_mm)
    kernel = np.ones((round(1.5 * per_mm), round(4.0 * per_mm)), np.uint8)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found: list[tuple[float, Box]] = []
    for index in range(1, count):
        x, y, across, down, _ = (int(value) for value in stats[index])
        if not _WRITING_MM[0] <= down / per_mm <= _WRITING_MM[1]:
            continue
        if across / per_mm < _LEAST_WIDTH_MM or _at_the_rim(x, y, across, down, ink, per_mm):
            continue
        part = ink[y : y + down, x : x + across]
        inside = (labels[y : y + down, x : x + across] == index) & (part > 0)
        area = float(np.count_nonzero(inside)) / per_mm**2
        share = float(np.count_nonzero(inside)) / (across * down)
        if area < _LEAST_INK_MM2 or not 0.03 <= share <= 0.6 or not _has_strokes(part, per_mm):
            continue
        found.append((area, small.on_page(x, y, x + across, y + down)))
    largest = sorted(found, key=lambda item: -item[0])[:_MOST_AREAS]
    return [box for _, box in sorted(largest, key=lambda item: item[1][1])]


def kind_of_ink(page: Pixels, box: Box) -> str:
    """ "handwriting" or "unreadable" by the direction of the strokes in `box`."""
    return HANDWRITING if straightness(page, box) < _STRAIGHT else UNREADABLE


def straightness(page: Pixels, box: Box) -> float:
    """Share of edges in the box, by strength, that run level or plumb within 15 degrees."""
    x0, y0, x1, y1 = (max(0, int(value)) for value in box)
    part = page[y0:y1, x0:x1]
    if part.shape[0] < 8 or part.shape[1] < 8:
        return 1.0
    grey = cv2.GaussianBlur(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), (0, 0), 1.0)
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)
    strength = np.hypot(across, down)
    strong = strength > max(20.0, 0.3 * float(np.percentile(strength, 98)))
    if not strong.any():
        return 1.0
    angle = np.degrees(np.arctan2(np.abs(down[strong]), np.abs(across[strong])))
    straight = (angle < 15) | (angle > 75)
    return float(strength[strong][straight].sum() / strength[strong].sum())


def _mean(line: Line) -> float:
    if not line.characters:
        return line.confidence
    return sum(c.confidence for c in line.characters) / len(line.characters)


def _marked(line: Line, page: Pixels) -> Line:
    return replace(
        line,
        text="",
        characters=(),
        attempt=line.text,
        kind=kind_of_ink(page, line.box) if len(line.text) > 1 else UNREADABLE,
    )


def _black_ink(pixels: Pixels) -> Pixels:
    """255 where a BGR picture is darker than the paper around, red ink left out."""
    blue, green, red = cv2.split(pixels)
    paper = cv2.dilate(cv2.resize(red, None, fx=0.25, fy=0.25), np.ones((7, 7), np.uint8))
    ground = cv2.resize(cv2.medianBlur(paper, 15), (red.shape[1], red.shape[0]))
    limit = cv2.convertScaleAbs(ground, alpha=_INK)
    ink = cv2.compare(red, limit, cv2.CMP_LT)
    excess = cv2.subtract(red, cv2.max(blue, green))
    black = cv2.threshold(excess, _RED_EXCESS, 255, cv2.THRESH_BINARY_INV)[1]
    return np.asarray(cv2.bitwise_and(ink, black), dtype=np.uint8)


def _strokes_only(ink: Pixels, per_mm: float) -> Pixels:
    """The ink without rules, bars, holes and shadows."""
    length, thick = round(_RULE_MM * per_mm), round(2.5 * per_mm)
    taken = np.zeros_like(ink)
    for run in ((1, length), (length, 1)):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(run, np.uint8))
        taken = np.asarray(cv2.bitwise_or(taken, rules), dtype=np.uint8)
    taken = np.asarray(cv2.dilate(taken, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    solid = cv2.dilate(solid, np.ones((2 * thick, 2 * thick), np.uint8))
    left = cv2.bitwise_and(ink, cv2.bitwise_not(cv2.bitwise_or(taken, solid)))
    return np.asarray(left, dtype=np.uint8)


def _has_strokes(ink: Pixels, per_mm: float) -> bool:
    """Whether the ink is drawn in strokes: dust and grain come as many specks."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    longest = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]) / per_mm
    areas = stats[1:, cv2.CC_STAT_AREA]
    strokes = longest >= 2.0
    return bool(strokes.sum() >= 2) and float(areas[strokes].sum()) > 0.6 * float(areas.sum())


def _at_the_rim(x: int, y: int, across: int, down: int, ink: Pixels, per_mm: float) -> bool:
    """Touching the edge of the picture, or within the binding margin: lid, holes, thread."""
    height, width = ink.shape
    rim, binding = _RIM_MM * per_mm, _BINDING_MM * per_mm
    if x < rim or y < rim or x + across > width - rim or y + down > height - rim:
        return True
    return x + across < binding or x > width - binding
