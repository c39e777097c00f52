"""Scanners with a TWAIN driver. Runs in the driver host only: sources crash, hang, open windows
and load a Qt of their own."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import (
    Capabilities,
    DeviceInfo,
    ScanEvent,
    ScannedSide,
    ScanRequest,
    ScanWarning,
)
from scanner.drivers.twain_abilities import describe_source
from scanner.drivers.twain_capabilities import Capabilities as SourceCapabilities
from scanner.drivers.twain_constants import (
    Condition,
    Data,
    DeviceEventKind,
    Group,
    Message,
    PixelType,
    Return,
)
from scanner.drivers.twain_containers import TEXT_ENCODING
from scanner.drivers.twain_facts import TransferFacts, ask_facts
from scanner.drivers.twain_faults import fault_of, opening_fault
from scanner.drivers.twain_image import ImageFile
from scanner.drivers.twain_manager import SourceManager, State, TwainError
from scanner.drivers.twain_names import Cap
from scanner.drivers.twain_request import Agreement, Negotiation
from scanner.drivers.twain_sides import Place, SideCounter
from scanner.drivers.twain_structures import DeviceEvent, Identity
from scanner.drivers.twain_transfer import Moved, Transfers
from scanner.spool import Spool

_TURN_SECONDS = 0.05
# After so long without an image the driver has perhaps opened a window of its own.
_WINDOW_SECONDS = 10.0
# Images being written while the next one is moved; each may hold 26 MB.
_MOST_WAITING = 2
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
        spool = Spool(request.spool)
        capabilities = self._reach(request.name)
        negotiation = Negotiation(self._manager, capabilities)
        try:
            agreed = negotiation.agree(request)
            _check_paper(capabilities, agreed, request.name)
        except TwainError as error:
            raise fault_of(error, sheet=0, name=request.name) from error
        yield from negotiation.warnings
        with _Batch(self._manager, request, agreed, spool, cancel) as batch:
            yield from batch.run()

    def release(self) -> None:
        """Give the device back, from whatever state the session is in."""
        self._manager.unwind()

    def _reach(self, name: str) -> SourceCapabilities:
        """The source called `name`, open and online."""
        manager = self._manager
        try:
            manager.open()
            found = next((one for one in manager.sources() if _text(one.ProductName) == name), None)
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


class _Batch:
    """One batch of an open source. Writing an image goes on while the next one is moved."""

    def __init__(
        self,
        manager: SourceManager,
        request: ScanRequest,
        agreed: Agreement,
        spool: Spool,
        cancel: CancelToken,
    ) -> None:
        self._manager = manager
        self._request = request
        self._agreed = agreed
        self._spool = spool
        self._cancel = cancel
        self._transfers = Transfers(manager, agreed.format, request.spool)
        self._count = SideCounter(pairs=agreed.duplex, dual=agreed.dual)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="twain-writer")
        self._waiting: deque[Future[ScannedSide]] = deque()
        self._images = 0

    def __enter__(self) -> _Batch:
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.shutdown(wait=True, cancel_futures=True)

    def run(self) -> Iterator[ScanEvent]:
        """The events of the batch. Whatever ends it, the images before are told first."""
        try:
            if not self._manager.listening:
                raise BadInput("SCN-142", name=self._request.name)
            self._manager.enable()
            yield from self._wait_for_image()
            while self._manager.state == State.READY:
                yield from self._next_image()
        except TwainError as error:
            yield from self._written(0)
            if error.condition != Condition.NOMEDIA or not self._images:
                spool = self._request.spool
                name = self._request.name
                raise fault_of(error, sheet=self._count.sheet, name=name, spool=spool) from error
        except (Fault, Cancelled):
            yield from self._written(0)
            raise
        yield from self._written(0)
        yield from self._count.closing_warnings()

    def _wait_for_image(self) -> Iterator[ScanEvent]:
        """Wait in state 5 until an image is ready, or the source wants to be closed.

        The token is looked at as a plain one: waiting is no progress, and the program has to see
        that nothing moves.
        """
        began = time.monotonic()
        told = False
        while self._manager.state == State.ENABLED:
            message = self._manager.next_message(_TURN_SECONDS)
            if message == Message.CLOSEDSREQ:
                raise Transient(
                    "SCN-110", sheet=self._count.sheet, name=self._request.name, status="CLOSEDSREQ"
                )
            if message == Message.DEVICEEVENT:
                yield from self._device_event()
            if _asked_to_stop(self._cancel):
                raise Cancelled
            if not told and time.monotonic() - began > _WINDOW_SECONDS:
                told = True
                yield ScanWarning(code="SCN-261", parameters={"name": self._request.name})

    def _next_image(self) -> Iterator[ScanEvent]:
        """Move one image and hand it to the writer."""
        sheet = self._count.sheet
        moved = self._transfers.move(sheet, self._cancel)
        facts = ask_facts(self._manager) if self._agreed.image_facts else TransferFacts()
        # From here on the device feeds the next sheet, whatever the disk does.
        self._manager.end_transfer()
        two_levels = moved.facts.pixel_type == PixelType.BW
        place = self._count.place(facts.face, two_levels=two_levels)
        self._images += 1
        self._waiting.append(self._writer.submit(self._write, moved, place, facts))
        yield from self._written(_MOST_WAITING)
        yield from self._news()
        limit = self._request.sheets
        if limit and self._count.sheets >= limit and self._manager.state == State.READY:
            self._manager.discard_pending()

    def _write(self, moved: Moved, place: Place, facts: TransferFacts) -> ScannedSide:
        """On the thread of the writer: the file of an image, safe on disk."""
        file: ImageFile = moved.encode()
        path = self._spool.keep(file.suffix, file.write)
        return ScannedSide(
            path=path,
            frame=0,
            sheet=place.sheet,
            face=place.face,
            media_type=file.media_type,
            source_name=f"{place.sheet:05}-{place.face}{file.suffix}",
            width=file.width,
            height=file.height,
            dpi=file.dpi or self._agreed.dpi,
            stream=place.stream,
            imprint=self._imprint(place, facts),
        )

    def _imprint(self, place: Place, facts: TransferFacts) -> str:
        imprinter = self._agreed.imprinter
        if imprinter is None or place.face != imprinter.face:
            return ""
        return facts.printed or imprinter.text(place.sheet)

    def _written(self, most: int) -> Iterator[ScanEvent]:
        """The images that are safe, until at most `most` are still being written."""
        while self._waiting and (len(self._waiting) > most or self._waiting[0].done()):
            yield self._waiting.popleft().result()

    def _news(self) -> Iterator[ScanEvent]:
        """What the source said meanwhile."""
        while (message := self._manager.next_message(0)) is not None:
            if message == Message.DEVICEEVENT:
                yield from self._device_event()

    def _device_event(self) -> Iterator[ScanEvent]:
        event = DeviceEvent()
        code = self._manager.call_source(Group.CONTROL, Data.DEVICEEVENT, Message.GET, event)
        if code != Return.SUCCESS:
            _log.info("no event of the device: %s", self._manager.error("DEVICEEVENT", code))
        elif event.Event == DeviceEventKind.PAPERDOUBLEFEED:
            sheet = max(1, self._count.last_sheet)
            yield ScanWarning(code="SCN-214", parameters={"sheet": sheet})
        else:
            _log.info("event %s of the device", event.Event)


def _check_paper(capabilities: SourceCapabilities, agreed: Agreement, name: str) -> None:
    """Raises Transient SCN-101 when the feeder can see that it is empty."""
    if not agreed.feeder or capabilities.current(Cap.CAP_PAPERDETECTABLE) is not True:
        return
    if capabilities.current(Cap.CAP_FEEDERLOADED) is False:
        raise Transient("SCN-101", sheet=1, name=name)


def _asked_to_stop(cancel: CancelToken) -> bool:
    return bool(vars(CancelToken)["cancelled"].__get__(cancel))


def _copy(identity: Identity) -> Identity:
    return Identity.from_buffer_copy(identity)


def _text(raw: bytes) -> str:
    return raw.decode(TEXT_ENCODING, "replace").strip()
