"""When the queue sends: whether it rests, its hours, and the windows of each archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.access import Actor
from app.services.archive_targets import require_target
from app.services.court_settings import court_setting, keep_court_setting
from app.services.ports import Transaction
from app.services.sending_hours import (
    SendingWindow,
    checked_windows,
    kept_windows,
    open_window,
    parsed_time,
)
from app.services.tracks import Tracks

QUEUE = "transfer_queue"


class TransferHours(Tracks):
    """Use cases of whoever says when packages are sent."""

    def pause_queue(self, actor: Actor) -> Mapping[str, Any]:
        """Send nothing new until `resume_queue`; what is being sent is finished."""
        return self._set_queue(actor, paused=True)

    def resume_queue(self, actor: Actor) -> Mapping[str, Any]:
        """Send again."""
        return self._set_queue(actor, paused=False)

    def set_transfer_window(self, actor: Actor, begin: str, end: str) -> Mapping[str, Any]:
        """Send only between two times of the station's day, such as "20:00" and "06:00"; two
        empty texts: always. Raises Refused ACC-101, BadInput TRF-108."""
        if (begin, end) != ("", ""):
            parsed_time(begin), parsed_time(end)
        return self._set_queue(actor, begin=begin, end=end)

    def set_target_windows(
        self, actor: Actor, target: str, windows: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Send to `target` only in these windows, {"begin", "end", "rate"} each, at most so many
        bytes a second (0: no limit); none: at any hour. What is on its way when a window ends
        stops there and goes on in the next one.

        Raises Refused ACC-101, BadInput DOS-109 (unknown target), TRF-105, TRF-108, TRF-110.
        """
        require_target(self._context, target)
        rows = [window.as_record() for window in checked_windows(windows)]
        return self._set_queue(actor, of_target={target: rows})

    def transfer_queue(self) -> Mapping[str, Any]:
        """The settings of the queue: {"paused", "begin", "end", "windows": {target: …}}."""
        with self._context.storage.read() as tx:
            return _queue(tx)

    def _set_queue(
        self,
        actor: Actor,
        *,
        of_target: Mapping[str, list[dict[str, Any]]] | None = None,
        **changes: Any,
    ) -> Mapping[str, Any]:
        with self._context.storage.write() as tx:
            kept = _queue(tx) | changes
            windows = kept["windows"] | (of_target or {})
            kept["windows"] = {target: rows for target, rows in windows.items() if rows}
            keep_court_setting(
                tx, actor, QUEUE, kept, action="transfer_queue_set", permission="submit"
            )
            tx.commit()
        return kept

    def _may_send(self, tx: Transaction) -> bool:
        """Whether the queue is neither paused nor outside its hours."""
        kept = _queue(tx)
        if kept["paused"]:
            return False
        if not kept["begin"]:
            return True
        begin, end = parsed_time(kept["begin"]), parsed_time(kept["end"])
        now = self._context.clock.now().astimezone().time()
        return begin <= now < end if begin <= end else now >= begin or now < end

    def _windows_of(self, tx: Transaction, target: str) -> tuple[SendingWindow, ...]:
        """The windows of an archive; none when it takes packages at any hour."""
        return kept_windows(_queue(tx)["windows"].get(target, ()))

    def _window_of(self, tx: Transaction, target: str) -> SendingWindow | None:
        """The window of an archive that holds now, None outside of all."""
        return open_window(self._windows_of(tx, target), self._context.clock.now())


def _queue(tx: Transaction) -> dict[str, Any]:
    empty = {"paused": False, "begin": "", "end": "", "windows": {}}
    return empty | court_setting(tx, QUEUE)
