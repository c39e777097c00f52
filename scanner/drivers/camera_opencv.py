"""Frames through OpenCV: cameras on Windows and macOS, and recorded videos anywhere."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2

from app.kernel.errors import BadInput
from app.kernel.progress import CancelToken
from scanner.api import OptionDescription
from scanner.drivers.camera_source import CameraError, CameraFrame, Trouble

# More than any camera has: the driver then gives its largest size.
_LARGEST = (10_000, 10_000)
_PROPERTIES = {
    "brightness": cv2.CAP_PROP_BRIGHTNESS,
    "contrast": cv2.CAP_PROP_CONTRAST,
    "saturation": cv2.CAP_PROP_SATURATION,
    "sharpness": cv2.CAP_PROP_SHARPNESS,
    "gain": cv2.CAP_PROP_GAIN,
    "auto_exposure": cv2.CAP_PROP_AUTO_EXPOSURE,
    "exposure": cv2.CAP_PROP_EXPOSURE,
    "focus_automatic": cv2.CAP_PROP_AUTOFOCUS,
    "focus_absolute": cv2.CAP_PROP_FOCUS,
    "white_balance_automatic": cv2.CAP_PROP_AUTO_WB,
    "white_balance_temperature": cv2.CAP_PROP_WB_TEMPERATURE,
    "zoom_absolute": cv2.CAP_PROP_ZOOM,
}


class OpenCvCamera:
    """The camera of that number, or the video in that file.

    OpenCV hands out decoded pixels only, so the master is PNG here. It does not tell the ranges
    of its settings either. A file is read as fast as it can be; its frames carry the moments of
    the recording. Raises CameraError.
    """

    def __init__(self, source: int | Path) -> None:
        self._file = isinstance(source, Path)
        if isinstance(source, Path):
            if not source.is_file():
                raise CameraError(Trouble.MISSING, str(source))
            self._capture = cv2.VideoCapture(str(source))
        else:
            self._capture = cv2.VideoCapture(source)
        self._frames = 0
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError(Trouble.FORMAT if self._file else Trouble.MISSING, str(source))

    def describe(self) -> tuple[OptionDescription, ...]:
        """What OpenCV can set, without ranges."""
        if self._file:
            return ()
        return tuple(
            OptionDescription(
                name=name, title=name.replace("_", " "), type="float", value=float(value)
            )
            for name, number in _PROPERTIES.items()
            if (value := self._capture.get(number)) != -1
        )

    def set(self, name: str, value: Any) -> Any:
        """Set a property."""
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise BadInput("SCN-114", option=name, value=str(value), allowed="0 …") from error
        if self._file or name not in _PROPERTIES:
            allowed = "" if self._file else ", ".join(_PROPERTIES)
            raise BadInput("SCN-114", option=name, value=str(value), allowed=allowed)
        if not self._capture.set(_PROPERTIES[name], number):
            raise BadInput("SCN-114", option=name, value=str(value), allowed="")
        return self._capture.get(_PROPERTIES[name])

    def start(self, format_name: str, size: tuple[int, int] | None) -> tuple[int, int]:
        """Ask for the size; a video has its own."""
        if not self._file:
            width, height = size or _LARGEST
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        return (
            round(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            round(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )

    def next_frame(self, cancel: CancelToken, seconds: float) -> CameraFrame | None:
        """The next frame, None after the last of a video. OpenCV waits for a camera by itself
        and cannot be interrupted: the program ends a host that hangs there."""
        cancel.check()
        deadline = time.monotonic() + seconds
        while True:
            try:
                done, pixels = self._capture.read()
            except cv2.error as error:
                raise CameraError(Trouble.GONE, str(error)) from error
            if done and pixels is not None:
                break
            if self._file:
                return None
            if time.monotonic() >= deadline:
                raise CameraError(Trouble.SILENT, f"no frame for {seconds:g} s")
            cancel.check()
        self._frames += 1
        height, width = pixels.shape[:2]
        return CameraFrame(
            data=pixels.tobytes(),
            format="BGR3",
            width=width,
            height=height,
            stride=0,
            moment=self._moment() if self._file else time.monotonic(),
        )

    def _moment(self) -> float:
        """Seconds since the start of the video; some containers have no times of their own."""
        told = float(self._capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000.0
        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        return told if told > 0 or rate <= 0 else (self._frames - 1) / rate

    def close(self) -> None:
        """Let the camera go."""
        self._capture.release()
