"""Review against the paper: rounds, verdicts, notes, signatures, correction requests

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.adapters.db.migrations.guards import guard

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What people said: rows that are only ever added.
SAID = ("review_verdict", "sign_off")
# Rows that are settled later, and stay.
KEPT = ("review_round", "side_note", "correction_request")
TEXTS = {
    "review_round": (
        "rules",
        "plan",
        "severity",
        "seed",
        "opened_by",
        "opened_at",
        "state",
        "closed_by",
        "closed_at",
        "sent_back_to",
        "reason",
        "digest",
    ),
    "review_verdict": ("image", "verdict", "by_person", "given_at", "defect", "remark"),
    "side_note": ("text", "by_person", "written_at", "answer", "answered_by", "answered_at"),
    "sign_off": ("step", "by_person", "role", "signed_at", "digest", "remark"),
    "correction_request": (
        "side_id",
        "image",
        "wanted",
        "reason",
        "by_person",
        "asked_at",
        "state",
        "settled_by",
        "settled_at",
        "remark",
    ),
}


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=nullable)


def _others(table: str) -> list[sa.Column[object]]:
    side: sa.Column[object] = sa.Column(
        "side_id", sa.String(length=80), sa.ForeignKey("side.id"), nullable=False
    )
    others: dict[str, list[sa.Column[object]]] = {
        "review_round": [
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("lot", sa.Integer(), nullable=False),
            _json("sample"),
            _json("again"),
            _json("limits"),
            _json("operators"),
            sa.Column("passes_stricter", sa.Boolean(), nullable=True),
        ],
        "review_verdict": [
            sa.Column(
                "round_id",
                sa.String(length=80),
                sa.ForeignKey("review_round.id"),
                nullable=False,
            ),
            side,
            _json("box", nullable=True),
        ],
        "side_note": [side, _json("box", nullable=True)],
        "sign_off": [],
        "correction_request": [sa.Column("page_number", sa.Integer(), nullable=True)],
    }
    return others[table]


def upgrade() -> None:
    op.add_column("ledger", sa.Column("verdict_at", sa.Text(), nullable=False, server_default=""))
    for table in ("review_round", "review_verdict", "side_note", "sign_off", "correction_request"):
        op.create_table(
            table,
            sa.Column("id", sa.String(length=80), nullable=False),
            sa.Column("row_order", sa.Integer(), nullable=False),
            sa.Column(
                "dossier_id",
                sa.String(length=80),
                sa.ForeignKey("dossier.id"),
                nullable=False,
            ),
            *_others(table),
            *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS[table]),
            sa.PrimaryKeyConstraint("id"),
        )
        for column in ("row_order", "dossier_id"):
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_review_verdict_round_id", "review_verdict", ["round_id"])
    op.create_index("review_round_once", "review_round", ["dossier_id", "number"], unique=True)
    for table in SAID:
        guard(table, "UPDATE", "DELETE")
    for table in KEPT:
        guard(table, "DELETE")


def downgrade() -> None:
    for table in ("correction_request", "sign_off", "side_note", "review_verdict", "review_round"):
        op.drop_table(table)
    op.drop_column("ledger", "verdict_at")
