"""The real program in a process of its own, on a cut of the bundled dossier."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

ROOT = Path(__file__).resolve().parents[2]
CASE_NO = "（2020）辽0899民初979号"
# Cover, a page with its blank back, and two more pages of the bundled dossier.
CUT = ("00001.jpg", "00005.jpg", "00006.jpg", "00007.jpg", "00009.jpg")
PATIENCE = 150.0


@define
class Program:
    """A started program; `end` gives its exit status."""

    process: subprocess.Popen[str]
    out: str = field(default="", init=False)
    err: str = field(default="", init=False)

    def end(self, seconds: float = PATIENCE) -> int:
        """Wait for the end; nothing may have thrown a traceback."""
        self.out, self.err = self.process.communicate(timeout=seconds)
        assert "Traceback" not in self.err
        return self.process.returncode

    @property
    def record(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)

    def kill(self) -> None:
        """`kill -9`, as a power cut would; then see to it that no process of it is left."""
        descendants = [os.pidfd_open(pid) for pid in descendants_of(self.process.pid)]
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=10)
        try:
            deadline = time.monotonic() + 20
            for descriptor in descendants:
                left = max(0.0, deadline - time.monotonic())
                assert select.select([descriptor], [], [], left)[0], "a child outlived the program"
        finally:
            for descriptor in descendants:
                os.close(descriptor)


def descendants_of(pid: int) -> list[int]:
    """Children, their children and so on."""
    found = []
    for entry in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in entry.read_text().split():
            found += [int(child), *descendants_of(int(child))]
    return found


@pytest.fixture
def start(data_folder: Path) -> Iterator[Callable[..., Program]]:
    """Starts the program on the data folder of the test; kills what is left at the end."""
    started: list[subprocess.Popen[str]] = []

    def call(*arguments: object) -> Program:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *map(str, arguments), "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        started.append(process)
        return Program(process)

    yield call
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@define
class Ledger:
    """What the database of a data folder says while the program runs."""

    path: Path

    def ask(self, statement: str) -> list[Any]:
        """Rows, or none while there is no database yet."""
        if not self.path.exists():
            return []
        database = sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            return database.execute(statement).fetchall()
        except sqlite3.OperationalError:
            return []
        finally:
            database.close()

    def sides(self) -> list[tuple[str, str, int]]:
        """Master, name and position of every active side."""
        return self.ask(
            "SELECT master, source_name, position FROM side WHERE superseded = 0 ORDER BY position"
        )

    def jobs(self, state: str) -> int:
        """How many jobs are in a state."""
        rows = self.ask(f"SELECT count(*) FROM job WHERE state = '{state}'")
        return int(rows[0][0]) if rows else 0

    def until(self, program: Program, condition: Callable[[], bool]) -> None:
        """Wait for a state of the database; the program must not end before."""
        deadline = time.monotonic() + PATIENCE
        watched = os.pidfd_open(program.process.pid)
        try:
            while not condition():
                ended = select.select([watched], [], [], 0.02)[0]
                assert not ended, program.process.communicate()
                assert time.monotonic() < deadline, "the state never came"
        finally:
            os.close(watched)


def still_there(ledger: Ledger, before: list[Any]) -> None:
    """What was stored before is stored now, at its place, and nothing is there twice."""
    now = ledger.sides()
    assert now[: len(before)] == before
    assert len({name for _master, name, _position in now}) == len(now)


@pytest.fixture
def ledger(data_folder: Path) -> Ledger:
    """The database of the test."""
    return Ledger(data_folder / "dossiers.db")


@pytest.fixture
def scans(bundled_small: Path, tmp_path: Path) -> Path:
    """Five sides in a folder with blanks and Chinese in its name."""
    folder = tmp_path / "扫描 件"
    folder.mkdir()
    for name in CUT:
        shutil.copy(bundled_small / "sides" / name, folder / name)
    return folder


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Facts of the cut: only the case number is known."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"case_no": CASE_NO}, ensure_ascii=False), encoding="utf-8")
    return path
