"""Puts together the pieces of a line that is interrupted by what it crosses."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Points = NDArray[np.float32]

_LEAST_MM = 2.6
# How many times as long as the line between its ends the way along a piece may be.
_THIN = 1.7
# The direction at an end is taken over so many millimetres.
_END_MM = 3.0
# A gap is no longer than this, nor than the pieces beside it allow; the line goes on in its
# direction, to within so many degrees on both sides.
_GAP_MM = 9.0
_GAP_SHARE = 1.6
_APART = 24.0
# So many pixels apart are ends that touch.
_TOUCHING = 3.0
_MOST = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Places (x, y) in order along a piece of a line, and how long it is in pixels."""

    line: Points
    length: float

    def end(self, last: bool, reach: float) -> tuple[Points, Points]:
        """One end, and the direction in which the piece leaves there."""
        line = self.line if last else self.line[::-1]
        near = line[np.hypot(*(line - line[-1]).T) <= reach]
        way = line[-1] - near.mean(axis=0)
        return line[-1], way / max(1e-3, float(np.hypot(*way)))


def chains_of(mask: Plane, pixel_mm: float) -> list[list[Piece]]:
    """The pieces of every line of a sparse mask (1 is set), in order along it; all of them lie
    the same way round."""
    pieces = _pieces(mask, pixel_mm)
    if not pieces or len(pieces) > _MOST:
        return []
    joints = sorted(_joints(pieces, pixel_mm))
    taken: dict[tuple[int, bool], tuple[int, bool]] = {}
    chain_of = list(range(len(pieces)))
    for _, one, other in joints:
        if one in taken or other in taken or chain_of[one[0]] == chain_of[other[0]]:
            continue
        taken[one], taken[other] = other, one
        old, new = chain_of[other[0]], chain_of[one[0]]
        chain_of = [new if number == old else number for number in chain_of]
    return [_in_order(start, pieces, taken) for start in _starts(len(pieces), taken)]


def _pieces(mask: Plane, pixel_mm: float) -> list[Piece]:
    # A line is all outline. It is gone along there and back.
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    least = _LEAST_MM / pixel_mm
    long = [outline[:, 0, :] for outline in outlines if len(outline) > least]
    found: list[Piece] = []
    if len(long) > 2 * _MOST:
        return found
    for outline in long:
        places = outline.astype(np.float32)
        if float(np.hypot(*np.ptp(places, axis=0))) < least:
            continue
        off = places - places.mean(axis=0)
        _, axes = np.linalg.eigh(off.T @ off)
        line = places[np.argsort(off @ axes[:, 1])]
        length = float(np.hypot(*(line[-1] - line[0])))
        if len(line) <= 2 * _THIN * length:
            smooth = np.asarray(cv2.blur(line, (1, 5)), dtype=np.float32)
            found.append(Piece(line=smooth, length=length))
    return found


def _joints(
    pieces: list[Piece], pixel_mm: float
) -> list[tuple[float, tuple[int, bool], tuple[int, bool]]]:
    """Pairs of ends (piece, whether its last) that may be of one line, the likeliest lowest."""
    if len(pieces) < 2:
        return []
    reach = _END_MM / pixel_mm
    ends = [piece.end(last, reach) for piece in pieces for last in (False, True)]
    places, ways = (np.array(values, dtype=np.float32) for values in zip(*ends, strict=True))
    lengths = np.repeat([piece.length for piece in pieces], 2)
    gaps = places[None] - places[:, None]
    distances = np.hypot(gaps[..., 0], gaps[..., 1])
    over = gaps / np.maximum(1.0, distances)[..., None]
    leaving = (over * ways[:, None]).sum(axis=2)
    facing = -(ways @ ways.T)
    straight = np.minimum(np.minimum(leaving, leaving.T), facing)
    # Where ends all but touch, the way from one to the other says nothing.
    straight = np.where(distances < _TOUCHING, facing, straight)
    allowed = np.minimum(_GAP_MM / pixel_mm, _GAP_SHARE * np.add.outer(lengths, lengths))
    fits = (straight >= np.cos(np.radians(_APART))) & (distances <= allowed)
    fits &= np.subtract.outer(np.arange(len(ends)) // 2, np.arange(len(ends)) // 2) < 0
    return [
        (
            float(distances[one, other] * (2 - straight[one, other])),
            (int(one) // 2, bool(one % 2)),
            (int(other) // 2, bool(other % 2)),
        )
        for one, other in np.argwhere(fits)
    ]


def _starts(count: int, taken: dict[tuple[int, bool], tuple[int, bool]]) -> list[tuple[int, bool]]:
    """One free end of every chain, as the end at which it is begun."""
    starts, seen = [], set()
    for index in range(count):
        for last in (False, True):
            if (index, last) in taken or index in seen:
                continue
            starts.append((index, last))
            at = (index, last)
            while True:
                seen.add(at[0])
                follows = taken.get((at[0], not at[1]))
                if follows is None:
                    break
                at = follows
    return starts


def _in_order(
    start: tuple[int, bool], pieces: list[Piece], taken: dict[tuple[int, bool], tuple[int, bool]]
) -> list[Piece]:
    chain = []
    at: tuple[int, bool] | None = start
    while at is not None:
        index, last = at
        piece = pieces[index]
        line = piece.line[::-1] if last else piece.line
        chain.append(Piece(line=line, length=piece.length))
        at = taken.get((index, not last))
    return chain
