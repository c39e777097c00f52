"""Real workers that die or hang over a page: they are replaced, the page is marked, the rest goes
on, and nothing is tried for ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.adapters.jobs.pool import PebbleWorkerPool
from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.services.tasks import Call, ExamineSide
from app.services.workstation import Workstation
from tests.inspection.damaged_files import encoded
from tests.replay import CASE_NO
from tests.services.mishaps import CRASH, EXHAUST, HANG, KILL

MISHAPS = {2: KILL, 4: CRASH, 5: HANG, 7: EXHAUST}
CODES = {2: "JOB-101", 4: "JOB-101", 5: "JOB-102", 7: "JOB-105"}
SIDES = 9


@pytest.fixture
def workstation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workstation]:
    """A workstation whose examinations go wrong in real workers, where a page asks for it."""
    real = ExamineSide.prepare

    def prepare(self: ExamineSide, tx: Any, arguments: dict[str, Any]) -> Call | None:
        call = real(self, tx, arguments)
        return call and Call(function="tests.services.mishaps:study", arguments=call.arguments)

    monkeypatch.setattr(ExamineSide, "prepare", prepare)
    monkeypatch.setattr(ExamineSide, "seconds", 2.0)
    monkeypatch.setattr(PebbleWorkerPool, "warm", lambda *_: None)
    opened = open_workstation(tmp_path / "数据", pool=PebbleWorkerPool(2))
    yield opened
    opened.close()


def test_every_mishap_costs_its_own_page(workstation: Workstation, tmp_path: Path) -> None:
    actor = Actor(name="管理员", role="administrator")
    folder = tmp_path / "页"
    folder.mkdir()
    for number in range(1, SIDES + 1):
        page = encoded(Image.new("L", (100, 100), 200 + number), "PNG")
        (folder / f"{number}.png").write_bytes(page + MISHAPS.get(number, b""))
    workstation.register_case(actor, {"case_no": CASE_NO})
    workstation.scan(actor, CASE_NO, f"folder:{folder}")
    counts = workstation.process(actor, CASE_NO)
    assert (counts.failed, counts.queued, counts.running) == (len(MISHAPS), 0, 0)
    rows = workstation.sides(CASE_NO)
    assert {row.position: row.fault for row in rows if row.fault} == CODES
    marked = {row.position for row in workstation.findings(CASE_NO) if row.code == "unreadable"}
    assert marked == set(MISHAPS)
    assert [job.attempts for job in failed_jobs(workstation)] == [3] * len(MISHAPS)
    assert workstation.audit_verify().ok


def failed_jobs(workstation: Workstation) -> list[Any]:
    with workstation._context.storage.read() as tx:
        return tx.jobs.failed()
