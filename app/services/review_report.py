"""The report of the review (一致性审查报告): every verdict with its person and time."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier
from app.kernel.errors import BadInput
from app.kernel.fault_texts import describe
from app.services.leafing_state import leafing_facts
from app.services.paper_files import write_text_whole, write_whole
from app.services.ports import Transaction
from app.services.review_notes import ReviewNotes, correction_rows, note_rows
from app.services.review_rounds import Reviewing
from app.services.reviewed import Reviewed
from app.services.round_views import round_view
from app.services.seal_obstacles import SealObstacles, obstacles_of
from app.services.sign_offs import Signing, chain_rows
from archive_rules.review_rules import load_review_rules

# The paper is Chinese, whatever the language of the window.
PAPER_LANGUAGE = "zh_CN"
FORMATS = (".json", ".pdf")
# The form of the data, described in `resources/review_report.schema.json`: keys may come to it,
# none changes its meaning or goes without another number.
SCHEMA = 1


class ReviewReports(ReviewNotes, Reviewing, Signing, SealObstacles):
    """Use cases about the report."""

    def review_report(self, case_no: str) -> dict[str, Any]:
        """What was found, said and signed about a case, as plain data.

        Its form is described in `resources/review_report.schema.json`. `open` holds the sentences
        of everything that keeps it from being sealed; `ledger_verdicts` is every verdict on a
        difference, also those that were revised and those on differences that are gone.
        """
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            now = Reviewed(tx, dossier)
            return {
                "schema": SCHEMA,
                "case_no": dossier.case_no,
                "court": dossier.court,
                "cause": dossier.cause,
                "archival_code": dossier.archival_code,
                "state": dossier.state,
                "made_at": self._now(),
                "paper_pages": dossier.paper_pages,
                "sides": len(now.active),
                "pages": sum(side.role == "page" for side in now.active),
                "blank": sum(side.blank for side in now.active),
                "discrepancies": _discrepancies(tx, dossier),
                "ledger_verdicts": _ledger_verdicts(tx, dossier),
                "leafing": leafing_facts(now),
                "rounds": [
                    _without(attrs.asdict(round_view(now, entry)), "rows") for entry in now.rounds
                ],
                "verdicts": _verdicts(now),
                "notes": [attrs.asdict(row) for row in note_rows(now)],
                "correction_requests": [attrs.asdict(row) for row in correction_rows(now)],
                "sign_offs": [attrs.asdict(row) for row in chain_rows(now)],
                "open": [
                    describe(refusal.as_record(), PAPER_LANGUAGE).message
                    for refusal in obstacles_of(now)
                ],
            }

    def write_review_report(self, actor: Actor, case_no: str, path: Path) -> Path:
        """Write the report as .pdf or .json, whole or not at all.

        Raises BadInput REV-122 (another ending), Broken REV-401 (cannot be written).
        """
        actor.require("sign")
        if path.suffix.lower() not in FORMATS:
            raise BadInput("REV-122", path=str(path), known=", ".join(FORMATS))
        report = self.review_report(case_no)
        if path.suffix.lower() == ".json":
            text = json.dumps(report, ensure_ascii=False, indent=2)
            write_text_whole(path, text, code="REV-401")
        else:
            write_whole(path, partial(self._context.draw_review_report, report), code="REV-401")
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "review_reported", report["case_no"], format=path.suffix)
            tx.commit()
        return path


def _discrepancies(tx: Transaction, dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "kind": entry.kind,
            "positions": list(entry.positions),
            "page_numbers": list(entry.page_numbers),
            "explanation": describe(entry.reason, PAPER_LANGUAGE).message,
            "verdict": entry.verdict,
            "by": entry.verdict_by,
            "at": entry.verdict_at,
            "remark": entry.remark,
        }
        for entry in tx.ledger.find(dossier_id=dossier.id)
    ]


def _ledger_verdicts(tx: Transaction, dossier: Dossier) -> list[dict[str, Any]]:
    """From the audit, where nothing is replaced; `stands` tells those that hold now."""
    standing = Counter(
        (entry.kind, entry.page_numbers, entry.verdict, entry.verdict_by, entry.remark)
        for entry in tx.ledger.find(dossier_id=dossier.id)
        if entry.verdict
    )
    rows = [row for row in tx.audit.rows(dossier.case_no) if row.action == "discrepancy_resolved"]
    told = []
    for row in reversed(rows):
        said = row.details
        pages = tuple(said.get("page_numbers", ()))
        same = (said["kind"], pages, said["verdict"], row.actor, said.get("remark", ""))
        told.append(
            {
                "kind": said["kind"],
                "page_numbers": list(pages),
                "verdict": said["verdict"],
                "by": row.actor,
                "at": row.at,
                "remark": said.get("remark", ""),
                "stands": standing[same] > 0,
            }
        )
        standing[same] -= 1
    return told[::-1]


def _verdicts(now: Reviewed) -> list[dict[str, Any]]:
    """Every verdict on a side in the order they were given, also those that were revised."""
    rounds = {
        entry.id: (entry.number, load_review_rules(entry.rules.partition("@")[0]))
        for entry in now.rounds
    }
    rows = []
    for given in now.verdicts:
        number, rules = rounds[given.round_id]
        side = now.everything[given.side_id]
        rows.append(
            {
                "round": number,
                "side": given.side_id,
                "position": now.position_of(side.id),
                "page_number": side.page_number,
                "superseded": side.superseded,
                "verdict": given.verdict,
                "defect": given.defect,
                "defect_title": rules.defect(given.defect).title if given.defect else "",
                "remark": given.remark,
                "box": list(given.box) if given.box is not None else None,
                "by": given.by,
                "at": given.at,
                "image": given.image,
            }
        )
    return rows


def _without(record: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}
