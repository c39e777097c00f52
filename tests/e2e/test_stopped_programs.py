"""Asked to stop, a second program, a full disk: each is told, and nothing is lost."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import CASE_NO, CUT, Ledger, Program, still_there

pytestmark = pytest.mark.end_to_end

Start = Callable[..., Program]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_says_so_and_loses_nothing(
    start: Start,
    ledger: Ledger,
    scans: Path,
    facts: Path,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    program = start("digitize", scans, "--facts", facts, "--out", tmp_path / "结果")
    ledger.until(program, lambda: ledger.jobs("running") > 0)
    # To the whole group, as Ctrl-C at a terminal and a service manager do.
    os.killpg(program.process.pid, number)
    assert program.end(30) == 3
    assert program.record["error"]["code"] == "SYS-302"
    assert len(ledger.sides()) == len(CUT)
    assert (ledger.jobs("running"), ledger.jobs("failed")) == (0, 0)


def test_a_second_program_is_refused_while_one_runs(
    start: Start, ledger: Ledger, scans: Path, facts: Path, tmp_path: Path
) -> None:
    command = ("digitize", scans, "--facts", facts, "--out", tmp_path / "结果")
    program = start(*command)
    ledger.until(program, lambda: len(ledger.sides()) >= 1)
    second = start(*command)
    assert second.end() == 3
    assert second.record["error"]["code"] == "SYS-301"
    assert str(program.process.pid) in second.record["error"]["message"]
    program.kill()


def test_a_full_disk_stops_and_goes_on_after_making_room(
    start: Start, ledger: Ledger, scans: Path, facts: Path, tmp_path: Path
) -> None:
    command = ("digitize", scans, "--facts", facts, "--out", tmp_path / "结果")
    smallest = sorted(path.stat().st_size for path in scans.iterdir())
    program = start(*command)
    ledger.until(program, lambda: ledger.path.exists() and len(ledger.sides()) >= 1)
    limit = smallest[0] // 2
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
    assert program.end() == 4, program.out
    assert program.record["error"]["code"][:3] in ("BLB", "SYS", "DB-", "IMG")
    before = ledger.sides()
    incoming = ledger.path.parent / "objects" / "incoming"
    assert list(incoming.iterdir()) == []
    program = start("scan", CASE_NO, "--source", f"folder:{scans}")
    assert program.end() == 0
    still_there(ledger, before)
    assert len(ledger.sides()) == len(CUT)
