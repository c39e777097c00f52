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


def _key() -> Any:
    return mapped_column(String(80), primary_key=True)


def _dossier() -> Any:
    return mapped_column(String(80), ForeignKey("dossier.id"), index=True)


def _order() -> Any:
    return mapped_column(Integer, index=True)


class DossierRow(Row):
    __tablename__ = "dossier"
    id: Key = _key()
    row_order: Mapped[int] = _order()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    row_order: Mapped[int] = _order()
    sm3: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    stored_at: Mapped[str]


class SideRow(Row):
    __tablename__ = "side"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40))
    table: Mapped[dict[str, Any]]
    state: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    __table_args__ = (Index("court_template_once", "name", "version", unique=True),)


class EditRow(Row):
    __tablename__ = "edit"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
    made_at: Mapped[str]
    made_by: Mapped[str]
    action: Mapped[str]
    before: Mapped[Any] = mapped_column(PackedJson)
    after: Mapped[Any] = mapped_column(PackedJson)
    undone: Mapped[bool] = mapped_column(Boolean)


class LedgerRow(Row):
    __tablename__ = "ledger"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
    track: Mapped[str]
    target: Mapped[str]
    state: Mapped[str]
    idempotency_key: Mapped[str]
    package_id: Mapped[str]
    started_at: Mapped[str]
    ended_at: Mapped[str]
    receipt: Mapped[dict[str, Any]]
    remark: Mapped[str]


class CustodyRow(Row):
    __tablename__ = "custody"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
    happened_at: Mapped[str]
    action: Mapped[str]
    giver: Mapped[str]
    receiver: Mapped[str]
    place: Mapped[str]
    volumes: Mapped[int]
    pages: Mapped[int | None]
    remark: Mapped[str]
    details: Mapped[dict[str, Any]]


class HandOffRow(Row):
    __tablename__ = "hand_off"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
    state: Mapped[str]
    giver: Mapped[str]
    receiver: Mapped[str]
    cabinet: Mapped[str]
    cell: Mapped[int]
    volumes: Mapped[int]
    pages: Mapped[int | None]
    code_hash: Mapped[str]
    code_salt: Mapped[str]
    tries_left: Mapped[int]
    offered_at: Mapped[str]
    deposited_at: Mapped[str]
    collected_at: Mapped[str]
    acknowledged_at: Mapped[str]
    counted_volumes: Mapped[int | None]
    counted_pages: Mapped[int | None]
    task: Mapped[str]
    part: Mapped[str]
    reason: Mapped[str]
    counts: Mapped[list[Any]]
    giver_kind: Mapped[str]
    receiver_kind: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    giver_phone: Mapped[str]
    identity_hash: Mapped[str]
    giver_identity_hash: Mapped[str]
    size: Mapped[str]
    code_locator: Mapped[str]
    code_expires_at: Mapped[str]
    deposit_code_hash: Mapped[str]
    deposit_code_salt: Mapped[str]
    deposit_tries_left: Mapped[int]
    nonce: Mapped[str]
    due_at: Mapped[str]
    reserved_until: Mapped[str]
    reminders: Mapped[int]
    reminded_at: Mapped[str]
    escalated_at: Mapped[str]
    held_by: Mapped[list[Any]]
    details: Mapped[dict[str, Any]]


class LockerCellRow(Row):
    __tablename__ = "locker_cell"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    cabinet: Mapped[str]
    number: Mapped[int]
    size: Mapped[str]
    state: Mapped[str]
    handoff_id: Mapped[str]
    reason: Mapped[str]
    changed_at: Mapped[str]


class DoorCycleRow(Row):
    __tablename__ = "door_cycle"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    cabinet: Mapped[str]
    cell: Mapped[int]
    purpose: Mapped[str]
    handoff_id: Mapped[str]
    actor: Mapped[str]
    identified_by: Mapped[str]
    began_at: Mapped[str]
    ended_at: Mapped[str]
    pulses: Mapped[int]
    occupied: Mapped[bool | None]
    outcome: Mapped[str]
    details: Mapped[dict[str, Any]]


class IncidentRow(Row):
    __tablename__ = "locker_incident"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    cabinet: Mapped[str]
    cell: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[str]
    handoff_id: Mapped[str]
    dossier_id: Mapped[str]
    seen_by: Mapped[str]
    seen_at: Mapped[str]
    closed_by: Mapped[str]
    closed_at: Mapped[str]
    resolution: Mapped[str]
    reason: Mapped[str]
    details: Mapped[dict[str, Any]]


class CommissioningRow(Row):
    __tablename__ = "commissioning"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    cabinet: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    passed: Mapped[bool] = mapped_column(Boolean)
    cells: Mapped[list[Any]]
    settings: Mapped[dict[str, Any]]
    remark: Mapped[str]


class QueuedEventRow(Row):
    __tablename__ = "queued_event"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    cabinet: Mapped[str]
    list_id: Mapped[str]
    sequence: Mapped[int]
    happened_at: Mapped[str]
    kind: Mapped[str]
    handoff_id: Mapped[str]
    outcome: Mapped[str]
    absorbed_at: Mapped[str]
    details: Mapped[dict[str, Any]]


class NoticeRow(Row):
    __tablename__ = "notice"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    handoff_id: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str]
    person: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    made_at: Mapped[str]
    not_before: Mapped[str]
    sent_at: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    error: Mapped[dict[str, Any]]


class StaffCardRow(Row):
    __tablename__ = "staff_card"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    person: Mapped[str]
    card_hash: Mapped[str]
    added_at: Mapped[str]
    added_by: Mapped[str]
    revoked: Mapped[bool] = mapped_column(Boolean)


class StockTakeRow(Row):
    __tablename__ = "stock_take"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    kind: Mapped[str]
    place: Mapped[str]
    state: Mapped[str]
    started_at: Mapped[str]
    started_by: Mapped[str]
    closed_at: Mapped[str]
    closed_by: Mapped[str]
    lines: Mapped[list[Any]]
    expected: Mapped[list[Any]]
    discrepancies: Mapped[list[Any]]
    remark: Mapped[str]


class GrantRow(Row):
    __tablename__ = "reading_grant"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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


class PersonRow(Row):
    __tablename__ = "person"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    name: Mapped[str] = mapped_column(String(120), unique=True)
    role: Mapped[str]
    pin_hash: Mapped[str]
    pin_salt: Mapped[str]
    failed: Mapped[int]
    locked_until: Mapped[str]


class ProfileRow(Row):
    __tablename__ = "profile"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    name: Mapped[str] = mapped_column(String(120), unique=True)
    settings: Mapped[dict[str, Any]]
    options: Mapped[dict[str, Any]]
    locked: Mapped[bool] = mapped_column(Boolean)
    retired: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[str]
    changed_by: Mapped[str]


class DeviceRow(Row):
    __tablename__ = "device"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    source: Mapped[str] = mapped_column(String(400), unique=True)
    maker: Mapped[str]
    model: Mapped[str]
    capabilities: Mapped[Any] = mapped_column(PackedJson)
    options: Mapped[dict[str, Any]]
    seen_at: Mapped[str]


class PreferenceRow(Row):
    __tablename__ = "preference"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    person: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(80))
    value: Mapped[dict[str, Any]]
    __table_args__ = (Index("preference_once", "person", "name", unique=True),)


class ReviewRoundRow(Row):
    __tablename__ = "review_round"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
    step: Mapped[str]
    by: Mapped[str] = mapped_column("by_person", Text)
    role: Mapped[str]
    at: Mapped[str] = mapped_column("signed_at", Text)
    digest: Mapped[str]
    remark: Mapped[str]


class CorrectionRequestRow(Row):
    __tablename__ = "correction_request"
    id: Key = _key()
    row_order: Mapped[int] = _order()
    dossier_id: Mapped[str] = _dossier()
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
    id: Key = _key()
    row_order: Mapped[int] = _order()
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
