"""Authors and single fields of documents, double keying, templates of the court, archival code,
retention and the term of archiving

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXTS = (("item", "author"), ("dossier", "archival_code"))
RECORDS = (
    ("item", "fields"),
    ("item", "keyed"),
    ("dossier", "retention_basis"),
    ("dossier", "term"),
    ("side", "number_reason"),
)
LISTS = (("dossier", "doubts"),)


def upgrade() -> None:
    for table, name in TEXTS:
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for table, name in RECORDS:
        kind = sa.JSON(none_as_null=True)
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default="{}"))
    for table, name in LISTS:
        kind = sa.JSON(none_as_null=True)
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default="[]"))
    op.create_table(
        "court_template",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("table", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_court_template_row_order", "court_template", ["row_order"])
    op.create_index("court_template_once", "court_template", ["name", "version"], unique=True)


def downgrade() -> None:
    op.drop_table("court_template")
    for table, name in (*TEXTS, *RECORDS, *LISTS):
        op.drop_column(table, name)
