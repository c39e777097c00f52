"""The two tracks into the archive.

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
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Broken, Fault, Refused, Transient
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken, Report, silent
from app.services.handoff import HandingOver, paper_holder
from app.services.packages import Packages
from app.services.ports import Transaction
from app.services.views import TracksView


class Archiving(Packages, HandingOver):
    """Use cases of the archivist who sends a dossier to the archive."""

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
