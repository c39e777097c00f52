"""What is taken from a frame before any side is thought of: light, outline, features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Gray, Reals
from ocr.leafing.features import Features, frame_features
from ocr.leafing.outline import Outline, box_of_light, outline, tone_of
from ocr.leafing.tint import tint_of

Corners = Sequence[Sequence[float]]
# Less marked than this (share), a leaf bears nothing, and is not searched for among all sides.
_SURELY_BLANK = 0.0002
# What was found is painted as dark as the darkest of the frame, and so much wider: paper bends.
_DARK, _BENT = 0.05, 1.06
_NO_COLOUR = (2.0, 2.0)
# Where only its upper part is written, nobody can tell how far down a bent page reaches (share).
_DOWN = 0.1
# Both pages of a book lie in much the same light; the gutter darkens one of them.
_AS_LIGHT = 0.7


class View:
    """A frame to be recognised. Making it takes the outline of a leaf; features are taken when they
    are first asked for."""

    def __init__(self, pixels: NDArray[np.uint8], gray: Gray) -> None:
        self.gray = gray
        self.tint = tint_of(pixels)
        self.shape = (gray.shape[0], gray.shape[1])
        self._tone = tone_of(pixels)
        self.leaf: Outline | None = outline(gray, self._tone)
        leaf = self.leaf
        self.surely_blank = leaf is not None and leaf.blank and leaf.marked < _SURELY_BLANK

    @cached_property
    def first(self) -> Features:
        """The features of the first search."""
        return self._features(first=True)

    @cached_property
    def whole(self) -> Features:
        """The features of the thorough search."""
        return self._features(first=False)

    def prepared(self) -> View:
        """The same, with what nearly every recognition needs."""
        _ = self.first
        return self

    def beside(self, leaves: Sequence[Corners]) -> Outline | None:
        """The leaf that lies beside those found, as the other page of an open book."""
        rest, tone = self.gray.copy(), self._tone.copy()
        dark = int(np.quantile(rest[::8, ::8], _DARK))
        for corners in leaves:
            covered = _around(corners)
            cv2.fillConvexPoly(rest, covered.round().astype(np.int32), dark)
            small = covered * (tone.shape[1] / rest.shape[1])
            cv2.fillConvexPoly(tone, small.round().astype(np.int32), _NO_COLOUR)
        found = outline(rest, tone)
        if found is None:
            return None
        paper = max(self._light(corners) for corners in leaves)
        # What is left beside a single leaf may be nothing but the desk.
        return found if self._light(found.corners) >= _AS_LIGHT * paper else None

    def _light(self, corners: Corners | Reals) -> float:
        """The light of what lies within corners: that of its ground, not of its ink."""
        within = np.zeros(self.shape, np.uint8)
        cv2.fillConvexPoly(within, np.asarray(corners, np.float32).round().astype(np.int32), 1)
        light = self.gray[::4, ::4][within[::4, ::4] > 0]
        return float(np.median(light)) if light.size else 0.0

    def _features(self, *, first: bool) -> Features:
        left, top, right, bottom = box_of_light(self.gray)
        part = np.ascontiguousarray(self.gray[top:bottom, left:right])
        found = frame_features(part, self.shape, first=first)
        return Features(points=found.points + np.array([left, top], np.float32), looks=found.looks)


def _around(corners: Corners) -> Reals:
    """What a leaf found may cover; its corners go clockwise from its own upper left one."""
    points = np.asarray(corners, np.float32)
    middle = points.mean(axis=0)
    wider = middle + (points - middle) * _BENT
    up = (points[:2] - points[:1:-1]).mean(axis=0) * _DOWN
    return np.asarray(wider + np.stack([up, up, -up, -up]), np.float32)


def halves(corners: Reals) -> tuple[Corners, Corners]:
    """The two pages of an open book with these corners (clockwise): it is cut across its longer
    edges."""
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    if edges[0] + edges[2] < edges[1] + edges[3]:
        corners = np.roll(corners, -1, axis=0)
    first, second, third, fourth = corners
    above, below = (first + second) / 2, (third + fourth) / 2
    return (first, above, below, fourth), (above, second, third, below)


def outside(features: Features, leaves: Sequence[Corners]) -> Features:
    """The features that lie on none of the leaves."""
    kept = np.ones(len(features.points), np.bool_)
    for corners in leaves:
        kept &= ~_inside(features.points, np.asarray(corners, np.float32))
    return features.of(kept)


def _inside(points: Reals, corners: Reals) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Points within corners that go clockwise (y downwards)."""
    inside = np.ones(len(points), np.bool_)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge, to = end - start, points - start
        inside &= edge[0] * to[:, 1] - edge[1] * to[:, 0] >= 0
    return inside
