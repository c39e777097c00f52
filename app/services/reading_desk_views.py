"""What the staff sees of reading by lawyers and parties: applications, grants, prints, records.

What a reader sees at the terminal is in `reading_views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen


@frozen(kw_only=True)
class PaperKindRow:
    """A paper that a kind of reader lays before the counter; `needed` when nothing goes without,
    `choice` when one of several such papers is enough."""

    code: str
    name: str
    needed: bool
    choice: bool = False


@frozen(kw_only=True)
class ReaderKindRow:
    """A kind of reader. `one_of` are codes of papers of which one is enough; `needs_leave`: the
    approver must give leave in so many words; `copies` tells whether copies may be granted;
    `represents`: somebody must be named for whom she reads."""

    code: str
    name: str
    papers: tuple[PaperKindRow, ...]
    one_of: tuple[str, ...] = ()
    needs_leave: bool = False
    copies: bool = True
    represents: bool = False
    note: str = ""
    source: str = ""


@frozen(kw_only=True)
class ReadingRules:
    """Who may ask to read, with which papers (STANDARDS 8.1 to 8.13)."""

    title: str
    version: str
    source: str
    kinds: tuple[ReaderKindRow, ...]
    handling_days: int


@frozen(kw_only=True)
class ApplicationForm:
    """What somebody asks for. `reader_kind` is a code of ReadingRules; `identity` the number of
    the ID card, of which only a keyed digest is kept; `papers` are (code of the paper, its number
    or ""); `wanted_pages` page numbers and `wanted_items` numbers of documents, both empty for
    all."""

    reader_kind: str
    reader: str
    certificate: str
    identity: str = ""
    represents: str = ""
    papers: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    part: str = "main"
    wanted_pages: tuple[int, ...] = ()
    wanted_items: tuple[int, ...] = ()
    wants_copies: bool = False


@frozen(kw_only=True)
class PaperRow:
    """A paper of one application. `needed` and `choice` as in PaperKindRow; `declared` when the
    applicant said she has it; `seen_by` is "" until somebody of the staff had it in her hands."""

    code: str
    name: str
    needed: bool
    declared: bool
    number: str = ""
    seen_by: str = ""
    seen_at: str = ""
    choice: bool = False


@frozen(kw_only=True)
class ApplicationRow:
    """One application. `state` is of the machine "application"; `turn` says who is waited for:
    "check" (the counter), "decide" (judge or archive), "applicant" or "" (nobody); `due_on` is the
    last day of the handling term and `days_left` negative when it is over, None once decided.
    `identified` tells whether an ID number was given, `party_known` whether the case on record
    names the reader, or whom she represents, as a party."""

    id: str
    number: str
    case_no: str
    cause: str
    state: str
    turn: str
    reader_kind: str
    kind_name: str
    reader: str
    certificate: str
    entered_by: str
    entered_at: str
    due_on: str
    days_left: int | None
    part: str = "main"
    represents: str = ""
    identified: bool = False
    party_known: bool = True
    papers: tuple[PaperRow, ...] = ()
    needs_leave: bool = False
    reason: str = ""
    wanted_pages: tuple[int, ...] = ()
    wants_copies: bool = False
    checked_by: str = ""
    checked_at: str = ""
    remark: str = ""
    decided_by: str = ""
    decided_at: str = ""
    decision_reason: str = ""
    grant: str = ""


@frozen(kw_only=True)
class GrantTerms:
    """What an approver gives. `pages` are page numbers, empty for all; `withheld` page numbers and
    `withheld_items` numbers of documents kept back. `valid_from` and `valid_until` are moments, ""
    for now and for `valid_days` (0: the days of the settings) from then. `cleared_pages` are shown
    under masking although the machine could not read them; `released_items` are documents that the
    rules propose to keep back and that are shown on purpose. `leave` gives the leave that some
    kinds of readers need."""

    pages: tuple[int, ...] = ()
    withheld: tuple[int, ...] = ()
    withheld_items: tuple[int, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    valid_days: int = 0
    views_limit: int = 0
    prints: int = 0
    masked: bool = False
    cleared_pages: tuple[int, ...] = ()
    released_items: tuple[int, ...] = ()
    leave: bool = False


@frozen(kw_only=True)
class PreviewPage:
    """One numbered page of the main part. `why` is "" when it would be shown, else "not_granted",
    "withheld", "withheld_item" or "unread" (masking finds nothing to go by)."""

    page_number: int
    side_id: str
    item_number: int | None
    item_title: str
    why: str = ""


@frozen(kw_only=True)
class PreviewItem:
    """One document of the main part. `proposed` is "" or says why the rules would keep it back, in
    the words of the rule."""

    number: int
    title: str
    first_page: int | None
    last_page: int | None
    withheld: bool
    proposed: str = ""


@frozen(kw_only=True)
class GrantPreview:
    """What a grant on these terms would show: `shown` and `withheld` count pages. `overlaps` are
    numbers of live grants of the same case, the same reader's first."""

    case_no: str
    pages: tuple[PreviewPage, ...]
    items: tuple[PreviewItem, ...]
    shown: int
    withheld: int
    overlaps: tuple[str, ...] = ()


@frozen(kw_only=True)
class GrantRow:
    """One grant. `state` is "live", "future", "ended", "revoked", "locked" (no tries left), "used"
    (no views left) or "closed" (the dossier is not sealed now)."""

    id: str
    number: str
    case_no: str
    cause: str
    state: str
    reader: str
    certificate_tail: str
    valid_from: str
    valid_until: str
    reader_kind: str = ""
    kind_name: str = ""
    represents: str = ""
    pages: tuple[int, ...] = ()
    withheld: tuple[int, ...] = ()
    withheld_items: tuple[int, ...] = ()
    views: int = 0
    views_limit: int = 0
    prints_left: int = 0
    prints_granted: int = 0
    masked: bool = False
    granted_by: str = ""
    approved_by: str = ""
    reason: str = ""
    application: str = ""
    tries_left: int = 0
    appointed_at: str = ""
    appointed_until: str = ""
    terminal: str = ""


@frozen(kw_only=True)
class GrantedCode:
    """The code of a grant, shown once, and the text of its signed QR code."""

    grant: str
    number: str
    code: str
    qr: str


@frozen(kw_only=True)
class QueryCodeRow:
    """One code for asking how far a case is. `state` is "live", "ended", "revoked" or "locked"."""

    id: str
    number: str
    case_no: str
    holder: str
    state: str
    made_at: str
    made_by: str
    valid_until: str


@frozen(kw_only=True)
class BundleRow:
    """A signed copy of what one grant shows, for a terminal without the database. `path` is where
    it was written; `carried_at` is "" until its log came back; `log_rows` how many rows that
    had. `pages` is how many it shows, told when it is made and 0 in lists."""

    id: str
    grant: str
    number: str
    case_no: str
    reader: str
    terminal: str
    path: str
    sha256: str
    made_at: str
    made_by: str
    valid_until: str
    carried_at: str = ""
    carried_by: str = ""
    log_rows: int = 0
    pages: int = 0


@frozen(kw_only=True)
class CarriedLog:
    """What came back from a terminal: how many rows of each kind were new here. `segment` counts
    the logs of its bundle: more than 1 when the terminal was wiped or set up anew, or the bundle
    was taken out and opened again."""

    bundle: str
    case_no: str
    visits: int
    issues: int
    marks: int
    prints: int
    slips: int
    audit_rows: int
    terminal: str = ""
    segment: int = 1


@frozen(kw_only=True)
class RefusedLog:
    """A log that was not taken over, and the record of the fault that says why."""

    path: str
    record: Mapping[str, Any]


@frozen(kw_only=True)
class CarriedLogs:
    """What came of the logs of a folder."""

    carried: tuple[CarriedLog, ...] = ()
    refused: tuple[RefusedLog, ...] = ()


@frozen(kw_only=True)
class VisitRow:
    """One visit with what happened in it. `proof` and `ended_by` are as in `ReadingVisit`;
    `pages` and `printed` count pages, `seconds` is how long pages were in sight in all."""

    id: str
    terminal: str
    reader: str
    proof: str
    started_at: str
    ended_at: str
    ended_by: str
    case_numbers: tuple[str, ...]
    pages: int = 0
    printed: int = 0
    searches: int = 0
    seconds: float = 0.0


@frozen(kw_only=True)
class ReadingLogRow:
    """One thing that a reader did. `action` is that of the audit record (app.words.events); a row
    of a page has its number, its issue and how long it was in sight, one of a search its words."""

    at: str
    action: str
    visit: str
    reader: str
    case_no: str
    terminal: str
    page_number: int | None = None
    issue: str = ""
    seconds: float = 0.0
    text: str = ""


@frozen(kw_only=True)
class PrintJobRow:
    """One print job. `state` is of the machine "print_job"; `printed_sheets` what the spooler said
    came out; `error` a recorded fault, empty for none; `reason` what a person wrote or a code of
    app.words.prints; `slip` tells that a reading slip is printed and no pages."""

    id: str
    number: str
    case_no: str
    reader: str
    state: str
    asked_at: str
    terminal: str
    pages: tuple[int, ...]
    copies: int = 1
    fee_cents: int = 0
    stamped: bool = False
    decided_by: str = ""
    decided_at: str = ""
    reason: str = ""
    printer: str = ""
    printed_sheets: int = 0
    ended_at: str = ""
    error: dict[str, Any] = field(factory=dict)
    slip: bool = False


@frozen(kw_only=True)
class TraceAnswer:
    """Whose copy a picture shows. `verdict` is "found", "not_found" or "forged" (the trace code on
    it is not one of ours or was changed); only "found" names anybody. `evidence` lists what it
    rests on: "code", "mark"; `confidence` is 0 to 1."""

    verdict: str
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    issue: str = ""
    kind: str = ""
    reader: str = ""
    certificate_tail: str = ""
    case_no: str = ""
    page_number: int | None = None
    made_at: str = ""
    terminal: str = ""
    grant: str = ""
    visit: str = ""
    remark: str = ""
