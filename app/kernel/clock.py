"""Time as a port, so that terms and audit records can be tested."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the present moment, always aware and in UTC."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """`moment` as an ISO 8601 string in UTC with milliseconds, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
