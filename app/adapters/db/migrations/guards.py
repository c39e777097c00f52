"""Triggers by which the database itself keeps evidence, for the migrations."""

from __future__ import annotations

from typing import Literal

from alembic import op

# What PostgreSQL's triggers call; the first migration makes it, its downgrade drops it.
REFUSAL = "refuse_change"


def make_refusal() -> None:
    """Make the function that the triggers of PostgreSQL call; SQLite needs none."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION {REFUSAL}() RETURNS trigger AS $$ "
            "BEGIN RAISE EXCEPTION '% rows are evidence', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
        )


def drop_refusal() -> None:
    """Take back what `make_refusal` made, once no table has a guard."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {REFUSAL}()")


def guard(table: str, *actions: Literal["UPDATE", "DELETE"]) -> None:
    """Let the database refuse `actions` on every row of `table`, whoever asks.

    Rows that are only ever added: `guard("audit", "UPDATE", "DELETE")`. Rows that are settled
    later and stay: `guard("side", "DELETE")`. Each action becomes a trigger
    `<table>_no_<action>`, which goes with the table when that is dropped.
    """
    for action in actions:
        name = f"{table}_no_{action.lower()}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are evidence'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {REFUSAL}()"
            )
