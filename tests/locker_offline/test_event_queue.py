"""The events of a cabinet that was cut off: in order, whole, and every change of them seen."""

from __future__ import annotations

import hmac
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Broken, Refused
from cloud_locker.event_queue import EventQueue, read_events

KEY = bytes(range(32))
CABINET = "wkly:north"


def queue(folder: Path) -> EventQueue:
    return EventQueue(folder, KEY, cabinet=CABINET)


def filled(folder: Path) -> EventQueue:
    made = queue(folder)
    for number in range(1, 6):
        made.append("collected", f"handoff-{number}", list_id="list-1", cell=number)
    return made


def test_events_come_back_in_their_order_over_restarts(tmp_path: Path) -> None:
    filled(tmp_path)
    again = queue(tmp_path)
    again.append("deposited", "handoff-9", list_id="list-2", occupied=True)
    events = again.events()
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6]
    assert (events[5].kind, events[5].details) == ("deposited", {"occupied": True})
    assert read_events(again.data().splitlines(), KEY, cabinet=CABINET) == events


def test_an_empty_queue_has_no_events(tmp_path: Path) -> None:
    assert queue(tmp_path / "nowhere").events() == []
    assert queue(tmp_path / "nowhere").data() == b""


@given(cut=st.integers(min_value=1, max_value=400))
def test_a_line_torn_by_a_power_cut_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    made = filled(tmp_path_factory.mktemp("queue"))
    whole = made.data()
    last = len(whole.splitlines()[-1])
    made.path.write_bytes(whole[: -min(cut, last)] if cut > 1 else whole[:-1])
    kept = len(made.events())
    assert kept in (4, 5)
    made.append("confirmed", "handoff-1", list_id="list-1", volumes=1)
    assert [event.sequence for event in made.events()] == list(range(1, kept + 2))


def broken_at(lines: list[bytes]) -> int:
    with pytest.raises(Refused) as caught:
        read_events(lines, KEY, cabinet=CABINET)
    assert caught.value.code == "LCK-309"
    return int(caught.value.parameters["sequence"])


def test_a_line_that_was_left_out_moved_or_doubled_is_seen(tmp_path: Path) -> None:
    lines = filled(tmp_path).data().splitlines()
    assert broken_at([*lines[:2], *lines[3:]]) == 3
    assert broken_at([lines[0], lines[2], lines[1], *lines[3:]]) == 2
    assert broken_at([*lines, lines[4]]) == 6
    assert broken_at(lines[1:]) == 1


def test_a_changed_event_is_seen(tmp_path: Path) -> None:
    lines = filled(tmp_path).data().splitlines()
    assert broken_at([lines[0], lines[1].replace(b"handoff-2", b"handoff-3"), *lines[2:]]) == 2
    with pytest.raises(Refused):
        read_events(lines, bytes(32), cabinet=CABINET)
    with pytest.raises(Refused):
        read_events(lines, KEY, cabinet="wkly:south")


def test_nothing_is_appended_to_a_queue_that_was_changed(tmp_path: Path) -> None:
    made = filled(tmp_path)
    made.path.write_bytes(made.data().replace(b"handoff-2", b"handoff-3"))
    with pytest.raises(Refused):
        made.append("collected", "handoff-6", list_id="list-1")


def test_a_queue_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Broken) as caught:
        queue(tmp_path / "file").append("collected", "handoff-1", list_id="list-1")
    assert caught.value.code == "LCK-310"


def test_a_change_of_lines_that_were_proved_is_seen(tmp_path: Path) -> None:
    """Whoever changes a line can give the file its old size and its old time, too."""
    made = filled(tmp_path)
    whole, before = made.data(), made.path.stat()
    assert len(made.events()) == 5
    made.path.write_bytes(whole.replace(b"handoff-2", b"handoff-3"))
    os.utime(made.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(Refused):
        made.events()
    made.path.write_bytes(whole)
    assert len(made.events()) == 5
    made.path.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    assert len(made.events()) == 3


def test_two_programs_add_to_one_queue(tmp_path: Path) -> None:
    one, other = queue(tmp_path), queue(tmp_path)
    for number in range(3):
        one.append("collected", f"handoff-{number}", list_id="list-1")
        other.append("confirmed", f"handoff-{number}", list_id="list-1")
    assert [event.sequence for event in one.events()] == [1, 2, 3, 4, 5, 6]
    assert one.events() == other.events()


def test_what_was_proved_is_not_proved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    made, proofs, prove = queue(tmp_path), [], hmac.compare_digest

    def counted(one: str, other: str) -> bool:
        proofs.append(one)
        return prove(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    for _ in range(3):
        assert len(made.events()) == 5
    assert len(proofs) == 5
    made.append("collected", "handoff-6", list_id="list-1")
    assert len(made.events()) == 6
    assert len(proofs) == 6
