"""Scanners with a TWAIN driver. Runs in the driver host only: sources crash, hang, open windows
and load a Qt of their own."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from app.kernel.errors import Broken, Transient
from app.kernel.progress import CancelToken
from scanner.api import (
    Capabilities,
    DeviceInfo,
    ScanEvent,
    ScanRequest,
)
from scanner.drivers.twain_abilities import describe_source
from scanner.drivers.twain_capabilities import Capabilities as SourceCapabilities
from scanner.drivers.twain_containers import TEXT_ENCODING
from scanner.drivers.twain_faults import fault_of, opening_fault
from scanner.drivers.twain_manager import SourceManager, TwainError
from scanner.drivers.twain_names import Cap
from scanner.drivers.twain_request import Agreement, Negotiation
from scanner.drivers.twain_structures import Identity
from scanner.spool import Spool

_log = logging.getLogger(__name__)


class TwainDriver:
    """Scans until the feeder is empty. Options are capabilities by their names in the
    specification ("ICAP_GAMMA"), "transfer" (memory, native or file) and "custom_settings".

    Faults: SCN-101 to SCN-111, SCN-114, SCN-117, SCN-118, SCN-120 to SCN-123, SCN-141, SCN-142.
    Warnings: SCN-211 to SCN-214, SCN-261.
    """

    scheme = "twain"

    def __init__(self) -> None:
        self._manager = SourceManager()

    def devices(self) -> list[DeviceInfo]:
        """Every installed source; none when TWAIN is not installed.

        A source is not opened for the list: one whose device is off shows a dialog and waits for
        somebody to close it. So whether it has a feeder is not known here (`capabilities`).
        """
        try:
            self._manager.open()
            sources = self._manager.sources()
        except Broken as fault:
            _log.info("no TWAIN: %s", fault)
            return []
        except TwainError as error:
            raise fault_of(error, sheet=0, name="") from error
        finally:
            self.release()
        return [
            DeviceInfo(
                source=f"twain:{_text(source.ProductName)}",
                maker=_text(source.Manufacturer),
                model=_text(source.ProductName),
                feeder=False,
                duplex=False,
            )
            for source in sources
        ]

    def capabilities(self, name: str) -> Capabilities:
        """What the source can do, and each of its capabilities as an option. The source is
        closed again before the answer."""
        try:
            return describe_source(self._manager, self._reach(name))
        except TwainError as error:
            raise fault_of(error, sheet=0, name=name) from error
        finally:
            self.release()

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """One event per image, in the order in which they come.

        The source stays open until `release`, so that a fault is told before the slow part of
        letting the device go.
        """
        # Pixel libraries take half a second to load; a list of devices need not wait for them.
        from scanner.drivers.twain_batch import Batch

        spool = Spool(request.spool)
        capabilities = self._reach(request.name)
        negotiation = Negotiation(self._manager, capabilities)
        try:
            agreed = negotiation.agree(request)
            _check_paper(capabilities, agreed, request.name)
        except TwainError as error:
            raise fault_of(error, sheet=0, name=request.name) from error
        yield from negotiation.warnings
        yield from Batch(self._manager, request, agreed, spool, cancel).run()

    def release(self) -> None:
        """Give the device back, from whatever state the session is in."""
        self._manager.unwind()

    def _reach(self, name: str) -> SourceCapabilities:
        """The source called `name`, open and online."""
        manager = self._manager
        try:
            manager.open()
            found = next(
                (one for one in manager.sources() if _text(one.ProductName) == name.strip()), None
            )
            if found is None:
                raise Transient("SCN-102", name=name)
            manager.open_source(_copy(found))
            capabilities = SourceCapabilities(manager)
            online = capabilities.current(Cap.CAP_DEVICEONLINE)
        except TwainError as error:
            raise opening_fault(error, name=name) from error
        if online is False:
            raise Transient("SCN-102", name=name)
        return capabilities


def _check_paper(capabilities: SourceCapabilities, agreed: Agreement, name: str) -> None:
    """Raises Transient SCN-101 when the feeder can see that it is empty."""
    if not agreed.feeder or capabilities.current(Cap.CAP_PAPERDETECTABLE) is not True:
        return
    if capabilities.current(Cap.CAP_FEEDERLOADED) is False:
        raise Transient("SCN-101", sheet=1, name=name)


def _copy(identity: Identity) -> Identity:
    return Identity.from_buffer_copy(identity)


def _text(raw: bytes) -> str:
    return raw.decode(TEXT_ENCODING, "replace").strip()
