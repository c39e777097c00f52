"""The real terminal: shell, reading room over a data folder, and the reader's own program."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.kiosk.reader_host import ReaderHost
from app.gui.kiosk.reader_process import reader_command
from app.gui.kiosk.shell import ShellWindow
from app.gui.lanes import Lanes
from tests.reading.hall import Hall, open_hall

PATIENCE = 60_000
pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups of POSIX")


@pytest.fixture
def hall(data_folder: Path) -> Iterator[Hall]:
    with open_hall(data_folder) as opened:
        # The reader's program has the clock of the machine.
        opened.clock.moment = datetime.now(UTC)
        yield opened


@pytest.fixture
def shell(
    hall: Hall, qapp: QApplication, memory: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ShellWindow]:
    """The shell with a reader's program ready to open its window."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    host = ReaderHost(reader_command(["--lang", "zh_CN", "--windowed"]))
    window = ShellWindow(hall.room, host, warn=600, wipe=1200, now=hall.clock.now)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: host.spare_is_ready, timeout=PATIENCE)
    yield window
    window.leave("")
    host.close()
    window.allow_close()
    window.close()
    qtbot.waitUntil(lambda: Lanes.current().busy == 0, timeout=PATIENCE)


def host_of(window: ShellWindow) -> ReaderHost:
    host = window._host
    assert isinstance(host, ReaderHost)
    return host


def sign_in(qtbot: QtBot, hall: Hall, window: ShellWindow) -> int:
    """Sign in and wait until the first page is on record as seen; gives the reader's process."""
    code = hall.grant(pages=(1, 2, 3))
    window.welcome.start.click()
    for digit in code.replace("-", ""):
        window.prove.entry.type_digit(digit)
    window.prove.entry.submit()
    qtbot.waitUntil(lambda: bool(hall.audit("page_read")), timeout=PATIENCE)
    process = host_of(window).process
    assert process is not None
    assert process.runs
    return process.number


def processes_of(group: int) -> list[str]:
    """Processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[2] == str(group) and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def open_files(number: int) -> list[str]:
    """What a process has open that has a name."""
    names = []
    for entry in Path(f"/proc/{number}/fd").iterdir():
        try:
            names.append(str(entry.readlink()))
        except FileNotFoundError:
            continue
    return names


def assert_nothing_remains(hall: Hall, window: ShellWindow, memory: Path, number: int) -> None:
    spare = host_of(window).spare
    own = [] if spare is None else [spare.folder]
    assert [folder for folder in memory.iterdir() if folder not in own] == []
    for path in memory.rglob("*"):
        assert "欧阳" not in path.name
        if path.is_file():
            assert "欧阳若溪".encode() not in path.read_bytes()
    assert processes_of(number) == []
    assert QGuiApplication.clipboard().text() == ""
    assert window.stack.currentWidget() is window.welcome


def test_a_visit_from_signing_in_to_nothing(
    hall: Hall, shell: ShellWindow, memory: Path, qtbot: QtBot
) -> None:
    number = sign_in(qtbot, hall, shell)
    assert hall.audit("page_read")[0]["page"] == 1
    data = str(hall.context.folders.root)
    assert not [name for name in open_files(number) if name.startswith(data)]
    command = Path(f"/proc/{number}/cmdline").read_bytes()
    assert data.encode() not in command
    shell.leave("reader")
    assert_nothing_remains(hall, shell, memory, number)
    qtbot.waitUntil(lambda: bool(hall.audit("reader_signed_out")), timeout=PATIENCE)
    assert hall.audit("reader_signed_out")[0]["why"] == "reader"
    qtbot.waitUntil(lambda: host_of(shell).spare_is_ready, timeout=PATIENCE)
    spare = host_of(shell).spare
    assert spare is not None
    assert spare.number != number, "the next reader has a process that knows nothing"


def test_a_reader_killed_in_the_middle_of_a_page(
    hall: Hall, shell: ShellWindow, memory: Path, qtbot: QtBot
) -> None:
    number = sign_in(qtbot, hall, shell)
    os.kill(number, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(hall.audit("reader_signed_out")), timeout=PATIENCE)
    assert hall.audit("reader_signed_out")[0]["why"] == "lost"
    assert_nothing_remains(hall, shell, memory, number)
    assert "重新登录" in shell.welcome.said_text.text()
