"""A running batch as the window hears it: events in small groups, rate, and the sum as it grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from attrs import evolve
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.gui.i18n import _, number
from app.services.station_views import OperatorFigures, SheetSum
from app.services.views import ScanEventView, SideRow
from app.words.pages import finding_word

GROUP_MILLISECONDS = 100
RATE_AFTER_SECONDS = 2.0


class Feed(QObject):
    """Hears events on any thread and hands them on in groups, so that a fast scanner costs the
    window a few updates a second whatever its speed. Emits `arrived(list of events)`."""

    arrived = Signal(object)
    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[object] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GROUP_MILLISECONDS)
        self._timer.timeout.connect(self.flush)
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def hear(self, event: object) -> None:
        """One event, from any thread."""
        self._heard.emit(event)

    @Slot(object)
    def _take(self, event: object) -> None:
        self._waiting.append(event)
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Hand on what waits, now."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.arrived.emit(waiting)


class LiveRun:
    """What one run brought so far. `seconds` is a clock that never goes back."""

    def __init__(
        self,
        sums: Sequence[SheetSum],
        part: str,
        *,
        case_no: str = "",
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._started = seconds()
        self._part = part
        self.case_no = case_no
        self._before = next((one for one in sums if one.part == part), empty_sum(part))
        self._others = tuple(one for one in sums if one.part != part)
        self._blank: dict[str, bool] = {}
        self.sheets = 0
        self.sides = 0

    def take(self, events: Sequence[ScanEventView], known: Callable[[str], bool]) -> list[SideRow]:
        """Count a group of events and give the last state of each side in it, in order; sides
        that were `known` before this run are not counted again."""
        rows: dict[str, SideRow] = {}
        for event in events:
            self.sheets = max(self.sheets, event.sheets)
            self.sides = max(self.sides, event.sides)
            side = event.side
            if side is None:
                continue
            rows[side.id] = side
            if side.part == self._part and (side.id in self._blank or not known(side.id)):
                self._blank[side.id] = side.blank
        return list(rows.values())

    @property
    def sums(self) -> tuple[SheetSum, ...]:
        """The sums as they stand now, reckoned here so that nothing is read while paper runs."""
        blank = sum(self._blank.values())
        fresh = len(self._blank)
        before = self._before
        difference = None if before.difference is None else before.difference - fresh
        grown = evolve(
            before,
            sheets=before.sheets + (fresh + 1) // 2,
            captured=before.captured + fresh - blank,
            blank=before.blank + blank,
            difference=difference,
            balanced=difference == 0,
        )
        return (grown, *self._others)

    @property
    def expected(self) -> int:
        """Sides this run can bring until the sum balances; 0 when nobody knows."""
        return max(self._before.difference or 0, 0)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._seconds() - self._started

    @property
    def rate(self) -> int | None:
        """Sides a minute, once there is enough to say so."""
        if self.elapsed < RATE_AFTER_SECONDS or not self.sides:
            return None
        return round(self.sides * 60 / self.elapsed)

    def text(self, today: str) -> str:
        """Rate, time and the operator's counter in one line."""
        parts = []
        if self.rate is not None:
            parts.append(_("{count} sides/min").format(count=number(self.rate)))
        parts.append(clock(self.elapsed))
        return " · ".join(part for part in (*parts, today) if part)


def tell_findings(shown: QWidget, rows: Sequence[SideRow]) -> None:
    """A screen reader hears of a finding that must be mended while paper runs."""
    for row in rows:
        worst = [f for f in row.findings if f.severity == "fail" and not f.verdict]
        if worst:
            said = _("Side {position}").format(position=row.position)
            shown.setAccessibleDescription(f"{said}：{finding_word(worst[0].code)}")


def empty_sum(part: str) -> SheetSum:
    """The sum of a part of which nothing is known."""
    return SheetSum(
        part=part,
        declared_sheets=None,
        sheets=0,
        expected=None,
        captured=0,
        blank=0,
        inserted=0,
        missed=0,
        single_backs=0,
        difference=None,
        balanced=True,
    )


def clock(seconds: float) -> str:
    """A duration as minutes and seconds, or with hours."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    start = f"{hours}:{minutes:02d}" if hours else str(minutes)
    return f"{start}:{whole % 60:02d}"


def today_text(figures: Sequence[OperatorFigures], operator: str, sheets: int = 0) -> str:
    """The operator's counter of the day; `sheets` are those of the run under way."""
    mine = [row for row in figures if row.operator == operator]
    count = sum(row.sheets for row in mine) + sheets
    return _("today {count} sheets").format(count=number(count)) if count else ""
