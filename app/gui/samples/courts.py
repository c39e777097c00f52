"""Transfers between courts of the workstation in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.gui.samples.archive_rows import DIGEST, at
from app.gui.samples.archiving import SampleArchiving
from app.gui.samples.rows import CASE_NO
from app.kernel.progress import CancelToken, Report
from app.services.archive_views import CourtTransferRow


def sample_courts() -> list[CourtTransferRow]:
    """One that waits for its answer, one that was taken in, one that was rejected."""
    common: dict[str, Any] = {"made_by": "沈若溪", "package_sha256": DIGEST, "details": {}}
    rejected = ["YJ-1-1 固化信息有效性检测（数字摘要）：图像/00012.jpg 与清单不符"]
    return [
        CourtTransferRow(
            id="court-1",
            direction="in",
            purpose="appeal",
            case_no="（2025）苏0281刑初77号",
            court="苏州市吴江区人民法院",
            state="accepted",
            made_at=at(50),
            path="（2025）苏0281刑初77号.zip",
            receipt={"result": "accepted", "person": "沈若溪", "at": at(50), "reasons": []},
            **common,
        ),
        CourtTransferRow(
            id="court-2",
            direction="in",
            purpose="other",
            case_no="",
            court="",
            state="rejected",
            made_at=at(26),
            path="案卷材料（第二次补充移送，含庭审录音录像文字记录）.zip",
            receipt={"result": "rejected", "person": "沈若溪", "at": at(26), "reasons": rejected},
            **common,
        ),
        CourtTransferRow(
            id="court-3",
            direction="out",
            purpose="appeal",
            case_no=CASE_NO,
            court="辽宁省营口市中级人民法院",
            state="made",
            made_at=at(2),
            path="移送.zip",
            receipt={},
            **common,
        ),
    ]


class SampleCourts(SampleArchiving):
    """Part of `SampleWorkstation`."""

    court_rows: list[CourtTransferRow]

    def court_transfers(self, case_no: str = "", direction: str = "") -> list[CourtTransferRow]:
        """What went and came."""
        return list(self.court_rows)

    def export_for_court(
        self,
        actor: Actor,
        case_no: str,
        court: str,
        purpose: str,
        out: Path,
        *,
        report: Report,
        cancel: CancelToken,
    ) -> CourtTransferRow:
        """Send."""
        self._note("export_for_court", case_no, court, purpose, out)
        made = evolve(
            sample_courts()[-1],
            id=f"court-{len(self.court_rows) + 1}",
            case_no=case_no,
            court=court,
            purpose=purpose,
            path=str(out),
        )
        self.court_rows.append(made)
        return made

    def import_from_court(
        self,
        actor: Actor,
        path: Path,
        *,
        confirm_sha256: str = "",
        report: Report,
        cancel: CancelToken,
    ) -> CourtTransferRow:
        """Take in."""
        self._note("import_from_court", path, confirm_sha256)
        self.court_rows.append(evolve(sample_courts()[0], id=f"court-{len(self.court_rows) + 1}"))
        return self.court_rows[-1]

    def note_court_receipt(self, actor: Actor, transfer_id: str, path: Path) -> CourtTransferRow:
        """Note an answer."""
        self._note("note_court_receipt", transfer_id, path)
        receipt = {"result": "accepted", "person": "周静", "at": at(), "reasons": []}
        self.court_rows = [
            evolve(row, state="accepted", receipt=receipt) if row.id == transfer_id else row
            for row in self.court_rows
        ]
        return next(row for row in self.court_rows if row.id == transfer_id)
