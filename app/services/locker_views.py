"""Read models of cabinets, hand-offs and custody: frozen rows for screens and the command line."""

from __future__ import annotations

from typing import Any, Protocol

from attrs import field, frozen


@frozen(kw_only=True)
class CellRow:
    """One cell of a cabinet. `state` is of the machine "cell"; `door_open` is None while the
    cabinet does not answer; `occupied` is None without an item sensor."""

    cabinet: str
    number: int
    door_open: bool | None
    occupied: bool | None
    handoff: str
    size: str = "medium"
    state: str = "free"
    case_no: str = ""
    receiver: str = ""
    due_at: str = ""
    overdue: bool = False
    reason: str = ""


@frozen(kw_only=True)
class CabinetView:
    """A cabinet as it stands. `fault` is the code of the fault while it does not answer, with its
    `fault_parameters`; `busy` while somebody stands at an open door of it."""

    name: str
    answering: bool
    cells: tuple[CellRow, ...]
    asked_at: str
    busy: bool = False
    fault: str = ""
    fault_parameters: dict[str, Any] = field(factory=dict)
    commissioned_at: str = ""
    commissioned: bool = False


@frozen(kw_only=True)
class HandOffRow:
    """One hand-off. `state` is of the hand-off machine in `app.domain.lifecycle`.

    `turn` says whose step is next: "giver", "receiver", "administrator" or "" when it is over;
    `notice` how the last message fared: "", "queued", "sent", "failed". Telephone numbers are
    masked.
    """

    id: str
    case_no: str
    state: str
    giver: str
    receiver: str
    cabinet: str
    cell: int
    volumes: int
    pages: int | None
    offered_at: str
    task: str = "clerk_to_archive"
    part: str = ""
    reason: str = ""
    counts: tuple[dict[str, Any], ...] = ()
    receiver_kind: str = "staff"
    phone: str = ""
    deposited_at: str = ""
    collected_at: str = ""
    confirmed_at: str = ""
    counted_volumes: int | None = None
    counted_pages: int | None = None
    due_at: str = ""
    overdue: bool = False
    reminders: int = 0
    escalated: bool = False
    turn: str = ""
    notice: str = ""
    tries_left: int = 5
    held_by: tuple[str, ...] = ()


@frozen(kw_only=True)
class IncidentRow:
    """One incident. `resolutions` are the answers a person may close it with."""

    id: str
    cabinet: str
    cell: int
    kind: str
    state: str
    opened_at: str
    handoff: str = ""
    case_no: str = ""
    seen_by: str = ""
    closed_by: str = ""
    closed_at: str = ""
    resolution: str = ""
    reason: str = ""
    details: dict[str, Any] = field(factory=dict)
    resolutions: tuple[str, ...] = ()


@frozen(kw_only=True)
class NoticeView:
    """One message to a person and how it fared. `address` is masked."""

    id: str
    handoff: str
    kind: str
    channel: str
    address: str
    person: str
    state: str
    attempts: int
    made_at: str
    sent_at: str
    not_before: str
    fault: str = ""
    fault_parameters: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class TimelineRow:
    """One step of a dossier's paper, oldest first. `kind`: "slip", "custody", "door", "batch",
    "notice", "incident", "shelf", "stock"; `action` is a code of that kind."""

    at: str
    kind: str
    action: str
    actor: str
    place: str
    volumes: int | None = None
    pages: int | None = None
    details: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class VolumeCustodyRow:
    """Where one volume is. `holder` answers for it; `place` is where it lies; `pages` as counted
    at the last hand-over; `since` when that was; `ambiguous` (two hand-offs claim it) must never
    be true. `unnamed`: fewer volumes went on than there were, and nobody said which, so nothing
    changed hands yet. `steps` are its hand-overs, oldest first: {"at", "action", "giver",
    "receiver", "place", "volumes", "pages", "all_pages", "handoff"}."""

    case_no: str
    part: str
    volume: int
    holder: str
    place: str
    pages: int | None
    since: str
    action: str
    code: str
    first_page: int | None = None
    last_page: int | None = None
    batches: tuple[str, ...] = ()
    steps: tuple[dict[str, Any], ...] = ()
    ambiguous: bool = False
    unnamed: bool = False


@frozen(kw_only=True)
class StockTakeView:
    """A stock-take. Discrepancies: {"kind": "missing|unexpected|misplaced|twice|unreadable",
    "code", "case_no", "part", "volume", "place", "expected_place"}."""

    id: str
    kind: str
    place: str
    state: str
    started_at: str
    started_by: str
    closed_at: str
    expected: tuple[dict[str, Any], ...]
    lines: tuple[dict[str, Any], ...]
    discrepancies: tuple[dict[str, Any], ...]


@frozen(kw_only=True)
class CommissioningView:
    """A commissioning record, or the trial under way. One entry of `cells`: {"cell", "opened",
    "closed_seen", "item_seen", "item_gone_seen", "verdict": "", "passed", "failed", "remark"}."""

    id: str
    cabinet: str
    made_at: str
    made_by: str
    passed: bool
    cells: tuple[dict[str, Any], ...]
    settings: dict[str, Any]
    remark: str


@frozen(kw_only=True)
class RoundsReport:
    """What one round of the rounds did: how many of each."""

    incidents: int = 0
    overdue: int = 0
    reminders: int = 0
    escalations: int = 0
    expired: int = 0
    sent: int = 0
    failed: int = 0
    silent: tuple[str, ...] = ()


# How somebody shows at the cabinet who she is.
CODE, QR, CARD, IDENTITY_CARD, PIN = "code", "qr", "card", "identity_card", "pin"
PROOFS = (CODE, QR, CARD, IDENTITY_CARD, PIN)


@frozen(kw_only=True)
class Visitor:
    """Somebody who was identified at a cabinet, for a few minutes. `token` is for the desk alone;
    `role` is a staff role, or "party" or "court". With a code or a QR only its own hand-off is
    listed. `offline`: known from the pick-up list, the server was not asked."""

    token: str
    name: str
    role: str
    proof: str
    cabinet: str
    to_collect: tuple[HandOffRow, ...] = ()
    to_deposit: tuple[HandOffRow, ...] = ()
    to_confirm: tuple[HandOffRow, ...] = ()
    offline: bool = False


class CabinetDesk(Protocol):
    """All that the screen at a cabinet may do. Two answer it: the services, and, while they are
    out of reach, the signed pick-up list (`offline` visitors).

    Raises Refused IDN codes (not known, tries used up, expired, other cabinet), LCK codes of the
    door, HND codes of the hand-off. Tokens end after three minutes without a call (IDN-110).
    """

    @property
    def cabinet(self) -> str:
        """The cabinet this screen belongs to."""
        ...

    def identify(self, proof: str, value: str, *, name: str = "") -> Visitor:
        """Know somebody by one of PROOFS; a PIN needs a `name`."""
        ...

    def refresh(self, token: str) -> Visitor:
        """The visitor again, with her hand-offs as they are now."""
        ...

    def people(self) -> list[str]:
        """Names of the staff who may sign in by PIN and to whom paper may be sent."""
        ...

    def cells(self) -> list[CellRow]:
        """The cells, for the picture of where the door is."""
        ...

    def deposit(self, token: str, handoff: str) -> HandOffRow:
        """Open the reserved cell and wait until the paper is in it and the door shut."""
        ...

    def collect(self, token: str, handoff: str) -> HandOffRow:
        """Open the cell and wait until the paper is out of it and the door shut."""
        ...

    def confirm(self, token: str, handoff: str, *, volumes: int, pages: int | None) -> HandOffRow:
        """The count of the receiver. A difference makes it disputed and raises Refused HND-106."""
        ...

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
        """Reserve a cell for paper that nobody announced: `code` is that of its slip or label, or
        a case number."""
        ...

    def leave(self, token: str) -> None:
        """The visitor goes; her token ends."""
        ...
