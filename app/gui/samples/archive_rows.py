"""Invented rows of the archive: the queue, transfers, attempts, freezes, later material."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.gui.samples.rows import CASE_NO, LONG_CASE_NO
from app.kernel.clock import timestamp
from app.kernel.errors import Broken, Transient
from app.services.archive_views import (
    AdditionRow,
    ArchiveRow,
    AttemptRow,
    FreezeView,
    PassportView,
    SignatureView,
    TransferRow,
)

DIGEST = "9f2c4d1e7b6a508c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304"
TARGET = "归档系统"
PAGES = "pages"


def at(hours: float = 0.0) -> str:
    """A moment some hours ago."""
    return timestamp(datetime.now(UTC) - timedelta(hours=hours))


def day(days: int) -> str:
    """A day so many days from today."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def sample_transfer(number: int, case_no: str, state: str, **facts: Any) -> TransferRow:
    """A transfer of a package of 842 MB."""
    known: dict[str, Any] = {
        "id": f"transfer-{number}",
        "case_no": case_no,
        "target": TARGET,
        "state": state,
        "priority": 0,
        "attempts": 1,
        "sent_bytes": 0,
        "total_bytes": 842_000_000,
        "queued_at": at(3),
        "queued_by": "沈若溪",
        "package_sha256": DIGEST,
        "version": 1,
    }
    return TransferRow(**(known | facts))


# Cause, standing of both tracks, place of the paper, what blocks it, whose turn, days left.
_STANDINGS: tuple[Mapping[str, Any], ...] = (
    {
        "case_no": "（2026）苏0281民初318号",
        "cause": "房屋租赁合同纠纷",
        "state": "submitted",
        "electronic": "receipted",
        "paper": "shelved",
        "place": "A101 室 3 架 2 列 4 层 1 盒 12 号",
        "verdict": "frozen",
        "blocker": {"code": "counts_frozen"},
        "turn": "archivist",
        "left": 12,
        "shares": (1.0, 1.0),
    },
    {
        "case_no": CASE_NO,
        "cause": "民间借贷纠纷",
        "state": "packaged",
        "electronic": "sending",
        "paper": "with",
        "with": "沈若溪",
        "blocker": {"code": "sending", "target": TARGET},
        "turn": "system",
        "left": 3,
        "shares": (0.45, 0.0),
    },
    {
        "case_no": "（2026）苏0281民初204号",
        "cause": "机动车交通事故责任纠纷",
        "state": "packaged",
        "electronic": "failed",
        "paper": "in_cell",
        "place": "一楼云柜 7 号",
        "blocker": {"code": "transfer_failed", "target": TARGET, "fault": "TGT-301"},
        "turn": "administrator",
        "left": -4,
        "shares": (0.18, 0.0),
    },
    {
        "case_no": "（2026）苏0281行初9号",
        "cause": "行政处罚",
        "state": "packaged",
        "electronic": "paused",
        "paper": "with",
        "with": "顾明远",
        "blocker": {"code": "transfer_paused", "target": TARGET},
        "turn": "archivist",
        "left": 20,
        "shares": (0.62, 0.0),
    },
    {
        "case_no": "（2026）苏0281民初355号",
        "cause": "买卖合同纠纷",
        "state": "packaged",
        "electronic": "checked",
        "paper": "with",
        "with": "顾明远",
        "blocker": {"code": "not_queued"},
        "turn": "archivist",
        "left": 31,
        "shares": (0.0, 0.0),
    },
    {
        "case_no": LONG_CASE_NO,
        "cause": "确认合同效力纠纷、损害公司利益责任纠纷及股东资格确认纠纷",
        "state": "submitted",
        "electronic": "receipted",
        "paper": "overdue",
        "with": "欧阳完颜若溪·买买提江",
        "blocker": {"code": "paper_overdue", "days": 11, "person": "欧阳完颜若溪·买买提江"},
        "turn": "欧阳完颜若溪·买买提江",
        "left": 40,
        "shares": (1.0, 0.4),
    },
    {
        "case_no": "（2025）苏0281刑初77号",
        "cause": "盗窃罪",
        "state": "accessioned",
        "electronic": "receipted",
        "paper": "shelved",
        "place": "A101 室 3 架 2 列 4 层 2 盒 3 号",
        "verdict": "closed",
        "blocker": {"code": "addition_asked"},
        "turn": "judge",
        "left": None,
        "shares": (1.0, 1.0),
    },
    {
        "case_no": "（2026）苏0281民初401号",
        "cause": "离婚纠纷",
        "state": "reconciled",
        "electronic": "open",
        "paper": "with",
        "with": "沈若溪",
        "blocker": {"code": "not_sealed", "state": "reconciled"},
        "turn": "archivist",
        "left": 55,
        "shares": (0.0, 0.0),
    },
)
_TRANSFERS: dict[str, Mapping[str, Any]] = {
    "sending": {"sent_bytes": 378_900_000, "rate": 12_400_000.0, "seconds_left": 37.0},
    "failed": {
        "sent_bytes": 151_600_000,
        "attempts": 26,
        "error": Transient("TGT-301", target=TARGET, reason="connection refused").as_record(),
    },
    "paused": {"sent_bytes": 522_000_000, "priority": -5},
    "rejected": {
        "attempts": 1,
        "error": Broken("DOS-110", reason="GD-1-1").as_record(),
    },
}


def sample_queue(count: int = len(_STANDINGS)) -> list[ArchiveRow]:
    """The archive queue; beyond its eight dossiers more of the same with other numbers."""
    return [_row(number) for number in range(count)]


def _row(number: int) -> ArchiveRow:
    facts = _STANDINGS[number % len(_STANDINGS)]
    electronic, (sent, shelved) = facts["electronic"], facts["shares"]
    first = number < len(_STANDINGS)
    case_no = facts["case_no"] if first else f"（2026）苏0281民初{1000 + number}号"
    transfer = None
    if electronic in _TRANSFERS:
        transfer = sample_transfer(number, case_no, electronic, **_TRANSFERS[electronic])
    left = facts["left"]
    return ArchiveRow(
        case_no=case_no,
        cause=facts["cause"],
        state=facts["state"],
        mode="dual",
        version=1,
        electronic=electronic,
        electronic_share=sent,
        paper=facts["paper"],
        paper_share=shelved,
        paper_with=facts.get("with", ""),
        paper_place=facts.get("place", ""),
        verdict=facts.get("verdict", "open"),
        blocker=dict(facts["blocker"]),
        turn=facts["turn"],
        due_on=day(left) if left is not None else "",
        days_left=left,
        transfer=transfer,
        receipt_no="2026-000117" if electronic == "receipted" else "",
    )


def sample_attempts(case_no: str) -> list[AttemptRow]:
    """Two that failed and one with its receipt."""
    fault = Transient("TGT-301", target=TARGET, reason="connection reset").as_record()
    rows: tuple[tuple[str, float, int, str, dict[str, Any]], ...] = (
        ("failed", 5.0, 151_600_000, "", fault),
        ("interrupted", 3.0, 522_000_000, "", {}),
        ("receipted", 2.0, 842_000_000, "2026-000117", {}),
    )
    return [
        AttemptRow(
            id=f"attempt-{number}",
            case_no=case_no,
            track="electronic",
            target=TARGET,
            state=state,
            started_at=at(hours),
            ended_at=at(hours - 0.5),
            sent_bytes=sent,
            total_bytes=842_000_000,
            receipt_no=receipt,
            remark="",
            error=error,
        )
        for number, (state, hours, sent, receipt, error) in enumerate(rows)
    ]


def sample_freeze(case_no: str) -> FreezeView:
    """Counts of pages that differ."""
    return FreezeView(
        id="freeze-1",
        case_no=case_no,
        state="open",
        opened_at=at(26),
        differences=(
            {"what": "pages", "electronic": 218, "paper": 216, "record": 218},
            {"what": "volumes", "electronic": 2, "paper": 3, "record": None},
        ),
    )


def sample_addition(case_no: str, state: str = "asked") -> AdditionRow:
    """An effective judgment that was served late."""
    return AdditionRow(
        id="addition-1",
        case_no=case_no,
        state=state,
        content="二审裁判文书及送达回证",
        part="main",
        pages=6,
        asked_at=at(30),
        asked_by="沈若溪",
        department="民事审判第一庭",
        judge="周静",
        submitter="顾明远",
        submitted_on=date.today().isoformat(),  # noqa: DTZ011
        reason="二审生效后补入",
        approvals=(),
        refused_by="",
        refusal="",
        version=0,
    )


def sample_signatures() -> list[SignatureView]:
    """One that holds and one of somebody unknown."""
    common: dict[str, Any] = {
        "issuer": "江苏法院电子签章 CA",
        "valid_from": "2026-01-01",
        "valid_until": "2028-12-31",
        "intact": True,
    }
    return [
        SignatureView(
            file="manifest.p7s",
            kind="cms",
            signer="昆山市人民法院档案专用章",
            serial="4A:01",
            trusted=True,
            covers="manifest",
            time=at(4),
            algorithm="RSA-3072 SHA-256",
            **common,
        ),
        SignatureView(
            file="data/全宗/民事/正卷/第01册/第01册.pdf",
            kind="pades",
            signer="测试签名者",
            serial="01",
            trusted=False,
            covers="whole file",
            time="",
            algorithm="RSA-2048 SHA-256",
            problems=(
                {"code": "SIG-203", "parameters": {"signer": "测试签名者", "issuer": "测试 CA"}},
            ),
            **common,
        ),
    ]


def sample_passport(case_no: str, number: int = 1) -> PassportView:
    """A passport that was issued today."""
    return PassportView(
        number=f"HZ-20261123-0000{number:04d}",
        case_no=case_no,
        path=Path("passport.json"),
        sha256=DIGEST,
        made_at=at(1),
        made_by="沈若溪",
        version=1,
    )
