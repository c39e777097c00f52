"""A stack of several dossiers, each under its work slip: every sheet goes to the right case."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from app.domain.access import Actor
from app.domain.dossier import MAIN
from app.domain.profile_rules import request_part
from app.domain.slips import Slip, parse_code
from app.kernel.errors import Fault, Refused
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken
from app.services.capture import Capture, Listener
from app.services.feeding import DEVICES, FeedOrder
from app.services.profiles import batch_profile
from app.services.refed import RefedFront
from app.services.scanning import Scanning, normal_source
from app.services.slips import Slips
from app.services.station_views import SlipTarget
from app.services.views import ScanResult
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.session import open_source

READ = "ocr.glance:glance"
READ_SECONDS = 30.0
# Slips and our own separator sheets are found by their text, patch sheets as well.
CODES = "any"


@define
class _Stack:
    """What a running stack knows: the capture of the case that is on, and what is done."""

    order: FeedOrder
    on_event: Listener
    capture: Capture | None = None
    refed: RefedFront | None = None
    case_no: str = ""
    batch_id: str = ""
    first_sheet: int = 1
    results: list[tuple[str, ScanResult]] = field(factory=list)
    early: list[ScanWarning] = field(factory=list)


class StackScanning(Scanning, Slips):
    """Scanning by work slips."""

    def scan_by_slips(
        self,
        actor: Actor,
        source: str,
        *,
        profile: str = "standard",
        options: dict[str, Any] | None = None,
        on_event: Listener = lambda _: None,
        cancel: CancelToken | None = None,
    ) -> list[tuple[str, ScanResult]]:
        """Feed a stack in which every dossier lies under its work slip; gives the case number and
        the result of every batch, in the order of the stack.

        A slip opens its case (part and volume as printed on it) and ends the batch before it.
        Raises Refused SLP-105 when the first sheet is no slip, SLP-102 when the case of a slip is
        not registered, and the faults of the device. What was stored before stays; after a fault
        the batch of that case is paused and goes on like any other.
        """
        actor.require("scan")
        order = FeedOrder(
            case_no="", source=normal_source(source), profile=profile, options=options or {}
        )
        driver, name = open_source(order.source)
        settings, feeding = self._profile_settings(actor, order.source, profile, order.options)
        spool = self._context.folders.spool / new_id("stack")
        spool.mkdir(parents=True)
        request = ScanRequest(
            name=name,
            spool=spool,
            options={"cache": str(self._context.folders.bundled)} | feeding,
            **request_part(settings) | {"imprint": settings["imprint"].replace("{case}", "")},
        )
        stack = _Stack(order=order, on_event=on_event)
        kept = batch_profile(profile, settings | {"separators": CODES})
        events = driver.scan(request, cancel or CancelToken())
        try:
            for sheet in _sheets(events):
                self._take_sheet(actor, stack, sheet, kept, spool)
            self._finish(stack)
        except (Fault, Cancelled) as reason:
            self._stop(actor, stack, reason)
            raise
        finally:
            self._running.discard(stack.batch_id)
            shutil.rmtree(spool, ignore_errors=True)
        return stack.results

    def _take_sheet(
        self,
        actor: Actor,
        stack: _Stack,
        sheet: list[ScanEvent],
        profile: dict[str, Any],
        folder: Path,
    ) -> None:
        """Store one sheet, in a new case when it is a slip."""
        slip = next(
            (found for event in sheet if (found := self._slip_on(event, folder)) is not None), None
        )
        sides = [event for event in sheet if isinstance(event, ScannedSide)]
        if slip is not None:
            self._finish(stack)
            if self._begin(actor, stack, slip, profile, sides[0].sheet):
                return
        if stack.capture is None:
            if sides:
                raise Refused("SLP-105")
            stack.early += [event for event in sheet if isinstance(event, ScanWarning)]
            return
        for event in sheet:
            if stack.refed is not None and stack.refed.is_known(event):
                continue
            if isinstance(event, ScannedSide):
                stack.capture.take(replace(event, sheet=event.sheet - stack.first_sheet + 1))
            else:
                stack.capture.take(event)

    def _slip_on(self, event: ScanEvent, folder: Path) -> SlipTarget | None:
        """The case that a side sends its followers to; raises Refused SLP-102."""
        if not isinstance(event, ScannedSide) or event.stream != "main" or event.fault:
            return None
        arguments = (
            str(event.path),
            event.frame,
            str(folder),
            new_id("slip"),
            dict(self._context.limits),
            True,
        )
        seen = self._context.live_pool.call(READ, arguments, seconds=READ_SECONDS)
        if seen["thumbnail"]:
            Path(seen["thumbnail"]).unlink(missing_ok=True)
        for code in seen["codes"]:
            read = parse_code(str(code["text"])) if code["kind"] == "barcode" else None
            if isinstance(read, Slip) and not read.label:
                return self.slip_target(str(code["text"]))
        return None

    def _begin(
        self,
        actor: Actor,
        stack: _Stack,
        slip: SlipTarget,
        profile: dict[str, Any],
        first_sheet: int,
    ) -> bool:
        """Open the case of a slip; True when the slip only says where an interrupted batch goes
        on. That batch has its slip, so it is not stored a second time."""
        order = evolve(
            stack.order, case_no=slip.case_no, part=slip.part or MAIN, volume=slip.volume
        )
        opened = self._open_batch(actor, order, profile)
        stack.case_no, stack.batch_id = slip.case_no, opened.batch.id
        continued = order.scheme in DEVICES and opened.stored_sheets > 0
        stack.first_sheet = first_sheet + continued
        stack.refed = self._refed(actor, opened)
        stack.capture = Capture(
            self._context, actor, opened.batch, opened.known, opened.offset, stack.on_event
        )
        for warning in stack.early:
            stack.capture.take(warning)
        stack.early.clear()
        return continued

    def _finish(self, stack: _Stack) -> None:
        if stack.capture is not None:
            capture, stack.capture = stack.capture, None
            stack.results.append((stack.case_no, capture.finish()))
            self._running.discard(stack.batch_id)

    def _stop(self, actor: Actor, stack: _Stack, reason: Exception) -> None:
        if stack.capture is not None:
            self._pause(actor, stack.capture, stack.batch_id, reason)


def _sheets(events: Iterator[ScanEvent]) -> Iterator[list[ScanEvent]]:
    """The events sheet by sheet: a code on the back decides about the front as well. What came
    before a fault is given before the fault is raised."""
    waiting: list[ScanEvent] = []
    number: int | None = None
    try:
        for event in events:
            if isinstance(event, ScannedSide) and event.sheet != number:
                if waiting:
                    yield waiting
                waiting, number = [], event.sheet
            waiting.append(event)
    except (Fault, Cancelled):
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting
