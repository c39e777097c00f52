"""Identifiers that sort by the time they were made, so that rows keep their order on disk."""

from __future__ import annotations

import os
import time


def new_id(prefix: str) -> str:
    """A unique id such as `side_0190c0ffee…`: milliseconds since the epoch, then 80 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    return f"{prefix}_{milliseconds:012x}{os.urandom(10).hex()}"
