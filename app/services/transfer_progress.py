"""How far a transfer is, told to other programs by a small file in the data folder.

The file changes every few seconds, so it is no matter for the database. It also shows that the
program which sends is alive.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import frozen

from app.kernel.clock import timestamp
from cloud_locker.whole_files import write_whole

FOLDER = "transfers"
# The step of a hand-over in which bytes go out, by `Progress.step`.
UPLOAD = "upload"


@frozen(kw_only=True)
class SentSoFar:
    """What the sending program wrote last. `claim` names it; `rate` is in bytes a second."""

    claim: str
    beat: str
    step: str = ""
    sent_bytes: int = 0
    total_bytes: int = 0
    rate: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate, None while that cannot be said."""
        if self.step != UPLOAD or self.rate <= 0:
            return None
        return max(0, self.total_bytes - self.sent_bytes) / self.rate

    def is_fresh(self, now: datetime, seconds: float) -> bool:
        """Whether the program gave a sign of life within so many seconds."""
        try:
            beat = datetime.fromisoformat(self.beat)
        except ValueError:
            return False
        return now - beat < timedelta(seconds=seconds)


def read_progress(root: Path, transfer_id: str) -> SentSoFar | None:
    """What is told of a transfer in the data folder `root`, None when nothing is."""
    try:
        record = json.loads(_path(root, transfer_id).read_text(encoding="utf-8"))
        return SentSoFar(**record)
    except (OSError, ValueError, TypeError):
        return None


class ProgressFile:
    """The file of one transfer under way, written by the program that sends it."""

    def __init__(self, root: Path, transfer_id: str, claim: str) -> None:
        self._path = _path(root, transfer_id)
        self._claim = claim
        self._began = time.monotonic()
        self._first: int | None = None
        self.step = ""
        self.sent_bytes = 0
        self.total_bytes = 0

    def advance(self, step: str, done: int, total: int) -> None:
        """Take on how far the hand-over is; bytes while it uploads."""
        self.step = step
        if step == UPLOAD:
            if self._first is None:
                # What was there before this attempt says nothing about the line.
                self._first, self._began = done, time.monotonic()
            self.sent_bytes, self.total_bytes = done, total

    def write(self, now: datetime) -> None:
        """Tell others, in one step. A disk that is full keeps nobody from sending."""
        record: dict[str, Any] = {
            "claim": self._claim,
            "beat": timestamp(now),
            "step": self.step,
            "sent_bytes": self.sent_bytes,
            "total_bytes": self.total_bytes,
            "rate": self._rate(),
        }
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            write_whole(self._path, record)

    def remove(self) -> None:
        """The attempt is over. What another program wrote meanwhile stays."""
        told = read_progress(self._path.parent.parent, self._path.stem)
        if told is not None and told.claim == self._claim:
            self._path.unlink(missing_ok=True)

    def _rate(self) -> float:
        passed = time.monotonic() - self._began
        if self._first is None or passed <= 0:
            return 0.0
        return (self.sent_bytes - self._first) / passed


def _path(root: Path, transfer_id: str) -> Path:
    return root / FOLDER / f"{transfer_id}.json"
