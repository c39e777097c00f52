"""Logs of terminals without the database, carried back into the audit chain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.reading import (
    PageIssue,
    PrintJob,
    ReaderMark,
    ReadingBundle,
    ReadingGrant,
    ReadingSlip,
    ReadingVisit,
)
from app.kernel.errors import BadInput, Fault
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_applications import LONGEST_NAME
from app.services.reading_bundle_segments import (
    CARRIED,
    Segment,
    known_segments,
    require_grown,
    segment_of,
)
from app.services.reading_bundle_terminals import SECONDS, terminal_secret
from app.services.reading_desk_views import CarriedLog, CarriedLogs, RefusedLog
from app.services.reading_print_jobs import ENDED

READ_LOG = "app.adapters.reading_bundle_files:read_log"
LOG_FACTS = "app.adapters.reading_bundle_files:log_facts"
FIND_LOGS = "app.adapters.reading_bundle_files:find_logs"
# Prints of these states have used up the quota.
_PRINTED = ("approved", "spooled", "printed", "doubtful")
_KINDS: dict[str, type[Any]] = {
    "reading_visits": ReadingVisit,
    "page_issues": PageIssue,
    "reader_marks": ReaderMark,
    "print_jobs": PrintJob,
    "reading_slips": ReadingSlip,
}
# What may change in a row that came home before; all the rest of it stays as it was.
_LATER: dict[str, frozenset[str]] = {
    "reading_visits": frozenset({"ended_at", "ended_by"}),
    "page_issues": frozenset({"shown_at", "seconds", "job_id", "picture"}),
    "reader_marks": frozenset({"removed"}),
    "print_jobs": frozenset(
        {
            "state",
            "decided_by",
            "decided_at",
            "reason",
            "printer",
            "spool_id",
            "printed_sheets",
            "ended_at",
            "error",
        }
    ),
    "reading_slips": frozenset({"content", "pdf_sha256", "signature_sha256", "signed_at"}),
}
# What a terminal may have put on record; a log with anything else is none of a terminal's.
_ACTIONS = re.compile(
    r"(reader|page|print|reading_slip|terminal)_[a-z_]+|reading_paused|signed_in|sign_in_failed"
)
# Fields that are tuples in a record and lists in a file.
_TUPLES = ("grants", "pages", "box")


class ReadingBundleLogs(Service):
    """Use cases of whoever brings home what was read at a terminal without the database."""

    def carry_reading_log(self, actor: Actor, path: Path) -> CarriedLog:
        """Take over what was read at a terminal: visits, issued pages, marks, prints, slips and
        the record of all of it. What came before is not taken twice, and stays as it is. The log
        of a terminal that was set up anew is taken beside the one before, which is on record.

        Raises BadInput RDR-140 (no log), RDR-145 (its chain does not hold, or is not the one that
        came before), RDR-146 (of no bundle that was made here), Refused RDR-144 (changed, or of
        another secret), RDR-148, RDR-180 (an earlier log has to come first), BadInput SYS-201.
        """
        actor.require("grant")
        facts = self._context.pool.call(LOG_FACTS, (str(path),), seconds=SECONDS)
        with self._context.storage.read() as tx:
            bundle = tx.reading_bundles.first(id=str(facts.get("bundle", "")))
        if bundle is None:
            raise BadInput("RDR-146", path=str(path))
        secret = terminal_secret(self._context, bundle.terminal)
        log = self._context.pool.call(READ_LOG, (str(path), secret), seconds=SECONDS)
        _require_own(bundle, log)
        for data in log["files"].values():
            self._context.blobs.put_bytes(data)
        with self._context.storage.write() as tx:
            carried = _taken_over(tx, actor, tx.reading_bundles.get(bundle.id), log, self._now())
            tx.commit()
        return carried

    def carry_reading_logs(self, actor: Actor, folder: Path) -> CarriedLogs:
        """`carry_reading_log` for every log in a folder and in its folder `logs`; one that is
        refused keeps no other one away. Raises BadInput SYS-201 when it cannot be read."""
        actor.require("grant")
        left = [
            Path(path)
            for path in self._context.pool.call(FIND_LOGS, (str(folder),), seconds=SECONDS)
        ]
        carried: list[CarriedLog] = []
        refused: dict[Path, Fault] = {}
        # One that has to wait for an earlier one is tried again as long as others come home.
        while left:
            waiting = []
            for path in left:
                try:
                    carried.append(self.carry_reading_log(actor, path))
                except Fault as fault:
                    refused[path] = fault
                    waiting += [path] if fault.code == "RDR-180" else []
                else:
                    refused.pop(path, None)
            left = waiting if len(waiting) < len(left) else []
        return CarriedLogs(
            carried=tuple(carried),
            refused=tuple(
                RefusedLog(path=str(path), record=fault.as_record())
                for path, fault in refused.items()
            ),
        )


def _taken_over(
    tx: Transaction,
    actor: Actor,
    bundle: ReadingBundle,
    log: dict[str, Any],
    now: str,
) -> CarriedLog:
    """Write what is new of a log; the caller commits. Raises BadInput RDR-145, Refused RDR-180."""
    audit: list[dict[str, Any]] = log["audit"]
    case_no = tx.dossiers.get(bundle.dossier_id).case_no
    segment, segments = segment_of(bundle, audit), known_segments(tx, bundle, case_no)
    known = require_grown(segment, audit, segments)
    own = _visits_of(audit[:known])
    _require_own_visits(tx, audit[known:], own)
    counts = {name: _new_rows(tx, bundle, name, rows, own) for name, rows in log["rows"].items()}
    if segments and segment.id not in segments:
        _record_new_segment(tx, actor, bundle, case_no, segment, list(segments.values()))
    fresh = _copied(tx, bundle, case_no, audit[known:])
    _use_up(tx, tx.grants.get(bundle.grant_id), counts)
    if segment.rows > known:
        changed = attrs.evolve(bundle, log_head=segment.head, log_rows=segment.rows)
        tx.reading_bundles.replace(attrs.evolve(changed, carried_at=now, carried_by=actor.name))
    _record_carried(tx, actor, bundle, case_no, segment, fresh)
    return CarriedLog(
        bundle=bundle.id,
        case_no=case_no,
        terminal=bundle.terminal,
        visits=len(counts["reading_visits"]),
        issues=len(counts["page_issues"]),
        marks=len(counts["reader_marks"]),
        prints=len(counts["print_jobs"]),
        slips=len(counts["reading_slips"]),
        audit_rows=fresh,
        segment=[*segments, segment.id].index(segment.id) + 1,
    )


def _record_new_segment(
    tx: Transaction,
    actor: Actor,
    bundle: ReadingBundle,
    case_no: str,
    segment: Segment,
    known: Sequence[Segment],
) -> None:
    """Say that a terminal began another log, and how far the one before had come home."""
    before = known[-1]
    tx.audit.record(
        actor.name,
        "reading_log_segment_begun",
        case_no,
        bundle=bundle.id,
        terminal=bundle.terminal,
        segment=segment.id,
        installation=segment.installation,
        known_installation=segment.installation in {each.installation for each in known},
        before={"segment": before.id, "rows": before.rows, "head": before.head},
    )


def _record_carried(
    tx: Transaction,
    actor: Actor,
    bundle: ReadingBundle,
    case_no: str,
    segment: Segment,
    fresh: int,
) -> None:
    """Say how far a log has come home: `known_segments` reads it."""
    tx.audit.record(
        actor.name,
        CARRIED,
        case_no,
        bundle=bundle.id,
        rows=fresh,
        segment=segment.id,
        installation=segment.installation,
        known=segment.rows,
        head=segment.head,
    )


def _copied(
    tx: Transaction, bundle: ReadingBundle, case_no: str, audit: Sequence[Mapping[str, Any]]
) -> int:
    """Put new records of a log on record here; gives how many. Raises BadInput RDR-145."""
    fresh = [row for row in audit if row["number"] > 1]
    for row in fresh:
        if not _ACTIONS.fullmatch(str(row["action"])):
            raise BadInput("RDR-145", row=row["number"])
        facts = {"row": row["number"], "at": row["at"], "actor": row["actor"]}
        details = {"bundle": bundle.id, "terminal": facts, "facts": row["details"]}
        tx.audit.record(f"terminal {bundle.terminal}", str(row["action"]), case_no, **details)
    return len(fresh)


def _visits_of(audit: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of the visits that records of a log tell of."""
    return {str(row["details"]["visit"]) for row in audit if row["details"].get("visit")}


def _require_own_visits(tx: Transaction, audit: Sequence[Mapping[str, Any]], own: set[str]) -> None:
    """Raises BadInput RDR-145 when new records of a log tell of a visit that came home with
    another one."""
    for visit in _visits_of(audit) - own:
        if tx.reading_visits.first(id=visit) is not None:
            raise BadInput("RDR-145", row=visit[:LONGEST_NAME])


def _new_rows(
    tx: Transaction, bundle: ReadingBundle, name: str, rows: list[dict[str, Any]], own: set[str]
) -> list[Any]:
    """Write rows of one table that are not here yet, and later states of those that came home
    with an earlier part of this log, whose visits are `own`; gives the new ones."""
    table, new = getattr(tx, name), []
    for row in rows:
        record = _record(tx, bundle, name, row)
        there = table.first(id=record.id)
        if there is None:
            table.add(record)
            new.append(record)
        elif not _is_of(bundle, there) or not _is_later(name, there, record, own):
            raise BadInput("RDR-145", row=record.id)
        elif there != record and not _is_settled_here(there):
            table.replace(record)
    return new


def _is_later(name: str, there: Any, record: Any, own: set[str]) -> bool:
    """Whether a row may be the one that is here, at a later time."""
    visit = there.id if name == "reading_visits" else getattr(there, "visit_id", None)
    if visit not in own and (visit is not None or not own):
        return False
    before, after = attrs.asdict(there), attrs.asdict(record)
    changed = {key for key in before if before[key] != after[key]}
    return changed <= _LATER[name] or _is_settled_here(there)


def _is_settled_here(record: Any) -> bool:
    """Whether staff has put an end to it at the station: a terminal cannot know."""
    if isinstance(record, ReadingSlip):
        return bool(record.received_by)
    return isinstance(record, PrintJob) and record.state in ENDED


def _record(tx: Transaction, bundle: ReadingBundle, name: str, row: dict[str, Any]) -> Any:
    """A row of a log as a record. A page was issued from the picture that lies here: where
    something is covered, the bundle held another one."""
    values = {
        key: tuple(value) if key in _TUPLES and isinstance(value, list) else value
        for key, value in row.items()
    }
    try:
        record = _KINDS[name](**values)
    except TypeError as error:
        raise BadInput("RDR-145", row=str(row.get("id"))[:LONGEST_NAME]) from error
    if not _is_of(bundle, record):
        raise BadInput("RDR-145", row=str(row["id"])[:LONGEST_NAME])
    if name != "page_issues":
        return record
    side = tx.sides.first(id=record.side_id, dossier_id=bundle.dossier_id)
    if side is None:
        raise BadInput("RDR-145", row=record.id)
    return attrs.evolve(record, picture=side.picture)


def _use_up(tx: Transaction, grant: ReadingGrant, new: dict[str, list[Any]]) -> None:
    """Count visits and prints of the terminal against the grant."""
    printed = sum(len(job.pages) * job.copies for job in new["print_jobs"] if job.state in _PRINTED)
    visits = len(new["reading_visits"])
    if visits or printed:
        tx.grants.replace(
            attrs.evolve(
                grant,
                views=grant.views + visits,
                prints_left=max(0, grant.prints_left - printed),
            )
        )


def _require_own(bundle: ReadingBundle, log: dict[str, Any]) -> None:
    """Raises BadInput RDR-145 unless the log is that of this bundle."""
    rows, audit = log["rows"], log["audit"]
    if set(rows) != set(_KINDS) or not audit:
        raise BadInput("RDR-145", row=0)
    first = audit[0]
    if first["action"] != "reading_bundle_made" or first["details"] != {"bundle": bundle.id}:
        raise BadInput("RDR-145", row=1)


def _is_of(bundle: ReadingBundle, record: Any) -> bool:
    """Whether a row is of this bundle's grant, dossier and terminal."""
    grants = record.grants if isinstance(record, ReadingVisit) else (record.grant_id,)
    dossier = getattr(record, "dossier_id", bundle.dossier_id)
    terminal = getattr(record, "terminal", bundle.terminal)
    return (
        tuple(grants) == (bundle.grant_id,)
        and dossier == bundle.dossier_id
        and terminal == bundle.terminal
    )
