"""The composition root: settings and adapters become a Workstation or a ReadingRoom."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import attrs
from filelock import FileLock

from app.adapters.blobs.disk import DiskBlobStore
from app.adapters.bundle_terminal import BundleTerminal
from app.adapters.cabinet_station import CabinetStation
from app.adapters.db.engine import make_engine, sqlite_url
from app.adapters.db.schema import copy_sqlite, current_revision, needs_upgrade, upgrade
from app.adapters.db.uow import SqlStorage, database_faults
from app.adapters.hand_keys import hand_key
from app.adapters.health import probes
from app.adapters.id_card_reader import IdCardReader
from app.adapters.jobs.embedded import EmbeddedDispatcher, SchedulingPool
from app.adapters.jobs.pool import PebbleWorkerPool
from app.adapters.logs import start_logging
from app.adapters.notices.channels import Notifiers
from app.adapters.ownership import claim, claim_terminal
from app.adapters.plugins import ArchiveTargets, Cabinets, take_over
from app.adapters.printing.locker_labels import locker_labels
from app.adapters.printing.qr_picture import write_qr
from app.adapters.printing.registers import draw_register
from app.adapters.printing.review_report import review_report
from app.adapters.printing.slips import separator_sheet, work_slip
from app.adapters.printing.spine_labels import spine_labels
from app.adapters.printing.spooler import PrintSpooler
from app.adapters.printing.volume_papers import volume_papers
from app.adapters.secret_store import StationSecrets
from app.adapters.settings import load_settings
from app.adapters.signing.key_settings import signing_settings
from app.adapters.spreadsheets import read_sheets, write_sheets
from app.adapters.virus_scan import clamd_address
from app.domain.handoff_terms import terms_from
from app.kernel.clock import SystemClock, timestamp
from app.kernel.errors import BadInput, Broken, Refused
from app.kernel.progress import CancelToken
from app.services.comparison import CompareSides
from app.services.context import Context, Folders
from app.services.files import Bench
from app.services.ports import WorkerPool
from app.services.reading_bundle_rooms import BundleRoom
from app.services.reading_room import ReadingRoom
from app.services.tasks import (
    COMPARE,
    EXAMINE,
    RECOGNISE,
    BackgroundTask,
    ExamineSide,
    RecogniseSide,
)
from app.services.views import DoctorRow
from app.services.workstation import Workstation
from archive_rules.case_codes import CaseCodes, codes_from_toml
from archive_rules.case_number import use_codes
from archive_rules.rule_sets import load_rule_set

DATABASE = "dossiers.db"
SCHEMA_LOCK = "schema.lock"
BUILT_IN_ARCHIVE = "archive"
DATA_ENVIRONMENT = "JUANZONG_DATA"
RULE_SET = "default"
RECEIPT_KEY = "receipt-key"
# Case type and court codes that a court adds to the packaged ones, in its data folder.
CASE_CODES = "case_codes.toml"
# Looking at a side takes a twentieth of a second: one keeps up, two where there is room.
LIVE_WORKERS = 2
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


class Pool(WorkerPool, SchedulingPool, Protocol):
    """Worker processes, for single calls and for the dispatcher."""

    def close(self) -> None:
        """Stop all workers."""
        ...


def open_workstation(
    data: Path,
    *,
    language: str | None = None,
    engine: str | None = None,
    pool: Pool | None = None,
) -> Workstation:
    """The workstation over a data folder, which is made when missing.

    Raises Broken SYS-401 when the folder cannot be used, Refused DB-202 when the database is of
    an older program, Broken DB-201 when it is of a newer one, BadInput SET codes, ARC codes for
    `case_codes.toml`. `pool` replaces the worker processes (tests).
    """
    context, close = _compose(data, language, engine, pool)
    return Workstation(context, close)


def open_reading_room(data: Path) -> tuple[ReadingRoom, Workstation]:
    """The reading room of a review terminal, and the object to close at the end."""
    context, close = _compose(data, None, None, None)
    return ReadingRoom(context), Workstation(context, close)


def open_bundle_terminal(folder: Path) -> BundleTerminal:
    """A review terminal over the bundles in a folder, without the database of the court. The
    reader for ID cards is that of the settings in this folder. Raises BadInput RDR-147 when the
    folder was not set up, SET codes."""
    pool = PebbleWorkerPool(background=True)
    cards = IdCardReader(load_settings(folder).identity, SystemClock())

    def opened(data: Path) -> tuple[BundleRoom, Callable[[], None]]:
        context, close = _compose(data, None, None, pool)
        return BundleRoom(attrs.evolve(context, identity_reader=cards)), close

    return BundleTerminal(folder, open_room=opened, now=timestamp(SystemClock().now()))


def sole_terminal(data: Path) -> AbstractContextManager[None]:
    """Be the only review terminal of this machine over the data folder. Raises Refused RDR-168."""
    return claim_terminal(data)


def open_cabinet_station(
    data: Path, cabinet: str, *, language: str | None = None
) -> CabinetStation:
    """The program at `cabinet`, or at the first one of the settings for "". The workstation behind
    it is opened when it is first needed, for the cabinet goes on without it.

    Raises as `CabinetStation`.
    """
    return CabinetStation(
        data, cabinet, open_services=lambda: open_workstation(data, language=language)
    )


@contextmanager
def open_bench(data: Path) -> Iterator[Bench]:
    """Inspection and recognition of named files. The data folder is only asked for settings, and
    nothing is made in it."""
    pool = PebbleWorkerPool(load_settings(data).workers or None)
    try:
        yield Bench(pool=pool, limits=_inspection_limits())
    finally:
        pool.close()


def language_of_settings(data: Path) -> str:
    """The language this station is set to, "" when its settings cannot be read: whoever opens
    the workstation is told then."""
    try:
        return load_settings(data).language
    except BadInput:
        return ""


def check_machine(data: Path) -> list[DoctorRow]:
    """What this machine needs and whether it is there; works where nothing else does."""
    return [probe() for probe in probes(data)]


def log_into(data: Path) -> Callable[[], None]:
    """Log this process into the data folder, whose `logs` is made with the first line; gives the
    function that ends it."""
    return start_logging(data)


def upgrade_database(data: Path) -> Path | None:
    """Bring the database to this program's schema; gives the copy made before, None when there
    was nothing to upgrade.

    Raises Transient SYS-301 when another program uses the folder, Broken DB-201 when the database
    is of a newer program.
    """
    _make_folders(data)
    engine = make_engine(sqlite_url(data / DATABASE))
    try:
        with claim(data, "db"), FileLock(data / SCHEMA_LOCK), database_faults():
            if not needs_upgrade(engine):
                return None
            copy = None
            if current_revision(engine) is not None:
                moment = timestamp(SystemClock().now()).replace(":", "").replace(".", "")
                copy = data / "backup" / f"dossiers-{moment}.db"
                copy_sqlite(data / DATABASE, copy)
            upgrade(engine)
            return copy
    finally:
        engine.dispose()


def receive_packages(
    folder: Path, key: Path, data: Path, cancel: CancelToken
) -> list[dict[str, Any]]:
    """The archive's side: take over what was handed over in `folder`; gives the receipts, signed
    with the key in the file `key`. A passphrase of the key is the secret "receipt-key".

    Raises BadInput TGT-211 (the key), and what the folder raises.
    """
    secrets = StationSecrets(data)
    passphrase = secrets.secret(RECEIPT_KEY) if RECEIPT_KEY in secrets.names() else ""
    return take_over(folder, key, passphrase, data / "work" / "receiving", cancel)


def _compose(
    data: Path, language: str | None, engine_name: str | None, given_pool: Pool | None
) -> tuple[Context, Callable[[], None]]:
    folders = _make_folders(data)
    settings = load_settings(data)
    # A wrong setting is told at the start, not when the first package is to be signed.
    signing_settings(settings.signing, settings.trust)
    use_codes(_case_codes(data))
    clock = SystemClock()
    engine = make_engine(sqlite_url(data / DATABASE))
    with FileLock(data / SCHEMA_LOCK), database_faults():
        if current_revision(engine) is None:
            upgrade(engine)
        elif needs_upgrade(engine):
            raise Refused("DB-202")
    storage = SqlStorage(engine, clock, settings.station)
    pool = given_pool or PebbleWorkerPool(settings.workers or None, background=True)
    live_pool = given_pool or PebbleWorkerPool(min(LIVE_WORKERS, max(1, pool.workers // 2)))
    targets = settings.targets or {BUILT_IN_ARCHIVE: {"kind": "folder", "path": BUILT_IN_ARCHIVE}}
    if not settings.targets:
        # Only the built-in one is made: a share that is not mounted must not become a folder.
        (data / BUILT_IN_ARCHIVE).mkdir(exist_ok=True)
    tasks: dict[str, BackgroundTask] = {}
    cabinets = Cabinets(folders.cabinets, settings.lockers)
    context = Context(
        storage=storage,
        blobs=DiskBlobStore(data),
        pool=pool,
        live_pool=live_pool,
        dispatcher=EmbeddedDispatcher(storage, pool, tasks, data),
        clock=clock,
        folders=folders,
        station=settings.station,
        language=language or settings.language,
        targets=ArchiveTargets(targets, data),
        claim_data=lambda holder: claim(data, holder),
        draw_work_slip=work_slip,
        draw_separator=separator_sheet,
        draw_volume_papers=volume_papers,
        draw_review_report=review_report,
        draw_spine_labels=spine_labels,
        draw_locker_labels=locker_labels,
        draw_register=draw_register,
        write_sheets=write_sheets,
        read_sheets=read_sheets,
        open_cabinet=cabinets.open,
        cabinets=settings.cabinets,
        draw_qr=write_qr,
        hand_key=lambda: hand_key(data),
        secrets=StationSecrets(data),
        notifier=Notifiers(settings.notices, data, clock.now),
        identity_reader=IdCardReader(settings.identity, clock),
        spooler=PrintSpooler,
        probes=probes(data),
        engine=engine_name or settings.engine,
        rule_set=RULE_SET,
        limits=_inspection_limits(),
        signing=settings.signing,
        clamd=clamd_address(settings.virus),
        handoff_terms=terms_from(settings.handoff),
    )
    tasks[EXAMINE] = ExamineSide(context)
    tasks[RECOGNISE] = RecogniseSide(context)
    tasks[COMPARE] = CompareSides(context)

    def close() -> None:
        cabinets.close()
        pool.close()
        live_pool.close()
        storage.close()

    return context, close


def _case_codes(data: Path) -> CaseCodes | None:
    """The case codes of the court of this data folder, None when it has none of its own."""
    path = data / CASE_CODES
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("SET-101", path=str(path), reason=str(error)) from error
    return codes_from_toml(text, name=CASE_CODES)


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
        probe = data / f".writable-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise Broken("SYS-401", path=str(data), reason=error.strerror or str(error)) from error
    return folders
