"""Hours in which packages are sent to one archive, and how fast in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from attrs import frozen

from app.kernel.errors import BadInput

LONGEST_SHOWN = 80
# Bytes a second; more than any line of a court.
MOST_RATE = 10**12
MOST_WINDOWS = 12
_DAY = 24 * 60


@frozen(kw_only=True)
class SendingWindow:
    """From `begin` until `end` of the station's day ("20:00" to "06:00" goes over midnight, the
    same twice is the whole day); at most `rate` bytes a second, 0 for as fast as the settings of
    the archive allow."""

    begin: str
    end: str
    rate: int = 0

    def holds(self, now: time) -> bool:
        """Whether `now` lies in it."""
        return (now.hour * 60 + now.minute) in self._minutes()

    def _minutes(self) -> set[int]:
        begin, end = (_minute(parsed_time(text)) for text in (self.begin, self.end))
        length = (end - begin) % _DAY or _DAY
        return {(begin + step) % _DAY for step in range(length)}

    def overlaps(self, other: SendingWindow) -> bool:
        """Whether both hold at some minute."""
        return not self._minutes().isdisjoint(other._minutes())

    def as_record(self) -> dict[str, Any]:
        """As it is kept."""
        return {"begin": self.begin, "end": self.end, "rate": self.rate}


def checked_windows(given: Sequence[Mapping[str, Any]]) -> tuple[SendingWindow, ...]:
    """Windows as somebody stated them, in the order of the day. Raises BadInput TRF-108 (no time of
    day), TRF-105 (no such rate, or too many windows), TRF-110 (two hold at one time)."""
    if len(given) > MOST_WINDOWS:
        raise BadInput("TRF-105", value=len(given), least=0, most=MOST_WINDOWS)
    windows: list[SendingWindow] = []
    for row in given:
        rate = int(row.get("rate", 0))
        if not 0 <= rate <= MOST_RATE:
            raise BadInput("TRF-105", value=rate, least=0, most=MOST_RATE)
        begin, end = (parsed_time(str(row[name])) for name in ("begin", "end"))
        window = SendingWindow(begin=f"{begin:%H:%M}", end=f"{end:%H:%M}", rate=rate)
        for other in windows:
            if window.overlaps(other):
                raise BadInput(
                    "TRF-110",
                    first=f"{other.begin}-{other.end}",
                    second=f"{window.begin}-{window.end}",
                )
        windows.append(window)
    return tuple(sorted(windows, key=lambda window: window.begin))


def kept_windows(rows: Sequence[Mapping[str, Any]]) -> tuple[SendingWindow, ...]:
    """Windows as they were kept."""
    return tuple(
        SendingWindow(begin=str(row["begin"]), end=str(row["end"]), rate=int(row["rate"]))
        for row in rows
    )


def open_window(windows: Sequence[SendingWindow], now: datetime) -> SendingWindow | None:
    """The window that holds at `now` on the clock of the wall; with no windows at all one of the
    whole day without a limit, None outside of all."""
    if not windows:
        return SendingWindow(begin="00:00", end="00:00")
    wall = now.astimezone().time()
    return next((window for window in windows if window.holds(wall)), None)


def parsed_time(text: str) -> time:
    """A time of day written as "20:00". Raises BadInput TRF-108."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007
    except ValueError:
        raise BadInput("TRF-108", value=text[:LONGEST_SHOWN]) from None


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
