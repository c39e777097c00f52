"""Identifiers that sort by the time they were made, so that rows keep their order on disk."""

from __future__ import annotations

import os
import time

_NANOSECONDS = 1_000_000  # of a millisecond


def new_id(prefix: str) -> str:
    """A unique id such as `side_0190c0ffee…`: milliseconds since the epoch (48 bits), the part of
    the millisecond that has passed (12 bits), then 68 random bits (RFC 9562, 6.2, method 3)."""
    milliseconds, rest = divmod(time.time_ns(), _NANOSECONDS)
    part = rest * 4096 // _NANOSECONDS
    return f"{prefix}_{milliseconds:012x}{part:03x}{os.urandom(9).hex()[:17]}"
