"""Dossiers between courts: exported for an appeal, taken in with their checks, acknowledged.

The package is what travels: sealed, in one file, with signatures and passport as they are. The
paper goes its own way as a hand-off "court_to_court", which the rows only name.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.archiving import ArchivalPackage
from app.domain.archiving_records import CourtTransfer
from app.domain.dossier import RESTRICTED, Dossier
from app.domain.lifecycle import SEALED
from app.kernel.errors import BadInput, Refused
from app.kernel.fault_texts import describe
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Report, silent
from app.services.archive_views import CourtTransferRow, PackageCheckView
from app.services.context import Service
from app.services.court_intake import CourtIntake
from app.services.court_letters import (
    ACCEPTED,
    IN,
    LETTER,
    MADE,
    OUT,
    PAPER,
    PURPOSES,
    RECEIPT,
    REJECTED,
    beside,
    letter_beside,
    letter_of,
    read_receipt,
    receipt_of,
    write_json,
)
from app.services.court_signers import transfer_view
from app.services.four_property import FAIL, FAILED, MANUAL, FourProperty
from app.services.passports import Passports
from app.services.ports import Transaction
from app.services.track_freezes import refuse_frozen

PACK = "app.adapters.court_packages:pack"
READ = "app.adapters.court_packages:read"
SIGN = "app.adapters.court_receipts:sign_receipt"
JUDGE = "app.adapters.court_receipts:judge_receipt"
SECONDS = 3600.0
STAGE = "transfer"
# Sealed anew: the newest package is of an earlier version.
NOT_PACKED = "sealed"
# The names of courts in Chinese and English end or hold one of these.
_COURTS = ("法院", "法庭", "court")
_MOST_REASONS = 20
_PROOF = ("signer", "fingerprint", "trusted")
# What the sending court said of the dossier, kept as it is.
_ORIGIN = ("case", "package_id", "version", "created", "earlier", "mode", "counts", "accepted")


class CourtTransfers(Service):
    """Use cases of whoever sends dossiers to other courts and takes theirs in."""

    def export_for_court(
        self,
        actor: Actor,
        case_no: str,
        court: str,
        purpose: str,
        out: Path,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> CourtTransferRow:
        """Write the newest sealed package of a case as the file `out`, with a letter (移送函)
        beside it, for another court. `purpose` is "appeal", "return" or "other".

        Raises Refused ACC-101, DOS-107 (no package), FRZ-101 (counts differ), CTR-103 to CTR-106,
        BadInput CTR-101, CTR-102, and what writing a container raises.
        """
        actor.require("package")
        court = court.strip()
        _refuse_unclear(court, purpose, out)
        dossier, package, restricted = self._sendable_to_court(case_no, court)
        check = FourProperty(self._context).check_at_stage(
            actor, dossier.case_no, STAGE, report=report, cancel=cancel
        )
        _refuse_failed(dossier, package, check)
        row = self._outgoing(actor, dossier, package, court, purpose, out)
        letter = beside(out, LETTER)
        order = (package.path, str(out), str(letter), letter_of(row, dossier, package, restricted))
        container: Any = self._context.pool.call(PACK, order, seconds=SECONDS, cancel=cancel)
        details = {
            "version": package.version,
            "check": check.id,
            "container": container,
            "letter": str(letter.absolute()),
            "restricted": restricted,
            "paper": PAPER,
        }
        return self._keep_court_transfer(attrs.evolve(row, details=details), actor, "court_sent")

    def _outgoing(
        self,
        actor: Actor,
        dossier: Dossier,
        package: ArchivalPackage,
        court: str,
        purpose: str,
        out: Path,
    ) -> CourtTransfer:
        return CourtTransfer(
            id=new_id("court"),
            dossier_id=dossier.id,
            direction=OUT,
            purpose=purpose,
            case_no=dossier.case_no,
            court=court,
            state=MADE,
            made_at=self._now(),
            made_by=actor.name,
            package_sha256=package.manifest_sha256,
            package_sm3=package.manifest_sm3,
            path=str(out.absolute()),
        )

    def _sendable_to_court(self, case_no: str, court: str) -> tuple[Dossier, ArchivalPackage, bool]:
        """The dossier, its newest sealed package, and whether that holds a restricted part."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            packages = tx.packages.find(dossier_id=dossier.id, provisional=False)
            if not packages:
                raise Refused("DOS-107")
            refuse_frozen(tx, dossier)
            if dossier.state not in SEALED or dossier.state == NOT_PACKED:
                raise Refused("CTR-104", case_no=dossier.case_no)
            restricted = bool(
                tx.sides.count(dossier_id=dossier.id, part=RESTRICTED, superseded=False)
            )
        if restricted and not any(word in court.casefold() for word in _COURTS):
            raise Refused("CTR-105", case_no=dossier.case_no, court=court)
        return dossier, packages[-1], restricted

    def import_from_court(
        self,
        actor: Actor,
        path: Path,
        *,
        confirm_sha256: str = "",
        receipt: Path | None = None,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> CourtTransferRow:
        """Check a package of another court (file or folder) and make a case of it; what does not
        hold is only kept as a rejected row with its reasons. The receipt for the sending court is
        written beside the package, or to `receipt`. The same package again gives the row that is
        there. `confirm_sha256` is the digest that the letter names.

        Raises Refused ACC-101, CTR-109 (the case is here already), BadInput SYS-201 (there is no
        such file), CTR-107 (another package than confirmed), Broken SYS-401.
        """
        actor.require("package")
        actor.require("register")
        if not path.exists():
            raise BadInput("SYS-201", path=str(path), reason="package")
        check = FourProperty(self._context).check_at_stage(
            actor, str(path), STAGE, report=report, cancel=cancel
        )
        confirmed = confirm_sha256.strip().casefold()
        if confirmed and check.sha256 and check.sha256 != confirmed:
            raise BadInput("CTR-107", found=check.sha256, expected=confirmed)
        reasons = _failures(check) or self._unproved_from_court(path)
        row = None if reasons else self._known_from_court(check.sha256)
        if row is None:
            row = self._judged_from_court(
                actor, path, check, reasons, report, cancel or CancelToken()
            )
        write_json(receipt or beside(path, RECEIPT), row.receipt)
        return transfer_view(row)

    def _unproved_from_court(self, path: Path) -> list[str]:
        """What the stand-alone verifier finds wrong with package, passport and signatures."""
        try:
            judged = Passports(self._context).verify(path)
        except BadInput as fault:
            return [self._court_fault(fault)]
        wrong = [row for row in judged.checks if row["result"] == FAIL]
        reasons = [f"{row['code']} {row['name']} {row['remark']}".strip() for row in wrong]
        return reasons if reasons or judged.holds else ["passport"]

    def _court_fault(self, fault: BadInput) -> str:
        return f"{fault.code} {describe(fault.as_record(), self._context.language).message}"

    def _known_from_court(self, sha256: str) -> CourtTransfer | None:
        with self._context.storage.read() as tx:
            return tx.court_transfers.first(direction=IN, state=ACCEPTED, package_sha256=sha256)

    def _judged_from_court(
        self,
        actor: Actor,
        path: Path,
        check: PackageCheckView,
        reasons: list[str],
        report: Report,
        cancel: CancelToken,
    ) -> CourtTransfer:
        """The row of a package that was not taken in before."""
        row = CourtTransfer(
            id=new_id("court"),
            dossier_id="",
            direction=IN,
            purpose="other",
            case_no="",
            court="",
            state=REJECTED,
            made_at=self._now(),
            made_by=actor.name,
            package_sha256=check.sha256,
            package_sm3="",
            path=str(path.absolute()),
            details={"check": check.id, "paper": PAPER} | letter_beside(path, check.sha256),
        )
        row = attrs.evolve(row, purpose=row.details.get("purpose", row.purpose))
        if not reasons:
            try:
                return self._taken_in_from_court(actor, path, check, row, report, cancel)
            except BadInput as fault:
                reasons = [self._court_fault(fault)]
        reasons = reasons[:_MOST_REASONS]
        row = attrs.evolve(row, details=row.details | {"reasons": reasons})
        row = attrs.evolve(row, receipt=self._signed_receipt(receipt_of(row, reasons)))
        self._keep_court_transfer(row, actor, "court_rejected")
        return row

    def _taken_in_from_court(
        self,
        actor: Actor,
        path: Path,
        check: PackageCheckView,
        row: CourtTransfer,
        report: Report,
        cancel: CancelToken,
    ) -> CourtTransfer:
        """Make the case, with the package as it came kept whole in the object store. Raises
        BadInput for contents that no case can be made of, Refused CTR-109."""
        work = self._context.folders.work
        work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="court-", dir=work) as folder:
            found: dict[str, Any] = self._context.pool.call(
                READ, (str(path), folder), seconds=SECONDS, cancel=cancel
            )
            if found["sha256"] != check.sha256:
                raise BadInput("CTR-108", reason=f"sha256: {found['sha256']}")
            intake = CourtIntake(self._context, actor, found)
            with self._context.storage.read() as tx:
                if tx.dossiers.first(case_no=intake.case_no) is not None:
                    raise Refused("CTR-109", case_no=intake.case_no)
            kept = intake.store_bytes(report, cancel)
            original = self._keep_original(path, found["root"], Path(folder), cancel)
        row = _accepted(row, intake, found, check)
        details = row.details | {"kept": kept, "original": original}
        row = attrs.evolve(row, details=details, receipt=self._signed_receipt(row.receipt))
        with self._context.storage.write() as tx:
            if tx.dossiers.first(case_no=intake.case_no) is not None:
                raise Refused("CTR-109", case_no=intake.case_no)
            row = attrs.evolve(row, dossier_id=intake.write(tx).id)
            tx.court_transfers.add(row)
            _record(tx, actor, "court_received", row)
            tx.commit()
        return row

    def _signed_receipt(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """The answer with the signature of this court."""
        return dict(self._on_receipt(SIGN, receipt))

    def _on_receipt(self, function: str, receipt: dict[str, Any]) -> Any:
        order = (str(self._context.folders.root), receipt)
        return self._context.pool.call(function, order, seconds=SECONDS)

    def _keep_original(self, path: Path, root: str, folder: Path, cancel: CancelToken) -> str:
        """Keep the package whole, as one file, in the object store; gives its SHA-256 there."""
        carrier = path
        if path.is_dir():
            carrier = folder / "package.zip"
            order: tuple[Any, ...] = (root, str(carrier), "", {})
            self._context.pool.call(PACK, order, seconds=SECONDS, cancel=cancel)
        return self._context.blobs.put_file(carrier).sha256

    def note_court_receipt(self, actor: Actor, transfer_id: str, path: Path) -> CourtTransferRow:
        """Note what the receiving court answered to a dossier that was sent. The same receipt
        again changes nothing; after a rejection a later acceptance counts. Who signed it is told.

        Raises Refused ACC-101, CTR-112 (it was accepted), BadInput CTR-110 (no such transfer that
        went out), CTR-111 (not its receipt), CTR-113 (not signed, or changed since).
        """
        actor.require("package")
        receipt = read_receipt(path)
        proof = self._on_receipt(JUDGE, receipt)
        with self._context.storage.write() as tx:
            row = tx.court_transfers.first(id=transfer_id, direction=OUT)
            if row is None:
                raise BadInput("CTR-110", id=transfer_id[:80])
            digest, result = receipt["package"]["sha256"], receipt["result"]
            # A package that could not be read at all is rejected without its digest.
            if digest != row.package_sha256 and (digest or result != REJECTED):
                raise BadInput("CTR-111", path=str(path), reason=f"sha256: {digest}"[:100])
            answered = tx.court_transfers.find(direction=OUT)
            if row.receipt == receipt:
                return transfer_view(row, answered)
            if row.state == ACCEPTED:
                raise Refused("CTR-112", case_no=row.case_no, at=row.receipt["at"])
            if not proof["holds"]:
                raise BadInput("CTR-113", path=str(path), reason=proof["reason"])
            details = row.details | {f"receipt_{name}": proof[name] for name in _PROOF}
            row = attrs.evolve(row, state=result, receipt=receipt, details=details)
            tx.court_transfers.replace(row)
            _record(tx, actor, "court_receipt_noted", row)
            tx.commit()
        return transfer_view(row, answered)

    def court_transfers(self, case_no: str = "", direction: str = "") -> list[CourtTransferRow]:
        """What went to other courts ("out") and came from them ("in"), oldest first."""
        where: dict[str, Any] = {"direction": direction} if direction else {}
        with self._context.storage.read() as tx:
            if case_no:
                where["dossier_id"] = self._dossier(tx, case_no).id
            answered = tx.court_transfers.find(direction=OUT)
            return [transfer_view(row, answered) for row in tx.court_transfers.find(**where)]

    def _keep_court_transfer(
        self, row: CourtTransfer, actor: Actor, action: str
    ) -> CourtTransferRow:
        with self._context.storage.write() as tx:
            tx.court_transfers.add(row)
            _record(tx, actor, action, row)
            tx.commit()
        return transfer_view(row)


def _record(tx: Transaction, actor: Actor, action: str, row: CourtTransfer) -> None:
    tx.audit.record(
        actor.name,
        action,
        row.case_no or Path(row.path).name,
        transfer=row.id,
        court=row.court,
        purpose=row.purpose,
        state=row.state,
        package=row.package_sha256,
        reasons=row.receipt.get("reasons", []),
    )


def _accepted(
    row: CourtTransfer, intake: CourtIntake, found: dict[str, Any], check: PackageCheckView
) -> CourtTransfer:
    """The row of a package that is taken in, with what its court said of it and the answer."""
    waiting = [line.code for line in check.lines if line.result == MANUAL]
    row = attrs.evolve(
        row,
        state=ACCEPTED,
        case_no=intake.case_no,
        court=intake.court,
        package_sm3=found["sm3"],
        details=row.details | {name: found[name] for name in _ORIGIN} | {"waiting": waiting},
    )
    return attrs.evolve(row, receipt=receipt_of(row, []))


def _refuse_unclear(court: str, purpose: str, out: Path) -> None:
    if purpose not in PURPOSES:
        raise BadInput("CTR-101", purpose=purpose, known=", ".join(PURPOSES))
    if not court:
        raise BadInput("CTR-102")
    for path in (out, beside(out, LETTER)):
        if path.exists():
            raise Refused("CTR-103", path=str(path))


def _refuse_failed(dossier: Dossier, package: ArchivalPackage, check: PackageCheckView) -> None:
    failed = _failures(check)
    if not failed and check.sha256 != package.manifest_sha256:
        failed = [f"sha256: {check.sha256}"]
    if failed:
        raise Refused("CTR-106", case_no=dossier.case_no, codes="；".join(failed[:3]))


def _failures(check: PackageCheckView) -> list[str]:
    """What keeps a package from going over, in words; empty when nothing does."""
    if check.outcome != FAILED:
        return []
    wrong = [row for row in check.lines if row.result == FAIL]
    return [f"{row.code} {row.name}：{row.remark}" for row in wrong] or [check.outcome]
