"""The custody ledger (流转台账): who answers for each volume, where it lies, and since when.

Worked out from the custody events, which are only ever added to. A volume always has one holder
and one place: who holds it changes only when somebody took it on with her own count, where it
lies with every event that names a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from app.domain.custody import CustodyEvent
from app.domain.dossier import MAIN, RESTRICTED

Volume = tuple[str, int]

# With these somebody takes the paper on: receipt with her own count, back with the giver, shelf.
TAKEN_ON = ("confirmed", "returned", "shelved")


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
    `unnamed` is true after an event that moved fewer volumes than there were without naming them:
    nobody can tell then whether this one was among them."""

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
    正卷 when both were; a dossier of which nothing is known has one volume.
    """
    known = set(scanned)
    for event in events:
        known.update(volume for volume, _pages in _counts(event))
    for event in events:
        part = _part(event)
        concerned = [volume for volume in known if part in ("", volume[0])]
        own = part or MAIN
        missing = event.volumes - len(concerned)
        number = 0
        while missing > 0 and not _counts(event):
            number += 1
            if (own, number) not in known:
                known.add((own, number))
                missing -= 1
    return tuple(sorted(known, key=_order)) or ((MAIN, 1),)


def volume_custody(
    volumes: Sequence[Volume], events: Sequence[CustodyEvent], *, holder: str, until: str = ""
) -> list[VolumeCustody]:
    """The custody of each volume after the events up to the moment `until` ("" for all); `holder`
    answers for the paper before the first of them."""
    ledger = {
        volume: VolumeCustody(part=volume[0], volume=volume[1], holder=holder, place=holder)
        for volume in volumes
    }
    for event in events:
        if until and event.happened_at > until:
            continue
        counts = dict(_counts(event))
        part = _part(event)
        named = list(counts) or [volume for volume in ledger if part in ("", volume[0])]
        unnamed = not counts and event.volumes < len(named)
        for volume in named:
            if volume in ledger:
                pages = event.pages if not counts and len(named) == 1 else counts.get(volume)
                ledger[volume] = _after(ledger[volume], event, pages, unnamed=unnamed)
    return list(ledger.values())


def _after(
    custody: VolumeCustody, event: CustodyEvent, pages: int | None, *, unnamed: bool
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
    taken_on = event.action in TAKEN_ON
    return evolve(
        custody,
        holder=event.receiver if taken_on else custody.holder,
        place=event.place or custody.place,
        since=event.happened_at,
        action=event.action,
        pages=custody.pages if pages is None else pages,
        # Whoever names this volume, or counts all of them, clears the doubt.
        unnamed=unnamed,
        steps=(*custody.steps, step),
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
