"""The queue into the archive: claims, tries, pauses, receipts; nothing counts before a receipt."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from app.kernel.errors import Broken, Refused, Transient
from app.services.ports import ArchiveReceipt
from app.services.workstation import Workstation
from tests.replay import CASE_NO
from tests.tracks.archive_desk import (
    ARCHIVIST,
    CLERK,
    PAGES,
    Archive,
    TurnedClock,
    actions,
    code_of,
    gone,
    only,
    queued,
)


def test_what_is_due_is_sent_once_and_receipted(desk: Workstation, archive: Archive) -> None:
    queued(desk)
    (row,) = desk.run_transfers(ARCHIVIST)
    assert (row.state, row.attempts, row.version) == ("receipted", 1, 1)
    assert row.sent_bytes == row.total_bytes > 0
    (attempt,) = desk.attempts(CASE_NO)
    assert (attempt.track, attempt.state) == ("electronic", "receipted")
    assert attempt.receipt_no.startswith("HZ")
    tracks = desk.tracks(CASE_NO)
    assert tracks.electronic["receipt"]["pages"] == PAGES
    assert tracks.electronic["receipt"]["version"] == 1
    assert desk.run_transfers(ARCHIVIST) == []
    # The same package again is not sent again: the stored receipt is given.
    assert desk.queue_transfer(ARCHIVIST, CASE_NO, "archive").id == row.id
    assert desk.submit(ARCHIVIST, CASE_NO, "archive").electronic == tracks.electronic
    assert len(archive.calls) == 1
    assert len(desk.attempts(CASE_NO)) == 1


def test_a_try_in_vain_is_made_again_later_and_later(
    desk: Workstation, archive: Archive, clock: TurnedClock
) -> None:
    queued(desk)
    archive.script = [gone() for _ in range(5)]
    for attempt, minutes in enumerate((1, 5, 15, 60, 60), start=1):
        (row,) = desk.run_transfers(ARCHIVIST)
        assert (row.state, row.attempts, row.error["code"]) == ("waiting", attempt, "TGT-301")
        assert desk.run_transfers(ARCHIVIST) == []
        wait = (datetime.fromisoformat(row.not_before) - clock.moment).total_seconds() / 60
        assert 0.79 * minutes <= wait <= 1.21 * minutes
        clock.turn(minutes=wait + 0.01)
    assert [attempt.state for attempt in desk.attempts(CASE_NO)] == ["failed"] * 5
    assert only(desk).state == "waiting"
    (row,) = desk.run_transfers(ARCHIVIST)
    assert (row.state, row.error) == ("receipted", {})


def test_after_a_day_of_trying_a_person_is_asked(
    desk: Workstation, archive: Archive, clock: TurnedClock
) -> None:
    transfer = queued(desk)
    archive.script = [Broken("TGT-402", needed=2, free=1) for _ in range(40)]
    for _ in range(40):
        if only(desk).state == "failed":
            break
        desk.run_transfers(ARCHIVIST)
        clock.turn(minutes=73)
    row = only(desk)
    assert (row.state, row.error["code"]) == ("failed", "TGT-402")
    assert 20 <= row.attempts <= 30
    (shown,) = desk.archive_queue()
    assert (shown.electronic, shown.blocker["code"]) == ("failed", "transfer_failed")
    assert (shown.blocker["fault"], shown.turn) == ("TGT-402", "administrator")
    assert desk.run_transfers(ARCHIVIST) == []
    archive.script = []
    desk.retry_transfer(ARCHIVIST, transfer, "共享已扩容")
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]


def test_what_the_archive_rejects_waits_for_a_person(desk: Workstation, archive: Archive) -> None:
    transfer = queued(desk)
    archive.script = [Refused("TGT-201", package="x", location="y")]
    (row,) = desk.run_transfers(ARCHIVIST)
    assert (row.state, row.error["code"]) == ("rejected", "TGT-201")
    assert desk.run_transfers(ARCHIVIST) == []
    assert desk.archive_queue()[0].turn == "archivist"
    assert code_of(desk.withdraw_transfer, ARCHIVIST, transfer, " ") == "TRF-104"
    assert desk.withdraw_transfer(ARCHIVIST, transfer, "改送另一档案馆").state == "withdrawn"
    assert code_of(desk.resume_transfer, ARCHIVIST, transfer) == "DOS-101"
    assert queued(desk) != transfer


def test_a_receipt_that_says_no_is_no_receipt(desk: Workstation, archive: Archive) -> None:
    def refusing(*_: Any, **__: Any) -> Any:
        class Answer:
            def as_record(self) -> dict[str, Any]:
                return {"accepted": False, "receipt_no": "HZ1", "remark": "封面缺失"}

        return Answer()

    archive.script = [refusing]
    assert code_of(desk.submit, ARCHIVIST, CASE_NO, "archive") == "DOS-110"
    assert only(desk).state == "rejected"
    tracks = desk.tracks(CASE_NO)
    assert tracks.open[0]["code"] == "electronic_rejected"
    # It comes back to the desk to be mended, and goes out as a new version.
    desk.return_dossier(ARCHIVIST, CASE_NO, "封面补正")
    desk.seal(ARCHIVIST, CASE_NO)
    desk.build_package(ARCHIVIST, CASE_NO)
    desk.submit(ARCHIVIST, CASE_NO, "archive")
    assert [(row.version, row.state) for row in desk.transfers()] == [
        (1, "superseded"),
        (2, "receipted"),
    ]


def test_the_archive_has_it_and_it_cannot_simply_come_back(desk: Workstation) -> None:
    desk.submit(ARCHIVIST, CASE_NO, "archive")
    assert code_of(desk.return_dossier, ARCHIVIST, CASE_NO, "再看看") == "TRF-109"


def test_an_archive_that_has_not_answered_is_asked_again_by_the_same_attempt(
    desk: Workstation, archive: Archive, clock: TurnedClock
) -> None:
    def silent(_real: Any, _package: Path, *, noted: Any, **_: Any) -> ArchiveReceipt:
        noted("sending", 500)
        noted("sent", 1000)
        noted("committed", 1000)
        raise Transient("TGT-310", package="x", seconds=1)

    archive.script = [silent, silent]
    queued(desk)
    for _ in range(2):
        (row,) = desk.run_transfers(ARCHIVIST)
        assert row.state == "waiting"
        (attempt,) = desk.attempts(CASE_NO)
        assert (attempt.state, attempt.sent_bytes, attempt.ended_at) == ("committed", 1000, "")
        (shown,) = desk.archive_queue()
        assert (shown.blocker["code"], shown.turn) == ("receipt_awaited", "archive")
        clock.turn(hours=30)
    desk.run_transfers(ARCHIVIST)
    (attempt,) = desk.attempts(CASE_NO)
    assert attempt.state == "receipted"
    assert actions(desk).count("submission_committed") == 1
    assert actions(desk).count("submission_awaited") == 2
    assert "submission_failed" not in actions(desk)


def test_the_queue_rests_while_it_is_paused_or_out_of_hours(
    desk: Workstation, clock: TurnedClock
) -> None:
    transfer = queued(desk)
    desk.pause_queue(ARCHIVIST)
    assert desk.run_transfers(ARCHIVIST) == []
    desk.resume_queue(ARCHIVIST)
    here = clock.moment.astimezone()
    begin, end = (here + timedelta(hours=hours) for hours in (2, 4))
    desk.set_transfer_window(ARCHIVIST, f"{begin:%H:%M}", f"{end:%H:%M}")
    assert desk.run_transfers(ARCHIVIST) == []
    assert code_of(desk.set_transfer_window, ARCHIVIST, "8点", "9点") == "TRF-108"
    assert code_of(desk.pause_queue, CLERK) == "ACC-101"
    desk.pause_transfer(ARCHIVIST, transfer)
    clock.turn(hours=3)
    assert desk.run_transfers(ARCHIVIST) == []
    desk.resume_transfer(ARCHIVIST, transfer)
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]


def test_the_most_urgent_goes_first(
    desk: Workstation, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two archives stand for two packages."""
    first = queued(desk)
    targets = {"archive": archive, "second": archive}
    monkeypatch.setattr(desk, "_context", evolve(desk._context, targets=targets))
    second = desk.queue_transfer(ARCHIVIST, CASE_NO, "second", priority=5).id
    assert [row.id for row in desk.transfers()] == [second, first]
    desk.set_priority(ARCHIVIST, first, 9)
    assert code_of(desk.set_priority, ARCHIVIST, first, 101) == "TRF-105"
    assert [row.id for row in desk.run_transfers(ARCHIVIST)] == [first, second]


def test_an_error_of_the_program_is_told_and_tried_again(
    desk: Workstation, archive: Archive
) -> None:
    archive.script = [ValueError("nobody thought of this")]
    queued(desk)
    (row,) = desk.run_transfers(ARCHIVIST)
    assert (row.state, row.error["code"]) == ("waiting", "TRF-401")
    assert "nobody thought of this" in row.error["parameters"]["reason"]


def test_only_what_may_be_sent_is_queued(desk: Workstation) -> None:
    assert code_of(desk.queue_transfer, CLERK, CASE_NO, "archive") == "ACC-101"
    assert code_of(desk.queue_transfer, ARCHIVIST, CASE_NO, "nowhere") == "DOS-109"
    assert code_of(desk.queue_transfer, ARCHIVIST, CASE_NO, "archive", priority=999) == "TRF-105"
    desk.return_dossier(ARCHIVIST, CASE_NO, "重看")
    assert code_of(desk.queue_transfer, ARCHIVIST, CASE_NO, "archive") == "DOS-101"
    assert code_of(desk.pause_transfer, ARCHIVIST, "transfer_nobody") == "TRF-101"


def test_other_content_under_the_same_name_is_for_a_person(
    desk: Workstation, tmp_path: Path
) -> None:
    """The archive has version 1; somehow another package of that name exists."""
    desk.submit(ARCHIVIST, CASE_NO, "archive")
    with desk._context.storage.write() as tx:
        (package,) = tx.packages.find()
        other = evolve(package, id="package_other", manifest_sha256="0" * 64)
        tx.packages.add(other)
        tx.audit.record("试验", "package_built", CASE_NO)
        tx.commit()
    assert code_of(desk.queue_transfer, ARCHIVIST, CASE_NO, "archive") == "TRF-103"


def test_a_dossier_back_at_the_desk_keeps_no_other_from_being_sent(
    desk: Workstation, archive: Archive, clock: TurnedClock
) -> None:
    archive.script = [gone()]
    queued(desk)
    desk.run_transfers(ARCHIVIST)
    desk.return_dossier(ARCHIVIST, CASE_NO, "补正")
    clock.turn(hours=2)
    assert desk.run_transfers(ARCHIVIST) == []
    assert only(desk).state == "waiting"
    desk.seal(ARCHIVIST, CASE_NO)
    desk.build_package(ARCHIVIST, CASE_NO)
    # What waited was the first version: the next look takes it out of the queue.
    assert desk.run_transfers(ARCHIVIST) == []
    assert only(desk).state == "superseded"


def test_what_was_confirmed_is_looked_for_again(desk: Workstation, archive: Archive) -> None:
    assert desk.recheck_archive(ARCHIVIST) == []
    desk.submit(ARCHIVIST, CASE_NO, "archive")
    (row,) = desk.recheck_archive(ARCHIVIST, CASE_NO)
    assert (row.sound, row.error) == (True, {})
    desk.probe_target(ARCHIVIST, "archive")
    assert code_of(desk.probe_target, ARCHIVIST, "nowhere") == "DOS-109"
    kept = max(
        (path for path in (archive.root).rglob("*") if path.is_file()),
        key=lambda path: path.stat().st_size,
    )
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[::-1])
    (row,) = desk.recheck_archive(ARCHIVIST)
    assert (row.sound, row.error["code"]) == (False, "TGT-403")
    kept.unlink()
    (row,) = desk.recheck_archive(ARCHIVIST)
    assert row.error["code"] == "TGT-418"
    assert actions(desk).count("archive_rechecked") == 3
    shutil.rmtree(archive.root)
    assert code_of(desk.recheck_archive, ARCHIVIST) == "TGT-301"
