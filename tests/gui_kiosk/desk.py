"""An invented desk of the terminal and a host without processes: both note what is asked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import attrs
from PySide6.QtCore import QObject, Signal

from app.kernel.clock import timestamp
from app.kernel.errors import Refused
from app.services.reading_views import (
    GrantedCase,
    NoticeRow,
    ProgressRow,
    ReaderVisit,
    SessionDesk,
)

CASE_NO = "（2023）辽0899民初100号"
READER = "欧阳若溪"
CODE = "1001-123456"
QUERY_CODE = "5001-246810"
PASS = "JZR1:grant_1:0A1B2C3D4E5F6A7B:ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PIN = "2468"


def granted(hours: float = 2.0) -> GrantedCase:
    """The case that the visitor of the tests may open."""
    return GrantedCase(
        grant="grant_1",
        case_no=CASE_NO,
        cause="民间借贷纠纷",
        pages=98,
        prints_left=10,
        valid_until=timestamp(datetime.now(UTC) + timedelta(hours=hours)),
    )


class FakeSession:
    """What the reader's process would ask; the shell asks `visit` alone."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def visit(self) -> ReaderVisit:
        self._desk.note("visit")
        return self._desk.visit


class FakeDesk:
    """A `ReadingDesk`. `fault` is raised by the next calls; `gate` holds sign-ins back."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.fault: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.visit = ReaderVisit(id="visit_1", reader=READER, cases=(granted(),), cap_seconds=7200)
        self.shown_notices: tuple[NoticeRow, ...] = (
            NoticeRow(
                id="n1", kind="notice", title="今日停电", text="下午停电。", made_at="2026-03-02"
            ),
            NoticeRow(id="n2", kind="guide", title="如何申请阅卷", text="请携带身份证。"),
        )

    def note(self, *call: str) -> None:
        self.calls.append(call)
        if self.fault is not None:
            raise self.fault

    def asked(self, name: str) -> list[tuple[str, ...]]:
        """All calls of this name."""
        return [call for call in self.calls if call[0] == name]

    def prepare(self) -> None:
        self.note("prepare")

    def notices(self) -> tuple[NoticeRow, ...]:
        return self.shown_notices

    def progress(self, code: str) -> ProgressRow:
        self.note("progress", code)
        if code != QUERY_CODE:
            raise Refused("RDR-160")
        return ProgressRow(
            case_no=CASE_NO,
            cause="民间借贷纠纷",
            steps=(("filed", "2023-02-01", True), ("archived", "", False)),
            paper="centre",
            term_until="2023-12-01",
        )

    def sign_in(self, proof: str, value: str) -> ReaderVisit:
        self.note("sign_in", proof, value)
        assert self.gate.wait(60)
        if (proof, value) not in (("code", CODE), ("qr", PASS), ("id_card", "")):
            raise Refused("RDR-103", left=4)
        return self.visit

    def session_desk(self, visit: str) -> SessionDesk:
        self.note("session_desk", visit)
        return FakeSession(self)  # type: ignore[return-value]

    def sign_out(self, visit: str, why: str) -> None:
        self.calls.append(("sign_out", visit, why))

    def follow_prints(self) -> None:
        self.calls.append(("follow_prints",))

    def staff_names(self) -> tuple[str, ...]:
        return ("林书记员",)

    def confirm_staff(self, name: str, pin: str) -> None:
        self.calls.append(("confirm_staff", name))
        if pin != PIN:
            raise Refused("ACC-106")

    def close_case(self) -> None:
        """As when the grant is taken back."""
        case = attrs.evolve(self.visit.cases[0], closed="RDR-105")
        self.visit = attrs.evolve(self.visit, cases=(case,))


class FakeHost(QObject):
    """A `Host` without processes."""

    alive = Signal()
    left = Signal(str)
    lost = Signal()
    said = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.reads = False

    def _note(self, what: str) -> None:
        self.calls.append(what)
        self.said.emit(what)

    def warm(self) -> None:
        self._note("warm")

    def begin(self, desk: SessionDesk) -> None:
        self.reads = True
        self._note("begin")

    def warn(self, seconds: float) -> None:
        self._note("warn")

    def resume(self) -> None:
        self._note("resume")

    def end(self) -> None:
        if self.reads:
            self._note("end")
        self.reads = False

    def close(self) -> None:
        self.end()
        self._note("close")
