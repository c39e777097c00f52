"""Background work: one bad side stops nothing, a broken set-up stops all and loses nothing."""

from __future__ import annotations

import json
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from app.adapters.jobs.embedded import MOST_BEGINNINGS
from app.domain.access import Actor
from app.kernel.errors import Broken, Fault
from app.kernel.progress import Cancelled, CancelToken, Progress
from app.services.tasks import enqueue_examination, enqueue_recognition
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool


@pytest.fixture
def scanned(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    facts = json.loads(dossier.facts.read_text(encoding="utf-8"))
    case_no = workstation.register_case(actor, facts).case_no
    workstation.scan(actor, case_no, f"folder:{dossier.folder}")
    return case_no


def test_every_side_is_examined_and_every_written_one_read(
    workstation: Workstation, actor: Actor, scanned: str, pool: ReplayPool
) -> None:
    told: list[Progress] = []
    counts = workstation.process(actor, scanned, report=told.append)
    assert (counts.done, counts.failed, counts.queued) == (8, 0, 0)
    assert (told[-1].done, told[-1].total) == (8, 8)
    assert pool.count("ocr.recognition:recognise") == 3
    workstation.process(actor, scanned)
    assert pool.count("ocr.study:study") == 4


@pytest.mark.parametrize("code", ["JOB-101", "JOB-102", "JOB-105"])
def test_a_side_that_kills_its_worker_again_and_again_is_named_and_left(
    workstation: Workstation, actor: Actor, scanned: str, pool: ReplayPool, code: str
) -> None:
    victim = workstation.sides(scanned)[2]
    master = workstation._context.blobs.path_of(_master(workstation, victim.id))

    def before(_function: str, path: Path) -> None:
        if path == master:
            raise Fault(code, function="study", reason="", exit_code=-9)

    pool.before = before
    counts = workstation.process(actor, scanned)
    assert (counts.failed, counts.queued) == (1, 0)
    worst = workstation.findings(scanned)[0]
    assert (worst.code, worst.position) == ("unreadable", 3)
    assert pool.count("ocr.study:study") == 3 + 3
    pool.before = lambda _function, _path: None
    assert workstation.retry_failed(actor, scanned) == 1
    assert workstation.process(actor, scanned).failed == 0
    assert "unreadable" not in {row.code for row in workstation.findings(scanned)}


def _master(workstation: Workstation, side_id: str) -> str:
    with workstation._context.storage.read() as tx:
        return tx.sides.get(side_id).master


def test_a_full_disk_stops_and_leaves_every_job_waiting(
    workstation: Workstation, actor: Actor, scanned: str, pool: ReplayPool
) -> None:
    def before(function: str, _path: Path) -> None:
        if function == "ocr.recognition:recognise":
            raise Broken("SYS-404", path="x", free=0)

    pool.before = before
    with pytest.raises(Broken) as caught:
        workstation.process(actor, scanned)
    assert caught.value.code == "SYS-404"
    counts = workstation.job_counts(scanned)
    assert (counts.failed, counts.running) == (0, 0)
    assert counts.queued > 0
    assert not [row for row in workstation.findings(scanned) if row.code == "unreadable"]
    pool.before = lambda _function, _path: None
    assert workstation.process(actor, scanned).queued == 0


def test_what_a_dead_dispatcher_left_running_is_done_once(
    workstation: Workstation, actor: Actor, scanned: str
) -> None:
    with workstation._context.storage.write() as tx:
        assert tx.jobs.claim() is not None
        tx.commit()
    counts = workstation.process(actor, scanned)
    assert (counts.done, counts.running, counts.failed) == (8, 0, 0)


def test_stopping_puts_unfinished_jobs_back(
    workstation: Workstation,
    actor: Actor,
    scanned: str,
    pool: ReplayPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cancel = CancelToken()
    never: list[Future[Any]] = []

    def schedule(*_arguments: Any) -> Future[Any]:
        never.append(Future())
        return never[-1]

    monkeypatch.setattr(pool, "schedule", schedule)

    def report(_progress: Progress) -> None:
        cancel.cancel()

    with pytest.raises(Cancelled):
        workstation.process(actor, scanned, report=report, cancel=cancel)
    assert all(future.cancelled() for future in never)
    counts = workstation.job_counts(scanned)
    assert (counts.queued, counts.running, counts.failed) == (4, 0, 0)


def test_a_side_whose_text_kills_the_worker_keeps_its_picture_and_is_marked(
    workstation: Workstation, actor: Actor, scanned: str, pool: ReplayPool
) -> None:
    victim = workstation._context.blobs.path_of(
        _master(workstation, workstation.sides(scanned)[2].id)
    )

    def before(function: str, path: Path) -> None:
        if function == "ocr.recognition:recognise" and path == victim:
            raise Broken("JOB-102", function=function)

    pool.before = before
    counts = workstation.process(actor, scanned)
    assert (counts.done, counts.failed) == (7, 1)
    assert pool.count("ocr.recognition:recognise") == 2 + 3
    marked = [row for row in workstation.findings(scanned) if row.code == "unreadable"]
    assert [(row.position, row.severity) for row in marked] == [(3, "warn")]
    assert workstation.sides(scanned)[2].picture is not None
    pool.before = lambda _function, _path: None
    assert workstation.retry_failed(actor, scanned) == 1
    assert workstation.process(actor, scanned).failed == 0
    assert "unreadable" not in {row.code for row in workstation.findings(scanned)}
    assert workstation.audit_verify().ok


def test_a_job_over_which_the_program_died_again_and_again_is_named_and_left(
    workstation: Workstation, actor: Actor, scanned: str, pool: ReplayPool
) -> None:
    for _death in range(MOST_BEGINNINGS):
        with workstation._context.storage.write() as tx:
            assert tx.jobs.claim() is not None
            tx.jobs.release_running()
            tx.commit()
    counts = workstation.process(actor, scanned)
    assert (counts.failed, counts.queued) == (1, 0)
    unreadable = [row.position for row in workstation.findings(scanned) if row.code == "unreadable"]
    assert unreadable == [1]
    assert pool.count("ocr.study:study") == 3


def test_being_stopped_does_not_count_against_a_job(
    workstation: Workstation, actor: Actor, scanned: str, pool: ReplayPool
) -> None:
    def before(_function: str, _path: Path) -> None:
        raise Broken("SYS-404", path="x", free=0)

    pool.before = before
    for _time in range(MOST_BEGINNINGS + 1):
        with pytest.raises(Broken):
            workstation.process(actor, scanned)
    pool.before = lambda _function, _path: None
    counts = workstation.process(actor, scanned)
    assert (counts.done, counts.failed) == (8, 0)


def test_inspection_goes_ahead_of_recognition(
    workstation: Workstation, actor: Actor, scanned: str
) -> None:
    workstation.process(actor, scanned)
    with workstation._context.storage.write() as tx:
        sides = tx.sides.find()
        enqueue_recognition(tx, sides[0])
        enqueue_examination(tx, sides[1])
        enqueue_recognition(tx, sides[2], priority=10)
        claimed = [tx.jobs.claim() for _ in range(3)]
        tx.commit()
    assert [job.arguments["side"] for job in claimed if job] == [
        sides[2].id,
        sides[1].id,
        sides[0].id,
    ]
