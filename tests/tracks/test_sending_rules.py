"""When and how fast packages go to an archive, and only those that a person accepted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import BadInput
from app.kernel.progress import Progress
from app.services.archive_views import PackageCheckView
from app.services.ports import ArchiveReceipt
from app.services.sending_hours import checked_windows, open_window
from app.services.workstation import Workstation
from tests.replay import CASE_NO, ReplayPool
from tests.tracks.archive_desk import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    Archive,
    TurnedClock,
    actions,
    code_of,
    only,
    queued,
)


def window(clock: TurnedClock, begin: float, end: float, rate: int = 0) -> dict[str, Any]:
    """From so many hours after now until so many."""
    here = clock.moment.astimezone()
    times = [f"{here + timedelta(hours=hours):%H:%M}" for hours in (begin, end)]
    return {"begin": times[0], "end": times[1], "rate": rate}


def test_an_archive_gets_packages_in_its_windows_only(
    desk: Workstation, clock: TurnedClock
) -> None:
    queued(desk)
    kept = desk.set_target_windows(ARCHIVIST, "archive", [window(clock, 2, 4)])
    assert list(kept["windows"]) == ["archive"]
    assert desk.transfer_queue() == kept
    assert desk.run_transfers(ARCHIVIST) == []
    clock.turn(hours=3)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]
    assert desk.set_target_windows(ARCHIVIST, "archive", [])["windows"] == {}


def test_what_is_sent_now_keeps_to_no_hours(desk: Workstation, clock: TurnedClock) -> None:
    desk.set_target_windows(ARCHIVIST, "archive", [window(clock, 2, 4)])
    assert desk.send_now(ARCHIVIST, queued(desk)).state == "receipted"


def test_a_package_that_meets_the_end_of_its_window_goes_on_in_the_next(
    desk: Workstation, archive: Archive, clock: TurnedClock
) -> None:
    """The far side keeps what it has; nothing counts as failed."""

    def slow(target: Any, package: Path, **given: Any) -> ArchiveReceipt:
        clock.turn(hours=2)
        given["progress"](Progress(step="upload", done=1, total=2))
        given["cancel"].check()
        raise AssertionError("it went on out of its hours")

    queued(desk)
    desk.set_target_windows(ARCHIVIST, "archive", [window(clock, -1, 1)])
    archive.script = [slow]
    (row,) = desk.run_transfers(ARCHIVIST)
    assert (row.state, row.error) == ("waiting", {})
    assert [attempt.state for attempt in desk.attempts(CASE_NO)] == ["interrupted"]
    clock.turn(hours=21.5)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]


def test_each_window_has_its_own_limit_and_it_is_read_while_sending(
    desk: Workstation, archive: Archive, clock: TurnedClock
) -> None:
    limits: list[int] = []

    def watched(target: Any, package: Path, **given: Any) -> ArchiveReceipt:
        for _ in range(3):
            limits.append(given["rate"]())
            clock.turn(hours=2)
        return target.submit(package, **given)  # type: ignore[no-any-return]

    windows = [window(clock, -1, 1, 500_000), window(clock, 1, 3), window(clock, 3, 23, 9_000_000)]
    desk.set_target_windows(ARCHIVIST, "archive", windows)
    archive.script = [watched]
    assert desk.send_now(ARCHIVIST, queued(desk)).state == "receipted"
    assert limits == [500_000, 0, 9_000_000]


def test_windows_that_cannot_be_are_refused(desk: Workstation) -> None:
    day = {"begin": "08:00", "end": "18:00", "rate": 0}
    late = {"begin": "17:59", "end": "20:00", "rate": 0}
    for windows, code in (
        ([day, late], "TRF-110"),
        ([day, {"begin": "6:00", "end": "6:00"}], "TRF-110"),
        ([{"begin": "24:00", "end": "06:00"}], "TRF-108"),
        ([day | {"rate": -1}], "TRF-105"),
        ([day] * 13, "TRF-105"),
    ):
        assert code_of(desk.set_target_windows, ARCHIVIST, "archive", windows) == code
    assert code_of(desk.set_target_windows, ARCHIVIST, "无此馆", [day]) == "DOS-109"
    assert code_of(desk.set_target_windows, CLERK, "archive", [day]) == "ACC-101"
    assert desk.transfer_queue()["windows"] == {}


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_a_window_holds_between_its_ends_also_over_midnight(begin: int, end: int, now: int) -> None:
    clock = TurnedClock()
    here = clock.moment.astimezone().replace(hour=now // 60, minute=now % 60)
    row = {"begin": f"{begin // 60}:{begin % 60:02}", "end": f"{end // 60}:{end % 60:02}"}
    inside = begin == end or (now - begin) % 1440 < (end - begin) % 1440
    assert (open_window(checked_windows([row]), here) is not None) == inside


def test_no_window_is_any_hour() -> None:
    found = open_window(checked_windows([]), TurnedClock().moment)
    assert found is not None
    assert found.rate == 0
    with pytest.raises(BadInput):
        checked_windows([{"begin": "八点", "end": "九点"}])


# Only what a person accepted is sent, where the court wants it so.


def checked(desk: Workstation, *, accept: bool) -> PackageCheckView:
    """The package checked, every item decided, and the check concluded."""
    check = desk.check_at_stage(ARCHIVIST, CASE_NO)
    for line in check.lines:
        if line.result == "manual":
            desk.decide_check(ARCHIVIST, check.id, line.code, "pass", "已查看")
    if accept:
        return desk.conclude_check(ARCHIVIST, check.id, "accepted")
    return desk.conclude_check(ARCHIVIST, check.id, "returned", "重做")


def test_a_court_may_demand_an_accepted_check(desk: Workstation, archive: Archive) -> None:
    assert desk.track_rules()["accepted_check"] is False
    assert code_of(desk.set_track_rules, ARCHIVIST, accepted_check=True) == "ACC-101"
    assert desk.set_track_rules(ADMINISTRATOR, accepted_check=True)["accepted_check"] is True
    assert code_of(desk.queue_transfer, ARCHIVIST, CASE_NO, "archive") == "FPC-108"
    assert code_of(desk.submit, ARCHIVIST, CASE_NO, "archive") == "FPC-108"
    (row,) = desk.archive_queue()
    assert (row.blocker["code"], row.turn) == ("check_not_accepted", "archivist")
    checked(desk, accept=False)
    assert code_of(desk.submit, ARCHIVIST, CASE_NO, "archive") == "FPC-108"
    checked(desk, accept=True)
    (row,) = desk.archive_queue()
    assert (row.electronic, row.blocker["code"]) == ("checked", "not_queued")
    assert desk.submit(ARCHIVIST, CASE_NO, "archive").electronic["state"] == "receipted"
    assert len(archive.calls) == 1


def test_what_was_queued_before_waits_for_its_check_too(
    desk: Workstation, archive: Archive
) -> None:
    transfer = queued(desk)
    desk.set_track_rules(ADMINISTRATOR, accepted_check=True)
    assert desk.run_transfers(ARCHIVIST) == []
    assert code_of(desk.send_now, ARCHIVIST, transfer) == "FPC-108"
    assert desk.archive_queue()[0].blocker["code"] == "check_not_accepted"
    checked(desk, accept=True)
    # A later check takes the place of the accepted one until somebody accepts it as well.
    desk.check_at_stage(ARCHIVIST, CASE_NO)
    assert desk.run_transfers(ARCHIVIST) == []
    checked(desk, accept=True)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]
    # The receipt of what the archive has is given whatever is demanded later.
    desk.check_at_stage(ARCHIVIST, CASE_NO)
    assert only(desk).state == "receipted"
    assert desk.queue_transfer(ARCHIVIST, CASE_NO, "archive").id == transfer
    assert "transfer_queued" in actions(desk)
    assert len(archive.calls) == 1


def test_a_check_of_another_stage_is_not_enough(desk: Workstation, pool: ReplayPool) -> None:
    desk.set_track_rules(ADMINISTRATOR, accepted_check=True)
    check = desk.check_at_stage(ARCHIVIST, CASE_NO, "preservation")
    for line in check.lines:
        if line.result == "manual":
            desk.decide_check(ARCHIVIST, check.id, line.code, "pass")
    desk.conclude_check(ARCHIVIST, check.id, "accepted")
    assert code_of(desk.submit, ARCHIVIST, CASE_NO, "archive") == "FPC-108"
