"""What was measured on a side, so that a dossier can be ordered by what is odd in it

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "side",
        sa.Column("measures", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    )


def downgrade() -> None:
    op.drop_column("side", "measures")
