"""The scanning station of the sample workstation: batches, held pages, sums, preferences."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.gui.samples.station_rows import (
    DECLARED,
    sample_figures,
    sample_held,
    sample_profiles,
    sample_resumption,
    sample_sum,
)
from app.kernel.errors import Fault
from app.kernel.progress import CancelToken, Report
from app.services.conditioning import Change, Conditioned
from app.services.station_views import (
    HeldBatch,
    MissRow,
    OperatorFigures,
    ProfileRow,
    Resumption,
    SheetSum,
    SlipTarget,
)
from app.services.views import ScanEventView, ScanResult, SideRow

Listener = Callable[[ScanEventView], None]
SLIP_PREFIX = "JZ1"


class SampleStation:
    """Answers like the scanning part of a real workstation. `feed` are sides that the next scan
    brings (those of the dossier again when empty); `fault` stops it at FAULT_AT sides."""

    FAULT_AT = 6
    calls: list[tuple[str, tuple[Any, ...]]]
    side_rows: list[SideRow]
    fault: Fault | None
    hold: threading.Event | None

    def _begin_station(self) -> None:
        self.feed: list[SideRow] = []
        self.declared: int | None = DECLARED
        self.miss_rows: list[MissRow] = []
        self.held_rows: list[HeldBatch] = []
        self.stopped: Resumption | None = None
        self.versions: tuple[SideRow, ...] = ()
        self.next_held_verdict = "same"
        self.preferences: dict[tuple[str, str], dict[str, Any]] = {}

    def _note(self, name: str, *arguments: Any) -> None:
        raise AssertionError("the workstation has it")

    def _wait(self, cancel: CancelToken) -> None:
        raise AssertionError("the workstation has it")

    def scan(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        *,
        profile: str,
        part: str,
        volume: int = 1,
        on_event: Listener,
        cancel: CancelToken,
    ) -> ScanResult:
        """Feeds sides; each is stored first and seen by live inspection a little later."""
        fault, self.fault = self.fault, None
        self._note("scan", source, profile, part)
        self.stopped = None
        fresh = bool(self.feed)
        rows, self.feed = (self.feed or list(self.side_rows)), []
        for number, row in enumerate(rows, 1):
            cancel.check()
            if fault is not None and number == self.FAULT_AT + 1:
                self.stopped = sample_resumption(fault, self.side_rows, source, profile)
                raise fault
            stored = evolve(row, thumbnail=None, picture=None, findings=(), examined=False)
            self._tell(on_event, "side", stored, number, case_no)
            if fresh:
                self.side_rows.append(row)
            self._tell(on_event, "glance", evolve(row, glanced=True), number, case_no)
            if number == len(rows):
                # A feeder waits here when a test or a picture wants to see it running.
                self._wait(cancel)
        sheets = (len(rows) + 1) // 2
        return ScanResult(batch="b", sheets=sheets, sides=len(rows), skipped=0, warnings=())

    def _tell(
        self, on_event: Listener, kind: str, side: SideRow, number: int, case_no: str
    ) -> None:
        on_event(
            ScanEventView(
                kind=kind, case_no=case_no, side=side, sheets=(number + 1) // 2, sides=number
            )
        )

    def resume(
        self,
        actor: Actor,
        case_no: str,
        batch: str,
        *,
        on_event: Listener,
        cancel: CancelToken,
    ) -> ScanResult:
        """Goes on with what stopped."""
        stopped = self.stopped
        assert stopped is not None
        self._note("resume", batch)
        return self.scan(
            actor,
            case_no,
            stopped.source,
            profile=stopped.profile,
            part=stopped.part,
            on_event=on_event,
            cancel=cancel,
        )

    def insert_here(
        self,
        actor: Actor,
        case_no: str,
        after_position: int,
        source: str,
        *,
        profile: str,
        on_event: Listener,
        cancel: CancelToken,
    ) -> ScanResult:
        """Holds two sides."""
        self._note("insert_here", after_position, source)
        held = sample_held("insert", self.side_rows, [after_position], self.next_held_verdict)
        return self._hold(held, on_event, case_no)

    def rescan(
        self,
        actor: Actor,
        case_no: str,
        positions: Sequence[int],
        source: str,
        *,
        whole_sheet: bool = True,
        profile: str,
        on_event: Listener,
        cancel: CancelToken,
    ) -> ScanResult:
        """Holds a new picture of each side."""
        self._note("rescan", list(positions), whole_sheet)
        held = sample_held("replace", self.side_rows, positions, "waiting")
        return self._hold(held, on_event, case_no)

    def _hold(self, batch: HeldBatch, on_event: Listener, case_no: str) -> ScanResult:
        self.held_rows.append(batch)
        new = [pair.new for pair in batch.pairs if pair.new is not None]
        for number, side in enumerate(new, 1):
            self._tell(on_event, "side", side, number, case_no)
        count = len(new)
        return ScanResult(
            batch=batch.batch, sheets=(count + 1) // 2, sides=count, skipped=0, warnings=()
        )

    def held(self, case_no: str) -> tuple[HeldBatch, ...]:
        """What waits for a word."""
        return tuple(self.held_rows)

    def examine_held(self, case_no: str, cancel: CancelToken) -> None:
        """Comes to the verdict that is wanted."""
        self._note("examine_held")
        self.held_rows = [
            sample_held(
                batch.purpose,
                self.side_rows,
                [pair.old.position for pair in batch.pairs if pair.old is not None]
                or [batch.after_position],
                self.next_held_verdict,
            )
            for batch in self.held_rows
        ]

    def accept_held(self, actor: Actor, case_no: str, batch: str, *, although: str = "") -> None:
        """In force."""
        self._note("accept_held", batch, although)
        self.held_rows = [row for row in self.held_rows if row.batch != batch]

    def reject_held(self, actor: Actor, case_no: str, batch: str, reason: str) -> None:
        """Put aside."""
        self._note("reject_held", batch, reason)
        self.held_rows = [row for row in self.held_rows if row.batch != batch]

    def resumption(self, case_no: str) -> Resumption | None:
        """Where a batch stopped."""
        return self.stopped

    def discard_rest(self, actor: Actor, case_no: str, batch: str, reason: str) -> None:
        """Complete as it is."""
        self._note("discard_rest", batch, reason)
        self.stopped = None

    def turn_sides(self, actor: Actor, case_no: str, side_ids: Sequence[str], degrees: int) -> None:
        """Turn sides."""
        self._note("turn_sides", list(side_ids), degrees)

    def condition_sides(
        self,
        actor: Actor,
        case_no: str,
        side_ids: Sequence[str],
        change: Change,
        *,
        report: Report,
        cancel: CancelToken,
    ) -> Conditioned:
        """Condition sides."""
        self._note("condition_sides", list(side_ids), change)
        return Conditioned(sides=len(side_ids), changed=len(side_ids), found={})

    def write_derivatives(
        self,
        actor: Actor,
        case_no: str,
        folder: Path,
        form: str,
        side_ids: Sequence[str] | None,
        *,
        report: Report,
        cancel: CancelToken,
    ) -> list[Path]:
        """Write the pictures: none is, but they are named."""
        self._note("write_derivatives", folder, form, side_ids)
        rows = self.side_rows if side_ids is None else side_ids
        return [folder / f"{place:04d}.{form}" for place, _row in enumerate(rows, start=1)]

    def condition_proposed(
        self, actor: Actor, case_no: str, *, report: Report, cancel: CancelToken
    ) -> Conditioned:
        """Do what is proposed: nothing."""
        self._note("condition_proposed", case_no)
        return Conditioned(sides=0, changed=0, found={})

    def mark_blank_sides(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], blank: bool
    ) -> None:
        """Mark sides."""
        self._note("mark_blank_sides", list(side_ids), blank)
        self._change(side_ids, blank=blank)

    def mark_separator(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], separator: bool
    ) -> None:
        """Mark separator sheets."""
        self._note("mark_separator", list(side_ids), separator)
        self._change(side_ids, role="separator" if separator else "page")

    def _change(self, side_ids: Sequence[str], **changes: Any) -> None:
        self.side_rows = [
            evolve(side, **changes) if side.id in side_ids else side for side in self.side_rows
        ]

    def move_sides(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], after_position: int
    ) -> None:
        """Move sides behind another."""
        self._note("move_sides", list(side_ids), after_position)
        moved = [side for side in self.side_rows if side.id in side_ids]
        before = [
            side
            for side in self.side_rows
            if side.id not in side_ids and side.position <= after_position
        ]
        after = [
            side
            for side in self.side_rows
            if side.id not in side_ids and side.position > after_position
        ]
        self.side_rows = [
            evolve(side, position=position)
            for position, side in enumerate([*before, *moved, *after], 1)
        ]

    def move_to_item(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], item_number: int
    ) -> None:
        """Move sides to an item."""
        self._note("move_to_item", list(side_ids), item_number)

    def select_sides(self, case_no: str, what: str) -> list[str]:
        """A few of the words of the real one."""
        return [side.id for side in self.side_rows if _is(side, what)]

    def earlier_versions(self, case_no: str, side_id: str) -> tuple[SideRow, ...]:
        """What stood there before."""
        return self.versions

    def declare_sheets(
        self, actor: Actor, case_no: str, sheets: int | None, part: str = "main"
    ) -> None:
        """Declare."""
        self._note("declare_sheets", sheets, part)
        self.declared = sheets

    def record_miss(
        self,
        actor: Actor,
        case_no: str,
        sheets: int,
        after_position: int,
        reason: str,
        part: str = "main",
    ) -> str:
        """Record missing sheets."""
        self._note("record_miss", sheets, after_position, reason)
        row = MissRow(
            id=f"miss-{len(self.miss_rows) + 1}",
            part=part,
            volume=1,
            sheets=sheets,
            after_position=after_position,
            reason=reason,
            recorded_at="2026-11-22T03:00:00.000Z",
            recorded_by=actor.name,
        )
        self.miss_rows.append(row)
        return row.id

    def withdraw_miss(self, actor: Actor, case_no: str, miss_id: str) -> None:
        """Withdraw a record."""
        self._note("withdraw_miss", miss_id)
        self.miss_rows = [row for row in self.miss_rows if row.id != miss_id]

    def misses(self, case_no: str) -> tuple[MissRow, ...]:
        """Recorded misses."""
        return tuple(self.miss_rows)

    def sheet_sum(self, case_no: str) -> tuple[SheetSum, ...]:
        """The sums."""
        missed = 2 * sum(row.sheets for row in self.miss_rows)
        sums = sample_sum(self.side_rows, declared=self.declared, missed=missed)
        return (sums,) if self.side_rows else ()

    def profile_rows(self) -> tuple[ProfileRow, ...]:
        """Scan profiles."""
        return sample_profiles()

    def preference(self, actor: Actor, name: str) -> dict[str, Any]:
        """One setting of one person."""
        return dict(self.preferences.get((actor.name, name), {}))

    def save_preference(self, actor: Actor, name: str, value: Mapping[str, Any]) -> None:
        """Keep a setting."""
        self._note("save_preference", name, dict(value))
        self.preferences[(actor.name, name)] = dict(value)

    def operator_figures(self, first_day: str, last_day: str) -> tuple[OperatorFigures, ...]:
        """Figures of some operators."""
        return sample_figures(last_day) if self.side_rows else ()

    def slip_target(self, code_text: str) -> SlipTarget:
        """The case of a slip; `JZ1|<case number>|…`."""
        self._note("slip_target", code_text)
        return SlipTarget(case_no=code_text.split("|")[1], part="main", volume=1)

    def print_work_slip(self, actor: Actor, case_no: str, path: Path) -> Path:
        """Write something to be printed."""
        self._note("print_work_slip", case_no)
        path.write_bytes(b"%PDF-1.7\n")
        return path


def _is(side: SideRow, what: str) -> bool:
    said = {
        "all": True,
        "odd": side.position % 2 == 1,
        "even": side.position % 2 == 0,
        "front": side.face == "front",
        "back": side.face == "back",
        "blank": side.blank,
        "unnumbered": side.page_number is None,
        "unread": not side.recognised,
        "open": any(not finding.verdict for finding in side.findings),
    }
    return said.get(what, any(finding.code == what for finding in side.findings))
