"""The sides of a dossier, ready to be found in a frame: their features and a small picture.

A side is prepared once and kept in a file of its own, so that a dossier of thousands of sides
needs 80 kB of memory a side and its pictures are read only where a decision asks for them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.image.load import load_reduced, turned
from ocr.laying.points import Gray, Reals
from ocr.leafing.bare import bears_nothing
from ocr.leafing.features import SIDE_PIXELS, Features, side_features
from ocr.leafing.registration import SidePlanes
from ocr.leafing.tint import tint_of

_LEAST_DPI = 80
# Looks are kept in bytes: the square root of a share is at most 1.
_STEPS = 255.0
# Axes of the looks that the first search uses; with more it only takes longer.
_AXES = 32
# Neighbours that a feature of the frame may vote for.
_NEIGHBOURS = 8
# So many features of a frame vote: more change nothing in hundreds of sides, and take as long.
_QUERIES = 256
_SAMPLE = 20_000
# A block of sides multiplied at once, so that memory stays small at 2,000 sides.
_BLOCK = 64
FEWEST_FEATURES = 16
# So many of the next sides are tried before all are searched.
_AFTER = 4
# Sides whose planes are kept (8 MB each).
_KEPT_PLANES = 16


def prepare(sides: Sequence[Sequence[Any]], folder: str) -> dict[str, dict[str, bool]]:
    """Prepare sides, each `(name, path, frame, turn)`, into files `<folder>/<name>.npz`; tells of
    each whether it is `readable` and whether it is `blank`: bears nothing that could be found."""
    answers: dict[str, dict[str, bool]] = {}
    for name, path, frame, turn in sides:
        target = Path(folder) / f"{name}.npz"
        try:
            page = load_reduced(Path(path), int(frame), _LEAST_DPI, partial=True)
        except BadInput:
            answers[str(name)] = {"readable": False, "blank": False}
            continue
        small = _small(turned(page.pixels, int(turn)))
        gray = _gray(small)
        found = side_features(gray)
        making = target.with_suffix(".part.npz")
        np.savez(
            making,
            picture=gray,
            tint=tint_of(small),
            points=found.points,
            looks=np.asarray(np.round(found.looks * _STEPS), np.uint8),
        )
        making.replace(target)
        answers[str(name)] = {"readable": True, "blank": bears_nothing(gray)}
    return answers


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = SIDE_PIXELS / max(pixels.shape[:2])
    size = (max(8, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _gray(pixels: NDArray[np.uint8]) -> Gray:
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexedSide:
    """One side that can be found; `position` as in the dossier, `size` is width and height of
    its picture."""

    position: int
    file: Path
    size: tuple[int, int]
    points: Reals
    looks: NDArray[np.uint8]

    def features(self) -> Features:
        """Its features."""
        looks = self.looks.astype(np.float32) / np.float32(_STEPS)
        return Features(points=self.points, looks=looks)

    def planes(self) -> SidePlanes:
        """Its small picture and colours, read anew."""
        with np.load(self.file) as stored:
            return SidePlanes(stored["picture"], stored["tint"])


class SideIndex:
    """Finds the sides that a frame may show."""

    def __init__(self, sides: Sequence[tuple[int, Path]]) -> None:
        self.sides: dict[int, IndexedSide] = {}
        for position, file in sides:
            with np.load(file) as stored:
                high, wide = stored["picture"].shape
                side = IndexedSide(
                    position=position,
                    file=file,
                    size=(wide, high),
                    points=stored["points"],
                    looks=stored["looks"],
                )
            if len(side.points) >= FEWEST_FEATURES:
                self.sides[position] = side
        self._positions = np.array(list(self.sides), np.int64)
        self._order = sorted(self.sides)
        self._planes: OrderedDict[int, SidePlanes] = OrderedDict()
        self._mean, self._axes = _axes([side.looks for side in self.sides.values()])
        self._flat, self._starts = self._projected()

    def planes(self, position: int) -> SidePlanes:
        """A side as frames are laid over it; those used of late are kept."""
        if position not in self._planes:
            self._planes[position] = self.sides[position].planes()
            if len(self._planes) > _KEPT_PLANES:
                self._planes.popitem(last=False)
        self._planes.move_to_end(position)
        return self._planes[position]

    def likely_after(self, last: int) -> list[int]:
        """Positions that are likely to be shown after `last` (0: none), the likeliest first: the
        next ones that can be found, the same again, the one before."""
        at = bisect_right(self._order, last)
        before = self._order[max(0, at - 2) : at][::-1]
        after = self._order[at : at + _AFTER]
        return [*after[:2], *before[:1], *after[2:], *before[1:]]

    def shortlist(self, frame: Features, most: int) -> list[int]:
        """Positions of the sides whose features the frame has, the likeliest first.

        Every feature of the frame votes for the sides that have one like it, by how much nearer
        it is than to sides in general (McCann and Lowe, Local naive Bayes nearest neighbour, 2012):
        what all sides have says nothing.
        """
        return [position for position, _ in self.votes(frame, most)]

    def votes(self, frame: Features, most: int) -> list[tuple[int, float]]:
        """As `shortlist`, with the votes of each as a share of those of the first."""
        if not self.sides or not len(frame.points):
            return []
        step = max(1, len(frame.looks) // _QUERIES)
        looks = (frame.looks[::step] - self._mean) @ self._axes
        looks /= np.linalg.norm(looks, axis=1, keepdims=True) + 1e-6
        likeness = np.zeros((len(self.sides), len(looks)), np.float32)
        for first in range(0, len(self.sides), _BLOCK):
            last = min(first + _BLOCK, len(self.sides))
            start, stop = self._starts[first], self._starts[last]
            products = self._flat[start:stop].astype(np.float32) @ looks.T
            cuts = self._starts[first:last] - start
            likeness[first:last] = np.maximum.reduceat(products, cuts, axis=0)
        others = min(_NEIGHBOURS, len(self.sides) - 1)
        background = -np.partition(-likeness, others, axis=0)[others]
        if not others:
            background = np.zeros_like(background)
        votes = np.maximum(likeness - background, 0.0).sum(axis=1)
        order = np.argsort(-votes)[:most]
        most_votes = max(float(votes[order[0]]), 1e-6)
        return [(int(self._positions[place]), float(votes[place]) / most_votes) for place in order]

    def _projected(self) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
        blocks = []
        for side in self.sides.values():
            looks = (side.features().looks - self._mean) @ self._axes
            looks /= np.linalg.norm(looks, axis=1, keepdims=True) + 1e-6
            blocks.append(looks.astype(np.float16))
        starts = np.cumsum([0, *(len(block) for block in blocks)])
        flat = np.concatenate(blocks) if blocks else np.zeros((0, _AXES), np.float16)
        return flat, np.asarray(starts, np.int64)


def _axes(looks: Sequence[NDArray[np.uint8]]) -> tuple[Reals, Reals]:
    """The mean look and the axes along which looks differ most."""
    if not looks:
        return np.zeros(128, np.float32), np.eye(128, _AXES, dtype=np.float32)
    step = max(1, sum(len(block) for block in looks) // _SAMPLE)
    sample = np.concatenate([block[::step] for block in looks]).astype(np.float32) / _STEPS
    mean = sample.mean(axis=0)
    spread = (sample - mean).T @ (sample - mean)
    _, vectors = np.linalg.eigh(spread)
    return np.asarray(mean, np.float32), np.asarray(vectors[:, ::-1][:, :_AXES], np.float32)
