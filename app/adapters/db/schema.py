"""Brings a database to the schema of this program, after a copy; refuses a newer one.

Every program asks whether its database is new enough, and hardly any has to change it: the library
that does is loaded only then, for it takes a tenth of the time of a start.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from app.kernel.errors import Broken

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """The configuration of the migrations inside this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


@cache
def revisions() -> tuple[str, ...]:
    """The revisions this program knows, oldest first: each has a file that begins with it."""
    files = sorted((MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    return tuple(file.name.partition("_")[0] for file in files)


def head_revision() -> str:
    """The newest revision this program knows."""
    if not revisions():
        raise RuntimeError("the package holds no migrations")
    return revisions()[-1]


def current_revision(engine: Engine) -> str | None:
    """The revision of a database, None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


def needs_upgrade(engine: Engine) -> bool:
    """Whether the database is behind. Raises Broken DB-201 when it is newer than the program."""
    current = current_revision(engine)
    if current == head_revision():
        return False
    if current is not None and current not in revisions():
        raise Broken("DB-201", found=current, known=head_revision())
    return True


def upgrade(engine: Engine, target: str = "head") -> None:
    """Run the missing migrations. The foreign keys of SQLite rest while tables are rebuilt."""
    from alembic import command

    config = alembic_config()
    with engine.connect().execution_options(writing=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, target)
        connection.commit()


def downgrade(engine: Engine, target: str) -> None:
    """Run migrations backwards (tests and emergencies)."""
    from alembic import command

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
