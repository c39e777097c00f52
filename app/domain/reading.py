"""What is kept of reading by lawyers and parties (阅卷): applications, visits, issued pages.

A page that was shown or printed is an issue: its number is in the trace code on the page, and its
row says who had it, when and where. Rows of issues and visits are never deleted.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

VIEW, PRINT = "view", "print"


@frozen(kw_only=True)
class ReadingApplication:
    """Somebody asks to read a dossier (阅卷申请); `state` is of the machine "application".

    `reader_kind` is a code of the rule set (archive_rules.reading). `papers` are {"paper",
    "number", "seen_by", "seen_at"}: what was laid before the counter. `identity_hash` is the keyed
    digest of the ID number, "" when none was given; of the certificate only its tail is kept in
    clear. `wanted_pages` are page numbers, empty for all.
    """

    id: str
    number: str
    dossier_id: str
    state: str
    reader_kind: str
    reader: str
    certificate: str
    entered_by: str
    entered_at: str
    part: str = "main"
    represents: str = ""
    identity_hash: str = ""
    papers: tuple[dict[str, Any], ...] = ()
    reason: str = ""
    wanted_pages: tuple[int, ...] = ()
    wants_copies: bool = False
    checked_by: str = ""
    checked_at: str = ""
    decided_by: str = ""
    decided_at: str = ""
    decision_reason: str = ""
    grant_id: str = ""


@frozen(kw_only=True)
class ReadingGrant:
    """What one reader may see of one sealed main part, and until when (阅卷许可).

    `pages` are page numbers, empty for all; `withheld` are page numbers and `withheld_items`
    numbers of documents that stay out of reach whatever `pages` says. `prints_left` counts pages
    that may still be printed; `views` visits made and `views_limit` how many there may be, 0 for
    any. `number` and the secret behind `code_hash` are the code; `nonce` makes the signed QR pass
    of this grant differ from the one before. `appointed_at` and `appointed_until` are the time
    booked at the terminal, "" for none.
    """

    id: str
    dossier_id: str
    reader: str
    certificate: str
    code_hash: str
    code_salt: str
    pages: tuple[int, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    prints_left: int = 0
    views: int = 0
    tries_left: int = 5
    granted_by: str = ""
    revoked: bool = False
    number: str = ""
    application_id: str = ""
    reader_kind: str = ""
    represents: str = ""
    identity_hash: str = ""
    withheld: tuple[int, ...] = ()
    withheld_items: tuple[int, ...] = ()
    views_limit: int = 0
    prints_granted: int = 0
    masked: bool = False
    approved_by: str = ""
    reason: str = ""
    nonce: str = ""
    appointed_at: str = ""
    appointed_until: str = ""
    details: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class ReadingVisit:
    """One visit of one reader at one terminal, from signing in to leaving.

    `proof` is "code", "qr" or "id_card"; `grants` the ids that this proof opened. `ended_by` is
    "reader", "idle", "cap", "grant", "staff" or "lost", "" while she is there.
    """

    id: str
    terminal: str
    reader: str
    proof: str
    started_at: str
    grants: tuple[str, ...] = ()
    ended_at: str = ""
    ended_by: str = ""


@frozen(kw_only=True)
class PageIssue:
    """A page as one reader had it before her, or on paper. `id` is the number in its trace code.

    `picture` is the digest of the stored picture it was made from, `render_sha256` that of the
    issued picture. `kind` is VIEW or PRINT. `shown_at` is "" while it was made but not shown;
    `seconds` how long it was in sight in all.
    """

    id: str
    visit_id: str
    grant_id: str
    dossier_id: str
    side_id: str
    page_number: int
    kind: str
    picture: str
    made_at: str
    terminal: str
    reader: str
    render_sha256: str = ""
    shown_at: str = ""
    seconds: float = 0.0
    job_id: str = ""


@frozen(kw_only=True)
class ReaderMark:
    """A bookmark ("bookmark") or a note ("note") of the reader on a page of her grant; staff does
    not see it. `box` is in fractions of the page, None for the whole page."""

    id: str
    grant_id: str
    page_number: int
    kind: str
    made_at: str
    text: str = ""
    box: tuple[float, float, float, float] | None = None
    removed: bool = False


@frozen(kw_only=True)
class PrintJob:
    """Pages that a reader asked to have printed; `state` is of the machine "print_job".

    `fee_cents` is in hundredths of a yuan. `spool_id` is what the spooler calls the job;
    `printed_sheets` what it said it had put out.
    """

    id: str
    number: str
    visit_id: str
    grant_id: str
    dossier_id: str
    state: str
    asked_at: str
    terminal: str
    pages: tuple[int, ...] = ()
    copies: int = 1
    fee_cents: int = 0
    stamped: bool = False
    decided_by: str = ""
    decided_at: str = ""
    reason: str = ""
    printer: str = ""
    spool_id: str = ""
    printed_sheets: int = 0
    ended_at: str = ""
    error: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class ReadingSlip:
    """The reading slip (阅卷单) of one visit to one dossier, for the dossier's record.

    `content` is what is printed on it; `pdf_sha256` and `signature_sha256` name the stored slip
    and the picture of the reader's signature. `received_by` is the member of staff who checked and
    countersigned it (STANDARDS 8.5).
    """

    id: str
    number: str
    visit_id: str
    grant_id: str
    dossier_id: str
    made_at: str
    content: dict[str, Any] = field(factory=dict)
    pdf_sha256: str = ""
    signature_sha256: str = ""
    signed_at: str = ""
    received_by: str = ""
    received_at: str = ""
    remark: str = ""


@frozen(kw_only=True)
class QueryCode:
    """A code by which a party asks for the progress of one case without signing in."""

    id: str
    number: str
    dossier_id: str
    holder: str
    code_hash: str
    code_salt: str
    made_at: str
    made_by: str
    valid_until: str
    tries_left: int = 5
    revoked: bool = False


@frozen(kw_only=True)
class HallNotice:
    """A notice ("notice") or a guide ("guide") that the terminal shows to everybody."""

    id: str
    kind: str
    title: str
    text: str
    made_at: str
    made_by: str
    shown_from: str = ""
    shown_until: str = ""
    withdrawn: bool = False


@frozen(kw_only=True)
class ReadingBundle:
    """A signed copy of all that one grant shows, for a terminal without the database.

    `log_head` is the head of the reading log that came back with it, "" while none did.
    """

    id: str
    grant_id: str
    dossier_id: str
    made_at: str
    made_by: str
    valid_until: str
    sha256: str
    terminal: str = ""
    path: str = ""
    carried_at: str = ""
    carried_by: str = ""
    log_head: str = ""
    log_rows: int = 0
