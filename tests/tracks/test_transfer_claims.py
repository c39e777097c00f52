"""Who sends at the moment: claims, signs of life, pauses and kills in the middle."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import open_workstation
from app.kernel.progress import Cancelled, CancelToken, Progress
from app.services import transfer_claims
from app.services.ports import ArchiveReceipt
from app.services.workstation import Workstation
from tests.replay import CASE_NO, ReplayPool
from tests.tracks.archive_desk import (
    ARCHIVIST,
    Archive,
    TurnedClock,
    actions,
    code_of,
    gone,
    only,
    queued,
    wait_until,
)


def test_pausing_stops_what_is_being_sent_and_keeps_the_claim_from_others(
    desk: Workstation, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_claims, "BEAT_SECONDS", 0.02)
    under_way = threading.Event()

    def slow(_real: Any, _package: Path, *, cancel: CancelToken, **more: Any) -> Any:
        more["progress"](Progress(step="upload", done=10, total=100))
        more["progress"](Progress(step="upload", done=40, total=100))
        under_way.set()
        while not cancel.cancelled:
            under_way.wait(0.01)
        raise Cancelled

    archive.script = [slow]
    transfer = queued(desk)
    tried: list[Any] = []
    sender = threading.Thread(target=lambda: tried.extend(desk.run_transfers(ARCHIVIST)))
    sender.start()
    assert under_way.wait(30)
    wait_until(lambda: only(desk).sent_bytes == 40)
    row = only(desk)
    assert (row.state, row.total_bytes) == ("sending", 100)
    assert row.rate > 0
    assert row.seconds_left is not None
    assert code_of(desk.submit, ARCHIVIST, CASE_NO, "archive") == "TRF-102"
    assert desk.run_transfers(ARCHIVIST) == []
    desk.pause_transfer(ARCHIVIST, transfer, "夜间再传")
    sender.join(30)
    assert [row.state for row in tried] == ["paused"]
    assert [row.state for row in desk.attempts(CASE_NO)] == ["interrupted"]
    assert not list((desk._context.folders.root / "transfers").glob("*.json"))
    desk.resume_transfer(ARCHIVIST, transfer)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]


def test_a_person_who_cancels_leaves_it_in_the_queue(desk: Workstation, archive: Archive) -> None:
    token = CancelToken()

    def cancelling(_real: Any, _package: Path, *, cancel: CancelToken, **_: Any) -> Any:
        token.cancel()
        cancel.check()

    archive.script = [cancelling]
    with pytest.raises(Cancelled):
        desk.submit(ARCHIVIST, CASE_NO, "archive", cancel=token)
    assert only(desk).state == "waiting"
    assert [row.state for row in desk.attempts(CASE_NO)] == ["interrupted"]
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]


def test_a_program_that_was_killed_is_taken_over(
    desk: Workstation, clock: TurnedClock, archive: Archive, tmp_path: Path
) -> None:
    """A process of its own is killed while it sends; the next program goes on."""
    queued(desk)
    program = (
        "import os, sys, pathlib\n"
        "from app.bootstrap import open_workstation\n"
        "from app.domain.access import Actor\n"
        "from tests.replay import ReplayPool\n"
        "def report(progress):\n"
        "    if progress.done: os._exit(9)\n"
        "work = open_workstation(pathlib.Path(sys.argv[1]), pool=ReplayPool())\n"
        "work.run_transfers(Actor(name='工人', role='archivist'), report=report)\n"
    )
    data = desk._context.folders.root
    (data / "settings.toml").write_text(
        f'[targets.archive]\nkind = "folder"\npath = "{archive.root.as_posix()}"\n',
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, "-c", program, data], check=False)
    assert done.returncode == 9
    assert only(desk).state == "sending"
    # It may be alive as long as its last sign of life is fresh.
    assert desk.run_transfers(ARCHIVIST) == []
    clock.turn(seconds=transfer_claims.DEAD_SECONDS + 60)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]
    assert [row.state for row in desk.attempts(CASE_NO)] == ["interrupted", "receipted"]


def test_whoever_lost_the_claim_writes_nothing(
    desk: Workstation, archive: Archive, clock: TurnedClock
) -> None:
    """A program that slept past its claim finds that another one has done the work."""

    def asleep(real: Any, package: Path, **given: Any) -> ArchiveReceipt:
        clock.turn(hours=1)
        assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]
        return real.submit(package, **given)

    archive.script = [asleep]
    queued(desk)
    desk.run_transfers(ARCHIVIST)
    assert [row.state for row in desk.attempts(CASE_NO)] == ["interrupted", "receipted"]
    assert only(desk).state == "receipted"
    assert actions(desk).count("transfer_receipted") == 1


def test_a_second_program_sends_nothing_that_is_being_sent(
    desk: Workstation, archive: Archive
) -> None:
    def looking(real: Any, package: Path, **given: Any) -> ArchiveReceipt:
        other = open_workstation(desk._context.folders.root, pool=ReplayPool())
        assert other.run_transfers(ARCHIVIST) == []
        other.close()
        return real.submit(package, **given)

    archive.script = [looking]
    queued(desk)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]
    assert len(archive.calls) == 1


@pytest.mark.parametrize("receipted", [True, False])
def test_withdrawn_while_it_is_sent(desk: Workstation, archive: Archive, receipted: bool) -> None:
    def withdrawing(real: Any, package: Path, **given: Any) -> ArchiveReceipt:
        desk.pause_transfer(ARCHIVIST, only(desk).id)
        desk.withdraw_transfer(ARCHIVIST, only(desk).id, "另送")
        if not receipted:
            raise gone()
        receipt: ArchiveReceipt = real.submit(package, **given)
        return receipt

    archive.script = [withdrawing]
    queued(desk)
    desk.run_transfers(ARCHIVIST)
    row = only(desk)
    assert (row.state, row.sent_bytes == row.total_bytes) == ("withdrawn", True)
    state = "receipted" if receipted else "failed"
    assert [attempt.state for attempt in desk.attempts(CASE_NO)] == [state]
    assert desk.tracks(CASE_NO).electronic["state"] == ("receipted" if receipted else "open")


def test_what_was_paused_too_late_has_its_receipt(desk: Workstation, archive: Archive) -> None:
    def pausing(real: Any, package: Path, **given: Any) -> ArchiveReceipt:
        receipt: ArchiveReceipt = real.submit(package, **given)
        desk.pause_transfer(ARCHIVIST, only(desk).id)
        return receipt

    archive.script = [pausing]
    queued(desk)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]
