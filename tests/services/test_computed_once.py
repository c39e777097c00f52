"""A computed property is asked for once, and by one thread never waits for another."""

from __future__ import annotations

import threading

from app.kernel.computed import computed


class Reading:
    """Something that is slow to read."""

    def __init__(self, other: threading.Event, own: threading.Event) -> None:
        self.other, self.own, self.asked = other, own, 0

    @computed
    def text(self) -> str:
        """What was read."""
        self.asked += 1
        self.own.set()
        assert self.other.wait(60)
        return "read"


def test_it_is_computed_once_and_two_objects_do_not_wait_for_each_other() -> None:
    first, second = threading.Event(), threading.Event()
    readings = [Reading(first, second), Reading(second, first)]
    threads = [threading.Thread(target=lambda each=each: each.text) for each in readings]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [(each.text, each.asked) for each in readings] == [("read", 1), ("read", 1)]
    assert Reading.text.__doc__ == "What was read."
