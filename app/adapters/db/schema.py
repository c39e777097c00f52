"""Brings a database to the schema of this program, after a copy; refuses a newer one."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.kernel.errors import Broken

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """The configuration of the migrations inside this package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def head_revision() -> str:
    """The newest revision this program knows."""
    head = _scripts().get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def current_revision(engine: Engine) -> str | None:
    """The revision of a database, None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def needs_upgrade(engine: Engine) -> bool:
    """Whether the database is behind. Raises Broken DB-201 when it is newer than the program."""
    current = current_revision(engine)
    if current == head_revision():
        return False
    known = {script.revision for script in _scripts().walk_revisions()}
    if current is not None and current not in known:
        raise Broken("DB-201", found=current, known=head_revision())
    return True


def upgrade(engine: Engine, target: str = "head") -> None:
    """Run the missing migrations. The foreign keys of SQLite rest while tables are rebuilt."""
    config = alembic_config()
    with engine.connect().execution_options(writing=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, target)
        connection.commit()


def downgrade(engine: Engine, target: str) -> None:
    """Run migrations backwards (tests and emergencies)."""
    config = alembic_config()
    with engine.connect().execution_options(writing=True) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, target)
        connection.commit()


def copy_sqlite(source: Path, destination: Path) -> None:
    """A consistent copy of a SQLite file while it may be in use (SQLite's own backup)."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(source) as old, sqlite3.connect(destination) as new:
        old.backup(new)
    old.close()
    new.close()
