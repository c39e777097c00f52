"""What the server did at a cabinet since it gave the list that the cabinet falls back on.

A list does not know of it, so by the list alone it would be done again. The names stand in a small
file beside the list until the server has given a newer one.
"""

from __future__ import annotations

import json
from pathlib import Path

from app.kernel.errors import Broken
from cloud_locker.whole_files import write_whole

DONE_FILE = "done-online.json"


class DoneOnline:
    """Hand-offs with a step that the kept list may not know of, over restarts."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / DONE_FILE

    def note(self, handoff: str, state: str) -> None:
        """The server brought a hand-off to `state`; on disk when this returns. Raises Broken
        LCK-310."""
        states = self._states() | {handoff: state}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, states, durable=True)
        except OSError as error:
            raise self._unusable(error) from error

    def knows(self, handoff: str) -> bool:
        """Whether the server did a step of this hand-off since the list. Raises Broken LCK-310:
        whoever cannot tell must not open a cell again."""
        return handoff in self._states()

    def forget(self) -> None:
        """The server has given a list that knows all of it. Raises Broken LCK-310."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def _states(self) -> dict[str, str]:
        try:
            return {**json.loads(self._path.read_bytes())}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> Broken:
        reason = getattr(error, "strerror", None) or str(error)
        return Broken("LCK-310", path=str(self._path), reason=reason)
