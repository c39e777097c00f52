"""What every service needs, handed over once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

from attrs import field, frozen

from app.domain.dossier import Dossier
from app.domain.handoff_terms import HandOffTerms
from app.kernel.clock import Clock, timestamp
from app.kernel.errors import BadInput
from app.services.ports import (
    ArchiveTarget,
    BlobStore,
    Dispatcher,
    IdentityReader,
    Notifier,
    SecretStore,
    Storage,
    Transaction,
    WorkerPool,
)
from app.services.reading_ports import Spooler
from app.services.sheets import ReadSheet, Sheet
from app.services.views import DoctorRow
from archive_rules.case_number import parse


@frozen(kw_only=True)
class Folders:
    """Where things lie inside the data folder."""

    root: Path
    spool: Path
    work: Path
    packages: Path
    bundled: Path
    cabinets: Path
    reading: Path


@frozen(kw_only=True)
class Context:
    """The adapters behind the ports and the settings of this station.

    `claim_data` gives the lock that keeps two programs from changing one data folder at the same
    time; entering it raises Transient SYS-301 when somebody else holds it. `live_pool` are the
    workers kept for live inspection, which must not wait behind long jobs. `hand_key` gives the
    secret behind QR codes and digests of cards; it raises Broken IDN-113 when it cannot be used.
    `signing` are the settings of that name: which key signs what; `clamd` is where the virus
    scanner answers, "" for none.
    `notifier` gives a way to tell people something by its name (Refused NTC-104, BadInput NTC-105).
    `spooler` gives the queue of a printer by its name, "" for the default one.
    """

    storage: Storage
    blobs: BlobStore
    pool: WorkerPool
    live_pool: WorkerPool
    dispatcher: Dispatcher
    clock: Clock
    folders: Folders
    station: str
    language: str
    targets: Mapping[str, ArchiveTarget]
    claim_data: Callable[[str], AbstractContextManager[None]]
    open_cabinet: Callable[[str], Any]
    draw_work_slip: Callable[[Mapping[str, str | int | None], Path], None]
    draw_separator: Callable[[str, Path], None]
    draw_volume_papers: Callable[[Mapping[str, Any], Path], None]
    draw_review_report: Callable[[Mapping[str, Any], Path], None]
    draw_spine_labels: Callable[[Sequence[Mapping[str, Any]], Path], None]
    draw_locker_labels: Callable[..., None]
    draw_register: Callable[[Sheet, Path], None]
    write_sheets: Callable[[Sequence[Sheet], Path], None]
    read_sheets: Callable[[Path], list[ReadSheet]]
    cabinets: tuple[str, ...]
    draw_qr: Callable[[str, Path], None]
    hand_key: Callable[[], bytes]
    secrets: SecretStore
    notifier: Callable[[str], Notifier]
    identity_reader: IdentityReader
    spooler: Callable[[str], Spooler]
    probes: tuple[Callable[[], DoctorRow], ...] = ()
    engine: str = "rapidocr"
    rule_set: str = "default"
    limits: Mapping[str, float] = field(factory=dict)
    signing: Mapping[str, Any] = field(factory=dict)
    clamd: str = ""
    handoff_terms: HandOffTerms = field(factory=HandOffTerms)


class Service:
    """Base of all use cases: holds the context and finds dossiers by case number."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def _now(self) -> str:
        return timestamp(self._context.clock.now())

    def _today(self) -> date:
        """The day of this station's own calendar."""
        return self._context.clock.now().astimezone().date()

    def _dossier(self, tx: Transaction, case_no: str) -> Dossier:
        normal = parse(case_no).normal
        found = tx.dossiers.first(case_no=normal)
        if found is None:
            raise BadInput("CASE-101", case_no=normal)
        return found
