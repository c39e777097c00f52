"""Scanning station: profiles, devices, preferences, recorded misses, held batches

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.adapters.db.migrations.guards import guard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = {
    "batch": ("purpose",),
    "side": ("replaces", "put_aside", "companion", "imprint", "glanced"),
}
RECORDS = {"dossier": ("declared_sheets",), "batch": ("target",), "side": ("marker",)}
DEFAULTS = {"purpose": "append"}
NEVER_DELETED = ("miss", "profile")


def _key() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    for table, names in TEXTS.items():
        for name in names:
            op.add_column(
                table,
                sa.Column(name, sa.Text(), nullable=False, server_default=DEFAULTS.get(name, "")),
            )
    for table, names in RECORDS.items():
        for name in names:
            op.add_column(
                table,
                sa.Column(name, sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
            )
    op.create_table(
        "miss",
        *_key(),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("after_side", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_miss_row_order", "miss", ["row_order"])
    op.create_index("ix_miss_dossier_id", "miss", ["dossier_id"])
    op.create_table(
        "profile",
        *_key(),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_profile_row_order", "profile", ["row_order"])
    op.create_table(
        "device",
        *_key(),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("capabilities", sa.LargeBinary(), nullable=False),
        sa.Column("options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source"),
    )
    op.create_index("ix_device_row_order", "device", ["row_order"])
    op.create_table(
        "preference",
        *_key(),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_preference_row_order", "preference", ["row_order"])
    op.create_index("preference_once", "preference", ["person", "name"], unique=True)
    for table in NEVER_DELETED:
        guard(table, "DELETE")


def downgrade() -> None:
    for table in ("preference", "device", "profile", "miss"):
        op.drop_table(table)
    for table, names in (*RECORDS.items(), *TEXTS.items()):
        for name in names:
            op.drop_column(table, name)
