"""Registers of the archive: what was handed over, the form both sides sign, later material."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.domain.access import Actor
from app.kernel.digest import digest_bytes
from app.kernel.errors import BadInput, Refused
from app.services.context import Service
from app.services.handover_sheets import (
    FormFacts,
    HandedOver,
    additions_sheet,
    content_list,
    day_of,
    form_sheet,
    handover_sheet,
)
from app.services.paper_files import write_whole
from app.services.ports import Transaction
from app.services.sheets import Sheet
from app.services.track_standing import TrackRecords, track_records

# Dossiers that have a package and are on their way, or arrived.
LISTED = ("packaged", "submitted", "accessioned")


class Registers(Service):
    """Use cases of whoever keeps the registers. Each is written as .pdf or .xlsx, whole or not at
    all, and gives how many rows it has."""

    def handover_register(
        self,
        actor: Actor,
        path: Path,
        *,
        case_nos: Sequence[str] = (),
        since: str = "",
        until: str = "",
    ) -> int:
        """移交清册: the dossiers that have a package, from the oldest closing day on; those of
        `case_nos`, or all, whose package was made from `since` to `until` (ISO days).

        Raises Refused ACC-101, REG-101 (nothing to list), BadInput REG-102 (neither PDF nor
        spreadsheet), DOS codes for an unknown case, Broken REG-401.
        """
        actor.require("register")
        _check_suffix(path)
        with self._context.storage.read() as tx:
            rows = self._packages_listed(tx, case_nos, since, until)
        sheet = handover_sheet(rows, court=_court(rows), day=self._today().isoformat())
        return self._register_written(actor, path, sheet, "handover", len(rows))

    def handover_form(
        self,
        actor: Actor,
        path: Path,
        *,
        case_nos: Sequence[str] = (),
        since: str = "",
        until: str = "",
        name: str = "",
        description: str = "",
    ) -> int:
        """《电子档案移交与接收登记表》 for the same dossiers: quantity, amount of data, results of
        the checks on both sides, digests over the list of contents, room for signatures and seals.
        Raises as `handover_register`."""
        actor.require("register")
        _check_suffix(path)
        with self._context.storage.read() as tx:
            rows = self._packages_listed(tx, case_nos, since, until)
        today, digest = self._today().isoformat(), digest_bytes(content_list(rows))
        court = _court(rows)
        facts = FormFacts(
            name=name.strip() or f"{court}诉讼电子档案移交（{today}）",
            description=description.strip() or _described(rows),
            sm3=digest.sm3,
            sha256=digest.sha256,
        )
        return self._register_written(
            actor, path, form_sheet(rows, facts, court=court), "form", len(rows)
        )

    def additions_register(self, actor: Actor, path: Path, *, case_nos: Sequence[str] = ()) -> int:
        """《案卷归档后补充材料登记表》 of some cases, or of all, oldest first. Raises as
        `handover_register`."""
        actor.require("register")
        _check_suffix(path)
        with self._context.storage.read() as tx:
            ids = [self._dossier(tx, case_no).id for case_no in case_nos]
            additions = tx.additions.find(**({"dossier_id": ids} if case_nos else {}))
            if not additions:
                raise Refused("REG-101")
            named = sorted({addition.dossier_id for addition in additions})
            dossiers = {row.id: row for row in tx.dossiers.find(id=named)}
            archived = {
                dossier_id: day_of(str(ended_at))
                for dossier_id, ended_at in tx.submissions.pick(
                    ("dossier_id", "ended_at"), dossier_id=named, state="receipted"
                )
            }
        rows = [
            (dossiers[row.dossier_id], row, archived.get(row.dossier_id, "")) for row in additions
        ]
        court = rows[0][0].court
        sheet = additions_sheet(rows, court=court, day=self._today().isoformat())
        return self._register_written(actor, path, sheet, "additions", len(rows))

    def _packages_listed(
        self, tx: Transaction, case_nos: Sequence[str], since: str, until: str
    ) -> list[HandedOver]:
        """The dossiers of a register. Raises Refused REG-101."""
        named = [self._dossier(tx, case_no) for case_no in case_nos]
        dossiers = named or tx.dossiers.find(state=list(LISTED))
        rows = [
            row
            for records in track_records(tx, dossiers).values()
            if (row := _handed(records)) is not None
            and since <= day_of(row.package.made_at)
            and (not until or day_of(row.package.made_at) <= until)
        ]
        if not rows:
            raise Refused("REG-101")
        return sorted(rows, key=lambda row: (row.dossier.closed_on or "9999", row.dossier.case_no))

    def _register_written(
        self, actor: Actor, path: Path, sheet: Sheet, register: str, rows: int
    ) -> int:
        if path.suffix.lower() == ".xlsx":
            write_whole(path, partial(self._context.write_sheets, [sheet]), code="REG-401")
        else:
            write_whole(path, partial(self._context.draw_register, sheet), code="REG-401")
        with self._context.storage.write() as tx:
            tx.audit.record(
                actor.name,
                "archive_register_written",
                register,
                rows=rows,
                format=path.suffix.lower(),
            )
            tx.commit()
        return rows


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in (".pdf", ".xlsx"):
        raise BadInput("REG-102", path=str(path))


def _handed(records: TrackRecords) -> HandedOver | None:
    """What the register says of a dossier; None while it has no package."""
    package = records.package
    if package is None:
        return None
    sent = [
        row.total_bytes
        for row in records.submissions
        if row.idempotency_key == package.manifest_sha256 and row.total_bytes
    ]
    return HandedOver(
        dossier=records.dossier,
        package=package,
        bytes=sent[-1] if sent else _bytes_of(Path(package.path)),
        electronic=records.receipted,
        paper=records.shelved,
    )


def _bytes_of(package: Path) -> int:
    """How large a package is that was never sent; 0 when it lies on another computer."""
    return sum(file.stat().st_size for file in package.rglob("*") if file.is_file())


def _court(rows: Sequence[HandedOver]) -> str:
    return next((row.dossier.court for row in rows if row.dossier.court), "")


def _described(rows: Sequence[HandedOver]) -> str:
    causes = list(dict.fromkeys(row.dossier.cause for row in rows if row.dossier.cause))
    listed = "、".join(causes[:5])
    more = f"等 {len(causes)} 类案由" if len(causes) > 5 else ""
    said = f"（{listed}{more}）" if listed else ""
    return f"诉讼档案 {len(rows)} 件{said}"
