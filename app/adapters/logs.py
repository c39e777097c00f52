"""The log of a station: JSON lines in `DATA/logs`, a file for each process, bounded in size.

Logs go to people who mend programs, so they hold identifiers and codes, never names: every run
of Chinese characters is masked, whatever a library put into its message.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

FOLDER = "logs"
OWN = ("app", "scanner", "ocr", "archive_rules", "cloud_locker")
MOST_BYTES = 5 * 1024**2
OLDER_PARTS = 2
MOST_FILES = 40

_NAMES = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


class JsonLines(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)


def masked(text: str) -> str:
    """`text` with every run of Chinese characters taken out: persons, courts, file names."""
    return _NAMES.sub("※", text)


class _QuietFile(RotatingFileHandler):
    """A log file that is made with its first line. A log that cannot be written stops nothing."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - name of the base
        """Say nothing: the disk may be full, and the command tells that by itself."""

    def close(self) -> None:
        """What could not be written before cannot be written now; the command still has to say
        what happened."""
        # The rest of a line that did not fit onto the disk: flushed by `close`, which raises.
        with contextlib.suppress(OSError):
            super().close()


def start_logging(data: Path, level: int = logging.INFO) -> Callable[[], None]:
    """Log this process into `data/logs` from now on; gives the function that ends it.

    Nothing is made before the first line is written.
    """
    folder = data / FOLDER
    _remove_oldest(folder)
    day = datetime.now(UTC).strftime("%Y%m%d")
    handler = _QuietFile(
        folder / f"{day}-{os.getpid()}.jsonl",
        maxBytes=MOST_BYTES,
        backupCount=OLDER_PARTS,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(JsonLines())
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    earlier = {name: logging.getLogger(name).level for name in OWN}
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)

    def stop() -> None:
        root.removeHandler(handler)
        for name, value in earlier.items():
            logging.getLogger(name).setLevel(value)
        handler.close()

    return stop


def _remove_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.jsonl*")) if folder.is_dir() else []
    for file in files[:-MOST_FILES]:
        try:
            file.unlink()
        except OSError:
            # In use by another process (Windows), or gone already: the next start tries again.
            continue
