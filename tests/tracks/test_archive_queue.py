"""The archive queue: what blocks each dossier, whose turn it is, and that it stays fast."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import event

from app.domain.archiving import ArchivalPackage, Submission
from app.domain.archiving_records import Transfer
from app.domain.custody import CustodyEvent
from app.domain.dossier import Dossier
from app.services.workstation import Workstation
from tests.replay import CASE_NO
from tests.tracks.archive_desk import ARCHIVIST, Archive, code_of

MANY = 240


def only(desk: Workstation) -> Any:
    (row,) = desk.archive_queue()
    return row


def test_a_dossier_on_its_way_says_what_blocks_it(desk: Workstation, archive: Archive) -> None:
    row = only(desk)
    assert (row.case_no, row.state, row.version) == (CASE_NO, "packaged", 1)
    assert (row.electronic, row.blocker["code"], row.turn) == (
        "packaged",
        "not_queued",
        "archivist",
    )
    transfer = desk.queue_transfer(ARCHIVIST, CASE_NO, "archive")
    row = only(desk)
    assert (row.electronic, row.blocker["code"], row.turn) == ("waiting", "waiting", "system")
    assert row.transfer == transfer
    desk.pause_transfer(ARCHIVIST, transfer.id)
    assert (only(desk).electronic, only(desk).blocker["code"]) == ("paused", "transfer_paused")
    desk.resume_transfer(ARCHIVIST, transfer.id)

    def looked_at(real: Any, package: Any, **given: Any) -> Any:
        row = only(desk)
        assert (row.electronic, row.turn) == ("sending", "system")
        return real.submit(package, **given)

    archive.script = [looked_at]
    assert [row.state for row in desk.run_transfers(ARCHIVIST)] == ["receipted"]
    row = only(desk)
    assert (row.electronic, row.electronic_share) == ("receipted", 1.0)
    assert row.receipt_no.startswith("HZ")
    assert row.blocker["code"] == "paper_with"


def test_what_is_not_packaged_waits_for_the_archivist(desk: Workstation) -> None:
    desk.return_dossier(ARCHIVIST, CASE_NO, "再看")
    row = only(desk)
    assert (row.electronic, row.blocker) == ("open", {"code": "not_sealed", "state": "reconciled"})
    desk.seal(ARCHIVIST, CASE_NO)
    assert (only(desk).electronic, only(desk).blocker["code"]) == ("sealed", "no_package")
    assert code_of(desk.queue_transfer, ARCHIVIST, CASE_NO, "archive") == "DOS-101"


@pytest.fixture
def crowd(desk: Workstation) -> Workstation:
    """Hundreds of dossiers on their way, each with package, attempts and paper."""
    with desk._context.storage.write() as tx:
        (package,) = tx.packages.find()
        dossier = tx.dossiers.get(package.dossier_id)
        for number in range(MANY):
            _one_more(tx, number, dossier, package)
        tx.audit.record("试验", "case_registered", CASE_NO)
        tx.commit()
    return desk


def _one_more(tx: Any, number: int, dossier: Dossier, package: ArchivalPackage) -> None:
    own = f"dossier_{number}"
    state = ("packaged", "submitted", "submitted", "accessioned")[number % 4]
    tx.dossiers.add(
        evolve(dossier, id=own, case_no=f"（2020）辽0899民初{9000 + number}号", state=state)
    )
    digest = f"{number:064d}"
    copy = evolve(package, id=f"package_{number}", dossier_id=own, manifest_sha256=digest)
    tx.packages.add(copy)
    tx.transfers.add(
        Transfer(
            id=f"transfer_{number}",
            dossier_id=own,
            package_id=copy.id,
            target="archive",
            state="receipted" if number % 2 else "waiting",
            queued_at=f"2026-01-01T00:00:00.{number % 1000:03d}Z",
            queued_by="档案员",
        )
    )
    tx.submissions.add(
        Submission(
            id=f"submission_{number}",
            dossier_id=own,
            track="electronic",
            target="archive",
            state="receipted" if number % 2 else "failed",
            idempotency_key=digest,
            ended_at="2026-01-02T00:00:00.000Z",
            receipt={"pages": package.pages, "volumes": package.volumes},
        )
    )
    tx.custody.add(
        CustodyEvent(
            id=f"custody_{number}",
            dossier_id=own,
            happened_at="2026-01-01T00:00:00.000Z",
            action="confirmed",
            giver="书记员",
            receiver="档案员",
            place="",
            volumes=1,
            pages=3,
        )
    )


def test_many_dossiers_take_few_questions(crowd: Workstation) -> None:
    asked: list[str] = []
    engine = crowd._context.storage._engine  # type: ignore[attr-defined]

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    rows = crowd.archive_queue()
    event.remove(engine, "before_cursor_execute", count)
    assert len(rows) == MANY * 3 // 4 + 1
    assert {row.blocker["code"] for row in rows} == {"waiting", "not_queued", "paper_overdue"}
    # A question for each dossier would be hundreds.
    assert len(asked) < 60
