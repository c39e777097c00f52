"""Typed rows about reading by lawyers and parties: applications, visits, issued pages, slips.

See `app.adapters.db.orm` for what all rows have in common.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Float, String
from sqlalchemy.orm import Mapped, mapped_column

from app.adapters.db.orm import Key, Row, dossier_column, key_column, order_column


class ReadingApplicationRow(Row):
    __tablename__ = "reading_application"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    number: Mapped[str]
    dossier_id: Mapped[str] = dossier_column()
    state: Mapped[str]
    reader_kind: Mapped[str]
    reader: Mapped[str]
    certificate: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[str]
    part: Mapped[str]
    represents: Mapped[str]
    identity_hash: Mapped[str]
    papers: Mapped[list[Any]]
    reason: Mapped[str]
    wanted_pages: Mapped[list[Any]]
    wants_copies: Mapped[bool] = mapped_column(Boolean)
    checked_by: Mapped[str]
    checked_at: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[str]
    decision_reason: Mapped[str]
    grant_id: Mapped[str]


class ReadingVisitRow(Row):
    __tablename__ = "reading_visit"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    terminal: Mapped[str]
    reader: Mapped[str]
    proof: Mapped[str]
    started_at: Mapped[str]
    grants: Mapped[list[Any]]
    ended_at: Mapped[str]
    ended_by: Mapped[str]


class PageIssueRow(Row):
    __tablename__ = "page_issue"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    visit_id: Mapped[str] = mapped_column(String(80), index=True)
    grant_id: Mapped[str] = mapped_column(String(80), index=True)
    dossier_id: Mapped[str] = dossier_column()
    side_id: Mapped[str]
    page_number: Mapped[int]
    kind: Mapped[str]
    picture: Mapped[str]
    made_at: Mapped[str]
    terminal: Mapped[str]
    reader: Mapped[str]
    render_sha256: Mapped[str]
    shown_at: Mapped[str]
    seconds: Mapped[float] = mapped_column(Float)
    job_id: Mapped[str]


class ReaderMarkRow(Row):
    __tablename__ = "reader_mark"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    grant_id: Mapped[str] = mapped_column(String(80), index=True)
    page_number: Mapped[int]
    kind: Mapped[str]
    made_at: Mapped[str]
    text: Mapped[str]
    box: Mapped[list[Any] | None]
    removed: Mapped[bool] = mapped_column(Boolean)


class PrintJobRow(Row):
    __tablename__ = "print_job"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    number: Mapped[str]
    visit_id: Mapped[str] = mapped_column(String(80), index=True)
    grant_id: Mapped[str]
    dossier_id: Mapped[str] = dossier_column()
    state: Mapped[str]
    asked_at: Mapped[str]
    terminal: Mapped[str]
    pages: Mapped[list[Any]]
    copies: Mapped[int]
    fee_cents: Mapped[int]
    stamped: Mapped[bool] = mapped_column(Boolean)
    decided_by: Mapped[str]
    decided_at: Mapped[str]
    reason: Mapped[str]
    printer: Mapped[str]
    spool_id: Mapped[str]
    printed_sheets: Mapped[int]
    ended_at: Mapped[str]
    error: Mapped[dict[str, Any]]


class ReadingSlipRow(Row):
    __tablename__ = "reading_slip"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    number: Mapped[str]
    visit_id: Mapped[str] = mapped_column(String(80), index=True)
    grant_id: Mapped[str]
    dossier_id: Mapped[str] = dossier_column()
    made_at: Mapped[str]
    content: Mapped[dict[str, Any]]
    pdf_sha256: Mapped[str]
    signature_sha256: Mapped[str]
    signed_at: Mapped[str]
    received_by: Mapped[str]
    received_at: Mapped[str]
    remark: Mapped[str]


class QueryCodeRow(Row):
    __tablename__ = "query_code"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    number: Mapped[str]
    dossier_id: Mapped[str] = dossier_column()
    holder: Mapped[str]
    code_hash: Mapped[str]
    code_salt: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    valid_until: Mapped[str]
    tries_left: Mapped[int]
    revoked: Mapped[bool] = mapped_column(Boolean)


class HallNoticeRow(Row):
    __tablename__ = "hall_notice"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    shown_from: Mapped[str]
    shown_until: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(Boolean)


class ReadingBundleRow(Row):
    __tablename__ = "reading_bundle"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    grant_id: Mapped[str]
    dossier_id: Mapped[str] = dossier_column()
    made_at: Mapped[str]
    made_by: Mapped[str]
    valid_until: Mapped[str]
    sha256: Mapped[str]
    terminal: Mapped[str]
    path: Mapped[str]
    carried_at: Mapped[str]
    carried_by: Mapped[str]
    log_head: Mapped[str]
    log_rows: Mapped[int]
