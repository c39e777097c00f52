"""What a scan profile may say: its settings, their ranges and their built-in values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.errors import BadInput

DEFAULTS: Mapping[str, Any] = {
    "resolution": 300,
    "mode": "color",
    "duplex": True,
    "way": "auto",
    "paper": "A4",
    "brightness": 0,
    "contrast": 0,
    "multifeed": "stop",
    "imprint": "",
    "imprint_start": 1,
    "long_paper": False,
    "dual_stream": False,
    "separators": "none",
    "count": 0,
    "mark_blank": True,
    "engine": "auto",
}
# The value of `engine` that leaves the choice to the settings of the station.
STATION_ENGINE = DEFAULTS["engine"]
# How the station treats what was scanned; the device does not hear of these.
OWN = ("separators", "count", "mark_blank", "engine")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": ("color", "gray", "lineart"),
    "way": ("auto", "feeder", "flatbed"),
    "multifeed": ("stop", "warn", "off"),
    "separators": ("none", "patch", "barcode", "any", "count"),
    "engine": ("auto", "rapidocr", "tesseract"),
    "paper": ("auto", "A3", "A4", "A5", "B4", "B5", "16K", "Letter", "Legal"),
}
RANGES: Mapping[str, tuple[int, int]] = {
    "resolution": (75, 1200),
    "brightness": (-100, 100),
    "contrast": (-100, 100),
    "imprint_start": (0, 99_999_999),
    "count": (0, 1000),
}
LONGEST_IMPRINT = 60
LONGEST_NAME = 40

# DA/T 31-2017 asks for 200 dpi at least and 300 dpi for recognition; 600 for small print.
BUILT_IN: Mapping[str, Mapping[str, Any]] = {
    "standard": {},
    "gray": {"mode": "gray"},
    "simplex": {"duplex": False},
    "fine": {"resolution": 600},
}


def full_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """All settings: those given, checked, over the built-in values.

    Raises BadInput PRF-101 for a setting that does not exist and PRF-102 for a value that is not
    allowed.
    """
    unknown = [name for name in settings if name not in DEFAULTS]
    if unknown:
        raise BadInput("PRF-101", setting=unknown[0], known=", ".join(DEFAULTS))
    full = dict(DEFAULTS) | {name: _checked(name, value) for name, value in settings.items()}
    if full["separators"] == "count" and full["count"] < 1:
        raise BadInput("PRF-102", setting="count", value=str(full["count"]), allowed="1 - 1000")
    return full


def request_part(full: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that the device is asked for (fields of `scanner.api.ScanRequest`)."""
    return {name: value for name, value in full.items() if name not in OWN}


def checked_name(name: str) -> str:
    """The name of a profile without blanks around it. Raises BadInput PRF-103."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput("PRF-103", name=name[:80], longest=LONGEST_NAME)
    return name


def _checked(name: str, value: Any) -> Any:
    if name in CHOICES:
        if value in CHOICES[name]:
            return value
        raise _refused(name, value, ", ".join(CHOICES[name]))
    if name in RANGES:
        low, high = RANGES[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _refused(name, value, f"{low} - {high}")
        return value
    if isinstance(DEFAULTS[name], bool):
        if isinstance(value, bool):
            return value
        raise _refused(name, value, "true, false")
    if not isinstance(value, str) or len(value) > LONGEST_IMPRINT or not _printable(value):
        raise _refused(name, value, f"<= {LONGEST_IMPRINT}")
    return value


def _printable(text: str) -> bool:
    return not text or text.isprintable()


def _refused(name: str, value: Any, allowed: str) -> BadInput:
    return BadInput("PRF-102", setting=name, value=str(value)[:80], allowed=allowed)
