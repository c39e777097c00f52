"""The archive queue: both tracks of every dossier at a glance, what blocks it, whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from app.domain.access import ADMINISTRATOR, ARCHIVIST, JUDGE, OPERATOR
from app.domain.archiving_records import Addition
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED
from app.domain.reconciling_tracks import CLOSED, FROZEN, SINGLE, TrackState
from app.services.accepted_checks import accepted_packages, demands_accepted_check
from app.services.additions import OVER
from app.services.archive_views import ArchiveRow, TransferRow
from app.services.court_settings import term_rules
from app.services.ports import Transaction
from app.services.terms import term
from app.services.track_standing import (
    TrackRecords,
    paper_days,
    place_of_paper,
    track_records,
    track_state,
)
from app.services.transfer_endings import AWAITING
from app.services.transfer_queue import OPEN_STATES, TransferQueue

# What comes to the archive next, and what is on its way.
ON_THE_WAY = ("reconciled", "sealed", "packaged", "submitted")
ARCHIVED = "accessioned"
# Whose turn it is where nobody has anything to do.
MACHINE, ARCHIVE = "system", "archive"
_ADDITION_TURNS = {
    "asked": JUDGE,
    "department_approved": ARCHIVIST,
    "approved": ARCHIVIST,
    "open": OPERATOR,
}


@frozen(kw_only=True)
class _Rest:
    """What else is known of a dossier: its transfer, its addition, whether its check was accepted
    and has to be."""

    transfer: TransferRow | None
    addition: Addition | None
    accepted: bool
    demanded: bool


class ArchiveQueue(TransferQueue):
    """Use cases of whoever looks at the whole queue."""

    def archive_queue(self, *, open_only: bool = True) -> list[ArchiveRow]:
        """One row for each dossier that comes to the archive, the most urgent first; with
        `open_only` without what is archived and has nothing open."""
        with self._context.storage.read() as tx:
            additions = {
                row.dossier_id: row for row in tx.additions.find() if row.state not in OVER
            }
            frozen = {row.dossier_id for row in tx.track_freezes.find(state="open")}
            asked = list(ON_THE_WAY) if open_only else [*ON_THE_WAY, ARCHIVED]
            dossiers = {row.id: row for row in tx.dossiers.find(state=asked)}
            more = (set(additions) | frozen) - set(dossiers)
            if more:
                dossiers |= {row.id: row for row in tx.dossiers.find(id=sorted(more))}
            rows = self._archive_rows(tx, list(dossiers.values()), additions)
        return sorted(rows, key=_urgency)

    def _archive_rows(
        self, tx: Transaction, dossiers: list[Dossier], additions: Mapping[str, Addition]
    ) -> list[ArchiveRow]:
        records = track_records(tx, dossiers)
        transfers = tx.transfers.find(state=OPEN_STATES)
        shown = {row.id: row for row in self._transfer_rows(tx, transfers)}
        of_dossier = {row.dossier_id: shown[row.id] for row in transfers}
        accepted, demanded = accepted_packages(tx), demands_accepted_check(tx)
        rules, today, most = term_rules(tx), self._today(), paper_days(tx)
        rows = []
        for dossier in dossiers:
            known = records[dossier.id]
            package = known.package
            rest = _Rest(
                transfer=of_dossier.get(dossier.id),
                addition=additions.get(dossier.id),
                accepted=package is not None and package.manifest_sha256 in accepted,
                demanded=demanded,
            )
            row = self._archive_row(known, rest, most)
            found = term(dossier, rules, today)
            due = found.due_on.isoformat() if found.due_on else ""
            rows.append(evolve(row, due_on=due, days_left=found.days_left))
        return rows

    def _archive_row(self, records: TrackRecords, rest: _Rest, most: int) -> ArchiveRow:
        dossier, package = records.dossier, records.package
        state = track_state(records, self._context.clock.now(), most)
        if any(freeze.state == "open" for freeze in records.freezes):
            state = evolve(state, verdict=FROZEN)
        receipted, shelved = records.receipted, records.shelved
        standing, person, place = _paper(records, state)
        blocker, turn = _blocker(records, rest, state)
        return ArchiveRow(
            case_no=dossier.case_no,
            cause=dossier.cause,
            state=dossier.state,
            mode=dossier.mode,
            version=package.version if package is not None else 0,
            electronic=_electronic(records, rest),
            electronic_share=_electronic_share(records, rest),
            paper=standing,
            paper_share=_paper_share(records),
            paper_with=person,
            paper_place=shelved.target if shelved is not None else place,
            verdict=state.verdict,
            blocker=blocker,
            turn=turn,
            transfer=rest.transfer,
            receipt_no=str(receipted.receipt.get("receipt_no", "")) if receipted else "",
        )


def _electronic(records: TrackRecords, rest: _Rest) -> str:
    """The standing of the electronic track; see `ArchiveRow`."""
    state, attempt = records.dossier.state, records.attempt
    if records.receipted is not None:
        return "receipted"
    if state not in SEALED:
        return "open"
    if state == "sealed":
        return "sealed"
    if rest.transfer is not None:
        return rest.transfer.state
    if attempt is not None and attempt.state in ("rejected", "failed"):
        return attempt.state
    return "checked" if rest.accepted else "packaged"


def _electronic_share(records: TrackRecords, rest: _Rest) -> float:
    """How much of the package is there, 0 to 1."""
    if records.receipted is not None:
        return 1.0
    row = rest.transfer
    if row is None or not row.total_bytes:
        return 0.0
    return min(1.0, row.sent_bytes / row.total_bytes)


def _paper(records: TrackRecords, state: TrackState) -> tuple[str, str, str]:
    """(standing, person, place) of the paper; see `ArchiveRow`."""
    if state.paper == "shelved":
        return "shelved", "", ""
    standing, person, place = place_of_paper(records)
    if any(entry["code"] == "paper_overdue" for entry in state.open):
        return "overdue", person, place
    if records.dossier.mode == SINGLE and not records.custody:
        return "none", "", ""
    return standing, person, place


def _paper_share(records: TrackRecords) -> float:
    """How many of the volumes stand on a shelf, 0 to 1."""
    package = records.package
    if package is None:
        return 0.0
    if records.shelved is not None and records.shelved_version >= package.version:
        return 1.0
    standing = records.volumes_on_shelf(package.version)
    return min(1.0, len(standing) / max(1, package.volumes))


def _blocker(records: TrackRecords, rest: _Rest, state: TrackState) -> tuple[dict[str, Any], str]:
    """What blocks a dossier and whose turn it is; nothing for one that is archived."""
    if state.verdict == FROZEN:
        differences = [
            dict(difference)
            for freeze in records.freezes
            if freeze.state == "open"
            for difference in freeze.differences
        ]
        return {"code": "counts_frozen", "differences": differences}, ARCHIVIST
    if rest.addition is not None and records.dossier.state not in ON_THE_WAY:
        addition = rest.addition
        code = {"code": f"addition_{addition.state}", "addition": addition.id}
        return code, _ADDITION_TURNS[addition.state]
    if records.dossier.state == ARCHIVED and state.verdict == CLOSED:
        return {}, ""
    if records.receipted is None:
        return _electronic_blocker(records, rest)
    return _paper_blocker(records, state)


def _electronic_blocker(records: TrackRecords, rest: _Rest) -> tuple[dict[str, Any], str]:
    dossier, package, row = records.dossier, records.package, rest.transfer
    if dossier.state not in SEALED:
        return {"code": "not_sealed", "state": dossier.state}, ARCHIVIST
    if dossier.state == "sealed" or package is None:
        return {"code": "no_package"}, ARCHIVIST
    failed = [check["code"] for check in package.checks if check["result"] == "fail"]
    if failed:
        return {"code": "check_failed", "failed": failed}, ARCHIVIST
    if rest.demanded and not rest.accepted and (row is None or row.state == "waiting"):
        return {"code": "check_not_accepted"}, ARCHIVIST
    if row is None:
        return {"code": "not_queued"}, ARCHIVIST
    facts = {"target": row.target, "transfer": row.id, "fault": row.error.get("code", "")}
    if row.state == "sending":
        return {"code": "sending", **facts}, MACHINE
    if row.state == "waiting":
        if facts["fault"] == AWAITING:
            return {"code": "receipt_awaited", **facts}, ARCHIVE
        waiting = {"not_before": row.not_before, "attempts": row.attempts}
        return {"code": "waiting", **facts, **waiting}, MACHINE
    turn = ADMINISTRATOR if row.state == "failed" else ARCHIVIST
    return {"code": f"transfer_{row.state}", **facts}, turn


def _paper_blocker(records: TrackRecords, state: TrackState) -> tuple[dict[str, Any], str]:
    said = state.open[0] if state.open else {"code": "not_closed"}
    if said["code"] not in ("paper_not_shelved", "paper_overdue"):
        return dict(said), ARCHIVIST
    package = records.package
    standing = records.volumes_on_shelf(package.version if package is not None else 1)
    if standing and package is not None and len(standing) < package.volumes:
        missing = package.volumes - len(standing)
        return {"code": "volumes_not_shelved", "missing": missing}, ARCHIVIST
    where, person, place = place_of_paper(records)
    code = said["code"] if said["code"] == "paper_overdue" else f"paper_{where}"
    told = {"code": code, "person": person, "place": place}
    if "days" in said:
        told["days"] = said["days"]
    return told, person or ARCHIVIST


def _urgency(row: ArchiveRow) -> tuple[bool, bool, str, str]:
    """Frozen dossiers first, archived ones last, then by the last day of archiving."""
    return row.state == ARCHIVED, row.verdict != FROZEN, row.due_on or "9999", row.case_no
