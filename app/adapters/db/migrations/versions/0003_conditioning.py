"""Conditioning: the recipe of a side, and its picture without it

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "side",
        sa.Column("recipe", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    )
    op.add_column("side", sa.Column("plain", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("side", "plain")
    op.drop_column("side", "recipe")
