"""What a camera gives, wherever its frames come from, and what can go wrong with it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Protocol

from app.kernel.progress import CancelToken
from scanner.api import OptionDescription


class Trouble(enum.Enum):
    """Why a camera does not deliver."""

    MISSING = "missing"
    DENIED = "denied"
    BUSY = "busy"
    GONE = "gone"
    SILENT = "silent"
    BANDWIDTH = "bandwidth"
    MEMORY = "memory"
    FORMAT = "format"
    SETTING = "setting"
    TORN = "torn"


class CameraError(Exception):
    """Trouble with a camera; `detail` is for the log and for people who mend drivers."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(trouble, detail)
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraFrame:
    """One frame as delivered. `format` is "MJPG", "YUYV", "UYVY", "NV12", "GREY", "RGB3" or
    "BGR3"; `stride` is bytes per row of the first plane (0: no padding, or compressed). `moment`
    is in seconds of a clock that only goes forward: of the machine, or of the video."""

    data: bytes
    format: str
    width: int
    height: int
    stride: int
    moment: float


class PictureSource(Protocol):
    """An open camera. Every method raises CameraError."""

    def describe(self) -> tuple[OptionDescription, ...]:
        """The settings of the camera itself, as they are now."""
        ...

    def set(self, name: str, value: Any) -> Any:
        """Set one of them and give the value that the camera took. Raises BadInput SCN-114 for a
        value outside of what it offers."""
        ...

    def start(self, format_name: str, size: tuple[int, int] | None) -> tuple[int, int]:
        """Begin to deliver frames ("" and None: the best there is); gives width and height."""
        ...

    def next_frame(self, cancel: CancelToken, seconds: float) -> CameraFrame | None:
        """The next frame, None when the recording is over. A frame that the camera itself calls
        damaged is left out. Raises CameraError SILENT after `seconds`, and Cancelled."""
        ...

    def close(self) -> None:
        """Stop and let the camera go. May be called again."""
        ...
