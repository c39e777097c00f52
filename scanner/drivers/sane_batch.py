"""One batch of a SANE device: page after page until the feeder is empty."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.kernel.errors import Transient
from app.kernel.progress import CancelToken
from scanner.api import ScanEvent, ScanRequest, ScanWarning
from scanner.drivers.sane_faults import fault_of
from scanner.drivers.sane_library import SaneError, SaneLibrary, Status
from scanner.drivers.sane_options import SaneOptions
from scanner.drivers.sane_page import read_page
from scanner.drivers.sane_request import apply_request, resolution_of
from scanner.drivers.sane_sources import feeds, gives_both_sides
from scanner.drivers.sane_threads import ReaderThreads
from scanner.drivers.sane_wishes import double_fed, printed_text, prints
from scanner.feeder import FeederCount
from scanner.raster_writer import Deliver, RasterSide, RasterWriter
from scanner.spool import Spool

_log = logging.getLogger(__name__)


def scan_batch(
    library: SaneLibrary, handle: ctypes.c_void_p, request: ScanRequest, cancel: CancelToken
) -> Iterator[ScanEvent]:
    """Set the options of the open device and give one event per side. Raises as the driver."""
    writer = RasterWriter(Spool(request.spool))
    # Before the backend starts one of its own; numpy has started its by now.
    threads = ReaderThreads()
    try:
        options = SaneOptions(library, handle)
        apply_request(options, request)
        feeder, pairs, dpi = feeds(options), gives_both_sides(options), resolution_of(options)
    except SaneError as error:
        raise fault_of(error, sheet=0, name=request.name) from error
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
        threads=threads,
    )
    yield from writer.sides(batch.read)


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
            raise fault_of(error, sheet=sheet, name=self.request.name) from error
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
