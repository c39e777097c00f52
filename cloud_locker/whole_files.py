"""Small files that are replaced whole, so that no reader ever sees half of one."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from app.kernel.folder_sync import sync_folder


def write_whole(path: Path, row: Mapping[str, Any], *, durable: bool = False) -> None:
    """Replace the file by `row` as JSON; see `write_bytes_whole`. Raises OSError."""
    text = json.dumps(row, ensure_ascii=False, indent=1)
    write_bytes_whole(path, text.encode(), durable=durable)


def write_bytes_whole(
    path: Path, data: bytes, *, durable: bool = False, private: bool = False
) -> None:
    """Replace the file in one step.

    `durable`: it is on disk under its name when this returns. `private`: at no time can anybody
    but its owner read it, where the system knows owners. Raises OSError.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        mode = 0o600 if private else 0o666
        with open(part, "wb", opener=partial(os.open, mode=mode)) as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        part.replace(path)
        if durable:
            sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
