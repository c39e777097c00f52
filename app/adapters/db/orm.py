"""Typed rows of the database, one class per table. They never leave the adapters.

Column names equal the field names of the domain classes, so that one mapper serves all tables.
Moments are ISO texts in UTC; structured values are JSON; text trees are JSON packed by zlib.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class PackedJson(TypeDecorator[Any]):
    """JSON packed by zlib: a page's text tree shrinks to about a tenth."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Pack for the database."""
        if value is None:
            return None
        return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 6)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Unpack from the database."""
        return None if value is None else json.loads(zlib.decompress(value))


class Row(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {  # noqa: RUF012 - the name is SQLAlchemy's
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        str: Text,
    }


Key = Mapped[str]


def key_column() -> Any:
    """The primary key."""
    return mapped_column(String(80), primary_key=True)


def dossier_column() -> Any:
    """The dossier that a row belongs to."""
    return mapped_column(String(80), ForeignKey("dossier.id"), index=True)


def order_column() -> Any:
    """The order in which rows were made."""
    return mapped_column(Integer, index=True)


class DossierRow(Row):
    __tablename__ = "dossier"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    case_no: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str]
    court: Mapped[str]
    cause: Mapped[str]
    plaintiff: Mapped[str]
    defendant: Mapped[str]
    judge: Mapped[str]
    clerk: Mapped[str]
    filed_on: Mapped[str]
    closed_on: Mapped[str]
    paper_pages: Mapped[int | None]
    declared: Mapped[list[Any]]
    paper_rows: Mapped[list[Any]]
    end_note_pages: Mapped[int | None]
    declared_sheets: Mapped[dict[str, Any]]
    mode: Mapped[str]
    retention: Mapped[str]
    archival_code: Mapped[str]
    retention_basis: Mapped[dict[str, Any]]
    term: Mapped[dict[str, Any]]
    doubts: Mapped[list[Any]]
    template: Mapped[str]
    rule_set: Mapped[str]
    created_at: Mapped[str]
    version: Mapped[int]


class BatchRow(Row):
    __tablename__ = "batch"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    source: Mapped[str]
    state: Mapped[str]
    part: Mapped[str]
    volume: Mapped[int]
    profile: Mapped[dict[str, Any]]
    operator: Mapped[str]
    station: Mapped[str]
    started_at: Mapped[str]
    closed_at: Mapped[str]
    sheets: Mapped[int]
    sides: Mapped[int]
    warnings: Mapped[list[Any]]
    purpose: Mapped[str]
    target: Mapped[dict[str, Any]]


class MasterRow(Row):
    __tablename__ = "master"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    row_order: Mapped[int] = order_column()
    sm3: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    stored_at: Mapped[str]


class SideRow(Row):
    __tablename__ = "side"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    batch_id: Mapped[str] = mapped_column(String(80), ForeignKey("batch.id"), index=True)
    master: Mapped[str] = mapped_column(String(64), ForeignKey("master.sha256"))
    frame: Mapped[int]
    position: Mapped[int]
    sheet: Mapped[int]
    face: Mapped[str]
    part: Mapped[str]
    volume: Mapped[int]
    media_type: Mapped[str]
    source_name: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    dpi: Mapped[int]
    fault: Mapped[str]
    captured_at: Mapped[str]
    superseded: Mapped[bool] = mapped_column(Boolean)
    turn: Mapped[int]
    turned_by: Mapped[str]
    skew_deg: Mapped[float] = mapped_column(Float)
    blank: Mapped[bool] = mapped_column(Boolean)
    blank_by: Mapped[str]
    role: Mapped[str]
    role_by: Mapped[str]
    page_number: Mapped[int | None]
    page_number_confidence: Mapped[float] = mapped_column(Float)
    number_by: Mapped[str]
    item_number: Mapped[int | None]
    fingerprint: Mapped[str]
    thumbnail: Mapped[str]
    picture: Mapped[str]
    examined: Mapped[str]
    recognised: Mapped[str]
    replaces: Mapped[str]
    put_aside: Mapped[str]
    companion: Mapped[str]
    imprint: Mapped[str]
    marker: Mapped[dict[str, Any]]
    glanced: Mapped[str]
    recipe: Mapped[dict[str, Any]]
    plain: Mapped[str]
    measures: Mapped[dict[str, Any]]
    number_reason: Mapped[dict[str, Any]]
    __table_args__ = (
        Index(
            "side_once_per_batch",
            "batch_id",
            "sheet",
            "face",
            "frame",
            "master",
            unique=True,
        ),
        Index(
            "side_position",
            "dossier_id",
            "position",
            unique=True,
            sqlite_where=text("superseded = 0"),
            postgresql_where=text("superseded = false"),
        ),
    )


class MissRow(Row):
    __tablename__ = "miss"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    part: Mapped[str]
    volume: Mapped[int]
    sheets: Mapped[int]
    after: Mapped[str] = mapped_column("after_side", Text)
    reason: Mapped[str]
    recorded_at: Mapped[str]
    recorded_by: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(Boolean)


class FindingRow(Row):
    __tablename__ = "finding"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    side_id: Mapped[str] = mapped_column(String(80), ForeignKey("side.id"), index=True)
    code: Mapped[str]
    severity: Mapped[str]
    value: Mapped[float] = mapped_column(Float)
    limit: Mapped[float] = mapped_column("limit_value", Float)
    box: Mapped[list[Any] | None]
    verdict: Mapped[str]
    verdict_by: Mapped[str]
    remark: Mapped[str]


class RecognisedRow(Row):
    __tablename__ = "recognised"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    side_id: Mapped[str] = mapped_column(String(80), ForeignKey("side.id"), unique=True)
    engine: Mapped[str]
    text: Mapped[str]
    tree: Mapped[Any] = mapped_column(PackedJson)
    numbers: Mapped[list[Any]]
    printed_page: Mapped[list[Any] | None]
    fields: Mapped[dict[str, Any]]
    seconds: Mapped[float] = mapped_column(Float)


class ItemRow(Row):
    __tablename__ = "item"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    part: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    category: Mapped[str]
    date: Mapped[str]
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]
    first_position: Mapped[int]
    last_position: Mapped[int]
    confidence: Mapped[float] = mapped_column(Float)
    confirmed_by: Mapped[str]
    reason: Mapped[dict[str, Any]]
    author: Mapped[str]
    fields: Mapped[dict[str, Any]]
    keyed: Mapped[dict[str, Any]]


class CourtTemplateRow(Row):
    __tablename__ = "court_template"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40))
    table: Mapped[dict[str, Any]]
    state: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    __table_args__ = (Index("court_template_once", "name", "version", unique=True),)


class EditRow(Row):
    __tablename__ = "edit"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    made_at: Mapped[str]
    made_by: Mapped[str]
    action: Mapped[str]
    before: Mapped[Any] = mapped_column(PackedJson)
    after: Mapped[Any] = mapped_column(PackedJson)
    undone: Mapped[bool] = mapped_column(Boolean)


class LedgerRow(Row):
    __tablename__ = "ledger"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    kind: Mapped[str]
    positions: Mapped[list[Any]]
    page_numbers: Mapped[list[Any]]
    confidence: Mapped[float] = mapped_column(Float)
    reason: Mapped[dict[str, Any]]
    verdict: Mapped[str]
    verdict_by: Mapped[str]
    verdict_at: Mapped[str]
    remark: Mapped[str]


class FlipThroughRow(Row):
    __tablename__ = "flip_through"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    made_at: Mapped[str]
    made_by: Mapped[str]
    source: Mapped[str]
    video: Mapped[str]
    frames: Mapped[int]
    complete: Mapped[bool] = mapped_column(Boolean)
    verdict: Mapped[str]
    sides: Mapped[Any] = mapped_column(PackedJson)
    unknown: Mapped[list[Any]]
    missed: Mapped[list[Any]]


class PackageRow(Row):
    __tablename__ = "package"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    version: Mapped[int]
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    manifest_sm3: Mapped[str] = mapped_column(String(64))
    path: Mapped[str]
    provisional: Mapped[bool] = mapped_column(Boolean)
    pages: Mapped[int]
    sides: Mapped[int]
    volumes: Mapped[int]
    made_at: Mapped[str]
    made_by: Mapped[str]
    checks: Mapped[list[Any]]


class SubmissionRow(Row):
    __tablename__ = "submission"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    track: Mapped[str]
    target: Mapped[str]
    state: Mapped[str]
    idempotency_key: Mapped[str]
    package_id: Mapped[str]
    started_at: Mapped[str]
    ended_at: Mapped[str]
    receipt: Mapped[dict[str, Any]]
    remark: Mapped[str]
    transfer_id: Mapped[str]
    sent_bytes: Mapped[int] = mapped_column(BigInteger)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    error: Mapped[dict[str, Any]]


class GrantRow(Row):
    __tablename__ = "reading_grant"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    reader: Mapped[str]
    certificate: Mapped[str]
    code_hash: Mapped[str]
    code_salt: Mapped[str]
    pages: Mapped[list[Any]]
    valid_from: Mapped[str]
    valid_until: Mapped[str]
    prints_left: Mapped[int]
    views: Mapped[int]
    tries_left: Mapped[int]
    granted_by: Mapped[str]
    revoked: Mapped[bool] = mapped_column(Boolean)
    details: Mapped[dict[str, Any]]
    number: Mapped[str]
    application_id: Mapped[str]
    reader_kind: Mapped[str]
    represents: Mapped[str]
    identity_hash: Mapped[str]
    withheld: Mapped[list[Any]]
    withheld_items: Mapped[list[Any]]
    views_limit: Mapped[int]
    prints_granted: Mapped[int]
    masked: Mapped[bool] = mapped_column(Boolean)
    approved_by: Mapped[str]
    reason: Mapped[str]
    nonce: Mapped[str]
    appointed_at: Mapped[str]
    appointed_until: Mapped[str]


class PersonRow(Row):
    __tablename__ = "person"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    name: Mapped[str] = mapped_column(String(120), unique=True)
    role: Mapped[str]
    pin_hash: Mapped[str]
    pin_salt: Mapped[str]
    failed: Mapped[int]
    locked_until: Mapped[str]


class ProfileRow(Row):
    __tablename__ = "profile"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    name: Mapped[str] = mapped_column(String(120), unique=True)
    settings: Mapped[dict[str, Any]]
    options: Mapped[dict[str, Any]]
    locked: Mapped[bool] = mapped_column(Boolean)
    retired: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[str]
    changed_by: Mapped[str]


class DeviceRow(Row):
    __tablename__ = "device"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    source: Mapped[str] = mapped_column(String(400), unique=True)
    maker: Mapped[str]
    model: Mapped[str]
    capabilities: Mapped[Any] = mapped_column(PackedJson)
    options: Mapped[dict[str, Any]]
    seen_at: Mapped[str]


class PreferenceRow(Row):
    __tablename__ = "preference"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    person: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(80))
    value: Mapped[dict[str, Any]]
    __table_args__ = (Index("preference_once", "person", "name", unique=True),)


class ReviewRoundRow(Row):
    __tablename__ = "review_round"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    number: Mapped[int]
    rules: Mapped[str]
    plan: Mapped[str]
    severity: Mapped[str]
    seed: Mapped[str]
    lot: Mapped[int]
    sample: Mapped[list[Any]]
    again: Mapped[list[Any]]
    limits: Mapped[dict[str, Any]]
    operators: Mapped[list[Any]]
    state: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[str]
    closed_by: Mapped[str]
    closed_at: Mapped[str]
    sent_back_to: Mapped[str]
    reason: Mapped[str]
    digest: Mapped[str]
    passes_stricter: Mapped[bool | None] = mapped_column(Boolean)
    __table_args__ = (Index("review_round_once", "dossier_id", "number", unique=True),)


class ReviewVerdictRow(Row):
    __tablename__ = "review_verdict"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    round_id: Mapped[str] = mapped_column(String(80), ForeignKey("review_round.id"), index=True)
    side_id: Mapped[str] = mapped_column(String(80), ForeignKey("side.id"))
    image: Mapped[str]
    verdict: Mapped[str]
    by: Mapped[str] = mapped_column("by_person", Text)
    at: Mapped[str] = mapped_column("given_at", Text)
    defect: Mapped[str]
    remark: Mapped[str]
    box: Mapped[list[Any] | None]


class SideNoteRow(Row):
    __tablename__ = "side_note"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    side_id: Mapped[str] = mapped_column(String(80), ForeignKey("side.id"))
    box: Mapped[list[Any] | None]
    text: Mapped[str]
    by: Mapped[str] = mapped_column("by_person", Text)
    at: Mapped[str] = mapped_column("written_at", Text)
    answer: Mapped[str]
    answered_by: Mapped[str]
    answered_at: Mapped[str]


class SignOffRow(Row):
    __tablename__ = "sign_off"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    step: Mapped[str]
    by: Mapped[str] = mapped_column("by_person", Text)
    role: Mapped[str]
    at: Mapped[str] = mapped_column("signed_at", Text)
    digest: Mapped[str]
    remark: Mapped[str]


class CorrectionRequestRow(Row):
    __tablename__ = "correction_request"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
    side_id: Mapped[str]
    image: Mapped[str]
    page_number: Mapped[int | None]
    wanted: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str] = mapped_column("by_person", Text)
    at: Mapped[str] = mapped_column("asked_at", Text)
    state: Mapped[str]
    settled_by: Mapped[str]
    settled_at: Mapped[str]
    remark: Mapped[str]


class AuditRow(Row):
    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str]
    station: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(Text, index=True)
    details: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class JobRow(Row):
    __tablename__ = "job"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    task: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    dossier_id: Mapped[str] = mapped_column(Text, index=True)
    lane: Mapped[str]
    dedupe_key: Mapped[str]
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), index=True)
    attempts: Mapped[int]
    not_before: Mapped[str]
    error: Mapped[dict[str, Any]]
    __table_args__ = (
        Index(
            "job_dedupe",
            "dedupe_key",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running') AND dedupe_key <> ''"),
            postgresql_where=text("state IN ('queued', 'running') AND dedupe_key <> ''"),
        ),
        Index("job_claim", "state", "priority", "row_order"),
    )
