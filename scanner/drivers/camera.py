"""Document cameras: one still picture, or one of every page that is laid under the camera."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import (
    Capabilities,
    DeviceInfo,
    ScanEvent,
    ScannedSide,
    ScanRequest,
    ScanWarning,
    SourceCapabilities,
)
from scanner.drivers.camera_capture import Capture, Picture
from scanner.drivers.camera_opencv import OpenCvCamera
from scanner.drivers.camera_picture import master_of
from scanner.drivers.camera_settings import (
    CameraSettings,
    described_settings,
    read_settings,
    resolution_warning,
    unfulfilled,
)
from scanner.drivers.camera_source import CameraError, PictureSource, Trouble
from scanner.drivers.image_file import check_picture
from scanner.feeder import FeederCount
from scanner.spool import Spool

if sys.platform == "linux":
    from scanner.drivers.camera_device import V4l2Camera, camera_paths

_VIDEO = "video:"
# Asking more numbers would take longer than a search for devices may.
_PROBED = 4
_PERCENT = 100.0
_log = logging.getLogger(__name__)

_FAULTS: dict[Trouble, tuple[type[Fault], str]] = {
    Trouble.MISSING: (Transient, "SCN-102"),
    Trouble.BUSY: (Transient, "SCN-103"),
    Trouble.DENIED: (Broken, "SCN-108"),
    Trouble.MEMORY: (Transient, "SCN-109"),
    Trouble.TORN: (Transient, "SCN-111"),
    Trouble.FORMAT: (BadInput, "SCN-120"),
    Trouble.SETTING: (BadInput, "SCN-121"),
    Trouble.GONE: (Transient, "SCN-122"),
    Trouble.SILENT: (Transient, "SCN-150"),
    Trouble.BANDWIDTH: (Transient, "SCN-151"),
}


class CameraDriver:
    """Sources `camera:N`, `camera:/dev/videoN` and `camera:video:FILE` (a recorded video, any
    that OpenCV reads).

    One picture by default. With `auto`, or for more than one of `ScanRequest.sheets`, a picture
    each time a new page lies still, until that many sheets are there, the recording is over, or
    the batch is cancelled: the operator's word that there are no more pages, so such a batch ends
    like any other. Other options are the controls of the camera by name (`exposure_…`).

    Frames of a camera that compresses are kept as they come (see `camera_picture.master_of`).
    The scale is unknown, so sides carry no resolution. Warnings: SCN-211, SCN-212 (fewer dots per
    inch than asked, a value that the camera rounded), SCN-213, SCN-250 (not at rest), SCN-251
    (dark). Faults: SCN-102, SCN-103, SCN-108, SCN-109, SCN-111, SCN-114, SCN-118, SCN-120 to
    SCN-122, SCN-150 (no frames), SCN-151 (USB), BadInput SCN-152 (no video).
    """

    scheme = "camera"

    def __init__(self) -> None:
        self._source: PictureSource | None = None

    def devices(self) -> list[DeviceInfo]:
        """Every camera of this machine that captures; one that is in use by others is listed."""
        return _linux_devices() if sys.platform == "linux" else _numbered_devices()

    def capabilities(self, name: str) -> Capabilities:
        """The settings of taking pictures, then everything the camera has."""
        source = self._open(name)
        try:
            own = source.describe()
        except CameraError as error:
            raise _fault(error, name=name, sheet=0, seconds=0.0) from error
        finally:
            self.release()
        names = {option.name for option in own}
        return Capabilities(
            sources=(SourceCapabilities(kind="camera", name=name, modes=("color",)),),
            brightness="brightness" in names,
            contrast="contrast" in names,
            options=(*described_settings(), *own),
        )

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """One event per picture. The camera stays open until `release`."""
        settings, own = read_settings(request.options)
        cancel.check()
        spool = Spool(request.spool)
        count = FeederCount(pairs=settings.duplex_pairs)
        source = self._open(request.name)
        try:
            yield from unfulfilled(request)
            yield from _apply(source, request, own)
            width, height = source.start(settings.format, settings.pixels)
            yield from resolution_warning(request, width, height)
            for picture in _pictures(Capture(source, settings, cancel), request, settings):
                yield from _warnings(picture, count.sheet)
                yield _keep(picture, spool, count)
                if request.sheets and count.sheet > request.sheets:
                    break
        except CameraError as error:
            seconds = settings.frame_seconds
            raise _fault(error, name=request.name, sheet=count.sheet, seconds=seconds) from error
        except Cancelled:
            if not _automatic(request, settings):
                raise
        yield from count.closing_warnings()

    def release(self) -> None:
        """Stop the camera and let it go."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _open(self, name: str) -> PictureSource:
        try:
            self._source = _open(name)
        except CameraError as error:
            if name.startswith(_VIDEO):
                raise BadInput("SCN-152", file=name.removeprefix(_VIDEO)) from error
            raise _fault(error, name=name, sheet=0, seconds=0.0) from error
        return self._source


def _open(name: str) -> PictureSource:
    if name.startswith(_VIDEO):
        return OpenCvCamera(Path(name.removeprefix(_VIDEO)).expanduser())
    name = name.strip()
    if sys.platform == "linux":
        return V4l2Camera(Path(f"/dev/video{name}" if name.isdecimal() else name))
    if not name.isdecimal():
        raise CameraError(Trouble.MISSING, name)
    return OpenCvCamera(int(name))


def _automatic(request: ScanRequest, settings: CameraSettings) -> bool:
    return settings.auto or request.sheets > 1


def _pictures(
    capture: Capture, request: ScanRequest, settings: CameraSettings
) -> Iterator[Picture]:
    if _automatic(request, settings):
        yield from capture.pages()
        return
    picture = capture.still()
    if picture is not None:
        yield picture


def _apply(
    source: PictureSource, request: ScanRequest, own: dict[str, Any]
) -> Iterator[ScanWarning]:
    """Set the controls; what the options say wins over brightness and contrast."""
    described = {option.name: option for option in source.describe()}
    for name, wish in (("brightness", request.brightness), ("contrast", request.contrast)):
        if not wish or name in own:
            continue
        option = described.get(name)
        if option is None or option.minimum is None or option.maximum is None:
            parameters = {"setting": name, "value": str(wish)}
            yield ScanWarning(code="SCN-213", parameters=parameters)
            continue
        share = (wish + _PERCENT) / (2 * _PERCENT)
        source.set(name, round(option.minimum + share * (option.maximum - option.minimum)))
    for name, value in own.items():
        got = source.set(name, value)
        if got is not None and not _agrees(value, got):
            parameters = {"option": name, "asked": str(value), "got": str(got)}
            yield ScanWarning(code="SCN-212", parameters=parameters)


def _agrees(asked: Any, got: Any) -> bool:
    if isinstance(got, bool):
        return str(asked).lower() in (
            ("1", "true", "yes", "on") if got else ("0", "false", "no", "off")
        )
    try:
        return float(asked) == float(got)
    except (TypeError, ValueError):
        # A number may stand for an entry of a menu.
        return str(asked).lower() == str(got).lower() or str(asked).isdecimal()


def _warnings(picture: Picture, sheet: int) -> Iterator[ScanWarning]:
    if picture.look.dark:
        yield ScanWarning(code="SCN-251", parameters={"sheet": sheet})
    elif not picture.settled:
        yield ScanWarning(code="SCN-250", parameters={"sheet": sheet})


def _keep(picture: Picture, spool: Spool, count: FeederCount) -> ScannedSide:
    data, suffix, media_type = master_of(picture.frame)
    facts = check_picture(data, media_type)
    path = spool.keep(suffix, lambda stream: stream.write(data))
    sheet, face = count.advance()
    return ScannedSide(
        path=path,
        frame=0,
        sheet=sheet,
        face=face,
        media_type=media_type,
        source_name=f"{sheet:05}-{face}{suffix}",
        width=facts.width,
        height=facts.height,
    )


def _linux_devices() -> list[DeviceInfo]:
    found = []
    for path in camera_paths():
        try:
            camera = V4l2Camera(path)
        except CameraError as error:
            _log.info("%s is left out: %s %s", path, error.trouble, error.detail)
            continue
        source = f"camera:{path.name.removeprefix('video')}"
        found.append(_device(source, camera.driver, camera.model))
        camera.close()
    return found


def _numbered_devices() -> list[DeviceInfo]:
    found = []
    for number in range(_PROBED):
        try:
            camera = OpenCvCamera(number)
        except CameraError:
            continue
        found.append(_device(f"camera:{number}", "", f"Camera {number}"))
        camera.close()
    return found


def _device(source: str, maker: str, model: str) -> DeviceInfo:
    return DeviceInfo(source=source, maker=maker, model=model, feeder=False, duplex=False)


def _fault(error: CameraError, *, name: str, sheet: int, seconds: float) -> Fault:
    kind, code = _FAULTS[error.trouble]
    _log.info("%s: %s", name, error)
    return kind(
        code,
        name=name,
        sheet=sheet,
        seconds=round(seconds),
        status=error.detail,
        format=error.detail,
        depth=8,
    )
