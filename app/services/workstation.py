"""The one object that window, command line and worker hold: every use case of the staff."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from app.services.administration import Administration
from app.services.alterations import Alterations
from app.services.archival_codes import ArchivalCodes
from app.services.archiving import Archiving
from app.services.binding import Binding
from app.services.catalogue_screen import CatalogueScreen
from app.services.catalogue_templates import CatalogueTemplates
from app.services.conditioning import Conditioning
from app.services.context import Context
from app.services.court_transfers import CourtTransfers
from app.services.derivatives import Derivatives
from app.services.devices import Devices
from app.services.figures import Figures
from app.services.four_property import FourProperty
from app.services.granting import Granting
from app.services.hall_notices import HallNotices
from app.services.identification import Identification
from app.services.leafing import LeafingThrough
from app.services.locker_labels import LockerLabels
from app.services.notices import Notices
from app.services.overlays import Overlays
from app.services.passports import Passports
from app.services.pickup_lists import PickUpLists
from app.services.processing import Processing
from app.services.query_codes import QueryCodes
from app.services.reading_applications import Applying
from app.services.reading_bundle_logs import ReadingBundleLogs
from app.services.reading_bundles import ReadingBundles
from app.services.reading_grants import KeepingGrants
from app.services.reading_log import ReadingLog
from app.services.reading_notes import ReadingNotes
from app.services.reading_print_desk import ReadingPrintDesk
from app.services.reading_room import ReadingRoom
from app.services.reading_settings import ReadingSetting
from app.services.reading_slips import ReadingSlipDesk
from app.services.reconciliation import Reconciling
from app.services.registers import Registers
from app.services.rescanning import Rescanning
from app.services.retention import Retaining
from app.services.review_screen import ReviewScreen
from app.services.sheet_sums import SheetSums
from app.services.signing import Signing
from app.services.spreadsheets import Spreadsheets
from app.services.stack_scanning import StackScanning
from app.services.staff_cards import StaffCards
from app.services.station_secrets import KeepingSecrets
from app.services.stock_takes import StockTakes
from app.services.terms import Terms
from app.services.timelines import Timelines
from app.services.tracing import Tracing
from app.services.trusted_clock import TrustedClock


class Workstation(
    Administration,
    Rescanning,
    StackScanning,
    Conditioning,
    Derivatives,
    SheetSums,
    Devices,
    Figures,
    Processing,
    ReadingNotes,
    CatalogueTemplates,
    CatalogueScreen,
    Reconciling,
    LeafingThrough,
    Alterations,
    Overlays,
    Binding,
    Spreadsheets,
    ReviewScreen,
    Archiving,
    Terms,
    Retaining,
    ArchivalCodes,
    PickUpLists,
    ReadingSetting,
    ReadingPrintDesk,
    ReadingSlipDesk,
    ReadingLog,
    Applying,
    Granting,
    KeepingGrants,
    QueryCodes,
    ReadingBundles,
    ReadingBundleLogs,
    Notices,
    StaffCards,
    KeepingSecrets,
    Signing,
    Passports,
    CourtTransfers,
    Registers,
    FourProperty,
    Identification,
    HallNotices,
    StockTakes,
    LockerLabels,
    Timelines,
    Tracing,
    TrustedClock,
):
    """All use cases. Made by `app.bootstrap.open_workstation`; `close` it at the end."""

    def __init__(self, context: Context, close: Callable[[], None]) -> None:
        super().__init__(context)
        self._close = close

    @property
    def language(self) -> str:
        """The language of the people at this station."""
        return self._context.language

    def claim(self, holder: str) -> AbstractContextManager[None]:
        """Hold the data folder while changing it. Raises Transient SYS-301 when it is held."""
        return self._context.claim_data(holder)

    def reading_room(self) -> ReadingRoom:
        """The reading room over the same data (tests and the demo; a terminal opens its own)."""
        return ReadingRoom(self._context)

    def close(self) -> None:
        """Stop the workers and let go of the database."""
        self._close()
