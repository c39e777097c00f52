"""Live inspection: what the first look finds is there while the next sides are fed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.domain.access import Actor
from app.kernel.errors import Broken
from app.kernel.progress import Cancelled, CancelToken
from app.services.views import ScanEventView, SideRow
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool

LOOK = "ocr.glance:glance"


@pytest.fixture
def source(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    workstation.register_case(actor, {"case_no": dossier.case_no})
    return f"folder:{dossier.folder}"


def scanned(
    workstation: Workstation, actor: Actor, dossier: Dossier, source: str
) -> list[ScanEventView]:
    events: list[ScanEventView] = []
    workstation.scan(actor, dossier.case_no, source, on_event=events.append)
    return events


def rows(events: list[ScanEventView], kind: str) -> list[SideRow]:
    return [event.side for event in events if event.kind == kind and event.side is not None]


def test_every_side_is_told_when_stored_and_when_seen(
    workstation: Workstation, actor: Actor, dossier: Dossier, source: str
) -> None:
    events = scanned(workstation, actor, dossier, source)
    stored, seen = rows(events, "side"), rows(events, "glance")
    assert [row.position for row in stored] == [1, 2, 3, 4]
    assert all(row.thumbnail is None and not row.glanced for row in stored)
    assert sorted(row.position for row in seen) == [1, 2, 3, 4]
    assert {event.case_no for event in events} == {dossier.case_no}
    for row in seen:
        assert row.glanced
        assert not row.examined
        assert row.thumbnail is not None
        assert row.thumbnail.stat().st_size > 0
    # Tiny drawings at 30 dots per inch.
    assert {finding.code for row in seen for finding in row.findings} >= {"low_resolution"}
    kept = {row.id: row for row in workstation.sides(dossier.case_no)}
    assert all(kept[row.id] == row for row in seen)
    assert list((workstation._context.folders.work).iterdir()) == []
    assert workstation.audit_verify().ok


def test_the_examination_replaces_what_was_seen_but_not_what_a_person_said(
    workstation: Workstation, actor: Actor, dossier: Dossier, source: str
) -> None:
    scanned(workstation, actor, dossier, source)
    quick = [row for row in workstation.findings(dossier.case_no) if row.code == "low_resolution"]
    workstation.judge_finding(actor, quick[0].id, "accepted")
    workstation.process(actor, dossier.case_no)
    left = workstation.findings(dossier.case_no)
    assert [(row.id, row.verdict) for row in left if row.code == "low_resolution"] == [
        (quick[0].id, "accepted")
    ]
    assert all(side.examined for side in workstation.sides(dossier.case_no))


def test_a_slow_look_holds_up_nothing(
    workstation: Workstation, actor: Actor, dossier: Dossier, source: str, pool: ReplayPool
) -> None:
    all_stored = threading.Event()
    waited: list[bool] = []

    def before(function: str, _path: Path) -> None:
        if function == LOOK:
            waited.append(all_stored.wait(30))

    def listen(event: ScanEventView) -> None:
        if event.kind == "side" and event.sides == 4:
            all_stored.set()

    pool.before = before
    workstation.scan(actor, dossier.case_no, source, on_event=listen)
    assert waited == [True] * 4


def test_a_look_that_crashes_leaves_the_side_to_the_examination(
    workstation: Workstation, actor: Actor, dossier: Dossier, source: str, pool: ReplayPool
) -> None:
    def before(function: str, _path: Path) -> None:
        if function == LOOK:
            raise Broken("JOB-101", function=function, exit_code=-9)

    pool.before = before
    events = scanned(workstation, actor, dossier, source)
    assert (len(rows(events, "side")), rows(events, "glance")) == (4, [])
    assert not any(side.glanced for side in workstation.sides(dossier.case_no))
    workstation.process(actor, dossier.case_no)
    assert all(side.thumbnail for side in workstation.sides(dossier.case_no))


def test_a_damaged_page_is_known_while_its_paper_is_at_hand(
    workstation: Workstation, actor: Actor, dossier: Dossier, source: str
) -> None:
    whole = (dossier.folder / "扫描 12.jpg").read_bytes()
    (dossier.folder / "扫描 12.jpg").write_bytes(whole[: len(whole) // 2])
    seen = rows(scanned(workstation, actor, dossier, source), "glance")
    (damaged,) = [row for row in seen if row.fault]
    # What came of it is shown.
    assert damaged.position == 4
    assert damaged.thumbnail is not None
    assert [finding.code for finding in damaged.findings] == ["unreadable"]


def test_no_job_begins_while_a_scanner_feeds(
    workstation: Workstation, actor: Actor, dossier: Dossier, source: str, pool: ReplayPool
) -> None:
    scanned(workstation, actor, dossier, source)
    dispatcher, cancel = workstation._context.dispatcher, CancelToken()
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(pool.count("ocr.study:study"))
        if len(ticks) == 3:
            cancel.cancel()

    with dispatcher.resting(), pytest.raises(Cancelled):
        dispatcher.run_until_idle(None, tick, cancel)
    assert ticks == [0, 0, 0]
    workstation.process(actor, dossier.case_no)
    assert pool.count("ocr.study:study") == 4
