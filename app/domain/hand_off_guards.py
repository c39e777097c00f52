"""Guards of hand-offs: who may do which step, whose turn it is, which papers exclude each other.

All of it is decided from records alone, so that every face and every cabinet decides alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from app.domain.access import ADMINISTRATOR, Actor, person_key
from app.domain.custody import COURT, PARTY, RECEIVER_KINDS, STAFF, TASKS, HandOff
from app.domain.dossier import MAIN, RESTRICTED
from app.domain.locker import SIZES
from app.kernel.errors import BadInput, Refused

PARTS = (MAIN, RESTRICTED)

FINAL = ("confirmed", "cancelled", "returned")
# The receiver's code opens nothing outside of these.
CODE_STATES = ("deposited", "notified", "overdue", "collecting")
# The paper lies in the cell, or may lie in it.
IN_CELL = ("depositing", *CODE_STATES, "fault")
OPEN_STATES = ("draft", "reserved", *IN_CELL, "collected", "disputed", "retrieved")
# The cell is kept for the hand-off.
CELL_STATES = ("reserved", *IN_CELL)
# A cell that must be looked at before its door is opened for anybody.
FROZEN_CELLS = ("open_unexpected", "unknown", "out_of_service")

# New materials of a party and what a party is given are no volumes of the dossier.
MATERIAL_TASKS = ("party_to_judge", "judge_to_party")
# Paper that leaves the scanning station must be accounted for sheet by sheet.
LEAVING_TASKS = ("scanning_to_clerk", "clerk_to_archive", "court_to_court")

GIVER, RECEIVER, ADMINISTRATORS, NOBODY = "giver", "receiver", "administrator", ""
_TURNS = {
    "draft": GIVER,
    "reserved": GIVER,
    "depositing": GIVER,
    "deposited": RECEIVER,
    "notified": RECEIVER,
    "overdue": RECEIVER,
    "collecting": RECEIVER,
    "collected": RECEIVER,
    "disputed": ADMINISTRATORS,
    "retrieved": ADMINISTRATORS,
    "fault": ADMINISTRATORS,
}


def turn_of(hand_off: HandOff, cell_state: str) -> str:
    """Whose step is next: "giver", "receiver", "administrator", or "" when it is over.

    While its cell is frozen nobody but an administrator can go on.
    """
    turn = _TURNS.get(hand_off.state, NOBODY)
    if hand_off.state in CELL_STATES and cell_state in FROZEN_CELLS:
        return ADMINISTRATORS
    return turn


def same_person(one: str, other: str) -> bool:
    """Whether two names, however typed, are one person's."""
    return person_key(one) == person_key(other)


def check_counts(volumes: int, pages: int | None, counts: Iterable[Mapping[str, Any]]) -> None:
    """Raises BadInput HND-103 for a count nobody can have, HND-113 for counts of single volumes
    that do not make the whole."""
    if volumes < 1 or (pages is not None and pages < 0):
        raise BadInput("HND-103", volumes=volumes, pages=pages)
    rows = list(counts)
    if not rows:
        return
    known = {(row.get("part"), row.get("volume")) for row in rows}
    stated = [row.get("pages") for row in rows]
    wrong = (
        len(rows) != volumes
        or len(known) != len(rows)
        or any(row.get("part") not in PARTS for row in rows)
        or any(page is not None and page < 0 for page in stated)
        or (
            pages is not None
            and all(page is not None for page in stated)
            and sum(page for page in stated if page is not None) != pages
        )
    )
    if wrong:
        raise BadInput("HND-113", volumes=volumes, pages=pages)


def check_offer(hand_off: HandOff) -> None:
    """Whether this paper may go this way.

    Raises BadInput HND-111 (unknown task, part, size or kind), Refused HND-110 (副卷 never goes to
    a party), HND-112 (somebody from outside whom nothing identifies), HND-114 (the people do not
    fit the task).
    """
    choices = (
        (hand_off.task, TASKS),
        (hand_off.part, ("", *PARTS)),
        (hand_off.size, ("", *SIZES)),
        (hand_off.giver_kind, RECEIVER_KINDS),
        (hand_off.receiver_kind, RECEIVER_KINDS),
    )
    for value, known in choices:
        if value not in known:
            raise BadInput("HND-111", value=value, known=", ".join(name for name in known if name))
    kinds = {
        "party_to_judge": ((PARTY,), (STAFF,)),
        "judge_to_party": ((STAFF,), (PARTY,)),
        "court_to_court": ((STAFF, COURT), (STAFF, COURT)),
    }.get(hand_off.task, ((STAFF,), (STAFF,)))
    fits = hand_off.giver_kind in kinds[0] and hand_off.receiver_kind in kinds[1]
    if hand_off.task == "court_to_court":
        fits = fits and COURT in (hand_off.giver_kind, hand_off.receiver_kind)
    if not fits or not hand_off.receiver.strip() or not hand_off.giver.strip():
        raise Refused("HND-114", task=hand_off.task)
    parts = {hand_off.part, *(str(row.get("part", "")) for row in hand_off.counts)}
    if RESTRICTED in parts and PARTY in (hand_off.receiver_kind, hand_off.giver_kind):
        raise Refused("HND-110", receiver=hand_off.receiver)
    if hand_off.receiver_kind != STAFF and not (
        hand_off.phone or hand_off.email or hand_off.identity_hash
    ):
        raise Refused("HND-112", person=hand_off.receiver)
    if hand_off.giver_kind != STAFF and not (hand_off.giver_phone or hand_off.giver_identity_hash):
        raise Refused("HND-112", person=hand_off.giver)


def part_for(part: str, receiver_kind: str) -> str:
    """The part that goes: for a party "both" means the main part, for 副卷 stays in the court."""
    return MAIN if part == "" and receiver_kind == PARTY else part


def overlap(one: HandOff, other: HandOff) -> bool:
    """Whether two hand-offs of one dossier would move the same paper at the same time."""
    first, second = volumes_of(one), volumes_of(other)
    if first and second:
        return bool(first & second)
    if one.task in MATERIAL_TASKS or other.task in MATERIAL_TASKS:
        return False
    return not one.part or not other.part or one.part == other.part


def volumes_of(hand_off: HandOff) -> set[tuple[str, int]]:
    """The volumes it names, as (part, volume); empty when it names none."""
    return {(str(row["part"]), int(row["volume"])) for row in hand_off.counts}


def may_deposit(actor: Actor, hand_off: HandOff) -> None:
    """Raises Refused HND-115: the giver lays her paper in; staff at a counter for outsiders."""
    _require_side(actor, hand_off.giver, hand_off.giver_kind)


def may_receive(actor: Actor, hand_off: HandOff) -> None:
    """Raises Refused HND-115: the receiver takes and counts; staff at a counter for outsiders."""
    _require_side(actor, hand_off.receiver, hand_off.receiver_kind)


def _require_side(actor: Actor, person: str, kind: str) -> None:
    if actor.role == ADMINISTRATOR or same_person(actor.name, person):
        return
    if kind == STAFF:
        raise Refused("HND-115", actor=actor.name, person=person)
    actor.require("custody")


def require_two(actor: Actor, second: Actor, *, administrators: bool) -> None:
    """Raises Refused HND-116 when two names are one person, ACC-101 when a role does not do."""
    if same_person(actor.name, second.name):
        raise Refused("HND-116", actor=actor.name)
    for person in (actor, second):
        person.require("open_cabinets" if administrators else "custody")


class Stated(Protocol):
    """How much paper somebody said there is."""

    @property
    def volumes(self) -> int: ...

    @property
    def pages(self) -> int | None: ...


def same_amount(stated: Stated, volumes: int, pages: int | None) -> bool:
    """Whether a count is what was stated; pages that either side left open do not differ."""
    return volumes == stated.volumes and (
        pages is None or stated.pages is None or pages == stated.pages
    )


def count_differs(stated: Stated, volumes: int, pages: int | None) -> Refused:
    """The refusal of a count that is not what was stated."""
    return Refused(
        "HND-106",
        volumes=volumes,
        pages=pages,
        stated_volumes=stated.volumes,
        stated_pages=stated.pages,
    )


def agrees(
    hand_off: HandOff, volumes: int, pages: int | None, counts: Iterable[Mapping[str, Any]]
) -> bool:
    """Whether a count is the one that was stated; what either side left open does not differ."""
    if not same_amount(hand_off, volumes, pages):
        return False
    stated = {(row.get("part"), row.get("volume")): row.get("pages") for row in hand_off.counts}
    for row in counts if stated else ():
        key = (row.get("part"), row.get("volume"))
        if key not in stated:
            return False
        if row.get("pages") is not None and stated[key] not in (None, row["pages"]):
            return False
    return True
