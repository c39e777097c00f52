"""Tells what shines through a sheet from what is written on it, by looking at its other face.

Marks that lie, mirrored, where the other face has dark ink are that ink seen through the paper;
marks that do not are writing of this face, however pale. On one face alone the two cannot always
be told apart: print that paled and lost its edges looks as the other face would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.faces_registration import PIXEL_MM, Overlay, laid_over
from ocr.image.border import borders, inner_box
from ocr.image.cells import connected_marks
from ocr.image.view import Gray, PageView
from ocr.image.written import Written, measure_written

Reals = NDArray[np.float32]
Box = tuple[int, int, int, int]

_EDGE_MM = 4.0
# The other face is there when the marks follow it so well; a few blocks must do so more clearly.
_LIKENESS = 0.5
_FEW_BLOCKS = 4
_LIKENESS_OF_FEW = 0.6
# Where the other face is so dark it says how much of it comes through.
_CORE = 0.35
_CORE_OF_THIN = 0.6
_FEWEST_CORE = 150
# Print, however thin, is as dark as this somewhere; what shines through is not.
_PRINT = 115
_DARK_SHARE = 0.0005
# Paper and its fibres let one place through more than another; and no paper lets half through.
_UNEVEN = 1.5
_MOST_THROUGH = 0.6
# How far a mark may lie from the ink it comes from (pixels of 0.34 mm), and how that is smeared.
_ASIDE = 2
_SMEAR = 1.0
_LEAST_STEP = 10.0
_NOISE_STEPS = 5.0
_DUST_MM = 1.0
# A streak or a crease: so much of the whole way of one line, and hardly anything beside it. More
# such lines are a ruled form.
_STREAK = 0.25
_BESIDE_STREAK = 0.08
_BESIDE = 5
_MOST_STREAKS = 3
# Marks of this size, and no thinner than that, may be letters; holes and staples are a few.
_LETTER_MM = (1.5, 15.0)
_THINNEST_MM = 1.0
_CELL_MM = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FaceSeen:
    """One face seen against the other.

    `matched` tells whether the other face shines through, `strength` how much of its darkness (0
    to 1), `likeness` how well the marks follow it. `rest` is what is written beyond that;
    `letters` how many marks beyond it, however faint, are as large as letters, and `cells` how
    many squares of 6 mm have any.
    """

    matched: bool
    strength: float
    likeness: float
    rest: Written
    letters: int
    cells: int


def seen_against(view: PageView, other: PageView | None) -> FaceSeen:
    """What is on a face besides what shines through from the `other` one of its sheet; both as
    they were scanned. None for a sheet whose other face nobody scanned."""
    inner = inner_box(view, borders(view))
    marks = at_scale(view, inner)
    overlay = Overlay(face=np.zeros_like(marks), likeness=0.0, blocks=0)
    if other is not None:
        overlay = laid_over(marks, at_scale(other, inner_box(other, borders(other))))
    matched = _is_matched(overlay)
    dark = other is not None and _is_dark(other)
    face = overlay.face if matched else np.zeros_like(marks)
    strength, allowed = _allowed(marks, face, dark)
    soft = cv2.GaussianBlur(marks, (0, 0), 0.5).astype(np.float32)
    beyond, letters = _without_dust(_without_streaks(np.asarray(soft > allowed, dtype=np.uint8)))
    left = view
    if matched:
        kept = cv2.dilate(beyond, np.ones((3, 3), np.uint8))
        full = cv2.resize(kept, (view.width, view.height), interpolation=cv2.INTER_NEAREST)
        ink, black = cv2.multiply(view.ink, full), cv2.multiply(view.black, full)
        left = replace(
            view, ink=np.asarray(ink, dtype=np.uint8), black=np.asarray(black, dtype=np.uint8)
        )
    return FaceSeen(
        matched=matched,
        strength=strength,
        likeness=overlay.likeness,
        rest=measure_written(left, inner),
        letters=letters,
        cells=_cells(beyond),
    )


def at_scale(view: PageView, inner: Box) -> Gray:
    """The ink in pixels of `PIXEL_MM`, without the edges of the page."""
    x0, y0, x1, y1 = inner
    edge = round(view.millimetres(_EDGE_MM))
    ink = np.zeros_like(view.ink)
    part = (slice(y0 + edge, y1 - edge), slice(x0 + edge, x1 - edge))
    ink[part] = view.ink[part]
    factor = 25.4 / (view.dpi * PIXEL_MM)
    size = (max(32, round(view.width * factor)), max(32, round(view.height * factor)))
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _is_matched(overlay: Overlay) -> bool:
    least = _LIKENESS if overlay.blocks >= _FEW_BLOCKS else _LIKENESS_OF_FEW
    return overlay.blocks > 0 and overlay.likeness > least


def _is_dark(view: PageView) -> bool:
    """Whether a face bears ink that cannot be this one shining through it."""
    dark = cv2.threshold(view.ink, _PRINT, 1, cv2.THRESH_BINARY)[1]
    return cv2.countNonZero(dark) >= _DARK_SHARE * view.ink.size


def _allowed(marks: Gray, face: Gray, dark: bool) -> tuple[float, Reals]:
    """How much of the darkness of the other face comes through, and how dark every place of this
    one may be by that; `dark` says that the other face bears ink as dark as print."""
    size = 2 * _ASIDE + 1
    near = cv2.dilate(face, np.ones((size, size), np.uint8))
    near_share = cv2.GaussianBlur(near, (0, 0), _SMEAR).astype(np.float32) / 255
    # Paper without anything behind it tells the noise.
    empty = marks[(near_share < 0.02)]
    if empty.size < 0.05 * marks.size:
        empty = marks[marks <= np.percentile(marks, 30)]
    quarter, paper = (float(value) for value in np.percentile(empty, (25, 50)))
    noise = (paper - quarter) / 0.674
    smeared = cv2.GaussianBlur(face, (0, 0), 0.7).astype(np.float32) / 255
    inked = smeared[smeared > _CORE / 4]
    # Thin print fills no pixel.
    most = float(np.percentile(inked, 95)) if inked.size else 0.0
    core = smeared > _CORE
    if dark and int(np.count_nonzero(core)) < _FEWEST_CORE:
        core = smeared > min(_CORE, _CORE_OF_THIN * most)
    strength = 0.0
    if int(np.count_nonzero(core)) >= _FEWEST_CORE:
        shares = (marks[core].astype(np.float32) - paper) / 255 / smeared[core]
        strength = min(_MOST_THROUGH / _UNEVEN, max(0.0, float(np.median(shares))))
    least = paper + max(_LEAST_STEP, _NOISE_STEPS * noise)
    return strength, np.asarray(least + 255 * _UNEVEN * strength * near_share, dtype=np.float32)


def _without_streaks(beyond: Gray) -> Gray:
    """The marks without the lines that dirt draws down the page and creases draw across it."""
    cleaned = beyond.copy()
    for axis in (0, 1):
        share = beyond.mean(axis=axis)
        beside = np.minimum(np.roll(share, _BESIDE), np.roll(share, -_BESIDE))
        full = np.asarray((share > _STREAK) & (beside < _BESIDE_STREAK))
        near = cv2.dilate(full.astype(np.uint8)[None, :], np.ones((1, 5), np.uint8))[0] > 0
        if 0 < np.count_nonzero(near[1:] > near[:-1]) <= _MOST_STREAKS:
            cleaned[(slice(None), near) if axis == 0 else (near, slice(None))] = 0
    return cleaned


def _without_dust(beyond: Gray) -> tuple[Gray, int]:
    """The marks that are more than specks, and how many of them are as large as letters."""
    labels, stats = connected_marks(beyond)
    longest = stats[:, 2:4].max(axis=1) * PIXEL_MM
    thinnest = stats[:, 2:4].min(axis=1) * PIXEL_MM
    large = longest >= _DUST_MM
    large[0] = False
    least, most = _LETTER_MM
    letters = large & (longest >= least) & (longest <= most) & (thinnest >= _THINNEST_MM)
    return np.asarray(large[labels], dtype=np.uint8), int(np.count_nonzero(letters))


def _cells(beyond: Gray) -> int:
    cell = round(_CELL_MM / PIXEL_MM)
    size = (beyond.shape[1] // cell, beyond.shape[0] // cell)
    whole = np.ascontiguousarray(beyond[: size[1] * cell, : size[0] * cell]) * np.uint8(255)
    shares = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return int(np.count_nonzero(shares > 0.01 * 255))
