"""Flip-through: what was seen of the paper under a camera

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXTS = ("made_at", "made_by", "source", "video", "verdict")


def upgrade() -> None:
    op.create_table(
        "flip_through",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("sides", sa.LargeBinary(), nullable=False),
        sa.Column("unknown", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("missed", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_flip_through_row_order", "flip_through", ["row_order"])
    op.create_index("ix_flip_through_dossier_id", "flip_through", ["dossier_id"])


def downgrade() -> None:
    op.drop_table("flip_through")
