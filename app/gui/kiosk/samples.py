"""An invented grant and dossier, drawn: for pictures of the terminal and for its tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from app.gui.reader.countdown import present_moment
from app.gui.samples.pictures import draw_page
from app.kernel.clock import timestamp
from app.kernel.errors import Refused
from app.services.reading_views import ReaderSession
from app.services.views import ItemRow

CASE_NO = "（2023）辽0899民初100号"
READER = "欧阳若溪（诉讼代理人）"
CODE = "1001-123456"
PAGES = 98
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


class SampleRoom:
    """Does what a reading room does, without a dossier. `mark` burns in a watermark."""

    def __init__(
        self,
        folder: Path,
        *,
        pages: tuple[int, ...] = tuple(range(1, PAGES + 1)),
        hours: float = 2.0,
        now: Callable[[], datetime] = present_moment,
        mark: Callable[[str, tuple[str, ...]], bytes] | None = None,
        staff: tuple[str, ...] = ("林书记员",),
    ) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.fault: Exception | None = None
        self._folder = folder
        self._mark = mark
        self._staff = staff
        self._now = now
        self.session = ReaderSession(
            grant="grant_1",
            reader=READER,
            case_no=CASE_NO,
            pages=pages,
            prints_left=10,
            valid_until=timestamp(now() + timedelta(hours=hours)),
            catalogue=sample_items(),
        )

    def prepare(self) -> None:
        """Nothing has to be started."""
        self._note("prepare")

    def sign_in(self, code: str) -> ReaderSession:
        """The invented session for the invented code."""
        self._note("sign_in", code)
        if code != CODE:
            raise Refused("RDR-103", left=4)
        return self.session

    def page(self, session: ReaderSession, page_number: int, *, ahead: bool = False) -> bytes:
        """A drawn page."""
        self._note("ahead" if ahead else "page", page_number)
        path = self._folder / f"{page_number}.jpg"
        if not path.exists():
            item = next(
                item
                for item in session.catalogue
                if (item.first_page or 0) <= page_number <= (item.last_page or 0)
            )
            draw_page(path, title=item.title[:12], number=page_number)
        if self._mark is None:
            return path.read_bytes()
        moment = self._now().astimezone()
        return self._mark(
            str(path),
            (
                f"仅供阅卷 {session.reader} 证件尾号 021X",
                session.case_no,
                f"{moment:%Y-%m-%d %H:%M} 阅卷室1号终端",
            ),
        )

    def opened(self, session: ReaderSession, page_number: int) -> None:
        """Note that a page made ahead is shown."""
        self._note("opened", page_number)

    def sign_out(self, session: ReaderSession) -> None:
        """Note that the reader left."""
        self._note("sign_out", session.grant)

    def staff_names(self) -> tuple[str, ...]:
        """Who may close the terminal."""
        return self._staff

    def confirm_staff(self, name: str, pin: str) -> None:
        """Accepts the PIN 2468."""
        self._note("confirm_staff", name)
        if pin != "2468":
            raise Refused("ACC-106")

    def _note(self, *call: object) -> None:
        self.calls.append(call)
        if self.fault is not None:
            raise self.fault
