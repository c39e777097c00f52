"""Trouble of the operating system in words a person at a court can read."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

from app.cli.argument_words import N_
from app.kernel.errors import Broken, Fault
from app.kernel.translation import translate

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

# What the system says most; the words are those of the C library, which is asked in English.
REASONS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("Read-only file system"),
    N_("No space left on device"),
    N_("File too large"),
    N_("Input/output error"),
    N_("File name too long"),
    N_("Too many open files"),
    N_("Device or resource busy"),
)


def reason_in_words(record: dict[str, Any]) -> dict[str, Any]:
    """The record of a fault with its `reason` in the language of this process, where known."""
    reason = record["parameters"].get("reason")
    if reason not in REASONS:
        return record
    return record | {"parameters": record["parameters"] | {"reason": translate(reason)}}


def as_fault(error: OSError) -> Fault:
    """Broken SYS-404 (disk full) or SYS-405 (anything else) for an error of the system."""
    path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    if error.errno in FULL:
        return Broken("SYS-404", path=path, free=_free_megabytes(path))
    reason = translate(error.strerror or type(error).__name__)
    return Broken("SYS-405", reason=f"{reason} ({path})" if path else reason)


def _free_megabytes(path: str) -> int:
    start = Path(path).absolute()
    folder = next(folder for folder in (start, *start.parents) if folder.exists())
    return shutil.disk_usage(folder).free // 1024**2
