"""An invented visit with drawn pages: for pictures of the reader's window and for its tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from attrs import evolve

from app.gui.reader.countdown import present_moment
from app.gui.samples.pictures import draw_page, draw_thumbnail
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.services.reading_views import (
    Box,
    GrantedCase,
    IssuedPage,
    MarkRow,
    PageHit,
    PrintQuote,
    ReaderPrint,
    ReaderSession,
    ReaderVisit,
    ReadLine,
    SlipRow,
)
from app.services.views import ItemRow

CASE_NO = "（2023）辽0899民初100号"
READER = "欧阳若溪（诉讼代理人）"
PAGES = 98
FEE_CENTS = 50
_ITEMS = (
    ("民事起诉状", 3),
    ("立案审批表、受理案件通知书、诉讼权利义务告知书及送达回证", 6),
    ("原告身份证明及授权委托书", 5),
    ("证据材料（借款合同、转账凭证、对账单）", 34),
    ("答辩状", 4),
    ("开庭笔录", 21),
    ("代理词", 9),
    ("民事判决书", 12),
    ("宣判笔录及送达回证", 4),
)
_TEXT = (
    "原告诉称：双方于二〇一九年三月签订设备买卖合同，约定货款分三期支付。",
    "被告收到设备后仅支付首期货款，余款经多次催要至今未付。",
)
_WORDS = {
    "huokuan": ("货款", "货宽"),
    "hetong": ("合同", "河童", "核桐"),
    "yuangao": ("原告", "远高", "元高"),
    "h": ("和", "会", "合", "后", "还", "好", "货", "很", "回", "话", "或", "号"),
}


def sample_items() -> tuple[ItemRow, ...]:
    """The catalogue of the invented dossier."""
    rows, first = [], 1
    for number, (title, count) in enumerate(_ITEMS, start=1):
        last = first + count - 1
        rows.append(
            ItemRow(
                id=f"item_{number}",
                part="main",
                number=number,
                title=title,
                category="",
                date="",
                first_page=first,
                last_page=last,
                first_position=first,
                last_position=last,
                confidence=1.0,
                doubtful=False,
                confirmed_by="",
            )
        )
        first = last + 1
    return tuple(rows)


class SampleDesk:
    """Does what a `SessionDesk` does, without a dossier, and notes in `calls` what was asked.

    `fault` is raised by every call while it is set. `mark` burns in a watermark.
    """

    def __init__(
        self,
        folder: Path,
        *,
        pages: tuple[int, ...] = tuple(range(1, PAGES + 1)),
        cases: int = 1,
        hours: float = 2.0,
        text_selection: bool = False,
        copies_most: int = 3,
        now: Callable[[], datetime] = present_moment,
        mark: Callable[[str], bytes] | None = None,
    ) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.fault: Exception | None = None
        self._folder = folder
        self._now = now
        self._mark = mark
        self._issues = 0
        self._cases = cases
        self._marks: list[MarkRow] = []
        self._printed: list[ReaderPrint] = []
        self.strokes: tuple[tuple[tuple[float, float], ...], ...] = ()
        self.session = ReaderSession(
            grant="grant_1",
            reader=READER,
            case_no=CASE_NO,
            pages=pages,
            prints_left=10,
            valid_until=timestamp(now() + timedelta(hours=hours)),
            catalogue=sample_items(),
            visit="visit_1",
            text_selection=text_selection,
            printing=True,
            fee_cents=FEE_CENTS,
            copies_most=copies_most,
        )

    def visit(self) -> ReaderVisit:
        """One case, or several of which the last is closed."""
        self._note("visit")
        cases = tuple(
            GrantedCase(
                grant=f"grant_{place}",
                case_no=CASE_NO.replace("100", str(99 + place)),
                cause="买卖合同纠纷",
                pages=len(self.session.pages),
                prints_left=self.session.prints_left,
                valid_until=self.session.valid_until,
                closed="RDR-105" if place == self._cases > 1 else "",
            )
            for place in range(1, self._cases + 1)
        )
        return ReaderVisit(id="visit_1", reader=READER, cases=cases, cap_seconds=7200)

    def open_case(self, grant: str) -> ReaderSession:
        """The invented session."""
        self._note("open_case", grant)
        return evolve(self.session, grant=grant)

    def page(self, grant: str, page_number: int) -> IssuedPage:
        """A drawn page."""
        self._note("page", page_number)
        self._issues += 1
        picture = self._drawn(page_number)
        issued = picture.read_bytes() if self._mark is None else self._mark(str(picture))
        return IssuedPage(page_number=page_number, issue=f"i{self._issues}", picture=issued)

    def thumbnail(self, grant: str, page_number: int) -> IssuedPage:
        """A drawn page, small."""
        self._note("thumbnail", page_number)
        small = self._folder / f"{page_number}.small.jpg"
        if not small.exists():
            draw_thumbnail(self._drawn(page_number), small)
        return IssuedPage(page_number=page_number, issue="", picture=small.read_bytes())

    def _drawn(self, page_number: int) -> Path:
        path = self._folder / f"{page_number}.jpg"
        if not path.exists():
            title = next(
                item.title
                for item in self.session.catalogue
                if (item.first_page or 0) <= page_number <= (item.last_page or 0)
            )
            draw_page(path, title=title[:12], number=page_number)
        return path

    def shown(self, issue: str) -> None:
        """Note that a page is in sight."""
        self._note("shown", issue)

    def left_page(self, issue: str, seconds: float) -> None:
        """Note how long it was."""
        self._note("left_page", issue, seconds)

    def search(self, grant: str, text: str) -> tuple[PageHit, ...]:
        """Hits for words of the drawn pages."""
        self._note("search", text)
        if not any(text in line for line in _TEXT):
            return ()
        return tuple(
            PageHit(
                page_number=page,
                snippet=_TEXT[place % len(_TEXT)],
                boxes=((0.1, 0.22 + 0.076 * place, 0.5, 0.25 + 0.076 * place),),
            )
            for place, page in enumerate(self.session.pages[:6])
        )

    def suggest(self, grant: str, letters: str) -> tuple[str, ...]:
        """A few words."""
        self._note("suggest", letters)
        return _WORDS.get(letters, ())

    def lines(self, grant: str, page_number: int) -> tuple[ReadLine, ...]:
        """The lines of a drawn page."""
        self._note("lines", page_number)
        if not self.session.text_selection:
            raise Refused("RDR-114")
        return tuple(
            ReadLine(
                text=_TEXT[row % 2], box=(0.1, 0.222 + 0.0376 * row, 0.9, 0.248 + 0.0376 * row)
            )
            for row in range(16)
        )

    def marks(self, grant: str) -> tuple[MarkRow, ...]:
        """What was kept so far."""
        self._note("marks")
        return tuple(self._marks)

    def add_mark(
        self, grant: str, page_number: int, kind: str, text: str = "", box: Box | None = None
    ) -> MarkRow:
        """Keep a mark."""
        self._note("add_mark", page_number, kind, text, box)
        mark = MarkRow(
            id=f"mark_{len(self.calls)}",
            page_number=page_number,
            kind=kind,
            text=text,
            box=box,
            made_at=timestamp(self._now()),
        )
        self._marks.append(mark)
        return mark

    def remove_mark(self, grant: str, mark: str) -> None:
        """Forget a mark."""
        self._note("remove_mark", mark)
        self._marks = [row for row in self._marks if row.id != mark]

    def quote_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> PrintQuote:
        """Half a yuan a page."""
        self._note("quote_print", pages, copies)
        wanted = len(pages) * copies
        if wanted > self.session.prints_left:
            raise Refused("RDR-150", wanted=wanted, left=self.session.prints_left)
        return PrintQuote(
            pages=pages,
            sheets=wanted,
            fee_cents=FEE_CENTS * wanted,
            prints_left=self.session.prints_left,
            needs_approval=True,
        )

    def ask_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> ReaderPrint:
        """Take a job on."""
        self._note("ask_print", pages, copies)
        quote = self.quote_print(grant, pages, copies)
        job = ReaderPrint(
            number=f"DY-{len(self._printed) + 1:04d}",
            state="asked",
            pages=pages,
            fee_cents=quote.fee_cents,
            reason="",
            copies=copies,
        )
        self._printed.append(job)
        self.session = evolve(self.session, prints_left=quote.prints_left - quote.sheets)
        return job

    def prints(self, grant: str) -> tuple[ReaderPrint, ...]:
        """The jobs."""
        self._note("prints")
        return tuple(self._printed)

    def settle(self, state: str, reason: str = "") -> None:
        """Let all jobs come to `state`."""
        self._printed = [evolve(job, state=state, reason=reason) for job in self._printed]

    def slip(self, grant: str) -> SlipRow:
        """The slip of the visit."""
        self._note("slip", grant)
        return SlipRow(
            id=f"slip_{grant}",
            number="YJ-0001",
            case_no=CASE_NO,
            reader=READER,
            started_at=timestamp(self._now() - timedelta(minutes=42)),
            ended_at="",
            pages_read=tuple(sorted({int(str(c[1])) for c in self.calls if c[0] == "page"})),
            pages_printed=tuple(page for job in self._printed for page in job.pages),
            signed=False,
        )

    def sign_slip(
        self, grant: str, strokes: tuple[tuple[tuple[float, float], ...], ...]
    ) -> SlipRow:
        """Keep the strokes."""
        self._note("sign_slip", grant)
        if not strokes:
            raise BadInput("RDR-151")
        self.strokes = strokes
        return evolve(self.slip(grant), signed=True)

    def _note(self, *call: object) -> None:
        self.calls.append(call)
        if self.fault is not None:
            raise self.fault
