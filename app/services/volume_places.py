"""Where the volumes of dossiers are by the custody ledger: read for ledger, codes and counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
from attrs import frozen

from app.domain.custody import CustodyEvent, HandOff
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
from app.services.ports import Transaction

# Of these states the paper is in a cell or in somebody's hands, and the hand-off is not over.
UNDER_WAY = ("depositing", "deposited", "notified", "overdue", "collecting", "collected")
# Dossiers asked about in one question: databases take some thousands of values.
_AT_ONCE = 500
# What a `Side` must have, what tells separator sheets, and what the ledger shows.
_FIELDS = (
    "id",
    "dossier_id",
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


@frozen(kw_only=True)
class Paper:
    """What is on record about the paper of one dossier."""

    dossier: Dossier
    sides: tuple[Side, ...]
    events: tuple[CustodyEvent, ...]
    under_way: tuple[HandOff, ...]

    def rows(self, *, until: str = "") -> list[VolumeCustodyRow]:
        """The ledger, one row for each volume, as it stood at `until` ("" for now)."""
        volumes = volumes_of({(side.part, side.volume) for side in self.sides}, self.events)
        ledger = volume_custody(volumes, self.events, holder=self.dossier.clerk, until=until)
        return [_row(self, custody) for custody in ledger]


def volume_rows(tx: Transaction, dossier: Dossier) -> list[VolumeCustodyRow]:
    """The ledger of a dossier, one row for each volume."""
    (paper,) = papers_of(tx, [dossier])
    return paper.rows()


def volumes_within(tx: Transaction, wider: str) -> list[VolumeCustodyRow]:
    """All volumes that lie within a place: a cell, a cabinet, a shelf or the beginning of one."""
    asked = {
        dossier_id: None
        for dossier_id, place in tx.custody.pick(("dossier_id", "place"))
        if is_within(place, wider)
    }
    return [
        row
        for some in _shares(list(asked))
        for paper in papers_of(tx, tx.dossiers.find(id=some))
        for row in paper.rows()
        if is_within(row.place, wider)
    ]


def papers_of(tx: Transaction, dossiers: Sequence[Dossier]) -> list[Paper]:
    """What is on record about the paper of many dossiers, read in few questions."""
    sides: dict[str, list[Side]] = {}
    events: dict[str, list[CustodyEvent]] = {}
    under_way: dict[str, list[HandOff]] = {}
    for some in _shares([dossier.id for dossier in dossiers]):
        for row in tx.sides.pick(_FIELDS, dossier_id=some, superseded=False):
            side = Side(**dict(zip(_FIELDS, row, strict=True)))
            sides.setdefault(side.dossier_id, []).append(side)
        for event in tx.custody.find(dossier_id=some):
            events.setdefault(event.dossier_id, []).append(event)
        for hand_off in tx.hand_offs.find(dossier_id=some, state=UNDER_WAY):
            under_way.setdefault(hand_off.dossier_id, []).append(hand_off)
    papers = []
    for dossier in dossiers:
        content = content_sides(sides.get(dossier.id, []))
        papers.append(
            Paper(
                dossier=dossier,
                sides=tuple(content),
                events=tuple(_named_by_batch(events.get(dossier.id, []), content)),
                under_way=tuple(under_way.get(dossier.id, [])),
            )
        )
    return papers


def _shares(ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids in lists that a database takes in one question."""
    for begin in range(0, len(ids), _AT_ONCE):
        yield list(ids[begin : begin + _AT_ONCE])


def _named_by_batch(
    events: Sequence[CustodyEvent], sides: Sequence[Side]
) -> Iterator[CustodyEvent]:
    """The events; one of scanning names the volumes that its batch went to. A batch of which
    nothing is left in the dossier tells nothing of a volume."""
    volumes: dict[str, dict[Volume, None]] = {}
    for side in sides:
        volumes.setdefault(side.batch_id, {})[side.part, side.volume] = None
    for event in events:
        if event.action != SCANNED:
            yield event
            continue
        went = volumes.get(str(event.details.get("batch", "")), {})
        if went:
            named = [{"part": part, "volume": volume} for part, volume in went]
            details = event.details | {"volumes": named}
            yield attrs.evolve(event, volumes=len(named), details=details)


def _row(paper: Paper, custody: VolumeCustody) -> VolumeCustodyRow:
    own = [s for s in paper.sides if (s.part, s.volume) == (custody.part, custody.volume)]
    numbers = [side.page_number for side in own if side.page_number is not None]
    case_no = paper.dossier.case_no
    return VolumeCustodyRow(
        case_no=case_no,
        part=custody.part,
        volume=custody.volume,
        holder=custody.holder,
        place=custody.place,
        pages=custody.pages,
        since=custody.since,
        action=custody.action,
        code=volume_text(case_no, custody.part, custody.volume),
        first_page=min(numbers, default=None),
        last_page=max(numbers, default=None),
        batches=tuple(dict.fromkeys(side.batch_id for side in own)),
        steps=tuple(attrs.asdict(step) for step in custody.steps),
        ambiguous=_is_claimed_twice(paper, custody),
        unnamed=custody.unnamed,
    )


def _is_claimed_twice(paper: Paper, custody: VolumeCustody) -> bool:
    """Whether two hand-offs claim a volume at the same time."""
    volume: Volume = (custody.part, custody.volume)
    claims = [
        hand_off
        for hand_off in paper.under_way
        if hand_off.task not in MATERIAL_TASKS
        and hand_off.part in ("", custody.part)
        and (not hand_off.counts or volume in named_volumes(hand_off))
    ]
    return len(claims) > 1
