"""Killed at any moment and started again: every side that was reported is there, once."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import CASE_NO, CUT, Ledger, Program, descendants_of

pytestmark = pytest.mark.end_to_end

Start = Callable[..., Program]


def still_there(ledger: Ledger, before: list[Any]) -> None:
    """What was stored before is stored now, at its place, and nothing is there twice."""
    now = ledger.sides()
    assert now[: len(before)] == before
    assert len({name for _master, name, _position in now}) == len(now)


def test_digitize_killed_twice_then_run_to_the_end(
    start: Start, ledger: Ledger, scans: Path, facts: Path, tmp_path: Path
) -> None:
    command = ("digitize", scans, "--facts", facts, "--out", tmp_path / "结果")
    program = start(*command)
    ledger.until(program, lambda: len(ledger.sides()) >= 2)
    program.kill()
    before = ledger.sides()
    assert len(before) >= 2

    program = start(*command)
    ledger.until(program, lambda: ledger.jobs("running") > 0 and ledger.jobs("done") >= 4)
    program.kill()
    still_there(ledger, before)
    assert len(ledger.sides()) == len(CUT)

    program = start(*command)
    assert program.end() in (0, 1), program.err
    first = program.record
    assert first["sides"] == len(CUT)
    assert [name for _master, name, _position in ledger.sides()] == list(CUT)
    assert [position for _master, _name, position in ledger.sides()] == [1, 2, 3, 4, 5]
    assert (ledger.jobs("running"), ledger.jobs("queued"), ledger.jobs("failed")) == (0, 0, 0)
    doubled = "SELECT side_id FROM recognised GROUP BY side_id HAVING count(*) > 1"
    assert ledger.ask(doubled) == []

    program = start(*command)
    assert program.end() in (0, 1)
    assert program.record["package"]["sha256"] == first["package"]["sha256"]
    program = start("audit", "verify")
    assert program.end() == 0
    assert program.record["ok"]


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
