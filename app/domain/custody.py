"""Who holds the paper: custody events (流转事件), hand-offs (交接) and the shelf."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from app.kernel.errors import Refused


@frozen(kw_only=True)
class CustodyEvent:
    """The paper changed hands or place. Rows are only ever added."""

    id: str
    dossier_id: str
    happened_at: str
    action: str
    giver: str
    receiver: str
    place: str
    volumes: int
    pages: int | None = None
    remark: str = ""
    details: dict[str, Any] = field(factory=dict)


# Who gives paper to whom (STANDARDS 7.1 to 7.4).
TASKS = (
    "party_to_judge",
    "judge_to_party",
    "clerk_to_scanning",
    "scanning_to_clerk",
    "clerk_to_archive",
    "court_to_court",
)
STAFF, PARTY, COURT = "staff", "party", "court"
RECEIVER_KINDS = (STAFF, PARTY, COURT)


@frozen(kw_only=True)
class HandOff:
    """Paper on its way from one person to another through a cell of a cloud locker (云柜).

    `state` is of the machine "hand_off". `part` is "main", "restricted" or "" for both; `counts`
    are the volumes one by one, {"part", "volume", "pages"}. `receiver_kind` says whether the
    receiver is staff, a party or another court; `phone`, `email` and `identity_hash` (of an ID
    number) are how she is reached and known. The collection code is its `code_locator` (in clear,
    one of its kind among the open hand-offs of a cabinet) and a secret of which only the scrypt
    hash is kept. `acknowledged_at` is when the receiver confirmed the count.
    """

    id: str
    dossier_id: str
    state: str
    giver: str
    receiver: str
    cabinet: str
    cell: int
    volumes: int
    pages: int | None
    code_hash: str = ""
    code_salt: str = ""
    tries_left: int = 5
    offered_at: str = ""
    deposited_at: str = ""
    collected_at: str = ""
    acknowledged_at: str = ""
    counted_volumes: int | None = None
    counted_pages: int | None = None
    task: str = "clerk_to_archive"
    part: str = ""
    reason: str = ""
    counts: tuple[dict[str, Any], ...] = ()
    giver_kind: str = STAFF
    receiver_kind: str = STAFF
    phone: str = ""
    email: str = ""
    giver_phone: str = ""
    identity_hash: str = ""
    giver_identity_hash: str = ""
    size: str = ""
    code_locator: str = ""
    code_expires_at: str = ""
    deposit_code_hash: str = ""
    deposit_code_salt: str = ""
    deposit_tries_left: int = 5
    nonce: str = ""
    due_at: str = ""
    reserved_until: str = ""
    reminders: int = 0
    reminded_at: str = ""
    escalated_at: str = ""
    held_by: tuple[str, ...] = ()
    details: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class StaffCard:
    """A card that stands for a member of staff; only a keyed digest of its number is kept."""

    id: str
    person: str
    card_hash: str
    added_at: str
    added_by: str
    revoked: bool = False


@frozen(kw_only=True)
class ShelfLocation:
    """A place in the stack room: 库房/列/节/层/盒/位."""

    room: str
    rack: int
    column: int
    level: int
    box: int
    position: int

    def label(self) -> str:
        """As it stands on the shelf label, for instance "A库-03列-02节-4层-07盒-01"."""
        return (
            f"{self.room}-{self.rack:02d}列-{self.column:02d}节-{self.level}层"
            f"-{self.box:02d}盒-{self.position:02d}"
        )


def shelf_location(text: str) -> ShelfLocation:
    """Reads "ROOM/RACK/COLUMN/LEVEL/BOX/POSITION". Raises Refused CUS-101 when it is not one."""
    parts = text.strip().split("/")
    if len(parts) != 6 or not parts[0] or not all(part.isdecimal() for part in parts[1:]):
        raise Refused("CUS-101", text=text)
    rack, column, level, box, position = (int(part) for part in parts[1:])
    return ShelfLocation(
        room=parts[0], rack=rack, column=column, level=level, box=box, position=position
    )
