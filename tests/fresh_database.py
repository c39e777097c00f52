"""New databases of the tests: the migrations run once for each test process, then their result is
copied. That the migrations themselves are right is proved by tests/contracts/test_storage.py."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, inspect

from app.adapters.db.engine import make_engine, sqlite_url
from app.adapters.db.schema import upgrade


def upgrade_by_copy(folder: Path) -> Callable[[Engine], None]:
    """What stands for `upgrade` of an empty SQLite file: a copy of a database that is migrated in
    `folder` when the first one is asked for. Anything else is migrated as ever."""
    template = folder / "migrated.db"

    def fill(engine: Engine) -> None:
        if engine.dialect.name != "sqlite" or inspect(engine).get_table_names():
            upgrade(engine)
            return
        if not template.exists():
            _migrate(template)
        engine.dispose()
        shutil.copyfile(template, str(engine.url.database))

    return fill


def _migrate(template: Path) -> None:
    unfinished = template.with_suffix(".unfinished")
    engine = make_engine(sqlite_url(unfinished))
    upgrade(engine)
    engine.dispose()  # the last one that lets go of a database moves its log into it
    unfinished.replace(template)
