"""What the camera sees just now, in a file that a window shows."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

_MOST_WIDE = 960
_QUALITY = 75
_MOST_A_SECOND = 12.0


class Preview:
    """Renews `file` (JPEG, at most 960 pixels wide) at most 12 times a second."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._making = file.with_name(f"{file.name}.part")
        self._next = 0.0

    def show(self, pixels: NDArray[np.uint8]) -> None:
        """Show a frame (BGR), unless the last one was shown just now."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 1 / _MOST_A_SECOND
        high, wide = pixels.shape[:2]
        if wide > _MOST_WIDE:
            size = (_MOST_WIDE, max(1, round(high * _MOST_WIDE / wide)))
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not done:
            return
        # A reader may hold the file, where that forbids to replace it: the next one will do.
        with contextlib.suppress(OSError):
            self._making.write_bytes(data.tobytes())
            self._making.replace(self._file)
