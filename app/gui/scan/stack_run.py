"""A stack cut by work slips as the window hears it: one row for every dossier, and where it
stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from app.services.station_views import Resumption
from app.services.views import ScanEventView, ScanResult, SideRow

RUNNING, STORED, STOPPED = "running", "stored", "stopped"


@frozen(kw_only=True)
class StackRow:
    """One dossier of the stack; slips count as sheets. `skipped` sides were stored by an earlier
    run. `state` is "running", "stored" or "stopped" (its batch is open)."""

    number: int
    case_no: str
    sheets: int = 0
    sides: int = 0
    skipped: int = 0
    state: str = RUNNING


@frozen(kw_only=True)
class StackStop:
    """What ended a run before the end of the stack. `record` is the fault, empty when the operator
    stopped it. `case_no` is the dossier that was on, "" when none was. `sheet` counts in the
    stack as it was fed this time, from 1; 0 when no sheet has to go back. `reckoned` while it is
    only known from the sheets stored."""

    record: Mapping[str, Any] = field(factory=dict)
    case_no: str = ""
    sheet: int = 0
    certain: bool = True
    reckoned: bool = False

    @property
    def code(self) -> str:
        """The code of the fault, "" when the operator stopped the run."""
        return str(self.record.get("code", ""))


class StackRun:
    """What the runs over one stack brought so far: a second run goes on after a stop."""

    def __init__(self) -> None:
        self.rows: list[StackRow] = []
        self.warnings: list[dict[str, Any]] = []
        self.stop: StackStop | None = None
        self.last: SideRow | None = None
        self._before: dict[int, StackRow] = {}
        self._fed: dict[int, int] = {}

    @property
    def sheets(self) -> int:
        """All sheets of the stack, slips among them."""
        return sum(row.sheets for row in self.rows)

    @property
    def sides(self) -> int:
        """All sides of the stack."""
        return sum(row.sides for row in self.rows)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases of the stack, each once, in its order."""
        return tuple(dict.fromkeys(row.case_no for row in self.rows))

    def begin(self) -> None:
        """Paper starts to move. What came before stays, for the stack goes on with it."""
        self.stop = None
        self._before.clear()
        self._fed.clear()

    def take(self, events: Sequence[ScanEventView]) -> None:
        """Count a group of events."""
        for event in events:
            if event.kind == "warning":
                self.warnings.append({"code": event.code, "parameters": dict(event.parameters)})
            if not event.case_no:
                continue
            at = self._row_of(event.case_no)
            row, before = self.rows[at], self._before.get(at)
            self._fed[at] = event.sheets
            self.rows[at] = evolve(
                row,
                sheets=event.sheets + (before.sheets if before is not None else 0),
                sides=event.sides + (before.sides if before is not None else 0),
                state=STORED if event.kind == "closed" else RUNNING,
            )
            if event.side is not None:
                self.last = event.side

    def _row_of(self, case_no: str) -> int:
        """The row that is on for this case: opened by its slip, or going on after a stop."""
        for at in range(len(self.rows) - 1, -1, -1):
            row = self.rows[at]
            if row.case_no == case_no and row.state == RUNNING:
                return at
            if row.case_no == case_no and row.state == STOPPED:
                self._before[at] = row
                return at
        self.rows.append(StackRow(number=len(self.rows) + 1, case_no=case_no))
        return len(self.rows) - 1

    def finish(self, results: Sequence[tuple[str, ScanResult]]) -> None:
        """The stack is through: take over what only the end tells."""
        fed = sorted(self._fed)
        for at, (case_no, result) in zip(fed, results, strict=False):
            if self.rows[at].case_no == case_no:
                self.rows[at] = evolve(self.rows[at], skipped=result.skipped)

    def end_early(self, record: Mapping[str, Any]) -> None:
        """A fault, or with an empty `record` the operator, ended the run."""
        on = next((row.case_no for row in self.rows if row.state == RUNNING), "")
        fed = sum(self._fed.values())
        named = record.get("parameters", {}).get("sheet")
        reckoned = not isinstance(named, int)
        sheet = fed + 1 if reckoned else named
        self.stop = StackStop(
            record=record, case_no=on, sheet=sheet if fed else 0, reckoned=reckoned
        )

    def settle(self, open_batches: Mapping[str, Resumption | None]) -> None:
        """What the store says about the batches: which of them are open."""
        for at, row in enumerate(self.rows):
            newest = all(later.case_no != row.case_no for later in self.rows[at + 1 :])
            waits = newest and open_batches.get(row.case_no) is not None
            self.rows[at] = evolve(row, state=STOPPED if waits else STORED)
        # A dossier of which nothing was stored has no batch any more.
        self.rows = [row for row in self.rows if row.sides]
        stop = self.stop
        waiting = open_batches.get(stop.case_no) if stop is not None else None
        if stop is None:
            return
        if waiting is None:
            self.stop = evolve(stop, case_no="")
            return
        # Only the front of the last sheet came: it is fed again.
        half = waiting.last is not None and waiting.sheet <= waiting.last.sheet
        back = 1 if half and stop.reckoned and stop.sheet > 1 else 0
        self.stop = evolve(stop, sheet=stop.sheet - back, certain=waiting.certain, reckoned=False)
