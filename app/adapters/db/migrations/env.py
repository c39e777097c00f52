"""Runs the migrations on the connection that `app.adapters.db.schema` hands over."""

from __future__ import annotations

from alembic import context

from app.adapters.db.custody_orm import HandOffRow

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    # One for all rows; this module is the last of them.
    target_metadata=HandOffRow.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
