"""The terminal as a program: opened full screen, closed by staff with Ctrl+Alt+Q, alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.adapters.ownership import claim_terminal
from app.kernel.errors import Refused

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import app.gui.kiosk.application as program
from app.gui.kiosk.shell import ShellWindow
from tests.gui_kiosk.desk import PIN, FakeDesk

desk = FakeDesk()
seen = []

def step():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, ShellWindow)]
    if not windows:
        return
    window = windows[0]
    if not window.welcome.start.isEnabled() or not window.isActiveWindow():
        return
    if not seen:
        flags = window.windowFlags()
        alone = Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        seen.append("full" if window.isFullScreen() else "window")
        seen.append("alone" if flags & alone == alone else "framed")
        QTest.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
        window.close()
        seen.append("stays" if window.isVisible() else "gone")
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        QTest.keyClick(window, Qt.Key.Key_Q, modifiers)
    elif window.staff.isVisible() and window.staff.name.count() and not window.staff.pin.text():
        window.staff.pin.setText(PIN)
        window.staff.submit()

show = program.show_alone
def showing(window, *, windowed):
    show(window, windowed=windowed)
    timer = QTimer(window, interval=30)
    timer.timeout.connect(step)
    timer.start()
program.show_alone = showing
status = program.run(desk, sys.argv[1:], reader=[sys.executable, "-c", ""])
print(",".join(seen), status, [c[0] for c in desk.calls])
"""


@pytest.mark.parametrize(
    ("arguments", "shown"), [([], "full,alone"), (["--windowed"], "window,framed")]
)
def test_open_and_close_by_staff(tmp_path: Path, arguments: list[str], shown: str) -> None:
    environment = dict(
        os.environ,
        QT_QPA_PLATFORM="offscreen",
        PYTHONPATH=str(ROOT),
        XDG_RUNTIME_DIR=str(tmp_path),
    )
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{shown},stays 0 ['prepare', 'confirm_staff']"
    assert list(tmp_path.glob("juanzong-*")) == []


def test_a_second_terminal_is_refused(tmp_path: Path) -> None:
    with claim_terminal(tmp_path):
        with pytest.raises(Refused) as second, claim_terminal(tmp_path):
            pass
        assert second.value.code == "RDR-168"
    with claim_terminal(tmp_path):
        pass
