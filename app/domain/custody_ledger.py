"""The custody ledger (流转台账): who answers for each volume, where it lies, and since when.

Worked out from the custody events, which are only ever added to. A volume always has one holder
and one place: who holds it changes only when somebody took it on with her own count, where it
lies with every event that names a place. Where fewer volumes were counted than went, and nobody
said which, nothing changes hands: the giver answers for all of them until they are named.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from app.domain.custody import CustodyEvent
from app.domain.dossier import MAIN, RESTRICTED
from app.domain.hand_off_guards import MATERIAL_TASKS

Volume = tuple[str, int]

# The paper of a batch was in the operator's hands.
SCANNED = "scanned"
# With these somebody takes the paper on: receipt with her own count, back with the giver, shelf,
# scanning. "returned" was the word of earlier programs for a receipt.
TAKEN_ON = ("confirmed", "given_back", "returned", "shelved", SCANNED)
# Here somebody says that the count is wrong; what is right is not known yet.
_DISPUTED = "disputed"


@frozen(kw_only=True)
class CustodyStep:
    """One event in the life of a volume. `volumes` are those that went together, `all_pages` the
    pages of all of them; `pages` is the count of this volume, None when nobody counted it alone."""

    at: str
    action: str
    giver: str
    receiver: str
    place: str
    volumes: int
    pages: int | None
    all_pages: int | None
    handoff: str


@frozen(kw_only=True)
class VolumeCustody:
    """Where one volume is. `place` is where it lies, or its holder; `pages` is the last count.
    `unnamed`: it may be among volumes that went on, of which nobody said which they were."""

    part: str
    volume: int
    holder: str
    place: str
    since: str = ""
    action: str = ""
    pages: int | None = None
    unnamed: bool = False
    steps: tuple[CustodyStep, ...] = ()


def volumes_of(scanned: Iterable[Volume], events: Sequence[CustodyEvent]) -> tuple[Volume, ...]:
    """The volumes of a dossier, 正卷 first: those that were scanned and those that were counted.

    Where more were counted than are known, the rest are volumes of the part that was moved, of
    正卷 when both were; a dossier of which nothing is known has one volume. What the end of a
    hand-over says of its count goes before what was said at its beginning; a volume that was ever
    named stays one, and somebody answers for it.
    """
    own = of_dossier(events)
    known = set(scanned)
    for event in own:
        known.update(volume for volume, _pages in _counts(event))
    last = {event.details.get("handoff") or event.id: event for event in own}
    for event in last.values():
        if not _counts(event):
            known.update(_unknown(known, _part(event), event.volumes))
    return tuple(sorted(known, key=_order)) or ((MAIN, 1),)


def of_dossier(events: Iterable[CustodyEvent]) -> list[CustodyEvent]:
    """The events without those of materials that parties bring and are given."""
    return [event for event in events if event.details.get("task") not in MATERIAL_TASKS]


def volume_custody(
    volumes: Sequence[Volume], events: Sequence[CustodyEvent], *, holder: str, until: str = ""
) -> list[VolumeCustody]:
    """The custody of each volume after the events up to the moment `until` ("" for all); `holder`
    answers for the paper before the first of them."""
    ledger = {
        volume: VolumeCustody(part=volume[0], volume=volume[1], holder=holder, place=holder)
        for volume in volumes
    }
    for event in of_dossier(events):
        if until and event.happened_at > until:
            continue
        counts = dict(_counts(event))
        part = _part(event)
        named = list(counts) or [volume for volume in ledger if part in ("", volume[0])]
        for volume in named:
            if volume in ledger:
                pages = _pages_of(volume, event, counts, alone=len(named) == 1)
                ledger[volume] = _after(ledger[volume], event, pages, went=len(named))
    return list(ledger.values())


def _unknown(known: set[Volume], part: str, counted: int) -> list[Volume]:
    """The volumes that a count tells of beyond those that are known."""
    missing = counted - sum(part in ("", volume[0]) for volume in known)
    own = part or MAIN
    free = (number for number in itertools.count(1) if (own, number) not in known)
    return [(own, next(free)) for _ in range(missing)]


def _pages_of(
    volume: Volume, event: CustodyEvent, counts: dict[Volume, int | None], *, alone: bool
) -> int | None:
    """The pages of one volume as an event tells them; None where only the sum is known, or where
    the sum that was counted is not that of the volumes as stated."""
    if alone and event.pages is not None:
        return event.pages
    stated = [pages for pages in counts.values() if pages is not None]
    if event.pages is not None and len(stated) == len(counts) and sum(stated) != event.pages:
        return None
    return counts.get(volume)


def _after(
    custody: VolumeCustody, event: CustodyEvent, pages: int | None, *, went: int
) -> VolumeCustody:
    step = CustodyStep(
        at=event.happened_at,
        action=event.action,
        giver=event.giver,
        receiver=event.receiver,
        place=event.place,
        volumes=event.volumes,
        pages=pages,
        all_pages=event.pages,
        handoff=str(event.details.get("handoff", "")),
    )
    told = evolve(
        custody,
        since=event.happened_at,
        action=event.action,
        steps=(*custody.steps, step),
        unnamed=event.volumes < went and event.action != _DISPUTED,
    )
    if told.unnamed:
        return told
    return evolve(
        told,
        holder=event.receiver if event.action in TAKEN_ON else custody.holder,
        place=event.place or custody.place,
        pages=pages if event.action in TAKEN_ON or pages is not None else custody.pages,
    )


def _counts(event: CustodyEvent) -> list[tuple[Volume, int | None]]:
    """The volumes that an event names one by one, each with its pages."""
    named = event.details.get("volumes")
    if not isinstance(named, list | tuple):
        return []
    return [((row.get("part") or MAIN, int(row["volume"])), row.get("pages")) for row in named]


def _part(event: CustodyEvent) -> str:
    return str(event.details.get("part") or "")


def _order(volume: Volume) -> tuple[int, int]:
    return (volume[0] == RESTRICTED, volume[1])
