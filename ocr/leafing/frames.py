"""Frames of a recorded video or of a camera, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput, Transient
from ocr.laying.points import Gray

CAMERA = "camera:"
_USUAL_RATE = 25.0
_WIDTH, _HEIGHT = 1920, 1080
# A container that promises more frames than it has was cut off; some count a frame or two wrong.
_FORGIVEN_FRAMES = 3
# So many reads in a row without a picture: the camera was pulled.
_SILENT_READS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One frame. `number` counts from 0, `seconds` from the first one."""

    number: int
    seconds: float
    pixels: NDArray[np.uint8]
    gray: Gray


class Frames:
    """The frames of `source`, a file or `camera:N`.

    Raises BadInput FLP-101 (no video that can be read), FLP-102 (no frame in it), FLP-103 (no such
    source), Transient FLP-104 (no such camera, or it is in use), FLP-105 (it stopped).
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.live = source.startswith(CAMERA)
        self.cut_off = False
        self.read = 0
        self._capture = self._camera() if self.live else self._file()
        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        self.rate = rate if np.isfinite(rate) and 1.0 <= rate <= 240.0 else _USUAL_RATE
        count = float(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.total = 0 if self.live or not np.isfinite(count) else max(0, int(count))

    def __iter__(self) -> Iterator[Frame]:
        silent = 0
        while True:
            taken, pixels = self._capture.read()
            if not taken or pixels is None:
                silent += 1
                if self.live and silent < _SILENT_READS:
                    continue
                break
            silent = 0
            frame = np.asarray(pixels, np.uint8)
            gray = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
            yield Frame(number=self.read, seconds=self.read / self.rate, pixels=frame, gray=gray)
            self.read += 1
        if self.live:
            raise Transient("FLP-105", camera=self.source.removeprefix(CAMERA))
        if not self.read:
            raise BadInput("FLP-102", file=Path(self.source).name)
        self.cut_off = self.read + _FORGIVEN_FRAMES < self.total

    def close(self) -> None:
        """Let go of the camera or file."""
        self._capture.release()

    def _camera(self) -> Any:
        number = self.source.removeprefix(CAMERA)
        if not number.isdecimal():
            raise BadInput("FLP-103", source=self.source)
        if os.name == "posix" and not Path(f"/dev/video{number}").exists():
            raise Transient("FLP-104", camera=number)
        capture = cv2.VideoCapture(int(number))
        if not capture.isOpened():
            raise Transient("FLP-104", camera=number)
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, _WIDTH)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _HEIGHT)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture

    def _file(self) -> Any:
        path = Path(self.source)
        if not path.is_file():
            raise BadInput("FLP-101", file=path.name)
        if path.stat().st_size == 0:
            raise BadInput("FLP-102", file=path.name)
        capture = cv2.VideoCapture(str(path))
        if not capture.isOpened():
            raise BadInput("FLP-101", file=path.name)
        return capture
