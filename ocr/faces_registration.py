"""Lays the other face of a sheet, mirrored, over a face that it may shine through.

A duplex scanner reads both faces of a sheet at nearly one moment, yet not on one spot: they differ
by millimetres, by a degree and by a few thousandths in size; and whoever turns sheets by hand
turns some of them upside down. All of that is found by the marks themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.shrinking import halved

Gray = NDArray[np.uint8]
Reals = NDArray[np.float32]
Matrix = NDArray[np.float64]
# The turns and the tilts (degrees) that are tried, and how far the faces may be apart (mm).
Search = tuple[tuple[int, ...], tuple[float, ...], float]

# All planes are compared in pixels of this size (mm): a stroke is one wide or two.
PIXEL_MM = 25.4 / 75
# The first search is done on pixels four times as large, which keep rows of text apart.
_COARSE = 4
_TILTS = (-2.4, -1.8, -1.2, -0.6, 0.0, 0.6, 1.2, 1.8, 2.4)
_TURNS = (0, 180)
# Only where that finds nothing: a sheet whose faces were fed, or turned, one by one.
_WIDE_TILTS = tuple(0.6 * step for step in range(-13, 14))
_WIDE_TURNS = (0, 90, 180, 270)
_FOUND = 0.5
_FARTHEST_MM = 14.0
_WIDE_FARTHEST_MM = 32.0
_CANDIDATES = 3
# Straight lines at least so long are rules. A ruled form is much the same in the mirror, so they
# say nothing about which face it is.
_RULE_MM = 22.0
_RULE_LEVEL = 10
# No other place need be tried then.
_PLAIN_LIKENESS = 0.8
# Slow changes of the paper are no marks.
_SLOW_MM = 4.0
_STROKE_MM = (0.2, 0.7)
# What is darker is ink of this face, which must not outvote all the rest.
_CLIPPED = 64.0
_BLOCK_MM = 30.0
# How far the faces may still be apart after the first search, and after a fit (mm).
_REACHES_MM = (3.6, 1.4)
_LEAST_LIKENESS = 0.25
# Blocks that vary less (standard deviation of the ink) are paper with its grain.
_LEAST_STRUCTURE = 2.5
_FIT_MM = 0.6
_MOST_STRETCH = 0.03


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlay:
    """The other face as it lies on this one.

    `face` is its ink, mirrored and moved, in the pixels of the marks; `likeness` tells how well
    the marks follow it where it has ink (the middle of the blocks, -1 to 1), `blocks` in how many
    blocks of 30 mm that could be asked.
    """

    face: Gray
    likeness: float
    blocks: int


def laid_over(marks: Gray, other: Gray, wide: bool = True) -> Overlay:
    """`other` (ink of the other face as it was scanned) laid mirrored over `marks` (ink of this
    face); both in pixels of `PIXEL_MM`. Where it is not found at once it is looked for at any turn
    and tilt if the search shall be `wide`."""
    mirrored = np.ascontiguousarray(other[:, ::-1])
    plain = _without_rules(mirrored)
    clipped = np.minimum(_without_rules(marks).astype(np.float32), _CLIPPED)
    structure = _structure(clipped, 1.0)
    found = _best(structure, plain, mirrored, (_TURNS, _TILTS, _FARTHEST_MM))
    if found.likeness > _FOUND or not wide:
        return found
    turned = _best(structure, plain, mirrored, (_WIDE_TURNS, _WIDE_TILTS, _WIDE_FARTHEST_MM))
    return turned if turned.likeness > found.likeness else found


def _best(structure: Reals, plain: Gray, mirrored: Gray, search: Search) -> Overlay:
    best: tuple[float, Overlay] | None = None
    for matrix in _first_places(structure, plain, search):
        overlay = _refined(structure, plain, mirrored, matrix)
        if overlay.likeness > _PLAIN_LIKENESS:
            return overlay
        value = overlay.likeness * float(np.sqrt(overlay.blocks))
        if best is None or value > best[0]:
            best = value, overlay
    assert best is not None
    return best[1]


def _without_rules(plane: Gray) -> Gray:
    """The ink but for long straight lines along and down the page."""
    least = float(np.median(plane)) + _RULE_LEVEL
    inked = np.asarray(cv2.threshold(plane, least, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    length = round(_RULE_MM / PIXEL_MM)
    cleaned = plane.copy()
    for wide, high in ((length, 1), (1, length)):
        # A slight tilt moves a line by a pixel or two.
        across = np.ones((3, 1) if wide > 1 else (1, 3), np.uint8)
        line = cv2.morphologyEx(
            cv2.dilate(inked, across), cv2.MORPH_OPEN, np.ones((high, wide), np.uint8)
        )
        cleaned[cv2.dilate(line, across) > 0] = 0
    return cleaned


def _structure(plane: Reals, pixels_mm: float) -> Reals:
    slow = cv2.GaussianBlur(plane, (0, 0), _SLOW_MM / PIXEL_MM / pixels_mm)
    return np.asarray(plane - slow, dtype=np.float32)


def _strokes(plane: Reals) -> Reals:
    """What tells one character from another: two pages of one document share rows and columns."""
    fine = cv2.GaussianBlur(plane, (0, 0), _STROKE_MM[0] / PIXEL_MM)
    return np.asarray(
        fine - cv2.GaussianBlur(plane, (0, 0), _STROKE_MM[1] / PIXEL_MM), dtype=np.float32
    )


def _first_places(structure: Reals, mirrored: Gray, search: Search) -> list[Matrix]:
    """The likeliest places of the other face as 2 x 3 matrices, the best first."""
    shape = structure.shape
    size = (max(8, shape[1] // _COARSE), max(8, shape[0] // _COARSE))
    small = np.asarray(cv2.resize(structure, size, interpolation=cv2.INTER_AREA), np.float32)
    coarse = halved(halved(mirrored)).astype(np.float32)
    rows, columns = (cv2.getOptimalDFTSize(2 * value) for value in (size[1], size[0]))
    marks = cv2.dft(_padded(small, rows, columns), flags=cv2.DFT_REAL_OUTPUT)
    turns, tilts, farthest = search
    reach = round(farthest / PIXEL_MM / _COARSE)
    found: list[tuple[float, Matrix]] = []
    for turn, tilt in product(turns, tilts):
        matrix = _about_the_middle(coarse.shape, size, turn + tilt)
        moved = cv2.warpAffine(coarse, matrix, size)
        face = _structure(np.asarray(moved, dtype=np.float32), _COARSE)
        spectrum = cv2.dft(_padded(face, rows, columns), flags=cv2.DFT_REAL_OUTPUT)
        product_ = cv2.mulSpectrums(marks, spectrum, 0, conjB=True)
        likeness = cv2.dft(product_, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE)
        norm = float(np.linalg.norm(face)) * float(np.linalg.norm(small)) + 1e-6
        near = np.roll(likeness, (reach, reach), axis=(0, 1))[: 2 * reach + 1, : 2 * reach + 1]
        for _ in range(2):
            y, x = (int(value) for value in np.unravel_index(int(near.argmax()), near.shape))
            placed = matrix.copy()
            placed[:, 2] += (x - reach, y - reach)
            found.append((float(near[y, x]) / norm, placed))
            near[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4] = -np.inf
    found.sort(key=lambda entry: -entry[0])
    return [_enlarged(matrix) for _, matrix in islice(found, _CANDIDATES)]


def _padded(plane: Reals, rows: int, columns: int) -> Reals:
    padded = np.zeros((rows, columns), np.float32)
    padded[: plane.shape[0], : plane.shape[1]] = plane
    return padded


def _about_the_middle(shape: tuple[int, ...], size: tuple[int, int], degrees: float) -> Matrix:
    """Turns a plane about its middle and lays that on the middle of the new one."""
    middle = (shape[1] / 2 - 0.5, shape[0] / 2 - 0.5)
    matrix = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    matrix[:, 2] += np.array([size[0] / 2 - 0.5 - middle[0], size[1] / 2 - 0.5 - middle[1]])
    return np.asarray(matrix, dtype=np.float64)


def _enlarged(matrix: Matrix) -> Matrix:
    """The matrix of the coarse planes for those of full size."""
    half = (_COARSE - 1) / 2
    up = np.array([[_COARSE, 0, half], [0, _COARSE, half], [0, 0, 1.0]])
    whole = up @ np.vstack([matrix, (0, 0, 1)]) @ np.linalg.inv(up)
    return np.asarray(whole[:2], dtype=np.float64)


def _refined(structure: Reals, plain: Gray, mirrored: Gray, matrix: Matrix) -> Overlay:
    size = (structure.shape[1], structure.shape[0])
    for reach_mm in _REACHES_MM:
        face = cv2.warpAffine(plain, matrix, size).astype(np.float32)
        here, there, _ = _blocks_found(structure, _structure(face, 1.0), reach_mm)
        step = _fitted(here, there)
        if step is None:
            break
        matrix = (np.vstack([step, (0, 0, 1)]) @ np.vstack([matrix, (0, 0, 1)]))[:2]
    face = _strokes(np.asarray(cv2.warpAffine(plain, matrix, size), dtype=np.float32))
    _, _, alike = _blocks_found(_strokes(structure), face, PIXEL_MM * 1.5)
    return Overlay(
        face=np.asarray(cv2.warpAffine(mirrored, matrix, size), dtype=np.uint8),
        likeness=float(np.median(alike)) if alike else 0.0,
        blocks=len(alike),
    )


def _blocks_found(
    structure: Reals, face: Reals, reach_mm: float
) -> tuple[list[tuple[float, float]], list[tuple[float, float]], list[float]]:
    """Middles of the blocks of the face that has ink, where the marks show them instead, and how
    alike they are there."""
    # Paper smears what shines through it: so is the face to be compared.
    face = np.asarray(cv2.GaussianBlur(face, (0, 0), 0.7), dtype=np.float32)
    block = round(_BLOCK_MM / PIXEL_MM)
    reach = max(1, round(reach_mm / PIXEL_MM))
    here, there, alike = [], [], []
    usual = float(face.std())
    for top in range(reach, structure.shape[0] - block // 2 - reach, block):
        for left in range(reach, structure.shape[1] - block // 2 - reach, block):
            part = face[top : top + block, left : left + block]
            if (
                float(part.std()) < max(_LEAST_STRUCTURE, 0.5 * usual)
                or min(part.shape) < block // 2
            ):
                continue
            high, wide = part.shape
            area = structure[top - reach : top + high + reach, left - reach : left + wide + reach]
            if area.shape[0] < high or area.shape[1] < wide:
                continue
            found = cv2.matchTemplate(area, part, cv2.TM_CCOEFF_NORMED)
            _, likeness, _, (x, y) = cv2.minMaxLoc(found)
            alike.append(float(likeness))
            if likeness > _LEAST_LIKENESS:
                here.append((left + wide / 2, top + high / 2))
                there.append((left + wide / 2 + x - reach, top + high / 2 + y - reach))
    return here, there, alike


def _fitted(here: list[tuple[float, float]], there: list[tuple[float, float]]) -> Matrix | None:
    """What moves the blocks to where they were found; None where nothing is found."""
    if not here:
        return None
    source, target = np.array(here), np.array(there)
    if len(here) >= 4:
        matrix, _ = cv2.estimateAffinePartial2D(
            source, target, ransacReprojThreshold=_FIT_MM / PIXEL_MM
        )
        if matrix is not None and abs(float(np.linalg.det(matrix[:, :2])) - 1) < _MOST_STRETCH:
            return np.asarray(matrix, dtype=np.float64)
    shift = np.median(target - source, axis=0)
    return np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
