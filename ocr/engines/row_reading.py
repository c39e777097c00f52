"""Reads text rows: cuts them out of the page, feeds them in few shapes, decodes the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.character_network import STRIPS, CharacterNetwork, other_widths
from ocr.engines.ink import Pixels
from ocr.engines.networks import Batch, levels
from ocr.shrinking import halved
from ocr.tree import Box, Character

Quad = NDArray[np.float64]

HEIGHT = 48
"""Rows are scaled to this height, the one the network was trained with."""

_FRAME = 8
"""Pixels of a row per answer of the network."""

_LONGEST = 8192
"""Longer rows (more than 170 characters) are pressed together."""

_STRIP = STRIPS[-1]
"""Short rows are put one behind another into strips of this width: any number of rows then takes
few shapes of picture, and none is filled up with nothing. A network that weighs a whole picture
up also reads a cell of two characters better in company than alone."""

_GAP = 32
"""Pixels between the rows of a strip, middle grey, which the network knows from training."""

_PRESSED, _PRESSED_FROM = 0.8, 320
"""Rows longer than so many pixels are pressed together by a fifth, which saves as much time: of
2,200 rows of all kinds of print three more are misread then. Short rows are cells and numbers,
whose digits are narrow and have nothing beside them to be known by."""

_DOUBTFUL = 0.9
"""Confidence below which a row is read once more, alone and at full length: what stands beside it
in its strip (a row on its side, scraps of a seal) may have led the network astray."""

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
        for width in STRIPS:
            list(self._network.answers([np.zeros((1, 1, HEIGHT, width), np.float32)], ()))

    def read(self, page: Pixels, quads: list[Quad]) -> list[RowText]:
        """The text of each quad (clockwise from the upper left) of a grey page, in order."""
        pages = [page]
        cuts = [_cut(pages, quad) for quad in quads]
        rows = [_pressed(*cut) for cut in cuts]
        limits = (page.shape[1], page.shape[0])
        found = self._texts(rows, _strips([row.shape[1] for row, _ in rows]), limits)
        again = [index for index, text in enumerate(found) if text.confidence < _DOUBTFUL]
        alone = [cuts[index] for index in again]
        texts = self._texts(alone, [{place: 0} for place in range(len(alone))], limits)
        for index, text in zip(again, texts, strict=True):
            if text.confidence > found[index].confidence:
                found[index] = text
        return found

    def _texts(
        self,
        rows: list[tuple[Pixels, NDArray[np.float64]]],
        strips: list[dict[int, int]],
        limits: tuple[int, int],
    ) -> list[RowText]:
        """The text of each row, given with its matrix back to the page, read in these strips."""
        found: list[RowText] = [RowText(text="", confidence=0.0, characters=())] * len(rows)
        for index, answer in self._answers([row for row, _ in rows], strips, ()):
            row, back = rows[index]
            found[index] = self._decoded(answer, row.shape[1], back, limits)
        return found

    def answers(
        self, rows: list[Pixels], picked: Sequence[int] = ()
    ) -> Iterator[tuple[int, RowAnswer]]:
        """Index and answer of each grey row (48 pixels high), in any order; `picked` are the
        classes whose chances are wanted."""
        yield from self._answers(rows, _strips([row.shape[1] for row in rows]), picked)

    def _answers(
        self, rows: list[Pixels], strips: list[dict[int, int]], picked: Sequence[int]
    ) -> Iterator[tuple[int, RowAnswer]]:
        batches = (_batch(rows, strip) for strip in strips)
        for strip, told in zip(strips, self._network.answers(batches, picked), strict=True):
            for index, left in strip.items():
                start = left // _FRAME
                # One frame more: the last character may show where the row has just ended.
                span = slice(start, start + _frames(rows[index].shape[1]) + 1)
                yield (
                    index,
                    RowAnswer(
                        best=told.best[0, span],
                        chance=told.chance[0, span],
                        picked=told.picked[0, span],
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
        # How wide a pixel of the row is, by how high it is.
        step = float(np.hypot(*back[:, 0]) / max(1e-9, np.hypot(*back[:, 1])))
        edges = _edges((kept.astype(np.float64) + 0.5) * _FRAME, width, HEIGHT / step)
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


def _strips(widths: list[int]) -> list[dict[int, int]]:
    """Strips of rows: the rows of each by index, with their left edges.

    The widest come first; each goes into the strip with the least room that still has enough.
    """
    strips: list[dict[int, int]] = []
    ends: list[int] = []
    for index in sorted(range(len(widths)), key=lambda index: -widths[index]):
        taken = _frames(widths[index]) * _FRAME
        open_ = [place for place, end in enumerate(ends) if end + _GAP + taken <= _STRIP]
        if open_:
            place = max(open_, key=lambda place: ends[place])
            strips[place][index] = ends[place] + _GAP
            ends[place] += _GAP + taken
        else:
            strips.append({index: 0})
            ends.append(taken)
    return strips


def _batch(rows: list[Pixels], strip: dict[int, int]) -> Batch:
    """The strip in the shape the network takes; what is left is middle grey, as in training."""
    width = max(left + rows[index].shape[1] for index, left in strip.items())
    batch = np.zeros((1, 1, HEIGHT, _filled(width)), dtype=np.float32)
    for index, left in strip.items():
        row = rows[index]
        batch[0, 0, :, left : left + row.shape[1]] = levels(row)
    return batch


def _filled(width: int) -> int:
    step = 512
    return next((fixed for fixed in STRIPS if fixed >= width), -(-width // step) * step)


def _frames(width: int) -> int:
    return -(-width // _FRAME)


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


def _pressed(row: Pixels, back: NDArray[np.float64]) -> tuple[Pixels, NDArray[np.float64]]:
    """The row, pressed together where it is long, and the matrix back from it to the page."""
    width = row.shape[1]
    if width <= _PRESSED_FROM:
        return row, back
    narrow = round(_PRESSED * width)
    back = back * (width / narrow, 1.0, 1.0)
    pressed = cv2.resize(row, (narrow, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(pressed, dtype=np.uint8), back


def _edges(centres: NDArray[np.float64], width: int, full: float) -> list[tuple[float, float]]:
    """Left and right of each character of a row: half way to its neighbours, but no wider than
    a full character, which is about as wide as the row is high: `full` pixels."""
    half = np.full(len(centres), 0.42 * full)
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
