"""Makes an engine ready before the first page needs it; run in an idle worker process."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from ocr.recognition import start_engine


@runtime_checkable
class _Preparing(Protocol):
    def warm_up(self) -> None: ...


def warm_up(engine_name: str) -> bool:
    """Starts the engine `engine_name` (as `start_engine` takes it) and prepares it for pages.

    True when something was prepared, False when the engine needs no more than its start. A second
    call costs little. Raises what `start_engine` raises.
    """
    engine = start_engine(engine_name)
    if not isinstance(engine, _Preparing):
        return False
    engine.warm_up()
    return True
