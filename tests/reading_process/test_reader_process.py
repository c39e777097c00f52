"""The process of a reader, for real: how it ends, and that nothing of it remains."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from app.gui.kiosk.reader_process import PREFIX, remove_leftovers
from app.services.reading_views import SessionDesk

from .conftest import PICTURE, PROGRAM, SECRET_NAME, MakeHost, OnePage

PATIENCE = 60_000
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups of POSIX")


def desk() -> SessionDesk:
    return cast("SessionDesk", OnePage())


def gone(number: int) -> bool:
    """Whether no process has this number any more, or only its parent has yet to hear of it."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state.split()[0] == "Z"


def what_remains(memory: Path) -> list[str]:
    """Files below the place in memory, and the ones in the common places that hold the page."""
    return [str(path) for path in memory.rglob("*")]


def read_page(qtbot: QtBot, notes: Path) -> int:
    """Wait until the program has read its page; gives its process."""
    qtbot.waitUntil((notes / "reading").exists, timeout=PATIENCE)
    return int((notes / "reading").read_text(encoding="utf-8"))


def test_nothing_remains_of_a_reader(
    make_host: MakeHost, memory: Path, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("reads")
    host.begin(desk())
    number = read_page(qtbot, notes)
    kept = [path for path in memory.rglob("*.jpg") if path.read_bytes() == PICTURE]
    assert kept, "the program has kept the page, or the test proves nothing"
    assert all(SECRET_NAME in path.name for path in kept)
    private = Path((notes / "folder").read_text(encoding="utf-8"))
    assert private.parent == memory
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    host.end()
    assert gone(number)
    assert what_remains(memory) == []
    assert host.process is None


def test_the_reader_is_told_neither_the_data_folder_nor_the_home(
    make_host: MakeHost, notes: Path, memory: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUANZONG_DATA", "/srv/dossiers")
    monkeypatch.setenv("PGPASSWORD", "secret of the database")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus")
    host = make_host("reads")
    host.begin(desk())
    read_page(qtbot, notes)
    told = (notes / "environment").read_text(encoding="utf-8")
    assert "dossiers" not in told
    assert "PGPASSWORD" not in told
    assert "DBUS" not in told
    assert f"HOME={memory}" in told
    assert f"TMPDIR={memory}" in told


def test_processes_of_a_reader_end_with_it(
    make_host: MakeHost, memory: Path, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("forks")
    host.begin(desk())
    number = read_page(qtbot, notes)
    child = int((notes / "children").read_text(encoding="utf-8"))
    assert not gone(child)
    host.end()
    qtbot.waitUntil(lambda: gone(child), timeout=PATIENCE)
    assert gone(number)
    assert what_remains(memory) == []


@pytest.mark.parametrize("what", ["crashes", "exits", "forges"])
def test_a_reader_that_ends_or_lies_is_lost(
    make_host: MakeHost, memory: Path, notes: Path, qtbot: QtBot, what: str
) -> None:
    host = make_host(what)
    with qtbot.waitSignal(host.lost, timeout=PATIENCE):
        host.begin(desk())
    host.end()
    assert gone(read_page(qtbot, notes))
    assert what_remains(memory) == []


def test_a_killed_reader_is_lost(
    make_host: MakeHost, memory: Path, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("reads")
    host.begin(desk())
    number = read_page(qtbot, notes)
    with qtbot.waitSignal(host.lost, timeout=PATIENCE):
        os.kill(number, signal.SIGKILL)
    host.end()
    assert what_remains(memory) == []


def test_a_stopped_reader_is_ended_all_the_same(
    make_host: MakeHost, memory: Path, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("reads")
    host.begin(desk())
    number = read_page(qtbot, notes)
    os.kill(number, signal.SIGSTOP)
    host.end()
    assert gone(number)
    assert what_remains(memory) == []


def test_a_reader_may_leave_and_her_window_says_why(
    make_host: MakeHost, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("leaves")
    with qtbot.waitSignal(host.left, timeout=PATIENCE) as left:
        host.begin(desk())
    assert left.args == ["grant"]


def test_one_that_never_starts_is_ended(
    make_host: MakeHost, memory: Path, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("silent")
    host.begin(desk())
    qtbot.waitUntil((notes / "started").exists, timeout=PATIENCE)
    number = int((notes / "started").read_text(encoding="utf-8"))
    host.end()
    assert gone(number)
    assert what_remains(memory) == []


def test_a_program_that_is_not_there_is_lost(
    make_host: MakeHost, memory: Path, qtbot: QtBot
) -> None:
    host = make_host("reads")
    host._command = ("/nowhere/reader",)
    with qtbot.waitSignal(host.lost, timeout=PATIENCE):
        host.begin(desk())
    assert what_remains(memory) == []


def test_each_reader_has_a_process_of_her_own_and_a_warm_one_waits(
    make_host: MakeHost, memory: Path, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("reads")
    host.warm()
    host.warm()
    qtbot.waitUntil(lambda: host.spare_is_ready, timeout=PATIENCE)
    assert host.spare is not None
    first = host.spare.number
    assert len(list(memory.iterdir())) == 1
    host.begin(desk())
    assert read_page(qtbot, notes) == first
    (notes / "reading").unlink()
    host.end()
    host.warm()
    host.begin(desk())
    second = read_page(qtbot, notes)
    assert second != first
    host.close()
    assert gone(second)
    assert what_remains(memory) == []


def test_a_warm_one_that_dies_is_not_started_in_a_circle(
    make_host: MakeHost, memory: Path, qtbot: QtBot
) -> None:
    host = make_host("reads")
    host.warm()
    assert host.spare is not None
    os.kill(host.spare.number, signal.SIGKILL)
    qtbot.waitUntil(lambda: host.spare is None, timeout=PATIENCE)
    assert what_remains(memory) == []


SHELL = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from tests.reading_process.conftest import OnePage
from app.gui.kiosk.reader_host import ReaderHost
application = QCoreApplication([])
host = ReaderHost(sys.argv[1:])
host.begin(OnePage())
sys.exit(application.exec())
"""


def test_the_reader_ends_with_a_shell_that_was_killed(
    memory: Path, notes: Path, qtbot: QtBot
) -> None:
    program = [sys.executable, str(PROGRAM), "reads", str(notes)]
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    with subprocess.Popen([sys.executable, "-c", SHELL, *program], env=environment) as shell:
        number = read_page(qtbot, notes)
        assert [path.name.split("-")[2] for path in memory.glob(f"{PREFIX}*")] == [str(shell.pid)]
        assert remove_leftovers() == 0, "a shell that runs keeps what is its own"
        shell.kill()
    qtbot.waitUntil(lambda: gone(number), timeout=PATIENCE)
    assert remove_leftovers() == 1
    assert what_remains(memory) == []


def test_no_core_file_and_no_look_into_the_memory(
    make_host: MakeHost, notes: Path, qtbot: QtBot
) -> None:
    host = make_host("reads")
    host.begin(desk())
    number = read_page(qtbot, notes)
    limits = Path(f"/proc/{number}/limits").read_text(encoding="utf-8")
    row = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert row.split()[-3:-1] == ["0", "0"]
    # What may not be dumped belongs to root in /proc, so that nobody else looks into it.
    assert Path(f"/proc/{number}/mem").stat().st_uid == 0
