"""Runs the networks of the recogniser on OpenVINO or on onnxruntime, one thread each.

The models are ONNX files inside the wheel of `rapidocr`; nothing else of it is used, so that a
page is prepared and its answers are read by our own code, which knows what a scanned page is.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import Broken
from ocr.engines.ink import Pixels

Batch = NDArray[np.float32]

DETECTION = "PP-OCRv6_det_small.onnx"
"""Finds text rows: (n, 3, height, width), sides multiples of 32, -1 black to 1 white, gives the
chance of text for each pixel (n, 1, height, width)."""

READING = "PP-OCRv6_rec_small.onnx"
"""Reads rows: (n, 3, 48, width), -1 black to 1 white, gives the chances of all characters for each
8 pixels of width (n, time, characters), the first of them the blank."""

_PACKAGE = "rapidocr"

_LEVELS = np.linspace(-1.0, 1.0, 256, dtype=np.float32)


class Network(Protocol):
    """One network, ready to run. The answer is valid until the next call."""

    def __call__(self, batch: Batch) -> Batch: ...

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The characters that the model itself names, without the blank; empty when none."""
        ...


def load_network(model: str, runtime: str) -> Network:
    """The network in the file `model` on `runtime` ("openvino" or "onnxruntime").

    Raises Broken OCR-101 when the model is missing, and whatever the runtime raises (a missing
    library, an unknown processor, too little memory): the caller may try the other.
    """
    path = _model_path(model)
    if runtime == "openvino":
        return _OpenVino(path)
    if runtime == "onnxruntime":
        return _OnnxRuntime(path)
    raise Broken("OCR-101", engine=_PACKAGE, reason=f"unknown runtime {runtime}")


def levels(image: Pixels) -> NDArray[np.float32]:
    """A grey image (0 to 255) in the scale that the networks expect (-1 to 1)."""
    return np.asarray(cv2.LUT(image, _LEVELS), dtype=np.float32)


def _model_path(model: str) -> Path:
    package = importlib.util.find_spec(_PACKAGE)
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        path = Path(folder) / "models" / model
        if path.is_file():
            return path
    raise Broken("OCR-101", engine=_PACKAGE, reason=f"missing model {model}")


class _OpenVino:
    def __init__(self, path: Path) -> None:
        # Imported here: a broken runtime must not stop the other.
        import openvino

        core = openvino.Core()
        self._model = core.read_model(path)
        # The precision is left to the plugin: bfloat16 where the processor multiplies in it.
        settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": 1,
            # Pinned, every process would take the same core.
            "ENABLE_CPU_PINNING": False,
        }
        self._request = core.compile_model(self._model, "CPU", settings).create_infer_request()

    def __call__(self, batch: Batch) -> Batch:
        self._request.infer([batch], share_inputs=True)
        return np.asarray(self._request.get_output_tensor().data, dtype=np.float32)

    @property
    def alphabet(self) -> tuple[str, ...]:
        notes = self._model.get_rt_info()
        if "framework" not in notes or "character" not in notes["framework"]:
            return ()
        return tuple(notes["framework"]["character"].value.splitlines())


class _OnnxRuntime:
    def __init__(self, path: Path) -> None:
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

    def __call__(self, batch: Batch) -> Batch:
        return np.asarray(self._session.run(None, {self._input: batch})[0], dtype=np.float32)

    @property
    def alphabet(self) -> tuple[str, ...]:
        notes = self._session.get_modelmeta().custom_metadata_map
        return tuple(notes.get("character", "").splitlines())
