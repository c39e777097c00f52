"""Typed rows about the paper: custody, hand-offs, cells of lockers, messages, stock-taking.

See `app.adapters.db.orm` for what all rows have in common.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.orm import Mapped, mapped_column

from app.adapters.db.orm import Key, Row, dossier_column, key_column, order_column


class CustodyRow(Row):
    __tablename__ = "custody"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
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
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    dossier_id: Mapped[str] = dossier_column()
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
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    cabinet: Mapped[str]
    number: Mapped[int]
    size: Mapped[str]
    state: Mapped[str]
    handoff_id: Mapped[str]
    reason: Mapped[str]
    changed_at: Mapped[str]


class DoorCycleRow(Row):
    __tablename__ = "door_cycle"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
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
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
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
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    cabinet: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]
    passed: Mapped[bool] = mapped_column(Boolean)
    cells: Mapped[list[Any]]
    settings: Mapped[dict[str, Any]]
    remark: Mapped[str]


class QueuedEventRow(Row):
    __tablename__ = "queued_event"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
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
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
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
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
    person: Mapped[str]
    card_hash: Mapped[str]
    added_at: Mapped[str]
    added_by: Mapped[str]
    revoked: Mapped[bool] = mapped_column(Boolean)


class StockTakeRow(Row):
    __tablename__ = "stock_take"
    id: Key = key_column()
    row_order: Mapped[int] = order_column()
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
