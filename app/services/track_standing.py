"""What is on record about both tracks of dossiers, read for many of them in few questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from attrs import field, frozen

from app.domain.archiving import ELECTRONIC, PAPER, ArchivalPackage, Submission
from app.domain.archiving_records import TrackFreeze
from app.domain.custody import CustodyEvent, HandOff
from app.domain.custody_ledger import of_dossier
from app.domain.dossier import RESTRICTED, Dossier
from app.domain.hand_off_guards import IN_CELL, MATERIAL_TASKS, OPEN_STATES
from app.domain.reconciling_tracks import (
    DUAL,
    ELECTRONIC_RIGHT,
    TrackFacts,
    TrackState,
    difference_key,
    weigh_tracks,
)
from app.services.court_settings import court_setting
from app.services.handoff_records import holder_after
from app.services.ports import Transaction

# Databases take some thousands of values in one question.
_AT_ONCE = 500
TRACKS = "tracks"
PAPER_DAYS = 7
# With these the paper left the shelf again, or never came to it.
_AWAY = ("confirmed", "given_back")
SHELVED = "shelved"

Volume = tuple[str, int]
Row = TypeVar("Row")


@frozen(kw_only=True)
class TrackRecords:
    """Everything kept about the two tracks of one dossier, each list oldest first. `record` are
    the counts as declared or by the 备考表."""

    dossier: Dossier
    packages: tuple[ArchivalPackage, ...] = ()
    submissions: tuple[Submission, ...] = ()
    custody: tuple[CustodyEvent, ...] = ()
    hand_offs: tuple[HandOff, ...] = ()
    freezes: tuple[TrackFreeze, ...] = ()
    record: Mapping[str, int | None] = field(factory=dict)

    @property
    def package(self) -> ArchivalPackage | None:
        """The newest package that is not provisional."""
        final = [package for package in self.packages if not package.provisional]
        return final[-1] if final else None

    @property
    def receipted(self) -> Submission | None:
        """The attempt by which the archive has the newest version, None while it has not."""
        package = self.package
        # A dossier that was sealed anew is not the one that the archive has.
        if package is None or self.dossier.state not in ("submitted", "accessioned"):
            return None
        return _last(
            row
            for row in self._of(ELECTRONIC)
            if row.state == "receipted" and row.idempotency_key == package.manifest_sha256
        )

    @property
    def attempt(self) -> Submission | None:
        """The last attempt with the newest version."""
        package = self.package
        return _last(
            row
            for row in self._of(ELECTRONIC)
            if package is not None and row.idempotency_key == package.manifest_sha256
        )

    @property
    def shelved(self) -> Submission | None:
        """The receipt of the paper as it stands on the shelf now, None when it does not."""
        receipt = _last(row for row in self._of(PAPER) if row.state == "receipted")
        if receipt is None or self.dossier.state == "accessioned":
            # What is archived may be lent: the paper track was closed all the same.
            return receipt
        left = any(
            event.action in _AWAY and event.happened_at > receipt.ended_at
            for event in of_dossier(self.custody)
        )
        return None if left else receipt

    @property
    def shelved_version(self) -> int:
        """The version with which the paper was shelved; 0 while it is not."""
        receipt = self.shelved
        if receipt is None:
            return 0
        known = receipt.receipt.get("version")
        if known is not None:
            return int(known)
        # A receipt of an earlier program: the version is the one there was at that time.
        made = [p.version for p in self.packages if p.made_at <= receipt.ended_at]
        return max(made, default=1)

    def volumes_on_shelf(self, version: int) -> dict[Volume, dict[str, Any]]:
        """The volumes that were shelved one by one with this version, each with its count."""
        standing: dict[Volume, dict[str, Any]] = {}
        for event in of_dossier(self.custody):
            named = [
                ((row["part"], int(row["volume"])), row) for row in event.details.get("volumes", ())
            ]
            for volume, row in named:
                if event.action == SHELVED and event.details.get("version") == version:
                    standing[volume] = {**row, "location": event.place, "by": event.receiver}
                elif event.action in _AWAY:
                    standing.pop(volume, None)
            if event.action in _AWAY and not named:
                standing.clear()
        return standing

    def _of(self, track: str) -> Iterator[Submission]:
        return (row for row in self.submissions if row.track == track)


def track_records(tx: Transaction, dossiers: Sequence[Dossier]) -> dict[str, TrackRecords]:
    """The records of many dossiers by their ids."""
    ids = [dossier.id for dossier in dossiers]
    packages = _by_dossier(tx.packages, ids)
    submissions = _by_dossier(tx.submissions, ids)
    custody = _by_dossier(tx.custody, ids)
    hand_offs = _by_dossier(tx.hand_offs, ids, state=OPEN_STATES)
    freezes = _by_dossier(tx.track_freezes, ids)
    pages = _page_records(tx, dossiers)
    return {
        dossier.id: TrackRecords(
            dossier=dossier,
            packages=tuple(packages.get(dossier.id, ())),
            submissions=tuple(submissions.get(dossier.id, ())),
            custody=tuple(custody.get(dossier.id, ())),
            hand_offs=tuple(
                row for row in hand_offs.get(dossier.id, ()) if row.task not in MATERIAL_TASKS
            ),
            freezes=tuple(freezes.get(dossier.id, ())),
            record={"pages": pages[dossier.id]} if dossier.id in pages else {},
        )
        for dossier in dossiers
    }


def records_of(tx: Transaction, dossier: Dossier) -> TrackRecords:
    """The records of one dossier."""
    return track_records(tx, [dossier])[dossier.id]


def paper_days(tx: Transaction) -> int:
    """How many days paper may be waited for once the archive has the electronic dossier."""
    return int(court_setting(tx, TRACKS).get("paper_days", PAPER_DAYS))


def court_mode(tx: Transaction) -> str:
    """In which mode new cases are archived here."""
    return str(court_setting(tx, TRACKS).get("mode", DUAL))


def track_facts(records: TrackRecords, now: datetime, most_paper_days: int) -> TrackFacts:
    """What the table of verdicts is asked with."""
    receipted, shelved, package = records.receipted, records.shelved, records.package
    attempt = records.attempt
    waited = None
    if receipted is not None and shelved is None and receipted.ended_at:
        waited = (now - datetime.fromisoformat(receipted.ended_at)).days
    return TrackFacts(
        mode=records.dossier.mode,
        electronic_receipt=receipted.receipt if receipted is not None else None,
        paper_receipt=shelved.receipt if shelved is not None else None,
        paper_with=holder_after(records.custody, records.dossier.clerk),
        rejected=attempt is not None and attempt.state == "rejected",
        version=package.version if package is not None else 1,
        shelved_version=records.shelved_version,
        paper_days=waited,
        most_paper_days=most_paper_days,
        record=records.record,
        settled={
            difference_key(difference): freeze.resolution
            for freeze in records.freezes
            if freeze.state == "settled"
            for difference in freeze.differences
        },
    )


def track_state(records: TrackRecords, now: datetime, most_paper_days: int) -> TrackState:
    """The verdict over both tracks of a dossier."""
    return weigh_tracks(track_facts(records, now, most_paper_days))


def is_settled_by_archive(records: TrackRecords) -> bool:
    """Whether the archive has the newest version and nobody signed that its counts are wrong."""
    if records.receipted is None:
        return False
    since = records.receipted.ended_at
    return not any(
        freeze.state == "settled"
        and freeze.resolution != ELECTRONIC_RIGHT
        and freeze.opened_at >= since
        for freeze in records.freezes
    )


def place_of_paper(records: TrackRecords) -> tuple[str, str, str]:
    """(standing, person, place) of paper that is not shelved: "in_cell" (a cell has it),
    "under_way" (a hand-off is being made) or "with" (somebody has it)."""
    holder = holder_after(records.custody, records.dossier.clerk)
    if not records.hand_offs:
        return "with", holder, ""
    last = records.hand_offs[-1]
    place = f"{last.cabinet}#{last.cell}" if last.cell else ""
    in_cell = last.state in IN_CELL and last.state != "depositing"
    return ("in_cell" if in_cell else "under_way"), last.receiver, place


def _page_records(tx: Transaction, dossiers: Sequence[Dossier]) -> dict[str, int]:
    """The pages of dossiers by the 备考表, else as declared; none where a person settled a
    difference between paper and images before sealing, or where the restricted part has pages of
    its own."""
    pages = {
        dossier.id: dossier.end_note_pages or dossier.paper_pages or 0
        for dossier in dossiers
        if dossier.state in ("submitted", "accessioned")
    }
    known = [dossier_id for dossier_id, count in pages.items() if count]
    without: set[str] = set()
    for some in _shares(known):
        without |= set(tx.ledger.tally("dossier_id", dossier_id=some, verdict=["same", "differs"]))
        without |= set(
            tx.sides.tally("dossier_id", dossier_id=some, superseded=False, part=RESTRICTED)
        )
    return {dossier_id: pages[dossier_id] for dossier_id in known if dossier_id not in without}


def _by_dossier(rows: Any, ids: Sequence[str], **equals: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for some in _shares(ids):
        for row in rows.find(dossier_id=some, **equals):
            found.setdefault(row.dossier_id, []).append(row)
    return found


def _shares(ids: Sequence[str]) -> Iterator[list[str]]:
    for begin in range(0, len(ids), _AT_ONCE):
        yield list(ids[begin : begin + _AT_ONCE])


def _last(rows: Iterable[Row]) -> Row | None:
    found = list(rows)
    return found[-1] if found else None
