"""Hairs: thinner than a pixel, so that they are too pale to be seen among the dark things.

What sets a faint hair apart from pencil, creases and the rims of stains is that it is as narrow as
the scanner can show, and from writing that it bends smoothly over a long way. It is seen where it
lies on bare paper; where it crosses writing its pieces are put together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.hair_pieces import chains_of
from ocr.detectors.ovals import off_circle
from ocr.detectors.runs import MOST_ALONG, REDUCE, share_along
from ocr.sight import Sight, WorkBox

Plane = NDArray[np.uint8]
Points = NDArray[np.float32]

# Levels by which a hair stands out from the paper on both of its sides, in the darkest of four
# pixels each, within so many millimetres.
_RAISED = 22
_NARROW_MM = 1.0
# Writing and rules are darker (in the mean of four pixels), and so is their neighbourhood.
_WRITTEN = 104
_BESIDE_MM = 0.9
# A page on which more than this is faint is a pattern or a photograph.
_FAINT_SHARE = 0.012
_LEAST_MM = 24.0
_SEEN_SHARE = 0.55
# Ink across it, in millimetres of full darkness, and that by its darkness at its darkest: how
# broad it looks.
_INK_MM = (0.02, 0.17)
_LOOKS_MM = 0.42
_GROUND = 24.0
# Hair is gray or brown: it is darker in one channel than in another by no more than this.
_COLOURED = 1.7
_REACH = 4
# How far a hair strays from the line between its ends, more where that runs along the page, as
# rules that are warped do.
_SAGITTA_MM = 1.2
_BENT = 0.03
_AXIS_DEGREES = 5.0
_AXIS_SAGITTA_MM = 2.5
# Seals are round.
_ROUND_DEGREES = 150.0
_OFF_CIRCLE_MM = 0.15
_STEP_MM = 2.5
# Lines that turn to and fro on the spot are drawn (degrees a millimetre).
_MOST_TURNED = 9.0
# More lines of this length are a drawing or a chart.
_LINE_MM = 12.0
_MOST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Hair:
    """One hair. `length` in millimetres, `box` in working pixels."""

    box: WorkBox
    length: float


def hairs_of(sight: Sight, darkest: Plane, black: Plane) -> list[Hair]:
    """The hairs that lie on bare paper for the most part, the longest first; `darkest` is from
    `wires.darkest_of`, `black` that of the view at half size."""
    pixel_mm = REDUCE * 25.4 / sight.view.dpi
    faint = _faint(sight, darkest, black, pixel_mm)
    if cv2.countNonZero(faint) > _FAINT_SHARE * faint.size:
        return []
    found, lines = [], 0
    for chain in chains_of(faint, pixel_mm):
        line = np.concatenate([piece.line for piece in chain])
        seen = sum(piece.length for piece in chain)
        whole = seen + sum(
            float(np.hypot(*(after.line[0] - before.line[-1]))) for before, after in pairwise(chain)
        )
        lines += whole * pixel_mm >= _LINE_MM
        if whole * pixel_mm < _LEAST_MM or seen < _SEEN_SHARE * whole:
            continue
        if share_along(line, sight, pixel_mm) > MOST_ALONG:
            continue
        if _is_bent(line, whole, sight, pixel_mm) and _is_thin(line, sight):
            (x0, y0), (x1, y1) = line.min(axis=0) * REDUCE, line.max(axis=0) * REDUCE
            box = (int(x0), int(y0), int(x1) + REDUCE, int(y1) + REDUCE)
            found.append(Hair(box=box, length=whole * pixel_mm))
    return sorted(found, key=lambda hair: -hair.length) if lines <= _MOST else []


def _faint(sight: Sight, darkest: Plane, black: Plane, pixel_mm: float) -> Plane:
    """What is thin and pale and has bare paper beside it (1)."""
    high, wide = min(darkest.shape[0], black.shape[0]), min(darkest.shape[1], black.shape[1])
    darkest, black = darkest[:high, :wide], black[:high, :wide]
    size = max(3, round(_NARROW_MM / pixel_mm))
    ground = cv2.morphologyEx(darkest, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    raised = cv2.threshold(cv2.subtract(darkest, ground), _RAISED, 1, cv2.THRESH_BINARY)[1]
    bare = cv2.threshold(black, _WRITTEN, 1, cv2.THRESH_BINARY_INV)[1]
    size = round(2 * _BESIDE_MM / pixel_mm) | 1
    bare = cv2.erode(bare, np.ones((size, size), np.uint8))
    # Where noise breaks a hair, it goes on in the next pixel.
    kernel = np.ones((3, 3), np.uint8)
    faint = np.asarray(
        cv2.morphologyEx(cv2.bitwise_and(raised, bare), cv2.MORPH_CLOSE, kernel), dtype=np.uint8
    )
    x0, y0, x1, y1 = (value // REDUCE for value in sight.inner)
    faint[:y0], faint[y1:], faint[:, :x0], faint[:, x1:] = 0, 0, 0, 0
    return faint


def _is_bent(line: Points, whole: float, sight: Sight, pixel_mm: float) -> bool:
    ends = line[-1] - line[0]
    chord = float(np.hypot(*ends))
    across = np.array([-ends[1], ends[0]], dtype=np.float32) / np.float32(max(1.0, chord))
    sagitta = float(np.ptp(line @ across))
    degrees = float(np.degrees(np.arctan2(ends[1], ends[0])))
    along = sight.leaning(degrees) <= _AXIS_DEGREES
    least = max((_AXIS_SAGITTA_MM if along else _SAGITTA_MM) / pixel_mm, _BENT * chord)
    if sagitta < least:
        return False
    steps = np.diff(line[:: max(2, round(_STEP_MM / pixel_mm))], axis=0)
    if len(steps) < 3:
        return False
    angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    turns = np.degrees(np.diff(angles))
    if float(np.abs(turns).sum()) > _MOST_TURNED * whole * pixel_mm:
        return False
    return abs(float(turns.sum())) < _ROUND_DEGREES or off_circle(line) * pixel_mm > _OFF_CIRCLE_MM


def _is_thin(line: Points, sight: Sight) -> bool:
    """Whether there is as little ink across a line, and as close together, as in a hair."""
    black = sight.view.black
    course = np.gradient(np.asarray(cv2.blur(line, (1, 9)), dtype=np.float32), axis=0)
    norms = np.stack([-course[:, 1], course[:, 0]], axis=1)
    norms /= np.maximum(1e-3, np.hypot(norms[:, 0], norms[:, 1]))[:, None]
    offsets = np.arange(-2 * _REACH, 2 * _REACH + 1, dtype=np.float32)[:, None, None]
    middle = REDUCE * line + (REDUCE - 1) / 2
    x, y = np.rint(middle[None] + offsets * norms[None]).astype(np.int32).transpose(2, 0, 1)
    np.clip(x, 0, black.shape[1] - 1, out=x)
    np.clip(y, 0, black.shape[0] - 1, out=y)
    profiles = black[y, x].astype(np.float32)
    ground = np.median(np.concatenate([profiles[:3], profiles[-3:]]), axis=0)
    if float(np.median(ground)) > _GROUND:
        return False
    profiles = np.clip(profiles - ground, 0, None)
    # A pen or a printed line in colour is pale in its lightest channel only.
    tinted = float(np.median(sight.view.ink[y, x].max(axis=0).astype(np.float32) - ground))
    if tinted > _COLOURED * float(np.median(profiles.max(axis=0))):
        return False
    # The darkest place near the middle, and what is there on both sides of it.
    at = np.argmax(profiles[_REACH : 3 * _REACH + 1], axis=0) + _REACH
    columns = np.arange(profiles.shape[1])
    shares = np.stack([profiles[at + step, columns] for step in range(-_REACH, _REACH + 1)])
    usual = np.median(shares, axis=1)
    ink = float(usual.sum()) / 255 * 25.4 / sight.view.dpi
    return _INK_MM[0] <= ink <= _INK_MM[1] and ink <= _LOOKS_MM * float(usual[_REACH]) / 255
