"""A scanner without hardware: feeds a bundled paper dossier, with the mishaps one asks for."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl

from app.kernel.errors import BadInput, Transient
from app.kernel.progress import CancelToken
from scanner.api import (
    Capabilities,
    DeviceInfo,
    ScanEvent,
    ScannedSide,
    ScanRequest,
    ScanWarning,
    SourceCapabilities,
)
from scanner.drivers.image_file import DAMAGED, HEAD_BYTES
from scanner.drivers.simulated_mishaps import (
    Mishaps,
    described,
    meet_at_opening,
    meet_at_sheet,
    parse_mishaps,
)
from scanner.drivers.simulated_stack import Delivered, Side, Stack
from scanner.feeder import FeederCount, check_complete
from scanner.paper.build import build_bundled, bundled_names
from scanner.raster_file import Writer
from scanner.raster_writer import Deliver, RasterSide, RasterWriter
from scanner.spool import Spool

FOLDER_VARIABLE = "JUANZONG_BUNDLED"
_PAUSE_SECONDS = 0.02
_NUMBER = "{number}"


class SimulatedDriver:
    """Sources `simulated:NAME` and `simulated:NAME?jam_at=7&sides_per_second=4`.

    The options of the request and of the name are the fields of `Mishaps`. Raises Transient
    SCN-101 (nothing in the feeder), SCN-102 to SCN-107, SCN-109 to SCN-111 and SCN-122 as asked;
    BadInput SCN-208 (no such dossier) and SCN-114 (no such option). Warns SCN-211, SCN-213,
    SCN-214.
    """

    scheme = "simulated"

    def devices(self) -> list[DeviceInfo]:
        """One device for every bundled dossier."""
        return [
            DeviceInfo(
                source=f"simulated:{name}",
                maker="Juanzong",
                model=f"Simulated scanner ({name})",
                feeder=True,
                duplex=True,
            )
            for name in bundled_names()
        ]

    def capabilities(self, name: str) -> Capabilities:
        """A production feeder whose settings are the mishaps one may ask for."""
        return Capabilities(
            sources=(SourceCapabilities(kind="feeder", duplex=True, modes=("color",)),),
            multifeed=True,
            imprinter=True,
            long_paper=True,
            dual_stream=True,
            options=tuple(described(entry.name) for entry in fields(Mishaps)),
        )

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """Front and back of every sheet, or the fronts alone when not `duplex`."""
        name, _, query = request.name.partition("?")
        mishaps = parse_mishaps({**request.options, **dict(parse_qsl(query))})
        if name not in bundled_names():
            known = ", ".join(bundled_names())
            raise BadInput("SCN-208", name=name, known=known)
        cancel.check()
        meet_at_opening(mishaps, name, request.spool.parent)
        files = sorted((_dossier(name, request) / "sides").iterdir())
        stack = Stack(files, mishaps.sheets or mishaps.repeat * ((len(files) + 1) // 2))
        _wait_for_turn(time.monotonic() + mishaps.warming_up, 0.0, cancel)
        yield from _unheard_wishes(request)
        yield from _Feed(request, mishaps, stack, name).run(cancel)


class _Feed:
    """One run of the feeder."""

    def __init__(self, request: ScanRequest, mishaps: Mishaps, stack: Stack, name: str) -> None:
        self._request = request
        self._mishaps = mishaps
        self._name = name
        self._stack = stack
        self._first = max(1, mishaps.start_sheet)
        self._spool = Spool(request.spool)
        self._count = FeederCount(pairs=request.duplex, first_sheet=self._first)

    def run(self, cancel: CancelToken) -> Iterator[ScanEvent]:
        """All sheets that are there and wanted."""
        if self._mishaps.raw:
            yield from RasterWriter(self._spool).sides(lambda deliver: self._read(deliver, cancel))
            return
        for event in self._fed(cancel):
            if isinstance(event, _Image):
                yield self._kept(event)
            else:
                yield event

    def _read(self, deliver: Deliver, cancel: CancelToken) -> None:
        for event in self._fed(cancel):
            deliver(event.samples() if isinstance(event, _Image) else event)

    def _fed(self, cancel: CancelToken) -> Iterator[_Image | ScanWarning]:
        request, mishaps = self._request, self._mishaps
        wanted = self._first + request.sheets - 1 if request.sheets else self._stack.sheets
        due = time.monotonic()
        for sheet in range(self._first, wanted + 1):
            cancel.check()
            empty = sheet == mishaps.feeder_empty_at and sheet != mishaps.start_sheet
            if empty or sheet > self._stack.sheets:
                self._run_out(sheet)
                break
            meet_at_sheet(mishaps, sheet, self._name, request.multifeed)
            for side in self._stack.sides(sheet, duplex=request.duplex):
                due = _wait_for_turn(due, mishaps.sides_per_second, cancel)
                yield from self._images(side, sheet)
            if sheet == mishaps.double_feed_at and request.multifeed == "warn":
                yield ScanWarning(code="SCN-214", parameters={"sheet": sheet})
        if not self._count.sides:
            raise Transient("SCN-101", name=self._name)
        yield from self._count.closing_warnings()

    def _run_out(self, sheet: int) -> None:
        """An empty feeder ends a batch, unless more sheets were asked for than came."""
        if self._request.sheets or sheet == self._first:
            raise Transient("SCN-101", name=self._name)

    def _images(self, side: Side, sheet: int) -> Iterator[_Image]:
        mishaps = self._mishaps
        cleared = sheet == mishaps.start_sheet
        emptied = sheet == mishaps.zero_byte_at and not cleared
        if sheet == mishaps.cut_page_at and not cleared:
            lines = max(2, side.compressed().facts.height)
            check_complete(received=lines // 2, bytes_per_line=1, lines=lines, sheet=sheet)
        if emptied and mishaps.raw:
            check_complete(received=0, bytes_per_line=1, lines=-1, sheet=sheet)
        number, face = self._count.advance()
        imprint = ""
        if self._request.imprint and face == "front":
            running = self._request.imprint_start + number - self._first
            imprint = self._request.imprint.replace(_NUMBER, str(running))
        if sheet == mishaps.crash_at and mishaps.raw:
            signal.raise_signal(signal.SIGSEGV)
        image = _Image(side=side, sheet=number, face=face, imprint=imprint, emptied=emptied)
        yield replace(image, crash=sheet == mishaps.crash_at)
        if self._request.dual_stream:
            yield replace(image, imprint="", emptied=False, stream="bitonal")

    def _kept(self, image: _Image) -> ScannedSide:
        """The side as a device delivers it that compresses by itself."""
        file = image.file()
        path = self._spool.keep(file.suffix, _crashing(file) if image.crash else file.write)
        return ScannedSide(
            path=path,
            frame=0,
            sheet=image.sheet,
            face=image.face,
            media_type=file.media_type,
            source_name=file.source_name,
            width=file.facts.width,
            height=file.facts.height,
            dpi=file.facts.dpi,
            fault=file.facts.fault,
            stream=image.stream,
            imprint=image.imprint,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Image:
    """One image that passes the optics; `crash` and `emptied` are what becomes of it."""

    side: Side
    sheet: int
    face: str
    imprint: str
    emptied: bool
    crash: bool = False
    stream: str = "main"

    def file(self) -> Delivered:
        """The file that the device makes."""
        made = self.side.compressed() if self.stream == "main" else self.side.bitonal_file()
        return _emptied(made) if self.emptied else made

    def samples(self) -> RasterSide:
        """The bare samples of a device that makes no file."""
        raster, dpi = self.side.raw() if self.stream == "main" else self.side.bitonal()
        return RasterSide(
            raster=raster,
            dpi=dpi,
            sheet=self.sheet,
            face=self.face,
            imprint=self.imprint,
            stream=self.stream,
            encode=self.side.encode,
        )


def _dossier(name: str, request: ScanRequest) -> Path:
    """The folder of the dossier: as shipped with a frozen program, which may be installed where
    nobody can write, else drawn into a cache."""
    shipped = os.environ.get(FOLDER_VARIABLE)
    if shipped and (Path(shipped) / name / "truth.json").is_file():
        return Path(shipped) / name
    chosen = shipped or request.options.get("cache")
    return build_bundled(name, Path(chosen) if chosen else request.spool / "bundled")


def _unheard_wishes(request: ScanRequest) -> Iterator[ScanWarning]:
    """SCN-213 for what this device has no part for."""
    wishes = {
        "brightness": request.brightness or None,
        "contrast": request.contrast or None,
        "mode": None if request.mode == "color" else request.mode,
        "way": "flatbed" if request.way == "flatbed" else None,
    }
    for setting, value in wishes.items():
        if value is not None:
            yield ScanWarning(code="SCN-213", parameters={"setting": setting, "value": str(value)})


def _wait_for_turn(due: float, pace: float, cancel: CancelToken) -> float:
    """Keep the pace of a real device; stays open to cancelling. Gives the next moment due."""
    while (left := due - time.monotonic()) > 0:
        cancel.check()
        time.sleep(min(left, _PAUSE_SECONDS))
    cancel.check()
    return max(due, time.monotonic()) + (1.0 / pace if pace > 0 else 0.0)


def _emptied(image: Delivered) -> Delivered:
    """A page file without a byte, as a full card or a broken driver leaves it."""
    facts = type(image.facts)(frame=0, fault=DAMAGED)
    return Delivered(
        suffix=image.suffix,
        media_type=image.media_type,
        source_name=image.source_name,
        facts=facts,
        write=lambda _stream: None,
    )


def _crashing(image: Delivered) -> Writer:
    """Writes the beginning of a page and ends as a driver does that follows a wild pointer."""

    def write(stream: BinaryIO) -> None:
        whole = BytesIO()
        image.write(whole)
        stream.write(whole.getvalue()[:HEAD_BYTES])
        stream.flush()
        signal.raise_signal(signal.SIGSEGV)

    return write
