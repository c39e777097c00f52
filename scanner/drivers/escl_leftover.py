"""Remembers the open job of a batch beside its images, so that a killed driver leaves none behind.

A device holds a job that nobody drains for a minute or longer, and is busy all that time: the
operator who goes on after a crash would be told that somebody else is using the scanner.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

_NAME = ".escl-job.json"
_log = logging.getLogger(__name__)


class OpenJob:
    """The note in `folder` about the job on the device at `url`. A note that cannot be written or
    read costs the waiting, nothing else, so that is only logged."""

    def __init__(self, folder: Path, url: str) -> None:
        self._file = folder / _NAME
        self._url = url

    def remember(self, path: str) -> None:
        """The job behind `path` was opened."""
        text = json.dumps({"url": self._url, "path": path})
        try:
            self._file.write_text(text, encoding="utf-8")
        except OSError as error:
            _log.info("cannot note the job %s: %s", path, error)

    def left_behind(self) -> str:
        """The path of the job that an earlier driver did not give back, "" without one."""
        try:
            record = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            _log.info("cannot read the note of an earlier job: %s", error)
            return ""
        same = isinstance(record, dict) and record.get("url") == self._url
        return str(record.get("path", "")) if same else ""

    def forget(self) -> None:
        """The job was given back."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            _log.info("cannot remove the note of a job: %s", error)
