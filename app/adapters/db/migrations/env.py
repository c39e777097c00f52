"""Runs the migrations on the connection that `app.adapters.db.schema` hands over."""

from __future__ import annotations

from alembic import context

from app.adapters.db.orm import Row

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
