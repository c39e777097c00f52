"""Worker functions that go wrong on pages which ask for it; for tests of real workers."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

KILL, CRASH, HANG, EXHAUST = b"<<kill>>", b"<<crash>>", b"<<hang>>", b"<<exhaust>>"


def study(
    path: str, frame: int, limits: dict[str, float], folder: str, stem: str
) -> dict[str, Any]:
    """As `ocr.study.study` of a page without faults, unless the bytes of the page say otherwise."""
    data = Path(path).read_bytes()
    if data.endswith(KILL):
        os.kill(os.getpid(), signal.SIGKILL)
    if data.endswith(CRASH):
        os.abort()
    if data.endswith(HANG):
        signal.pause()
    if data.endswith(EXHAUST):
        raise MemoryError
    examination = {
        "width": 100,
        "height": 100,
        "dpi": 300,
        "measures": {},
        "findings": [],
        "fingerprint": "",
        "blank": True,
    }
    return {"examination": examination, "turn": 0, "pictures": {}}
