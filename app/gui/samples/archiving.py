"""Sealing, package, hand-off and both tracks of the workstation in memory."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.gui.samples.rows import CASE_NO, sample_checks
from app.kernel.progress import CancelToken, Progress, Report
from app.services.locker_views import HandOffRow
from app.services.views import CaseView, PackageView, TracksView


class SampleArchiving:
    """Part of `SampleWorkstation`."""

    case_view: CaseView
    package_view: PackageView | None
    handoff_rows: list[HandOffRow]

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def _wait(self, cancel: CancelToken) -> None:
        """Given by the whole sample workstation."""

    def package(self, case_no: str) -> PackageView | None:
        """The package."""
        return self.package_view

    def tracks(self, case_no: str) -> TracksView:
        """Both tracks."""
        submitted = self.case_view.state in ("submitted", "accessioned")
        done = self.case_view.state == "accessioned"
        receipt = {"receipt_no": "2026-000117", "pages": 20, "volumes": 1}
        return TracksView(
            case_no=CASE_NO,
            state=self.case_view.state,
            mode="dual",
            electronic={
                "state": "receipted" if submitted else "open",
                "target": "archive" if submitted else "",
                "receipt": receipt if submitted else {},
            },
            paper={
                "state": "shelved" if done else "open",
                "with": "沈若溪",
                "location": "A101 室 3 架 2 列 4 层 1 盒 12 号" if done else "",
                "receipt": receipt if done else {},
            },
            verdict="closed" if done else "open",
            open=(),
            accessioned=done,
        )

    def targets(self) -> list[str]:
        """Archive targets."""
        return ["archive"]

    def seal(self, actor: Actor, case_no: str) -> None:
        """Seal."""
        self._note("seal", case_no)
        self.case_view = evolve(self.case_view, state="sealed", next_action="package", blockers=0)

    def build_package(
        self, actor: Actor, case_no: str, *, report: Report, cancel: CancelToken
    ) -> PackageView:
        """Build and check."""
        self._note("build_package", case_no)
        report(Progress(step="package", done=9, total=22))
        self._wait(cancel)
        self.package_view = sample_checks()
        self.case_view = evolve(self.case_view, state="packaged", next_action="submit")
        return self.package_view

    def submit(
        self, actor: Actor, case_no: str, target: str, *, report: Report, cancel: CancelToken
    ) -> TracksView:
        """Submit."""
        self._note("submit", target)
        self.case_view = evolve(self.case_view, state="submitted", next_action="return_paper")
        return self.tracks(case_no)

    def cabinets(self) -> list[str]:
        """Cabinets."""
        return ["一楼云柜"]

    def handoffs(self, case_no: str | None = None) -> list[HandOffRow]:
        """Hand-offs of the case."""
        return list(self.handoff_rows)

    def offer(
        self,
        actor: Actor,
        case_no: str,
        receiver: str,
        cabinet: str,
        *,
        volumes: int,
        pages: int | None,
    ) -> tuple[HandOffRow, str]:
        """Reserve a cell."""
        self._note("offer", receiver, cabinet, volumes, pages)
        row = HandOffRow(
            id="handoff-1",
            case_no=case_no,
            state="reserved",
            giver=actor.name,
            receiver=receiver,
            cabinet=cabinet,
            cell=7,
            volumes=volumes,
            pages=pages,
            offered_at="2026-11-22T03:00:00.000Z",
        )
        self.handoff_rows.append(row)
        return row, "481 936"

    def _move(self, state: str) -> HandOffRow:
        row = evolve(self.handoff_rows[-1], state=state)
        self.handoff_rows[-1] = row
        return row

    def deposit(self, actor: Actor, handoff_id: str) -> HandOffRow:
        """Deposit."""
        self._note("deposit", handoff_id)
        return self._move("deposited")

    def collect(self, actor: Actor, handoff_id: str, code: str) -> HandOffRow:
        """Collect."""
        self._note("collect", handoff_id, code)
        return self._move("collected")

    def acknowledge(
        self, actor: Actor, handoff_id: str, *, volumes: int, pages: int | None
    ) -> HandOffRow:
        """Count."""
        self._note("acknowledge", volumes, pages)
        self.case_view = evolve(self.case_view, next_action="shelve")
        return self._move("confirmed")

    def shelve(
        self, actor: Actor, case_no: str, location: str, volumes: int, pages: int
    ) -> TracksView:
        """Shelve."""
        self._note("shelve", location, volumes, pages)
        self.case_view = evolve(self.case_view, state="accessioned", next_action="none")
        return self.tracks(case_no)
