"""Killed at any moment and started again: every side that was reported is there, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import CUT, Ledger, Program, still_there

pytestmark = pytest.mark.end_to_end

Start = Callable[..., Program]


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
    status = program.end()
    assert status in (0, 1), (status, program.out, program.err)
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
