"""The same networks on both runtimes: cut up on one, as they stand on the other, same answers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.engines.character_network import CharacterNetwork, load_character_network
from ocr.engines.networks import ONNXRUNTIME, OPENVINO, RUNTIMES, Batch, levels
from ocr.engines.row_reading import HEIGHT, without_repeats
from ocr.engines.text_network import load_text_network

TEXT = "2023 08 15 No. 4071"


@pytest.fixture(scope="module")
def networks() -> dict[str, CharacterNetwork]:
    return {runtime: load_character_network(runtime) for runtime in RUNTIMES}


def written(height: int, width: int, *, size: float, at: tuple[int, int]) -> Batch:
    page = np.full((height, width), 235, dtype=np.uint8)
    cv2.putText(page, TEXT, at, cv2.FONT_HERSHEY_DUPLEX, size, 30, 2, cv2.LINE_AA)
    return levels(page)


def test_both_runtimes_read_the_same_characters_with_the_same_chances(
    networks: dict[str, CharacterNetwork],
) -> None:
    row = written(HEIGHT, 400, size=0.9, at=(12, 34))[None, None]
    signs = networks[OPENVINO].alphabet
    digits = [1 + signs.index(sign) for sign in "0123456789"]
    cut = next(iter(networks[OPENVINO].answers([row], digits)))
    whole = next(iter(networks[ONNXRUNTIME].answers([row], digits)))

    assert networks[ONNXRUNTIME].alphabet == signs
    read = [
        "".join(
            ("", *signs, " ")[index] for index in answer.best[0, without_repeats(answer.best[0])]
        )
        for answer in (cut, whole)
    ]
    assert read[0].replace(" ", "") == read[1].replace(" ", "") == TEXT.replace(" ", "")
    # One runtime may calculate in half the bits.
    assert np.abs(cut.picked - whole.picked).max() < 0.1
    assert cut.picked.shape == (1, 50, 10)
    sure = whole.chance[0] > 0.99
    assert np.abs(cut.chance[0] - whole.chance[0])[sure].max() < 0.02


def test_many_rows_keep_their_order(networks: dict[str, CharacterNetwork]) -> None:
    row = written(HEIGHT, 400, size=0.9, at=(12, 34))
    empty = np.ones_like(row)
    batches = [np.stack([empty, row])[:, None], row[None, None, :, :320], empty[None, None]]

    for network in networks.values():
        answers = list(network.answers(iter(batches), ()))

        assert [answer.best.shape for answer in answers] == [(2, 50), (1, 40), (1, 50)]
        assert [bool(answer.best.any()) for answer in answers] == [True, True, False]
        assert not answers[0].best[0].any()
        assert list(network.answers([], ())) == []


def test_both_runtimes_see_text_in_the_same_place() -> None:
    page = written(256, 512, size=1.1, at=(40, 120))
    marks = {runtime: load_text_network(runtime)(page).copy() > 0 for runtime in RUNTIMES}

    rows, columns = np.nonzero(marks[OPENVINO])
    assert marks[OPENVINO].shape == (256, 512)
    assert 80 < rows.min() < rows.max() < 140 and columns.min() > 30
    both = np.count_nonzero(marks[OPENVINO] & marks[ONNXRUNTIME])
    either = np.count_nonzero(marks[OPENVINO] | marks[ONNXRUNTIME])
    # Half the bits move the edges of patches, not their places.
    assert both > 0.8 * either > 0


def test_an_unknown_runtime_is_refused() -> None:
    from app.kernel.errors import Broken

    for load in (load_text_network, load_character_network):
        with pytest.raises(Broken) as caught:
            load("abacus")
        assert caught.value.code == "OCR-101"
