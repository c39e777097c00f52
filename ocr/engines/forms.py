"""Forms: pages whose text stands in ruled cells, taken apart for an engine that cannot read them.

A layout analysis made for running text drops what stands between ruled lines. Here the lines are
wiped off, and what each closed cell holds is set under one another on a sheet of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Rectangle = tuple[int, int, int, int]

_RULE_MM = 9.0
"""Straight runs of ink from this length are rules: the longest stroke of a heading is shorter."""

_INK = 170
_STROKE = 215
_CELL_MM = (3.0, 4.0)
"""Least width and height of a cell: less holds no character."""

_SPECK_MM = 0.5
_HOLE_MM = (3.5, 8.5)
_BINDING_MM = 32.0
_MARGIN_MM = 2.0
_APART_MM = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One closed cell. `frame` is the space between its rules and `ink` what is written in it,
    as (x0, y0, x1, y1) on the page; `left` and `top` say where the upper left corner of `ink`
    came to lie on the sheet of cells."""

    frame: Rectangle
    ink: Rectangle
    left: int
    top: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A page taken apart: `running` is the page without rules and without cells, `sheet` the
    contents of the `cells` one below the other, None when the page has no written cell."""

    running: Pixels
    sheet: Pixels | None
    cells: tuple[Cell, ...]


def taken_apart(grey: Pixels, dpi: float) -> Form:
    """Splits a level grey page (paper 255) at `dpi` into running text and cells.

    Rules tilted by up to a degree and a half are followed. A cell with a gap in its frame is not
    closed: its text stays with the running text, the rules are wiped off all the same.
    """
    per_mm = dpi / 25.4
    running = _without_holes(grey, per_mm)
    ink = np.asarray(cv2.threshold(running, _STROKE, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    rules = _rules(ink, per_mm)
    if not rules.any():
        return Form(running=running, sheet=None, cells=())
    running[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = 255
    cells: list[Cell] = []
    margin, apart = round(_MARGIN_MM * per_mm), round(_APART_MM * per_mm)
    top = apart
    for frame, inside in _frames(rules, per_mm):
        written = _written(running, frame, inside, per_mm)
        if written is not None:
            cells.append(Cell(frame=frame, ink=written, left=apart, top=top))
            top += written[3] - written[1] + apart
    if not cells:
        return Form(running=running, sheet=None, cells=())
    width = max(cell.ink[2] - cell.ink[0] for cell in cells) + 2 * apart
    sheet = np.full((top + margin, width), 255, np.uint8)
    for cell in cells:
        x0, y0, x1, y1 = cell.ink
        sheet[cell.top : cell.top + y1 - y0, cell.left : cell.left + x1 - x0] = running[
            y0:y1, x0:x1
        ]
    for cell in cells:
        x0, y0, x1, y1 = cell.ink
        running[y0:y1, x0:x1] = 255
    return Form(running=running, sheet=sheet, cells=tuple(cells))


def ruled_cells(grey: Pixels, dpi: float) -> list[Rectangle]:
    """The closed cells of all tables on a grey page of any lighting, as (x0, y0, x1, y1)."""
    per_mm = dpi / 25.4
    reach = max(3, round(3.0 * per_mm)) | 1
    # A rule is what is darker than the paper next to it: a shadow or a tint is not.
    paper = cv2.dilate(grey, np.ones((reach, reach), np.uint8))
    ink = cv2.compare(grey, cv2.convertScaleAbs(paper, alpha=0.8), cv2.CMP_LT)
    rules = _rules(np.asarray(ink, dtype=np.uint8), per_mm)
    if not rules.any():
        return []
    return [frame for frame, _inside in _frames(rules, per_mm)]


def _rules(ink: Pixels, per_mm: float) -> Pixels:
    """255 on straight thin lines across and down."""
    length = round(_RULE_MM * per_mm)
    thick = round(1.2 * per_mm)
    found = np.zeros_like(ink)
    for tall, run, across in (((3, 1), (1, length), True), ((1, 3), (length, 1), False)):
        # Thickened by a pixel, so that a tilted rule, drawn in steps, is one run.
        bold = cv2.dilate(ink, np.ones(tall, np.uint8))
        lines = cv2.morphologyEx(bold, cv2.MORPH_OPEN, np.ones(run, np.uint8))
        # What is thick is no rule but a bar, a dark edge or a photograph.
        heavy = cv2.morphologyEx(
            lines, cv2.MORPH_OPEN, np.ones((thick, 3) if across else (3, thick), np.uint8)
        )
        thin = cv2.bitwise_and(lines, cv2.bitwise_not(heavy))
        found = np.asarray(cv2.bitwise_or(found, thin), dtype=np.uint8)
    return found


def _frames(rules: Pixels, per_mm: float) -> list[tuple[Rectangle, NDArray[np.bool_]]]:
    """The closed cells, row by row: their box and which pixels of it are theirs."""
    left, top, wide, tall = _with_room(cv2.boundingRect(rules), rules.shape)
    # Cells lie between rules, so what is outside of all rules need not be looked at.
    part = rules[top : top + tall, left : left + wide]
    closed = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    free = np.asarray(cv2.bitwise_not(closed), dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    frames = []
    for index in range(1, count):
        x, y, across, down, area = (int(value) for value in stats[index])
        if across < _CELL_MM[0] * per_mm or down < _CELL_MM[1] * per_mm:
            continue
        at_rim = x == 0 or y == 0 or x + across == wide or y + down == tall
        if at_rim or area < 0.6 * across * down or across * down > 0.6 * rules.size:
            continue
        box = (left + x, top + y, left + x + across, top + y + down)
        frames.append((box, labels[y : y + down, x : x + across] == index))
    return sorted(frames, key=lambda frame: (frame[0][1], frame[0][0]))


def _with_room(box: Sequence[int], shape: Sequence[int]) -> Rectangle:
    """A box (x, y, width, height) with three pixels around it as far as the picture goes."""
    x, y, across, down = box
    left, top = max(0, x - 3), max(0, y - 3)
    return (left, top, min(shape[1], x + across + 3) - left, min(shape[0], y + down + 3) - top)


def _written(
    grey: Pixels, frame: Rectangle, inside: NDArray[np.bool_], per_mm: float
) -> Rectangle | None:
    """The box of the ink in a cell with a small margin, None for an empty cell."""
    x0, y0, x1, y1 = frame
    dark = np.where((grey[y0:y1, x0:x1] < _INK) & inside, 255, 0).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    size = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    strokes = stats[1:][size >= _SPECK_MM * per_mm]
    if not len(strokes) or int(size.max()) < 1.2 * per_mm:
        return None
    margin = round(0.6 * per_mm)
    left, top = strokes[:, cv2.CC_STAT_LEFT], strokes[:, cv2.CC_STAT_TOP]
    return (
        max(x0, x0 + int(left.min()) - margin),
        max(y0, y0 + int(top.min()) - margin),
        min(x1, x0 + int((left + strokes[:, cv2.CC_STAT_WIDTH]).max()) + margin),
        min(y1, y0 + int((top + strokes[:, cv2.CC_STAT_HEIGHT]).max()) + margin),
    )


def _without_holes(grey: Pixels, per_mm: float) -> Pixels:
    """A copy in which punched holes in the binding margins are paper: they read as letters."""
    page = grey.copy()
    width = page.shape[1]
    dark = cv2.threshold(grey, _STROKE, 255, cv2.THRESH_BINARY_INV)[1]
    low, high = (limit * per_mm for limit in _HOLE_MM)
    reach = round(_BINDING_MM * per_mm)
    for start in (0, max(0, width - reach)):
        strip = np.ascontiguousarray(dark[:, start : start + reach])
        contours, _ = cv2.findContours(strip, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            x, y, across, down = cv2.boundingRect(contour)
            if not (low <= across <= high and low <= down <= high):
                continue
            # A disc fills 0.785 of its box and has the shortest outline for its area.
            outline = cv2.arcLength(contour, True)
            roundness = 4 * np.pi * cv2.contourArea(contour) / max(1.0, outline * outline)
            filled = np.count_nonzero(strip[y : y + down, x : x + across]) / (across * down)
            if roundness > 0.78 and filled > 0.7 and abs(across - down) < 0.2 * down:
                page[y - 2 if y > 1 else 0 : y + down + 2, _span(start + x, across)] = 255
    return page


def _span(left: int, across: int) -> slice:
    return slice(max(0, left - 2), left + across + 2)
