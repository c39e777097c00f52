"""What can be set for taking pictures with a camera, beside the settings of the camera itself."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import PAPER_SIZES, OptionDescription, ScanRequest, ScanWarning

# Options that the line itself uses for every driver.
_FOREIGN = frozenset({"cache", "start_sheet"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
_MILLIMETRES_PER_INCH = 25.4
# Short of the asked resolution by more than this, the operator is told.
_TOLERANCE = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraSettings:
    """`auto` takes a picture each time the page was changed and lies still for `rest_seconds`,
    until `idle_seconds` without a new page (0: for ever). `skip_frames` after the start are not
    looked at; exposure and focus have `settle_seconds` to come to rest; the sharpest of
    `frames` is kept. A camera without any frame for `frame_seconds` counts as hung. `format` and
    `size` ("WIDTHxHEIGHT") are the camera's best when empty."""

    auto: bool = False
    rest_seconds: float = 0.6
    idle_seconds: float = 0.0
    skip_frames: int = 5
    settle_seconds: float = 3.0
    frames: int = 3
    frame_seconds: float = 10.0
    duplex_pairs: bool = False
    format: str = ""
    size: str = ""

    @property
    def pixels(self) -> tuple[int, int] | None:
        """`size` as width and height."""
        found = _SIZE.fullmatch(self.size)
        return (int(found[1]), int(found[2])) if found else None


_DESCRIPTIONS: Mapping[str, str] = {
    "auto": "Take a picture each time a new page lies still",
    "rest_seconds": "A page lies still after so many seconds without movement",
    "idle_seconds": "End after so many seconds without a new page, 0 for never",
    "skip_frames": "Frames to leave out after the camera starts",
    "settle_seconds": "Wait so many seconds at most for exposure and focus",
    "frames": "Keep the sharpest of so many frames",
    "frame_seconds": "The camera counts as hung after so many seconds without a frame",
    "duplex_pairs": "Two pictures are front and back of one sheet",
}


def read_settings(options: Mapping[str, Any]) -> tuple[CameraSettings, dict[str, Any]]:
    """The settings that `options` ask for, and the rest, which is for the camera.

    Raises BadInput SCN-114.
    """
    plain = CameraSettings()
    known = {entry.name: getattr(plain, entry.name) for entry in fields(CameraSettings)}
    values: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for option, value in options.items():
        if option in known:
            values[option] = _converted(option, value, known[option])
        elif option not in _FOREIGN:
            rest[option] = value
    settings = CameraSettings(**values)
    if settings.size and settings.pixels is None:
        raise BadInput("SCN-114", option="size", value=settings.size, allowed="3264x2448 …")
    # Automatic controls first: the others are locked while those are on.
    return settings, dict(sorted(rest.items(), key=lambda item: "auto" not in item[0]))


def described_settings() -> tuple[OptionDescription, ...]:
    """The settings for a form, without those that the camera describes better."""
    rows = []
    for name, description in _DESCRIPTIONS.items():
        value = getattr(CameraSettings(), name)
        rows.append(
            OptionDescription(
                name=name,
                title=name.replace("_", " "),
                description=description,
                group="Capture",
                type=type(value).__name__,
                value=value,
                minimum=None if isinstance(value, bool) else 1.0 if name == "frames" else 0.0,
                advanced=name in ("skip_frames", "frame_seconds", "frames"),
            )
        )
    return tuple(rows)


def unfulfilled(request: ScanRequest) -> list[ScanWarning]:
    """SCN-213 for every wish that no camera can fulfil."""
    wishes = {
        "mode": request.mode if request.mode != "color" else "",
        "way": request.way if request.way == "feeder" else "",
        "imprint": request.imprint,
        "dual_stream": request.dual_stream,
    }
    return [
        ScanWarning(code="SCN-213", parameters={"setting": setting, "value": str(value)})
        for setting, value in wishes.items()
        if value
    ]


def resolution_warning(request: ScanRequest, width: int, height: int) -> list[ScanWarning]:
    """SCN-212 when the paper, filling the whole picture, has fewer dots per inch than asked."""
    short, long = sorted(PAPER_SIZES.get(request.paper, PAPER_SIZES["A4"]))
    few, many = sorted((width, height))
    reached = round(min(few / short, many / long) * _MILLIMETRES_PER_INCH)
    if reached >= request.resolution * _TOLERANCE:
        return []
    parameters = {"option": "resolution", "asked": str(request.resolution), "got": str(reached)}
    return [ScanWarning(code="SCN-212", parameters=parameters)]


def _converted(option: str, value: Any, plain: Any) -> Any:
    if isinstance(plain, bool):
        lowered = str(value).lower()
        if lowered not in _TRUE | _FALSE:
            raise BadInput("SCN-114", option=option, value=str(value), allowed="true, false")
        return lowered in _TRUE
    if isinstance(plain, str):
        return str(value)
    lowest = 1 if option == "frames" else 0
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise BadInput("SCN-114", option=option, value=str(value), allowed=f"{lowest} …") from error
    if not (number >= lowest and math.isfinite(number)):
        raise BadInput("SCN-114", option=option, value=str(value), allowed=f"{lowest} …")
    return type(plain)(number)
