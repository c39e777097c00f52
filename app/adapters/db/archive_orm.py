"""Typed rows about the way into the archive: transfers, checks, signatures, later additions.

See `app.adapters.db.orm` for what all rows have in common.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.adapters.db.orm import Key, Row, dossier_column, key_column, order_column


class TransferRow(Row):
    __tablename__ = "transfer"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    package_id: Mapped[str]
    target: Mapped[str]
    state: Mapped[str]
    queued_at: Mapped[str]
    queued_by: Mapped[str]
    priority: Mapped[int]
    attempts: Mapped[int]
    not_before: Mapped[str]
    sent_bytes: Mapped[int] = mapped_column(BigInteger)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    claimed_by: Mapped[str]
    claimed_until: Mapped[str]
    ended_at: Mapped[str]
    error: Mapped[dict[str, Any]]


class TrackFreezeRow(Row):
    __tablename__ = "track_freeze"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    state: Mapped[str]
    opened_at: Mapped[str]
    differences: Mapped[list[Any]]
    settled_at: Mapped[str]
    settled_by: Mapped[str]
    resolution: Mapped[str]
    reason: Mapped[str]


class PackageCheckRow(Row):
    __tablename__ = "package_check"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    # A package from elsewhere may belong to no dossier of this court.
    package_id: Mapped[str]
    dossier_id: Mapped[str]
    stage: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    standard: Mapped[str]
    version: Mapped[str]
    manifest_sha256: Mapped[str]
    outcome: Mapped[str]
    path: Mapped[str]
    lines: Mapped[list[Any]]


class CheckDecisionRow(Row):
    __tablename__ = "check_decision"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    check_id: Mapped[str]
    code: Mapped[str]
    decision: Mapped[str]
    person: Mapped[str]
    decided_at: Mapped[str]
    remark: Mapped[str]


class PackageSignatureRow(Row):
    __tablename__ = "package_signature"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    package_id: Mapped[str]
    dossier_id: Mapped[str] = dossier_column()
    kind: Mapped[str]
    signer: Mapped[str]
    certificate_sha256: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    details: Mapped[dict[str, Any]]


class PassportRow(Row):
    __tablename__ = "passport"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    package_id: Mapped[str]
    number: Mapped[str]
    sha256: Mapped[str]
    path: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]


class AdditionRow(Row):
    __tablename__ = "addition"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    state: Mapped[str]
    asked_at: Mapped[str]
    asked_by: Mapped[str]
    content: Mapped[str]
    part: Mapped[str]
    pages: Mapped[int]
    department: Mapped[str]
    judge: Mapped[str]
    submitter: Mapped[str]
    submitted_on: Mapped[str]
    reason: Mapped[str]
    approvals: Mapped[list[Any]]
    refused_by: Mapped[str]
    refusal: Mapped[str]
    version: Mapped[int]
    closed_at: Mapped[str]


class CourtTransferRow(Row):
    __tablename__ = "court_transfer"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    # What came in may be refused before there is a dossier.
    dossier_id: Mapped[str]
    direction: Mapped[str]
    purpose: Mapped[str]
    case_no: Mapped[str]
    court: Mapped[str]
    state: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    package_sha256: Mapped[str]
    package_sm3: Mapped[str]
    path: Mapped[str]
    receipt: Mapped[dict[str, Any]]
    details: Mapped[dict[str, Any]]
