"""Frames of a recorded video or of a camera, one after the other."""

from __future__ import annotations

import os
import struct
import sys
import time
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
# Seconds without a picture: the camera was pulled. The first picture may take longer.
_SILENT_SECONDS, _STARTING_SECONDS = 2.0, 10.0
_READ_AGAIN = 0.02
_DEVICES = Path("/dev")
_INDEXES_TRIED = 5
# V4L2: what is asked of a device node, and where and what the answer says of it.
_QUERY_CAPABILITY, _CAPABILITY_BYTES, _CAPABILITIES_AT = 0x80685600, 104, 84
_VIDEO_CAPTURE, _HAS_OWN = 0x1 | 0x1000, 0x80000000


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
        self.seconds = 0.0
        self._capture = self._camera() if self.live else self._file()
        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        self.rate = rate if np.isfinite(rate) and 1.0 <= rate <= 240.0 else _USUAL_RATE
        count = float(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.total = 0 if self.live or not np.isfinite(count) else max(0, int(count))
        self._opened = self._heard = time.monotonic()

    @property
    def silent(self) -> bool:
        """Whether a camera has given no picture for so long that it was pulled. A read of it may
        hang: ask this from another thread."""
        patience = _SILENT_SECONDS if self.read else _STARTING_SECONDS
        return self.live and time.monotonic() - self._heard > patience

    def stopped(self) -> Transient:
        """The fault of a camera that stopped."""
        return Transient("FLP-105", camera=self.source.removeprefix(CAMERA))

    def __iter__(self) -> Iterator[Frame]:
        while True:
            taken, pixels = self._capture.read()
            if not taken or pixels is None:
                if not self.live:
                    break
                if self.silent:
                    raise self.stopped()
                time.sleep(_READ_AGAIN)
                continue
            self._heard = time.monotonic()
            # A camera gives fewer frames in the dark than it says.
            self.seconds = self._heard - self._opened if self.live else self.read / self.rate
            frame = np.asarray(pixels, np.uint8)
            gray = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
            yield Frame(number=self.read, seconds=self.seconds, pixels=frame, gray=gray)
            self.read += 1
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
        if sys.platform == "linux" and not _device(int(number)).exists():
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


def cameras() -> list[str]:
    """The cameras that are there, as sources (`camera:N`). Never raises."""
    if sys.platform == "linux":
        numbers = [path.name.removeprefix("video") for path in _DEVICES.glob("video*")]
        present = sorted(int(number) for number in numbers if number.isdecimal())
        return [f"{CAMERA}{number}" for number in present if _captures(_device(number))]
    return [f"{CAMERA}{number}" for number in range(_INDEXES_TRIED) if _opens(number)]


def _device(number: int) -> Path:
    return _DEVICES / f"video{number}"


def _captures(device: Path) -> bool:
    """Whether a device node is a camera; asking does not disturb who uses it (V4L2, QUERYCAP)."""
    if sys.platform != "linux":
        return False
    import fcntl

    facts = bytearray(_CAPABILITY_BYTES)
    try:
        descriptor = os.open(device, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.ioctl(descriptor, _QUERY_CAPABILITY, facts)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    whole, own = struct.unpack_from("=II", facts, _CAPABILITIES_AT)
    return bool((own if whole & _HAS_OWN else whole) & _VIDEO_CAPTURE)


def _opens(number: int) -> bool:
    try:
        capture = cv2.VideoCapture(number)
    except cv2.error:
        return False
    opened = bool(capture.isOpened())
    capture.release()
    return opened
