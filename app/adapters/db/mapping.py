"""Between rows and domain objects: equal field names, JSON where a value is structured."""

from __future__ import annotations

from typing import Any, TypeVar

import attrs
from cattrs import Converter

from app.adapters.db import archive_orm, custody_orm, orm, reading_orm
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

Record = TypeVar("Record")

TABLES: dict[type[Any], type[orm.Row]] = {
    Dossier: orm.DossierRow,
    Batch: orm.BatchRow,
    Master: orm.MasterRow,
    Side: orm.SideRow,
    Finding: orm.FindingRow,
    Recognised: orm.RecognisedRow,
    Item: orm.ItemRow,
    CourtTemplate: orm.CourtTemplateRow,
    Edit: orm.EditRow,
    LedgerEntry: orm.LedgerRow,
    FlipThrough: orm.FlipThroughRow,
    ArchivalPackage: orm.PackageRow,
    Submission: orm.SubmissionRow,
    CustodyEvent: custody_orm.CustodyRow,
    HandOff: custody_orm.HandOffRow,
    ReadingGrant: orm.GrantRow,
    Person: orm.PersonRow,
    Miss: orm.MissRow,
    ScanProfile: orm.ProfileRow,
    Device: orm.DeviceRow,
    Preference: orm.PreferenceRow,
    ReviewRound: orm.ReviewRoundRow,
    ReviewVerdict: orm.ReviewVerdictRow,
    SideNote: orm.SideNoteRow,
    SignOff: orm.SignOffRow,
    CorrectionRequest: orm.CorrectionRequestRow,
    LockerCell: custody_orm.LockerCellRow,
    DoorCycleRecord: custody_orm.DoorCycleRow,
    Incident: custody_orm.IncidentRow,
    Commissioning: custody_orm.CommissioningRow,
    QueuedEvent: custody_orm.QueuedEventRow,
    Notice: custody_orm.NoticeRow,
    StaffCard: custody_orm.StaffCardRow,
    StockTake: custody_orm.StockTakeRow,
    Transfer: archive_orm.TransferRow,
    TrackFreeze: archive_orm.TrackFreezeRow,
    PackageCheck: archive_orm.PackageCheckRow,
    CheckDecision: archive_orm.CheckDecisionRow,
    PackageSignature: archive_orm.PackageSignatureRow,
    Passport: archive_orm.PassportRow,
    Addition: archive_orm.AdditionRow,
    CourtTransfer: archive_orm.CourtTransferRow,
    ReadingApplication: reading_orm.ReadingApplicationRow,
    ReadingVisit: reading_orm.ReadingVisitRow,
    PageIssue: reading_orm.PageIssueRow,
    ReaderMark: reading_orm.ReaderMarkRow,
    PrintJob: reading_orm.PrintJobRow,
    ReadingSlip: reading_orm.ReadingSlipRow,
    QueryCode: reading_orm.QueryCodeRow,
    HallNotice: reading_orm.HallNoticeRow,
    ReadingBundle: reading_orm.ReadingBundleRow,
}

_converter = Converter()


def to_values(record: Any) -> dict[str, Any]:
    """The column values of a domain object."""
    values = attrs.asdict(record, recurse=False)
    return {name: plain(value) for name, value in values.items()}


def to_record(kind: type[Record], row: orm.Row) -> Record:
    """The domain object of a row."""
    names = [attribute.name for attribute in attrs.fields(kind)]  # type: ignore[arg-type]
    return _converter.structure({name: getattr(row, name) for name in names}, kind)


def plain(value: Any) -> Any:
    """A value as a column takes it: tuples become lists."""
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return value
