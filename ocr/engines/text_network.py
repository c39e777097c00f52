"""The network that finds text: for each pixel of a page, whether it belongs to a row of text.

The model enlarges its answer twice by two at its end, which takes a third of its time: whole
pages of single numbers, in full precision. On OpenVINO the same sums are made as two small
convolutions before the answer is enlarged, and the last step, from logits to chances, is left to
whoever needs chances: a logit of 0 is a chance of a half.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.engines.networks import (
    ONNXRUNTIME,
    OPENVINO,
    OnnxSession,
    OpenVinoGraph,
    constant_before,
    model_path,
    node_before,
    unknown_runtime,
)

_MODEL = "PP-OCRv6_det_small.onnx"

Plane = NDArray[np.float32]

_LEAST_CHANCE = 1e-6


class TextNetwork(Protocol):
    """A network that finds text, ready to run."""

    def __call__(self, plane: Plane) -> Plane:
        """Logits of text for a grey picture (height x width, multiples of 32, -1 black to 1
        white), of the same size; valid until the next call."""
        ...


def load_text_network(runtime: str) -> TextNetwork:
    """The network on `runtime` ("openvino" or "onnxruntime").

    Raises Broken OCR-101 when the model is missing, and whatever the runtime raises (a missing
    library, an unknown processor, too little memory): the caller may try the other.
    """
    path = model_path(_MODEL)
    if runtime == OPENVINO:
        return _OpenVino(path)
    if runtime == ONNXRUNTIME:
        return _OnnxRuntime(path)
    raise unknown_runtime(runtime)


class _OpenVino:
    def __init__(self, path: Path) -> None:
        graph = OpenVinoGraph(path)
        graph.made_grey()
        self._request = graph.compiled(_logits(graph.end))

    def __call__(self, plane: Plane) -> Plane:
        self._request.infer([plane[None, None]], share_inputs=True)
        return np.asarray(self._request.get_output_tensor().data[0, 0], dtype=np.float32)


class _OnnxRuntime:
    def __init__(self, path: Path) -> None:
        self._session = OnnxSession(path)

    def __call__(self, plane: Plane) -> Plane:
        chance = np.clip(self._session(plane[None, None])[0, 0], _LEAST_CHANCE, 1 - _LEAST_CHANCE)
        return np.asarray(np.log(chance / (1.0 - chance)), dtype=np.float32)


def _logits(end: Any) -> Any:
    """The logits of a model that ends in two enlargements by two and a sigmoid.

    An enlargement by two (transposed convolution, kernel and step 2) gives each pixel four
    neighbours which know nothing of other pixels: it is a convolution of one pixel to four times
    the channels. Two of them make sixteen channels, which are laid out as 4 x 4 pixels last.
    """
    from openvino import opset13

    if end.get_type_name() != "Sigmoid":
        raise ValueError("the detection model does not end in a sigmoid")
    second_bias = node_before(end, "Add")
    second = node_before(second_bias, "ConvolutionBackpropData")
    first_bias = node_before(second, "Add", ("Identity", "Relu"))
    first = node_before(first_bias, "ConvolutionBackpropData")
    for enlarging in (first, second):
        shape = enlarging.get_attributes()
        if list(shape["strides"]) != [2, 2] or any([*shape["pads_begin"], *shape["pads_end"]]):
            raise ValueError("the detection model is not enlarged by two")
    weights, finer = constant_before(first, 1), constant_before(second, 1)
    given, channels = weights.shape[:2]
    if weights.shape[2:] != (2, 2) or finer.shape != (channels, 1, 2, 2):
        raise ValueError("the detection model is not enlarged by two")
    # Channels are ordered by place (down, across) and then by channel.
    wide = weights.transpose(2, 3, 1, 0).reshape(4 * channels, given)
    wide_bias = np.tile(constant_before(first_bias, 1).reshape(-1), 4)
    # Down and across of the first step, each with that of the second: rows of 4 x 4 pixels.
    narrow = np.zeros((2, 2, 2, 2, 2, 2, channels), dtype=np.float32)
    for down, across in np.ndindex(2, 2):
        narrow[down, :, across, :, down, across] = finer[:, 0].transpose(1, 2, 0)
    narrow_bias = np.repeat(constant_before(second_bias, 1).reshape(-1), 16)

    def pointwise(source: Any, matrix: NDArray[Any], bias: NDArray[Any]) -> Any:
        plain = opset13.convolution(
            source,
            opset13.constant(np.ascontiguousarray(matrix[:, :, None, None], dtype=np.float32)),
            [1, 1],
            [0, 0],
            [0, 0],
            [1, 1],
        )
        shift = opset13.constant(bias.reshape(1, -1, 1, 1).astype(np.float32))
        return opset13.add(plain, shift)

    inner = opset13.relu(pointwise(first.input_value(0), wide, wide_bias))
    laid_out = opset13.depth_to_space(
        pointwise(inner, narrow.reshape(16, 4 * channels), narrow_bias), "depth_first", 4
    )
    return laid_out.output(0)
