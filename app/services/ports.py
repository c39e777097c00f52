"""What services need from the outside: storage, jobs, audit, targets, devices. Adapters answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from attrs import field, frozen

from app.domain.access import Person
from app.domain.archiving import ArchivalPackage, Submission
from app.domain.archiving_records import (
    Addition,
    CheckDecision,
    CourtTransfer,
    PackageCheck,
    PackageSignature,
    Passport,
    TrackFreeze,
    Transfer,
)
from app.domain.custody import CustodyEvent, HandOff, StaffCard
from app.domain.dossier import (
    Batch,
    CourtTemplate,
    Dossier,
    Edit,
    Finding,
    Item,
    Master,
    Miss,
    Recognised,
    Side,
)
from app.domain.leafing import FlipThrough
from app.domain.locker import (
    Commissioning,
    DoorCycleRecord,
    Incident,
    LockerCell,
    QueuedEvent,
)
from app.domain.notices import Notice
from app.domain.reading import (
    HallNotice,
    PageIssue,
    PrintJob,
    QueryCode,
    ReaderMark,
    ReadingApplication,
    ReadingBundle,
    ReadingGrant,
    ReadingSlip,
    ReadingVisit,
)
from app.domain.reconciliation import LedgerEntry
from app.domain.review import (
    CorrectionRequest,
    ReviewRound,
    ReviewVerdict,
    SideNote,
    SignOff,
)
from app.domain.station import Device, Preference, ScanProfile
from app.domain.stock import StockTake
from app.kernel.progress import CancelToken, Report

Record = TypeVar("Record")


class Records(Protocol[Record]):
    """All rows of one kind, as domain objects."""

    def get(self, record_id: str) -> Record:
        """The row with this id. Raises KeyError when there is none."""
        ...

    def find(self, **equals: Any) -> list[Record]:
        """The rows whose fields equal the given values (a list or tuple means "one of"), in the
        order they were made (sides: by position)."""
        ...

    def first(self, **equals: Any) -> Record | None:
        """The first row of `find`, or None."""
        ...

    def count(self, **equals: Any) -> int:
        """How many rows `find` would give."""
        ...

    def tally(self, field: str, **equals: Any) -> dict[Any, int]:
        """How many of the rows `find` would give have each value of `field`; values that none has
        are left out."""
        ...

    def pick(self, fields: Sequence[str], **equals: Any) -> list[tuple[Any, ...]]:
        """Only these fields of the rows `find` would give: a fifth of its time, for dossiers of
        thousands of sides."""
        ...

    def amend(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Write single fields of many rows in one go: `{id: {field: value}}`. Not for records
        with a `version`. Raises Transient DB-103 when a row is not there."""
        ...

    def add(self, record: Record) -> None:
        """Write a new row."""
        ...

    def replace(self, record: Record) -> None:
        """Write the row again. A record with a `version` must hold the version that is stored and
        gets the next one; raises Transient DB-103 when somebody was faster."""
        ...

    def remove(self, record: Record) -> None:
        """Take a machine-made row away. Sides, masters, custody and audit rows have no removal."""
        ...


@frozen(kw_only=True)
class AuditRow:
    """One link of the chain: `digest` = SHA-256 over `previous` and the canonical row."""

    number: int
    at: str
    station: str
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    previous: str
    digest: str


class AuditLog(Protocol):
    """The hash-chained audit log, written in the transaction of the change it records."""

    def record(self, actor: str, action: str, subject: str, **details: Any) -> AuditRow:
        """Append one row. `subject` is a dossier's case number or a person's name."""
        ...

    def rows(self, subject: str | None = None) -> Iterator[AuditRow]:
        """Rows in order, of one subject or all."""
        ...

    def verify(self) -> tuple[bool, int, str, int | None]:
        """(intact, rows, digest of the last row, number of the first row that does not fit)."""
        ...


@frozen(kw_only=True)
class Job:
    """One piece of background work. `arguments` are plain data."""

    id: str
    task: str
    arguments: dict[str, Any]
    dossier_id: str = ""
    lane: str = ""
    dedupe_key: str = ""
    priority: int = 0
    state: str = "queued"
    attempts: int = 0
    not_before: str = ""
    error: dict[str, Any] = field(factory=dict)


class JobQueue(Protocol):
    """Work that is enqueued in the transaction that makes it necessary."""

    def enqueue(
        self,
        task: str,
        arguments: dict[str, Any],
        *,
        dossier_id: str = "",
        lane: str = "",
        dedupe_key: str = "",
        priority: int = 0,
    ) -> bool:
        """Queue one job; False when a job with this dedupe key already waits or runs: a higher
        priority then moves it ahead. Jobs of one lane never run side by side."""
        ...

    def claim(self, dossier_id: str | None = None) -> Job | None:
        """Take the next job (of one dossier) whose lane is free and mark it running."""
        ...

    def finish(self, job: Job) -> None:
        """The job is done."""
        ...

    def fail(
        self, job: Job, error: dict[str, Any], *, retry: bool, blameless: bool = False
    ) -> None:
        """The job failed: queue it again or put it on the failed list with its input kept. A
        `blameless` attempt (stopped, disk full) does not count."""
        ...

    def release_running(self) -> int:
        """Queue again what a dead dispatcher left running; gives how many."""
        ...

    def retry_failed(self, dossier_id: str) -> int:
        """Queue the failed jobs of a dossier again."""
        ...

    def counts(self, dossier_id: str | None = None) -> dict[str, int]:
        """Jobs by state."""
        ...

    def failed(self, dossier_id: str | None = None) -> list[Job]:
        """The failed list."""
        ...


class Transaction(Protocol):
    """One short transaction. Leaving the block without `commit` takes everything back; `commit`
    refuses (RuntimeError) when evidence rows changed and no audit row was written."""

    dossiers: Records[Dossier]
    batches: Records[Batch]
    masters: Records[Master]
    sides: Records[Side]
    findings: Records[Finding]
    recognised: Records[Recognised]
    items: Records[Item]
    edits: Records[Edit]
    ledger: Records[LedgerEntry]
    flip_throughs: Records[FlipThrough]
    packages: Records[ArchivalPackage]
    submissions: Records[Submission]
    custody: Records[CustodyEvent]
    hand_offs: Records[HandOff]
    grants: Records[ReadingGrant]
    people: Records[Person]
    misses: Records[Miss]
    profiles: Records[ScanProfile]
    devices: Records[Device]
    preferences: Records[Preference]
    court_templates: Records[CourtTemplate]
    review_rounds: Records[ReviewRound]
    review_verdicts: Records[ReviewVerdict]
    side_notes: Records[SideNote]
    sign_offs: Records[SignOff]
    correction_requests: Records[CorrectionRequest]
    locker_cells: Records[LockerCell]
    door_cycles: Records[DoorCycleRecord]
    incidents: Records[Incident]
    commissionings: Records[Commissioning]
    queued_events: Records[QueuedEvent]
    notices: Records[Notice]
    staff_cards: Records[StaffCard]
    stock_takes: Records[StockTake]
    transfers: Records[Transfer]
    track_freezes: Records[TrackFreeze]
    package_checks: Records[PackageCheck]
    check_decisions: Records[CheckDecision]
    package_signatures: Records[PackageSignature]
    passports: Records[Passport]
    additions: Records[Addition]
    court_transfers: Records[CourtTransfer]
    reading_applications: Records[ReadingApplication]
    reading_visits: Records[ReadingVisit]
    page_issues: Records[PageIssue]
    reader_marks: Records[ReaderMark]
    print_jobs: Records[PrintJob]
    reading_slips: Records[ReadingSlip]
    query_codes: Records[QueryCode]
    hall_notices: Records[HallNotice]
    reading_bundles: Records[ReadingBundle]
    audit: AuditLog
    jobs: JobQueue

    def commit(self) -> None:
        """Make everything of this transaction durable."""
        ...


class Storage(Protocol):
    """Opens transactions: one writer at a time, any number of readers."""

    def write(self) -> AbstractContextManager[Transaction]:
        """A transaction that may change rows; waits its turn."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads one consistent state."""
        ...

    def data_version(self) -> int:
        """A number that changes when anybody committed."""
        ...

    def search(self, text: str, limit: int) -> list[tuple[str, str, str]]:
        """(dossier id, side id, recognised text) of sides whose text holds `text`."""
        ...


class StoredBytes(Protocol):
    """What the object store says of bytes it holds."""

    @property
    def sha256(self) -> str:
        """Name of the object."""
        ...

    @property
    def sm3(self) -> str:
        """Second digest."""
        ...

    @property
    def size(self) -> int:
        """Size in bytes."""
        ...


class BlobStore(Protocol):
    """Content-addressed store of immutable bytes."""

    def put_file(self, path: Path) -> StoredBytes:
        """Store the bytes of a file; durable when this returns."""
        ...

    def link_file(self, path: Path) -> StoredBytes:
        """Store a finished file of our own without copying it where the disk can; it must not be
        written to again, but may be removed. Durable when this returns."""
        ...

    def put_bytes(self, data: bytes) -> StoredBytes:
        """Store bytes; durable when this returns."""
        ...

    def path_of(self, sha256: str) -> Path:
        """Where the object lies (read only)."""
        ...

    def exists(self, sha256: str) -> bool:
        """Whether the object is there."""
        ...

    def verify(self, sha256: str) -> bool:
        """Whether the stored bytes still have their digest."""
        ...


class WorkerPool(Protocol):
    """Runs pure functions by name ("package.module:function") in other processes."""

    workers: int

    def call(
        self,
        function: str,
        arguments: Sequence[Any],
        *,
        seconds: float,
        cancel: CancelToken | None = None,
    ) -> Any:
        """The function's result. Faults of the function come through; a crash raises Broken
        JOB-101, a time-out Broken JOB-102; Cancelled when cancelled."""
        ...

    def warm(self, function: str, arguments: Sequence[Any]) -> None:
        """Let every worker run this once while nobody needs it, one worker at a time, so that the
        first call finds it prepared. Returns at once; what it raises is of no consequence."""
        ...


class Dispatcher(Protocol):
    """Works through the job queue."""

    def run_until_idle(
        self, dossier_id: str | None, tick: Callable[[], None], cancel: CancelToken
    ) -> None:
        """Work (or wait for the process that works) until no job of the dossier is left. `tick`
        is called now and then, so that the caller can report progress. Raises Cancelled."""
        ...

    def run_forever(self, cancel: CancelToken, tick: Callable[[], None]) -> None:
        """Work until told to stop. Raises Transient JOB-201 when another process dispatches."""
        ...

    def resting(self) -> AbstractContextManager[None]:
        """Inside, no dispatcher on this data folder begins a job, in whatever program: a scanner
        is feeding. Jobs that run already end as usual."""
        ...


class ArchiveReceipt(Protocol):
    """What an archive target gives back after read-back."""

    def as_record(self) -> dict[str, Any]:
        """The receipt as plain data."""
        ...


Noted = Callable[[str, int], None]
"""Told how far a hand-over is: "sending", "sent" (all bytes are there) and "committed" (the far
side was told that all is there), with the bytes that the far side says it holds."""


def unnoted(_state: str, _bytes_there: int) -> None:
    """Nobody keeps the ledger of this hand-over."""


Rate = Callable[[], int]
"""Asked while something is sent for the most bytes a second, 0 for no limit."""


def unlimited() -> int:
    """As fast as it goes."""
    return 0


class ArchiveTarget(Protocol):
    """Where packages go."""

    def submit(
        self,
        package: Path,
        *,
        package_id: str,
        manifest_sha256: str,
        manifest_sm3: str,
        progress: Report,
        cancel: CancelToken,
        noted: Noted = unnoted,
        rate: Rate = unlimited,
    ) -> ArchiveReceipt:
        """Hand the package over; goes on from what the far side says it has. `rate` is asked again
        and again for the most bytes a second, 0 for none but the limit of the target itself.

        Returns only a receipt that was proved: by reading every byte back, or by the signature of
        the archive. The same digest again gives the same receipt and sends nothing. While an
        archive has not answered yet, Transient TGT-310 is raised after "committed" was noted; the
        next call goes on by waiting. Raises further what the adapters list (TGT-2xx to 4xx) and
        Cancelled.
        """
        ...

    def probe(self) -> None:
        """Look whether the target can be reached and written to; raises as `submit` would."""
        ...

    def recheck(self, receipt: Mapping[str, Any], *, progress: Report, cancel: CancelToken) -> None:
        """Read back what a receipt of this target confirmed and compare its digest. Raises Broken
        TGT-403 (it differs), TGT-418 (it is gone), else as `submit`."""
        ...


CloseDoor = Callable[[], None]


@frozen(kw_only=True)
class Message:
    """One message to one person. `id` differs from try to try, so that a gateway may drop what
    reaches it twice; `qr` is the text of a QR code to go with it, or ""."""

    id: str
    kind: str
    address: str
    person: str
    subject: str
    text: str
    qr: str = ""


class IdentityReader(Protocol):
    """The reader for ID cards of this machine."""

    typed_numbers: bool
    """Whether a number that was typed, by a reader that acts as a keyboard, is believed."""

    def read_number(self) -> str:
        """The number of the card on the reader. Raises Transient IDN-121 (the reader does not
        answer), Refused IDN-122 to IDN-125 (no card, an error, no reader here, card expired)."""
        ...


class SecretStore(Protocol):
    """Passwords, passphrases and keys of this station by name; settings hold the names alone."""

    def secret(self, name: str) -> str:
        """The value. Raises Refused SEC-101 (there is none), BadInput SEC-102 (not a name),
        Broken SEC-103 (it cannot be read, or others may read it)."""
        ...

    def names(self) -> dict[str, str]:
        """Which secrets there are, and where: "environment" or "file"."""
        ...

    def keep(self, name: str, value: str) -> None:
        """Write a secret. Raises BadInput SEC-102, SEC-104 (empty, too long), Broken SEC-103."""
        ...

    def remove(self, name: str) -> None:
        """Remove a kept secret. Raises Refused SEC-101, BadInput SEC-102, Broken SEC-103."""
        ...


class Notifier(Protocol):
    """One way to tell people something."""

    def send(self, message: Message) -> None:
        """Hand the message over; returns once the other side took it. Raises Transient NTC-101
        (out of reach, busy: try again), Refused NTC-102 (the other side does not take it), Broken
        NTC-103 (the settings of this channel cannot be used)."""
        ...
