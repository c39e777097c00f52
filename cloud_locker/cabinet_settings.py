"""A cabinet made of the table that stands in the settings under its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.kernel.errors import Broken
from cloud_locker.api import LockBoard
from cloud_locker.steady import SteadyCabinet


def steady_cabinet(
    board: Callable[..., LockBoard], name: str, folder: Path, settings: Mapping[str, Any]
) -> SteadyCabinet:
    """A cabinet of such boards; `steady` in its table has options of `SteadyCabinet`, the rest
    is for the board. Raises Broken LCK-251."""
    options = dict(settings)
    steady = options.pop("steady", {})
    try:
        return SteadyCabinet(board(name, folder, **options), name=name, **steady)
    except TypeError as error:  # a key that nobody knows, or text where a number belongs
        raise Broken("LCK-251", cabinet=name, reason=str(error)) from error
