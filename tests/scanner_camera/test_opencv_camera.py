"""The way over OpenCV, which other systems take: a client of V4L2 that others wrote reads the same
camera, so it also judges the camera that the tests bring along."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scanner.bridge import HostedScanner

# What differs on other systems: no V4L2 of our own, numbers instead of nodes.
ELSEWHERE = """
import sys
import scanner.host
import scanner.drivers.camera as camera
camera.sys = type("Elsewhere", (), {"platform": "darwin"})
sys.exit(scanner.host.main([]))
"""


def test_it_reads_the_pixels_of_the_camera(
    bench: Any, scenes: Callable[..., Image.Image], encoded: Callable[..., bytes]
) -> None:
    frame = encoded(scenes(3))
    host: HostedScanner = bench.driver([frame])
    elsewhere = HostedScanner(
        "camera",
        command=[sys.executable, "-c", ELSEWHERE],
        environment=host._environment | {"OPENCV_LOG_LEVEL": "ERROR"},
    )
    sides, warnings = bench.scan(elsewhere)
    (side,) = sides
    assert warnings == []
    assert side.media_type == "image/png"
    with Image.open(side.path) as kept, Image.open(io.BytesIO(frame)) as meant:
        difference = np.asarray(kept, np.int16) - np.asarray(meant, np.int16)
    # Two decoders may round differently.
    assert np.abs(difference).max() <= 4
    assert not [call for call in bench.calls if call.startswith("WRONG")]
    assert bench.calls[-1] == "close"


@pytest.mark.parametrize(("number", "option"), [(77, "sharpnes"), (76, "")])
def test_its_faults(camera_library: Path, tmp_path: Path, number: int, option: str) -> None:
    script = """
import json, sys
from app.kernel.errors import BadInput
from scanner.drivers.camera_opencv import OpenCvCamera
from scanner.drivers.camera_source import CameraError
try:
    OpenCvCamera(int(sys.argv[1])).set(sys.argv[2], 1)
except CameraError as error:
    print(json.dumps(error.trouble.value))
except BadInput as error:
    print(json.dumps(error.parameters["option"]))
"""
    answer = subprocess.run(
        [sys.executable, "-c", script, str(number), option],
        env=dict(os.environ, LD_PRELOAD=str(camera_library), OPENCV_LOG_LEVEL="SILENT"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout) == (option or "missing")
