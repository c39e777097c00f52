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

_TOGETHER = 64
"""Frames that go through the last layer in one go: more no longer fit the processor's cache."""

STRIPS = (160, 320, 640, 960, 1120, 1280)
"""Widths of a single picture for which the network is prepared once and for all. For any other
shape the runtime prepares itself anew: a quarter of the time of a row goes into that."""


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
        self._graph, self._end = graph, features
        self._prepared: dict[int, Any] = {}
        self._any_shape: Any = None
        self._characters = _LastLayer(graph.core, weights, bias, other_widths(self.alphabet))

    def answers(self, batches: Iterable[Batch], picked: Sequence[int]) -> Iterator[FrameAnswers]:
        found: list[NDArray[np.float32]] = []
        for batch in batches:
            request = self._request(batch.shape)
            request.infer([batch], share_inputs=True)
            found.append(np.array(request.get_output_tensor().data))
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

    def _request(self, shape: tuple[int, ...]) -> Any:
        """The network for pictures of this shape, prepared at its first use."""
        width = shape[3]
        if shape[0] == 1 and width in STRIPS:
            if width not in self._prepared:
                self._prepared[width] = self._graph.compiled(self._end, shape)
            return self._prepared[width]
        if self._any_shape is None:
            self._any_shape = self._graph.compiled(self._end)
        return self._any_shape


class _LastLayer:
    """Features to characters. The answer of the layer is fetched as bfloat16: the upper half of a
    float. Above zero these are in order as whole numbers too, which are compared twice as fast."""

    def __init__(
        self,
        core: Any,
        weights: NDArray[Any],
        bias: NDArray[Any],
        other: NDArray[np.int64],
    ) -> None:
        import openvino
        from openvino import opset13

        features = len(weights)
        self._other = other
        self._helping = np.zeros((_TOGETHER, features), dtype=np.float32)
        given = opset13.parameter([_TOGETHER, features], np.float32)
        logits = opset13.add(
            opset13.matmul(given, opset13.constant(weights), False, False),
            opset13.constant(bias),
        )
        logits = opset13.convert(logits, "bf16")
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
            logits = self._request.get_output_tensor().data.view(np.int16)[: len(part)]
            best[span], highest, powers = powers_of(logits)
            alone = 1.0 / powers
            few = _as_floats(logits[:, list(picked)])
            chosen[span] = np.exp(few - highest[:, None]) * alone[:, None]
            twin = self._other[best[span]]
            worth = np.exp(_as_floats(logits[np.arange(len(part)), twin]) - highest)
            chance[span] = alone * np.where(twin == best[span], 1.0, 1.0 + worth)
        return best, chance, chosen


def powers_of(
    logits: NDArray[np.int16],
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """For each frame of logits (frames x classes, bfloat16) the best class, its logit, and the
    sum of the powers of all classes, that of the best being 1."""
    frames = np.arange(len(logits))
    best = np.asarray(logits.argmax(axis=1), dtype=np.int64)
    highest = _as_floats(logits[frames, best])
    # What is no character (a stain, a rule) is a little like all of them, and below zero the
    # whole numbers are in no order: such frames are few and added up in full.
    vague = np.flatnonzero(highest <= _NEGLIGIBLE)
    limits = np.where(highest > _NEGLIGIBLE, highest - _NEGLIGIBLE, np.float32(np.inf))
    near = np.flatnonzero(logits > _upper_halves(limits)[:, None])
    row, column = np.divmod(near, logits.shape[1])
    powers = np.bincount(
        row, np.exp(_as_floats(logits[row, column]) - highest[row]), len(logits)
    ).astype(np.float32)
    if len(vague):
        whole = _as_floats(logits[vague])
        best[vague] = whole.argmax(axis=1)
        highest[vague] = whole.max(axis=1)
        powers[vague] = np.exp(whole - highest[vague, None]).sum(axis=1)
    return best, highest, powers


def _as_floats(halves: NDArray[np.int16]) -> NDArray[np.float32]:
    return (halves.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


def _upper_halves(values: NDArray[np.float32]) -> NDArray[np.int16]:
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32) >> 16
    return bits.astype(np.int16)


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
