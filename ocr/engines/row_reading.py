"""Reads text rows: cuts them out of the page, feeds them in few shapes, decodes the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.character_network import CharacterNetwork, other_widths
from ocr.engines.ink import Pixels
from ocr.engines.networks import Batch, levels
from ocr.shrinking import halved
from ocr.tree import Box, Character

Quad = NDArray[np.float64]

HEIGHT = 48
"""Rows are scaled to this height, the one the network was trained with."""

_FRAME = 8
"""Pixels of a row per answer of the network."""

_WIDTHS = (64, 96, 128, 160, 208, 256, 320, 400, 512, 640, 800, 960, 1120, 1280, 1600, 2048)
"""Rows are filled up to one of these widths: the runtime prepares itself anew for every shape it
meets, which takes as long as reading three rows."""

_USUAL = 1280
"""Longer rows are few on a sheet of A4."""

_LONGEST = 8192
"""Longer rows (more than 170 characters) are pressed together."""

_TOGETHER = ((8, 128), (4, 320))
"""So many rows up to such a width are read in one go. More, or wide rows, no longer fit the
processor's caches and gain nothing."""

_START = 150
"""What it costs to read anything at all, in pixels of width: a cell of two characters takes 7 ms
alone and 2 ms among eight."""

_COLUMN_FROM = 1.5
"""Height by width from which a quad is a column; it is laid on its side to be read."""

_SHARPEST = 1.34
"""Largest reduction in one step; beyond it strokes would be skipped, so a halved page is used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowText:
    """What one row says. `characters` leave out spaces; boxes are in pixels of the page."""

    text: str
    confidence: float
    characters: tuple[Character, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RowAnswer:
    """What the network says of one row, for each 8 pixels of its width: the `best` class and its
    `chance`; `picked` (time x classes) are the chances of the classes that were asked for."""

    best: NDArray[np.int64]
    chance: NDArray[np.float32]
    picked: NDArray[np.float32]


class RowReader:
    """Reads rows with the network `network`, whose classes are blank, `alphabet`, space."""

    def __init__(self, network: CharacterNetwork) -> None:
        self._network = network
        self.alphabet = ("", *network.alphabet, " ")
        other = other_widths(network.alphabet)
        self._one_width = np.minimum(other, np.arange(len(other)))

    def prepare(self) -> None:
        """Runs every usual shape once, so that no page waits for the runtime to prepare it."""
        for width in [width for width in _WIDTHS if width <= _USUAL]:
            for count in (1, *_counts(width)):
                list(self._network.answers([np.zeros((count, 1, HEIGHT, width), np.float32)], ()))

    def read(self, page: Pixels, quads: list[Quad]) -> list[RowText]:
        """The text of each quad (clockwise from the upper left) of a grey page, in order."""
        pages = [page]
        rows, backs = [], []
        for quad in quads:
            row, back = _cut(pages, quad)
            rows.append(row)
            backs.append(back)
        found: list[RowText] = [RowText(text="", confidence=0.0, characters=())] * len(quads)
        limits = (page.shape[1], page.shape[0])
        for index, answer in self.answers(rows):
            found[index] = self._decoded(answer, rows[index].shape[1], backs[index], limits)
        return found

    def answers(
        self, rows: list[Pixels], picked: Sequence[int] = ()
    ) -> Iterator[tuple[int, RowAnswer]]:
        """Index and answer of each grey row (48 pixels high), in any order; `picked` are the
        classes whose chances are wanted."""
        chunks = _chunks(rows)
        batches = (_batch([rows[index] for index in chunk], places) for chunk, places in chunks)
        for (chunk, _), told in zip(chunks, self._network.answers(batches, picked), strict=True):
            for place, index in enumerate(chunk):
                yield (
                    index,
                    RowAnswer(
                        best=told.best[place], chance=told.chance[place], picked=told.picked[place]
                    ),
                )

    def _decoded(
        self, answer: RowAnswer, width: int, back: NDArray[np.float64], limits: tuple[int, int]
    ) -> RowText:
        # A mark may be wide in one frame and half as wide in the next, and is still one mark.
        kept = without_repeats(self._one_width[answer.best])
        if len(kept) == 0:
            return RowText(text="", confidence=0.0, characters=())
        signs = [self.alphabet[index] for index in answer.best[kept]]
        starts = answer.chance[kept].astype(np.float64)
        # Where a character begins it shares its chance with the space before it: how sure it is
        # shows in its surest frame.
        surest = np.maximum.reduceat(np.where(answer.best != 0, answer.chance, 0.0), kept)
        edges = _edges((kept.astype(np.float64) + 0.5) * _FRAME, width)
        characters = tuple(
            Character(
                text=sign,
                confidence=float(chance),
                box=_placed(back, float(left), float(right), limits),
            )
            for sign, chance, (left, right) in zip(signs, surest, edges, strict=True)
            if not sign.isspace()
        )
        # A space that may be none says nothing against what was read.
        seen = [place for place, sign in enumerate(signs) if not sign.isspace()]
        confidence = float(starts[seen].mean()) if seen else 0.0
        return RowText(text="".join(signs), confidence=confidence, characters=characters)


def without_repeats(best: NDArray[np.int64]) -> NDArray[np.intp]:
    """The frames at which a character begins: no blank, and not the one of the frame before."""
    return np.flatnonzero((best != 0) & (best != np.concatenate(([-1], best[:-1]))))


def _chunks(rows: list[Pixels]) -> list[tuple[list[int], int]]:
    """Which rows are read in one go, by index, and how many places the batch has: it is filled up
    with empty ones where that costs less than reading the rows one by one."""
    order = sorted(range(len(rows)), key=lambda index: -rows[index].shape[1])
    widths = [_filled(rows[index].shape[1]) for index in order]
    chunks = []
    start = 0
    while start < len(order):
        # What the rows would cost alone, less what they cost together.
        saved = {
            count: sum(_START + width for width in widths[start : start + count])
            - (_START + count * widths[start])
            for count in (1, *_counts(widths[start]))
        }
        count = max(saved, key=lambda number: saved[number])
        chunks.append((order[start : start + count], count))
        start += count
    return chunks


def _counts(width: int) -> list[int]:
    return [count for count, widest in _TOGETHER if width <= widest]


def _batch(rows: list[Pixels], places: int) -> Batch:
    """Rows in the shape the network takes; what is filled up is middle grey, as in training."""
    width = _filled(max(row.shape[1] for row in rows))
    batch = np.zeros((places, 1, HEIGHT, width), dtype=np.float32)
    for place, row in enumerate(rows):
        batch[place, 0, :, : row.shape[1]] = levels(row)
    return batch


def _filled(width: int) -> int:
    step = 512
    return next((fixed for fixed in _WIDTHS if fixed >= width), -(-width // step) * step)


def _cut(pages: list[Pixels], quad: Quad) -> tuple[Pixels, NDArray[np.float64]]:
    """The quad as a row 48 pixels high, and the matrix (2 x 3) from the row back to the page.

    `pages` holds the page and its halves as far as they were needed; it grows.
    """
    upper_left, upper_right, lower_right, lower_left = quad
    length = max(np.hypot(*(upper_right - upper_left)), np.hypot(*(lower_right - lower_left)))
    height = max(np.hypot(*(lower_left - upper_left)), np.hypot(*(lower_right - upper_right)))
    if height >= _COLUMN_FROM * length:
        # The upper right corner of a column becomes the upper left of its row.
        upper_left, upper_right, lower_left = upper_right, lower_right, upper_left
        length, height = height, length
    width = int(np.clip(np.ceil(HEIGHT * length / max(1.0, height)), 8, _LONGEST))
    across, down = (upper_right - upper_left) / width, (lower_left - upper_left) / HEIGHT
    back = np.array(
        [[across[0], down[0], upper_left[0]], [across[1], down[1], upper_left[1]]], dtype=np.float64
    )
    level = 0
    while height / HEIGHT / 2**level > _SHARPEST:
        level += 1
        if level == len(pages):
            pages.append(halved(pages[-1]))
    source = pages[level]
    # Centres of pixels, not their corners, are what the transform speaks of.
    ratio = np.array([source.shape[1] / pages[0].shape[1], source.shape[0] / pages[0].shape[0]])
    matrix = back.copy()
    matrix[:, 2] += 0.5 * (back[:, 0] + back[:, 1])
    matrix = matrix * ratio[:, None]
    matrix[:, 2] -= 0.5
    row = cv2.warpAffine(
        source,
        matrix,
        (width, HEIGHT),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(row, dtype=np.uint8), back


def _edges(centres: NDArray[np.float64], width: int) -> list[tuple[float, float]]:
    """Left and right of each character of a row: half way to its neighbours, but no wider than
    a full character, which is about as wide as the row is high."""
    half = np.full(len(centres), 0.42 * HEIGHT)
    steps = np.diff(centres) / 2.0
    before, after = half.copy(), half.copy()
    before[1:] = np.minimum(before[1:], steps)
    after[:-1] = np.minimum(after[:-1], steps)
    # The first and the last are as wide to their free side as to the other.
    if len(centres) > 1:
        before[0], after[-1] = after[0], before[-1]
    left = np.clip(centres - before, 0.0, width)
    right = np.clip(centres + after, 0.0, width)
    return list(zip(left.tolist(), right.tolist(), strict=True))


def _placed(back: NDArray[np.float64], left: float, right: float, limits: tuple[int, int]) -> Box:
    corners = np.array([(left, 0, 1), (right, 0, 1), (right, HEIGHT, 1), (left, HEIGHT, 1)])
    places = np.clip(corners @ back.T, 0.0, limits)
    x0, y0 = places.min(axis=0)
    x1, y1 = places.max(axis=0)
    return (float(x0), float(y0), float(x1), float(y1))
