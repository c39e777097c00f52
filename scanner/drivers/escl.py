"""Network scanners that speak eSCL (AirScan, Mopria): found by mDNS, driven by HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from app.kernel.progress import CancelToken
from scanner.api import Capabilities, DeviceInfo, ScanEvent, ScannedSide, ScanRequest
from scanner.drivers.escl_address import parse_address
from scanner.drivers.escl_capabilities import CERTIFICATE, as_capabilities
from scanner.drivers.escl_device import EsclDevice
from scanner.drivers.escl_job import Document, EsclJob, create_job
from scanner.drivers.escl_leftover import OpenJob
from scanner.drivers.escl_settings import ScanTicket, make_ticket
from scanner.drivers.image_file import FrameFacts
from scanner.feeder import FeederCount
from scanner.spool import Spool

_WIDTH_TOLERANCE = 0.1


class EsclDriver:
    """Sources `escl:URL`, for example `escl:http://192.0.2.7/eSCL`, with or without the path.

    Scans from the feeder when there is one, else one page from the glass; the bytes of the device
    are the masters (JPEG, or what else it has). Options are elements of ScanSettings by name
    ("Intent", "Threshold", "CompressionFactor" ...). `BlankPageDetectionAndRemoval` is not among
    them: a side that the device drops would shift the count of sheets.

    A certificate that nobody vouches for is accepted, because devices make their own; its digest
    is logged and stands among the capabilities. Saved as the option "certificate", it is the only
    one accepted from then on (SCN-241). Faults: SCN-101 to SCN-111, SCN-114, SCN-118,
    SCN-120 to SCN-123, SCN-240, SCN-241.
    """

    scheme = "escl"

    def __init__(self) -> None:
        self._job: EsclJob | None = None

    def devices(self) -> list[DeviceInfo]:
        """The scanners that announce themselves within three seconds."""
        # Only the search needs the library of multicast DNS, which takes a while to load.
        from scanner.drivers.escl_discovery import discover

        return discover()

    def capabilities(self, name: str) -> Capabilities:
        """What the device can do and what can be set on it."""
        device = EsclDevice(name, parse_address(name))
        description = device.describe(CancelToken())
        return as_capabilities(description, device.connection.certificate)

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """One event per side until the feeder is empty or `sheets` are in.

        The job is given back in `release`, so that a fault is told before a slow device is.
        """
        certificate = str(request.options.get(CERTIFICATE) or "").replace(":", "").lower()
        device = EsclDevice(request.name, parse_address(request.name), certificate)
        spool = Spool(request.spool)
        ticket = make_ticket(device.describe(cancel), request)
        device.check_ready(feeder=ticket.feeder, cancel=cancel)
        yield from ticket.warnings
        note = OpenJob(request.spool, device.connection.address.url)
        job = self._job = create_job(device, ticket, note, cancel)
        count = FeederCount(pairs=ticket.pairs)
        while not request.sheets or count.sheet <= request.sheets:
            cancel.check()
            device.sheet = count.sheet
            document = job.next_document(spool, count.sides, cancel)
            if document is None:
                break
            yield from _sides(document, ticket, count)
            if not ticket.feeder:
                break
        yield from count.closing_warnings()

    def release(self) -> None:
        """Give the job back, which also stops a feeder that is still running."""
        if self._job is not None:
            job, self._job = self._job, None
            job.finish()


def _sides(document: Document, ticket: ScanTicket, count: FeederCount) -> Iterator[ScannedSide]:
    for facts in document.frames:
        sheet, face = count.advance()
        yield ScannedSide(
            path=document.path,
            frame=facts.frame,
            sheet=sheet,
            face=face,
            media_type=document.media_type,
            source_name=f"{sheet:05}-{face}{document.path.suffix}",
            width=facts.width,
            height=facts.height,
            dpi=_dots_per_inch(facts, ticket),
            fault=facts.fault,
        )


def _dots_per_inch(facts: FrameFacts, ticket: ScanTicket) -> int:
    """What was asked for, when the width bears it out; devices write 72 into files or nothing."""
    fits = abs(facts.width - ticket.width) <= _WIDTH_TOLERANCE * ticket.width
    return ticket.resolution if fits or not facts.dpi else facts.dpi
