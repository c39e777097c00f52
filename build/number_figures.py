"""Figures of page numbers as people and machines put them on paper, as masks of ink.

A mask is height x width, float32, 0 = no ink, 1 = full ink, cut to the ink with a narrow margin.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.paper.fonts import load_font

Ink = NDArray[np.float32]
Point = tuple[float, float]

# One figure in a square of side 1, x to the right and y down.
_STROKES: dict[str, tuple[tuple[Point, ...], ...]] = {
    "0": (((0.5, 0), (0.15, 0.2), (0.1, 0.6), (0.4, 1), (0.8, 0.8), (0.9, 0.35), (0.55, 0)),),
    "1": (((0.5, 0), (0.48, 1)),),
    "2": (((0.1, 0.25), (0.45, 0), (0.85, 0.2), (0.7, 0.5), (0.1, 1), (0.95, 0.97)),),
    "3": (
        ((0.12, 0.1), (0.6, 0), (0.85, 0.22), (0.4, 0.47), (0.88, 0.7), (0.55, 1), (0.08, 0.88)),
    ),
    "4": (((0.6, 0), (0.08, 0.62), (0.95, 0.6)), ((0.66, 0.3), (0.62, 1))),
    "5": (
        ((0.2, 0.02), (0.15, 0.45), (0.65, 0.42), (0.88, 0.7), (0.55, 1), (0.08, 0.9)),
        ((0.2, 0.03), (0.88, 0)),
    ),
    "6": (
        ((0.7, 0), (0.25, 0.4), (0.1, 0.75), (0.45, 1), (0.85, 0.75), (0.55, 0.52), (0.15, 0.7)),
    ),
    "7": (((0.08, 0.04), (0.92, 0.02), (0.55, 0.5), (0.42, 1)),),
    "8": (
        (
            *((0.75, 0.12), (0.45, 0), (0.2, 0.2), (0.5, 0.45), (0.85, 0.75)),
            *((0.5, 1), (0.15, 0.78), (0.5, 0.48), (0.8, 0.2), (0.72, 0.1)),
        ),
    ),
    "9": (((0.85, 0.2), (0.5, 0), (0.15, 0.25), (0.45, 0.5), (0.85, 0.22), (0.8, 0.6), (0.6, 1)),),
}
_OTHER_STROKES: dict[str, tuple[tuple[Point, ...], ...]] = {
    **_STROKES,
    "1": (((0.3, 0.2), (0.52, 0), (0.5, 1)),),
    "4": (((0.65, 1), (0.66, 0.02), (0.08, 0.66), (0.95, 0.64)),),
    "7": (((0.08, 0.05), (0.9, 0.02), (0.5, 0.55), (0.4, 1)), ((0.3, 0.5), (0.75, 0.48))),
    "9": (((0.85, 0.18), (0.45, 0), (0.15, 0.28), (0.5, 0.5), (0.86, 0.15), (0.84, 1)),),
}
_STRAIGHT = "147"


@dataclass(frozen=True, kw_only=True)
class Hand:
    """One writer. `width` and `gap` in heights of a figure, `slant` the tangent to the right,
    `pen` the thickness of a stroke in heights; `other` chooses the second forms of 1, 4, 7, 9."""

    width: float
    slant: float
    pen: float
    gap: float
    other: bool


def written(text: str, height: float, hand: Hand, chance: random.Random) -> Ink:
    """Figures about `height` pixels high, drawn with a pen; every figure is a little different."""
    forms = _OTHER_STROKES if hand.other else _STROKES
    pad = int(0.2 * height)
    parts: list[Ink] = []
    for figure in text:
        width = height * chance.uniform(0.5, 0.7) * hand.width
        part = np.zeros((int(1.4 * height), int(width + 2 * pad)), np.float32)
        for stroke in forms[figure]:
            points = [
                (
                    (x + chance.gauss(0, 0.05)) * width + pad + (0.5 - y) * hand.slant * height,
                    (y + chance.gauss(0, 0.035)) * height + pad,
                )
                for x, y in stroke
            ]
            curved = figure not in _STRAIGHT or chance.random() < 0.5
            line = _curve(points) if curved else np.array(points)
            cv2.polylines(
                part,
                [np.round(line * 16).astype(np.int32)],
                False,
                (1.0,),
                max(1, round(hand.pen * height)),
                cv2.LINE_AA,
                4,
            )
        parts.append(part)
    return trimmed(_in_a_row(parts, height, hand.gap, chance))


def _in_a_row(parts: Sequence[Ink], height: float, gap: float, chance: random.Random) -> Ink:
    tall = max(part.shape[0] for part in parts) + int(0.4 * height)
    step = int((gap - 0.1) * height)
    wide = sum(part.shape[1] + max(0, step) for part in parts) + int(height)
    row = np.zeros((tall, wide), np.float32)
    x = int(0.3 * height)
    for part in parts:
        y = int((tall - part.shape[0]) / 2 + chance.gauss(0, 0.05) * height)
        y = max(0, min(tall - part.shape[0], y))
        place = row[y : y + part.shape[0], x : x + part.shape[1]]
        np.maximum(place, part[:, : place.shape[1]], out=place)
        x += part.shape[1] + step
    return row


def _curve(points: Sequence[Point]) -> NDArray[np.float64]:
    """A Catmull-Rom spline through the points."""
    given = np.array(points, dtype=np.float64)
    ends = (2 * given[0] - given[1], 2 * given[-1] - given[-2])
    knots = np.vstack([ends[0], given, ends[1]])
    found: list[NDArray[np.float64]] = []
    for index in range(1, len(knots) - 2):
        a, b, c, d = knots[index - 1 : index + 3]
        for t in np.linspace(0, 1, 14, endpoint=False):
            square, cube = t * t, t * t * t
            bend = (2 * a - 5 * b + 4 * c - d) * square + (3 * b - a - 3 * c + d) * cube
            found.append(0.5 * (2 * b + (c - a) * t + bend))
    return np.array([*found, knots[-2]])


def stamped(
    text: str, height: float, face: str, space: float, jump: float, chance: random.Random
) -> Ink:
    """Figures about `height` pixels high in a face of the generator of papers; `space` between
    them and `jump` up and down in heights."""
    font = load_font(face, int(1.36 * height))
    size = (int(len(text) * height * 1.8 + height * 2), int(height * 2.8))
    picture = Image.new("L", size, 0)
    draw = ImageDraw.Draw(picture)
    x = 0.5 * height
    for figure in text:
        draw.text((x, (0.4 + chance.gauss(0, jump)) * height), figure, font=font, fill=255)
        x += font.getlength(figure) + space * height
    return trimmed(np.asarray(picture, np.float32) / np.float32(255))


def worn(ink: Ink, height: float, least: float, chance: np.random.Generator) -> Ink:
    """The ink of a stamp, uneven: some of it as pale as `least`."""
    grain = max(2.0, 0.12 * height)
    rows, columns = (max(2, int(length / grain) + 2) for length in ink.shape)
    coarse = chance.random((rows, columns)).astype(np.float32)
    spots = cv2.resize(coarse, ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(ink * np.clip(1.25 - (1.25 - least) * spots, 0, 1), np.float32)


def dotted(ink: Ink, height: float) -> Ink:
    """The ink as the needles of a numbering machine leave it."""
    raster = 0.13 * height
    down, across = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    away = (np.mod(across, raster) - raster / 2) ** 2 + (np.mod(down, raster) - raster / 2) ** 2
    points = np.asarray(ink * (away < (0.5 * raster) ** 2), np.float32)
    return np.asarray(cv2.GaussianBlur(points, (0, 0), max(0.3, 0.02 * height)), np.float32)


def circled(ink: Ink, height: float, chance: random.Random) -> Ink:
    """A ring drawn around the ink, not always closed."""
    tall, wide = int(1.7 * ink.shape[0]), int(1.5 * ink.shape[1])
    side = max(tall, wide) if ink.shape[1] < 1.6 * ink.shape[0] else 0
    page = np.zeros((side or tall, side or wide), np.float32)
    _lay(page, ink, (page.shape[1] - ink.shape[1]) // 2, (page.shape[0] - ink.shape[0]) // 2)
    middle = (page.shape[1] // 2, page.shape[0] // 2)
    radii = (middle[0] - 3, middle[1] - 3)
    thick = max(1, int(0.06 * height))
    end = chance.choice((350, 360, 360))
    cv2.ellipse(page, middle, radii, chance.uniform(-8, 8), 0, end, (1.0,), thick, cv2.LINE_AA)
    return page


def dashed(ink: Ink, height: float) -> Ink:
    """- 12 -"""
    dash, gap = int(0.4 * height), int(0.45 * height)
    page = np.zeros((ink.shape[0], ink.shape[1] + 2 * (dash + gap)), np.float32)
    _lay(page, ink, dash + gap, 0)
    level, thick = page.shape[0] // 2, max(1, int(0.08 * height))
    cv2.line(page, (2, level), (dash, level), (1.0,), thick)
    cv2.line(page, (page.shape[1] - dash, level), (page.shape[1] - 3, level), (1.0,), thick)
    return page


def worded(ink: Ink, height: float, face: str, chance: random.Random) -> Ink:
    """第12页"""
    signs = [stamped(sign, 0.85 * height, face, 0.0, 0.0, chance) for sign in "第页"]
    return beside([signs[0], ink, signs[1]], int(height * chance.uniform(0.15, 0.4)))


def struck(ink: Ink, height: float, chance: random.Random) -> Ink:
    """The ink with one or two strokes through it."""
    found = np.pad(ink, int(0.12 * height))
    tall, wide = found.shape
    for _ in range(chance.choice((1, 2, 2))):
        ends = [(x, int(tall * chance.uniform(0.3, 0.7))) for x in (0, wide - 1)]
        cv2.line(found, ends[0], ends[1], (1.0,), max(2, int(0.09 * height)), cv2.LINE_AA)
    return found


def beside(parts: Sequence[Ink], gap: int) -> Ink:
    """The parts in a row, `gap` pixels apart."""
    tall = max(part.shape[0] for part in parts)
    page = np.zeros((tall, sum(part.shape[1] + gap for part in parts) - gap), np.float32)
    x = 0
    for part in parts:
        _lay(page, part, x, (tall - part.shape[0]) // 2)
        x += part.shape[1] + gap
    return page


def above(upper: Ink, lower: Ink, gap: int) -> Ink:
    """One over the other, `gap` pixels apart."""
    wide = max(upper.shape[1], lower.shape[1])
    page = np.zeros((upper.shape[0] + gap + lower.shape[0], wide), np.float32)
    _lay(page, upper, 0, 0)
    _lay(page, lower, 0, upper.shape[0] + gap)
    return page


def _lay(page: Ink, ink: Ink, x: int, y: int) -> None:
    page[y : y + ink.shape[0], x : x + ink.shape[1]] = ink


def turned(ink: Ink, degrees: float) -> Ink:
    """The ink turned counter-clockwise about its middle."""
    tall, wide = ink.shape
    side = int(np.hypot(tall, wide)) + 4
    matrix = cv2.getRotationMatrix2D((wide / 2, tall / 2), degrees, 1)
    matrix[:, 2] += ((side - wide) / 2, (side - tall) / 2)
    return trimmed(np.asarray(cv2.warpAffine(ink, matrix, (side, side)), np.float32))


def trimmed(ink: Ink) -> Ink:
    """Cut to what carries ink."""
    down, across = np.nonzero(ink > 0.05)
    return ink[down.min() : down.max() + 1, across.min() : across.max() + 1]
