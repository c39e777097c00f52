"""Runs the models of the recogniser on OpenVINO or on onnxruntime, one thread each.

The models are ONNX files inside the wheel of `rapidocr`; nothing else of it is used, so that a
page is prepared and its answers are read by our own code, which knows what a scanned page is.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import Broken
from ocr.engines.ink import Pixels

Batch = NDArray[np.float32]
"""Grey pictures for a network (n x 1 x height x width), -1 black to 1 white."""

OPENVINO, ONNXRUNTIME = "openvino", "onnxruntime"
RUNTIMES = (OPENVINO, ONNXRUNTIME)

_PACKAGE = "rapidocr"

_LEVELS = np.linspace(-1.0, 1.0, 256, dtype=np.float32)


def levels(image: Pixels) -> NDArray[np.float32]:
    """A grey image (0 to 255) in the scale that the networks expect (-1 to 1)."""
    return np.asarray(cv2.LUT(image, _LEVELS), dtype=np.float32)


def model_path(model: str) -> Path:
    """The file of a model. Raises Broken OCR-101 when it is missing."""
    package = importlib.util.find_spec(_PACKAGE)
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        path = Path(folder) / "models" / model
        if path.is_file():
            return path
    raise Broken("OCR-101", engine=_PACKAGE, reason=f"missing model {model}")


def unknown_runtime(runtime: str) -> Broken:
    """The fault of a runtime that nobody knows."""
    return Broken("OCR-101", engine=_PACKAGE, reason=f"unknown runtime {runtime}")


class OnnxSession:
    """A model on onnxruntime as it stands in its file."""

    def __init__(self, path: Path) -> None:
        # Imported here: a broken runtime must not stop the other.
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The arena keeps the largest page ever seen; pages differ, and workers live long.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        self.notes: dict[str, str] = self._session.get_modelmeta().custom_metadata_map

    def __call__(self, batch: Batch) -> NDArray[np.float32]:
        # The model was made for pictures in colour.
        colours = np.repeat(batch, 3, axis=1)
        return np.asarray(self._session.run(None, {self._input: colours})[0], dtype=np.float32)


class OpenVinoGraph:
    """A model as OpenVINO reads it, open for changes before it is compiled.

    The changes give the same numbers for less work. Every one names what it expects in the model
    and raises ValueError for another, so that the runtime is given up and the next is tried.
    """

    def __init__(self, path: Path) -> None:
        import openvino

        self.core = openvino.Core()
        self.model = self.core.read_model(path)
        self.inputs = self.model.get_parameters()

    @property
    def end(self) -> Any:
        """The node that gives the answer of the model."""
        return self.model.outputs[0].get_node().input_value(0).get_node()

    def made_grey(self) -> None:
        """Lets the model take one channel, where it was made for three: as all three are alike,
        the first layer may weigh them together."""
        from openvino import opset13

        (old,) = self.inputs
        readers = [target.get_node() for target in old.output(0).get_target_inputs()]
        if [reader.get_type_name() for reader in readers] != ["Convolution"]:
            raise ValueError("the model does not start with one convolution")
        (first,) = readers
        weights = constant_before(first, 1)
        shape = first.get_attributes()
        grey = opset13.parameter([-1, 1, -1, -1], np.float32)
        summed = opset13.convolution(
            grey,
            opset13.constant(weights.sum(axis=1, keepdims=True)),
            *(list(shape[name]) for name in ("strides", "pads_begin", "pads_end", "dilations")),
        )
        for target in first.output(0).get_target_inputs():
            target.replace_source_output(summed.output(0))
        self.inputs = [grey]

    def compiled(self, output: Any, shape: Sequence[int] | None = None) -> Any:
        """The model up to `output`, as a request that may be run again and again: for pictures of
        any shape, or of `shape` only, for which the runtime can prepare everything."""
        import openvino

        model = openvino.Model([output], self.inputs, "part")
        if shape is not None:
            # A copy: the model itself stays open for every shape.
            model = model.clone()
            model.reshape(list(shape))
        return compiled(self.core, model)


def compiled(core: Any, model: Any) -> Any:
    """A model of OpenVINO compiled for one thread, as a request."""
    # The precision is left to the plugin: bfloat16 where the processor multiplies in it.
    settings: dict[str, Any] = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "INFERENCE_NUM_THREADS": 1,
        # Pinned, every process would take the same core.
        "ENABLE_CPU_PINNING": False,
    }
    return core.compile_model(model, "CPU", settings).create_infer_request()


def node_before(node: Any, wanted: str, passed: Sequence[str] = ("Identity",)) -> Any:
    """The node of the kind `wanted` before `node`, back through nodes of the kinds `passed`."""
    while True:
        node = node.input_value(0).get_node()
        if node.get_type_name() == wanted:
            return node
        if node.get_type_name() not in passed:
            raise ValueError(f"{node.get_type_name()} where {wanted} was looked for")


def constant_before(node: Any, place: int) -> NDArray[Any]:
    """The constant that a node takes as its input number `place`."""
    source = node.input_value(place).get_node()
    while source.get_type_name() in ("Identity", "Convert", "Reshape"):
        source = source.input_value(0).get_node()
    if source.get_type_name() != "Constant":
        raise ValueError(f"{source.get_type_name()} where a constant was looked for")
    return np.asarray(source.data)
