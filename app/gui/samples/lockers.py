"""Cabinets, hand-offs and custody of the workstation in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.gui.samples.archive_queue import SampleArchiveQueue
from app.gui.samples.locker_rows import (
    CABINET,
    SECOND_CABINET,
    finished_handoff,
    sample_cells,
    sample_handoffs,
    sample_incidents,
    sample_ledger,
    sample_notices,
    sample_timeline,
)
from app.gui.samples.locker_stock import compared, counted, sample_stock_take
from app.gui.samples.locker_trial import SampleTrial
from app.kernel.clock import timestamp
from app.kernel.errors import Refused
from app.services.locker_views import (
    CabinetView,
    CellRow,
    HandOffRow,
    IncidentRow,
    NoticeView,
    RoundsReport,
    StockTakeView,
    TimelineRow,
    VolumeCustodyRow,
)


class SampleLockers(SampleArchiveQueue):
    """Part of `SampleWorkstation`: the first cabinet answers while `silent` is False."""

    calls: list[tuple[str, tuple[Any, ...]]]
    threads: set[int]

    def _begin_lockers(self, *, empty: bool) -> None:
        self.cabinet_names = [] if empty else [CABINET, SECOND_CABINET]
        self.locker_rows: list[HandOffRow] = [] if empty else sample_handoffs()
        self.cell_rows: list[CellRow] = [] if empty else sample_cells(self.locker_rows)
        self.incident_rows: list[IncidentRow] = [] if empty else sample_incidents()
        self.notice_rows: list[NoticeView] = [] if empty else sample_notices()
        self.stock_rows: list[StockTakeView] = []
        self.silent = False
        self.cabinet_questions = 0

    def cabinets(self) -> list[str]:
        """Two, or none."""
        return list(self.cabinet_names)

    def cabinet_view(self, cabinet: str) -> CabinetView:
        """The first as it stands; the second never answers."""
        self.cabinet_questions += 1
        self.threads.add(threading.get_ident())
        answering = cabinet == CABINET and not self.silent
        return CabinetView(
            name=cabinet,
            answering=answering,
            cells=tuple(self.cells(cabinet)) if answering else (),
            asked_at=timestamp(datetime.now(UTC)),
            fault="" if answering else "LCK-101",
            fault_parameters={} if answering else {"cabinet": cabinet},
            commissioned_at="2026-10-12T02:00:00.000Z" if answering else "",
            commissioned=answering,
        )

    def cells(self, cabinet: str) -> list[CellRow]:
        """The cells of the first cabinet."""
        return list(self.cell_rows) if cabinet == CABINET else []

    def handoffs(self, case_no: str | None = None, *, open_only: bool = False) -> list[HandOffRow]:
        """Those of one case as the page of archiving has them; all of them with `case_no` None."""
        if case_no is not None:
            return list(self.handoff_rows)
        rows = [*self.locker_rows, *self.handoff_rows]
        return rows if open_only else [*rows, finished_handoff()]

    def incidents(self, cabinet: str = "", *, open_only: bool = True) -> list[IncidentRow]:
        """What went wrong."""
        rows = [row for row in self.incident_rows if not cabinet or row.cabinet == cabinet]
        return [row for row in rows if row.state != "closed"] if open_only else rows

    def see_incident(self, actor: Actor, incident: str) -> IncidentRow:
        """Somebody looks."""
        self._note("see_incident", incident)
        return self._incident(incident, state="seen", seen_by=actor.name)

    def close_incident(
        self, actor: Actor, incident: str, *, resolution: str, reason: str
    ) -> IncidentRow:
        """Settled."""
        self._note("close_incident", incident, resolution, reason)
        return self._incident(incident, state="closed", resolution=resolution, reason=reason)

    def _incident(self, incident: str, **changes: Any) -> IncidentRow:
        self.incident_rows = [
            evolve(row, **changes) if row.id == incident else row for row in self.incident_rows
        ]
        return next(row for row in self.incident_rows if row.id == incident)

    def _hand_off(self, handoff: str, **changes: Any) -> HandOffRow:
        self.locker_rows = [
            evolve(row, **changes) if row.id == handoff else row for row in self.locker_rows
        ]
        return next(row for row in self.locker_rows if row.id == handoff)

    def _is_own(self, handoff: str) -> bool:
        return any(row.id == handoff for row in self.locker_rows)

    def deposit(self, actor: Actor, handoff_id: str, **more: Any) -> HandOffRow:
        """Laid in."""
        if not self._is_own(handoff_id):
            return super().deposit(actor, handoff_id)
        self._note("deposit", handoff_id)
        return self._hand_off(handoff_id, state="notified", turn="receiver")

    def collect(self, actor: Actor, handoff_id: str, code: str, **more: Any) -> HandOffRow:
        """Taken out."""
        if not self._is_own(handoff_id):
            return super().collect(actor, handoff_id, code)
        self._note("collect", handoff_id, code)
        return self._hand_off(handoff_id, state="collected")

    def acknowledge(
        self, actor: Actor, handoff_id: str, *, volumes: int, pages: int | None, **more: Any
    ) -> HandOffRow:
        """Counted."""
        if not self._is_own(handoff_id):
            return super().acknowledge(actor, handoff_id, volumes=volumes, pages=pages)
        self._note("acknowledge", handoff_id, volumes, pages, more.get("counts", ()))
        return self._hand_off(handoff_id, state="confirmed", turn="")

    def locker_rounds(self, actor: Actor) -> RoundsReport:
        """Nothing is amiss."""
        self.calls.append(("locker_rounds", (actor.name,)))
        return RoundsReport()

    def renew_code(self, actor: Actor, handoff_id: str) -> str:
        """Another code."""
        self._note("renew_code", handoff_id)
        return "47481936"

    def cancel_handoff(self, actor: Actor, handoff_id: str, reason: str) -> HandOffRow:
        """Called off."""
        self._note("cancel_handoff", handoff_id, reason)
        return self._hand_off(handoff_id, state="cancelled", turn="")

    def settle_dispute(
        self,
        actor: Actor,
        handoff_id: str,
        *,
        volumes: int,
        pages: int | None,
        reason: str,
        second: Actor,
        **more: Any,
    ) -> HandOffRow:
        """Settled by two."""
        self._note("settle_dispute", handoff_id, volumes, pages, reason, second.name)
        return self._hand_off(handoff_id, state="confirmed", turn="")

    def retrieve(
        self, actor: Actor, handoff_id: str, *, second: Actor, reason: str, **more: Any
    ) -> HandOffRow:
        """Taken out by two administrators."""
        self._note("retrieve", handoff_id, second.name, reason)
        return self._hand_off(handoff_id, state="retrieved", turn="administrator")

    def give_back(
        self, actor: Actor, handoff_id: str, *, volumes: int, pages: int | None, reason: str
    ) -> HandOffRow:
        """Back with the giver."""
        self._note("give_back", handoff_id, volumes, pages, reason)
        return self._hand_off(handoff_id, state="returned", turn="")

    def open_all(self, actor: Actor, cabinet: str, *, second: Actor, reason: str) -> list[CellRow]:
        """All doors."""
        self._note("open_all", cabinet, second.name, reason)
        return self.cells(cabinet)

    def set_cell(
        self, actor: Actor, cabinet: str, number: int, *, in_service: bool, reason: str
    ) -> CellRow:
        """In or out of service."""
        self._note("set_cell", cabinet, number, in_service, reason)
        state = "free" if in_service else "out_of_service"
        self.cell_rows = [
            evolve(cell, state=state, reason=reason) if cell.number == number else cell
            for cell in self.cell_rows
        ]
        return self.cell_rows[number - 1]

    def notices(self, handoff: str = "", *, state: str = "") -> list[NoticeView]:
        """Messages."""
        return [
            row
            for row in self.notice_rows
            if (not handoff or row.handoff == handoff) and (not state or row.state == state)
        ]

    def retry_notice(self, actor: Actor, notice: str) -> NoticeView:
        """Tried again."""
        self._note("retry_notice", notice)
        self.notice_rows = [
            evolve(row, state="queued", fault="") if row.id == notice else row
            for row in self.notice_rows
        ]
        return next(row for row in self.notice_rows if row.id == notice)

    def dossier_timeline(self, case_no: str) -> list[TimelineRow]:
        """From slip to shelf; nothing for an empty workstation."""
        return sample_timeline() if self.cabinet_names else []

    def custody_ledger(self, case_no: str) -> list[VolumeCustodyRow]:
        """Three volumes."""
        return sample_ledger(case_no) if self.cabinet_names else []

    def stock_takes(self, *, open_only: bool = False) -> list[StockTakeView]:
        """Counts."""
        return [row for row in self.stock_rows if not (open_only and row.closed_at)]

    def begin_stock_take(self, actor: Actor, kind: str, place: str) -> StockTakeView:
        """A count of three volumes."""
        self._note("begin_stock_take", kind, place)
        self.stock_rows.append(sample_stock_take(actor.name, kind, place))
        return self.stock_rows[-1]

    def count_stock(
        self, actor: Actor, take_id: str, code: str, place: str = "", *, unreadable: bool = False
    ) -> StockTakeView:
        """Codes of cells say where the count goes on; others are the volumes of the sample."""
        self._note("count_stock", code, unreadable)
        if code == "?" and not unreadable:
            raise Refused("DSK-101")
        self.stock_rows[-1] = counted(self.stock_rows[-1], actor.name, code, unreadable)
        return self.stock_rows[-1]

    def close_stock_take(self, actor: Actor, take_id: str, remark: str = "") -> StockTakeView:
        """What was expected and not met is missing."""
        self._note("close_stock_take", take_id)
        self.stock_rows[-1] = compared(self.stock_rows[-1])
        return self.stock_rows[-1]

    def print_volume_labels(
        self, actor: Actor, case_no: str, path: Path, *, single: bool = False
    ) -> Path:
        """Writes nothing."""
        self._note("print_volume_labels", case_no, path, single)
        return path

    def print_cell_labels(
        self, actor: Actor, cabinet: str, path: Path, *, single: bool = False
    ) -> Path:
        """Writes nothing."""
        self._note("print_cell_labels", cabinet, path, single)
        return path

    def print_shelf_labels(
        self, actor: Actor, shelves: Sequence[str], path: Path, *, single: bool = False
    ) -> Path:
        """Writes nothing."""
        self._note("print_shelf_labels", tuple(shelves), path, single)
        return path

    def begin_trial(self, actor: Actor, cabinet: str) -> SampleTrial:
        """A trial of three cells."""
        self._note("begin_trial", cabinet)
        return SampleTrial(self._note)
