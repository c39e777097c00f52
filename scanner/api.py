"""The port of every scanner: what a driver takes and gives. Drivers run in a host process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
class OptionDescription:
    """One setting of a device in the words of its driver, enough to build a form from.

    `type` is "bool", "int", "float", "text" or "button"; `unit` is "", "pixel", "bit", "mm",
    "dpi", "percent" or "microsecond". `choices` lists the values on offer, else `minimum`,
    `maximum` and `step` give the range (None: not limited). An option that is not `active` has
    no meaning under the present settings; one that is not `settable` only tells (a counter, a
    sensor). `group` is the heading under which the driver shows it.
    """

    name: str
    title: str
    description: str = ""
    group: str = ""
    type: str = "text"
    unit: str = ""
    value: bool | int | float | str | None = None
    choices: tuple[int | float | str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    settable: bool = True
    active: bool = True
    advanced: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCapabilities:
    """One way into a device. `kind` is "feeder", "flatbed", "camera" or "files"; `name` is the
    driver's own word for it. `resolutions` in dots per inch (empty: any from `minimum_resolution`
    to `maximum_resolution`, 0 when unknown); `modes` out of "color", "gray", "lineart"; the
    largest page in millimetres (0 when unknown)."""

    kind: str
    name: str = ""
    duplex: bool = False
    resolutions: tuple[int, ...] = ()
    minimum_resolution: int = 0
    maximum_resolution: int = 0
    modes: tuple[str, ...] = ()
    width_mm: float = 0.0
    height_mm: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a device can do and every setting it has. The flags say what of `ScanRequest` has an
    effect on this device beyond resolution, mode and duplex."""

    sources: tuple[SourceCapabilities, ...] = ()
    brightness: bool = False
    contrast: bool = False
    multifeed: bool = False
    imprinter: bool = False
    long_paper: bool = False
    dual_stream: bool = False
    options: tuple[OptionDescription, ...] = ()


# Sizes of paper in millimetres, width by height as fed.
PAPER_SIZES: Mapping[str, tuple[float, float]] = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "B4": (257.0, 364.0),
    "B5": (182.0, 257.0),
    "16K": (185.0, 260.0),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanRequest:
    """One batch: where from, how, and the folder that receives the images.

    `name` is the source without its scheme ("test:0", a folder, a bundled dossier).
    `resolution` is in dots per inch; `mode` is "color", "gray" or "lineart". `way` is "auto"
    (the feeder when there is one), "feeder" or "flatbed". `paper` is a key of PAPER_SIZES or
    "auto" (whatever the device finds by itself, else its largest page).
    `brightness` and `contrast` go from -100 to 100, 0 leaves the device as it is.
    `multifeed` is "stop" (a double feed ends the batch with SCN-106), "warn" (SCN-214, the image
    is kept) or "off"; it is the driver's to map on what the device has.
    `imprint` is the text printed on the paper while feeding, empty for none; "{number}" in it is
    the running number, which starts at `imprint_start`. `long_paper` allows sheets longer than
    `paper`. `dual_stream` asks for a bitonal image beside each side. `sheets` ends the batch
    after so many sheets, 0 when the feeder is empty.
    `options` are driver options by name, passed on as they are; they win over everything above.
    A wish that a device cannot fulfil is told by the warning SCN-213, never passed over.
    """

    name: str
    spool: Path
    resolution: int = 300
    mode: str = "color"
    duplex: bool = True
    way: str = "auto"
    paper: str = "A4"
    brightness: int = 0
    contrast: int = 0
    multifeed: str = "stop"
    imprint: str = ""
    imprint_start: int = 1
    long_paper: bool = False
    dual_stream: bool = False
    sheets: int = 0
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScannedSide:
    """One side as the device delivered it.

    `path` holds the bytes as delivered; a container (multi-page TIFF, PDF) is one file and many
    sides told apart by `frame` (from 0). `sheet` counts from 1 in the batch; `face` is "front" or
    "back". `fault` is a code when the bytes cannot be decoded: the side still counts.
    `stream` is "main", or "bitonal" for the second image of the same side (same sheet and face),
    which never counts as a side of its own. `imprint` is what the device printed on the paper.
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
    stream: str = "main"
    imprint: str = ""


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

    def capabilities(self, name: str) -> Capabilities:
        """What the device `name` can do, and its settings as they are now."""
        ...

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """Feed until the source is empty, one event per side.

        A device fault is raised after the sides before it were yielded; every yielded side is
        complete on disk (written, synced, renamed) before it is yielded.
        """
        ...
