"""What the review terminal shows, and all that it may call.

`ReadingDesk` is the whole of what the terminal's shell may call; `SessionDesk` what the reader's
own process may call, which is bound to one visit and can name neither another visit nor a grant
that its visit did not open.
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from app.services.views import ItemRow

Box = tuple[float, float, float, float]


@frozen(kw_only=True)
class GrantedCase:
    """One grant of a visitor: a case she may open. `views_left` is None for any number; `closed`
    is "" or the code of the fault why it cannot be opened now (RDR-105, RDR-108, RDR-109)."""

    grant: str
    case_no: str
    cause: str
    pages: int
    prints_left: int
    valid_until: str
    views_left: int | None = None
    closed: str = ""


@frozen(kw_only=True)
class ReaderVisit:
    """Somebody who signed in. `cap_seconds` is how long the visit may last at most."""

    id: str
    reader: str
    cases: tuple[GrantedCase, ...]
    cap_seconds: int


@frozen(kw_only=True)
class ReaderSession:
    """What the reader holds of the case she opened. `text_selection` tells whether text may be
    marked on the page; `masked` whether numbers and addresses are covered; `copies_most` how many
    copies of a page may be printed at once."""

    grant: str
    reader: str
    case_no: str
    pages: tuple[int, ...]
    prints_left: int
    valid_until: str
    catalogue: tuple[ItemRow, ...]
    visit: str = ""
    masked: bool = False
    text_selection: bool = False
    printing: bool = False
    fee_cents: int = 0
    copies_most: int = 1


@frozen(kw_only=True)
class IssuedPage:
    """One page as it may be shown: a JPEG with watermark, trace code and mark in it. `issue` is
    its number in the ledger of issues, "" for a thumbnail."""

    page_number: int
    issue: str
    picture: bytes


@frozen(kw_only=True)
class PageHit:
    """Where a search found something: `boxes` are fractions of the page as shown."""

    page_number: int
    snippet: str
    boxes: tuple[Box, ...]


@frozen(kw_only=True)
class ReadLine:
    """A line of a page's text and its box in fractions of the page as shown."""

    text: str
    box: Box


@frozen(kw_only=True)
class MarkRow:
    """A bookmark or a note of the reader."""

    id: str
    page_number: int
    kind: str
    text: str
    box: Box | None
    made_at: str


@frozen(kw_only=True)
class PrintQuote:
    """What printing these pages would mean."""

    pages: tuple[int, ...]
    sheets: int
    fee_cents: int
    prints_left: int
    needs_approval: bool


@frozen(kw_only=True)
class ReaderPrint:
    """One print job as its reader sees it; `state` is of the machine "print_job"."""

    number: str
    state: str
    pages: tuple[int, ...]
    fee_cents: int
    reason: str
    copies: int = 1


@frozen(kw_only=True)
class SlipRow:
    """The reading slip of a visit to one case. `pages_read` and `pages_printed` are page numbers;
    `signed` tells whether the reader has signed it."""

    id: str
    number: str
    case_no: str
    reader: str
    started_at: str
    ended_at: str
    pages_read: tuple[int, ...]
    pages_printed: tuple[int, ...]
    signed: bool
    received_by: str = ""


@frozen(kw_only=True)
class NoticeRow:
    """A notice or a guide of the court for everybody. `shown_from` and `shown_until` are days, ""
    for at once and for good; at the terminal `made_by` is ""."""

    id: str
    kind: str
    title: str
    text: str
    made_at: str = ""
    made_by: str = ""
    shown_from: str = ""
    shown_until: str = ""


@frozen(kw_only=True)
class ProgressRow:
    """How far a case is, for whoever has its query code: no names, no page."""

    case_no: str
    cause: str
    steps: tuple[tuple[str, str, bool], ...]  # code of the step, moment or "", whether it is done
    paper: str  # code of where the paper is: "court", "centre", "archive", "unknown"
    term_until: str


class SessionDesk(Protocol):
    """What the process of one reader may call. Every call raises Refused RDR-105 once the grant
    has ended, RDR-108 when the dossier is no longer sealed, RDR-112 when the visit is over, RDR-117
    when the clock of this machine was set back."""

    def visit(self) -> ReaderVisit:
        """Who reads, and what she may open."""
        ...

    def open_case(self, grant: str) -> ReaderSession:
        """Open one case of the visit. Raises Refused RDR-106 for a grant of somebody else, RDR-109
        (no page to show), RDR-113 (no views left)."""
        ...

    def page(self, grant: str, page_number: int) -> IssuedPage:
        """A page to be shown, made now; call `shown` when it is in sight. Raises Refused RDR-106
        for a page that is not granted."""
        ...

    def thumbnail(self, grant: str, page_number: int) -> IssuedPage:
        """A small picture, watermarked, on which no text can be read. Raises as `page`."""
        ...

    def shown(self, issue: str) -> None:
        """Put on record that an issued page is in sight."""
        ...

    def left_page(self, issue: str, seconds: float) -> None:
        """Put on record how long the page was in sight this time, also when its grant has just
        ended."""
        ...

    def search(self, grant: str, text: str) -> tuple[PageHit, ...]:
        """Where the granted pages hold `text`, in the order of pages. What is covered is not
        found."""
        ...

    def suggest(self, grant: str, letters: str) -> tuple[str, ...]:
        """Chinese words and characters for pinyin letters, those of the granted text first."""
        ...

    def lines(self, grant: str, page_number: int) -> tuple[ReadLine, ...]:
        """The text of a page, to be marked and spoken of on the page. Raises Refused RDR-114
        unless the court lets text be marked."""
        ...

    def marks(self, grant: str) -> tuple[MarkRow, ...]:
        """The reader's bookmarks and notes."""
        ...

    def add_mark(
        self, grant: str, page_number: int, kind: str, text: str = "", box: Box | None = None
    ) -> MarkRow:
        """Add a bookmark or a note. Raises BadInput RDR-115 for one that cannot be kept."""
        ...

    def remove_mark(self, grant: str, mark: str) -> None:
        """Remove a mark of her own."""
        ...

    def quote_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> PrintQuote:
        """What printing so many copies of each page would cost. Raises Refused RDR-106, RDR-150
        (more than the quota)."""
        ...

    def ask_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> ReaderPrint:
        """Ask for pages on paper. Raises as `quote_print`."""
        ...

    def prints(self, grant: str) -> tuple[ReaderPrint, ...]:
        """What she had printed in this visit, as it stands now."""
        ...

    def slip(self, grant: str) -> SlipRow:
        """The reading slip as it would be printed now."""
        ...

    def sign_slip(
        self, grant: str, strokes: tuple[tuple[tuple[float, float], ...], ...]
    ) -> SlipRow:
        """Sign and print the slip; `strokes` are lines of points in fractions of the pad. Raises
        BadInput RDR-151 when there is no signature."""
        ...


class ReadingDesk(Protocol):
    """All that the shell of the terminal may call."""

    def prepare(self) -> None:
        """Start what the first page needs. Raises Broken SYS-403."""
        ...

    def notices(self) -> tuple[NoticeRow, ...]:
        """What the court wants everybody to read, newest first, guides last."""
        ...

    def progress(self, code: str) -> ProgressRow:
        """How far a case is. Raises Refused RDR-160 (wrong code), RDR-161 (paused after guesses),
        RDR-162 (no longer valid)."""
        ...

    def sign_in(self, proof: str, value: str) -> ReaderVisit:
        """`proof` is "code", "qr" or "id_card"; with "id_card" the empty `value` asks the reader of
        this machine. Raises Refused RDR-103 (wrong), RDR-104 (no tries left), RDR-105 (not valid
        now), RDR-108, RDR-109, RDR-111 (paused after guesses), RDR-113, RDR-116 (no grant for this
        ID card), RDR-117 (the clock was set back), IDN-116 (typed ID numbers are not taken),
        BadInput IDN-115 and what the card reader raises."""
        ...

    def session_desk(self, visit: str) -> SessionDesk:
        """What the process of this visit may call. Raises Refused RDR-112."""
        ...

    def sign_out(self, visit: str, why: str) -> None:
        """End a visit, cancel its unfinished prints and purge their files. `why` is as in
        `ReadingVisit.ended_by`. Ending twice is no error."""
        ...

    def follow_prints(self) -> None:
        """Send approved jobs to the spooler and ask how those under way stand."""
        ...

    def staff_names(self) -> tuple[str, ...]:
        """Who of the staff may close the terminal."""
        ...

    def confirm_staff(self, name: str, pin: str) -> None:
        """Let a member of staff close the terminal. Raises Refused ACC-106, ACC-107, RDR-118
        (nobody is known here who could)."""
        ...
