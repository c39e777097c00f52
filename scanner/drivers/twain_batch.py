"""One batch of an open source: wait for images, move them, write them down."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from app.kernel.errors import BadInput, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.drivers.twain_constants import (
    Condition,
    Data,
    DeviceEventKind,
    Group,
    Message,
    PixelType,
    Return,
)
from scanner.drivers.twain_facts import TransferFacts, ask_facts
from scanner.drivers.twain_faults import fault_of
from scanner.drivers.twain_manager import SourceManager, State, TwainError
from scanner.drivers.twain_request import Agreement
from scanner.drivers.twain_sides import Place, SideCounter
from scanner.drivers.twain_structures import DeviceEvent
from scanner.drivers.twain_transfer import Transfers
from scanner.spool import Spool

_TURN_SECONDS = 0.05
# After so long without an image the driver has perhaps opened a window of its own.
_WINDOW_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Batch:
    """One batch of an open source (state 4).

    A side is written and told before the source is called again: a source that crashes or hangs
    on the next one takes nothing along. The device itself scans ahead meanwhile; when images
    come faster than they can be compressed, they are written without.

    Raises the faults of `twain_faults`, SCN-111, SCN-118, SCN-120, SCN-142, and Cancelled.
    """

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
        self._images = 0

    def run(self) -> Iterator[ScanEvent]:
        """The events of the batch."""
        try:
            if not self._manager.listening:
                raise BadInput("SCN-142", name=self._request.name)
            self._manager.enable()
            yield from self._wait_for_image()
            while self._manager.state == State.READY:
                yield from self._next_image()
        except TwainError as error:
            if error.condition != Condition.NOMEDIA or not self._images:
                raise fault_of(
                    error,
                    sheet=self._count.sheet,
                    name=self._request.name,
                    spool=self._request.spool,
                ) from error
        except MemoryError as error:
            raise Transient("SCN-109", sheet=self._count.sheet, name=self._request.name) from error
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
        """Move one image, write it and tell it."""
        moved = self._transfers.move(self._count.sheet, self._cancel)
        facts = ask_facts(self._manager) if self._agreed.image_facts else TransferFacts()
        # From here on the device feeds the next sheet, whatever the disk does.
        self._manager.end_transfer()
        file = moved.encode()
        path = self._spool.keep(file.suffix, file.write, file.preview)
        two_levels = moved.facts.pixel_type == PixelType.BW
        place = self._count.place(facts.face, two_levels=two_levels)
        self._images += 1
        yield ScannedSide(
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
        while (message := self._manager.next_message(0)) is not None:
            if message == Message.DEVICEEVENT:
                yield from self._device_event()
        limit = self._request.sheets
        if limit and self._count.sheets >= limit and self._manager.state == State.READY:
            self._manager.discard_pending()

    def _imprint(self, place: Place, facts: TransferFacts) -> str:
        imprinter = self._agreed.imprinter
        if imprinter is None or place.face != imprinter.face:
            return ""
        return facts.printed or imprinter.text(place.sheet)

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


def _asked_to_stop(cancel: CancelToken) -> bool:
    """Asks as of a plain token: one that counts being asked as progress does not count this."""
    return bool(vars(CancelToken)["cancelled"].__get__(cancel))
