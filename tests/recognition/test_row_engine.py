"""Parts of the default engine: empty bands left out, rows read one by one, warm-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pytest

from ocr.engines.character_network import FrameAnswers, answers_of, other_widths, powers_of
from ocr.engines.empty_rows import STEP, squeezed
from ocr.engines.ink import Pixels
from ocr.engines.networks import Batch
from ocr.engines.row_reading import HEIGHT, RowReader
from ocr.engines.warm import warm_up

DPI = 100


class Echo:
    """A network that names, at each frame, how dark the frame is: 1 black, 2 grey, else blank."""

    alphabet = ("黑", "灰")

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def answers(self, batches: Iterable[Batch], picked: Sequence[int]) -> Iterator[FrameAnswers]:
        for batch in batches:
            self.shapes.append(batch.shape)
            shade = batch[:, 0].mean(axis=1).reshape(len(batch), -1, 8).mean(axis=2)
            answer = np.zeros((*shade.shape, 4), dtype=np.float32)
            kind = np.where(shade < -0.9, 1, np.where(np.abs(shade + 0.5) < 0.1, 2, 0))
            np.put_along_axis(answer, kind[:, :, None], 1.0, axis=2)
            yield answers_of(answer, picked, other_widths(self.alphabet))


def marked(*rows: int) -> Pixels:
    page = np.full((1170, 827), 245, dtype=np.uint8)
    for row in rows:
        page[row : row + 12, 100:700:4] = 60
    return page


def test_empty_bands_go_and_quads_come_back_to_their_place() -> None:
    page = marked(100, 900)
    short = squeezed(page, DPI)

    assert short is not None
    assert len(short.image) % STEP == 0 and len(short.image) < len(page)
    inked = np.flatnonzero((short.image < 100).any(axis=1))
    for first, place in ((inked[0], 100), (inked[12], 900)):
        quad = np.array([[100.0, first], [700, first], [700, first + 12], [100, first + 12]])
        assert short.on_page(quad)[0].tolist() == [100.0, place]


def test_an_empty_page_is_not_looked_at_and_a_full_one_is_kept() -> None:
    full = squeezed(marked(*range(0, 1160, 40)), DPI)

    assert squeezed(marked(), DPI) is None
    assert full is not None and full.image.shape == (1170, 827)


def test_a_lone_number_is_looked_at_by_itself() -> None:
    page = marked()
    page[60:72, 700:730:4] = 60
    narrow = squeezed(page, DPI)

    assert narrow is not None and narrow.image.shape == (STEP, STEP)
    top, left = (int(places.min()) for places in np.nonzero(narrow.image < 100))
    quad = np.array([[left, top], [left + 30, top], [left + 30, top + 12], [left, top + 12]])
    assert narrow.on_page(quad.astype(np.float64))[0].tolist() == [700.0, 60.0]


def test_faint_print_counts_as_ink() -> None:
    page = marked()
    page[500:512, 100:700:6] -= 40

    assert squeezed(page, DPI) is not None


def test_rows_come_back_one_by_one() -> None:
    page = np.full((300, 900), 255, dtype=np.uint8)
    page[0:HEIGHT, 40:56] = 0
    page[100 : 100 + HEIGHT, 400:416] = 64
    network = Echo()
    quads = [
        np.array([[x, y], [x + 160, y], [x + 160, y + HEIGHT], [x, y + HEIGHT]], dtype=np.float64)
        for x, y in ((0, 0), (360, 100))
    ]

    rows = RowReader(network).read(page, quads)

    assert [row.text for row in rows] == ["黑", "灰"]
    # Both stand in one strip; each has an answer of its own.
    assert network.shapes == [(1, 1, HEIGHT, 640)]
    x0, y0, x1, y1 = rows[1].characters[0].box
    assert 360 <= x0 < 408 < x1 <= 520 and (y0, y1) == (100.0, 148.0)


def test_numbers_are_read_apart_and_in_their_order() -> None:
    network = Echo()
    shades = {20: 0, 40: 64, 70: 0, 88: 64, 96: 0}
    rows = [np.full((HEIGHT, width), shades[width], dtype=np.uint8) for width in (40, 96, 20, 70)]

    answers = dict(RowReader(network).answers(rows))

    assert sorted(answers) == [0, 1, 2, 3]
    assert network.shapes == [(1, 1, HEIGHT, 640)]
    for index, row in enumerate(rows):
        said = answers[index].best
        # As many answers as the row is long, and at most one more, which is of no other row.
        assert set(said[: row.shape[1] // 8].tolist()) == {1 if row[0, 0] == 0 else 2}
        assert not said[-(-row.shape[1] // 8) :].any()


@pytest.mark.parametrize(
    ("widths", "strips"),
    [
        ((90, 80, 70), [320]),
        ((300,), [320]),
        ((900, 880), [960, 960]),
        ((900, 300, 880, 320), [1280, 1280]),
        ((60,) * 14, [1280, 160]),
        ((3000, 100), [3072, 160]),
    ],
)
def test_rows_share_strips_of_few_widths(widths: tuple[int, ...], strips: list[int]) -> None:
    network = Echo()
    rows = [np.full((HEIGHT, width), 64, dtype=np.uint8) for width in widths]

    answers = dict(RowReader(network).answers(rows))

    assert network.shapes == [(1, 1, HEIGHT, width) for width in strips]
    assert sorted(answers) == list(range(len(widths)))
    assert all(answer.best.any() for answer in answers.values())


def test_a_long_row_is_read_pressed_together_and_its_characters_keep_their_places() -> None:
    page = np.full((HEIGHT, 1000), 255, dtype=np.uint8)
    page[:, 600:660] = 0
    network = Echo()
    quad = np.array([[0.0, 0.0], [1000, 0], [1000, HEIGHT], [0, HEIGHT]])

    (row,) = RowReader(network).read(page, [quad])

    assert network.shapes == [(1, 1, HEIGHT, 960)]
    assert row.text == "黑"
    x0, _, x1, _ = row.characters[0].box
    assert x0 < 610 < x1 and 35 < x1 - x0 < 45


@pytest.mark.parametrize(("name", "prepared"), [("tesseract", False)])
def test_an_engine_without_shapes_has_nothing_to_prepare(name: str, prepared: bool) -> None:
    assert warm_up(name) is prepared


def test_a_mark_of_two_widths_is_one_mark_with_both_chances() -> None:
    class Undecided(Echo):
        """Says of black frames one width, of grey frames the other, of both half and half."""

        alphabet = (":", "：")

        def answers(
            self, batches: Iterable[Batch], picked: Sequence[int]
        ) -> Iterator[FrameAnswers]:
            for batch in batches:
                shade = batch[:, 0].mean(axis=1).reshape(len(batch), -1, 8).mean(axis=2)
                chances = np.zeros((*shade.shape, 4), dtype=np.float32)
                chances[shade > -0.2] = (1.0, 0.0, 0.0, 0.0)
                chances[shade < -0.9] = (0.0, 0.6, 0.4, 0.0)
                chances[np.abs(shade + 0.5) < 0.1] = (0.1, 0.4, 0.5, 0.0)
                yield answers_of(chances, picked, other_widths(self.alphabet))

    page = np.full((HEIGHT, 320), 255, dtype=np.uint8)
    page[:, 160:168] = 0
    page[:, 168:176] = 64
    quad = np.array([[0.0, 0.0], [320, 0], [320, HEIGHT], [0, HEIGHT]])

    (row,) = RowReader(Undecided()).read(page, [quad])

    assert [character.text for character in row.characters] == [":"]
    assert row.characters[0].confidence == pytest.approx(1.0)


def test_chances_of_bfloat16_logits_are_those_of_all_classes() -> None:
    logits = np.random.default_rng(5).normal(0.0, 3.0, (4, 500)).astype(np.float32)
    logits[0, 7] = logits[1, 0] = 24.0
    logits[2] -= 20.0
    halves = (logits.view(np.uint32) >> 16).astype(np.uint16)
    exact = (halves.astype(np.uint32) << 16).view(np.float32)

    best, highest, powers = powers_of(halves.view(np.int16))

    assert best.tolist() == exact.argmax(axis=1).tolist()
    assert highest.tolist() == exact.max(axis=1).tolist()
    assert powers == pytest.approx(np.exp(exact - highest[:, None]).sum(axis=1), rel=2e-3)


def test_other_widths_are_found_in_the_alphabet() -> None:
    assert other_widths(("０", "甲", "0", "①", "1")).tolist() == [0, 3, 2, 1, 4, 5, 6]


def test_a_character_is_as_sure_as_its_surest_frame() -> None:
    class Rising(Echo):
        """Half sure where a character begins, sure where it is black."""

        def answers(
            self, batches: Iterable[Batch], picked: Sequence[int]
        ) -> Iterator[FrameAnswers]:
            for batch in batches:
                shade = batch[:, 0].mean(axis=1).reshape(len(batch), -1, 8).mean(axis=2)
                chances = np.zeros((*shade.shape, 4), dtype=np.float32)
                chances[shade > -0.2] = (1.0, 0.0, 0.0, 0.0)
                chances[np.abs(shade + 0.5) < 0.1] = (0.4, 0.6, 0.0, 0.0)
                chances[shade < -0.9] = (0.02, 0.98, 0.0, 0.0)
                yield answers_of(chances, picked, other_widths(self.alphabet))

    page = np.full((HEIGHT, 320), 255, dtype=np.uint8)
    page[:, 160:168] = 64
    page[:, 168:176] = 0
    quad = np.array([[0.0, 0.0], [320, 0], [320, HEIGHT], [0, HEIGHT]])

    (row,) = RowReader(Rising()).read(page, [quad])

    assert row.text == "黑"
    assert row.characters[0].confidence == pytest.approx(0.98, abs=0.01)
