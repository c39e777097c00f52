"""Small JSON files that are replaced whole, so that no reader ever sees half of one."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def write_whole(path: Path, row: Mapping[str, Any], *, durable: bool = False) -> None:
    """Replace the file in one step; `durable`: it is on disk when this returns. Raises OSError."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            stream.write(json.dumps(row, ensure_ascii=False, indent=1))
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
