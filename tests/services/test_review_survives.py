"""A killed process loses no verdict that it reported, and leaves none half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from app.bootstrap import open_workstation
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.services.reviewed_desk import (
    ADMINISTRATOR,
    INSPECTOR,
    judge_all,
    scanned_and_reconciled,
)


def test_a_kill_between_verdicts_loses_none(
    workstation: Workstation, dossier: Dossier, pool: ReplayPool, tmp_path: Path
) -> None:
    scanned_and_reconciled(workstation, dossier)
    workstation.set_review(ADMINISTRATOR, plan="all")
    workstation.draw_sample(INSPECTOR, CASE_NO)
    workstation.close()
    data = tmp_path / "数据"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.services.judging_child", str(data)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    kept = [child.stdout.readline() for _ in range(7)]
    os.kill(child.pid, signal.SIGKILL)
    kept += child.stdout.readlines()
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    reported = sum(line.startswith("kept ") for line in kept)
    assert reported >= 7
    after = open_workstation(data, pool=pool)
    try:
        stored = after.review_report(CASE_NO)["verdicts"]
        # The last one may have been stored before it could be said.
        assert len(stored) in (reported, reported + 1)
        told = [row for row in after.history(CASE_NO) if row.action == "side_reviewed"]
        assert [row.details["remark"] for row in told] == [row["remark"] for row in stored]
        assert after.audit_verify().ok
        judge_all(after)
        assert after.close_round(INSPECTOR, CASE_NO).state == "accepted"
    finally:
        after.close()
