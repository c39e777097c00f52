"""The network that reads rows: which character each few pixels hold, and with what chance.

The model knows 18,700 characters and gives the chance of every one for each 8 pixels of a row,
nine megabytes for a line of print. Nearly all of it says "nothing here" or is never looked at. On
OpenVINO the model is therefore cut in two: the long part runs on whole rows and ends in 120
features for each 8 pixels (a frame); the last layer runs only on frames that may hold a character.

It knows digits and many marks twice, as wide as a character and half as wide (： and :), and
shares their chance between the two. Which of them it was is nobody's question: each is worth both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.engines.networks import (
    ONNXRUNTIME,
    OPENVINO,
    Batch,
    OnnxSession,
    OpenVinoGraph,
    compiled,
    constant_before,
    model_path,
    node_before,
    unknown_runtime,
)

_MODEL = "PP-OCRv6_rec_small.onnx"

_SURELY_BLANK = 26.0
"""Logit of the blank from which a frame is blank. Of 11,000 frames with a character (clean print,
seals, worn stamps) the highest had 23.9; two thirds of all frames lie above 26."""

_NEGLIGIBLE = 16.0
"""A class whose logit lies so far below the highest has no chance: all of them together have less
than two thousandths."""

_MANY = 0.02
"""Share of classes with a chance from which it costs less to add up all classes."""

_TOGETHER = 64
"""Frames that go through the last layer in one go: more no longer fit the processor's cache."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameAnswers:
    """What the network says of rows x time frames: the `best` class and its `chance`, with that of
    its other width; `picked` (rows x time x classes) are the chances of the classes asked for."""

    best: NDArray[np.int64]
    chance: NDArray[np.float32]
    picked: NDArray[np.float32]


class CharacterNetwork(Protocol):
    """A reading network, ready to run."""

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The characters that the model itself names, without blank (before) and space (after)."""
        ...

    def answers(self, batches: Iterable[Batch], picked: Sequence[int]) -> Iterator[FrameAnswers]:
        """One answer per batch (rows x 1 x 48 x width) in their order, width / 8 frames a row;
        `picked` are the classes whose chances are wanted for every frame."""
        ...


def load_character_network(runtime: str) -> CharacterNetwork:
    """The network on `runtime`; raises as `load_text_network` does."""
    path = model_path(_MODEL)
    if runtime == OPENVINO:
        return _OpenVino(path)
    if runtime == ONNXRUNTIME:
        return _OnnxRuntime(path)
    raise unknown_runtime(runtime)


def other_widths(alphabet: Sequence[str]) -> NDArray[np.int64]:
    """For each class (blank, `alphabet`, space) the class of the same mark in the other width, or
    the class itself where there is none."""
    classes = np.arange(len(alphabet) + 2)
    place = {sign: index for index, sign in enumerate(alphabet, start=1)}
    for sign, index in place.items():
        kind, _, code = unicodedata.decomposition(sign).partition(" ")
        other = place.get(chr(int(code, 16))) if kind in ("<wide>", "<narrow>") else None
        if other is not None:
            classes[index], classes[other] = other, index
    return classes


def answers_of(
    chances: NDArray[np.float32], picked: Sequence[int], other: NDArray[np.int64]
) -> FrameAnswers:
    """The answers out of the chances of all classes (rows x time x classes); `other` as
    `other_widths` gives it."""
    best = chances.argmax(axis=2)
    chance = np.take_along_axis(chances, best[:, :, None], axis=2)[:, :, 0]
    twin = np.take_along_axis(chances, other[best][:, :, None], axis=2)[:, :, 0]
    return FrameAnswers(
        best=best,
        chance=np.where(other[best] == best, chance, chance + twin),
        picked=chances[:, :, list(picked)],
    )


class _OnnxRuntime:
    def __init__(self, path: Path) -> None:
        self._session = OnnxSession(path)
        self.alphabet = tuple(self._session.notes.get("character", "").splitlines())
        self._other = other_widths(self.alphabet)

    def answers(self, batches: Iterable[Batch], picked: Sequence[int]) -> Iterator[FrameAnswers]:
        for batch in batches:
            yield answers_of(self._session(batch), picked, self._other)


class _OpenVino:
    def __init__(self, path: Path) -> None:
        graph = OpenVinoGraph(path)
        graph.made_grey()
        self.alphabet = _alphabet(graph.model)
        features, weights, bias = _last_layer(graph.end)
        self._blank_weights = np.array(weights[:, 0])
        self._blank_bias = float(bias[0])
        self._features = graph.compiled(features)
        self._characters = _LastLayer(graph.core, weights, bias, other_widths(self.alphabet))

    def answers(self, batches: Iterable[Batch], picked: Sequence[int]) -> Iterator[FrameAnswers]:
        found: list[NDArray[np.float32]] = []
        for batch in batches:
            self._features.infer([batch], share_inputs=True)
            found.append(np.array(self._features.get_output_tensor().data))
        if not found:
            return
        # All rows at once, so that the last layer is run on full helpings.
        frames = np.concatenate([part.reshape(-1, part.shape[2]) for part in found])
        best = np.zeros(len(frames), dtype=np.int64)
        chance = np.ones(len(frames), dtype=np.float32)
        chosen = np.zeros((len(frames), len(picked)), dtype=np.float32)
        chosen[:, [place for place, index in enumerate(picked) if index == 0]] = 1.0
        open_ = np.flatnonzero(frames @ self._blank_weights < _SURELY_BLANK - self._blank_bias)
        best[open_], chance[open_], chosen[open_] = self._characters(frames[open_], picked)
        start = 0
        for part in found:
            shape = part.shape[:2]
            span = slice(start, start + shape[0] * shape[1])
            start = span.stop
            yield FrameAnswers(
                best=best[span].reshape(shape),
                chance=chance[span].reshape(shape),
                picked=chosen[span].reshape(*shape, -1),
            )


class _LastLayer:
    """Features to characters. The answer of the layer is fetched in half the bits where the
    processor works in half the bits."""

    def __init__(
        self,
        core: Any,
        weights: NDArray[Any],
        bias: NDArray[Any],
        other: NDArray[np.int64],
    ) -> None:
        import openvino
        from openvino import opset13

        features, classes = weights.shape
        self._other = other
        self._helping = np.zeros((_TOGETHER, features), dtype=np.float32)
        given = opset13.parameter([_TOGETHER, features], np.float32)
        logits = opset13.add(
            opset13.matmul(given, opset13.constant(weights), False, False),
            opset13.constant(bias),
        )
        logits = opset13.convert(logits, "bf16")
        # A bfloat16 is the upper half of a float.
        self._halves = np.zeros((_TOGETHER, classes, 2), dtype=np.uint16)
        self._logits = self._halves.view(np.float32)[:, :, 0]
        self._scratch = np.zeros((_TOGETHER, classes), dtype=np.float32)
        self._request = compiled(core, openvino.Model([logits], [given], "characters"))

    def __call__(
        self, frames: NDArray[np.float32], picked: Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
        best = np.zeros(len(frames), dtype=np.int64)
        chance = np.zeros(len(frames), dtype=np.float32)
        chosen = np.zeros((len(frames), len(picked)), dtype=np.float32)
        for start in range(0, len(frames), _TOGETHER):
            part = frames[start : start + _TOGETHER]
            span = slice(start, start + len(part))
            self._helping[: len(part)] = part
            self._request.infer([self._helping], share_inputs=True)
            raw = self._request.get_output_tensor().data.view(np.uint16)
            self._halves[:, :, 1] = raw
            logits = self._logits[: len(part)]
            best[span] = logits.argmax(axis=1)
            highest = np.take_along_axis(logits, best[span, None], axis=1)
            alone = 1.0 / self._powers(logits, highest)
            chosen[span] = np.exp(logits[:, list(picked)] - highest) * alone[:, None]
            twin = self._other[best[span]]
            worth = np.exp(np.take_along_axis(logits, twin[:, None], axis=1) - highest)[:, 0]
            chance[span] = alone * np.where(twin == best[span], 1.0, 1.0 + worth)
        return best, chance, chosen

    def _powers(
        self, logits: NDArray[np.float32], highest: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The sum of the powers of all classes of each frame, that of the highest being 1."""
        near = logits > highest - _NEGLIGIBLE
        if np.count_nonzero(near) > _MANY * near.size:
            # What is no character (a stain, a rule) is a little like all of them.
            every = self._scratch[: len(logits)]
            np.exp(np.subtract(logits, highest, out=every), out=every)
            return np.asarray(every.sum(axis=1), dtype=np.float32)
        row, column = np.divmod(np.flatnonzero(near), near.shape[1])
        powers = np.exp(logits[row, column] - highest[row, 0])
        return np.bincount(row, powers, len(logits)).astype(np.float32)


def _alphabet(model: Any) -> tuple[str, ...]:
    notes = model.get_rt_info()
    if "framework" not in notes or "character" not in notes["framework"]:
        return ()
    return tuple(notes["framework"]["character"].value.splitlines())


def _last_layer(end: Any) -> tuple[Any, NDArray[Any], NDArray[Any]]:
    """Where the features come out, and weights (features x classes) and bias of the last layer,
    of a model that ends in a matrix, a bias and a softmax."""
    if end.get_type_name() != "Softmax":
        raise ValueError("the reading model does not end in a softmax")
    added = node_before(end, "Add")
    product = node_before(added, "MatMul", ())
    weights, bias = constant_before(product, 1), constant_before(added, 1)
    return product.input_value(0), weights, bias.reshape(-1)
