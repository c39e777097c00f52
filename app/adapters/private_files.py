"""Files that only their owner may read: keys and secrets of a data folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_to_others(path: Path) -> bool:
    """Whether anybody but its owner may touch the file, where the system knows owners. Raises
    OSError when it is not there."""
    return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)


def private_folder(path: Path) -> Path:
    """The folder, made for its owner alone when it is missing. Raises OSError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
