"""The port of every scanner: what a driver takes and gives. Drivers run in a host process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.kernel.progress import CancelToken


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceInfo:
    """A device that can be reached. `source` is what `scan --source` takes ("sane:test:0")."""

    source: str
    maker: str
    model: str
    feeder: bool
    duplex: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanRequest:
    """One batch: where from, how, and the folder that receives the images.

    `name` is the source without its scheme ("test:0", a folder, a bundled dossier).
    `resolution` is in dots per inch; `mode` is "color", "gray" or "lineart".
    `options` are driver options by name, passed on as they are.
    """

    name: str
    spool: Path
    resolution: int = 300
    mode: str = "color"
    duplex: bool = True
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScannedSide:
    """One side as the device delivered it.

    `path` holds the bytes as delivered; a container (multi-page TIFF, PDF) is one file and many
    sides told apart by `frame` (from 0). `sheet` counts from 1 in the batch; `face` is "front" or
    "back". `fault` is a code when the bytes cannot be decoded: the side still counts.
    """

    path: Path
    frame: int
    sheet: int
    face: str
    media_type: str
    source_name: str
    width: int = 0
    height: int = 0
    dpi: int = 0
    fault: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanWarning:
    """Something the operator should know that stopped nothing (a stray file was passed over)."""

    code: str
    parameters: dict[str, Any] = field(default_factory=dict)


ScanEvent = ScannedSide | ScanWarning


class ScannerDriver(Protocol):
    """What a driver offers. It raises the faults of `app.kernel.errors` with SCN codes."""

    scheme: str

    def devices(self) -> list[DeviceInfo]:
        """The devices of this driver that answer now."""
        ...

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """Feed until the source is empty, one event per side.

        A device fault is raised after the sides before it were yielded; every yielded side is
        complete on disk (written, synced, renamed) before it is yielded.
        """
        ...
