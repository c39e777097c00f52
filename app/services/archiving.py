"""Package, check and the two tracks into the archive.

A dossier is accessioned only when its mode has its receipts: the archive's after read-back for
the electronic track, the shelf with a person's count for the paper track.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.archiving import (
    ELECTRONIC,
    PAPER,
    ArchivalPackage,
    Submission,
    TrackState,
    weigh_tracks,
)
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED, advance
from app.kernel.errors import BadInput, Broken, Fault, Refused, Transient
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken, Progress, Report, silent
from app.services.handoff import HandingOver, paper_holder
from app.services.package_views import check_rows, package_view
from app.services.packaging_plan import make_plan
from app.services.ports import Transaction
from app.services.sealing import Sealing
from app.services.views import PackageView, TracksView

BUILD = "app.adapters.packaging.building:build"
CHECK = "app.adapters.packaging.building:check"
BUILD_SECONDS = 3600.0


class Archiving(Sealing, HandingOver):
    """Use cases of the archivist who sends a dossier to the archive."""

    def build_package(
        self,
        actor: Actor,
        case_no: str,
        out: Path | None = None,
        *,
        provisional: bool = False,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> PackageView:
        """Build the archival package and check it. A second run finds the same package again.

        A provisional package can be made before sealing; it says so and cannot be submitted.
        Raises Refused DOS-106 when the dossier is not sealed.
        """
        actor.require("package")
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sealed = dossier.state in SEALED
            if not sealed and not provisional:
                raise Refused("DOS-106")
            provisional = not sealed
            plan = make_plan(tx, dossier, self._context.blobs, provisional=provisional)
        total = sum(len(volume["sides"]) for volume in plan["volumes"])
        report(Progress(step="package", done=0, total=total))
        folder = out if out is not None else self._context.folders.packages
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Broken("SYS-401", path=str(folder), reason=str(error)) from error
        built = self._context.pool.call(
            BUILD, (plan, str(folder)), seconds=BUILD_SECONDS, cancel=cancel
        )
        report(Progress(step="package", done=total, total=total))
        checks = self._checked(Path(built["path"]), report, cancel)
        return self._record_package(actor, dossier, built, checks, provisional)

    def _record_package(
        self,
        actor: Actor,
        dossier: Dossier,
        built: dict[str, Any],
        checks: list[dict[str, Any]],
        provisional: bool,
    ) -> PackageView:
        with self._context.storage.write() as tx:
            current = tx.dossiers.get(dossier.id)
            known = tx.packages.first(
                dossier_id=dossier.id, manifest_sha256=built["sha256"], path=built["path"]
            )
            if known is None:
                package = ArchivalPackage(
                    id=new_id("package"),
                    dossier_id=dossier.id,
                    version=built["version"],
                    manifest_sha256=built["sha256"],
                    manifest_sm3=built["sm3"],
                    path=built["path"],
                    provisional=provisional,
                    pages=built["pages"],
                    sides=built["sides"],
                    volumes=built["volumes"],
                    made_at=self._now(),
                    made_by=actor.name,
                    checks=tuple(checks),
                )
                tx.packages.add(package)
                tx.audit.record(
                    actor.name,
                    "package_built",
                    dossier.case_no,
                    sha256=package.manifest_sha256,
                    sm3=package.manifest_sm3,
                    provisional=provisional,
                    failed=[c["code"] for c in checks if c["result"] == "fail"],
                )
                known = package
            if not provisional and current.state == "sealed":
                tx.dossiers.replace(
                    attrs.evolve(current, state=advance("dossier", current.state, "package"))
                )
                tx.audit.record(
                    actor.name, "packaged", dossier.case_no, sha256=known.manifest_sha256
                )
            tx.commit()
        return package_view(attrs.evolve(known, checks=tuple(checks)))

    def package(self, case_no: str) -> PackageView | None:
        """The newest package of a case, sealed ones first."""
        with self._context.storage.read() as tx:
            found = self._newest(tx, self._dossier(tx, case_no))
        return None if found is None else package_view(found)

    def _newest(self, tx: Transaction, dossier: Dossier) -> ArchivalPackage | None:
        packages = tx.packages.find(dossier_id=dossier.id)
        final = [package for package in packages if not package.provisional]
        found = final or packages
        return found[-1] if found else None

    def check_package(
        self, path: Path, *, report: Report = silent, cancel: CancelToken | None = None
    ) -> PackageView:
        """First part of the four-property check (四性检测) of any package folder."""
        if not path.is_dir():
            raise BadInput("SYS-201", path=str(path), reason="package")
        checked = self._check(path, report, cancel)
        return PackageView(
            package=str(path),
            version=int(checked["version"]),
            sha256=checked["sha256"],
            sm3=checked["sm3"],
            provisional=bool(checked["provisional"]),
            accepted=all(row["result"] != "fail" for row in checked["checks"]),
            checks=check_rows(checked["checks"]),
        )

    def _checked(
        self, path: Path, report: Report, cancel: CancelToken | None
    ) -> list[dict[str, Any]]:
        checks: list[dict[str, Any]] = self._check(path, report, cancel)["checks"]
        return checks

    def _check(self, path: Path, report: Report, cancel: CancelToken | None) -> dict[str, Any]:
        report(Progress(step="check", done=0, total=1))
        checked: dict[str, Any] = self._context.pool.call(
            CHECK, (str(path),), seconds=BUILD_SECONDS, cancel=cancel
        )
        report(Progress(step="check", done=1, total=1))
        return checked

    def submit(
        self,
        actor: Actor,
        case_no: str,
        target: str,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> TracksView:
        """Hand the package to an archive target; only its receipt after read-back counts.

        Raises Refused DOS-107 (no package), DOS-108 (failed check), DOS-110 (rejected), BadInput
        DOS-109 (unknown target); a failed attempt stays in the ledger and can be repeated.
        """
        actor.require("submit")
        if target not in self._context.targets:
            raise BadInput("DOS-109", target=target, known=", ".join(sorted(self._context.targets)))
        attempt, package = self._begin_submission(actor, case_no, target)
        try:
            receipt = (
                self._context.targets[target]
                .submit(
                    Path(package.path),
                    package_id=Path(package.path).name,
                    manifest_sha256=package.manifest_sha256,
                    manifest_sm3=package.manifest_sm3,
                    progress=report,
                    cancel=cancel or CancelToken(),
                )
                .as_record()
            )
        except Cancelled:
            self._end_submission(actor, attempt, "interrupted", {}, "SYS-302")
            raise
        except Fault as fault:
            state = "failed" if isinstance(fault, Transient | Broken) else "rejected"
            self._end_submission(actor, attempt, state, {}, fault.code)
            raise
        if not receipt.get("accepted"):
            self._end_submission(actor, attempt, "rejected", receipt, "DOS-110")
            raise Refused("DOS-110", reason=str(receipt.get("remark") or receipt.get("checks")))
        receipt |= {"pages": package.pages, "volumes": package.volumes}
        self._end_submission(actor, attempt, "receipted", receipt, "")
        return self.tracks(case_no)

    def _begin_submission(
        self, actor: Actor, case_no: str, target: str
    ) -> tuple[Submission, ArchivalPackage]:
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            package = self._newest(tx, dossier)
            if package is None or package.provisional:
                raise Refused("DOS-107")
            failed = [check["code"] for check in package.checks if check["result"] == "fail"]
            if failed:
                raise Refused("DOS-108", failed="、".join(failed))
            state = advance("dossier", dossier.state, "submit")
            attempt = Submission(
                id=new_id("submission"),
                dossier_id=dossier.id,
                track=ELECTRONIC,
                target=target,
                state="sending",
                idempotency_key=package.manifest_sha256,
                package_id=package.id,
                started_at=self._now(),
            )
            tx.submissions.add(attempt)
            tx.dossiers.replace(attrs.evolve(dossier, state=state))
            tx.audit.record(
                actor.name,
                "submission_begun",
                dossier.case_no,
                target=target,
                sha256=package.manifest_sha256,
            )
            tx.commit()
        return attempt, package

    def _end_submission(
        self,
        actor: Actor,
        attempt: Submission,
        state: str,
        receipt: dict[str, Any],
        remark: str,
    ) -> None:
        with self._context.storage.write() as tx:
            tx.submissions.replace(
                attrs.evolve(
                    attempt, state=state, receipt=receipt, ended_at=self._now(), remark=remark
                )
            )
            dossier = tx.dossiers.get(attempt.dossier_id)
            tx.audit.record(
                actor.name,
                f"submission_{state}",
                dossier.case_no,
                target=attempt.target,
                receipt=receipt.get("receipt_no", ""),
                remark=remark,
            )
            self._accession(tx, actor, dossier)
            tx.commit()

    def shelve(
        self, actor: Actor, case_no: str, location: str, volumes: int, pages: int
    ) -> TracksView:
        """The paper stands on the shelf, counted: the receipt of the paper track.

        Raises Refused CUS-101 (not a location), BadInput DOS-111 (not a count).
        """
        actor.require("custody")
        if volumes < 1 or pages < 0:
            raise BadInput("DOS-111", volumes=volumes, pages=pages)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            event = self.record_shelved(tx, actor, dossier, location, volumes=volumes, pages=pages)
            receipt = {
                "receipt_no": event.id.removeprefix("custody_"),
                "location": event.place,
                "volumes": volumes,
                "pages": pages,
                "shelved_at": event.happened_at,
                "shelved_by": actor.name,
            }
            tx.submissions.add(
                Submission(
                    id=new_id("submission"),
                    dossier_id=dossier.id,
                    track=PAPER,
                    target=event.place,
                    state="receipted",
                    idempotency_key=event.id,
                    started_at=event.happened_at,
                    ended_at=event.happened_at,
                    receipt=receipt,
                )
            )
            tx.audit.record(
                actor.name,
                "paper_shelved",
                dossier.case_no,
                place=event.place,
                volumes=volumes,
                pages=pages,
            )
            self._accession(tx, actor, dossier)
            tx.commit()
        return self.tracks(case_no)

    def _accession(self, tx: Transaction, actor: Actor, dossier: Dossier) -> None:
        """Call the dossier archived once, and only once, both tracks are closed."""
        current = tx.dossiers.get(dossier.id)
        if current.state != "submitted" or self._tracks(tx, current).verdict != "closed":
            return
        tx.dossiers.replace(
            attrs.evolve(current, state=advance("dossier", current.state, "accession"))
        )
        tx.audit.record(actor.name, "accessioned", current.case_no)

    def tracks(self, case_no: str) -> TracksView:
        """Both tracks and what is open on them."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            state = self._tracks(tx, dossier)
            electronic = _last(tx, dossier, ELECTRONIC)
            paper = _last(tx, dossier, PAPER)
            holder = paper_holder(tx, dossier)
        return TracksView(
            case_no=dossier.case_no,
            state=dossier.state,
            mode=dossier.mode,
            electronic={
                "state": state.electronic,
                "attempt": electronic.state if electronic else "",
                "target": electronic.target if electronic else "",
                "receipt": electronic.receipt if electronic else {},
            },
            paper={
                "state": state.paper,
                "with": holder,
                "location": paper.target if paper else "",
                "receipt": paper.receipt if paper else {},
            },
            verdict=state.verdict,
            open=state.open,
            accessioned=dossier.state == "accessioned",
        )

    def _tracks(self, tx: Transaction, dossier: Dossier) -> TrackState:
        electronic = tx.submissions.find(dossier_id=dossier.id, track=ELECTRONIC, state="receipted")
        paper = tx.submissions.find(dossier_id=dossier.id, track=PAPER, state="receipted")
        return weigh_tracks(
            mode=dossier.mode,
            electronic_receipt=electronic[-1].receipt if electronic else None,
            paper_receipt=paper[-1].receipt if paper else None,
            paper_with=paper_holder(tx, dossier),
        )


def _last(tx: Transaction, dossier: Dossier, track: str) -> Submission | None:
    receipted = tx.submissions.find(dossier_id=dossier.id, track=track, state="receipted")
    attempts = receipted or tx.submissions.find(dossier_id=dossier.id, track=track)
    return attempts[-1] if attempts else None
