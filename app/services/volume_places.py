"""Where the volumes of dossiers are by the custody ledger: read for ledger, codes and counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from app.domain.custody import CustodyEvent
from app.domain.custody_ledger import (
    SCANNED,
    Volume,
    VolumeCustody,
    volume_custody,
    volumes_of,
)
from app.domain.dossier import Dossier, Side
from app.domain.hand_off_guards import MATERIAL_TASKS
from app.domain.hand_off_guards import volumes_of as named_volumes
from app.domain.slips import volume_text
from app.domain.stock_taking import is_within
from app.services.locker_views import VolumeCustodyRow
from app.services.markers import content_sides
from app.services.picked_sides import picked_sides
from app.services.ports import Transaction

# Of these states the paper is in a cell or in somebody's hands, and the hand-off is not over.
UNDER_WAY = ("depositing", "deposited", "notified", "overdue", "collecting", "collected")
# What a `Side` must have, what tells separator sheets, and what the ledger shows.
_FIELDS = (
    "id",
    "master",
    "frame",
    "position",
    "face",
    "part",
    "volume",
    "page_number",
    "batch_id",
    "sheet",
    "role",
    "role_by",
    "marker",
    "blank",
)


def volume_rows(tx: Transaction, dossier: Dossier, *, until: str = "") -> list[VolumeCustodyRow]:
    """The ledger of a dossier, one row for each volume, as it stood at `until` ("" for now)."""
    sides = content_sides(picked_sides(tx, dossier, _FIELDS, superseded=False))
    events = _events(tx, dossier, sides)
    volumes = volumes_of({(side.part, side.volume) for side in sides}, events)
    doubled = _doubly_under_way(tx, dossier)
    return [
        _row(dossier, custody, sides, doubled=doubled(custody))
        for custody in volume_custody(volumes, events, holder=dossier.clerk, until=until)
    ]


def volumes_within(tx: Transaction, wider: str) -> list[VolumeCustodyRow]:
    """All volumes that lie within a place: a cell, a cabinet, a shelf or the beginning of one."""
    asked = {
        dossier_id: None
        for dossier_id, place in tx.custody.pick(("dossier_id", "place"))
        if is_within(place, wider)
    }
    return [
        row
        for dossier_id in asked
        for row in volume_rows(tx, tx.dossiers.get(dossier_id))
        if is_within(row.place, wider)
    ]


def _events(tx: Transaction, dossier: Dossier, sides: Sequence[Side]) -> list[CustodyEvent]:
    """The custody events of a dossier; one of scanning names the volumes that its batch went to.
    A batch of which nothing is left in the dossier tells nothing of a volume."""
    volumes: dict[str, dict[Volume, None]] = {}
    for side in sides:
        volumes.setdefault(side.batch_id, {})[side.part, side.volume] = None
    events = []
    for event in tx.custody.find(dossier_id=dossier.id):
        if event.action != SCANNED:
            events.append(event)
            continue
        went = volumes.get(str(event.details.get("batch", "")), {})
        if went:
            named = [{"part": part, "volume": volume} for part, volume in went]
            details = event.details | {"volumes": named}
            events.append(attrs.evolve(event, volumes=len(named), details=details))
    return events


def _row(
    dossier: Dossier, custody: VolumeCustody, sides: list[Side], *, doubled: bool
) -> VolumeCustodyRow:
    own = [side for side in sides if (side.part, side.volume) == (custody.part, custody.volume)]
    numbers = [side.page_number for side in own if side.page_number is not None]
    return VolumeCustodyRow(
        case_no=dossier.case_no,
        part=custody.part,
        volume=custody.volume,
        holder=custody.holder,
        place=custody.place,
        pages=custody.pages,
        since=custody.since,
        action=custody.action,
        code=volume_text(dossier.case_no, custody.part, custody.volume),
        first_page=min(numbers, default=None),
        last_page=max(numbers, default=None),
        batches=tuple(dict.fromkeys(side.batch_id for side in own)),
        steps=tuple(attrs.asdict(step) for step in custody.steps),
        ambiguous=doubled,
        unnamed=custody.unnamed,
    )


def _doubly_under_way(tx: Transaction, dossier: Dossier) -> Callable[[VolumeCustody], bool]:
    """Tells whether two hand-offs claim a volume at the same time."""
    open_ones = tx.hand_offs.find(dossier_id=dossier.id, state=UNDER_WAY)

    def told(custody: VolumeCustody) -> bool:
        volume: Volume = (custody.part, custody.volume)
        claims = [
            hand_off
            for hand_off in open_ones
            if hand_off.task not in MATERIAL_TASKS
            and hand_off.part in ("", custody.part)
            and (not hand_off.counts or volume in named_volumes(hand_off))
        ]
        return len(claims) > 1

    return told
