"""The four-property check (四性检测) by people: runs by stage, decisions, the end, the report.

A machine never accepts a package: what needs eyes or a proof from outside is decided by a person,
item by item, and what a machine found wrong no person can talk away (STANDARDS 4.5, 4.6).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from app.domain.access import Actor
from app.domain.archiving_records import CheckDecision, PackageCheck
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.archive_views import CheckLine, PackageCheckView
from app.services.context import Service
from app.services.paper_files import write_text_whole, write_whole
from app.services.ports import Transaction
from archive_rules.four_property import Stage

CHECK = "app.adapters.packaging.building:check"
DRAW = "app.adapters.printing.check_report:check_report"
SECONDS = 3600.0
PASS, FAIL, MANUAL = "pass", "fail", "manual"
FAILED, AWAITING = "failed", "awaiting_review"
ACCEPTED, RETURNED = "accepted", "returned"
STAGES: tuple[str, ...] = get_args(Stage)
# The whole of a check, in the rows of decisions.
WHOLE = ""
_MOST_NAMED = 6


class FourProperty(Service):
    """Use cases of whoever answers for a package."""

    def check_at_stage(
        self,
        actor: Actor,
        what: str,
        stage: str = "archiving",
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> PackageCheckView:
        """Check the newest sealed package of a case, or any package (folder or container), by the
        items of a stage ("archiving", "transfer", "preservation"), and keep the report.

        Raises Refused ACC-101, DOS-107 (the case has no package), BadInput FPC-101 (no such
        stage), CASE codes.
        """
        actor.require("package")
        if stage not in STAGES:
            raise BadInput("FPC-101", stage=stage, known=", ".join(STAGES))
        path, package_id, dossier_id, subject = Path(what), "", "", Path(what).name
        if not path.exists():
            with self._context.storage.read() as tx:
                dossier = self._dossier(tx, what)
                packages = tx.packages.find(dossier_id=dossier.id, provisional=False)
            if not packages:
                raise Refused("DOS-107")
            path, package_id = Path(packages[-1].path), packages[-1].id
            dossier_id, subject = dossier.id, dossier.case_no
        report(Progress(step="check", done=0, total=1))
        found: dict[str, Any] = self._context.pool.call(
            CHECK, (str(path), stage, self._context.clamd), seconds=SECONDS, cancel=cancel
        )
        report(Progress(step="check", done=1, total=1))
        check = PackageCheck(
            id=new_id("check"),
            package_id=package_id,
            dossier_id=dossier_id,
            stage=stage,
            made_at=self._now(),
            made_by=actor.name,
            standard=found["standard"],
            version=found["standard_version"],
            manifest_sha256=found["sha256"],
            outcome=AWAITING if found["passed"] else FAILED,
            path=str(path),
            lines=tuple(found["checks"]),
        )
        with self._context.storage.write() as tx:
            tx.package_checks.add(check)
            tx.audit.record(
                actor.name,
                "package_checked",
                subject,
                check=check.id,
                stage=stage,
                sha256=check.manifest_sha256,
                outcome=check.outcome,
                failed=[row["code"] for row in check.lines if row["result"] == FAIL],
            )
            tx.commit()
            return _view(tx, check)

    def package_checks(self, case_no: str) -> list[PackageCheckView]:
        """The checks of a case, the newest last."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return [_view(tx, row) for row in tx.package_checks.find(dossier_id=dossier.id)]

    def package_check(self, check_id: str) -> PackageCheckView:
        """One check. Raises BadInput FPC-102."""
        with self._context.storage.read() as tx:
            return _view(tx, _found(tx, check_id))

    def decide_check(
        self, actor: Actor, check_id: str, code: str, decision: str, remark: str = ""
    ) -> PackageCheckView:
        """Say of an item that waits for a person whether it holds ("pass" or "fail"); said again,
        the later word counts, and both stay on record.

        Raises Refused ACC-101, BadInput FPC-102 (no such check or item), Refused FPC-103 (a
        machine decided it), FPC-105 (the check is concluded), BadInput FPC-106 (no such decision,
        or a "fail" that says nothing).
        """
        actor.require("package")
        if decision not in (PASS, FAIL) or (decision == FAIL and not remark.strip()):
            raise BadInput("FPC-106", decision=decision)
        with self._context.storage.write() as tx:
            check = _found(tx, check_id)
            view = _view(tx, check)
            line = next((row for row in view.lines if row.code == code), None)
            if line is None:
                raise BadInput("FPC-102", id=f"{check_id} {code}")
            if line.result != MANUAL:
                raise Refused("FPC-103", item=code)
            if view.outcome in (ACCEPTED, RETURNED):
                raise Refused("FPC-105", by=view.decided_by, at=view.decided_at)
            return self._decided(tx, actor, check, code, decision, remark)

    def conclude_check(
        self, actor: Actor, check_id: str, decision: str, remark: str = ""
    ) -> PackageCheckView:
        """End a check: "accepted" once nothing failed and every item that waits for a person was
        decided, or "returned" with the reason.

        Raises Refused ACC-101, BadInput FPC-102, Refused FPC-104 (what is open or failed, by
        code), FPC-105 (it is concluded), BadInput FPC-106.
        """
        actor.require("package")
        if decision not in (ACCEPTED, RETURNED) or (decision == RETURNED and not remark.strip()):
            raise BadInput("FPC-106", decision=decision)
        with self._context.storage.write() as tx:
            check = _found(tx, check_id)
            view = _view(tx, check)
            if view.outcome in (ACCEPTED, RETURNED):
                raise Refused("FPC-105", by=view.decided_by, at=view.decided_at)
            if decision == ACCEPTED:
                _refuse_open(view)
            return self._decided(tx, actor, check, WHOLE, decision, remark)

    def _decided(
        self,
        tx: Transaction,
        actor: Actor,
        check: PackageCheck,
        code: str,
        decision: str,
        remark: str,
    ) -> PackageCheckView:
        tx.check_decisions.add(
            CheckDecision(
                id=new_id("decision"),
                check_id=check.id,
                code=code,
                decision=decision,
                person=actor.name,
                decided_at=self._now(),
                remark=remark.strip(),
            )
        )
        tx.audit.record(
            actor.name,
            "check_concluded" if code == WHOLE else "check_decided",
            _subject(tx, check),
            check=check.id,
            item=code,
            decision=decision,
            remark=remark.strip(),
        )
        tx.commit()
        return _view(tx, check)

    def check_report(self, check_id: str, out: Path) -> Path:
        """Write the report of a check as PDF or JSON, by the suffix of `out`.

        Raises BadInput FPC-102, FPC-107 (another suffix), Broken SYS-401, SYS-403.
        """
        facts = _facts(self.package_check(check_id), self._now())
        if out.suffix.lower() == ".json":
            text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
            write_text_whole(out, text, code="SYS-401")
        elif out.suffix.lower() == ".pdf":
            write_whole(
                out,
                lambda part: self._context.pool.call(DRAW, (facts, str(part)), seconds=SECONDS),
                code="SYS-401",
            )
        else:
            raise BadInput("FPC-107", path=str(out))
        return out


def _found(tx: Transaction, check_id: str) -> PackageCheck:
    found = tx.package_checks.first(id=check_id)
    if found is None:
        raise BadInput("FPC-102", id=check_id)
    return found


def _subject(tx: Transaction, check: PackageCheck) -> str:
    return tx.dossiers.get(check.dossier_id).case_no if check.dossier_id else Path(check.path).name


def _refuse_open(view: PackageCheckView) -> None:
    failed = [row.code for row in view.lines if FAIL in (row.result, row.decision)]
    waiting = [row.code for row in view.lines if row.result == MANUAL and not row.decision]
    if failed or waiting:
        codes = failed + waiting
        named = "、".join(codes[:_MOST_NAMED]) + ("……" if len(codes) > _MOST_NAMED else "")
        raise Refused("FPC-104", failed=len(failed), waiting=len(waiting), codes=named)


def _view(tx: Transaction, check: PackageCheck) -> PackageCheckView:
    # Later words come later in the rows and take the place of earlier ones.
    decisions = {row.code: row for row in tx.check_decisions.find(check_id=check.id)}
    whole = decisions.get(WHOLE)
    lines = []
    for row in check.lines:
        decided = decisions.get(row["code"])
        lines.append(
            CheckLine(
                code=row["code"],
                name=row["name"],
                property=row["property"],
                result=row["result"],
                remark=row["remark"],
                blocking=row["blocking"],
                decision=decided.decision if decided else "",
                decided_by=decided.person if decided else "",
                decided_at=decided.decided_at if decided else "",
                decision_remark=decided.remark if decided else "",
            )
        )
    return PackageCheckView(
        id=check.id,
        case_no=_subject(tx, check),
        package=check.path,
        stage=check.stage,
        standard=check.standard,
        version=check.version,
        made_at=check.made_at,
        made_by=check.made_by,
        sha256=check.manifest_sha256,
        outcome=whole.decision if whole else check.outcome,
        lines=tuple(lines),
        decided_by=whole.person if whole else "",
        decided_at=whole.decided_at if whole else "",
        remark=whole.remark if whole else "",
    )


def _facts(view: PackageCheckView, now: str) -> dict[str, Any]:
    """The report as plain data (STANDARDS 4.7)."""
    return {
        "id": view.id,
        "case_no": view.case_no,
        "package": view.package,
        "stage": view.stage,
        "standard": view.standard,
        "standard_version": view.version,
        "sha256": view.sha256,
        "outcome": view.outcome,
        "checked_at": view.made_at,
        "checked_by": view.made_by,
        "concluded_by": view.decided_by,
        "concluded_at": view.decided_at,
        "remark": view.remark,
        "reported_at": now,
        "items": [
            {
                "code": row.code,
                "name": row.name,
                "property": row.property,
                "result": row.result,
                "remark": row.remark,
                "blocking": row.blocking,
                "decision": row.decision,
                "decided_by": row.decided_by,
                "decided_at": row.decided_at,
                "decision_remark": row.decision_remark,
            }
            for row in view.lines
        ],
    }
