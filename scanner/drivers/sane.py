"""Scanners that SANE knows. Runs in the driver host only: backends crash, hang and print."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Iterator

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import CancelToken
from scanner.api import Capabilities, DeviceInfo, ScanEvent, ScannedSide, ScanRequest
from scanner.drivers.sane_capabilities import read_capabilities
from scanner.drivers.sane_library import DeviceEntry, SaneError, SaneLibrary, Status
from scanner.drivers.sane_options import SaneOptions
from scanner.drivers.sane_page import read_page
from scanner.drivers.sane_request import apply_request, resolution_of
from scanner.drivers.sane_sources import (
    can_feed,
    can_give_both_sides,
    feeds,
    gives_both_sides,
)
from scanner.drivers.sane_threads import ReaderThreads
from scanner.feeder import FeederCount
from scanner.raster_file import encode
from scanner.spool import Spool

_log = logging.getLogger(__name__)

_FAULTS: dict[int, tuple[type[Fault], str]] = {
    Status.UNSUPPORTED: (BadInput, "SCN-121"),
    Status.CANCELLED: (Transient, "SCN-110"),
    Status.DEVICE_BUSY: (Transient, "SCN-103"),
    Status.INVAL: (BadInput, "SCN-121"),
    Status.JAMMED: (Transient, "SCN-104"),
    Status.NO_DOCS: (Transient, "SCN-101"),
    Status.COVER_OPEN: (Transient, "SCN-105"),
    Status.IO_ERROR: (Transient, "SCN-122"),
    Status.NO_MEM: (Transient, "SCN-109"),
    Status.ACCESS_DENIED: (Broken, "SCN-108"),
    Status.WARMING_UP: (Transient, "SCN-107"),
    Status.HW_LOCKED: (Transient, "SCN-123"),
}
_UNREACHABLE = frozenset({Status.INVAL, Status.IO_ERROR, Status.UNSUPPORTED})


class SaneDriver:
    """Scans from the feeder when there is one, else one page from the glass.

    Options are those of the device by their SANE names. Faults: SCN-101 to SCN-111, SCN-114,
    SCN-115, SCN-118, SCN-120 to SCN-123.
    """

    scheme = "sane"

    def __init__(self) -> None:
        self._open: tuple[SaneLibrary, ctypes.c_void_p] | None = None
        self._threads = ReaderThreads()

    def devices(self) -> list[DeviceInfo]:
        """Every device that SANE lists, with what its sources say about feeder and duplex."""
        library = _library()
        try:
            entries = library.devices()
        except SaneError as error:
            raise _fault(error, sheet=0, name="") from error
        return [_describe(library, entry) for entry in entries]

    def capabilities(self, name: str) -> Capabilities:
        """What the device says about itself. The device stays open until `release`."""
        library, handle = self._reach(name)
        try:
            return read_capabilities(SaneOptions(library, handle))
        except SaneError as error:
            raise _fault(error, sheet=0, name=name) from error

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """One event per side until the feeder is empty.

        The device stays open until `release`, so that a fault is told before the slow part of
        giving the device back.
        """
        spool = Spool(request.spool)
        library, handle = self._reach(request.name)
        try:
            options = SaneOptions(library, handle)
            apply_request(options, request)
            feeder, pairs, dpi = feeds(options), gives_both_sides(options), resolution_of(options)
        except SaneError as error:
            raise _fault(error, sheet=0, name=request.name) from error
        yield from options.warnings
        count = FeederCount(pairs=feeder and pairs)
        more = True
        while more:
            cancel.check()
            side = self._next_side(
                library, handle, spool, count, dpi=dpi, name=request.name, cancel=cancel
            )
            if side is not None:
                yield side
            more = side is not None and feeder
        yield from count.closing_warnings()

    def release(self) -> None:
        """Give the device back. Cancel comes first: after an error a device accepts nothing
        else, and after a batch it ends the feeding."""
        if self._open is not None:
            library, handle = self._open
            self._open = None
            library.cancel(handle)
            library.close(handle)

    def _reach(self, name: str) -> tuple[SaneLibrary, ctypes.c_void_p]:
        """The open device. `INVAL` here means that nothing answers under that name: SANE does
        not say more."""
        library = _library()
        try:
            handle = library.open(name)
        except SaneError as error:
            if error.status in _UNREACHABLE:
                raise Transient("SCN-102", name=name) from error
            raise _fault(error, sheet=0, name=name) from error
        self._open = (library, handle)
        return library, handle

    def _next_side(
        self,
        library: SaneLibrary,
        handle: ctypes.c_void_p,
        spool: Spool,
        count: FeederCount,
        *,
        dpi: int,
        name: str,
        cancel: CancelToken,
    ) -> ScannedSide | None:
        """The next side, None when the feeder is empty after at least one."""
        try:
            library.start(handle)
            raster = read_page(library, handle, count.sheet, cancel, self._threads)
        except SaneError as error:
            if error.status == Status.NO_DOCS and count.sides:
                return None
            if error.status == Status.CANCELLED:
                cancel.check()
            raise _fault(error, sheet=count.sheet, name=name) from error
        suffix, media_type, write = encode(raster, dpi)
        path = spool.keep(suffix, write)
        sheet, face = count.advance()
        return ScannedSide(
            path=path,
            frame=0,
            sheet=sheet,
            face=face,
            media_type=media_type,
            source_name=f"{sheet:05}-{face}{suffix}",
            width=raster.width,
            height=raster.height,
            dpi=dpi,
        )


def _library() -> SaneLibrary:
    try:
        return SaneLibrary()
    except SaneError as error:
        raise _fault(error, sheet=0, name="") from error


def _describe(library: SaneLibrary, entry: DeviceEntry) -> DeviceInfo:
    feeder = duplex = False
    try:
        handle = library.open(entry.name)
    except SaneError as error:
        # In use by somebody else: it is there all the same.
        _log.info("cannot look into %s: %s", entry.name, error)
    else:
        try:
            options = SaneOptions(library, handle)
            feeder, duplex = can_feed(options), can_give_both_sides(options)
        except SaneError as error:
            _log.info("cannot read the options of %s: %s", entry.name, error)
        finally:
            library.close(handle)
    return DeviceInfo(
        source=f"sane:{entry.name}",
        maker=entry.vendor,
        model=entry.model,
        feeder=feeder,
        duplex=duplex,
    )


def _fault(error: SaneError, *, sheet: int, name: str) -> Fault:
    kind, code = _FAULTS.get(error.status, (Transient, "SCN-122"))
    _log.info("%s at sheet %s of %s", error, sheet, name)
    return kind(code, sheet=sheet, name=name, status=str(error))
