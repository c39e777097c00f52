"""Progress and cancellation for everything that takes longer than a glance."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a long task is: `done` of `total` (0 when unknown) in the step named `step`."""

    step: str
    done: int
    total: int


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """A report that nobody reads."""


class Cancelled(Exception):
    """The person asked to stop; what was reported done stays done."""


class CancelToken:
    """Asked between units of work; setting it stops the task at the next safe point."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the task to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raises Cancelled when somebody asked to stop."""
        if self._event.is_set():
            raise Cancelled


class LinkedToken(CancelToken):
    """Cancelled by itself or with another token."""

    def __init__(self, outer: CancelToken) -> None:
        super().__init__()
        self._outer = outer

    @property
    def cancelled(self) -> bool:
        """See `CancelToken.cancelled`."""
        return super().cancelled or self._outer.cancelled

    def check(self) -> None:
        """See `CancelToken.check`."""
        if self.cancelled:
            raise Cancelled
