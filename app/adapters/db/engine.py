"""Engines for SQLite and PostgreSQL with the settings that evidence needs.

SQLite: WAL, `synchronous=FULL`, foreign keys on, writers begin with BEGIN IMMEDIATE, so that a
writer waits in line instead of failing half-way. PostgreSQL: one advisory lock per writing
transaction, which gives the audit chain the same single order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool, QueuePool

WRITER_LOCK = 0x4A5A  # any constant: names the lock inside this database
BUSY_SECONDS = 30


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


def make_engine(url: str) -> Engine:
    """An engine with the settings above. The file or database need not exist yet."""
    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=QueuePool, pool_size=5, pool_pre_ping=True)
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def begin_writing(connection: Connection) -> None:
    """Make sure this transaction is the only writer (SQLite did so at BEGIN)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # The driver's own transaction handling would begin late and deferred; _begin_sqlite does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
