"""A scan and a worker killed and started again: what was stored stays, and the work is finished."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import CASE_NO, CUT, Ledger, Program, descendants_of, still_there

pytestmark = pytest.mark.end_to_end

Start = Callable[..., Program]


def test_scan_from_a_device_killed_then_fed_again(
    start: Start, ledger: Ledger, facts: Path, tmp_path: Path
) -> None:
    cases = tmp_path / "案件.json"
    cases.write_text(facts.read_text(encoding="utf-8"), encoding="utf-8")
    assert start("case", "import", cases).end() == 0
    command = ("scan", CASE_NO, "--source", "sane:test:0", "--profile", "simplex")
    program = start(*command)
    ledger.until(program, lambda: len(ledger.sides()) >= 2)
    program.kill()
    before = ledger.sides()
    program = start(*command)
    assert program.end() == 0, program.err
    still_there(ledger, before)
    assert len(ledger.sides()) == program.record["sides"] == 10
    # An image whose place the killed host had not written down yet is kept, and told.
    told = [warning["code"] for warning in program.record["warnings"]]
    assert not list((ledger.path.parent / "spool").iterdir()) or "CAP-122" in told


def test_a_worker_and_its_children_killed(
    start: Start, ledger: Ledger, scans: Path, facts: Path, tmp_path: Path
) -> None:
    cases = tmp_path / "案件.json"
    cases.write_text(facts.read_text(encoding="utf-8"), encoding="utf-8")
    assert start("case", "import", cases).end() == 0
    scan = start("scan", CASE_NO, "--source", f"folder:{scans}")
    assert scan.end() == 0, scan.err
    program = start("worker")
    ledger.until(program, lambda: ledger.jobs("done") >= 1 and ledger.jobs("running") > 0)
    program.kill()

    program = start("work", "--until-idle")
    ledger.until(program, lambda: ledger.jobs("done") >= 3 and ledger.jobs("running") > 0)
    for child in descendants_of(program.process.pid):
        # The tracker of shared memory is no worker; the rest is.
        if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(child, signal.SIGKILL)
    assert program.end() == 0, program.err
    assert program.record["failed"] == program.record["queued"] == 0
    assert ledger.ask("SELECT count(*) FROM side WHERE examined = 'done'") == [(len(CUT),)]
