"""Scanners that SANE knows. Runs in the driver host only: backends crash, hang and print."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Iterator

from app.kernel.errors import Transient
from app.kernel.progress import CancelToken
from scanner.api import Capabilities, DeviceInfo, ScanEvent, ScanRequest
from scanner.drivers.sane_capabilities import read_capabilities
from scanner.drivers.sane_faults import fault_of
from scanner.drivers.sane_library import DeviceEntry, SaneError, SaneLibrary, Status
from scanner.drivers.sane_options import SaneOptions
from scanner.drivers.sane_sources import can_feed, can_give_both_sides

_log = logging.getLogger(__name__)

_UNREACHABLE = frozenset({Status.INVAL, Status.IO_ERROR, Status.UNSUPPORTED})


class SaneDriver:
    """Scans from the feeder when there is one, else one page from the glass.

    Options are those of the device by their SANE names. Faults: SCN-101 to SCN-111, SCN-114,
    SCN-115, SCN-118, SCN-120 to SCN-123; warnings: SCN-211 to SCN-214.
    """

    scheme = "sane"

    def __init__(self) -> None:
        self._open: tuple[SaneLibrary, ctypes.c_void_p] | None = None

    def devices(self) -> list[DeviceInfo]:
        """Every device that SANE lists, with what its sources say about feeder and duplex."""
        library = _library()
        try:
            entries = library.devices()
        except SaneError as error:
            raise fault_of(error, sheet=0, name="") from error
        return [_describe(library, entry) for entry in entries]

    def capabilities(self, name: str) -> Capabilities:
        """What the device says about itself. The device stays open until `release`."""
        library, handle = self._reach(name)
        try:
            return read_capabilities(SaneOptions(library, handle))
        except SaneError as error:
            raise fault_of(error, sheet=0, name=name) from error

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """One event per side until the feeder is empty.

        The device stays open until `release`, so that a fault is told before the slow part of
        giving the device back.
        """
        # The libraries for pixels take half a second to load; nobody else here needs them.
        from scanner.drivers.sane_batch import scan_batch

        library, handle = self._reach(request.name)
        yield from scan_batch(library, handle, request, cancel)

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
            raise fault_of(error, sheet=0, name=name) from error
        self._open = (library, handle)
        return library, handle


def _library() -> SaneLibrary:
    try:
        return SaneLibrary()
    except SaneError as error:
        raise fault_of(error, sheet=0, name="") from error


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
