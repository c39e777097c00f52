"""Reading bundles: one grant on a terminal without the database, and its log carried back."""

from __future__ import annotations

import hashlib
import re
import secrets
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
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Context, Service
from app.services.ports import Transaction
from app.services.reading_applications import LONGEST_NAME, text_of_form
from app.services.reading_bundle_content import bundle_content
from app.services.reading_desk_views import BundleRow, CarriedLog
from app.services.reading_grants import grant_of
from app.services.reading_keys import page_key
from app.services.reading_rows import LIVE, grant_state

MAKE = "app.adapters.reading_bundle_files:make"
READ_LOG = "app.adapters.reading_bundle_files:read_log"
LOG_FACTS = "app.adapters.reading_bundle_files:log_facts"
WRITE_TERMINAL = "app.adapters.reading_bundle:write_terminal"
SECONDS = 1800.0
# Prints of these states have used up the quota.
_PRINTED = ("approved", "spooled", "printed", "doubtful")
_KINDS: dict[str, type[Any]] = {
    "reading_visits": ReadingVisit,
    "page_issues": PageIssue,
    "reader_marks": ReaderMark,
    "print_jobs": PrintJob,
    "reading_slips": ReadingSlip,
}
# What a terminal may have put on record; a log with anything else is none of a terminal's.
_ACTIONS = re.compile(r"(reader|page|print|reading_slip|terminal)_[a-z_]+|reading_paused")
# Fields that are tuples in a record and lists in a file.
_TUPLES = ("grants", "pages", "box")


class ReadingBundles(Service):
    """Use cases of whoever sends grants to terminals that reach no database."""

    def enrol_reading_terminal(self, actor: Actor, terminal: str, path: Path) -> Path:
        """Write the file by which a terminal is set up: its name, a new secret, and by which key
        this station signs. Bundles made before for a terminal of this name open there no more.
        Raises BadInput RDR-121 (no name), Broken SYS-401, IDN-113, SEC-103."""
        actor.require("administer")
        name = text_of_form(terminal, "terminal", LONGEST_NAME)
        if not name:
            raise BadInput("RDR-121", field="terminal")
        secret = secrets.token_hex(32)
        arguments = (str(self._context.folders.root), name, secret, str(path))
        self._context.pool.call(WRITE_TERMINAL, arguments, seconds=SECONDS)
        self._context.secrets.keep(_secret_name(name), secret)
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "reading_terminal_enrolled", name)
            tx.commit()
        return path

    def make_reading_bundle(
        self, actor: Actor, grant_id: str, out: Path, *, terminal: str = ""
    ) -> BundleRow:
        """Write what one grant shows as an encrypted and signed file for a terminal, its booked
        one where none is named. It opens until the grant ends.

        Raises Refused RDR-149 (the grant cannot be used), RDR-148 (the terminal is not enrolled),
        BadInput RDR-136, Broken SYS-401 (cannot be written), IDN-113.
        """
        actor.require("grant")
        with self._context.storage.read() as tx:
            grant = grant_of(tx, grant_id)
            dossier = tx.dossiers.get(grant.dossier_id)
            state = grant_state(grant, dossier, self._now())
            if state not in (LIVE, "future"):
                raise Refused("RDR-149", number=grant.number)
            name = terminal.strip() or str(grant.details.get("appointed_terminal", ""))
            content = bundle_content(tx, grant, dossier)
        bundle = ReadingBundle(
            id=new_id("bundle"),
            grant_id=grant.id,
            dossier_id=dossier.id,
            made_at=self._now(),
            made_by=actor.name,
            valid_until=grant.valid_until,
            sha256="",
            terminal=name,
            path=str(out),
        )
        order = {
            "data": str(self._context.folders.root),
            "work": str(self._context.folders.work),
            "out": str(out),
            "secret": _terminal_secret(self._context, name),
            "head": {"bundle": bundle.id, "terminal": name, "valid_until": grant.valid_until},
            "records": dict(content.records),
            "covers": dict(content.covers),
            "key": page_key(self._context, grant.id).hex(),
            "actor": actor.name,
            "case_no": dossier.case_no,
        }
        sha256 = self._context.pool.call(MAKE, (order,), seconds=SECONDS)
        with self._context.storage.write() as tx:
            bundle = attrs.evolve(bundle, sha256=str(sha256))
            tx.reading_bundles.add(bundle)
            tx.audit.record(
                actor.name,
                "reading_bundle_made",
                dossier.case_no,
                bundle=bundle.id,
                number=grant.number,
                reader=grant.reader,
                terminal=name,
                sha256=bundle.sha256,
            )
            row = _bundle_row(tx, bundle)
            tx.commit()
        return row

    def reading_bundles(self, *, case_no: str = "") -> tuple[BundleRow, ...]:
        """The bundles that were made, the newest first."""
        with self._context.storage.read() as tx:
            wanted = {"dossier_id": self._dossier(tx, case_no).id} if case_no else {}
            rows = [_bundle_row(tx, bundle) for bundle in tx.reading_bundles.find(**wanted)]
        return tuple(reversed(rows))

    def carry_reading_log(self, actor: Actor, path: Path) -> CarriedLog:
        """Take over what was read at a terminal: visits, issued pages, marks, prints, slips and
        the record of all of it. What came before is not taken twice.

        Raises BadInput RDR-140 (no log), RDR-145 (its chain does not hold, or is not the one that
        came before), RDR-146 (of no bundle that was made here), Refused RDR-144 (changed, or of
        another secret), RDR-148, BadInput SYS-201.
        """
        actor.require("grant")
        facts = self._context.pool.call(LOG_FACTS, (str(path),), seconds=SECONDS)
        with self._context.storage.read() as tx:
            bundle = tx.reading_bundles.first(id=str(facts.get("bundle", "")))
        if bundle is None:
            raise BadInput("RDR-146", path=str(path))
        secret = _terminal_secret(self._context, bundle.terminal)
        log = self._context.pool.call(READ_LOG, (str(path), secret), seconds=SECONDS)
        _require_own(bundle, log)
        for data in log["files"].values():
            self._context.blobs.put_bytes(data)
        with self._context.storage.write() as tx:
            carried = _taken_over(tx, actor, tx.reading_bundles.get(bundle.id), log, self._now())
            tx.commit()
        return carried


def _taken_over(
    tx: Transaction,
    actor: Actor,
    bundle: ReadingBundle,
    log: dict[str, Any],
    now: str,
) -> CarriedLog:
    """Write what is new of a log; the caller commits. Raises BadInput RDR-145."""
    audit: list[dict[str, Any]] = log["audit"]
    known = bundle.log_rows
    if len(audit) < known or (known and audit[known - 1]["digest"] != bundle.log_head):
        raise BadInput("RDR-145", row=known)
    case_no = tx.dossiers.get(bundle.dossier_id).case_no
    counts = {name: _new_rows(tx, bundle, name, rows) for name, rows in log["rows"].items()}
    fresh = [row for row in audit[known:] if row["number"] > 1]
    for row in fresh:
        facts = {"row": row["number"], "at": row["at"], "actor": row["actor"]}
        details = {"bundle": bundle.id, "terminal": facts, "facts": row["details"]}
        if not _ACTIONS.fullmatch(str(row["action"])):
            raise BadInput("RDR-145", row=row["number"])
        tx.audit.record(f"terminal {bundle.terminal}", str(row["action"]), case_no, **details)
    _use_up(tx, tx.grants.get(bundle.grant_id), counts)
    if len(audit) > known:
        changed = attrs.evolve(
            bundle,
            carried_at=now,
            carried_by=actor.name,
            log_head=str(audit[-1]["digest"]),
            log_rows=len(audit),
        )
        tx.reading_bundles.replace(changed)
    tx.audit.record(actor.name, "reading_log_carried", case_no, bundle=bundle.id, rows=len(fresh))
    return CarriedLog(
        bundle=bundle.id,
        case_no=case_no,
        visits=len(counts["reading_visits"]),
        issues=len(counts["page_issues"]),
        marks=len(counts["reader_marks"]),
        prints=len(counts["print_jobs"]),
        slips=len(counts["reading_slips"]),
        audit_rows=len(fresh),
    )


def _new_rows(
    tx: Transaction, bundle: ReadingBundle, name: str, rows: list[dict[str, Any]]
) -> list[Any]:
    """Write rows of one table that are not here yet, and later states of those that are; gives
    the new ones."""
    table, new = getattr(tx, name), []
    for row in rows:
        record = _record(tx, bundle, name, row)
        there = table.first(id=record.id)
        if there is None:
            table.add(record)
            new.append(record)
        elif not _is_of(bundle, there):
            raise BadInput("RDR-145", row=record.id)
        elif there != record:
            table.replace(record)
    return new


def _record(tx: Transaction, bundle: ReadingBundle, name: str, row: dict[str, Any]) -> Any:
    """A row of a log as a record. A page was issued from the picture that lies here: where
    something is covered, the bundle held another one."""
    values = {
        key: tuple(value) if key in _TUPLES and value is not None else value
        for key, value in row.items()
    }
    record = _KINDS[name](**values)
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


def _bundle_row(tx: Transaction, bundle: ReadingBundle) -> BundleRow:
    grant = tx.grants.get(bundle.grant_id)
    return BundleRow(
        id=bundle.id,
        grant=grant.id,
        number=grant.number,
        case_no=tx.dossiers.get(bundle.dossier_id).case_no,
        reader=grant.reader,
        terminal=bundle.terminal,
        path=bundle.path,
        sha256=bundle.sha256,
        made_at=bundle.made_at,
        made_by=bundle.made_by,
        valid_until=bundle.valid_until,
        carried_at=bundle.carried_at,
        carried_by=bundle.carried_by,
        log_rows=bundle.log_rows,
    )


def _terminal_secret(context: Context, terminal: str) -> str:
    """Raises Refused RDR-148 for a terminal that was not enrolled."""
    try:
        return context.secrets.secret(_secret_name(terminal))
    except Refused as error:
        raise Refused("RDR-148", terminal=terminal) from error


def _secret_name(terminal: str) -> str:
    """The name of a terminal's secret: names of secrets are of plain letters."""
    return f"reading-terminal-{hashlib.sha256(terminal.encode()).hexdigest()[:16]}"
