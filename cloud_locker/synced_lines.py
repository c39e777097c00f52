"""Files to which whole lines are added, each on disk before anything is done on the strength of it.

A power cut may tear the last line. It was never acknowledged, so it stays as it is, a line of its
own that no reader understands; what is added after it begins on a line of its own.
"""

from __future__ import annotations

import os
from pathlib import Path

from app.kernel.folder_sync import sync_folder


def append_line(path: Path, line: bytes) -> None:
    """Add `line`, which has no end of line, and sync it; the folder too when the file is new,
    or a power cut might take the name away. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a+b") as stream:
        if stream.seek(0, os.SEEK_END) > 0:
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                line = b"\n" + line
        stream.write(line + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        sync_folder(path.parent)


def read_whole(path: Path) -> bytes:
    """What is in such a file; nothing where there is none. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
