"""Scanners that SANE knows. Runs in the driver host only: backends crash, hang and print."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import CancelToken
from scanner.api import Capabilities, DeviceInfo, ScanEvent, ScanRequest, ScanWarning
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
from scanner.drivers.sane_wishes import double_fed, printed_text, prints
from scanner.feeder import FeederCount
from scanner.raster_writer import Deliver, RasterSide, RasterWriter
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
        writer = RasterWriter(Spool(request.spool))
        library, handle = self._reach(request.name)
        try:
            options = SaneOptions(library, handle)
            apply_request(options, request)
            feeder, pairs, dpi = feeds(options), gives_both_sides(options), resolution_of(options)
        except SaneError as error:
            raise _fault(error, sheet=0, name=request.name) from error
        yield from options.warnings

        def check() -> None:
            writer.check()
            cancel.check()

        batch = _Batch(
            library=library,
            handle=handle,
            options=options,
            request=request,
            dpi=dpi,
            feeder=feeder,
            count=FeederCount(pairs=feeder and pairs),
            check=check,
            threads=self._threads,
        )
        yield from writer.sides(batch.read)

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Batch:
    """One batch of an open device whose options are set."""

    library: SaneLibrary
    handle: ctypes.c_void_p
    options: SaneOptions
    request: ScanRequest
    dpi: int
    feeder: bool
    count: FeederCount
    check: Callable[[], None]
    threads: ReaderThreads

    def read(self, deliver: Deliver) -> None:
        """Deliver side after side until the feeder is empty or enough sheets have come. Raises
        the fault that ends the batch early."""
        more = True
        while more:
            self.check()
            # Held by no name, so that a page that is written does not stay in memory.
            more = self._read_side(deliver) and self.feeder and not self._has_enough()
        for warning in self.count.closing_warnings():
            deliver(warning)

    def _read_side(self, deliver: Deliver) -> bool:
        """Deliver the next side; False when the feeder is empty after at least one."""
        sheet = self.count.sheet
        try:
            self.library.start(self.handle)
            raster = read_page(self.library, self.handle, sheet, self.check, self.threads)
        except SaneError as error:
            if error.status == Status.NO_DOCS and self.count.sides:
                return False
            if error.status == Status.CANCELLED:
                self.check()
            if error.status == Status.JAMMED and self._saw_two():
                raise Transient("SCN-106", sheet=sheet, name=self.request.name) from error
            raise _fault(error, sheet=sheet, name=self.request.name) from error
        sheet, face = self.count.advance()
        imprint = printed_text(self.request, sheet) if prints(self.options) else ""
        deliver(RasterSide(raster=raster, dpi=self.dpi, sheet=sheet, face=face, imprint=imprint))
        if self.request.multifeed == "warn" and self.count.sheet != sheet and self._saw_two():
            deliver(ScanWarning(code="SCN-214", parameters={"sheet": sheet}))
        return True

    def _has_enough(self) -> bool:
        return 0 < self.request.sheets < self.count.sheet

    def _saw_two(self) -> bool:
        try:
            return double_fed(self.options)
        except SaneError as error:
            _log.info("cannot ask for a double feed: %s", error)
            return False


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
