"""Cloud lockers: cells, door cycles, incidents, notices, cards, stock-taking; richer hand-offs

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.adapters.db.migrations.guards import guard

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The states of a hand-off got the names of the field; the old ones mean the same.
STATES = {"offered": "reserved", "acknowledged": "confirmed", "expired": "overdue"}

HAND_OFF_TEXTS = {
    "task": "clerk_to_archive",
    "part": "",
    "reason": "",
    "giver_kind": "staff",
    "receiver_kind": "staff",
    "phone": "",
    "email": "",
    "giver_phone": "",
    "identity_hash": "",
    "giver_identity_hash": "",
    "size": "",
    "code_locator": "",
    "code_expires_at": "",
    "deposit_code_hash": "",
    "deposit_code_salt": "",
    "nonce": "",
    "due_at": "",
    "reserved_until": "",
    "reminded_at": "",
    "escalated_at": "",
}
HAND_OFF_NUMBERS = {"deposit_tries_left": 5, "reminders": 0}
HAND_OFF_JSON = {"counts": "[]", "held_by": "[]", "details": "{}"}

TABLES: dict[str, tuple[tuple[str, ...], dict[str, sa.types.TypeEngine[Any]]]] = {
    "locker_cell": (
        ("cabinet", "size", "state", "handoff_id", "reason", "changed_at"),
        {"number": sa.Integer()},
    ),
    "door_cycle": (
        (
            "cabinet",
            "purpose",
            "handoff_id",
            "actor",
            "identified_by",
            "began_at",
            "ended_at",
            "outcome",
        ),
        {"cell": sa.Integer(), "pulses": sa.Integer(), "details": sa.JSON(none_as_null=True)},
    ),
    "locker_incident": (
        (
            "cabinet",
            "kind",
            "state",
            "opened_at",
            "handoff_id",
            "dossier_id",
            "seen_by",
            "seen_at",
            "closed_by",
            "closed_at",
            "resolution",
            "reason",
        ),
        {"cell": sa.Integer(), "details": sa.JSON(none_as_null=True)},
    ),
    "commissioning": (
        ("cabinet", "made_at", "made_by", "remark"),
        {
            "passed": sa.Boolean(),
            "cells": sa.JSON(none_as_null=True),
            "settings": sa.JSON(none_as_null=True),
        },
    ),
    "queued_event": (
        ("cabinet", "list_id", "happened_at", "kind", "handoff_id", "outcome", "absorbed_at"),
        {"sequence": sa.Integer(), "details": sa.JSON(none_as_null=True)},
    ),
    "notice": (
        (
            "handoff_id",
            "kind",
            "channel",
            "address",
            "person",
            "state",
            "made_at",
            "not_before",
            "sent_at",
        ),
        {
            "attempts": sa.Integer(),
            "parameters": sa.JSON(none_as_null=True),
            "error": sa.JSON(none_as_null=True),
        },
    ),
    "staff_card": (("person", "card_hash", "added_at", "added_by"), {"revoked": sa.Boolean()}),
    "stock_take": (
        (
            "kind",
            "place",
            "state",
            "started_at",
            "started_by",
            "closed_at",
            "closed_by",
            "remark",
        ),
        {
            "lines": sa.JSON(none_as_null=True),
            "expected": sa.JSON(none_as_null=True),
            "discrepancies": sa.JSON(none_as_null=True),
        },
    ),
}
APPEND_ONLY = ("door_cycle", "commissioning", "queued_event")
NEVER_DELETED = ("locker_incident", "notice", "stock_take")


def _rename_states(names: dict[str, str]) -> None:
    table = sa.table("hand_off", sa.column("state", sa.Text()))
    for old, new in names.items():
        op.execute(table.update().where(table.c.state == old).values(state=new))


def upgrade() -> None:
    for name, text in HAND_OFF_TEXTS.items():
        op.add_column("hand_off", sa.Column(name, sa.Text(), nullable=False, server_default=text))
    for name, number in HAND_OFF_NUMBERS.items():
        op.add_column(
            "hand_off",
            sa.Column(name, sa.Integer(), nullable=False, server_default=str(number)),
        )
    for name, empty in HAND_OFF_JSON.items():
        op.add_column(
            "hand_off",
            sa.Column(name, sa.JSON(none_as_null=True), nullable=False, server_default=empty),
        )
    _rename_states(STATES)
    for table, (texts, others) in TABLES.items():
        op.create_table(
            table,
            sa.Column("id", sa.String(length=80), nullable=False),
            sa.Column("row_order", sa.Integer(), nullable=False),
            *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
            *(sa.Column(name, kind, nullable=False) for name, kind in others.items()),
            *([sa.Column("occupied", sa.Boolean())] if table == "door_cycle" else []),
            sa.PrimaryKeyConstraint("id"),
        )
        op.create_index(f"ix_{table}_row_order", table, ["row_order"])
    for table in APPEND_ONLY:
        guard(table, "UPDATE", "DELETE")
    for table in NEVER_DELETED:
        guard(table, "DELETE")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    _rename_states({new: old for old, new in STATES.items()})
    # SQLite makes the table anew without the columns; the guard goes with the old one.
    columns = [*HAND_OFF_TEXTS, *HAND_OFF_NUMBERS, *HAND_OFF_JSON]
    if op.get_bind().dialect.name == "sqlite":
        for name in columns:
            op.execute(f"ALTER TABLE hand_off DROP COLUMN {name}")
        return
    for name in columns:
        op.drop_column("hand_off", name)
