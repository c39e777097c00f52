"""Feeding a batch: opening or resuming it, running the driver, and what an interruption leaves.

A batch goes on where it stopped: a device counts from 1 again, files and simulated dossiers come
from the start and are left out as far as they are stored.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, Batch, Side
from app.domain.lifecycle import advance
from app.domain.profile_rules import request_part
from app.kernel.errors import BadInput, Fault, Refused
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken
from app.services.adoption import adopt_delivered, adoption_warning
from app.services.capture import Capture, Key, Listener
from app.services.context import Context
from app.services.placing import order_of, write_order
from app.services.ports import Transaction
from app.services.profiles import Profiles, batch_profile, is_duplex
from app.services.refed import RefedFront
from app.services.sheet_sums import UNFINISHED
from app.services.views import ScanResult
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.faults import NEXT_SHEET, SAME_SHEET, trouble_of
from scanner.session import open_source

log = logging.getLogger(__name__)

# These give the same bytes whenever they are read again, so a second run must add nothing.
REPEATABLE = ("folder", "simulated")
# These count from 1 again; after a fault equal bytes are two sheets that look the same.
DEVICES = ("sane", "escl", "twain", "camera")
# Sources that are given as a whole; a limit of sheets says nothing about them.
FILES = ("folder", "watch")
REFED = "refed"
STOPPED = "stopped"
# Kept of a batch that an operator stopped; the words of the device need a sheet.
CANCELLED = "SCN-110"


@frozen(kw_only=True)
class FeedOrder:
    """What to feed and where it goes; see `app.domain.dossier.Batch` for purpose and target.
    `sheets` 0 means until the source is empty; `duplex` None as the profile says."""

    case_no: str
    source: str
    profile: str = "standard"
    part: str = MAIN
    volume: int = 1
    options: dict[str, Any] = field(factory=dict)
    purpose: str = "append"
    target: dict[str, Any] = field(factory=dict)
    sheets: int = 0
    duplex: bool | None = None

    @property
    def scheme(self) -> str:
        """What kind of source it is."""
        return self.source.partition(":")[0].strip().lower()


@frozen(kw_only=True)
class _Opened:
    """A batch that is about to be fed. `offset` is the number of sheets that are through, `half`
    the front of the sheet that has to be fed again because its back never came."""

    batch: Batch
    known: list[Side]
    offset: int
    stored_sheets: int = 0
    half: Side | None = None


class Feeding(Profiles):
    """What all ways of scanning share."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._running: set[str] = set()

    def _feed(
        self, actor: Actor, order: FeedOrder, on_event: Listener, cancel: CancelToken | None
    ) -> tuple[ScanResult, list[Key]]:
        actor.require("scan")
        if order.part not in (MAIN, RESTRICTED):
            raise BadInput("CAP-102", part=order.part)
        if order.volume < 1:
            raise BadInput("CAP-104", volume=order.volume)
        driver, name = open_source(order.source)
        settings, options = self._feeding_settings(
            actor, order.case_no, order.source, order.profile, order.options
        )
        if order.duplex is not None:
            settings["duplex"] = order.duplex
        profile = batch_profile(order.profile, settings)
        opened, adopted = self._open_with_leftovers(actor, order, profile, on_event)
        try:
            request, offset = self._request(order, opened, name, settings, options)
            events = driver.scan(request, cancel or CancelToken())
            if order.scheme not in FILES and request.sheets:
                events = _limited(events, request.sheets)
            run = Capture(self._context, actor, opened.batch, opened.known, offset, on_event)
            try:
                if adopted:
                    run.take(adoption_warning(adopted))
                for event in self._without_refed(actor, opened, events):
                    run.take(event)
                run.drain()
            except (Fault, Cancelled) as reason:
                self._pause(actor, run, opened.batch.id, reason)
                raise
            else:
                return run.finish(), run.keys
            finally:
                run.close()
        finally:
            self._running.discard(opened.batch.id)

    def _open_with_leftovers(
        self, actor: Actor, order: FeedOrder, profile: dict[str, Any], on_event: Listener
    ) -> tuple[_Opened, int]:
        """Open or resume a batch; what an interrupted run left in its spool is stored first."""
        opened = self._open_batch(actor, order, profile)
        try:
            adopted = adopt_delivered(self._context, actor, opened.batch, on_event)
        except BaseException:
            self._running.discard(opened.batch.id)
            raise
        if adopted:
            self._running.discard(opened.batch.id)
            opened = self._open_batch(actor, order, profile)
        return opened, adopted

    def _request(
        self,
        order: FeedOrder,
        opened: _Opened,
        name: str,
        settings: dict[str, Any],
        options: dict[str, Any],
    ) -> tuple[ScanRequest, int]:
        """What is asked of the driver, and the number of sheets to add to its count."""
        batch, offset = opened.batch, opened.offset
        feeding = {"cache": str(self._context.folders.bundled)} | options
        if batch.closed_at and order.scheme == "simulated" and "start_sheet" not in feeding:
            # The batch stopped at a fault of the device: the operator put the rest back. (After
            # a kill everything is fed again instead, and what is stored is left out.)
            feeding["start_sheet"] = self._first_unfinished_sheet(batch, offset)
            offset = 0
        limit = max(1, order.sheets - opened.stored_sheets) if order.sheets else 0
        request = ScanRequest(
            name=name,
            spool=self._spool(batch),
            options=feeding,
            **request_part(settings) | {"sheets": limit},
        )
        return request, offset

    def _open_batch(self, actor: Actor, order: FeedOrder, profile: dict[str, Any]) -> _Opened:
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, order.case_no)
            advance("dossier", dossier.state, "scan" if order.purpose == "append" else "edit")
            earlier = tx.batches.find(
                dossier_id=dossier.id, source=order.source, part=order.part, volume=order.volume
            )
            unfinished = [
                batch
                for batch in earlier
                if batch.state in UNFINISHED
                and batch.purpose == order.purpose
                and place_of(batch) == order.target
            ]
            if any(batch.id in self._running for batch in unfinished):
                raise Refused("CAP-105", source=order.source)
            if unfinished:
                batch = attrs.evolve(
                    unfinished[-1], state="capturing", target=place_of(unfinished[-1])
                )
                tx.batches.replace(batch)
                action = "batch_resumed"
            else:
                batch = Batch(
                    id=new_id("batch"),
                    dossier_id=dossier.id,
                    source=order.source,
                    state=advance("batch", "open", "start"),
                    part=order.part,
                    volume=order.volume,
                    profile=profile,
                    operator=actor.name,
                    station=self._context.station,
                    started_at=self._now(),
                    purpose=order.purpose,
                    target=order.target,
                )
                tx.batches.add(batch)
                action = "batch_opened"
            own = kept_sides(tx, batch)
            orderly = bool(unfinished) and _stopped_orderly(unfinished[-1])
            known = _known_sides(tx, order, earlier, own, orderly=orderly)
            tx.audit.record(
                actor.name,
                action,
                dossier.case_no,
                batch=batch.id,
                source=order.source,
                purpose=order.purpose,
            )
            # Still under the writer's lock: whoever asks next sees that this batch is being fed.
            self._running.add(batch.id)
            tx.commit()
        last = max((side.sheet for side in own), default=0)
        half = half_sheet(batch, own)
        through = last - 1 if half is not None else last
        fed_again = half is not None and order.scheme in DEVICES
        return _Opened(
            batch=batch,
            known=known,
            offset=through if fed_again else last,
            stored_sheets=through if order.scheme in DEVICES or batch.closed_at else 0,
            half=half if fed_again else None,
        )

    def _without_refed(
        self, actor: Actor, opened: _Opened, events: Iterator[ScanEvent]
    ) -> Iterator[ScanEvent]:
        """The events; the front of a sheet that is fed again takes the place of the one stored."""
        refed = self._refed(actor, opened)
        for event in events:
            if not refed.is_known(event):
                yield event

    def _refed(self, actor: Actor, opened: _Opened) -> RefedFront:
        spool = self._context.folders.spool
        return RefedFront(opened.half, lambda side: self._put_aside(actor, side), spool)

    def _put_aside(self, actor: Actor, side: Side) -> None:
        with self._context.storage.write() as tx:
            dossier = tx.dossiers.get(side.dossier_id)
            order = order_of(tx, dossier)
            if side.id in order:
                write_order(tx, dossier, [entry for entry in order if entry != side.id])
            tx.sides.amend({side.id: {"put_aside": REFED}})
            tx.audit.record(
                actor.name,
                "side_put_aside",
                dossier.case_no,
                side=side.id,
                batch=side.batch_id,
                sheet=side.sheet,
                reason=REFED,
            )
            tx.commit()

    def _pause(self, actor: Actor, run: Capture, batch_id: str, reason: Exception) -> None:
        """Pause an interrupted batch and keep why."""
        try:
            run.pause()
            self._keep_reason(actor, batch_id, reason)
        except Fault as second:
            # The disk is full or the database gone: a batch left open is resumed as well.
            log.warning("batch %s stays open after %s: %s", batch_id, reason, second.code)

    def _keep_reason(self, actor: Actor, batch_id: str, reason: Exception) -> None:
        """Keep what stopped a batch, so that the screen can tell it after a restart too."""
        stopped = reason.as_record() if isinstance(reason, Fault) else {"code": CANCELLED}
        with self._context.storage.write() as tx:
            current = tx.batches.get(batch_id)
            if current.state != "paused":
                return
            tx.batches.replace(attrs.evolve(current, target=current.target | {STOPPED: stopped}))
            case_no = tx.dossiers.get(current.dossier_id).case_no
            tx.audit.record(
                actor.name, "batch_stopped", case_no, batch=batch_id, code=stopped["code"]
            )
            tx.commit()

    def _first_unfinished_sheet(self, batch: Batch, last: int) -> int:
        """The sheet to feed next: the last one again when only its front was stored."""
        with self._context.storage.read() as tx:
            half = half_sheet(batch, kept_sides(tx, batch))
        return last if half is not None or last == 0 else last + 1

    def _spool(self, batch: Batch) -> Path:
        spool = self._context.folders.spool / batch.id
        spool.mkdir(parents=True, exist_ok=True)
        return spool


def place_of(batch: Batch) -> dict[str, Any]:
    """Where the sides of a batch belong, without what stopped it."""
    return {key: value for key, value in batch.target.items() if key != STOPPED}


def half_sheet(batch: Batch, sides: list[Side]) -> Side | None:
    """The front of the last sheet when both sides were asked for and its back is not there."""
    last = max((side.sheet for side in sides), default=0)
    members = [side for side in sides if side.sheet == last]
    if not is_duplex(batch) or len(members) != 1 or members[0].face != "front":
        return None
    return members[0] if batch.source.partition(":")[0] not in FILES else None


def kept_sides(tx: Transaction, batch: Batch) -> list[Side]:
    """The sides of a batch without those that were fed a second time."""
    return [side for side in tx.sides.find(batch_id=batch.id) if side.put_aside != REFED]


def _stopped_orderly(batch: Batch) -> bool:
    """Whether it is known which sheet a batch stopped at."""
    trouble = trouble_of(str(batch.target.get(STOPPED, {}).get("code", "")))
    return trouble is not None and trouble.resume in (NEXT_SHEET, SAME_SHEET)


def _known_sides(
    tx: Transaction, order: FeedOrder, earlier: list[Batch], own: list[Side], *, orderly: bool
) -> list[Side]:
    """The stored sides that the source may deliver once more. After a fault that left the stack
    in order a device feeds the rest; after a kill or a crash it may be given the whole stack."""
    if order.scheme in DEVICES and orderly:
        return []
    if order.purpose != "append" or order.scheme not in REPEATABLE:
        return own
    sides = tx.sides.find(batch_id=[batch.id for batch in earlier]) if earlier else []
    return [side for side in sides if side.put_aside not in ("held", "rejected", REFED)]


def _limited(events: Iterator[ScanEvent], sheets: int) -> Iterator[ScanEvent]:
    """The events of the first `sheets` sheets. A device that feeds more is stopped, and told."""
    seen: set[int] = set()
    for event in events:
        if isinstance(event, ScannedSide) and event.sheet not in seen:
            if len(seen) == sheets:
                if isinstance(events, Generator):
                    events.close()
                yield ScanWarning(code="CAP-108", parameters={"sheets": sheets})
                return
            seen.add(event.sheet)
        yield event
