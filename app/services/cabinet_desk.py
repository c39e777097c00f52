"""The desk of a cabinet with the services behind it: who stands there may do her own steps only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import attrs

from app.domain.access import Actor
from app.domain.dossier import RESTRICTED
from app.domain.hand_off_guards import CODE_STATES, same_person
from app.kernel.clock import Clock
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.code_views import CodeView
from app.services.identities import Identities, Identity
from app.services.locker_views import (
    CARD,
    CODE,
    IDENTITY_CARD,
    PIN,
    PROOFS,
    QR,
    CellRow,
    HandOffRow,
    Visitor,
)

TOKEN_TIME, DOOR_TIME = timedelta(minutes=3), timedelta(hours=1)
TO_DEPOSIT = ("draft", "reserved", "depositing")
TO_CONFIRM = ("collected",)
_SCANNERS, _ARCHIVE = ("operator", "inspector"), "archivist"


class HandOffServices(Protocol):
    """What the desk needs of the workstation; see there."""

    def handoffs(
        self, case_no: str | None = None, *, open_only: bool = False
    ) -> list[HandOffRow]: ...

    def handoff(self, handoff_id: str) -> HandOffRow: ...

    def people(self) -> list[tuple[str, str]]: ...

    def cells(self, cabinet: str) -> list[CellRow]: ...

    def deposit(self, actor: Actor, handoff_id: str, *, identified_by: str = "") -> HandOffRow: ...

    def collect_identified(
        self, actor: Actor, handoff_id: str, *, identified_by: str
    ) -> HandOffRow: ...

    def acknowledge(
        self, actor: Actor, handoff_id: str, *, volumes: int, pages: int | None
    ) -> HandOffRow: ...

    def read_any_code(self, text: str) -> CodeView: ...

    def offer(
        self,
        actor: Actor,
        case_no: str,
        receiver: str,
        cabinet: str,
        *,
        volumes: int,
        pages: int | None,
        task: str,
        part: str,
        counts: Iterable[Mapping[str, Any]],
        size: str,
    ) -> tuple[HandOffRow, str]: ...


@attrs.frozen(kw_only=True)
class _Guest:
    """Who is at the cabinet, how she was known, and until when without a call."""

    identity: Identity
    proof: str
    until: datetime


class ServiceCabinetDesk:
    """`CabinetDesk` of one cabinet. `record` writes one audit row. May be called from any thread;
    whoever is at a door is not forgotten while it is open."""

    def __init__(
        self,
        services: HandOffServices,
        identities: Identities,
        *,
        cabinet: str,
        clock: Clock,
        record: Callable[[str, str, str], None],
    ) -> None:
        self._services = services
        self._identities = identities
        self._cabinet = cabinet
        self._clock = clock
        self._record = record
        self._guests: dict[str, _Guest] = {}
        self._lock = threading.Lock()

    @property
    def cabinet(self) -> str:
        """See `CabinetDesk.cabinet`."""
        return self._cabinet

    def identify(self, proof: str, value: str, *, name: str = "") -> Visitor:
        """See `CabinetDesk.identify`. Raises as the methods of `Identities`, BadInput IDN-112 for
        a proof that is none."""
        ways: dict[str, Callable[[], Identity]] = {
            CODE: lambda: self._identities.by_code(value),
            QR: lambda: self._identities.by_qr(value),
            CARD: lambda: self._identities.by_card(value),
            IDENTITY_CARD: lambda: self._identities.by_identity_card(value),
            PIN: lambda: self._identities.by_pin(value, name),
        }
        if proof not in ways:
            raise BadInput("IDN-112", proof=proof, known=", ".join(PROOFS))
        identity = ways[proof]()
        self._record(identity.actor.name, self._cabinet, proof)
        token = new_id("visitor")
        self._keep(token, _Guest(identity=identity, proof=proof, until=self._end()))
        return self._visitor(token)

    def refresh(self, token: str) -> Visitor:
        """See `CabinetDesk.refresh`. Raises Refused IDN-110."""
        return self._visitor(token)

    def people(self) -> list[str]:
        """See `CabinetDesk.people`."""
        return [name for name, _role in self._services.people()]

    def cells(self) -> list[CellRow]:
        """See `CabinetDesk.cells`."""
        return self._services.cells(self._cabinet)

    def deposit(self, token: str, handoff: str) -> HandOffRow:
        """See `CabinetDesk.deposit`. Raises Refused IDN-109 for a hand-off that is not hers to
        deposit, and what `Workstation.deposit` raises."""
        guest = self._require(token, handoff, lambda visitor: visitor.to_deposit)
        return self._at_the_door(
            token,
            lambda: self._services.deposit(
                guest.identity.actor, handoff, identified_by=guest.proof
            ),
        )

    def collect(self, token: str, handoff: str) -> HandOffRow:
        """See `CabinetDesk.collect`. Raises Refused IDN-109 for a hand-off that is not hers to
        collect, IDN-126 for a 副卷 that a code alone does not open, and what
        `Workstation.collect_identified` raises."""
        guest = self._require(token, handoff, lambda visitor: visitor.to_collect)
        if not guest.identity.personal and self._services.handoff(handoff).part == RESTRICTED:
            raise Refused("IDN-126")
        return self._at_the_door(
            token,
            lambda: self._services.collect_identified(
                guest.identity.actor, handoff, identified_by=guest.proof
            ),
        )

    def confirm(self, token: str, handoff: str, *, volumes: int, pages: int | None) -> HandOffRow:
        """See `CabinetDesk.confirm`. Raises Refused IDN-109 and HND-106."""
        guest = self._require(token, handoff, lambda visitor: visitor.to_confirm)
        return self._services.acknowledge(
            guest.identity.actor, handoff, volumes=volumes, pages=pages
        )

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
        """See `CabinetDesk.offer`. Raises Refused IDN-118 (known by a code or document only),
        IDN-117 (no such staff), IDN-119 (no code of a dossier), and what `Workstation.offer`
        raises."""
        guest = self._guest(token)
        if not guest.identity.personal:
            raise Refused("IDN-118")
        roles = dict(self._services.people())
        known = next((name for name in roles if same_person(name, receiver)), None)
        if known is None:
            raise Refused("IDN-117", receiver=receiver)
        read = self._services.read_any_code(code)
        if not read.case_no or read.kind not in ("dossier", "volume"):
            raise Refused("IDN-119")
        actor = guest.identity.actor
        row, _code = self._services.offer(
            actor,
            read.case_no,
            known,
            self._cabinet,
            volumes=volumes,
            pages=pages,
            task=_task(actor.role, roles[known]),
            part=read.part,
            counts=_counts(read, volumes, pages),
            size=size,
        )
        return row

    def leave(self, token: str) -> None:
        """See `CabinetDesk.leave`."""
        with self._lock:
            self._guests.pop(token, None)

    def _visitor(self, token: str) -> Visitor:
        guest = self._guest(token)
        actor = guest.identity.actor
        rows = self._services.handoffs(open_only=True)
        hers, given = self._identities.own(guest.identity)
        collects = [row for row in rows if row.id in hers]
        deposits = [row for row in rows if row.id in given]
        return Visitor(
            token=token,
            name=actor.name,
            role=actor.role,
            proof=guest.proof,
            cabinet=self._cabinet,
            to_collect=tuple(row for row in collects if row.state in CODE_STATES),
            to_deposit=tuple(row for row in deposits if row.state in TO_DEPOSIT),
            to_confirm=tuple(row for row in collects if row.state in TO_CONFIRM),
        )

    def _require(
        self, token: str, handoff: str, steps: Callable[[Visitor], Iterable[HandOffRow]]
    ) -> _Guest:
        """The guest, when this step of this hand-off is hers."""
        visitor = self._visitor(token)
        if handoff not in (row.id for row in steps(visitor)):
            raise Refused("IDN-109", cabinet=self._cabinet)
        return self._guest(token)

    def _at_the_door(self, token: str, cycle: Callable[[], HandOffRow]) -> HandOffRow:
        """A door may stay open for longer than a token lasts."""
        self._prolong(token, DOOR_TIME)
        try:
            return cycle()
        finally:
            self._prolong(token, TOKEN_TIME)

    def _prolong(self, token: str, span: timedelta) -> None:
        with self._lock:
            guest = self._guests.get(token)
            if guest is not None:
                self._guests[token] = attrs.evolve(guest, until=self._clock.now() + span)

    def _guest(self, token: str) -> _Guest:
        """The guest, from now known for three more minutes. Raises Refused IDN-110."""
        now = self._clock.now()
        with self._lock:
            guest = self._guests.get(token)
            if guest is None or guest.until <= now:
                self._guests.pop(token, None)
                raise Refused("IDN-110")
            self._guests[token] = attrs.evolve(guest, until=self._end())
        return guest

    def _keep(self, token: str, guest: _Guest) -> None:
        now = self._clock.now()
        with self._lock:
            over = [known for known, each in self._guests.items() if each.until <= now]
            for known in over:
                del self._guests[known]
            self._guests[token] = guest

    def _end(self) -> datetime:
        return self._clock.now() + TOKEN_TIME


def _counts(read: CodeView, volumes: int, pages: int | None) -> tuple[Mapping[str, Any], ...]:
    """The one volume whose label was read; more than that one are not told apart."""
    if read.kind != "volume" or volumes != 1:
        return ()
    return ({"part": read.part, "volume": read.volume, "pages": pages},)


def _task(giver: str, receiver: str) -> str:
    """The task between two roles of staff."""
    if receiver == _ARCHIVE:
        return "clerk_to_archive"
    return "scanning_to_clerk" if giver in _SCANNERS else "clerk_to_scanning"
