"""Read models: frozen rows for screens and the command line. They never hold database objects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from app.services.station_views import SheetSum


@frozen(kw_only=True)
class CaseRow:
    """One line of the case list. `due` is the archiving date (ISO day) or empty; `overdue` tells.
    `term` is the state of the term of archiving (`archive_rules.terms.Term`), `days_left` what is
    left of it (negative: over; None: not closed yet, or archived).

    `next_action` is a code of NEXT_ACTIONS; `blockers` counts what stands before it.
    """

    case_no: str
    state: str
    cause: str
    plaintiff: str
    defendant: str
    clerk: str
    sides: int
    due: str
    overdue: bool
    next_action: str
    blockers: int
    term: str = ""
    days_left: int | None = None


NEXT_ACTIONS = (
    "scan",
    "process",
    "inspect",
    "catalogue",
    "reconcile",
    "resolve",
    "seal",
    "package",
    "check",
    "submit",
    "return_paper",
    "shelve",
    "none",
)


@frozen(kw_only=True)
class StepState:
    """One step of the line: state is "done", "current", "blocked" or "ahead"."""

    step: str
    state: str
    open_count: int = 0


@frozen(kw_only=True)
class CaseView:
    """Everything about one case that fits beside its name. `doubts` are codes of what a person
    should settle about the case itself: "case_type_unknown"."""

    case_no: str
    state: str
    court: str
    cause: str
    plaintiff: str
    defendant: str
    judge: str
    clerk: str
    filed_on: str
    closed_on: str
    mode: str
    retention: str
    template: str
    paper_pages: int | None
    sheets: int
    sides: int
    blank_sides: int
    queued: int
    failed: int
    open_findings: int
    items: int
    doubtful_items: int
    open_discrepancies: int
    package: str
    next_action: str
    blockers: int
    steps: tuple[StepState, ...]
    sheet_sums: tuple[SheetSum, ...] = ()
    doubts: tuple[str, ...] = ()


@frozen(kw_only=True)
class FindingRow:
    """One finding with what a screen shows of it. `box` is in pixels of the upright page."""

    id: str
    side_id: str
    position: int
    code: str
    severity: str
    value: float
    limit: float
    box: tuple[float, ...] | None
    verdict: str
    verdict_by: str
    remark: str


@frozen(kw_only=True)
class SideRow:
    """One side for the film strip and the viewer. Pictures are paths or None while in work.

    `thumbnail` is at most 256 px, `picture` at most 2200 px on the longer edge; both upright.
    `width` and `height` are of the upright page in pixels of the master, the space of all boxes.
    `deviation` (0 to 1) says how far the side lies outside what is usual in its dossier.
    `recipe` is the conditioning by which `thumbnail` and `picture` are drawn; boxes are shown over
    them by `app.domain.recipe.shown_box`. `plain` is the picture without it, None when it is the
    same.
    """

    id: str
    position: int
    part: str
    volume: int
    batch: str
    sheet: int
    face: str
    file: str
    width: int
    height: int
    dpi: int
    turn: int
    skew_deg: float
    blank: bool
    role: str
    role_by: str
    page_number: int | None
    page_number_confidence: float
    number_by: str
    item_number: int | None
    fault: str
    examined: bool
    recognised: bool
    thumbnail: Path | None
    picture: Path | None
    findings: tuple[FindingRow, ...] = ()
    glanced: bool = False
    marker: dict[str, Any] = field(factory=dict)
    replaces: str = ""
    companion: Path | None = None
    deviation: float = 0.0
    number_reason: dict[str, Any] = field(factory=dict)
    recipe: dict[str, Any] = field(factory=dict)
    plain: Path | None = None


@frozen(kw_only=True)
class TextLineRow:
    """One recognised line, box in pixels of the upright page; `characters` are its characters, each
    with its box."""

    text: str
    confidence: float
    box: tuple[float, ...]
    characters: tuple[tuple[str, tuple[float, ...]], ...] = ()


@frozen(kw_only=True)
class ItemRow:
    """One row of the catalogue. `doubtful` when nobody confirmed it and the machine is unsure of
    its beginning or of a field; `fields` and `keyed` are those of `app.domain.dossier.Item`."""

    id: str
    part: str
    number: int
    title: str
    category: str
    date: str
    first_page: int | None
    last_page: int | None
    first_position: int
    last_position: int
    confidence: float
    doubtful: bool
    confirmed_by: str
    reason: dict[str, Any] = field(factory=dict)
    author: str = ""
    fields: dict[str, Any] = field(factory=dict)
    keyed: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class DiscrepancyRow:
    """One discrepancy between paper and image. `verdict` is "", "same", "differs" or "ask"."""

    id: str
    kind: str
    positions: tuple[int, ...]
    page_numbers: tuple[int, ...]
    confidence: float
    explanation: str
    verdict: str
    verdict_by: str
    remark: str


@frozen(kw_only=True)
class PaperTile:
    """One expected paper page beside the sides that stand for it: "matched", "missing", "double",
    "stranger" or "unnumbered". `page_number` is None for strangers and unnumbered sides."""

    page_number: int | None
    positions: tuple[int, ...]
    state: str


@frozen(kw_only=True)
class ReconciliationView:
    """The answer of reconciliation, and the ledger as two aligned tracks."""

    verdict: str
    counts: dict[str, int | None]
    discrepancies: tuple[DiscrepancyRow, ...]
    tiles: tuple[PaperTile, ...]


@frozen(kw_only=True)
class ScanEventView:
    """What the scan screen hears while a batch runs.

    `kind` is "side" (stored; `side` is set), "glance" (live inspection has seen `side`: pictures,
    findings and codes are there), "warning" or "closed". `case_no` is the case the side went to.
    """

    kind: str
    case_no: str = ""
    side: SideRow | None = None
    code: str = ""
    parameters: dict[str, Any] = field(factory=dict)
    sheets: int = 0
    sides: int = 0


@frozen(kw_only=True)
class ScanResult:
    """What one batch stored. `skipped` counts sides that were stored by an earlier run."""

    batch: str
    sheets: int
    sides: int
    skipped: int
    warnings: tuple[dict[str, Any], ...]


@frozen(kw_only=True)
class SourceRow:
    """A device that can be reached."""

    source: str
    maker: str
    model: str
    feeder: bool
    duplex: bool


@frozen(kw_only=True)
class JobCounts:
    """Background work of one case (or of all)."""

    queued: int
    running: int
    failed: int
    done: int


@frozen(kw_only=True)
class CheckRow:
    """One item of the four-property check: result is "pass", "fail" or "manual"."""

    code: str
    name: str
    property: str
    result: str
    remark: str


@frozen(kw_only=True)
class PackageView:
    """A built package and its check."""

    package: str
    version: int
    sha256: str
    sm3: str
    provisional: bool
    accepted: bool
    checks: tuple[CheckRow, ...]


@frozen(kw_only=True)
class TracksView:
    """Both tracks into the archive and what is open on them."""

    case_no: str
    state: str
    mode: str
    electronic: dict[str, Any]
    paper: dict[str, Any]
    verdict: str
    open: tuple[dict[str, Any], ...]
    accessioned: bool


@frozen(kw_only=True)
class HistoryRow:
    """One line of a dossier's history. `action` is a code; `details` its parameters."""

    number: int
    at: str
    actor: str
    action: str
    details: dict[str, Any]
    undoable: str = ""


@frozen(kw_only=True)
class AuditReport:
    """The answer of `audit verify`. `broken_at` is the first row that does not fit, or None."""

    ok: bool
    rows: int
    head: str
    broken_at: int | None


@frozen(kw_only=True)
class DoctorRow:
    """One thing this machine needs: `ok`, or `remedy` says what to do (a fault code)."""

    name: str
    ok: bool
    detail: str
    code: str = ""


@frozen(kw_only=True)
class SearchHit:
    """One hit of the full-text search."""

    case_no: str
    position: int
    page_number: int | None
    snippet: str
