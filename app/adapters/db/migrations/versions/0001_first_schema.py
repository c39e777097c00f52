"""First schema

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.adapters.db.migrations.guards import drop_refusal, guard, make_refusal

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = ("audit", "custody", "master", "package")
NEVER_DELETED = ("side", "batch", "dossier", "edit", "submission", "hand_off")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "dossier",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=120), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("plaintiff", sa.Text(), nullable=False),
        sa.Column("defendant", sa.Text(), nullable=False),
        sa.Column("judge", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Text(), nullable=False),
        sa.Column("paper_pages", sa.Integer(), nullable=True),
        sa.Column("declared", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("paper_rows", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("end_note_pages", sa.Integer(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_no"),
    )
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_row_order"), ["row_order"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Text(), nullable=False),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_row_order"), ["row_order"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state"), ["state"], unique=False)
        batch_op.create_index("job_claim", ["state", "priority", "row_order"], unique=False)
        batch_op.create_index(
            "job_dedupe",
            ["dedupe_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('queued', 'running') AND dedupe_key <> ''"),
            postgresql_where=sa.text("state IN ('queued', 'running') AND dedupe_key <> ''"),
        )

    op.create_table(
        "master",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    with op.batch_alter_table("master", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_master_row_order"), ["row_order"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("pin_salt", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_row_order"), ["row_order"], unique=False)

    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("profile", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("sides", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_row_order"), ["row_order"], unique=False)

    op.create_table(
        "custody",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("happened_at", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("volumes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custody_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_custody_row_order"), ["row_order"], unique=False)

    op.create_table(
        "edit",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edit_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_edit_row_order"), ["row_order"], unique=False)

    op.create_table(
        "hand_off",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("cabinet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("volumes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("code_salt", sa.Text(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.Text(), nullable=False),
        sa.Column("deposited_at", sa.Text(), nullable=False),
        sa.Column("collected_at", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.Text(), nullable=False),
        sa.Column("counted_volumes", sa.Integer(), nullable=True),
        sa.Column("counted_pages", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("hand_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_off_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hand_off_row_order"), ["row_order"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column("last_page", sa.Integer(), nullable=True),
        sa.Column("first_position", sa.Integer(), nullable=False),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_row_order"), ["row_order"], unique=False)

    op.create_table(
        "ledger",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("positions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("page_numbers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("verdict_by", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_row_order"), ["row_order"], unique=False)

    op.create_table(
        "package",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("manifest_sm3", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sides", sa.Integer(), nullable=False),
        sa.Column("volumes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("checks", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_package_row_order"), ["row_order"], unique=False)

    op.create_table(
        "reading_grant",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("code_salt", sa.Text(), nullable=False),
        sa.Column("pages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Text(), nullable=False),
        sa.Column("prints_left", sa.Integer(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("reading_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reading_grant_dossier_id"), ["dossier_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reading_grant_row_order"), ["row_order"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=False),
        sa.Column("receipt", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_row_order"), ["row_order"], unique=False)

    op.create_table(
        "side",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("batch_id", sa.String(length=80), nullable=False),
        sa.Column("master", sa.String(length=64), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.Text(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("turned_by", sa.Text(), nullable=False),
        sa.Column("skew_deg", sa.Float(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("blank_by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("role_by", sa.Text(), nullable=False),
        sa.Column("page_number", sa.Integer(), nullable=True),
        sa.Column("page_number_confidence", sa.Float(), nullable=False),
        sa.Column("number_by", sa.Text(), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("thumbnail", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("examined", sa.Text(), nullable=False),
        sa.Column("recognised", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["master"],
            ["master.sha256"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("side", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_side_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_side_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_side_row_order"), ["row_order"], unique=False)
        batch_op.create_index(
            "side_once_per_batch", ["batch_id", "sheet", "face", "frame", "master"], unique=True
        )
        batch_op.create_index(
            "side_position",
            ["dossier_id", "position"],
            unique=True,
            sqlite_where=sa.text("superseded = 0"),
            postgresql_where=sa.text("superseded = false"),
        )

    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("side_id", sa.String(length=80), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("limit_value", sa.Float(), nullable=False),
        sa.Column("box", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("verdict_by", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["side_id"],
            ["side.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_row_order"), ["row_order"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_side_id"), ["side_id"], unique=False)

    op.create_table(
        "recognised",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(length=80), nullable=False),
        sa.Column("side_id", sa.String(length=80), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tree", sa.LargeBinary(), nullable=False),
        sa.Column("numbers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("printed_page", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["side_id"],
            ["side.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("side_id"),
    )
    with op.batch_alter_table("recognised", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recognised_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recognised_row_order"), ["row_order"], unique=False)

    make_refusal()
    for table in APPEND_ONLY:
        guard(table, "UPDATE", "DELETE")
    for table in NEVER_DELETED:
        guard(table, "DELETE")


def downgrade() -> None:
    with op.batch_alter_table("recognised", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recognised_row_order"))
        batch_op.drop_index(batch_op.f("ix_recognised_dossier_id"))

    op.drop_table("recognised")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_side_id"))
        batch_op.drop_index(batch_op.f("ix_finding_row_order"))
        batch_op.drop_index(batch_op.f("ix_finding_dossier_id"))

    op.drop_table("finding")
    with op.batch_alter_table("side", schema=None) as batch_op:
        batch_op.drop_index(
            "side_position",
            sqlite_where=sa.text("superseded = 0"),
            postgresql_where=sa.text("superseded = false"),
        )
        batch_op.drop_index("side_once_per_batch")
        batch_op.drop_index(batch_op.f("ix_side_row_order"))
        batch_op.drop_index(batch_op.f("ix_side_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_side_batch_id"))

    op.drop_table("side")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_row_order"))
        batch_op.drop_index(batch_op.f("ix_submission_dossier_id"))

    op.drop_table("submission")
    with op.batch_alter_table("reading_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_grant_row_order"))
        batch_op.drop_index(batch_op.f("ix_reading_grant_dossier_id"))

    op.drop_table("reading_grant")
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_package_row_order"))
        batch_op.drop_index(batch_op.f("ix_package_dossier_id"))

    op.drop_table("package")
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_row_order"))
        batch_op.drop_index(batch_op.f("ix_ledger_dossier_id"))

    op.drop_table("ledger")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_row_order"))
        batch_op.drop_index(batch_op.f("ix_item_dossier_id"))

    op.drop_table("item")
    with op.batch_alter_table("hand_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_off_row_order"))
        batch_op.drop_index(batch_op.f("ix_hand_off_dossier_id"))

    op.drop_table("hand_off")
    with op.batch_alter_table("edit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edit_row_order"))
        batch_op.drop_index(batch_op.f("ix_edit_dossier_id"))

    op.drop_table("edit")
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custody_row_order"))
        batch_op.drop_index(batch_op.f("ix_custody_dossier_id"))

    op.drop_table("custody")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_row_order"))
        batch_op.drop_index(batch_op.f("ix_batch_dossier_id"))

    op.drop_table("batch")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_row_order"))

    op.drop_table("person")
    with op.batch_alter_table("master", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_master_row_order"))

    op.drop_table("master")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "job_dedupe",
            sqlite_where=sa.text("state IN ('queued', 'running') AND dedupe_key <> ''"),
            postgresql_where=sa.text("state IN ('queued', 'running') AND dedupe_key <> ''"),
        )
        batch_op.drop_index("job_claim")
        batch_op.drop_index(batch_op.f("ix_job_state"))
        batch_op.drop_index(batch_op.f("ix_job_row_order"))
        batch_op.drop_index(batch_op.f("ix_job_dossier_id"))

    op.drop_table("job")
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_row_order"))

    op.drop_table("dossier")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))

    op.drop_table("audit")
    drop_refusal()
