"""Dossier passports (卷宗护照): one small signed file by which a stranger can prove a dossier."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from attrs import frozen

from app.domain.access import Actor
from app.domain.archiving import ArchivalPackage, Submission
from app.domain.archiving_records import Passport
from app.domain.custody_ledger import of_dossier
from app.domain.dossier import Dossier
from app.kernel.errors import Broken, Refused
from app.kernel.ids import new_id
from app.services.archive_views import PassportView
from app.services.context import Service
from app.services.paper_files import write_whole
from app.services.ports import Transaction
from app.services.track_standing import TrackRecords, records_of

ISSUE = "app.adapters.passport:issue"
JUDGE = "app.adapters.passport:judge"
DRAW = "app.adapters.passport:draw"
SECONDS = 1800.0
FOLDER = "passports"
_CASE = ("case_no", "court", "cause", "retention", "filed_on", "closed_on", "mode")
_ELECTRONIC = ("receipt_no", "sha256", "sm3", "accepted", "archived_at", "archive_no", "location")
_PAPER = ("receipt_no", "location", "volumes", "pages", "shelved_at", "shelved_by")


@frozen(kw_only=True)
class Judgement:
    """What the stand-alone verifier found: `checks` are {"code", "name", "result", "remark"},
    `facts` what it read (package, version, digests, passport, signers)."""

    holds: bool
    checks: tuple[dict[str, str], ...]
    facts: dict[str, Any]


class Passports(Service):
    """Use cases of whoever issues passports, and of whoever is shown one."""

    def issue_passport(self, actor: Actor, case_no: str, out: Path | None = None) -> PassportView:
        """Issue a passport of the newest sealed package as both tracks stand now; earlier ones
        stay as they are. It is written to the data folder, and to `out` when that is given.

        Raises Refused ACC-101, DOS-107 (no package), Broken PSP-101 (the audit chain is broken),
        BadInput PSP-102 (the package was changed), Broken SYS-401 (cannot be written), and what
        opening keys raises.
        """
        actor.require("package")
        passport_id, issued_at = new_id("passport"), self._now()
        number = f"HZ-{issued_at[:10].replace('-', '')}-{passport_id[-8:].upper()}"
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            records = records_of(tx, dossier)
            package = records.package
            if package is None:
                raise Refused("DOS-107")
            facts = _facts(tx, records, package) | {
                "number": number,
                "issued_at": issued_at,
                "issued_by": actor.name,
                "court": dossier.court,
            }
        path = self._context.folders.root / FOLDER / f"{number}.json"
        order = {
            "data": str(self._context.folders.root),
            "package": package.path,
            "path": str(path),
            "facts": facts,
        }
        made: dict[str, Any] = self._context.pool.call(ISSUE, (order,), seconds=SECONDS)
        passport = Passport(
            id=passport_id,
            dossier_id=dossier.id,
            package_id=package.id,
            number=number,
            sha256=made["sha256"],
            path=str(path),
            made_at=issued_at,
            made_by=actor.name,
        )
        with self._context.storage.write() as tx:
            tx.passports.add(passport)
            tx.audit.record(
                actor.name,
                "passport_issued",
                dossier.case_no,
                number=number,
                sha256=made["sha256"],
                package=package.manifest_sha256,
                algorithm=made["algorithm"],
            )
            tx.commit()
        if out is not None:
            write_whole(out, partial(shutil.copyfile, path), code="SYS-401")
        return _view(passport, dossier, package, made["code"])

    def passports(self, case_no: str) -> list[PassportView]:
        """The passports of a case, the newest last."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            packages = {row.id: row for row in tx.packages.find(dossier_id=dossier.id)}
            return [
                _view(row, dossier, packages[row.package_id])
                for row in tx.passports.find(dossier_id=dossier.id)
            ]

    def print_passport(self, case_no: str, out: Path) -> Path:
        """Print the newest passport of a case as a page with its QR code, as PDF.

        Raises Refused PSP-104 (none was issued), BadInput PSP-103 (its file cannot be read),
        Broken SYS-401 (cannot be written), SYS-403 (no Chinese font).
        """
        issued = self.passports(case_no)
        if not issued:
            raise Refused("PSP-104")
        passport = str(issued[-1].path)
        write_whole(
            out,
            lambda part: self._context.pool.call(DRAW, (passport, str(part)), seconds=SECONDS),
            code="SYS-401",
        )
        return out

    def verify(
        self,
        package: Path,
        *,
        passport: Path | None = None,
        code: str = "",
        trust: Sequence[str] = (),
    ) -> Judgement:
        """What the script that lies in every package finds, looked at from here. `trust` are
        certificates (files) or their SHA-256 fingerprints. Raises BadInput PSP-103."""
        found: dict[str, Any] = self._context.pool.call(
            JUDGE,
            (str(package), str(passport) if passport is not None else "", list(trust), code),
            seconds=SECONDS,
        )
        holds, checks = bool(found.pop("holds")), tuple(found.pop("checks"))
        return Judgement(holds=holds, checks=checks, facts=found)


def _facts(tx: Transaction, records: TrackRecords, package: ArchivalPackage) -> dict[str, Any]:
    """All parts of a passport that the database knows. Raises Broken PSP-101."""
    dossier = records.dossier
    intact, rows, head, first = tx.audit.verify()
    if not intact:
        raise Broken("PSP-101", row=first)
    return {
        "case": {name: getattr(dossier, name) for name in _CASE}
        | {"archive_no": dossier.archival_code},
        "package": {
            "id": package.id,
            "version": package.version,
            "sha256": package.manifest_sha256,
            "sm3": package.manifest_sm3,
            "sides": package.sides,
            "pages": package.pages,
            "items": len(tx.items.find(dossier_id=dossier.id)),
            "volumes": package.volumes,
        },
        "custody": [
            {
                "at": event.happened_at,
                "action": event.action,
                "giver": event.giver,
                "receiver": event.receiver,
                "place": event.place,
                "volumes": event.volumes,
                "pages": event.pages,
            }
            for event in of_dossier(records.custody)
        ],
        "verdicts": [
            {
                "kind": entry.kind,
                "page_numbers": list(entry.page_numbers),
                "verdict": entry.verdict,
                "verdict_by": entry.verdict_by,
                "remark": entry.remark,
            }
            for entry in tx.ledger.find(dossier_id=dossier.id)
        ],
        "reviews": [
            {
                "number": review.number,
                "plan": review.plan,
                "state": review.state,
                "sample": len(review.sample),
                "closed_by": review.closed_by,
                "closed_at": review.closed_at,
            }
            for review in tx.review_rounds.find(dossier_id=dossier.id)
        ],
        "sign_offs": [
            {"step": row.step, "by": row.by, "role": row.role, "at": row.at}
            for row in tx.sign_offs.find(dossier_id=dossier.id)
        ],
        "tracks": {
            "mode": dossier.mode,
            "electronic": _receipt(records.receipted, _ELECTRONIC, ("pages", "volumes")),
            "paper": _receipt(records.shelved, _PAPER, ()),
        },
        "audit": {"rows": rows, "head": head},
        "earlier": [
            row.manifest_sha256
            for row in records.packages
            if not row.provisional and row.id != package.id
        ],
    }


def _receipt(
    attempt: Submission | None, names: Sequence[str], more: Sequence[str]
) -> dict[str, Any]:
    if attempt is None:
        return {}
    known = {name: attempt.receipt[name] for name in (*names, *more) if name in attempt.receipt}
    return {**known, "target": attempt.target}


def _view(
    passport: Passport, dossier: Dossier, package: ArchivalPackage, code: str = ""
) -> PassportView:
    return PassportView(
        number=passport.number,
        case_no=dossier.case_no,
        path=Path(passport.path),
        sha256=passport.sha256,
        made_at=passport.made_at,
        made_by=passport.made_by,
        version=package.version,
        qr=(code,) if code else (),
    )
