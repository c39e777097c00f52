"""A workstation in memory with the methods that the window calls; nothing is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import ARCHIVIST, Actor
from app.gui.samples.binding import SampleBinding
from app.gui.samples.cataloguing import SampleCataloguing
from app.gui.samples.comparing import SampleComparing
from app.gui.samples.leafing import SampleLeafing
from app.gui.samples.lockers import SampleLockers
from app.gui.samples.reading import SampleReading
from app.gui.samples.reviewing import SampleReviewing
from app.gui.samples.rows import (
    sample_case,
    sample_cases,
    sample_dossier,
    sample_history,
    sample_reconciliation,
)
from app.gui.samples.station import SampleStation
from app.gui.samples.templates import SampleTemplates
from app.gui.samples.terms import SampleTerms
from app.kernel.errors import Fault, Refused
from app.kernel.progress import CancelToken, Progress, Report
from app.services.locker_views import HandOffRow
from app.services.reading_notes import ReadingNote
from app.services.views import (
    CaseRow,
    CaseView,
    HistoryRow,
    ItemRow,
    JobCounts,
    PackageView,
    ReconciliationView,
    SideRow,
    SourceRow,
)

PIN = "2468"
PERSON = "沈若溪"


class SampleWorkstation(
    SampleBinding,
    SampleCataloguing,
    SampleComparing,
    SampleLeafing,
    SampleLockers,
    SampleReading,
    SampleReviewing,
    SampleStation,
    SampleTemplates,
    SampleTerms,
):
    """Answers like a real one; `calls` keeps what was asked of it, `fault` is raised by the next
    command when set, `hold` makes long tasks wait until it is set."""

    def __init__(self, folder: Path, *, case_count: int = 6, empty: bool = False) -> None:
        self.language = "zh_CN"
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.fault: Fault | None = None
        self.hold: threading.Event | None = None
        self.case_count = 0 if empty else case_count
        self.staff = [] if empty else [(PERSON, ARCHIVIST), ("顾明远", "operator")]
        self.case_view = sample_case()
        sides, items = ((), ()) if empty else sample_dossier(folder)
        self.side_rows: list[SideRow] = list(sides)
        self.item_rows: list[ItemRow] = list(items)
        self.ledger: ReconciliationView | None = (
            None if empty else sample_reconciliation(self.side_rows)
        )
        self.package_view: PackageView | None = None
        self.handoff_rows: list[HandOffRow] = []
        self.threads: set[int] = set()
        self._begin_station()
        self._begin_review()
        self._begin_leafing(folder)
        self._begin_lockers(empty=empty)
        self._begin_archive(empty=empty)
        self._begin_reading(empty=empty)

    def _note(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, arguments))
        self.threads.add(threading.get_ident())
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault

    @contextmanager
    def claim(self, holder: str) -> Iterator[None]:
        """Nobody else is here."""
        self._note("claim", holder)
        yield

    def people(self) -> list[tuple[str, str]]:
        """Names and roles."""
        return list(self.staff)

    def sign_in(self, name: str, pin: str) -> Actor:
        """The PIN of everybody is PIN."""
        self._note("sign_in", name)
        if pin != PIN:
            raise Refused("ACC-106")
        return Actor(name=name, role=dict(self.staff)[name])

    def add_person(self, actor: Actor, name: str, role: str, pin: str) -> None:
        """Somebody more."""
        self._note("add_person", name, role)
        self.staff.append((name, role))

    def change_role(self, actor: Actor, name: str, role: str) -> None:
        """Another role."""
        self._note("change_role", name, role)
        self.staff = [(one, role if one == name else kept) for one, kept in self.staff]

    def reset_pin(self, actor: Actor, name: str, pin: str) -> None:
        """Another PIN."""
        self._note("reset_pin", name)

    def change_pin(self, actor: Actor, old: str, new: str) -> None:
        """One's own PIN is PIN, too."""
        self._note("change_pin", actor.name)
        if old != PIN:
            raise Refused("ACC-106")

    def retire_person(self, actor: Actor, name: str) -> None:
        """Somebody less."""
        self._note("retire_person", name)
        self.staff = [row for row in self.staff if row[0] != name]

    def create_first_person(self, name: str, pin: str) -> Actor:
        """The first administrator."""
        self._note("create_first_person", name)
        self.staff.append((name, "administrator"))
        return Actor(name=name, role="administrator")

    def cases(self) -> list[CaseRow]:
        """The case list."""
        return list(sample_cases(self.case_count))

    def case(self, case_no: str) -> CaseView:
        """The open case, under any number."""
        return evolve(self.case_view, case_no=case_no)

    def make_ready(self) -> None:
        """There is nothing to load."""

    def register_case(self, actor: Actor, facts: dict[str, Any]) -> CaseView:
        """Register one case."""
        self._note("register_case", facts)
        self.case_count += 1
        return evolve(self.case_view, case_no=facts["case_no"], state="registered")

    def import_cases(self, actor: Actor, path: Path) -> dict[str, Any]:
        """Two good rows and a bad one."""
        self._note("import_cases", path)
        self.case_count += 2
        bad = Refused("DSK-101").as_record()
        return {"imported": 2, "rejected": [{"row": 3, "fault": bad}]}

    def history(self, case_no: str) -> list[HistoryRow]:
        """What happened."""
        return list(sample_history())

    def undo(self, actor: Actor, case_no: str) -> bool:
        """There is something to undo."""
        self._note("undo", case_no)
        return True

    def redo(self, actor: Actor, case_no: str) -> bool:
        """There is nothing to redo."""
        self._note("redo", case_no)
        return False

    def sources(self) -> tuple[list[SourceRow], list[dict[str, Any]]]:
        """One simulated scanner and one device."""
        rows = [
            SourceRow(source="simulated:demo", maker="", model="", feeder=True, duplex=True),
            SourceRow(source="sane:test:0", maker="Noname", model="ADF", feeder=True, duplex=True),
        ]
        return rows, []

    def profiles(self) -> list[str]:
        """Scan profiles."""
        return ["standard", "gray", "simplex", "fine"]

    def process(
        self, actor: Actor, case_no: str, *, report: Report, cancel: CancelToken
    ) -> JobCounts:
        """Reports half way and waits there while `hold` is not set."""
        self._note("process", case_no)
        report(Progress(step="process", done=18, total=44))
        self._wait(cancel)
        report(Progress(step="process", done=44, total=44))
        return JobCounts(queued=0, running=0, failed=0, done=44)

    def _wait(self, cancel: CancelToken) -> None:
        while self.hold is not None and not self.hold.wait(0.01):
            cancel.check()

    def retry_failed(self, actor: Actor, case_no: str) -> int:
        """Queue failed tasks again."""
        self._note("retry_failed", case_no)
        return 1

    def sides(self, case_no: str) -> list[SideRow]:
        """All sides."""
        self.threads.add(threading.get_ident())
        return list(self.side_rows)

    def reading_notes(self, case_no: str) -> list[ReadingNote]:
        """A signature on the third side."""
        side = self.side_rows[2]
        return [
            ReadingNote(
                side_id=side.id,
                position=side.position,
                reason="handwriting",
                box=(900.0, 2600.0, 1500.0, 2800.0),
                decisive=False,
            )
        ]

    def judge_finding(self, actor: Actor, finding_id: str, verdict: str, remark: str = "") -> None:
        """Write a verdict."""
        self._note("judge_finding", finding_id, verdict, remark)
        self._judge(lambda finding: finding.id == finding_id, verdict, actor.name, remark)

    def accept_all(self, actor: Actor, case_no: str, code: str) -> int:
        """Accept all findings of a code."""
        self._note("accept_all", code)
        self._judge(lambda finding: finding.code == code, "accepted", actor.name, "")
        return 1

    def _judge(self, meant: Callable[[Any], bool], verdict: str, who: str, remark: str) -> None:
        self.side_rows = [
            evolve(
                side,
                findings=tuple(
                    evolve(finding, verdict=verdict, verdict_by=who, remark=remark)
                    if meant(finding)
                    else finding
                    for finding in side.findings
                ),
            )
            for side in self.side_rows
        ]

    def turn_side(
        self, actor: Actor, side_id: str, degrees: int, *, cancel: CancelToken | None = None
    ) -> None:
        """Turn a side."""
        self._note("turn_side", side_id, degrees)

    def mark_blank(self, actor: Actor, side_id: str, blank: bool) -> None:
        """Mark a side."""
        self._note("mark_blank", side_id, blank)

    def reconcile(self, actor: Actor, case_no: str) -> ReconciliationView:
        """Compare."""
        self._note("reconcile", case_no)
        self.ledger = sample_reconciliation(self.side_rows)
        return self.ledger

    def reconciliation(self, case_no: str) -> ReconciliationView | None:
        """The ledger."""
        return self.ledger

    def resolve(self, actor: Actor, discrepancy_id: str, verdict: str, remark: str = "") -> None:
        """Settle a difference."""
        self._note("resolve", discrepancy_id, verdict, remark)
        assert self.ledger is not None
        self.ledger = evolve(
            self.ledger,
            discrepancies=tuple(
                evolve(row, verdict=verdict, verdict_by=actor.name, remark=remark)
                if row.id == discrepancy_id
                else row
                for row in self.ledger.discrepancies
            ),
        )
