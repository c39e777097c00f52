"""The way into the archive: transfers, freezes, checks, signatures, passports, additions

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.adapters.db.migrations.guards import guard

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
# The names of text columns, then the others; a name that ends with "*" refers to a dossier.
TABLES: dict[str, tuple[tuple[str, ...], dict[str, sa.types.TypeEngine[Any]]]] = {
    "transfer": (
        (
            "dossier_id*",
            "package_id",
            "target",
            "state",
            "queued_at",
            "queued_by",
            "not_before",
            "claimed_by",
            "claimed_until",
            "ended_at",
        ),
        {
            "priority": sa.Integer(),
            "attempts": sa.Integer(),
            "sent_bytes": sa.BigInteger(),
            "total_bytes": sa.BigInteger(),
            "error": JSON,
        },
    ),
    "track_freeze": (
        (
            "dossier_id*",
            "state",
            "opened_at",
            "settled_at",
            "settled_by",
            "resolution",
            "reason",
        ),
        {"differences": JSON},
    ),
    "package_check": (
        (
            "package_id",
            "dossier_id",
            "stage",
            "made_at",
            "made_by",
            "standard",
            "version",
            "manifest_sha256",
            "outcome",
            "path",
        ),
        {"lines": JSON},
    ),
    "check_decision": (
        ("check_id", "code", "decision", "person", "decided_at", "remark"),
        {},
    ),
    "package_signature": (
        (
            "package_id",
            "dossier_id*",
            "kind",
            "signer",
            "certificate_sha256",
            "made_at",
            "made_by",
        ),
        {"details": JSON},
    ),
    "passport": (
        ("dossier_id*", "package_id", "number", "sha256", "path", "made_at", "made_by"),
        {},
    ),
    "addition": (
        (
            "dossier_id*",
            "state",
            "asked_at",
            "asked_by",
            "content",
            "part",
            "department",
            "judge",
            "submitter",
            "submitted_on",
            "reason",
            "refused_by",
            "refusal",
            "closed_at",
        ),
        {"pages": sa.Integer(), "version": sa.Integer(), "approvals": JSON},
    ),
    "court_transfer": (
        (
            "dossier_id",
            "direction",
            "purpose",
            "case_no",
            "court",
            "state",
            "made_at",
            "made_by",
            "package_sha256",
            "package_sm3",
            "path",
        ),
        {"receipt": JSON, "details": JSON},
    ),
}
APPEND_ONLY = ("package_check", "check_decision", "package_signature", "passport")
NEVER_DELETED = ("transfer", "track_freeze", "addition", "court_transfer")
SUBMISSION_NUMBERS = ("sent_bytes", "total_bytes")


def _text(name: str) -> sa.Column[Any]:
    if name.endswith("*"):
        return sa.Column(
            name.rstrip("*"), sa.String(length=80), sa.ForeignKey("dossier.id"), nullable=False
        )
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.add_column(
        "submission", sa.Column("transfer_id", sa.Text(), nullable=False, server_default="")
    )
    for name in SUBMISSION_NUMBERS:
        op.add_column(
            "submission", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )
    op.add_column("submission", sa.Column("error", JSON, nullable=False, server_default="{}"))
    for table, (texts, others) in TABLES.items():
        op.create_table(
            table,
            sa.Column("id", sa.String(length=80), nullable=False),
            sa.Column("row_order", sa.Integer(), nullable=False),
            *(_text(name) for name in texts),
            *(sa.Column(name, kind, nullable=False) for name, kind in others.items()),
            sa.PrimaryKeyConstraint("id"),
        )
        op.create_index(f"ix_{table}_row_order", table, ["row_order"])
        if "dossier_id*" in texts:
            op.create_index(f"ix_{table}_dossier_id", table, ["dossier_id"])
    for table in APPEND_ONLY:
        guard(table, "UPDATE", "DELETE")
    for table in NEVER_DELETED:
        guard(table, "DELETE")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in ("transfer_id", *SUBMISSION_NUMBERS, "error"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"ALTER TABLE submission DROP COLUMN {name}")
        else:
            op.drop_column("submission", name)
