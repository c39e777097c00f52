"""Inspection: sides as rows for the screens, findings, verdicts of people, turns and blanks."""

from __future__ import annotations

from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier, Finding, Side
from app.domain.recipe import turned_recipe
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import CancelToken
from app.services.comparison import fingerprints, write_size_outliers, write_twins
from app.services.editing import Editing
from app.services.outliers import deviations_of
from app.services.ports import Transaction
from app.services.side_rows import finding_row, side_row, upright
from app.services.tasks import enqueue_examination, enqueue_recognition
from app.services.views import FindingRow, SideRow, TextLineRow
from ocr.twins import compare_sides

SEVERITIES = ("fail", "warn", "note")
VERDICTS = ("accepted", "rescan")


class Inspection(Editing):
    """Use cases of whoever looks at the pages."""

    def sides(self, case_no: str, part: str | None = None) -> list[SideRow]:
        """The sides of a case in scanning order, with findings and ready-made pictures."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            findings: dict[str, list[FindingRow]] = {}
            positions = {}
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
            for side in sides:
                positions[side.id] = side.position
            for finding in tx.findings.find(dossier_id=dossier.id):
                row = finding_row(finding, positions.get(finding.side_id, 0))
                findings.setdefault(finding.side_id, []).append(row)
        odd = deviations_of(sides)
        return [
            side_row(side, tuple(findings.get(side.id, ())), self._context.blobs, odd[side.id])
            for side in sides
            if part in (None, side.part)
        ]

    def text_lines(self, side_id: str) -> list[TextLineRow]:
        """The recognised lines of one side, empty while it is not recognised."""
        with self._context.storage.read() as tx:
            recognised = tx.recognised.first(side_id=side_id)
        if recognised is None:
            return []
        return [
            TextLineRow(
                text=line["text"],
                confidence=line["confidence"],
                box=tuple(line["box"]),
                characters=tuple(
                    (text, tuple(box)) for text, _sure, box in line.get("characters", ())
                ),
            )
            for line in recognised.tree["lines"]
        ]

    def findings(self, case_no: str) -> list[FindingRow]:
        """All findings of a case: open before judged, worst first, then by position."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            active = {
                side.id: side for side in tx.sides.find(dossier_id=dossier.id, superseded=False)
            }
            rows = [
                upright(finding_row(finding, side.position), side)
                for finding in tx.findings.find(dossier_id=dossier.id)
                if (side := active.get(finding.side_id)) is not None
            ]
        return sorted(
            rows,
            key=lambda row: (bool(row.verdict), SEVERITIES.index(row.severity), row.position),
        )

    def find_duplicates(self, actor: Actor, case_no: str) -> int:
        """Compare all sides of a case with each other and write `duplicate` findings."""
        actor.require("process")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
            compared = compare_sides(fingerprints(sides))
            found = write_twins(tx, dossier.id, sides, compared["twins"]).found
            tx.audit.record(actor.name, "duplicates_compared", dossier.case_no, found=found)
            tx.commit()
        return found

    def find_size_outliers(self, actor: Actor, case_no: str) -> int:
        """Compare the sizes of all sides of a case and write `size_outlier` findings."""
        actor.require("process")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
            found = write_size_outliers(tx, dossier.id, sides, self._context.limits).found
            tx.audit.record(actor.name, "sizes_compared", dossier.case_no, found=found)
            tx.commit()
        return found

    def judge_finding(self, actor: Actor, finding_id: str, verdict: str, remark: str = "") -> None:
        """A person's word on a finding: "accepted" (fine as it is) or "rescan"."""
        actor.require("inspect")
        if verdict not in VERDICTS:
            raise BadInput("INS-101", verdict=verdict)
        with self._context.storage.write() as tx:
            finding = self._finding(tx, finding_id)
            self._judge(tx, actor, finding, verdict, remark)
            tx.commit()

    def accept_all(self, actor: Actor, case_no: str, code: str) -> int:
        """Accept every open finding of one code; gives how many."""
        actor.require("inspect")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            findings = tx.findings.find(dossier_id=dossier.id, code=code, verdict="")
            for finding in findings:
                self._judge(tx, actor, finding, "accepted", "")
            if findings:
                tx.commit()
        return len(findings)

    def turn_side(
        self, actor: Actor, side_id: str, degrees: int, *, cancel: CancelToken | None = None
    ) -> None:
        """Turn a side clockwise by 90, 180 or 270. The master stays; pictures and text follow."""
        actor.require("inspect")
        if degrees not in (90, 180, 270):
            raise BadInput("INS-102", degrees=degrees)
        with self._context.storage.write() as tx:
            side, dossier = self._side(tx, side_id)
            with self._edit(tx, actor, dossier, "side_turned", side=side_id, degrees=degrees):
                turned = attrs.evolve(
                    side,
                    turn=(side.turn + degrees) % 360,
                    turned_by=actor.name,
                    recipe=recipe_after_turn(side, degrees),
                )
                tx.sides.replace(turned)
                enqueue_examination(tx, turned, priority=10)
                for finding in tx.findings.find(side_id=side_id, code="orientation", verdict=""):
                    self._judge(tx, actor, finding, "accepted", "")
        self._context.dispatcher.run_until_idle(dossier.id, lambda: None, cancel or CancelToken())

    def mark_blank(self, actor: Actor, side_id: str, blank: bool) -> None:
        """Mark a side as blank, or as not blank. A blank side is kept like every other."""
        actor.require("inspect")
        with self._context.storage.write() as tx:
            side, dossier = self._side(tx, side_id)
            with self._edit(tx, actor, dossier, "blank_marked", side=side_id, blank=blank):
                role = "blank" if blank else ("page" if side.role == "blank" else side.role)
                marked = attrs.evolve(
                    side,
                    blank=blank,
                    blank_by=actor.name,
                    role=role,
                    recognised="blank" if blank else "",
                    page_number=None if blank else side.page_number,
                )
                tx.sides.replace(marked)
                if not blank:
                    enqueue_recognition(tx, marked, priority=10)

    def _judge(
        self, tx: Transaction, actor: Actor, finding: Finding, verdict: str, remark: str
    ) -> None:
        tx.findings.replace(
            attrs.evolve(finding, verdict=verdict, verdict_by=actor.name, remark=remark)
        )
        dossier = tx.dossiers.get(finding.dossier_id)
        tx.audit.record(
            actor.name,
            "finding_judged",
            dossier.case_no,
            side=finding.side_id,
            code=finding.code,
            verdict=verdict,
        )

    def _finding(self, tx: Transaction, finding_id: str) -> Finding:
        try:
            return tx.findings.get(finding_id)
        except KeyError:
            raise Refused("INS-103") from None

    def _side(self, tx: Transaction, side_id: str) -> tuple[Side, Dossier]:
        try:
            side = tx.sides.get(side_id)
        except KeyError:
            raise BadInput("INS-104", side=side_id) from None
        return side, tx.dossiers.get(side.dossier_id)


def recipe_after_turn(side: Side, degrees: int) -> dict[str, Any]:
    """The conditioning of a side that is turned clockwise once more."""
    lying = side.turn in (90, 270)
    width, height = (side.height, side.width) if lying else (side.width, side.height)
    return turned_recipe(side.recipe, degrees, width, height)
