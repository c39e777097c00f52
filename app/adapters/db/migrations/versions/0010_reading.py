"""Reading by lawyers and parties: applications, visits, issued pages, prints, slips

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.adapters.db.migrations.guards import guard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
# The names of text columns, then the others. A name that ends with "*" refers to a dossier, one
# that ends with "#" has an index, and of the others one with "?" may be empty.
TABLES: dict[str, tuple[tuple[str, ...], dict[str, sa.types.TypeEngine[Any]]]] = {
    "reading_application": (
        (
            "number",
            "dossier_id*",
            "state",
            "reader_kind",
            "reader",
            "certificate",
            "entered_by",
            "entered_at",
            "part",
            "represents",
            "identity_hash",
            "reason",
            "checked_by",
            "checked_at",
            "decided_by",
            "decided_at",
            "decision_reason",
            "grant_id",
        ),
        {"papers": JSON, "wanted_pages": JSON, "wants_copies": sa.Boolean()},
    ),
    "reading_visit": (
        ("terminal", "reader", "proof", "started_at", "ended_at", "ended_by"),
        {"grants": JSON},
    ),
    "page_issue": (
        (
            "visit_id#",
            "grant_id#",
            "dossier_id*",
            "side_id",
            "kind",
            "picture",
            "made_at",
            "terminal",
            "reader",
            "render_sha256",
            "shown_at",
            "job_id",
        ),
        {"page_number": sa.Integer(), "seconds": sa.Float()},
    ),
    "reader_mark": (
        ("grant_id#", "kind", "made_at", "text"),
        {"page_number": sa.Integer(), "box?": JSON, "removed": sa.Boolean()},
    ),
    "print_job": (
        (
            "number",
            "visit_id#",
            "grant_id",
            "dossier_id*",
            "state",
            "asked_at",
            "terminal",
            "decided_by",
            "decided_at",
            "reason",
            "printer",
            "spool_id",
            "ended_at",
        ),
        {
            "pages": JSON,
            "copies": sa.Integer(),
            "fee_cents": sa.Integer(),
            "stamped": sa.Boolean(),
            "printed_sheets": sa.Integer(),
            "error": JSON,
        },
    ),
    "reading_slip": (
        (
            "number",
            "visit_id#",
            "grant_id",
            "dossier_id*",
            "made_at",
            "pdf_sha256",
            "signature_sha256",
            "signed_at",
            "received_by",
            "received_at",
            "remark",
        ),
        {"content": JSON},
    ),
    "query_code": (
        (
            "number",
            "dossier_id*",
            "holder",
            "code_hash",
            "code_salt",
            "made_at",
            "made_by",
            "valid_until",
        ),
        {"tries_left": sa.Integer(), "revoked": sa.Boolean()},
    ),
    "hall_notice": (
        ("kind", "title", "text", "made_at", "made_by", "shown_from", "shown_until"),
        {"withdrawn": sa.Boolean()},
    ),
    "reading_bundle": (
        (
            "grant_id",
            "dossier_id*",
            "made_at",
            "made_by",
            "valid_until",
            "sha256",
            "terminal",
            "path",
            "carried_at",
            "carried_by",
            "log_head",
        ),
        {"log_rows": sa.Integer()},
    ),
}
NEVER_DELETED = tuple(TABLES)
GRANT_TEXTS = (
    "number",
    "application_id",
    "reader_kind",
    "represents",
    "identity_hash",
    "approved_by",
    "reason",
    "nonce",
    "appointed_at",
    "appointed_until",
)
GRANT_LISTS = ("withheld", "withheld_items")
GRANT_NUMBERS = ("views_limit", "prints_granted")


def _text(name: str) -> sa.Column[Any]:
    if name.endswith("*"):
        return sa.Column(
            name.rstrip("*"), sa.String(length=80), sa.ForeignKey("dossier.id"), nullable=False
        )
    if name.endswith("#"):
        return sa.Column(name.rstrip("#"), sa.String(length=80), nullable=False)
    return sa.Column(name, sa.Text(), nullable=False)


def _grant_columns() -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in GRANT_TEXTS),
        *(sa.Column(name, JSON, nullable=False, server_default="[]") for name in GRANT_LISTS),
        *(
            sa.Column(name, sa.Integer(), nullable=False, server_default="0")
            for name in GRANT_NUMBERS
        ),
        sa.Column("masked", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def upgrade() -> None:
    for column in _grant_columns():
        op.add_column("reading_grant", column)
    _number_old_grants()
    for table, (texts, others) in TABLES.items():
        op.create_table(
            table,
            sa.Column("id", sa.String(length=80), nullable=False),
            sa.Column("row_order", sa.Integer(), nullable=False),
            *(_text(name) for name in texts),
            *(
                sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?"))
                for name, kind in others.items()
            ),
            sa.PrimaryKeyConstraint("id"),
        )
        op.create_index(f"ix_{table}_row_order", table, ["row_order"])
        for name in texts:
            if name[-1] in "*#":
                op.create_index(f"ix_{table}_{name[:-1]}", table, [name[:-1]])
    for table in NEVER_DELETED:
        guard(table, "DELETE")
    guard("reading_grant", "DELETE")


def _number_old_grants() -> None:
    """The number of a grant was among its details; now it is a column of its own."""
    grants = sa.table(
        "reading_grant",
        sa.column("id", sa.String()),
        sa.column("number", sa.Text()),
        sa.column("prints_left", sa.Integer()),
        sa.column("prints_granted", sa.Integer()),
        sa.column("granted_by", sa.Text()),
        sa.column("approved_by", sa.Text()),
        sa.column("details", JSON),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(grants.c.id, grants.c.details)).all():
        connection.execute(
            grants.update()
            .where(grants.c.id == row.id)
            .values(
                number=str((row.details or {}).get("number", "")),
                prints_granted=grants.c.prints_left,
                approved_by=grants.c.granted_by,
            )
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER reading_grant_no_delete")
    else:
        op.execute("DROP TRIGGER reading_grant_no_delete ON reading_grant")
    for table in reversed(TABLES):
        op.drop_table(table)
    for column in _grant_columns():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"ALTER TABLE reading_grant DROP COLUMN {column.name}")
        else:
            op.drop_column("reading_grant", column.name)
