"""The composition root: settings and adapters become a Workstation or a ReadingRoom."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from app.adapters.blobs.disk import DiskBlobStore
from app.adapters.db.engine import make_engine, sqlite_url
from app.adapters.db.schema import copy_sqlite, current_revision, needs_upgrade, upgrade
from app.adapters.db.uow import SqlStorage
from app.adapters.health import probes
from app.adapters.jobs.embedded import EmbeddedDispatcher
from app.adapters.jobs.pool import PebbleWorkerPool
from app.adapters.ownership import claim
from app.adapters.plugins import Cabinet, archive_target
from app.adapters.settings import load_settings
from app.kernel.clock import SystemClock, timestamp
from app.kernel.errors import Broken, Refused
from app.services.context import Context, Folders
from app.services.reading_room import ReadingRoom
from app.services.tasks import EXAMINE, RECOGNISE, ExamineSide, RecogniseSide
from app.services.workstation import Workstation
from archive_rules.rule_sets import load_rule_set

DATABASE = "dossiers.db"
DATA_ENVIRONMENT = "JUANZONG_DATA"
RULE_SET = "default"
# What the rule set calls a limit, and what inspection calls it.
INSPECTION_LIMITS = {
    "inspection.skew_warn_deg": "skew_warn",
    "inspection.skew_fail_deg": "skew_fail",
    "inspection.dpi_minimum": "low_resolution",
}


def default_data_folder() -> Path:
    """Where data lies when nobody says: `JUANZONG_DATA`, else the user's data folder."""
    named = os.environ.get(DATA_ENVIRONMENT)
    if named:
        return Path(named)
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return base / "juanzong"


def open_workstation(
    data: Path, *, language: str | None = None, engine: str | None = None
) -> Workstation:
    """The workstation over a data folder, which is made when missing.

    Raises Broken SYS-401 when the folder cannot be used, Refused DB-202 when the database is of
    an older program, Broken DB-201 when it is of a newer one, BadInput SET codes.
    """
    context, close = _compose(data, language, engine)
    return Workstation(context, close)


def open_reading_room(data: Path) -> tuple[ReadingRoom, Workstation]:
    """The reading room of a review terminal, and the object to close at the end."""
    context, close = _compose(data, None, None)
    return ReadingRoom(context), Workstation(context, close)


def upgrade_database(data: Path) -> Path | None:
    """Bring the database to this program's schema; gives the copy made before, None when there
    was nothing to do."""
    _make_folders(data)
    engine = make_engine(sqlite_url(data / DATABASE))
    try:
        if not needs_upgrade(engine):
            return None
        moment = timestamp(SystemClock().now()).replace(":", "").replace(".", "")
        copy = data / "backup" / f"dossiers-{moment}.db"
        copy_sqlite(data / DATABASE, copy)
        upgrade(engine)
        return copy
    finally:
        engine.dispose()


def _compose(
    data: Path, language: str | None, engine_name: str | None
) -> tuple[Context, Callable[[], None]]:
    folders = _make_folders(data)
    settings = load_settings(data)
    clock = SystemClock()
    engine = make_engine(sqlite_url(data / DATABASE))
    with FileLock(data / "schema.lock"):
        if current_revision(engine) is None:
            upgrade(engine)
        elif needs_upgrade(engine):
            raise Refused("DB-202")
    storage = SqlStorage(engine, clock, settings.station)
    pool = PebbleWorkerPool(settings.workers or None)
    targets = settings.targets or {"archive": {"kind": "folder", "path": "archive"}}
    tasks: dict[str, ExamineSide | RecogniseSide] = {}
    context = Context(
        storage=storage,
        blobs=DiskBlobStore(data / "objects"),
        pool=pool,
        dispatcher=EmbeddedDispatcher(storage, pool, tasks, data / "dispatcher.lock"),
        clock=clock,
        folders=folders,
        station=settings.station,
        language=language or settings.language,
        targets={name: archive_target(name, table, data) for name, table in targets.items()},
        claim_data=lambda holder: claim(data, holder),
        open_cabinet=lambda name: Cabinet(name, folders.cabinets),
        cabinets=settings.cabinets,
        probes=probes(data),
        engine=engine_name or settings.engine,
        rule_set=RULE_SET,
        limits=_inspection_limits(),
    )
    tasks[EXAMINE] = ExamineSide(context)
    tasks[RECOGNISE] = RecogniseSide(context)

    def close() -> None:
        pool.close()
        storage.close()

    return context, close


def _inspection_limits() -> dict[str, float]:
    rules = load_rule_set(RULE_SET)
    return {own: rules.number(name) for name, own in INSPECTION_LIMITS.items()}


def _make_folders(data: Path) -> Folders:
    folders = Folders(
        root=data,
        spool=data / "spool",
        work=data / "work",
        packages=data / "packages",
        bundled=data / "bundled",
        cabinets=data / "cabinets",
        reading=data / "reading",
    )
    try:
        for folder in (data, folders.spool, folders.work, folders.packages, folders.cabinets):
            folder.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Broken("SYS-401", path=str(data), reason=error.strerror or str(error)) from error
    return folders
