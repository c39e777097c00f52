"""A clock that went back, or is not that of the server, decides about no code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.kernel.errors import Broken, Refused
from cloud_locker.clock_watch import ClockWatch

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class SetClock:
    """A clock that anybody may turn."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def watch(folder: Path, clock: SetClock) -> ClockWatch:
    return ClockWatch(folder / "cabinets" / "clock.json", clock)


def test_a_clock_that_goes_on_is_believed(tmp_path: Path, clock: SetClock) -> None:
    for seconds in (0, 1, 60, 86_400):
        clock.moment = NOON + timedelta(seconds=seconds)
        watch(tmp_path, clock).check()


@pytest.mark.parametrize(("back", "believed"), [(30, True), (31, False), (86_400, False)])
def test_a_clock_that_went_back_is_not_believed_after_a_restart_either(
    tmp_path: Path, clock: SetClock, back: int, believed: bool
) -> None:
    watch(tmp_path, clock).check()
    clock.moment = NOON - timedelta(seconds=back)
    if believed:
        watch(tmp_path, clock).check()
        return
    for _ in range(2):  # asking again makes no wrong clock right
        with pytest.raises(Refused) as caught:
            watch(tmp_path, clock).check()
        assert caught.value.code == "LCK-118"
        assert caught.value.parameters == {
            "now": clock.moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "expected": "2026-11-23T12:00:00.000Z",
            "seconds": back,
        }


@pytest.mark.parametrize("drift", [-31, 31, 3600])
def test_a_clock_away_from_the_reference_is_not_believed(
    tmp_path: Path, clock: SetClock, drift: int
) -> None:
    with pytest.raises(Refused) as caught:
        watch(tmp_path, clock).check(NOON + timedelta(seconds=drift))
    assert caught.value.parameters["seconds"] == abs(drift)
    watch(tmp_path, clock).check(NOON + timedelta(seconds=30))


def test_a_clock_that_was_far_ahead_is_acquitted_by_reference_or_administrator(
    tmp_path: Path, clock: SetClock
) -> None:
    clock.moment = NOON + timedelta(days=3650)
    watch(tmp_path, clock).check()
    clock.moment = NOON
    with pytest.raises(Refused):
        watch(tmp_path, clock).check()
    watch(tmp_path, clock).check(NOON + timedelta(seconds=1))
    watch(tmp_path, clock).check()

    clock.moment = NOON - timedelta(days=1)
    with pytest.raises(Refused):
        watch(tmp_path, clock).check()
    watch(tmp_path, clock).accept()
    watch(tmp_path, clock).check()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"latest": "soon"}', '{"latest": "2026-11-23"}'])
def test_a_damaged_note_is_begun_anew(tmp_path: Path, clock: SetClock, text: str) -> None:
    watch(tmp_path, clock).check()
    (tmp_path / "cabinets" / "clock.json").write_text(text, encoding="utf-8")
    watch(tmp_path, clock).check()
    clock.moment = NOON - timedelta(seconds=60)
    with pytest.raises(Refused):
        watch(tmp_path, clock).check()


def test_a_moment_that_cannot_be_kept_is_told(tmp_path: Path, clock: SetClock) -> None:
    (tmp_path / "cabinets").write_text("in the way", encoding="utf-8")
    with pytest.raises(Broken) as caught:
        watch(tmp_path, clock).check()
    assert caught.value.code == "LCK-124"
