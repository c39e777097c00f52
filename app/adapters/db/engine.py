"""Engines for SQLite and PostgreSQL with the settings that evidence needs.

SQLite: WAL, `synchronous=FULL`, foreign keys on, writers begin with BEGIN IMMEDIATE, so that a
writer waits in line instead of failing half-way. Connections are kept: to open and to shut the
last one costs as much as a short transaction, for SQLite then moves its log into the file. A kept
connection whose file was put aside or exchanged is given up. PostgreSQL: one advisory lock per
writing transaction, which gives the audit chain the same single order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

WRITER_LOCK = 0x4A5A  # any constant: names the lock inside this database
BUSY_SECONDS = 30
KEPT_CONNECTIONS = 5


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


def make_engine(url: str) -> Engine:
    """An engine with the settings above. The file or database need not exist yet."""
    if not url.startswith("sqlite"):
        return create_engine(
            url, poolclass=QueuePool, pool_size=KEPT_CONNECTIONS, pool_pre_ping=True
        )
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=-1,  # nobody waits for a connection, only writers for each other
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    path = Path(engine.url.database or "")
    event.listen(engine, "connect", lambda _, record: record.info.update(file=_identity(path)))
    event.listen(engine, "checkout", lambda _, record, __: _refuse_other_file(record, path))
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


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and number of the file itself, None when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _refuse_other_file(record: ConnectionPoolEntry, path: Path) -> None:
    if record.info["file"] != _identity(path):
        raise DisconnectionError("the database file was put aside or exchanged")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
