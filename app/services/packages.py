"""Archival packages: built from a sealed dossier, checked, and kept as rows that never change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.archiving import ArchivalPackage
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED, advance
from app.kernel.errors import BadInput, Broken, Refused
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.package_signing import (
    keep_signatures,
    sign_manifest,
    signing_order,
    signs_packages,
)
from app.services.package_views import check_rows, package_view
from app.services.packaging_plan import make_plan
from app.services.ports import Transaction
from app.services.sealing import Sealing
from app.services.track_freezes import refuse_frozen
from app.services.views import PackageView

BUILD = "app.adapters.packaging.building:build"
CHECK = "app.adapters.packaging.building:check"
STANDS = "app.adapters.packaging.building:stands"
BUILD_SECONDS = 3600.0


class Packages(Sealing):
    """Use cases of the archivist who makes and checks packages."""

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
        Raises Refused DOS-106 when the dossier is not sealed, FRZ-101 while its counts differ.
        """
        actor.require("package")
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sealed = dossier.state in SEALED
            if not sealed and not provisional:
                raise Refused("DOS-106")
            if sealed:
                refuse_frozen(tx, dossier)
            provisional = not sealed
            plan = make_plan(tx, dossier, self._context.blobs, provisional=provisional)
        plan |= signing_order(self._context, provisional=provisional)
        total = sum(len(volume["sides"]) for volume in plan["volumes"])
        report(Progress(step="package", done=0, total=total))
        folder = out if out is not None else self._context.folders.packages
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Broken("SYS-401", path=str(folder), reason=str(error)) from error
        built = self._package_on_record(dossier, plan["version"], folder, provisional, cancel)
        if built is None:
            built = self._context.pool.call(
                BUILD, (plan, str(folder)), seconds=BUILD_SECONDS, cancel=cancel
            )
        report(Progress(step="package", done=total, total=total))
        checks = self._checked(Path(built["path"]), report, cancel)
        known = self._record_package(actor, dossier, built, checks, provisional)
        if not provisional and signs_packages(self._context):
            sign_manifest(self._context, actor, known, dossier.case_no, cancel)
        return package_view(attrs.evolve(known, checks=tuple(checks)))

    def _package_on_record(
        self,
        dossier: Dossier,
        version: int,
        folder: Path,
        provisional: bool,
        cancel: CancelToken | None,
    ) -> dict[str, Any] | None:
        """The package of this version that is on record and lies whole in `folder`: a later
        program might lay the same dossier out in other bytes, and must not ask for that."""
        if provisional:
            return None
        with self._context.storage.read() as tx:
            rows = tx.packages.find(dossier_id=dossier.id, version=version, provisional=False)
        for row in rows:
            if Path(row.path).parent != folder.resolve():
                continue
            asked = (row.path, row.manifest_sha256)
            if self._context.pool.call(STANDS, asked, seconds=BUILD_SECONDS, cancel=cancel):
                return {
                    "path": row.path,
                    "version": row.version,
                    "sha256": row.manifest_sha256,
                    "sm3": row.manifest_sm3,
                    "pages": row.pages,
                    "sides": row.sides,
                    "volumes": row.volumes,
                    "signatures": [],
                }
        return None

    def _record_package(
        self,
        actor: Actor,
        dossier: Dossier,
        built: dict[str, Any],
        checks: list[dict[str, Any]],
        provisional: bool,
    ) -> ArchivalPackage:
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
                keep_signatures(tx, actor, package, dossier.case_no, built["signatures"])
                known = package
            if not provisional and current.state == "sealed":
                tx.dossiers.replace(
                    attrs.evolve(current, state=advance("dossier", current.state, "package"))
                )
                tx.audit.record(
                    actor.name, "packaged", dossier.case_no, sha256=known.manifest_sha256
                )
            tx.commit()
        return known

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
