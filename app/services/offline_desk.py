"""The desk of a cabinet that cannot reach the server: by the signed list, with a queue of events.

It knows codes and staff cards of the list, opens their cells by the same unlock rules, and writes
every step down for the server. What needs the server (PIN, identity cards, announcing new paper)
is refused in words. Nothing here trusts the queue less than the list: who was there once, was
there, whatever list comes later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import attrs

from app.domain.dossier import RESTRICTED
from app.domain.hand_off_guards import count_differs, same_amount
from app.kernel.clock import Clock, timestamp
from app.kernel.errors import Fault, Refused
from app.kernel.ids import new_id
from app.services.credentials import LOCATOR_DIGITS, code_digits
from app.services.locker_views import CARD, CODE, CellRow, HandOffRow, Visitor
from app.services.secrets import matches
from cloud_locker.api import Cell
from cloud_locker.done_online import DoneOnline
from cloud_locker.event_queue import CabinetEvent, EventQueue
from cloud_locker.pickup_list import COLLECT, DEPOSIT, KeptList, PickUpEntry, PickUpList

TOKEN_MINUTES = 3
# Wrong codes that belong to no hand-off: so many in so many minutes, then a pause as long.
STRAY_CODES, STRAY_MINUTES = 10, 10

IDENTIFIED, CODE_WRONG, CODE_UNKNOWN = "identified", "code_wrong", "code_unknown"
BEGAN = {COLLECT: "collecting", DEPOSIT: "depositing"}
DONE = {COLLECT: "collected", DEPOSIT: "deposited"}
DOOR_FAULT, CONFIRMED, DISPUTED = "door_fault", "confirmed", "disputed"


class Doors(Protocol):
    """What the desk needs of a cabinet (`app.adapters.plugins.Cabinet`)."""

    def cells(self) -> list[Cell]:
        """All cells as the board reports them."""
        ...

    def deposit(self, cell: int, reference: str) -> Any:
        """One door cycle that ends with the paper in the cell."""
        ...

    def collect(self, cell: int, reference: str) -> Any:
        """One door cycle that ends with the cell empty."""
        ...

    def close(self) -> None:
        """Let go of the wire."""
        ...


@attrs.define(kw_only=True)
class _Guest:
    """Who stands at the cabinet, and until when she is known."""

    visitor: Visitor
    handoffs: tuple[str, ...]
    until: datetime


class OfflineDesk:
    """`CabinetDesk` without the server. `folder` is on the cabinet's own disk and holds the list,
    what the server did since (`done_online`), and the queue; `key` is shared with the server;
    `open_doors` opens the cabinet for one use; `card_digest` gives the keyed digest of a card
    number; `check_clock` raises Refused LCK-118 when the clock cannot say whether a code has
    expired."""

    def __init__(
        self,
        cabinet: str,
        folder: Path,
        key: bytes,
        *,
        open_doors: Callable[[], Doors],
        clock: Clock,
        card_digest: Callable[[str], str],
        check_clock: Callable[[], None],
    ) -> None:
        self._cabinet = cabinet
        self._list = KeptList(folder, key, cabinet=cabinet)
        self.done_online = DoneOnline(folder)
        self.queue = EventQueue(folder, key, cabinet=cabinet, clock=clock)
        self._open_doors = open_doors
        self._clock = clock
        self._card_digest = card_digest
        self._check_clock = check_clock
        self._guests: dict[str, _Guest] = {}

    @property
    def cabinet(self) -> str:
        """See `CabinetDesk.cabinet`."""
        return self._cabinet

    @property
    def has_guests(self) -> bool:
        """Whether somebody who is known stands at the cabinet."""
        now = self._clock.now()
        return any(guest.until >= now for guest in self._guests.values())

    def people(self) -> list[str]:
        """Nobody: a PIN needs the server."""
        return []

    def cells(self) -> list[CellRow]:
        """The cells as the board reports them; which are taken, the list says."""
        listed = {entry.cell: entry for entry in self._read().entries}
        doors = self._open_doors()
        try:
            return [_cell_row(self._cabinet, cell, listed) for cell in doors.cells()]
        finally:
            doors.close()

    def identify(self, proof: str, value: str, *, name: str = "") -> Visitor:
        """See `CabinetDesk.identify`.

        Raises Refused LCK-308 (needs the server), LCK-306 (code wrong), LCK-307 (tries used up),
        LCK-311 (done already), LCK-313 (too many codes of nobody), and as `KeptList.read`.
        """
        listed = self._read()
        events = self._since(listed)
        if proof == CODE:
            self._check_clock()
            entries = [self._by_code(listed, events, code_digits(value))]
        elif proof == CARD:
            entries = self._by_card(listed, events, value)
        else:
            raise Refused("LCK-308", cabinet=self._cabinet)
        person = entries[0].person
        token = new_id("visitor")
        for entry in entries:
            self._note(listed, IDENTIFIED, entry.handoff, proof=proof, person=person)
        visitor = self._visitor(token, person, proof, entries, listed)
        until = self._clock.now() + timedelta(minutes=TOKEN_MINUTES)
        handoffs = tuple(entry.handoff for entry in entries)
        self._guests[token] = _Guest(visitor=visitor, handoffs=handoffs, until=until)
        return visitor

    def refresh(self, token: str) -> Visitor:
        """See `CabinetDesk.refresh`."""
        guest, listed = self._guest(token), self._read()
        entries = [entry for entry in listed.entries if entry.handoff in guest.handoffs]
        before = guest.visitor
        return self._visitor(token, before.name, before.proof, entries, listed)

    def deposit(self, token: str, handoff: str) -> HandOffRow:
        """See `CabinetDesk.deposit`."""
        return self._cycle(token, handoff, DEPOSIT)

    def collect(self, token: str, handoff: str) -> HandOffRow:
        """See `CabinetDesk.collect`."""
        return self._cycle(token, handoff, COLLECT)

    def confirm(self, token: str, handoff: str, *, volumes: int, pages: int | None) -> HandOffRow:
        """See `CabinetDesk.confirm`."""
        self._guest(token)
        listed, entry = self._entry(token, handoff)
        if DONE[COLLECT] not in _kinds(self._since(listed), handoff):
            raise Refused("LCK-308", cabinet=self._cabinet)
        agrees = same_amount(entry, volumes, pages)
        kind = CONFIRMED if agrees else DISPUTED
        self._note(listed, kind, handoff, volumes=volumes, pages=pages, person=entry.person)
        if not agrees:
            raise count_differs(entry, volumes, pages)
        return _row(self._cabinet, entry, CONFIRMED)

    def offer(
        self,
        token: str,
        *,
        code: str,
        receiver: str,
        volumes: int,
        pages: int | None,
        size: str = "",
    ) -> HandOffRow:
        """Paper that nobody announced waits for the server. Raises Refused LCK-308."""
        raise Refused("LCK-308", cabinet=self._cabinet)

    def leave(self, token: str) -> None:
        """See `CabinetDesk.leave`."""
        self._guests.pop(token, None)

    def _read(self) -> PickUpList:
        return self._list.read(self._clock.now())

    def _since(self, listed: PickUpList) -> list[CabinetEvent]:
        """The events that the server did not know when it made the list."""
        return [event for event in self.queue.events() if event.sequence > listed.absorbed]

    def _note(self, listed: PickUpList, kind: str, handoff: str, **details: Any) -> None:
        self.queue.append(kind, handoff, list_id=listed.list_id, **details)

    def _by_code(self, listed: PickUpList, events: list[CabinetEvent], code: str) -> PickUpEntry:
        self._check_strays()
        locator = code[:LOCATOR_DIGITS]
        found = [entry for entry in listed.entries if entry.code_locator == locator != ""]
        if not found:
            self._note(listed, CODE_UNKNOWN, "")
            raise Refused("LCK-306", cabinet=self._cabinet)
        entry = found[0]
        if _tries_left(entry, events) <= 0:
            raise Refused("LCK-307")
        if not matches(code, entry.code_hash, entry.code_salt):
            self._note(listed, CODE_WRONG, entry.handoff)
            left = _tries_left(entry, self._since(listed))
            raise Refused("LCK-306", cabinet=self._cabinet) if left else Refused("LCK-307")
        if self._over(events, entry):
            raise Refused("LCK-311", cabinet=self._cabinet)
        if entry.expires_at and entry.expires_at <= timestamp(self._clock.now()):
            raise Refused("LCK-302", cabinet=self._cabinet, expires_at=entry.expires_at)
        return entry

    def _by_card(
        self, listed: PickUpList, events: list[CabinetEvent], card: str
    ) -> list[PickUpEntry]:
        digest = self._card_digest(card)
        own = [entry for entry in listed.entries if digest in entry.card_hashes]
        own = [entry for entry in own if not self._over(events, entry)] or own
        if not own:
            self._check_strays()
            self._note(listed, CODE_UNKNOWN, "")
            raise Refused("LCK-306", cabinet=self._cabinet)
        return own

    def _check_strays(self) -> None:
        since = timestamp(self._clock.now() - timedelta(minutes=STRAY_MINUTES))
        events = self.queue.events()
        strays = sum(event.kind == CODE_UNKNOWN and event.at > since for event in events)
        if strays >= STRAY_CODES:
            raise Refused("LCK-313", cabinet=self._cabinet, minutes=STRAY_MINUTES)

    def _guest(self, token: str) -> _Guest:
        guest = self._guests.get(token)
        now = self._clock.now()
        if guest is None or guest.until < now:
            self._guests.pop(token, None)
            raise Refused("IDN-110")
        guest.until = now + timedelta(minutes=TOKEN_MINUTES)
        return guest

    def _entry(self, token: str, handoff: str) -> tuple[PickUpList, PickUpEntry]:
        guest, listed = self._guest(token), self._read()
        entry = listed.entry(handoff)
        if entry is None or handoff not in guest.handoffs:
            raise Refused("LCK-306", cabinet=self._cabinet)
        return listed, entry

    def _cycle(self, token: str, handoff: str, purpose: str) -> HandOffRow:
        listed, entry = self._entry(token, handoff)
        events = self._since(listed)
        if self._proof(token) == CODE and (entry.facts or {}).get("part") == RESTRICTED:
            raise Refused("IDN-126")
        done = DONE[purpose] in _kinds(events, handoff) or self._over(events, entry)
        if entry.purpose != purpose or done:
            raise Refused("LCK-311", cabinet=self._cabinet)
        facts = {"cell": entry.cell, "person": entry.person, "proof": self._proof(token)}
        self._note(listed, BEGAN[purpose], handoff, **facts)
        doors = self._open_doors()
        try:
            turn = doors.deposit if purpose == DEPOSIT else doors.collect
            cycle = turn(entry.cell, handoff)
        except Fault as fault:
            self._note(listed, DOOR_FAULT, handoff, fault=fault.as_record(), **facts)
            raise
        finally:
            doors.close()
        self._note(
            listed,
            DONE[purpose],
            handoff,
            cycle=cycle.cycle,
            pulses=cycle.pulses,
            occupied=cycle.occupied,
            **facts,
        )
        # The door was open for a while: the visitor has her minutes again.
        self._guests[token].until = self._clock.now() + timedelta(minutes=TOKEN_MINUTES)
        return _row(self._cabinet, entry, DONE[purpose])

    def _over(self, events: list[CabinetEvent], entry: PickUpEntry) -> bool:
        """Whether nothing is left to do here about a hand-off: counted, or done with the server
        after this list was made."""
        counted = bool({CONFIRMED, DISPUTED} & _kinds(events, entry.handoff))
        return counted or self.done_online.knows(entry.handoff)

    def _proof(self, token: str) -> str:
        return self._guests[token].visitor.proof

    def _visitor(
        self,
        token: str,
        person: str,
        proof: str,
        entries: list[PickUpEntry],
        listed: PickUpList,
    ) -> Visitor:
        events = self._since(listed)
        rows: dict[str, list[HandOffRow]] = {COLLECT: [], DEPOSIT: [], CONFIRMED: []}
        for entry in entries:
            kinds = _kinds(events, entry.handoff)
            laid_in = entry.purpose == DEPOSIT and DONE[DEPOSIT] in kinds
            if laid_in or self._over(events, entry):
                continue
            state = DONE[COLLECT] if DONE[COLLECT] in kinds else ""
            rows[CONFIRMED if state else entry.purpose].append(_row(self._cabinet, entry, state))
        return Visitor(
            token=token,
            name=person,
            role=str((entries[0].facts or {}).get("role", "")) if entries else "",
            proof=proof,
            cabinet=self._cabinet,
            to_collect=tuple(rows[COLLECT]),
            to_deposit=tuple(rows[DEPOSIT]),
            to_confirm=tuple(rows[CONFIRMED]),
            offline=True,
        )


def _kinds(events: list[CabinetEvent], handoff: str) -> set[str]:
    return {event.kind for event in events if event.handoff == handoff}


def _tries_left(entry: PickUpEntry, events: list[CabinetEvent]) -> int:
    """Tries that are left: the server's count when the list was made, less those since."""
    wrong = sum(event.kind == CODE_WRONG and event.handoff == entry.handoff for event in events)
    return entry.tries_left - wrong


def _row(cabinet: str, entry: PickUpEntry, state: str) -> HandOffRow:
    facts = entry.facts or {}
    return HandOffRow(
        id=entry.handoff,
        case_no=str(facts.get("case_no", "")),
        state=state or str(facts.get("state", "")),
        giver=str(facts.get("giver", "")),
        receiver=str(facts.get("receiver", "")),
        cabinet=cabinet,
        cell=entry.cell,
        volumes=entry.volumes,
        pages=entry.pages,
        offered_at=str(facts.get("offered_at", "")),
        task=str(facts.get("task", "")),
        part=str(facts.get("part", "")),
        due_at=str(facts.get("due_at", "")),
    )


def _cell_row(cabinet: str, cell: Cell, listed: dict[int, PickUpEntry]) -> CellRow:
    entry = listed.get(cell.number)
    taken = {COLLECT: "occupied", DEPOSIT: "reserved"}[entry.purpose] if entry else "free"
    return CellRow(
        cabinet=cabinet,
        number=cell.number,
        door_open=cell.door_open,
        occupied=cell.occupied,
        handoff=entry.handoff if entry else "",
        state=taken,
    )
